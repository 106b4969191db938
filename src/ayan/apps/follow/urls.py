"""The addresses of following, under / and /en/ alike."""

from django.urls import path

from ayan.apps.follow import views

pages = [
    path("follow", views.follow, name="follow"),
    path("follow.atom", views.feed, name="follow_feed"),
    path("search.atom", views.search, name="search_feed"),
    path("follow/confirm/<secret:token>", views.confirm, name="follow_confirm"),
    path("follow/leave/<secret:token>", views.leave, name="follow_leave"),
]
