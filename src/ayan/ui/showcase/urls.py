"""The address of the page of components, under / and /en/ alike."""

from django.urls import path

from ayan.ui.showcase import views

pages = [
    path("developers/components", views.components, name="components"),
]
