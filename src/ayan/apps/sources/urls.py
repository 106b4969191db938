"""The addresses of sources: pages under /desk/ and /en/desk/, and the door for systems, which has one address."""

from django.urls import path

from ayan.apps.sources import api
from ayan.apps.sources.views import source_admin

pages = [
    path("desk/sources/", source_admin.sources, name="sources"),
    path("desk/sources/new", source_admin.new, name="source_new"),
    path("desk/sources/<slug:slug>", source_admin.source, name="source"),
    path("desk/sources/<slug:slug>/token", source_admin.token, name="source_token"),
    path("desk/sources/<slug:slug>/token/<int:key>/revoke", source_admin.revoke, name="source_revoke"),
    path("desk/sources/<slug:slug>/act/<slug:name>", source_admin.act, name="source_act"),
]

doors = [
    path("desk/api/submissions", api.submissions, name="source_submissions"),
    path("desk/api/submissions/<int:which>", api.submission, name="source_arrival"),
]
