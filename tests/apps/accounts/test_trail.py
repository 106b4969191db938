"""The audit trail: only added to, tied together, and without a word of what it is about."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, connections, transaction
from tests.apps.accounts.people import officer, person, signed_in
from tests.audit_triggers import take_down_triggers, triggers_lifted
from tests.conftest import ROOT

from ayan.apps.accounts import audit
from ayan.apps.accounts.audit import BadFact, record
from ayan.apps.accounts.models import Act, NeverChanged, TrailHead
from ayan.apps.accounts.policy import Subject
from ayan.apps.accounts.roles import Role
from ayan.apps.accounts.views import trail_words
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db


def some_acts(count: int = 5) -> list[Act]:
    clerk = person("clerk")
    return [
        record(
            clerk,
            "submission.send",
            Subject("submission", str(number), "finance", "payments"),
            rows=number,
            digest="ab" * 32,
        )
        for number in range(count)
    ]


def test_acts_are_numbered_and_each_holds_the_digest_of_the_last() -> None:
    acts = some_acts()
    assert [act.number for act in acts] == [1, 2, 3, 4, 5]
    assert [act.previous for act in acts] == [audit.START, *(act.digest for act in acts[:-1])]
    assert audit.check() is None
    assert Act.objects.get(number=3).facts == '{"digest":"' + "ab" * 32 + '","rows":2}'


@pytest.mark.parametrize(
    "attempt",
    [
        lambda act: act.save(),
        lambda act: act.delete(),
        lambda _act: Act.objects.all().update(verb="x"),
        lambda _act: Act.objects.all().delete(),
        lambda act: Act.objects.bulk_update([act], ["verb"]),
        lambda act: Act.objects.bulk_create([act]),
    ],
)
def test_python_refuses_to_change_an_act(attempt: Callable[[Act], object]) -> None:
    act = some_acts(1)[0]
    with pytest.raises(NeverChanged):
        attempt(act)


@pytest.mark.parametrize("statement", ["UPDATE accounts_act SET verb = 'x'", "DELETE FROM accounts_act"])
def test_the_database_refuses_to_change_an_act(statement: str) -> None:
    some_acts(1)
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert audit.check() is None


def test_the_guard_stands_after_every_migration() -> None:
    take_down_triggers(connection)
    assert not audit.triggers_stand(connection)
    audit.put_up_triggers(connection)
    audit.put_up_triggers(connection)
    assert audit.triggers_stand(connection)


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE accounts_act SET verb = 'submission.edit' WHERE number = 3", 3),
        ("UPDATE accounts_act SET actor_id = NULL WHERE number = 2", 2),
        ("UPDATE accounts_act SET facts = '{}' WHERE number = 4", 4),
        ("DELETE FROM accounts_act WHERE number = 1", 1),
        ("DELETE FROM accounts_act WHERE number = 5", 5),
        ("UPDATE accounts_trailhead SET digest = 'x'", 6),
    ],
)
def test_whoever_gets_past_the_guard_is_found_out(statement: str, number: int) -> None:
    some_acts()
    with triggers_lifted(connection), connection.cursor() as cursor:
        cursor.execute(statement)
    broken = audit.check()
    assert broken is not None
    assert broken.number == number


def test_an_act_that_comes_while_the_chain_is_read_breaks_nothing() -> None:
    record(None, "session.begin", "user:1")
    late = [2, 1]

    def recorded_meanwhile(execute: Callable[..., object], sql: str, *rest: object) -> object:
        # The head of the chain is asked for after its acts: here somebody acts between the two, and once more.
        if late and TrailHead._meta.db_table in sql and sql.startswith("SELECT"):
            number = late.pop()
            record(None, "session.begin", f"user:{number}")
        return execute(sql, *rest)

    with connection.execute_wrapper(recorded_meanwhile):
        assert audit.check() is None
    assert not late
    assert audit.check() is None


@pytest.mark.parametrize(
    "value",
    ["علی رضایی", "a name", "0012345678", "IR062960000000100324200001", "a@b.example", "", "x" * 201, "09121234567"],
)
def test_words_names_and_numbers_of_people_do_not_enter_the_trail(value: str) -> None:
    with pytest.raises(BadFact) as refused:
        record(None, "session.failed", "city", said=value)
    assert not value or value not in str(refused.value)
    with pytest.raises((BadFact, LookupError)):
        record(None, value or "x", "city")
    assert not Act.objects.exists()


def test_an_act_that_fails_leaves_no_line() -> None:
    some_acts(2)
    with transaction.atomic():
        record(None, "session.locked", "city")
        transaction.set_rollback(True)
    assert TrailHead.objects.get().number == 2
    record(None, "session.locked", "city", attempts=5, period="1403-05", code="wrong-data", empty=None, sure=True)
    assert audit.check() is None
    assert Act.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_act_at_once_make_one_chain() -> None:
    faults: list[BaseException] = []

    def act() -> None:
        try:
            for _ in range(10):
                record(None, "session.begin", "city")
        except BaseException as fault:  # noqa: BLE001 - told to the test below
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(3)]
    for thread in threads:
        thread.start()
    for worker in threads:
        worker.join()
    assert not faults
    assert Act.objects.count() == 30
    assert audit.check() is None


def test_a_line_is_told_in_words_in_each_language(small_city: City) -> None:
    chief = officer("chief", Role.AUDITOR)
    facts = {"state": "sent", "period": "1404", "size": 2048, "digest": "ab" * 32, "tried": "health.view", "odd": "x"}
    record(chief, "submission.send", Subject("submission", "a" * 32, "finance", "payments"), **facts)
    record(None, "audit.seal", Subject("day", "2026-11-28"), last=4)
    persian, english = (
        " ".join(re.sub(r"<[^>]+>", " ", signed_in(chief).get(f"{front}/desk/audit").content.decode()).split())
        for front in ("", "/en")
    )
    for words in ("وضع: در انتظار تأیید", "دوره: ۱۴۰۴", "اثر انگشت: abababab…abab", "پرونده aaaaaaaa…aaaa", "odd: x"):
        assert words in persian
    assert "روز شنبه ۷ آذر ۱۴۰۵" in persian or "روز ۷ آذر ۱۴۰۵" in persian
    for words in ("state: waits for approval", "period: 1404", "tried to:", "last line: 4"):
        assert words in english


def test_every_deed_has_its_words() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "src" / "ayan" / "apps").rglob("*.py")]
    said = {deed for text in sources for deed in re.findall(r'\bdid="([a-z-]+)"', text)}
    assert said <= set(trail_words.DEEDS)
