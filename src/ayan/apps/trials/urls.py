"""The address of trials, in each language."""

from django.urls import path

from ayan.apps.trials import views

pages = [path("try", views.try_file, name="try")]
