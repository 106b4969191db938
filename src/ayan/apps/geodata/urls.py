"""The addresses of places for programs."""

from django.urls import path

from ayan.apps.geodata import features, parcel_at
from ayan.ui import record_address as record_address  # its converter

urlpatterns = [
    path("api/v1/parcels/at", parcel_at.parcel_at, name="parcel_at"),
    path("api/v1/features", features.landing, name="features"),
    path("api/v1/features/conformance", features.conformance, name="features_conformance"),
    path("api/v1/features/collections", features.collections, name="features_collections"),
    path("api/v1/features/collections/<slug:slug>", features.collection, name="features_collection"),
    path("api/v1/features/collections/<slug:slug>/items", features.items, name="features_items"),
    path("api/v1/features/collections/<slug:slug>/items/<record:key>", features.item, name="features_item"),
]
