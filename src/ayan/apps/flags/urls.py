"""The addresses of flags: public pages under / and /en/ alike, answers for programs, and the officers' pages."""

from django.urls import path

from ayan.apps.flags import api, feeds
from ayan.apps.flags.views import desk, public

pages = [
    path("flags", public.flags, name="flags"),
    path("flags.atom", feeds.feed, name="findings_feed"),
    path("flags/<slug:slug>.atom", feeds.feed, name="findings_feed_of"),
    path("flags/<slug:owner>/<slug:code>.atom", feeds.feed, name="flag_feed"),
    path("flags/<slug:owner>/<slug:code>", public.flag, name="flag"),
]

urlpatterns = [
    path("api/v1/flags", api.flags),
    path("api/v1/findings", api.findings),
    path("api/v1/findings.<slug:name>", api.findings),
]

officers = [
    path("desk/findings/", desk.findings, name="desk_flags"),
    path("desk/findings/tell", desk.tell, name="desk_flags_tell"),
    path("desk/findings/<str:key>", desk.finding, name="desk_finding"),
    path("desk/findings/<str:key>/<slug:name>", desk.act, name="desk_finding_act"),
]
