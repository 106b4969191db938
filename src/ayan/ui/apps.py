"""The ui app's name for Django, so that its templates, tags and static files are found; its page of components."""

from __future__ import annotations

from collections.abc import Iterable

from ayan.ui.contract import AppContract, CopiedFile, Urls

LIVE = frozenset({
    "build/htmx.js", "build/maplibre-gl.js", "build/maplibre-gl-worker.js", "build/maplibre-gl.css",
    "build/city-map.js", "js/map-first.js",
})  # fmt: skip
"""What asks the site while a page is read: of no use in a copy."""


class UiConfig(AppContract):
    name = "ayan.ui"
    label = "ui"

    def ready(self) -> None:
        from ayan.ui import log_redaction

        log_redaction.install()

    def urls(self) -> Urls:
        from ayan.ui.showcase.urls import pages

        return Urls(public=tuple(pages))

    def copied(self, records: int) -> Iterable[CopiedFile]:
        from ayan.ui import static_files

        del records
        return (
            CopiedFile(static_files.url(name), f"static/{name}", any_query=True)
            for name in static_files.all_files()
            if name not in LIVE
        )
