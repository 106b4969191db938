"""The addresses of the counter: public pages under / and /en/ alike, and the officers' pages."""

from django.urls import path

from ayan.apps.counter.views import desk, public

pages = [
    path("counter", public.counter, name="counter"),
    path("counter/new/<slug:kind>", public.new, name="counter_new"),
    path("counter/<str:code>", public.case, name="counter_case"),
]

officers = [
    path("desk/counter/", desk.cases, name="desk_counter"),
    path("desk/counter/letter", desk.letter, name="desk_letter"),
    path("desk/counter/<int:number>", desk.case, name="desk_case"),
    path("desk/counter/<int:number>/<slug:name>", desk.act, name="desk_case_act"),
]
