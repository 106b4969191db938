"""The logbook app's name for Django."""

from django.apps import AppConfig


class LogbookConfig(AppConfig):
    name = "ayan.apps.logbook"
    label = "logbook"
    verbose_name = "دفتر"
