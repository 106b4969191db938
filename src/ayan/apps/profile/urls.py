"""The addresses of the city's profile at the desk, in each language."""

from django.urls import path

from ayan.apps.profile import views

desk_pages = [
    path("desk/city", views.face_page, name="profile"),
    path("desk/city/opens", views.opens_page, name="profile_opens"),
    path("desk/city/steps", views.steps_page, name="first_steps"),
    path("desk/city/ayan.toml", views.profile_file, name="profile_file"),
    path("desk/city/changes/<int:which>", views.change_page, name="profile_change"),
    path("desk/city/changes/<int:which>/<slug:name>", views.decide, name="profile_change_act"),
]
