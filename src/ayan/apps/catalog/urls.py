"""The addresses of the reading room, the same under / and /en/."""

from django.urls import path

from ayan.apps.catalog import views

urlpatterns = [
    path("", views.home, name="home"),
]
