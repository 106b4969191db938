"""The addresses of the promises: pages under / and /en/ alike, and their answers for programs."""

from django.urls import path

from ayan.apps.promises import api_activities, missing_data_api, views, withheld_data

pages = [
    path("activities", views.activities, name="deeds"),
    path("missing", views.missing, name="missing"),
    path("missing.atom", views.feed, name="missing_feed"),
    path("withheld", views.withheld, name="withheld"),
]

urlpatterns = [
    path("api/v1/activities", api_activities.activities, name="deeds_api"),
    path("api/v1/activities.csv", api_activities.activities_csv, name="deeds_csv"),
    path("api/v1/missing", missing_data_api.missing),
    path("api/v1/missing.csv", missing_data_api.missing_csv),
    path("api/v1/missing/history", missing_data_api.history),
    path("api/v1/missing/history.csv", missing_data_api.history_csv),
    path("api/v1/withheld", withheld_data.withheld),
    path("api/v1/withheld.csv", withheld_data.withheld_csv),
]
