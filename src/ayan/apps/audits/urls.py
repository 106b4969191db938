"""The addresses of the balances: the pages under / and /en/ alike, and the API."""

from django.urls import path

from ayan.apps.audits import api, views

pages = [
    path("audits", views.audits, name="audits"),
    path("audits/<slug:owner>/<slug:code>", views.audit, name="audit"),
]

urlpatterns = [
    path("api/v1/audits", api.audits),
    path("api/v1/audits/<slug:owner>/<slug:code>", api.audit),
]
