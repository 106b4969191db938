"""The promises app's name for Django."""

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "ayan.apps.promises"
    label = "promises"
    verbose_name = "وعده‌ها"
