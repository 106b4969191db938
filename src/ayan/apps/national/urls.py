"""The addresses of all cities: pages in every language, and answers for programs."""

from django.urls import path

from ayan.apps.national import api, flags_api, groups_api, views

pages = [
    path("cities", views.all_cities, name="national"),
    path("cities/compare", views.compare, name="national_compare"),
    path("cities/search", views.search, name="national_search"),
    path("cities/tables/<slug:slug>", views.table, name="national_table"),
    path("cities/tables/<slug:slug>/figures", views.figures, name="national_figures"),
    path("cities/flags", views.flags, name="national_flags"),
    path("cities/companies", views.companies, name="national_companies"),
    path("cities/companies/<str:legal_id>", views.company, name="national_company"),
    path("cities/<path:rest>", views.nothing),
]

urlpatterns = [
    path("api/v1/cities", api.all_cities),
    path("api/v1/cities/compare", api.compare),
    path("api/v1/cities/search", api.search),
    path("api/v1/cities/datasets/<slug:slug>/groups", groups_api.groups),
    path("api/v1/cities/datasets/<slug:slug>/groups.csv", groups_api.groups, {"ending": "csv"}),
    path("api/v1/cities/datasets/<slug:slug>/facets", groups_api.facets),
    path("api/v1/cities/flags", flags_api.flags),
    path("api/v1/cities/flags.csv", flags_api.flags, {"ending": "csv"}),
    path("api/v1/cities/companies/<str:legal_id>", api.company),
]
