"""The API's name for Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "ayan.apps.api"
    label = "api"
    operations = ("ayan.apps.api.operations.OPERATIONS",)
