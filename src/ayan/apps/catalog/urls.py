"""The addresses of the reading room, the same under / and /en/."""

from django.urls import path

from ayan.apps.catalog import feeds
from ayan.apps.catalog.views import (
    changes,
    citation,
    dataset,
    developers,
    embed,
    front,
    prose,
    record,
    releases,
)

PROSE = ("about", "accessibility", "contact", "help", "privacy")

urlpatterns = [
    path("", front.home, name="home"),
    path("data", front.to_catalogue),
    path("data/", front.catalogue, name="catalogue"),
    path("data/<slug:slug>", dataset.dataset, name="dataset"),
    path("data/<slug:slug>/r/<path:key>", record.record, name="record"),
    path("data/<slug:slug>/releases", releases.releases, name="releases"),
    path("data/<slug:slug>/releases/<str:period>/<int:number>", releases.release, name="release"),
    path("data/<slug:slug>/changes", changes.changed, name="changes"),
    path("changes", changes.acts, name="acts"),
    path("changes.atom", feeds.changes, name="changes_feed"),
    path("embed/<slug:slug>", embed.embed, name="embed"),
    path("c/<str:code>", citation.cited, name="citation"),
    *(path(page, prose.prose, {"page": page}, name=page) for page in PROSE),
    path("help/tour", prose.guided, name="tour"),
    path("developers", developers.developers, name="developers"),
]
