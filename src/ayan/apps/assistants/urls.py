"""The page of assistants, the same under / and /en/, and what programs read first."""

from django.urls import path

from ayan.apps.assistants import views

pages = [path("assistants", views.assistants, name="assistants")]
bare = [path("llms.txt", views.llms, name="llms")]
