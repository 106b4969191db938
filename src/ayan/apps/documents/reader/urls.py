"""The addresses of the reader: pages in each language, and pictures of pages and their bytes, which have none."""

from django.urls import path

from ayan.apps.documents.reader import views

urlpatterns = [
    path("documents/<slug:digest>", views.document, name="document_reader"),
    path("documents/<slug:digest>/<int:number>", views.page, name="document_reader_page"),
    path("documents/<slug:digest>/difference/<slug:other>", views.difference, name="document_difference"),
]

bare = [
    path("documents/<slug:digest>/<int:number>.png", views.picture, name="document_picture"),
    path("documents/<slug:digest>/file", views.file, name="document_bytes"),
]
