"""The addresses of the reading room, the same under / and /en/."""

from django.urls import path

from ayan.apps.catalog.citation import api as citation_api
from ayan.apps.catalog.citation import views as citation
from ayan.apps.catalog.explorer import views as explorer
from ayan.apps.catalog.feeds import sitemap
from ayan.apps.catalog.feeds import views as feeds
from ayan.apps.catalog.front import views as front
from ayan.apps.catalog.prose import views as prose
from ayan.apps.catalog.prose.views import PROSE
from ayan.apps.catalog.record import views as record
from ayan.apps.catalog.releases import views as releases
from ayan.ui import record_address as record_address  # its converter

urlpatterns = [
    path("data", front.to_catalogue),
    path("data/", front.catalogue, name="catalogue"),
    path("data/<slug:slug>", explorer.dataset, name="dataset"),
    path("data/<slug:slug>/r/<record:key>", record.record, name="record"),
    path("data/<slug:slug>/releases", releases.releases, name="releases"),
    path("data/<slug:slug>/releases/<str:period>/<int:number>", releases.release, name="release"),
    path("data/<slug:slug>/changes", releases.changed, name="changes"),
    path("changes", releases.acts, name="acts"),
    path("changes.atom", feeds.changes, name="changes_feed"),
    path("changes.json", feeds.changes, name="changes_json_feed"),
    path("embed/<slug:slug>", explorer.embed, name="embed"),
    path("c/<str:code>", citation.cited, name="citation"),
    *(path(page, prose.prose, {"page": page}, name=page) for page in PROSE),
    path("glossary", prose.glossary, name="glossary"),
    path("appearance", prose.appearance, name="appearance"),
    path("help/tour", prose.guided, name="tour"),
    path("developers", prose.developers, name="developers"),
]

bare = [
    path("api/v1/citations/<str:code>", citation_api.citation, name="citation_api"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap/pages.xml", sitemap.pages, name="sitemap_pages"),
    path("sitemap/data/<slug:slug>.xml", sitemap.records, name="sitemap_records"),
]
