"""The addresses of the balances: the pages under / and /en/ alike."""

from django.urls import path

from ayan.apps.audits import views

pages = [
    path("audits", views.audits, name="audits"),
    path("audits/<slug:owner>/<slug:code>", views.audit, name="audit"),
]
