"""The addresses of the search."""

from django.urls import path

from ayan.apps.search import api

urlpatterns = [
    path("api/v1/search", api.search, name="search_api"),
]
