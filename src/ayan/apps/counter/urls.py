"""The addresses of the counter: public pages under / and /en/ alike, and the officers' pages."""

from django.urls import path

from ayan.apps.counter.replies import views
from ayan.apps.counter.views import filing, tracking

pages = [
    path("counter", views.counter, name="counter"),
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

officers = [
    path("desk/counter/", views.cases, name="desk_counter"),
    path("desk/counter/letter", views.letter, name="desk_letter"),
    path("desk/counter/<int:number>", views.desk_reply, name="desk_reply"),
    path("desk/counter/<int:number>/<slug:name>", views.act, name="desk_reply_act"),
]
