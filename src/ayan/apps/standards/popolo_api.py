"""The council for programs that read Popolo: a file of each class, and all of them in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.page_context import site
from ayan.apps.standards.council_tables import council_tables
from ayan.apps.standards.limits import THINGS_OF_A_PIECE
from ayan.apps.standards.popolo import PopoloCouncil
from ayan.core.values.canonical import JsonObject
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal, Wording
from ayan.ui.api.operations import JSON, Operation, Parameter
from ayan.ui.api.responses import NotFound, document, only, reading, streamed, tag
from ayan.wiring import city
from ayan.wiring.city import City

ROOT: Final = "/api/v1/popolo"
CLASSES: Final = (
    "persons",
    "organizations",
    "posts",
    "memberships",
    "areas",
    "events",
    "motions",
    "vote_events",
    "votes",
)
_NO_CLASS: Final = Label(
    "از این دسته چیزی منتشر نشده است. آنچه هست: {classes}.",
    "Nothing of this class is published. What there is: {classes}.",
)


class CouncilUnpublished(Refusal):
    """No table of the council is declared and published."""

    code = "popolo-unpublished"
    fa = "این شهر هنوز چیزی از اعضا، جلسه‌ها، مصوبه‌ها و رأی‌های شورا منتشر نکرده است."
    en = "This city has not published anything of the members, sessions, resolutions and votes of its council yet."
    status = 404


@dataclass(frozen=True, slots=True)
class OneDocument:
    """What sending one JSON document needs to know: it has no line that could say that it broke off."""

    media_type: str = JSON
    broken: Callable[[Wording], bytes] | None = None


def _council(request: HttpRequest) -> tuple[PopoloCouncil, str]:
    """The council as it is published now, and the entity tag of everything that may be told of it."""
    current_city, address = city.current(), site(request)
    tables = council_tables(current_city)
    if not any(part != "units" for part in tables):
        raise CouncilUnpublished
    council = PopoloCouncil(tables, current_city.profile.name, address)
    states = (f"{part}:{table.dataset.digest}:{table.snapshot.snapshot_id}" for part, table in tables.items())
    return council, tag("popolo", address, *current_city.profile.name.words().values(), *states)


def published_classes(city: City) -> tuple[str, ...]:
    """The classes of which a city publishes something; none while nothing is published of a council."""
    tables = council_tables(city)
    if not any(part != "units" for part in tables):
        return ()
    return tuple(PopoloCouncil(tables, city.profile.name, "").classes())


@reading
def index(request: HttpRequest) -> HttpResponseBase:
    """Which classes there are and where, and which datasets they are told from, by which of their fields."""
    only(request)
    council, etag = _council(request)

    def body() -> bytes:
        files = {name: f"{council.site}{ROOT}/{name}.json" for name in council.classes()}
        parts = {
            part: {"dataset": table.dataset.slug, "fields": dict(table.places), "codes": dict(table.meanings)}
            for part, table in council.tables.items()
        }
        return orjson.dumps({"all": f"{council.site}{ROOT}/popolo.json", "classes": files, "parts": parts})

    return document(request, etag, body, {})


@reading
def whole(request: HttpRequest) -> HttpResponseBase:
    """Every class in one document, class after class."""
    only(request)
    council, etag = _council(request)
    return streamed(request, etag, lambda: _pieces(council.classes().items()), OneDocument(), _headers("popolo"))


@reading
def of_class(request: HttpRequest, name: str) -> HttpResponseBase:
    """Everything of one class."""
    only(request)
    council, etag = _council(request)
    classes = council.classes()
    if name not in classes:
        raise NotFound("no-such-class", _NO_CLASS.format(classes=", ".join(classes)))
    return streamed(request, etag, lambda: _pieces([(name, classes[name])]), OneDocument(), _headers(name))


def _headers(name: str) -> dict[str, str]:
    own = "popolo" if name == "popolo" else f"popolo-{name}"
    return {
        "Content-Disposition": f'inline; filename="{own}.json"',
        "Link": f'<{ROOT}>; rel="describedby"',
    }


def _pieces(classes: Iterable[tuple[str, Callable[[], Iterator[JsonObject]]]]) -> Iterator[bytes]:
    """One object with an array for each class, so many things at a time."""
    before = b"{"
    for name, make in classes:
        yield before + orjson.dumps(name) + b":["
        comma, things = b"", make()
        while piece := list(islice(things, THINGS_OF_A_PIECE)):
            yield comma + b",\n".join(map(orjson.dumps, piece))
            comma = b",\n"
        before = b"],\n"
    yield b"]}\n"


_CLASS: Final = Parameter(
    "name", Label("دسته‌ای از Popolo", "A class of Popolo"), {"type": "string", "enum": list(CLASSES)}
)
OPERATIONS: Final = (
    Operation(
        path=ROOT,
        id="popolo",
        words=Label("آنچه از شورا به Popolo هست", "What there is of the council in Popolo"),
        answers={JSON: None},
        parameters=(),
        refusals=(404,),
        tag="standards",
    ),
    Operation(
        path=f"{ROOT}/popolo.json",
        id="popolo_whole",
        words=Label("همهٔ شورا به Popolo در یک پرونده", "All of the council in Popolo, in one file"),
        answers={JSON: None},
        parameters=(),
        refusals=(404,),
        tag="standards",
    ),
    Operation(
        path=f"{ROOT}/{{name}}.json",
        parts=(_CLASS,),
        id="popolo_class",
        words=Label("یک دسته از شورا به Popolo", "One class of the council in Popolo"),
        answers={JSON: None},
        parameters=(),
        refusals=(404,),
        tag="standards",
    ),
)
"""What can be asked of the council."""
