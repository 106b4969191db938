"""The addresses of what is published in the words of standards."""

from django.urls import path

from ayan.apps.standards import discovery

urlpatterns = [
    path("catalog.ttl", discovery.catalogue_ttl, name="catalogue_ttl"),
    path("catalog.jsonld", discovery.catalogue_jsonld, name="catalogue_jsonld"),
    path("api/v1/datasets/<slug:slug>/dcat.jsonld", discovery.dataset_jsonld, name="dataset_jsonld"),
]
