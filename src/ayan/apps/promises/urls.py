"""The addresses of the promises: pages under / and /en/ alike, and their answers for programs."""

from django.urls import path

from ayan.apps.promises import api_activities, api_missing, views, withheld

pages = [
    path("activities", views.activities, name="deeds"),
    path("missing", views.missing, name="missing"),
    path("missing.atom", views.feed, name="missing_feed"),
    path("withheld", views.withheld, name="withheld"),
]

urlpatterns = [
    path("api/v1/activities", api_activities.activities, name="deeds_api"),
    path("api/v1/activities.csv", api_activities.activities_csv, name="deeds_csv"),
    path("api/v1/missing", api_missing.missing),
    path("api/v1/missing.csv", api_missing.missing_csv),
    path("api/v1/missing/history", api_missing.history),
    path("api/v1/missing/history.csv", api_missing.history_csv),
    path("api/v1/withheld", withheld.withheld),
    path("api/v1/withheld.csv", withheld.withheld_csv),
]
