"""The addresses of the counter: public pages under / and /en/ alike, and the officers' pages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from ayan.apps.counter.georeport import views as georeport
from ayan.apps.counter.public_cases import NUMBER
from ayan.apps.counter.replies import views
from ayan.apps.counter.views import (
    desk_case,
    desk_file_copy,
    desk_filing,
    desk_late,
    desk_moderation,
    desk_publish,
    desk_queue,
    desk_text_blocks,
    filing,
    public,
    tracking,
)


class NumberConverter(StringConverter):
    """The number of a case: everybody may know it, and it opens nothing that is not for everybody."""

    regex = NUMBER.pattern


register_converter(NumberConverter, "case")

pages = [
    path("counter", public.counter, name="counter"),
    path("counter/units", public.units, name="counter_units"),
    path("counter/moderation", public.moderation, name="counter_moderation"),
    path("counter/cases.atom", public.feed, name="counter_feed"),
    path("counter/<case:number>", public.case, name="counter_case"),
    path("counter/<case:number>/files/<int:file_id>", public.attachment, name="counter_public_file"),
    path("counter/new", filing.kinds, name="counter_kinds"),
    path("counter/new/<slug:kind>", filing.new, name="counter_new"),
    path("counter/receipt", filing.receipt, name="counter_receipt"),
    path("counter/track", tracking.track, name="counter_track"),
    path("counter/mine/<slug:number>", tracking.mine, name="counter_mine"),
    path("counter/mine/<slug:number>/do", tracking.act, name="counter_act"),
    path("counter/mine/<slug:number>/files/<int:file_id>", tracking.attachment, name="counter_file"),
    path("counter/mine/<slug:number>/receipt.<slug:sort>", tracking.receipt_file, name="counter_receipt_file"),
    path("counter/<secret:code>", tracking.open_case, name="counter_reply"),
]

programs = [
    path("api/v1/open311/discovery.<slug:output>", georeport.discovery, name="georeport"),
    path("api/v1/open311/services.<slug:output>", georeport.services, name="georeport_services"),
    path("api/v1/open311/services/<slug:code>.<slug:output>", georeport.service, name="georeport_service"),
    path("api/v1/open311/requests.<slug:output>", georeport.requests, name="georeport_requests"),
    path("api/v1/open311/requests/<slug:number>.<slug:output>", georeport.request_of, name="georeport_request"),
    path("api/v1/open311/tokens/<secret:code>", georeport.token, name="georeport_token"),
]

officers = [
    path("desk/counter/", desk_queue.queue, name="desk_counter"),
    path("desk/counter/new", desk_filing.new, name="desk_case_new"),
    path("desk/counter/receipt", desk_filing.receipt_file, name="desk_receipt_file"),
    path("desk/counter/late", desk_late.overdue, name="desk_cases_late"),
    path("desk/counter/check/", desk_moderation.moderation_queue, name="desk_moderation"),
    path("desk/counter/check/<str:number>", desk_moderation.moderate, name="desk_moderate"),
    path("desk/counter/check/<str:number>/file/<int:key>", desk_file_copy.copy, name="desk_file_copy"),
    path(
        "desk/counter/check/<str:number>/file/<int:key>/<int:page>.png",
        desk_file_copy.page_picture,
        name="desk_file_copy_page",
    ),
    path("desk/counter/publish/", desk_publish.tasks, name="desk_publish"),
    path("desk/counter/publish/<int:key>", desk_publish.task, name="desk_publish_task"),
    path("desk/counter/sentences/", desk_text_blocks.blocks, name="desk_text_blocks"),
    path("desk/counter/sentences/<int:key>", desk_text_blocks.blocks, name="desk_text_block"),
    path("desk/counter/case/<str:number>", desk_case.case, name="desk_case"),
    path("desk/counter/case/<str:number>/file/<int:key>", desk_case.attachment, name="desk_case_file"),
    path("desk/counter/replies/", views.cases, name="desk_replies"),
    path("desk/counter/replies/letter", views.letter, name="desk_letter"),
    path("desk/counter/replies/<int:number>", views.desk_reply, name="desk_reply"),
    path("desk/counter/replies/<int:number>/<slug:name>", views.act, name="desk_reply_act"),
]
