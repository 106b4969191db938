"""The ui app's name for Django, so that its templates, tags and static files are found."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "ayan.ui"
    label = "ui"
