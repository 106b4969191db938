"""No address of the site lets out what is not public, whatever is asked there and in whatever form it answers.

Every address is read from the table of addresses (`door_addresses`). Each of several invented cities has secrets in its
withheld columns, in rows that were refused or withdrawn and in a draft; the database holds findings that nobody may see
yet, a case of the counter, a submission and letters. A question asks with a part of a secret, so that an answer which
repeats the question is none; the whole would be.
"""

from __future__ import annotations

import gzip
import io
import json
import logging
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests import sampling
from tests.apps import civic_city, small_city
from tests.apps.accounts.people import FINANCE, officer, unit
from tests.apps.built_city import opened
from tests.apps.door_addresses import DESK, addresses
from tests.apps.small_city import SECRET, publish, sheet
from tests.apps.standards import buying_city, named_city
from tests.run_folder import made_once

from ayan.apps.accounts.roles import Role
from ayan.apps.counter import filing
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case
from ayan.apps.desk.models import Submission
from ayan.apps.export.site_copy import make_copy
from ayan.apps.flags.models import FindingCase, FindingReply, FindingState
from ayan.apps.outbox.models import OutboxMessage
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import withdraw
from ayan.core.values.digits import to_latin
from ayan.wiring import city, ledger
from ayan.wiring.city import City

WITHDRAWN, DRAFTED, REFUSED = "ردیف پس‌گرفتهٔ پنهان", "ردیف پیش‌نویس پنهان", "کار خراب"
CLAIMED, FIRM, PARTY = "جمله‌ای که کسی نخوانده", "شرکت یافتهٔ پنهان", "پاسخ پنهان شرکت"
NOTE, NAME, PHONE, LETTER, UPLOAD = "یادداشت پنهان", "نام نگفته‌ای", "09121234567", "نامهٔ پنهان", "توضیح پنهان بارگذاری"
IN_DATABASE: Final = (CLAIMED, FIRM, PARTY, NOTE, NAME, PHONE, LETTER, UPLOAD)
SECRETS: Final = {
    "small": (SECRET, WITHDRAWN, DRAFTED, REFUSED),
    "civic": (),
    "buying": (SECRET,),
    "named": (SECRET, named_city.HIDDEN),
}
WITHHELD: Final = {"small": "holder_id", "civic": "nobody", "buying": "account", "named": "boss_id"}
"""A column that no door has, to be asked for."""
PUBLIC: Final = {
    "small": "C-002",
    "civic": civic_city.MEMBERS[0],
    "buying": buying_city.SUPPLIER,
    "named": named_city.ROADS,
}
"""What rows of a city do say: it is seen, so a secret would be."""
PART: Final = SECRET[:6]
ADDRESSES: Final = 60
"""That are asked a day of a city, each with one of the questions."""

pytestmark = pytest.mark.django_db


def small(home: Path) -> City:
    """The small city with a withdrawn release and a draft."""
    town = small_city.build(home)
    gone = publish(town, sheet(4, year=1399).replace("کار ساختگی", WITHDRAWN), "1399", "works-1399.csv")
    withdraw(town.publish_context, gone, "personal-data", "ناظر ساختگی")
    file = home / "draft.csv"
    file.write_text(sheet(4, year=1405).replace("کار ساختگی", DRAFTED), encoding="utf-8")
    with examine(town.publish_context, town.registry.get("works"), file, ClerkDecisions("1405")) as examined:
        write_draft(town.publish_context, examined, sent_by="فرستندهٔ ساختگی")
    return town


BUILT: Final[dict[str, Callable[[Path], City]]] = {
    "small": small,
    "civic": civic_city.build_civic,
    "buying": buying_city.build,
    "named": named_city.build,
}


@pytest.fixture
def hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], City]:
    """Puts a city with its secrets in use, and further ones into the database."""

    def enter(name: str) -> City:
        def make(draft: Path) -> None:
            moment = BUILT[name](draft / "home").clock.now()
            (draft / "moment").write_text(moment.isoformat(), encoding="ascii")

        built = made_once(f"leaks-{name}", make)
        town = opened(built / "home", small_city.NOW)
        monkeypatch.setattr(city, "current", lambda: town)
        in_database(town)
        return town

    return enter


def in_database(town: City) -> None:
    """Findings before anybody may see them, a case of the counter, what waits at the desk, and letters."""
    unit(FINANCE)
    handler, now, day = officer("handler", Role.REQUESTS), town.clock.now(), date(2024, 8, 1)
    for at, state in enumerate((FindingState.WAITING, FindingState.ASKED, FindingState.GONE, FindingState.EXPIRED)):
        finding = FindingCase.objects.create(
            public_id=f"{at:016}", flag=small_city.FLAG, dataset="works", key=f"C-00{at + 1}", state=state, facts="0" * 64,
            party=FIRM, party_id=SECRET, unit=FIRM, found_on=day, told_on=day, due_on=date(2024, 9, 1), reason=CLAIMED,
        )  # fmt: skip
        FindingReply.objects.create(finding=finding, by="party", text=PARTY, on=day, entered_by=handler, entered_at=now)
    said = {"summary": CLAIMED, "private": NOTE, "name": NAME, "phone": PHONE}
    case = filing.file(filing.Filing(kind="access", said=said, key=filing.new_key())).case
    Case.objects.filter(pk=case.pk).update(office=FINANCE)
    case.refresh_from_db()
    take_step(case, "note", "handler", handler, Said(private=NOTE))
    Submission.objects.create(
        dataset="works", period="1405", started_by=handler, started_at=now, changed_at=now, note=UPLOAD, why=UPLOAD,
        typed={"C-001": DRAFTED}, letter_name=LETTER, refusal=UPLOAD,
    )  # fmt: skip
    OutboxMessage.objects.create(
        key="k", kind="case", channel="mail", lang="fa", address=PHONE, content=LETTER, created_at=now, next_at=now
    )


