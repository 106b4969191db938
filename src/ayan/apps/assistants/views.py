"""The page that says how an assistant is connected and what it can do, and the same for programs that read first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_context import published


@published
def assistants(request: HttpRequest) -> HttpResponse:
    """How an assistant is connected, what it can do, and what it cannot."""
    context = {"section": "assistants", "address": page_context.absolute(request, "/mcp")}
    return render(request, "assistants/assistants.html", context)


@published
def llms(request: HttpRequest) -> HttpResponse:
    """``/llms.txt``: what stands here and how a program asks for it."""
    context = {"root": page_context.absolute(request, "/").rstrip("/")}
    return render(request, "assistants/llms.txt", context, content_type="text/plain; charset=utf-8")
