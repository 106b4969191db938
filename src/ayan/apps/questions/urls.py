"""The addresses of home and of the questions, the same under / and /en/."""

from django.urls import path

from ayan.apps.questions import views

pages = (
    path("", views.home, name="home"),
    path("answers", views.to_questions),
    path("answers/", views.questions, name="answers"),
    path("answers/<slug:slug>", views.question, name="answer"),
)
