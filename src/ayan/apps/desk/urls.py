"""The addresses of the desk's submissions, the same under /desk/ and /en/desk/."""

from django.urls import path

from ayan.apps.desk.views import advance, approving, finishing, mending, originals, sending

urlpatterns = [
    path("desk/u/", sending.listed, name="desk_list"),
    path("desk/u/new", sending.new, name="desk_new"),
    path("desk/u/<uuid:key>", sending.overview, name="desk_overview"),
    path("desk/u/<uuid:key>/file", sending.file, name="desk_file"),
    path("desk/u/<uuid:key>/sheet", sending.sheet, name="desk_sheet"),
    path("desk/u/<uuid:key>/columns", mending.columns, name="desk_columns"),
    path("desk/u/<uuid:key>/fix", mending.fix, name="desk_fix"),
    path("desk/u/<uuid:key>/fix/mend", mending.mend, name="desk_mend"),
    path("desk/u/<uuid:key>/fix/cell", mending.cell, name="desk_cell"),
    path("desk/u/<uuid:key>/fix/partial", mending.partial, name="desk_partial"),
    path("desk/u/<uuid:key>/fix/rows.xlsx", mending.bad_rows, name="desk_bad_rows"),
    path("desk/u/<uuid:key>/fix/returned", mending.returned, name="desk_returned"),
    path("desk/u/<uuid:key>/fix/release", mending.release, name="desk_release"),
    path("desk/u/<uuid:key>/diff", finishing.diff, name="desk_diff"),
    path("desk/u/<uuid:key>/overrule", finishing.overrule, name="desk_overrule"),
    path("desk/u/<uuid:key>/preview", finishing.preview, name="desk_preview"),
    path("desk/u/<uuid:key>/send", finishing.send, name="desk_send"),
    path("desk/u/<uuid:key>/sent", finishing.sent, name="desk_sent"),
    path("desk/u/<uuid:key>/letter", finishing.letter, name="desk_letter"),
    path("desk/u/<uuid:key>/typed", finishing.typed, name="desk_typed"),
    path("desk/u/<uuid:key>/act/<slug:name>", finishing.act, name="desk_act"),
    path("desk/approve/<uuid:key>", approving.approve, name="desk_approve"),
    path("desk/approve/<uuid:key>/<slug:name>", approving.decide, name="desk_decide"),
    path("desk/advance", advance.page, name="desk_advance"),
    path("desk/templates/<slug:slug>.xlsx", sending.template, name="desk_template"),
    path("desk/originals/", originals.datasets, name="desk_originals"),
    path("desk/originals/<slug:slug>", originals.dataset, name="desk_originals_of"),
    path("desk/originals/<slug:slug>/<str:period>/<int:number>", originals.original, name="desk_original"),
    path("desk/withdraw/<slug:slug>/<str:period>/<int:number>", approving.withdraw, name="desk_withdraw"),
]
