"""The address of the hub, for programs of every language."""

from django.urls import path

from ayan.apps.catalog.feeds.hub import PATH
from ayan.apps.websub import views

urlpatterns = [path(PATH.lstrip("/"), views.websub, name="websub")]
