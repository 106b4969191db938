"""The export app's name for Django."""

from django.apps import AppConfig


class ExportConfig(AppConfig):
    name = "ayan.apps.export"
    label = "export"
    verbose_name = "نسخهٔ ایستا"
