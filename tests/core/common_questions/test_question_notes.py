"""What a city adds to a question is read from its own folder, or refused with the place of every fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from ayan.core.common_questions.question_notes import load_note, load_notes
from ayan.core.schema.problem import DeclarationError
from ayan.datasets.registry import BUILTIN, Registry

EVENT = """
[[event]]
when = "1402-04"
words = { fa = "سقف دو برابر شد", en = "the ceiling doubled" }
source = { fa = "مصوبه", en = "Resolution" }
link = "https://example.ir/1"
"""
REPLY = """
[reply]
day = "1405-07-12"
office = { fa = "امور قراردادها", en = "Contracts Office" }
words = { fa = "مهلت را بیشتر کرده‌ایم.", en = "We have given more days." }
"""


def written(folder: Path, text: str, code: str = "competition") -> Path:
    path = folder / "tenders" / "question-notes" / f"{code}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("not toml", ""),
        ("surprise = 1", "surprise"),
        (EVENT.replace('"1402-04"', '"soon"'), "event[soon].when"),
        (EVENT.replace('"1402-04"', '"all"'), "event[all].when"),
        (EVENT.replace('when = "1402-04"', ""), "event[1].when"),
        (EVENT.replace("https://", "javascript:"), "event[1402-04].link"),
        (EVENT.replace("the ceiling doubled", "x" * 161), "event[1402-04].words"),
        (EVENT * 7, "event"),
        (REPLY.replace("1405-07-12", "1405-07"), "reply.day"),
        (REPLY.replace("office", "desk"), "reply.office"),
        (REPLY.replace("We have given more days.", "x" * 1201), "reply.words"),
    ],
)
def test_refused(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        load_note(written(tmp_path, text))
    assert key in {problem.key for problem in refused.value.problems}


def test_events_are_told_in_the_order_of_time_and_a_later_folder_wins(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    written(first, REPLY)
    written(second, EVENT.replace("1402-04", "1404") + EVENT)
    notes = load_notes([first / "tenders", second / "tenders"])
    assert not notes.problems
    assert [str(event.when) for event in notes.of["competition"].events] == ["1402-04", "1404"]
    assert notes.of["competition"].reply is None


def test_a_city_adds_to_a_question_that_comes_with_ayan_and_is_told_of_faults(tmp_path: Path) -> None:
    registry = Registry((BUILTIN, tmp_path))
    assert not registry.question_notes().of
    path = written(tmp_path, EVENT + REPLY)
    assert registry.question_notes().of["competition"].reply is not None
    path.write_text("[reply]\n", encoding="utf-8")
    assert {problem.key for problem in registry.question_notes().problems} >= {"reply.day", "reply.words"}
    assert registry.question_notes().problems[0] in registry.problems()
