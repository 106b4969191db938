"""The addresses of the city's profile at the desk, in each language."""

from django.urls import path

from ayan.apps.profile import emblem_pages, views

desk_pages = [
    path("desk/city", views.face_page, name="profile"),
    path("desk/city/opens", views.opens_page, name="profile_opens"),
    path("desk/city/steps", views.steps_page, name="first_steps"),
    path("desk/city/emblem", emblem_pages.emblem_page, name="profile_emblem"),
    path("desk/city/emblem/take", emblem_pages.take, name="profile_emblem_take"),
    path("desk/city/emblem/<str:name>", emblem_pages.picture, name="profile_emblem_picture"),
    path("desk/city/ayan.toml", views.profile_file, name="profile_file"),
    path("desk/city/changes/<int:which>", views.change_page, name="profile_change"),
    path("desk/city/changes/<int:which>/<slug:name>", views.decide, name="profile_change_act"),
]
