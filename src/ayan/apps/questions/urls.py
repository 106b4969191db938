"""The addresses of home and of the questions: the pages under / and /en/ alike, and the API."""

from django.urls import path

from ayan.apps.questions import api, views

pages = (
    path("", views.home, name="home"),
    path("answers", views.to_questions),
    path("answers/", views.questions, name="answers"),
    path("answers/<slug:slug>", views.question, name="answer"),
)

urlpatterns = [
    path("api/v1/answers", api.questions),
    path("api/v1/answers/<slug:slug>", api.question),
]
