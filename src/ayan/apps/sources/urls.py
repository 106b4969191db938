"""The addresses of sources: pages under /desk/ and /en/desk/, and the door for systems, which has one address."""

from django.urls import path

from ayan.apps.sources import api, views

pages = [
    path("desk/sources/", views.sources, name="sources"),
    path("desk/sources/new", views.new, name="source_new"),
    path("desk/sources/<slug:slug>", views.source, name="source"),
    path("desk/sources/<slug:slug>/edit", views.edit, name="source_edit"),
    path("desk/sources/<slug:slug>/token", views.token, name="source_token"),
    path("desk/sources/<slug:slug>/token/<int:key>/revoke", views.revoke, name="source_revoke"),
    path("desk/sources/<slug:slug>/act/<slug:name>", views.act, name="source_act"),
]

doors = [
    path("desk/api/submissions", api.submissions, name="source_submissions"),
    path("desk/api/submissions/<int:which>", api.submission, name="source_arrival"),
]