def questions(name: str) -> list[str]:
    """What is asked at each address: nothing, what no address knows, a column that is withheld, a part of a secret."""
    column = WITHHELD[name]
    queries = json.dumps({"q": {"query": PART, "properties": [{"pid": column, "v": PART}]}})
    return [
        "",
        "?_lang=en",
        "?nothing=1",
        f"?{column}={PART}",
        f"?{column}__gte={PART}",
        f"?_sort={column}",
        f"?_by={column}",
        f"?_count_distinct={column}",
        f"?_fields={column}",
        f"?_search={PART}",
        f"?q={PART}",
        f"?prefix={PART}",
        f"?id=company:{PART}",
        f"?queries={quote(queries)}",
        f"?resource_id=works&q={PART}",
        f"?resource_id=works&filters={quote(json.dumps({column: PART}))}",
        "?resource_id=works&limit=50",
        "?id=works",
    ]


def asked_at(address: str, name: str) -> list[str]:
    """What is asked at an address: everything of an answer for programs, less of a page, nothing of the desk."""
    every = questions(name)
    if address.startswith(f"/{DESK}"):
        return every[:1]
    return every if address.startswith(("/api/", "/search", "/compare", "/data/")) else every[:5]


def texts(body: bytes) -> Iterator[str]:
    """What an answer holds as text: archives and tables are opened."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for member in archive.namelist():
                yield member
                yield from texts(archive.read(member))
    elif body[:2] == b"\x1f\x8b":
        yield from texts(gzip.decompress(body))
    elif body[:4] == b"PAR1":
        table = pq.read_table(io.BytesIO(body))
        yield f"{table.schema} {table.schema.metadata} {table.to_pylist()}"
    elif body[:6] == b"ARROW1" or body[:4] == b"\xff\xff\xff\xff":
        reader = pa.ipc.open_file if body[:6] == b"ARROW1" else pa.ipc.open_stream
        yield str(reader(io.BytesIO(body)).read_all().to_pylist())
    else:
        yield body.decode("utf-8", errors="replace")


def leaks(secrets: tuple[str, ...], text: str) -> list[str]:
    """The secrets that stand in a text, however they are written there."""
    plain = to_latin(text)
    return [
        secret
        for secret in secrets
        if any(
            form in plain for form in (secret, json.dumps(secret)[1:-1], quote(secret), secret.replace("\u200c", " "))
        )
    ]


def whole(address: str) -> tuple[int, bytes, str]:
    """What a stranger is answered: the status, the body and the headers."""
    answer: Any = Client().get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body, str(dict(answer.headers)) + str(answer.cookies)


def test_every_address_is_walked(hidden: Callable[[str], City]) -> None:
    walked = addresses(hidden("small"))
    assert all(walked.values()), [route for route, listed in walked.items() if not listed]
    assert len(walked) > 300


@pytest.mark.parametrize("name", sampling.sampled("leaks", BUILT, 2))
def test_no_address_lets_out_what_is_not_public(
    hidden: Callable[[str], City], name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    town = hidden(name)
    secrets = (*SECRETS[name], *IN_DATABASE)
    asked = [
        (address, question)
        for listed in addresses(town).values()
        for address in listed
        for question in asked_at(address, name)
    ]
    if not sampling.is_whole():
        asked = sampling.chance(f"leaks of {name}").sample(asked, ADDRESSES)
    asked += [(f"/api/v1/datasets/{each.slug}/rows", "") for each in town.registry.all()]
    out, statuses, said = [], set(), 0
    for address, question in asked:
        status, body, headers = whole(address + question)
        statuses.add(status)
        # A stranger is let in to no page of the desk.
        assert not address.startswith(f"/{DESK}") or status != 200 or b"<form" in body, address
        read = [headers, *texts(body)]
        out += [f"{address}{question}: {secret}" for text in read for secret in leaks(secrets, text)]
        said += any(leaks((PUBLIC[name],), text) for text in read)
    assert out == []
    assert said
    assert leaks(secrets, caplog.text) == []
    assert 200 in statuses
    assert not statuses & {500, 502}


@pytest.mark.soak
@pytest.mark.parametrize("name", BUILT)
def test_no_static_copy_lets_out_what_is_not_public(hidden: Callable[[str], City], name: str, tmp_path: Path) -> None:
    town, copy = hidden(name), tmp_path / "copy"
    make_copy(town, ledger.signing(town.home, town.store, demo=True), copy, records=3, tell=lambda *_: None)
    secrets = (*SECRETS[name], *IN_DATABASE)
    files = [path for path in copy.rglob("*") if path.is_file()]
    assert [path for path in files for text in texts(path.read_bytes()) if leaks(secrets, text)] == []
    assert {"data.json", "catalog.ttl", "api-catalog"} <= {path.name for path in files}
    assert (copy / "api/v1/ocds/releases.jsonl").is_file() == (name == "buying")
    assert (copy / "api/v1/popolo/popolo.json").is_file() == (name == "civic")


def test_a_leak_is_seen() -> None:
    secrets = (SECRET, WITHDRAWN)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.json", json.dumps({"x": WITHDRAWN}))
    table = io.BytesIO()
    pq.write_table(pa.table({"x": [SECRET]}), table)
    for body in (packed.getvalue(), table.getvalue(), gzip.compress(quote(WITHDRAWN).encode()), "۰۴۹۹۳۷۰۸۹۹".encode()):
        assert [secret for text in texts(body) for secret in leaks(secrets, text)], body[:20]
