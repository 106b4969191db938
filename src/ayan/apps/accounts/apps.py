"""The accounts app's name for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ayan.apps.accounts"
    label = "accounts"
    verbose_name = "کارکنان"
