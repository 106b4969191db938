"""The follow app's name for Django."""

from django.apps import AppConfig


class FollowConfig(AppConfig):
    name = "ayan.apps.follow"
    label = "follow"
    verbose_name = "دنبال کردن"
    regular = ("ayan.apps.follow.letters.REGULAR",)
    operations = ("ayan.apps.follow.views.OPERATIONS",)
