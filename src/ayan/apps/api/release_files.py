"""The manifest of a release and its files for programs, whole or in ranges, as they were sealed."""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ayan.apps.catalog.releases import erasure_notes
from ayan.core.query.answer import RowErased
from ayan.core.store.manifest import MEDIATYPE, beside, file_name
from ayan.core.store.objects import MANIFEST, Withdrawn
from ayan.core.store.release import Release
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui.api.byte_ranges import ranged
from ayan.ui.api.responses import FRESH, NotFound, not_modified, problem_document
from ayan.wiring.city import City

# A part's name, as it was sealed or as an erasure renewed it.
_GENERATION: Final = re.compile(r"data-[0-9]{4}(\.e[0-9]+)?\.parquet|tiles(\.e[0-9]+)?\.pmtiles")

NO_FILE: Final = Label("این انتشار پرونده‌ای به این نام ندارد.", "The release has no file of this name.")


class FileReplaced(Refusal):
    """The file of this name is no more: rows were erased from it."""

    code = "file-replaced"
    fa = "از این پرونده ردیف‌هایی پاک شده و پروندهٔ دیگری جای آن را گرفته است."
    en = "Rows have been erased from this file, and another one has taken its place."
    status = 410


_MEDIA: Final = {".parquet": MEDIATYPE, ".pmtiles": "application/vnd.pmtiles"}


def manifest(request: HttpRequest, city: City, release: Release) -> HttpResponseBase:
    """``datapackage.json``, byte for byte as it was sealed; its tag is its SHA-256."""
    if release.withdrawn:
        return erasure_notes.withdrawn(request, city, release)
    headers = {"Cache-Control": FRESH, "ETag": f'"{release.digest}"'}
    known = not_modified(request, headers["ETag"], headers)
    if known is not None:
        return known
    return HttpResponse(release.local(MANIFEST).read_bytes(), content_type="application/json", headers=headers)


def part(request: HttpRequest, city: City, release: Release, name: str) -> HttpResponseBase:
    """One file of a release, or the range of it that is asked for; its tag is its SHA-256."""
    if name == MANIFEST:
        return manifest(request, city, release)
    if release.withdrawn:
        return erasure_notes.withdrawn(request, city, release)
    files = {file_name(resource): resource for resource in release.manifest["resources"]} | beside(release.manifest)
    if name not in files:
        if release.erasures and _GENERATION.fullmatch(name):
            notes = [note.as_json() for note in erasure_notes.of_release(city, release)]
            return problem_document(
                request, FileReplaced(code=RowErased.code), {"erasures": notes, "files": list(release.names)}
            )
        raise NotFound("no-such-file", NO_FILE)
    resource = files[name]
    etag = f'"{str(resource["hash"]).removeprefix("sha256:")}"'
    headers = {
        "Cache-Control": FRESH,
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{release.slug}-{release.period}-{release.number}-{name}"',
        "Link": f'<{request.path.rpartition("/")[0]}>; rel="canonical"',
    }
    known = not_modified(request, etag, headers)
    if known is not None:
        return known
    try:
        path = release.local(name)
    except Withdrawn:
        return erasure_notes.withdrawn(request, city, release)
    media_type = _MEDIA.get(path.suffix, "application/octet-stream")
    return ranged(request, path, media_type, etag, headers)
