"""A proposal as the files of a declaration: TOML in which every guess stands under the evidence for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ayan.core.proposal.proposed_field import ChosenStep, OpenQuestion, ProposedField, TomlValue
from ayan.core.schema.definition import MAIN
from ayan.core.values.label import Label

_HEAD: Final = (
    "# Proposed by `ayan propose` from what stands in files; a person reads it before anything is published by it.\n"
    "# `guessed:` says on what evidence the next line was written. Cells are counted, never copied here.\n"
)


@dataclass(frozen=True, slots=True)
class ProposedLayout:
    """How files of one shape are laid out: the keys of ``[source]``, and what differs of its fields."""

    name: str
    keys: Mapping[str, TomlValue | Sequence[str | int]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, TomlValue]] = field(default_factory=dict)
    steps: Sequence[ChosenStep] = ()

    def reads_as(self, other: ProposedLayout) -> bool:
        """Whether it reads files as another layout does."""
        own, others = ([each.step for each in steps] for steps in (self.steps, other.steps))
        return (self.keys, self.fields, own) == (other.keys, other.fields, others)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationParts:
    """Everything that the text is written from."""

    slug: str
    top: Mapping[str, TomlValue]
    notes: Mapping[str, str]
    fields: Sequence[ProposedField]
    layouts: Sequence[ProposedLayout]
    questions: Sequence[OpenQuestion]


def texts_of(parts: DeclarationParts) -> dict[str, str]:
    """The files by their path within the folder of the declaration."""
    default = next(layout for layout in parts.layouts if layout.name == "default")
    lines = [_HEAD, *(f"# open: {question.key}: {question.text.en}" for question in parts.questions)]
    lines += ["", f"slug = {_value(parts.slug)}"]
    lines += _keys(parts.top, parts.notes)
    files: dict[str, str] = {}
    for proposed in parts.fields:
        if proposed.left_out:
            continue
        lines += ["", "[[field]]", f"name = {_value(proposed.name)}"]
        lines += _keys({"kind": proposed.kind.name, "label": proposed.label}, proposed.notes)
        if proposed.aliases:
            lines.append(f"aliases = {_value(list(proposed.aliases))}")
        lines += _keys({key: said for key, said in proposed.keys.items() if key != "kind"}, proposed.notes)
        if proposed.codes:
            files[f"codes/{proposed.keys['choices']}.toml"] = _codes(proposed)
    source = _layout(default, "source")
    lines += ["", *source] if source else []
    files = {MAIN: "\n".join(lines) + "\n", **files}
    for layout in parts.layouts:
        if layout is not default:
            files[f"sources/{layout.name}.toml"] = "\n".join(_layout(layout, "")) + "\n"
    return files


def _keys(said: Mapping[str, object], notes: Mapping[str, str]) -> Iterable[str]:
    for key, value in said.items():
        if note := notes.get(key, "").strip("; "):
            yield f"# guessed: {_one_line(note)}"
        yield f"{key} = {_value(value)}"


def _layout(layout: ProposedLayout, table: str) -> list[str]:
    lines = [*_keys(layout.keys, layout.notes)]
    if lines and table:
        lines.insert(0, f"[{table}]")
    for each in layout.steps:
        said = each.step.as_json()
        lines += ["", f"# guessed: {_one_line(each.why)}", f"[[{table}.step]]" if table else "[[step]]"]
        lines += _keys({"do": said.pop("do"), **said}, {})
    for name, readings in layout.fields.items():
        inner = f"{table}.fields.{name}" if table else f"fields.{name}"
        lines += ["", f"[{inner}]", *_keys(readings, {})]
    return lines


def _codes(proposed: ProposedField) -> str:
    lines = [f"# {proposed.label.en}: {proposed.notes.get('choices', '')}"]
    for code in proposed.codes:
        lines += ["", f"# guessed: {code.cells:,} cells", "[[entry]]", f"code = {_value(code.code)}"]
        lines += [f"fa = {_value(code.label.fa)}", f"en = {_value(code.label.en)}"]
        if code.aliases:
            lines.append(f"aliases = {_value(list(code.aliases))}")
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    """A value as TOML writes it; texts are those of JSON but for one control character."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Label):
        return f"{{ fa = {_value(value.fa)}, en = {_value(value.en)} }}"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {_value(said)}' for key, said in value.items())} }}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
