"""The addresses of places, the same under / and /en/."""

from django.urls import path

from ayan.apps.planning import map_frame, views

pages = [
    path("map", views.city_map, name="map"),
    path("map/layer.json", views.map_layer, name="map_layer"),
    path("map/places.json", views.map_places, name="map_places"),
    path(
        "map/tiles/<slug:slug>/<str:period>/<int:number>/<slug:tag>/<int:first>-<int:length>",
        views.map_tiles,
        name="map_tiles",
    ),
    path("map/compare", views.map_compare, name="map_compare"),
    path("map/frame", map_frame.map_frame, name="map_frame"),
    path("map/base.pmtiles", views.base_map, name="map_base"),
    path("map/street/<path:name>", views.street, name="map_street"),
    path("map/district/<path:code>", views.district, name="map_district"),
]
