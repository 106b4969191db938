"""The name of the special pages for Django."""

from django.apps import AppConfig


class CivicConfig(AppConfig):
    name = "ayan.apps.civic"
    label = "civic"
    verbose_name = "بودجه، شورا و سازمان"
    operations = ("ayan.apps.civic.budget_api.OPERATIONS",)
