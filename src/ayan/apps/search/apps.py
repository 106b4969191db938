"""The search app's name for Django."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "ayan.apps.search"
    label = "search"
    verbose_name = "جستجو"
    operations = ("ayan.apps.search.api.OPERATIONS",)
