"""Kinds of cases as they are declared: those that come with Ayan hold, a city's own count, and faults are named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ayan.core.casework.case_kind_file import CaseKinds, kind_of_text, read_kinds

SHIPPED = Path("src/ayan/apps/counter/kinds").resolve()
GUIDE = Path("docs/guides/counter.md").resolve()

OWN = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[0]


def read(folder: Path, text: str, name: str = "tree") -> CaseKinds:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return read_kinds(SHIPPED, folder)


def test_the_kind_of_the_guide_holds_beside_those_that_come_with_ayan(tmp_path: Path) -> None:
    kinds = read(tmp_path, OWN)
    assert kinds.problems == ()
    assert next(iter(kinds.sound)) == "access"
    assert len(kinds.sound) == 13
    tree = kinds.sound["tree"]
    assert (tree.clock.days, tree.times.lapse, tree.promise.en) == (
        5,
        15,
        "An answer within 5 working days of the receipt",
    )
    assert tree.message("filed") is not None


def test_every_kind_is_read_again_from_what_is_kept_of_it() -> None:
    kinds = read_kinds(SHIPPED)
    assert {code: kind_of_text(code, text) for code, text in kinds.texts.items()} == dict(kinds.sound)


def test_every_case_can_be_ended_by_somebody_and_left_by_whoever_brought_it() -> None:
    for code, kind in read_kinds(SHIPPED).sound.items():
        stages = {state.code: state.stage for state in kind.states}
        open_states = [state for state, stage in stages.items() if stage != "closed"]
        for state in open_states:
            assert [step for step in kind.steps if state in step.sources and step.to and step.to != state], (
                code,
                state,
            )
            if kind.filed_by != "letter":
                leaving = [step for step in kind.steps_from(state, "person") if "withdrawn" in step.outcomes]
                assert leaving, (code, state)
            if stages[state] == "asked":
                assert [step for step in kind.steps_from(state, "system") if step.code == "lapse"], (code, state)


@pytest.mark.parametrize(
    ("said", "instead", "problem"),
    [
        ('letter = "T"', 'letter = "tree"', "letter: “tree” is not accepted"),
        ('"received", "working", "asked", "closed"]', '"closed", "received", "working", "asked"]', "first state"),
        ('"done", ', '"fly", ', "steps: “fly” is not accepted"),
        ("days = 5", "days = 0", "clock.days"),
        ('about = ["city"]', 'about = ["moon"]', "“moon”"),
        ('handled_by = "parks"', 'handeled_by = "parks"', "handled_by"),
        ('handled_by = "parks"', 'appeal = "access"', "appeal: “access” is not accepted"),
        ('code = "healthy"', 'cod = "healthy"', "code"),
        ("contacts = 90", "contacts = 90\nnames = 3", "keeping.names"),
        (
            'publication = "checked"',
            'publication = "checked"\nsecond_reader = ["not-done"]',
            "second_reader: “not-done”",
        ),
    ],
)
def test_what_is_wrong_is_named_and_the_kind_is_not_offered(
    tmp_path: Path, said: str, instead: str, problem: str
) -> None:
    assert said in OWN
    kinds = read(tmp_path, OWN.replace(said, instead))
    assert [each for each in kinds.problems if problem in each.text("en")], [each.text("en") for each in kinds.problems]
    assert "tree" not in kinds.sound
    assert "access" in kinds.sound


def test_a_message_with_a_blank_that_is_none_is_refused_and_so_is_a_bad_name(tmp_path: Path) -> None:
    message = """
[[message]]
code = "filed"
subject = { fa = "{number}", en = "{number}" }
words = { fa = "{name}", en = "{number.real}" }
"""
    assert "tree" not in read(tmp_path, OWN + message).sound
    assert "Tree_1" not in read(tmp_path, OWN, "Tree_1").sound


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ('by = ["person"]\nneeds = ["fee"]', "officer’s alone"),
        ('optional = ["fee"]', "needed or it is not"),
        ('needs = ["text"]', "needs no computed fee"),
        ('needs = ["text", "fee"]', ""),
    ],
)
def test_a_fee_is_told_by_a_step_that_needs_its_computation(tmp_path: Path, step: str, problem: str) -> None:
    bill = f"""
[[step]]
code = "bill"
title = {{ fa = "عوارض", en = "Fee" }}
done = {{ fa = "گفته شد", en = "Told" }}
from = ["working"]
{step}

[[message]]
code = "bill"
subject = {{ fa = "{{fee}}", en = "{{fee}}" }}
words = {{ fa = "{{calculation}}", en = "{{calculation}}" }}
"""
    assert '"done", ' in OWN
    kinds = read(tmp_path, OWN.replace('"done", ', '"done", "bill", ', 1) + bill)
    assert ("tree" in kinds.sound) == (not problem), [each.text("en") for each in kinds.problems]
    assert not problem or [each for each in kinds.problems if problem in each.text("en")]
