"""The addresses of the services: pages under / and /en/ alike, and their answers for programs."""

from django.urls import path

from ayan.apps.services import api, views

pages = [
    path("services", views.services, name="service_list"),
    path("services/<str:code>", views.service, name="service"),
    path("services/<str:code>/times", views.times, name="service_times"),
]

urlpatterns = [
    path("services.jsonld", api.services_jsonld, name="services_jsonld"),
    path("services.ttl", api.services_turtle, name="services_turtle"),
    path("api/v1/services", api.services, name="services_api"),
    path("api/v1/services/<str:code>", api.service, name="service_api"),
]
