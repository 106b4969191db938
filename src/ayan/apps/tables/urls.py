"""The addresses of tables at the desk, in each language."""

from django.urls import path

from ayan.apps.tables.views import archive, columns, decision, lists, overview, texts

desk_pages = [
    path("desk/tables/", overview.tables, name="tables"),
    path("desk/tables/changes/<int:which>", decision.change_page, name="table_change"),
    path("desk/tables/changes/<int:which>/<slug:name>", decision.decide, name="table_change_act"),
    path("desk/tables/<slug:slug>", overview.table, name="table"),
    path("desk/tables/<slug:slug>/removal", overview.remove, name="table_remove"),
    path("desk/tables/<slug:slug>/facts", overview.facts, name="table_facts"),
    path("desk/tables/<slug:slug>/lists/<slug:name>", lists.code_list, name="table_list"),
    path("desk/tables/<slug:slug>/lists/<slug:name>/<int:which>", lists.one_code, name="table_code"),
    path("desk/tables/<slug:slug>/columns", columns.new, name="table_new_column"),
    path("desk/tables/<slug:slug>/columns/<slug:name>", columns.column, name="table_column"),
    path("desk/tables/<slug:slug>/texts", texts.text, name="table_text"),
    path("desk/tables/<slug:slug>/table.zip", archive.export, name="table_archive"),
    path("desk/tables/<slug:slug>/archive", archive.bring_in, name="table_bring_in"),
]
