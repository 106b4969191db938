"""The addresses of the counter: public pages under / and /en/ alike, and the officers' pages."""

from django.urls import path

from ayan.apps.counter.replies import views

pages = [
    path("counter", views.counter, name="counter"),
    path("counter/new/<slug:kind>", views.new, name="counter_new"),
    path("counter/<secret:code>", views.case, name="counter_reply"),
]

officers = [
    path("desk/counter/", views.cases, name="desk_counter"),
    path("desk/counter/letter", views.letter, name="desk_letter"),
    path("desk/counter/<int:number>", views.desk_reply, name="desk_reply"),
    path("desk/counter/<int:number>/<slug:name>", views.act, name="desk_reply_act"),
]
