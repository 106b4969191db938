"""The findings of each day are kept without a name, sealed the day after, and what the database loses of them is told."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from ayan.apps.accounts import lost_acts
from ayan.apps.flags import computation, finding_days
from ayan.apps.flags.models import FindingCase, FindingReply
from ayan.core.transparency.accountability import NotAsLogged
from ayan.core.values.clock import today
from ayan.wiring import accountability
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
TEXT = "ما توضیح دادیم"


@pytest.fixture
def sealed(town: City, asker: Client, later: Callable[[int], None]) -> str:
    """A day on which one finding was public with a reply, sealed; its ISO date."""
    computation.compute()
    finding = FindingCase.objects.get(key="C-060")
    asker.post("/desk/findings/tell", {"findings": [finding.public_id], "how": "letter", "letter": "1403/55"})
    asker.post(f"/desk/findings/{finding.public_id}/reply", {"by": "party", "text": TEXT})
    later(40)
    computation.refresh.call()
    day = today(town.clock).isoformat()
    assert not finding_days.keep_today(town), "a day is kept once"
    assert accountability.seal_diary(town) == [], "the day is not over"
    later(1)
    assert [sealed.day for sealed in accountability.seal_diary(town)] == [day]
    return day


def test_a_day_names_nobody_and_keeps_no_word_of_a_reply(town: City, sealed: str) -> None:
    finding = FindingCase.objects.get(key="C-060")
    answer = Client().get(f"/log/diary/{sealed}/findings")
    (entry,) = answer.json()["findings"]
    assert (entry["id"], entry["standing"]) == (finding.public_id, "published")
    assert [reply[0] for reply in entry["replies"]] == ["party"]
    for name in (TEXT, finding.party, finding.key):
        assert name not in answer.content.decode()
    # The salt goes with the reply, so that its digest confirms no guess.
    reply = FindingReply.objects.get()
    assert reply.salt not in json.dumps(entry)
    assert finding_days.lost(town) is None


def test_replies_and_findings_that_the_database_lost_are_named_and_nothing_more_is_sealed(
    town: City, sealed: str
) -> None:
    finding = FindingCase.objects.get(key="C-060")
    FindingReply.objects.update(text="ما چیزی نگفتیم")
    missing = finding_days.lost(town)
    assert missing is not None
    assert (missing.day, missing.ids) == (sealed, (finding.public_id,))
    FindingReply.objects.all().delete()
    with pytest.raises(NotAsLogged, match=finding.public_id):
        finding_days.check(town)
    FindingCase.objects.all().delete()
    assert finding_days.lost(town) == missing


def test_what_ended_by_itself_is_not_missed(town: City, sealed: str, later: Callable[[int], None]) -> None:
    later(1000)
    computation.compute()
    assert FindingCase.objects.get(key="C-060").state == "expired"
    assert not FindingReply.objects.exists()
    assert finding_days.lost(town) is None


def test_what_an_operator_gave_up_is_not_asked_for_again_and_what_still_stood_is(
    town: City, sealed: str, later: Callable[[int], None]
) -> None:
    FindingReply.objects.all().delete()
    lost_acts.give_up(town, 1)
    finding_days.check(town)
    later(1)
    finding_days.keep_today(town)
    later(1)
    accountability.seal_diary(town)
    FindingCase.objects.all().delete()
    missing = finding_days.lost(town)
    assert missing is not None
    assert missing.day > sealed
