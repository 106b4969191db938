"""The addresses of the reading room, the same under / and /en/."""

from django.urls import path

from ayan.apps.catalog import feeds, views

urlpatterns = [
    path("", views.home, name="home"),
    path("data", views.to_catalogue),
    path("data/", views.catalogue, name="catalogue"),
    path("data/<slug:slug>", views.dataset, name="dataset"),
    path("data/<slug:slug>/r/<path:key>", views.record, name="record"),
    path("data/<slug:slug>/releases", views.releases, name="releases"),
    path("data/<slug:slug>/releases/<str:period>/<int:number>", views.release, name="release"),
    path("changes.atom", feeds.changes, name="changes_feed"),
    *(
        path(page, views.prose, {"page": page}, name=page)
        for page in ("about", "accessibility", "developers", "privacy")
    ),
]
