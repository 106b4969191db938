"""The audits app's name for Django."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "ayan.apps.audits"
    label = "audits"
    verbose_name = "موازنه‌ها"
    regular = ("ayan.apps.audits.balances.REGULAR",)
    operations = ("ayan.apps.audits.api.OPERATIONS",)
