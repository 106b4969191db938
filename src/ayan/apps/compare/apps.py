"""The comparison app's name for Django."""

from django.apps import AppConfig


class CompareConfig(AppConfig):
    name = "ayan.apps.compare"
    label = "compare"
    verbose_name = "مقایسه"
    operations = ("ayan.apps.compare.api.OPERATIONS",)
