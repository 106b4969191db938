"""The promises app's name for Django."""

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "ayan.apps.promises"
    label = "promises"
    verbose_name = "وعده‌ها"
    regular = ("ayan.apps.promises.missing.REGULAR",)
    operations = (
        "ayan.apps.promises.api_missing.OPERATIONS",
        "ayan.apps.promises.views.OPERATIONS",
        "ayan.apps.promises.api_activities.OPERATIONS",
        "ayan.apps.promises.api_withheld.OPERATIONS",
    )
