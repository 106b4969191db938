"""The addresses of the logbook: what programs read stands at one address, the pages under / and /en/ alike."""

from django.urls import path, re_path

from ayan.apps.logbook import change_feed, change_pages, ledger_files, views

pages = [
    path("log", views.to_log),
    path("log/", views.log, name="log"),
    path("log/changes", change_pages.declared_changes, name="declared_changes"),
    path("log/changes.atom", change_pages.feed, name="declared_changes_feed"),
    path("log/<int:index>", views.leaf, name="leaf"),
    path("verify", views.verify, name="verify"),
    path("verify/row", views.check_row, name="check_row"),
]

urlpatterns = [
    path("api/v1/changes", change_feed.log_changes, name="log_changes"),
    path("log/vkey", ledger_files.vkey, name="vkey"),
    re_path(r"^log/(?P<path>checkpoint|tile/.+)$", ledger_files.resource, name="log_file"),
    path("log/anchors", ledger_files.anchor_days, name="anchor_days"),
    path("log/anchor/<str:name>", ledger_files.anchor, name="anchor"),
    re_path(
        r"^log/(?P<path>declarations/[0-9a-f]{64}|diary/[0-9]{4}-[0-9]{2}-[0-9]{2}/[a-z0-9-]{1,40})$",
        ledger_files.published,
        name="log_published",
    ),
    path("log/ayan_verify.py", ledger_files.verifier, name="verifier"),
    path("log/row-check/<str:lang>", ledger_files.row_check, name="row_check_file"),
    path("log/proof/<int:index>", ledger_files.leaf_proof, name="leaf_proof"),
    path("log/proof/<slug:slug>/<str:period>/<int:number>/<int:row>", ledger_files.row_proof, name="row_proof"),
]
