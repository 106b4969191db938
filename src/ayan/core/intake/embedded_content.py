"""What a workbook carries beside its cells: comments, links, pivots, properties, objects, macros. None is published."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ayan.core.intake.archive import Package
from ayan.core.intake.table import IntakeLimits, printable_name
from ayan.core.schema.issue import Issue

_COMMENT: Final = re.compile(rb"<(?:\w+:)?(?:threadedComment|comment)\s")
_NAME: Final = re.compile(rb"<(?:\w+:)?definedName\b([^>]*)>([^<]*)<")
# A name that points into another workbook ([1]…), to a file, a share or the web.
_OUTSIDE: Final = re.compile(rb"\[\d+\]|\[[^\]]+\.xls|https?:|file:|\\\\\\\\", re.IGNORECASE)
_EXTERNAL: Final = re.compile(rb"<Relationship\b[^>]*TargetMode=[\"']External[\"'][^>]*>")
_PERSON: Final = {
    "docProps/core.xml": (b"creator", b"lastModifiedBy", b"contentStatus", b"description", b"keywords"),
    "docProps/app.xml": (b"Company", b"Manager"),
}
_OBJECTS: Final = ("xl/embeddings/", "xl/media/", "xl/activeX/", "xl/charts/chart", "xl/ctrlProps/", "xl/diagrams/")


def embedded_issue(code: str, count: int = 1, **params: object) -> Issue:
    """One thing that the file carries."""
    return Issue(code=code, count=count, params={"count": count, **params})


def named(names: Iterable[str]) -> Issue:
    """The properties that name somebody; which ones, never what they say."""
    return embedded_issue("file-properties", names="، ".join(sorted({printable_name(name) for name in names})))


def of_ooxml(package: Package, limits: IntakeLimits) -> list[Issue]:
    """What an XLSX or XLSM file carries, by the names of its parts and a look into the small ones."""
    parts = sorted(package.parts)

    def body(part: str) -> bytes:
        return b"".join(package.chunks(part, limits)) if part in package.parts else b""

    def those(*starts: str) -> list[str]:
        return [part for part in parts if part.startswith(starts)]

    issues = []
    comments = those("xl/threadedComments/") or [part for part in those("xl/comments") if part.endswith(".xml")]
    count = sum(len(_COMMENT.findall(body(part))) for part in comments)
    if comments:
        issues.append(embedded_issue("file-comments", max(1, count)))
    if pivots := those("xl/pivotCache/pivotCacheDefinition"):
        issues.append(embedded_issue("file-pivots", len(pivots)))
    outside = those("xl/externalLinks/externalLink", "xl/queryTables/", "xl/model/")
    outside += [part for part in ("xl/connections.xml",) if part in package.parts]
    links = sum(len(_EXTERNAL.findall(body(part))) for part in those("xl/worksheets/_rels/"))
    if outside or links:
        issues.append(embedded_issue("file-links", len(outside) + links))
    names = [name_parts for name_parts in _NAME.findall(body("xl/workbook.xml")) if _is_odd_name(*name_parts)]
    if names:
        issues.append(embedded_issue("file-names", len(names)))
    people = [
        tag.decode() for part, tags in _PERSON.items() for tag in tags
        if re.search(rb"<(?:\w+:)?" + tag + rb"(?:\s[^>]*)?>\s*[^<\s]", body(part))
    ]  # fmt: skip
    people += ["custom"] if "docProps/custom.xml" in package.parts or those("customXml/item") else []
    people += ["persons"] if those("xl/persons/") else []
    if people:
        issues.append(named(people))
    if objects := those(*_OBJECTS):
        issues.append(embedded_issue("file-objects", len([part for part in objects if "/_rels/" not in part])))
    if those("xl/revisions/"):
        issues.append(embedded_issue("file-revisions"))
    if those("xl/vbaProject.bin", "xl/macrosheets/"):
        issues.append(embedded_issue("file-macros"))
    return issues


def _is_odd_name(attributes: bytes, text: bytes) -> bool:
    """Whether a defined name is hidden, or points outside; what a filter or printing defines for itself is neither."""
    if _OUTSIDE.search(text):
        return True
    own = re.search(rb"\bname=[\"'](?:_xlnm|_xlfn|_xlpm|_xlws)", attributes)
    return own is None and re.search(rb"\bhidden=[\"'](?:1|true)[\"']", attributes) is not None


def of_odf(package: Package, seen_in_content: dict[str, int], limits: IntakeLimits) -> list[Issue]:
    """What an ODS file carries; ``seen_in_content`` counts what the walk through its tables met, by issue code."""
    issues = [embedded_issue(code, count) for code, count in sorted(seen_in_content.items()) if count]
    meta = b"".join(package.chunks("meta.xml", limits)) if "meta.xml" in package.parts else b""
    people = [
        tag.decode() for tag in (b"creator", b"initial-creator", b"user-defined", b"description", b"keyword")
        if re.search(rb"<[\w-]+:" + tag + rb"(?:\s[^>]*)?>\s*[^<\s]", meta)
    ]  # fmt: skip
    if people:
        issues.append(named(people))
    objects = [
        part for part in package.parts if part.startswith(("Pictures/", "media/")) or part.endswith("/content.xml")
    ]
    if objects and "file-objects" not in seen_in_content:
        issues.append(embedded_issue("file-objects", len(objects)))
    if any(part.startswith(("Basic/", "Scripts/")) and part.endswith((".xml", ".py", ".js", ".bsh")) and
           "-lb.xml" not in part and "-lc.xml" not in part for part in package.parts):  # fmt: skip
        issues.append(embedded_issue("file-macros"))
    return issues
