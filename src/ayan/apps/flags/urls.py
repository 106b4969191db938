"""The addresses of flags: public pages under / and /en/ alike, answers for programs, and the officers' pages."""

from django.urls import path

from ayan.apps.flags import api, views

pages = [
    path("flags", views.flags, name="flags"),
    path("flags.atom", views.feed, name="findings_feed"),
    path("flags/<slug:slug>.atom", views.feed, name="findings_feed_of"),
    path("flags/<slug:owner>/<slug:code>.atom", views.feed, name="flag_feed"),
    path("flags/<slug:owner>/<slug:code>", views.flag, name="flag"),
]

urlpatterns = [
    path("api/v1/flags", api.flags),
    path("api/v1/findings", api.findings),
    path("api/v1/findings.<slug:name>", api.findings),
]

officers = [
    path("desk/findings/", views.findings, name="desk_flags"),
    path("desk/findings/tell", views.tell, name="desk_flags_tell"),
    path("desk/findings/<str:key>", views.finding, name="desk_finding"),
    path("desk/findings/<str:key>/<slug:name>", views.act, name="desk_finding_act"),
]
