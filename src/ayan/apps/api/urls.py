"""The addresses of the API, below /api/v1/."""

from django.urls import path

from ayan.apps.api import open_tables, openapi, views
from ayan.apps.catalog.feeds import views as feeds
from ayan.ui import record_address as record_address  # its converter

app_name = "api"

urlpatterns = [
    path("openapi.json", openapi.description),
    path("datasets/<slug:slug>/openapi.json", openapi.dataset_description),
    path("datasets", views.datasets, name="datasets"),
    path("datasets/<slug:slug>", views.dataset, name="dataset"),
    path("datasets/<slug:slug>/rows", views.rows, name="rows"),
    path("datasets/<slug:slug>/rows.atom", feeds.rows, name="rows_feed"),
    path("datasets/<slug:slug>/rows.<slug:name>", views.rows, name="rows_as"),
    path("datasets/<slug:slug>/rows/<record:key>", views.row, name="row"),
    path("datasets/<slug:slug>/bundle.zip", views.bundle, name="bundle"),
    path("datasets/<slug:slug>/groups", views.groups, name="groups"),
    path("datasets/<slug:slug>/facets", views.facets, name="facets"),
    path("datasets/<slug:slug>/changes", views.changed, name="changes"),
    path("datasets/<slug:slug>/changes.<slug:name>", views.changed, name="changes_as"),
    path("datasets/<slug:slug>/releases", views.releases, name="releases"),
    path("datasets/<slug:slug>/releases.atom", feeds.releases, name="releases_feed"),
    path("datasets/<slug:slug>/releases/<str:period>/<int:number>", views.release, name="release"),
    path("datasets/<slug:slug>/releases/<str:period>/<int:number>/<str:name>", views.release_file, name="release_file"),
    path("datasets/<slug:slug>/iceberg/metadata.json", open_tables.metadata, name="open_table"),
    path("datasets/<slug:slug>/iceberg/metadata/<str:name>", open_tables.table_file, name="open_table_file"),
]
