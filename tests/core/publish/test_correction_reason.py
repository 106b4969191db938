"""Why a release takes another's place: asked for, sealed with it, and in words only as long as the city keeps them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.city import FIRST, GOOD, SECOND, SENDER, Town, make_town
from tests.core.publish.test_release import drafted, yes

from ayan.core.publish.limits import LONGEST_REASON
from ayan.core.publish.sealing import ReleaseRefused, seal
from ayan.core.store.correction_reason import CORRECTION_REASONS, CorrectionReason
from ayan.core.store.release import Release
from ayan.core.transparency.manifest_facts import contradictions

OTHER = GOOD.replace("چنار", "زبان‌گنجشک")
WORDS = "در شمارش دوباره گونهٔ درخت دیگری دیده شد."


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)


def sealed(town: Town, text: str, reason: CorrectionReason | None) -> Release:
    with drafted(town, text) as draft:
        return seal(town.city.publish_context, draft, yes(draft, FIRST, SECOND), reason=reason)


def test_a_correction_says_why_and_a_first_release_has_nothing_to_say(town: Town) -> None:
    first = sealed(town, GOOD, CorrectionReason("entry-error", WORDS))
    assert first.manifest["ayan"]["reason"] is None
    assert not (town.home / "reasons").exists()
    for wrong in (None, CorrectionReason(""), CorrectionReason("because"), CorrectionReason("wrong-data")):
        with pytest.raises(ReleaseRefused) as refused:
            sealed(town, OTHER, wrong)
        assert refused.value.code == "correction-unexplained"
    with pytest.raises(ReleaseRefused) as refused:
        sealed(town, OTHER, CorrectionReason("entry-error", "x" * (LONGEST_REASON + 1)))
    assert refused.value.code == "reason-long"
    assert [release.number for release in town.city.release_store.releases("trees")] == [1]
    second = sealed(town, OTHER, CorrectionReason("entry-error", WORDS))
    stated = second.manifest["ayan"]["reason"]
    kept = town.city.reasons.words(stated["reason_digest"])
    assert (stated["code"], kept and kept.text) == ("entry-error", WORDS)
    assert WORDS not in json.dumps(second.manifest, ensure_ascii=False)
    # The leaf of a seal says nothing of it: it names the manifest, which does.
    assert town.city.log is not None
    assert b'"code":null' in town.city.log.leaf(town.city.log.size - 1)


def test_a_manifest_that_states_it_wrongly_is_named(town: Town) -> None:
    sealed(town, GOOD, None)
    second = sealed(town, OTHER, CorrectionReason("late-rows"))
    history = town.city.publish_context.transparency_log().history().releases[second.ref]

    def faults(**changed: object) -> list[str]:
        facts = {**second.manifest["ayan"], **changed}
        facts = {name: value for name, value in facts.items() if value != "gone"}
        return [fault.code for fault in contradictions({**second.manifest, "ayan": facts}, history)]

    assert faults() == []
    assert faults(reason="gone") == [], "what was sealed before corrections had to say why has no such member"
    digest = second.manifest["ayan"]["content"]
    assert faults(reason={"code": "some-code-to-come", "reason_digest": digest}) == []
    for wrong in (None, {"code": "Late Rows", "reason_digest": None}, {"code": "late-rows", "reason_digest": "x"}):
        assert faults(reason=wrong) == ["reason"], wrong
    assert faults(reason={"code": "late-rows", "reason_digest": None, "words": WORDS}) == ["reason"]


def test_the_command_asks_for_it_and_can_forget_the_words(town: Town) -> None:
    people = ("--dataset", "benches", "--by", SENDER, "--approve", FIRST)
    assert town.ayan("publish", town.file("شماره,هزینه\n1,100\n", "benches.csv"), *people).code == 0
    again = ("publish", town.file("شماره,هزینه\n1,200\n", "benches.csv"), *people)
    silent = town.ayan(*again)
    assert silent.code == 3
    assert all(code in silent.err for code in CORRECTION_REASONS)
    assert town.ayan(*again, "--reason", "because").code == 2
    assert town.ayan(*again, "--reason", f"entry-error: {WORDS}").code == 0
    assert town.ayan("reason", "benches/all/2").out.strip() == WORDS
    assert town.ayan("reason", "benches/all/2", "--forget").code == 0
    assert town.ayan("reason", "benches/all/2").code == 1
    facts = town.city.release_store.release("benches", "all", 2).manifest["ayan"]["reason"]
    assert facts["code"] == "entry-error", "the code stays when the words are gone"


def test_every_code_reads_back_and_has_both_wordings() -> None:
    for code, label in CORRECTION_REASONS.items():
        assert CorrectionReason.read(f"{code}: چون: چنین بود") == CorrectionReason(code, "چون: چنین بود")
        assert CorrectionReason.read(code) == CorrectionReason(code)
        assert label.fa
        assert label.en
