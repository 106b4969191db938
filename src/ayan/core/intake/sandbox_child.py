"""The process that reads one workbook or GeoJSON file: sets its own limits, reads, and leaves an answer in JSON."""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ayan.core.intake import geojson
from ayan.core.intake.issues import issue_as_json, refuse, unreadable
from ayan.core.intake.reading_notes import REPLY, REQUEST
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.workbook import reader
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead
from ayan.core.values.label import Label


def bind(limits: IntakeLimits) -> None:
    """Let this process grow by ``limits.memory`` bytes from here and use ``limits.seconds`` of processor time."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0]) if Path("/proc/self/statm").exists() else 0
    room = pages * resource.getpagesize() + limits.memory
    seconds = max(1, round(limits.seconds))
    for kind, soft in ((resource.RLIMIT_AS, room), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        limit = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
        resource.setrlimit(kind, (limit, hard))


def answer(workdir: Path, request: dict[str, Any]) -> dict[str, Any]:
    """The table of the requested file in JSON, or ``{"refused": …}``."""
    limits = IntakeLimits(**request["limits"])
    declared = dict(request["source"])
    if declared["headers"] is not None:
        declared["headers"] = tuple(declared["headers"])
    source = Layout(**declared)
    path = Path(request["path"])
    bind(limits)
    try:
        if request["family"] == "json":
            return asdict(geojson.read(path, source, workdir, limits))
        return asdict(reader.read(path, request["sheet"], source, request["known"], workdir, limits))
    except CannotRead as refusal:
        return {"refused": issue_as_json(refusal.issue)}
    except MemoryError:
        return {
            "refused": issue_as_json(refuse("file-too-large", size="–", limit=f"{limits.memory // 1024**2} MB").issue)
        }
    except RecursionError:
        return {"refused": issue_as_json(unreadable(Label("تودرتویی بیش از اندازه", "nested too deeply")).issue)}


def main() -> None:
    """Read the request in the folder named on the command line and leave the answer there."""
    workdir = Path(sys.argv[1])
    request = json.loads((workdir / REQUEST).read_text("utf-8"))
    text = json.dumps(answer(workdir, request), ensure_ascii=False)
    (workdir / REPLY).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
