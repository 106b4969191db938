"""How the city buys, after OCDS 1.1.5: releases and records of contracting processes, one by one and in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.page_context import site
from ayan.apps.standards.data_catalogue import licence_of
from ayan.apps.standards.limits import PROCESSES_OF_A_PIECE
from ayan.core.procurement.ocds import ContractingPublisher, own_codes
from ayan.core.procurement.processes import ContractingProcess, StagedData
from ayan.core.procurement.stage import NEEDED_STAGE
from ayan.core.procurement.stage_file import ROOM as DECLARED
from ayan.core.query.formats.document import broken_line
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.schema.definition import Dataset
from ayan.core.store.damage import DatasetDamaged
from ayan.core.values.address_step import read, written
from ayan.core.values.canonical import JsonObject
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.period import Period, parse
from ayan.core.values.refusal import Refusal, Wording
from ayan.ui.api.operations import JSON, WORD, Operation, Parameter
from ayan.ui.api.responses import NotFound, document, only, reading, streamed, tag
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.contracting import contracting_identity

ROOT: Final = "/api/v1/ocds"
JSON_LINES: Final = "application/x-ndjson; charset=utf-8"
_NO_PROCESS: Final = Label("فرایند خریدی با این شناسه نیست.", "There is no contracting process of this id.")
OCID: Final = Parameter("ocid", Label("شناسهٔ فرایند خرید", "The id of the contracting process"), WORD)
YEAR: Final = Parameter(
    "year",
    Label(
        "سال خورشیدی آغاز فرایند؛ بی آن همهٔ سال‌ها.", "The Jalali year in which a process began; all years without it."
    ),
    {"type": "string", "pattern": "^[0-9]{4}$"},
)


class ContractingUndeclared(Refusal):
    """The city has no prefix for its process ids, or says of no dataset that it holds contracts."""

    code = "ocds-undeclared"
    fa = (
        "این شهر هنوز قراردادهایش را به OCDS نمی‌دهد: پیشوند شناسه‌ها در datasets/ocds.toml، یا نگاشت داده‌ها، "
        "اعلام نشده است. همان داده‌ها در /api/v1/datasets هست."
    )
    en = (
        "This city does not tell of its contracting as OCDS yet: the prefix of its ids in datasets/ocds.toml, or the "
        "mapping of its datasets, is not declared. The same data are at /api/v1/datasets."
    )
    status = 404


class ContractingRefused(Refusal):
    """What is declared of contracting does not fit the datasets."""

    code = "ocds-refused"
    fa = "نگاشت قراردادها به OCDS با داده‌ها نمی‌سازد. ayan doctor می‌گوید چه چیز را درست کنید."
    en = "The mapping to OCDS does not fit the datasets. ayan doctor says what to correct."
    status = 503


@dataclass(frozen=True, slots=True)
class ContractingLines:
    """What sending lines needs to know."""

    media_type: str = JSON_LINES
    broken: Callable[[Wording], bytes] | None = broken_line


@dataclass(frozen=True, slots=True)
class Contracting:
    """The contracting of a city, at the public address of its site."""

    city: City
    site: str
    publisher: ContractingPublisher
    data: StagedData
    datasets: Mapping[str, Dataset]

    @classmethod
    def of(cls, city: City, site: str) -> Contracting:
        """What is declared and published now. Raises ContractingUndeclared or ContractingRefused."""
        procurement, identity = city.registry.procurement(), contracting_identity(city.home)
        if procurement.problems or identity.problems:
            raise ContractingRefused
        if not identity.prefix or not procurement.is_complete:
            raise ContractingUndeclared
        for dataset in city.set_aside:
            if (city.registry.folder(dataset.slug) / DECLARED).is_dir():
                # Without its rows, what is documents of the others would be untrue.
                raise DatasetDamaged(dataset.slug)
        datasets = {stage.dataset: city.registry.get(stage.dataset) for stage in procurement.stages.values()}
        states = {slug: city.release_store.snapshot(slug) for slug in datasets}
        codes, labels = own_codes(procurement.stages, datasets)
        at, name = f"{site}{ROOT}/releases/", city.profile.name.fa
        publisher = ContractingPublisher(identity.prefix, name, site, at, identity.company_scheme, codes, labels)
        return cls(city, site, publisher, StagedData(procurement.stages, states, city.index_store.spill), datasets)

    def tag(self, *parts: str) -> str:
        """The entity tag of an answer, over all that it may depend on."""
        stages = repr(sorted(self.data.stages.items()))
        digests = (f"{slug}:{state.digest}:{self.datasets[slug].digest}" for slug, state in self.data.states.items())
        publisher = (self.publisher.prefix, self.publisher.name, self.site, self.publisher.company_scheme)
        return tag("ocds", *parts, stages, *digests, *publisher)

    def about(self, address: str) -> dict[str, str]:
        """What a package says of itself."""
        sealed = [state.sealed_at for state in self.data.states.values() if state.sealed_at is not None]
        newest = {"publishedDate": max(sealed).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")} if sealed else {}
        licence = licence_of(self.datasets[self.data.stages[NEEDED_STAGE].dataset].licence)
        return {"uri": f"{self.site}{address}", "license": licence, "publicationPolicy": self.policy, **newest}

    @property
    def policy(self) -> str:
        """The page that tells what of it is documents, and how."""
        return f"{self.site}/en/developers"

    def years(self) -> list[str]:
        """The Jalali years of its processes."""
        bounds = [int(str(Period.of(day, "year"))) for day in self.data.years()]
        return [str(year) for year in range(bounds[0], bounds[1] + 1)] if bounds else []

    def process(self, step: str) -> ContractingProcess:
        """The process of an address. NotFound where there is none."""
        key = self.publisher.key(read(step))
        process = next(iter(self.data.processes(key=key)), None) if key is not None else None
        if process is None:
            raise NotFound("no-such-process", _NO_PROCESS)
        return process

    def lines(
        self, documents: Callable[[ContractingProcess], Sequence[JsonObject]], days: tuple[date, date] | None
    ) -> Iterator[bytes]:
        """What is documents of every process as lines, a piece for some processes at a time."""
        piece: list[bytes] = []
        for at, process in enumerate(self.data.processes(days=days), 1):
            piece += (orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in documents(process))
            if at % PROCESSES_OF_A_PIECE == 0:
                yield b"".join(piece)
                piece.clear()
        yield b"".join(piece)


@reading
def index(request: HttpRequest) -> HttpResponseBase:
    """What there is of it: the years, the addresses, and which datasets are documents of as what."""
    only(request)
    contracting = Contracting.of(city.current(), site(request))

    def body() -> bytes:
        return orjson.dumps(
            contracting.publisher.package(contracting.about(ROOT))
            | {
                "prefix": contracting.publisher.prefix,
                "years": contracting.years(),
                "releases_url": f"{contracting.site}{ROOT}/releases.jsonl",
                "records_url": f"{contracting.site}{ROOT}/records.jsonl",
                "stages": {
                    name: {"dataset": stage.dataset, "fields": dict(stage.fields), "only": dict(stage.only)}
                    for name, stage in contracting.data.stages.items()
                },
            }
        )

    return document(request, contracting.tag("index"), body, {})


@reading
def releases_lines(request: HttpRequest) -> HttpResponseBase:
    """Every release, a line each, process after process."""
    return _lines(request, "releases", lambda publisher: publisher.releases)


@reading
def records_lines(request: HttpRequest) -> HttpResponseBase:
    """Every record, a line each."""
    return _lines(request, "records", lambda publisher: lambda process: [publisher.record(process)])


def _lines(
    request: HttpRequest,
    what: str,
    teller: Callable[[ContractingPublisher], Callable[[ContractingProcess], Sequence[JsonObject]]],
) -> HttpResponseBase:
    only(request, "year")
    contracting = Contracting.of(city.current(), site(request))
    year = to_latin(request.GET["year"]) if "year" in request.GET else None
    days = _days(year, contracting)
    name = f"ocds-{what}-{year or 'all'}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Link": f'<{ROOT}>; rel="describedby"'}
    documents = teller(contracting.publisher)
    etag = contracting.tag(what, year or "")
    return streamed(request, etag, lambda: contracting.lines(documents, days), ContractingLines(), headers)


def _days(year: str | None, contracting: Contracting) -> tuple[date, date] | None:
    if year is None:
        return None
    known = contracting.years()
    if year not in known:
        raise BadQuestion([problem("not-allowed", "year", known)])
    period = parse(year)
    return period.start, period.end


@reading
def releases(request: HttpRequest, ocid: str) -> HttpResponseBase:
    """The releases of one process, as a package."""
    only(request)
    contracting = Contracting.of(city.current(), site(request))
    address = f"{ROOT}/releases/{written(read(ocid))}"

    def body() -> bytes:
        documents = contracting.publisher.releases(contracting.process(ocid))
        return orjson.dumps(contracting.publisher.package(contracting.about(address), documents))

    return document(request, contracting.tag("releases-of", ocid), body, {})


@reading
def record(request: HttpRequest, ocid: str) -> HttpResponseBase:
    """The record of one process, as a package."""
    only(request)
    contracting = Contracting.of(city.current(), site(request))
    address = f"{ROOT}/records/{written(read(ocid))}"

    def body() -> bytes:
        documents = contracting.publisher.record(contracting.process(ocid))
        return orjson.dumps(contracting.publisher.package(contracting.about(address), records=[documents]))

    return document(request, contracting.tag("record-of", ocid), body, {})


_BULK: Final[dict[str, Any]] = {"parameters": (YEAR,), "answers": {"application/x-ndjson": None}}
_OF_ONE: Final[dict[str, Any]] = {"parameters": (), "answers": {JSON: None}, "parts": (OCID,)}
OPERATIONS: Final = tuple(
    Operation(path=f"{ROOT}{path}", id=name, words=words, refusals=(404, 503), tag="contracting", **more)
    for path, name, words, more in (
        (
            "",
            "ocds",
            Label("آنچه از خریدهای شهر به OCDS 1.1.5 هست", "What there is of the city’s contracting in OCDS 1.1.5"),
            _OF_ONE | {"parts": ()},
        ),
        (
            "/releases.jsonl",
            "ocds_releases",
            Label("همهٔ انتشارهای OCDS، هر سطر یکی", "All releases of OCDS, one a line"),
            _BULK,
        ),
        (
            "/records.jsonl",
            "ocds_records",
            Label("همهٔ رکوردهای OCDS، هر سطر یکی", "All records of OCDS, one a line"),
            _BULK,
        ),
        (
            "/releases/{ocid}",
            "ocds_releases_of",
            Label("انتشارهای یک فرایند خرید", "The releases of one contracting process"),
            _OF_ONE,
        ),
        (
            "/records/{ocid}",
            "ocds_record",
            Label("رکورد یک فرایند خرید", "The record of one contracting process"),
            _OF_ONE,
        ),
    )
)
"""What can be asked of contracting."""
