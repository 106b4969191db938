"""The addresses of the API, below /api/v1/."""

from django.urls import path, re_path

from ayan.apps.catalog import api, api_changes
from ayan.apps.catalog.feeds import views as feeds

app_name = "api"

urlpatterns = [
    path("datasets", api.datasets, name="datasets"),
    path("datasets/<slug:slug>", api.dataset, name="dataset"),
    path("datasets/<slug:slug>/rows", api.rows, name="rows"),
    path("datasets/<slug:slug>/rows.atom", feeds.rows, name="rows_feed"),
    path("datasets/<slug:slug>/rows.<slug:name>", api.rows, name="rows_as"),
    path("datasets/<slug:slug>/rows/<path:key>", api.row, name="row"),
    path("datasets/<slug:slug>/groups", api.groups, name="groups"),
    path("datasets/<slug:slug>/facets", api.facets, name="facets"),
    path("datasets/<slug:slug>/changes", api_changes.changed, name="changes"),
    path("datasets/<slug:slug>/changes.<slug:name>", api_changes.changed, name="changes_as"),
    path("datasets/<slug:slug>/releases", api.releases, name="releases"),
    path("datasets/<slug:slug>/releases.atom", feeds.releases, name="releases_feed"),
    path("datasets/<slug:slug>/releases/<str:period>/<int:number>", api.release, name="release"),
    path("datasets/<slug:slug>/releases/<str:period>/<int:number>/<str:name>", api.release_file, name="release_file"),
    re_path("", api.nothing),
]
