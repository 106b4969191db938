"""The addresses of trials, for everybody and at the desk, in each language."""

from django.urls import path

from ayan.apps.trials import proposals, views

pages = [path("try", views.try_file, name="try")]
desk_pages = [
    path("desk/declare", proposals.declare, name="declare"),
    path("desk/declare/file", proposals.propose_file, name="declare_file"),
]
