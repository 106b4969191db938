"""The catalogue app's name for Django."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "ayan.apps.catalog"
    label = "catalog"
    verbose_name = "داده‌ها"
    operations = ("ayan.apps.catalog.feeds.views.OPERATIONS",)
