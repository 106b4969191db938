"""How the client asks: politely, within bounds, and believing nothing that is not as it was promised."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from ayan_client import BrokenOff, Busy, Day, Malformed, Portal, PortalFault, StateChanged, Unreachable, where
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.small_city import ROWS
from tests.client.liar import Reply, Served, scripted

JSON = {"Content-Type": "application/json"}
SCHEMA: dict[str, Any] = {
    "schema": {
        "fields": [
            {"name": name, "type": kind, "ayan:kind": own, "ayan:label": {"fa": "ستون", "en": "Column"}}
            for name, kind, own in (
                ("amount", "integer", "rial"), ("share", "number", "decimal"), ("name", "string", "text"),
                ("day", "date", "date"),
            )
        ]
    }
}  # fmt: skip


def reply(document: Any, status: int = 200, **headers: str) -> Reply:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return status, JSON | {name.replace("_", "-"): value for name, value in headers.items()}, body


def page(rows: str, state: str = "a" * 64, following: str = "null") -> bytes:
    return (
        f'{{"rows": [{rows}], "total": null, "next": {following}, "state": "{state}", "as_of": null, "releases": [], '
        '"releases_total": 0, "releases_url": "/x", "address": "/api/v1/datasets/x/rows.json", "log": null}'
    ).encode()


def rows_of(body: bytes, *more: bytes) -> list[Any]:
    with scripted(reply(SCHEMA), reply(body), *map(reply, more)) as server, Portal(server.address) as portal:
        return list(portal.dataset("x").rows(size=2))


def test_what_has_not_changed_is_not_sent_again(city: Portal, served: Served) -> None:
    works = city.dataset("works")
    first = works.groups(by=["state"])
    served.asked.clear()
    again = works.groups(by=["state"])
    assert again == first
    assert served.asked
    assert all(tagged for _, tagged in served.asked), served.asked


def test_a_busy_portal_is_waited_for_as_long_as_it_says() -> None:
    busy = {"detail_fa": "شلوغ", "detail_en": "busy", "type": "/developers#too-many-questions"}
    with (
        scripted(reply(busy, 429, Retry_After="1"), reply({"datasets": []})) as server,
        Portal(server.address) as portal,
    ):
        began = monotonic()
        assert portal.datasets() == []
        assert monotonic() - began >= 1
        assert len(server.asked) == 2
        assert server.asked[0][1]["user-agent"].startswith("ayan-client/")


@pytest.mark.parametrize("delay", ["3600", "Tue, 31 Dec 2999 00:00:00 GMT"])
def test_who_is_told_to_wait_for_an_hour_gives_up_and_says_so(delay: str) -> None:
    busy = {"detail_fa": "شلوغ است", "detail_en": "busy", "type": "/developers#too-many-questions"}
    with scripted(reply(busy, 429, Retry_After=delay)) as server, Portal(server.address) as portal:
        with pytest.raises(Busy) as refused:
            portal.datasets()
        assert (refused.value.code, refused.value.fa) == ("too-many-questions", "شلوغ است")
        assert refused.value.retry_after is not None
        assert refused.value.retry_after >= 3600
        assert len(server.asked) == 1


def test_a_portal_that_stays_busy_is_not_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ayan_client.transport.FIRST_WAIT", 0.001)
    with scripted(reply(b"<html>bad gateway", 502)) as server, Portal(server.address) as portal:
        with pytest.raises(PortalFault, match="502"):
            portal.datasets()
        assert len(server.asked) == 5
    with scripted(reply({"code": "time"}, 503)) as server, Portal(server.address) as portal:
        with pytest.raises(Busy):
            portal.datasets()
        assert len(server.asked) == 2, "what is not answered in time once more is not asked five times"


@given(st.integers(-(10**37), 10**37), st.decimals(allow_nan=False, allow_infinity=False, places=6), st.text())
def test_numbers_and_texts_come_as_they_were_written(amount: int, share: Decimal, name: str) -> None:
    from ayan_client.documents import row_values
    from ayan_client.exact_json import parsed
    from ayan_client.schema import schema_of

    text = f'{{"_row": "1/1#1", "amount": {amount}, "share": {share:f}, "name": {json.dumps(name)}, "day": null}}'
    values, _ = row_values(parsed(text.encode(), "/"), schema_of(SCHEMA, "/"), "/")
    assert values == {"amount": amount, "share": share, "name": name, "day": None}
    assert (type(values["amount"]), type(values["share"])) == (int, Decimal)


def test_huge_and_persian_values_survive_the_way() -> None:
    name = "شهرداری «تهران»\u200cها ۱۲ \U0001f3db"
    row = {"_row": "1403/1#2", "amount": 10**37 + 1, "share": 5, "name": name, "day": "2024-08-02"}
    (values,) = rows_of(page(json.dumps(row, ensure_ascii=False)))
    assert (values["amount"], values["name"]) == (10**37 + 1, name)
    assert (type(values["share"]), values["share"]) == (Decimal, Decimal(5))
    assert isinstance(values["day"], Day)
    assert (values["day"].isoformat(), values["day"].jalali) == ("2024-08-02", "1403-05-12")


@pytest.mark.parametrize(
    "row",
    [
        '{"_row": "1/1#1", "amount": NaN}',
        '{"_row": "1/1#1", "amount": "12"}',
        '{"_row": "1/1#1", "amount": true}',
        '{"_row": "1/1#1", "share": 1e999999999}',
        '{"_row": "1/1#1", "amount": ' + "9" * 5000 + "}",
        '{"_row": "1/1#1", "share": 1.' + "9" * 5000 + "}",
        '{"_row": "1/1#1", "day": "1403-05-12x"}',
        '{"_row": "1/1#1", "name": {"a": 1}}',
        '{"_row": "../../x#1"}',
        '{"amount": 1}',
        '{"_row": "1/1#1"}, {"_row": "1/1#2"}, {"_row": "1/1#3"}',
        "[" * 100_000,
    ],
    ids=lambda row: row[:40],
)
def test_what_is_no_row_is_refused(row: str) -> None:
    with pytest.raises(Malformed) as wrong:
        rows_of(page(row))
    assert wrong.value.fa


@pytest.mark.parametrize(
    "following",
    [
        '"https://elsewhere.example/api/v1/datasets/x/rows.json?_next=a"',
        '"//elsewhere.example/api/v1/datasets/x/rows.json"',
        '"/api/v1/datasets/y/rows.json?_next=a"',
        '"file:///etc/passwd"',
        "7",
    ],
)
def test_nobody_is_led_elsewhere(following: str) -> None:
    with pytest.raises(Malformed, match=r"leads on|next"):
        rows_of(page('{"_row": "1/1#1"}', following=following))


def test_pages_of_another_state_and_circles_of_pages_are_refused() -> None:
    on, row = '"/api/v1/datasets/x/rows.json?_next=b"', '{"_row": "1/1#1"}'
    with pytest.raises(StateChanged):
        rows_of(page(row, following=on), page(row, state="b" * 64))
    with pytest.raises(Malformed, match="circle"):
        rows_of(page(row, following=on))
    with pytest.raises(Malformed, match="after nothing"):
        rows_of(page("", following=on))


def test_a_redirect_a_flood_and_garbage_are_no_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ayan_client.transport.FIRST_WAIT", 0.001)
    for answer in (
        reply(b"", 302, Location="http://127.0.0.1:1/"),
        reply(b"[1]"),
        reply(b"{"),
        reply({}),
        reply(b"", 304),
    ):
        with scripted(answer) as server, Portal(server.address) as portal, pytest.raises(Malformed):
            portal.datasets()
    monkeypatch.setattr("ayan_client.transport.MOST_DOCUMENT", 1 << 16)
    bomb = gzip.compress(b" " * (1 << 22))
    with (
        scripted(reply(bomb, Content_Encoding="gzip")) as server,
        Portal(server.address) as portal,
        pytest.raises(Malformed, match="Longer"),
    ):
        portal.datasets()
    cut = (200, {"Content-Length": "100", "Connection": "close"}, b"{")
    with scripted(cut) as server, Portal(server.address, read_seconds=0.3) as portal, pytest.raises(Unreachable):
        portal.datasets()


def cut_ndjson(body: bytes) -> bytes:
    return body[: body.rindex(b"{")] + b'{"incomplete":{"detail_fa":"x","detail_en":"x"}}\n'


@pytest.mark.parametrize(
    ("kind", "cut"),
    [
        ("parquet", lambda body: body[:-4]),
        ("ndjson", cut_ndjson),
        ("csv", lambda body: body + b'\n"INCOMPLETE: x","x"' + b"," * 2000 + b"\n"),
        ("xlsx", lambda body: body[: len(body) // 2]),
    ],
)
def test_nothing_of_a_file_that_broke_off_is_kept(
    city: Portal, served: Served, tmp_path: Path, kind: str, cut: Callable[[bytes], bytes]
) -> None:
    works, place = city.dataset("works"), tmp_path / f"works.{kind}"
    whole = works.download(place, kind=kind)
    before = place.read_bytes()
    assert whole.bytes == len(before)
    served.alter = lambda path, body: cut(body) if f"/rows.{kind}" in path else body
    with pytest.raises(BrokenOff):
        works.download(place, kind=kind)
    assert place.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    if kind == "ndjson":
        with pytest.raises(BrokenOff):
            list(works.stream())
    with pytest.raises(Malformed, match="Longer"):
        works.download(place, where("state").equals("open"), kind="csv", most=10)
    assert len(list(works.rows())) == ROWS
