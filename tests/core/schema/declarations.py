"""Writing declarations for tests: a small sound dataset, and variations of it."""

from __future__ import annotations

from pathlib import Path

from ayan.core.schema.definition import Dataset
from ayan.core.schema.loader import load_dataset
from ayan.core.schema.problem import DeclarationError, DeclarationProblem

SLUG = "toll-booths"

TOP = f"""
slug = "{SLUG}"
title.fa = "باجه‌ها"
title.en = "Booths"
description.fa = "باجه‌های عوارضی شهر."
description.en = "Toll booths of the city."
owner.fa = "واحد درآمد"
owner.en = "Revenue Office"
topic = "money"
"""

FIELDS = """
[[field]]
name = "number"
kind = "code"
label.fa = "شماره"
label.en = "Number"

[[field]]
name = "takings"
kind = "rial"
label.fa = "دریافتی"
label.en = "Takings"

[[field]]
name = "opened"
kind = "date"
label.fa = "روز گشایش"
label.en = "Opened"

[[field]]
name = "open"
kind = "boolean"
label.fa = "باز است"
label.en = "Is open"

[[field]]
name = "area"
kind = "decimal"
label.fa = "مساحت"
label.en = "Area"

[[field]]
name = "lanes"
kind = "integer"
label.fa = "خط‌ها"
label.en = "Lanes"

[[field]]
name = "clerk_id"
kind = "identity"
label.fa = "کد ملی متصدی"
label.en = "National ID of the clerk"
shown = "withheld"
"""


def field(name: str, kind: str, rest: str = "", label: str = "") -> str:
    """One ``[[field]]`` more; its labels are made of its name unless ``label`` gives both."""
    words = label or name
    return f'[[field]]\nname = "{name}"\nkind = "{kind}"\nlabel.fa = "{words}"\nlabel.en = "{words}"\n{rest}\n'


def declare(
    home: Path,
    more: str = "",
    *,
    top: str = TOP,
    fields: str = FIELDS,
    above: str = "",
    files: dict[str, str] | None = None,
) -> Path:
    """The folder of a declaration: ``above`` goes before the fields, ``more`` after them."""
    folder = home / SLUG
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dataset.toml").write_text(top + above + fields + more, encoding="utf-8")
    for name, text in (files or {}).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def loaded(home: Path, more: str = "", **parts: object) -> Dataset:
    """The dataset so declared."""
    return load_dataset(declare(home, more, **parts))  # type: ignore[arg-type]  # the parts of declare


def refused(folder: Path) -> tuple[DeclarationProblem, ...]:
    """The problems for which the declaration in ``folder`` is refused; none when it is sound."""
    try:
        load_dataset(folder)
    except DeclarationError as refusal:
        return refusal.problems
    return ()
