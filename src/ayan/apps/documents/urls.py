"""The addresses of documents."""

from django.urls import path

from ayan.apps.documents import api, desk_views, line_views
from ayan.ui import record_address as record_address  # its converter

bare = [
    path("api/v1/documents", api.documents, name="documents"),
    path("api/v1/documents/<slug:digest>", api.document_of, name="document"),
    path("api/v1/documents/<slug:digest>/pages/<int:number>", api.page, name="document_page"),
    path("api/v1/documents/<slug:digest>/file", api.file, name="document_file"),
]
desk = [
    path("desk/documents/new", desk_views.new, name="desk_attach"),
    path("desk/documents/<uuid:key>", desk_views.attachment, name="desk_attachment"),
    path("desk/documents/<uuid:key>/original", desk_views.original, name="desk_attachment_original"),
    path("desk/documents/<uuid:key>/lines", line_views.lines, name="desk_attachment_lines"),
    path("desk/documents/<uuid:key>/<int:number>.png", desk_views.page_picture, name="desk_attachment_page"),
]
