"""The follow app's name for Django."""

from django.apps import AppConfig


class FollowConfig(AppConfig):
    name = "ayan.apps.follow"
    label = "follow"
    verbose_name = "دنبال کردن"
    operations = ("ayan.apps.follow.feeds.OPERATIONS",)
