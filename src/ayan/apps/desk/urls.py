"""The addresses of the desk's submissions, the same under /desk/ and /en/desk/."""

from django.urls import path

from ayan.apps.desk.views import approval, columns_and_fixes, layout, originals, review, talk, upload

urlpatterns = [
    path("desk/u/", upload.listed, name="desk_list"),
    path("desk/u/new", upload.new, name="desk_new"),
    path("desk/u/<uuid:key>", upload.overview, name="desk_overview"),
    path("desk/u/<uuid:key>/file", upload.file, name="desk_file"),
    path("desk/u/<uuid:key>/pieces", upload.pieces, name="desk_upload_begun"),
    path("desk/u/<uuid:key>/pieces/<slug:name>", upload.piece, name="desk_upload_piece"),
    path("desk/u/<uuid:key>/sheet", upload.sheet, name="desk_sheet"),
    path("desk/u/<uuid:key>/layout", layout.add, name="desk_layout"),
    path("desk/u/<uuid:key>/columns", columns_and_fixes.columns, name="desk_columns"),
    path("desk/u/<uuid:key>/fix", columns_and_fixes.fix, name="desk_fix"),
    path("desk/u/<uuid:key>/fix/mend", columns_and_fixes.mend, name="desk_mend"),
    path("desk/u/<uuid:key>/fix/cell", columns_and_fixes.cell, name="desk_cell"),
    path("desk/u/<uuid:key>/fix/partial", columns_and_fixes.partial, name="desk_partial"),
    path("desk/u/<uuid:key>/fix/rows.xlsx", columns_and_fixes.bad_rows, name="desk_bad_rows"),
    path("desk/u/<uuid:key>/fix/returned", columns_and_fixes.returned, name="desk_returned"),
    path("desk/u/<uuid:key>/fix/waive", columns_and_fixes.waive, name="desk_waive"),
    path("desk/u/<uuid:key>/diff", review.diff, name="desk_diff"),
    path("desk/u/<uuid:key>/override", review.override, name="desk_override"),
    path("desk/u/<uuid:key>/preview", review.preview, name="desk_preview"),
    path("desk/u/<uuid:key>/send", review.send, name="desk_send"),
    path("desk/u/<uuid:key>/sent", review.sent, name="desk_sent"),
    path("desk/u/<uuid:key>/letter", review.letter, name="desk_letter"),
    path("desk/u/<uuid:key>/typed", review.typed, name="desk_typed"),
    path("desk/u/<uuid:key>/amendments", approval.amendments, name="desk_amendments"),
    path("desk/u/<uuid:key>/act/<slug:name>", review.act, name="desk_act"),
    path("desk/u/<uuid:key>/talk", talk.talk, name="desk_talk"),
    path("desk/periods", talk.held, name="desk_held_periods"),
    path("desk/approve/<uuid:key>", approval.approve, name="desk_approve"),
    path("desk/approve/<uuid:key>/<slug:name>", approval.decide, name="desk_decide"),
    path("desk/advance", approval.advance, name="desk_advance"),
    path("desk/templates/<slug:slug>.xlsx", upload.template, name="desk_template"),
    path("desk/originals/", originals.datasets, name="desk_originals"),
    path("desk/originals/<slug:slug>", originals.dataset, name="desk_originals_of"),
    path("desk/originals/<slug:slug>/<str:period>/<int:number>", originals.original, name="desk_original"),
    path("desk/withdraw/<slug:slug>/<str:period>/<int:number>", approval.withdraw, name="desk_withdraw"),
]
