"""The addresses of sources: pages under /desk/ and /en/desk/, and the door for systems, which has one address."""

from django.urls import path

from ayan.apps.sources import api
from ayan.apps.sources.views import managing

pages = [
    path("desk/sources/", managing.sources, name="sources"),
    path("desk/sources/new", managing.new, name="source_new"),
    path("desk/sources/<slug:slug>", managing.source, name="source"),
    path("desk/sources/<slug:slug>/token", managing.token, name="source_token"),
    path("desk/sources/<slug:slug>/token/<int:key>/revoke", managing.revoke, name="source_revoke"),
    path("desk/sources/<slug:slug>/act/<slug:name>", managing.act, name="source_act"),
]

doors = [
    path("desk/api/submissions", api.submissions, name="source_submissions"),
    path("desk/api/submissions/<int:which>", api.submission, name="source_arrival"),
]
