"""The addresses of the counter: public pages under / and /en/ alike, and the officers' pages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from ayan.apps.counter.public_cases import NUMBER
from ayan.apps.counter.replies import views
from ayan.apps.counter.views import public


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
    path("counter/new/<slug:kind>", views.new, name="counter_new"),
    path("counter/<secret:code>", views.case, name="counter_reply"),
]

officers = [
    path("desk/counter/", views.cases, name="desk_counter"),
    path("desk/counter/letter", views.letter, name="desk_letter"),
    path("desk/counter/<int:number>", views.desk_reply, name="desk_reply"),
    path("desk/counter/<int:number>/<slug:name>", views.act, name="desk_reply_act"),
]
