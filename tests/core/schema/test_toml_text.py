"""What is wrong with TOML is said in both languages, with its line and column and what to do."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from ayan.core.schema.loader import load_dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.schema.tables import open_beside
from ayan.core.schema.toml_text import BadToml, read_toml
from ayan.wiring.profile import Profile, read_topics


@pytest.mark.parametrize(
    ("text", "line", "column", "fa", "en"),
    [
        ('a = 1\nb = "x', 2, 7, "نقل‌قول بسته نشده", "the quotes are not closed"),
        ("slug = مقدار", 1, 8, "متن را در نقل‌قول", "Put text in quotes"),
        ("a b = 1", 1, 3, "پس از نام کلید", "followed by ="),
        ("a = 01", 1, 6, "عدد با صفر", "no number begins with a zero"),
        ("[a]\nx = 1\n[a]\n", 3, 3, "دو بار اعلام", "declared twice"),
        ("a = 1\na = 2\n", 2, 6, "دو بار آمده", "stands twice"),
        ('a = "C:\\dir"', 1, 10, "خط کج وارو", "a backslash"),
        ("a = [1,\n", 1, 8, "درستی نیست", "no right value"),
        ("[a\nb = 1", 1, 3, "کروشه", "bracket"),
        ("«a» = 1", 1, 1, "نه کلید است", "neither a key"),
    ],
)
def test_a_fault_has_its_place_and_a_remedy(text: str, line: int, column: int, fa: str, en: str) -> None:
    with pytest.raises(BadToml) as refused:
        read_toml(text)
    assert (refused.value.line, refused.value.column) == (line, column)
    assert fa in refused.value.fa
    assert en in refused.value.en
    assert refused.value.en.startswith(f"line {line}, column {column}: ")


def test_what_is_too_deep_is_refused_and_no_crash() -> None:
    with pytest.raises(BadToml):
        read_toml("a = " + "[" * 5000)
    assert read_toml(b"\xef\xbb\xbfa = 0.10") == {"a": Decimal("0.10")}


def test_every_declared_file_says_it(tmp_path: Path) -> None:
    """The declaration itself, what stands beside it, the city's own file and its topics."""
    folder = tmp_path / "trees"
    (folder / "audits").mkdir(parents=True)
    for path in (folder / "dataset.toml", folder / "audits" / "sums.toml", tmp_path / "ayan.toml"):
        path.write_text("slug = درخت\n", "utf-8")
    for read in (lambda: load_dataset(folder), lambda: open_beside(folder / "audits" / "sums.toml", "audits")):
        with pytest.raises(DeclarationError) as refused:
            read()
        (problem,) = refused.value.problems
        assert "سطر ۱، نویسهٔ ۸" in problem.label.fa
        assert "line 1, column 8" in problem.label.en
    for reader in (Profile.read, read_topics):
        with pytest.raises(ValueError, match=r"سطر ۱، نویسهٔ ۸.*line 1, column 8"):
            reader(tmp_path / "ayan.toml")
