"""The addresses of the logbook: what programs read stands at one address, the pages under / and /en/ alike."""

from django.urls import path, re_path

from ayan.apps.logbook import files, views

pages = [
    path("log", views.to_log),
    path("log/", views.log, name="log"),
    path("log/<int:index>", views.leaf, name="leaf"),
    path("verify", views.verify, name="verify"),
]

urlpatterns = [
    path("log/vkey", files.vkey, name="vkey"),
    re_path(r"^log/(?P<path>checkpoint|tile/.+)$", files.resource, name="log_file"),
    path("log/anchors", files.anchor_days, name="anchor_days"),
    path("log/anchor/<str:name>", files.anchor, name="anchor"),
    path("log/proof/<int:index>", files.leaf_proof, name="leaf_proof"),
    path("log/proof/<slug:slug>/<str:period>/<int:number>/<int:row>", files.row_proof, name="row_proof"),
]
