"""The addresses of the comparison: its page in both languages, and its answer for programs."""

from django.urls import path

from ayan.apps.compare import api, views

pages = [
    path("compare", views.compare, name="compare"),
    path("compare/cities", views.other_cities, name="compare_cities"),
]

urlpatterns = [
    path("api/v1/compare", api.compare, name="compare_api"),
    path("api/v1/compare.<slug:name>", api.compare, name="compare_api_as"),
]
