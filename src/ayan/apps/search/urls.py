"""The addresses of the search: its page in both languages, and its answer for programs."""

from django.urls import path

from ayan.apps.search import api, views

pages = [
    path("search", views.search, name="search"),
]

urlpatterns = [
    path("api/v1/search", api.search, name="search_api"),
]
