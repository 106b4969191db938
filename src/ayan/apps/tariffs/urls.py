"""The addresses of the fees: pages under / and /en/ alike, and their answers for programs."""

from django.urls import path

from ayan.apps.tariffs import api, views

pages = [
    path("tariffs", views.tariffs, name="tariffs"),
    path("tariffs/<slug:code>", views.tariff, name="tariff"),
]

urlpatterns = [
    path("api/v1/tariffs", api.tariffs, name="tariffs_api"),
    path("api/v1/tariffs/<slug:code>", api.tariff, name="tariff_api"),
]
