"""Reading a declaration's tables: every key known, every value of its type, and every fault collected with its place."""

from __future__ import annotations

import datetime
import difflib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ayan.core.schema.definition import Label

T = TypeVar("T")
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a declaration: the file, the key's path, and what to do in both languages."""

    file: str
    path: str
    message: Label

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: {self.message.en}"


class DeclarationError(ValueError):
    """The declaration is refused; carries every fault found, not just the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def read_toml(path: Path, name: str, faults: list[Fault]) -> dict[str, object]:
    """The tables of a TOML file; an empty one after recording the fault when it cannot be read.

    Bare dates and times are refused: 1403-05-12 would silently become a Gregorian day.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError("too large")
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(Fault(name, "-", Label("این پرونده نیست.", "This file does not exist.")))
        return {}
    except (OSError, ValueError) as problem:
        faults.append(Fault(name, "-", Label(f"TOML درست نیست: {problem}", f"This is not valid TOML: {problem}")))
        return {}
    _refuse_bare_dates(table, name, "", faults)
    return table


def _refuse_bare_dates(value: object, file: str, path: str, faults: list[Fault]) -> None:
    if isinstance(value, (datetime.date, datetime.time)):
        message = Label('تاریخ را در گیومه بنویسید، مثل "1403-05-12".', 'Put dates in quotes, like "1403-05-12".')
        faults.append(Fault(file, path, message))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _refuse_bare_dates(inner, file, f"{path}.{key}".lstrip("."), faults)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _refuse_bare_dates(inner, file, f"{path}[{place}]", faults)


class Table:
    """One table of a declaration, read key by key; ``done`` refuses the keys nobody asked for."""

    def __init__(self, values: object, file: str, path: str, faults: list[Fault]) -> None:
        self.file, self.path, self.faults = file, path, faults
        self._values: dict[str, object] = {}
        self._asked: set[str] = set()
        if isinstance(values, Mapping):
            self._values = {str(key): value for key, value in values.items()}
        else:
            self.fault("", "باید یک جدول باشد.", "This must be a table.")

    def fault(self, key: str, fa: str, en: str) -> None:
        """Record a fault at ``key`` of this table."""
        place = f"{self.path}.{key}".strip(".") or "-"
        self.faults.append(Fault(self.file, place, Label(fa, en)))

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def raw(self, key: str) -> object:
        """The value as TOML has it, None when absent; counts as asked for."""
        self._asked.add(key)
        return self._values.get(key)

    def _typed(self, key: str, types: type | tuple[type, ...], fa: str, en: str, default: T) -> T:
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, types) or (
            isinstance(value, bool) and bool not in (types if isinstance(types, tuple) else (types,))
        ):
            self.fault(key, f"باید {fa} باشد.", f"This must be {en}.")
            return default
        return value  # type: ignore[return-value]

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text, trimmed."""
        if required and key not in self:
            self._asked.add(key)
            self.fault(key, "لازم است و نیامده.", "This is required and missing.")
        return self._typed(key, str, "متن", "a text", default).strip()

    def optional_text(self, key: str) -> str | None:
        """A text, or None when absent."""
        return self._typed(key, str, "متن", "a text", None)

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        return self._typed(key, bool, "true یا false", "true or false", default)

    def optional_flag(self, key: str) -> bool | None:
        """true or false, or None when absent."""
        return self._typed(key, bool, "true یا false", "true or false", None)

    def whole(self, key: str, default: int | None = None, *, least: int = 0, most: int = 1_000_000) -> int | None:
        """A whole number between ``least`` and ``most``."""
        value: int | None = self._typed(key, int, "عدد صحیح", "a whole number", None)
        if value is None:
            return default
        if not least <= value <= most:
            self.fault(key, f"باید میان {least} و {most} باشد.", f"This must be between {least} and {most}.")
            return default
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        found = self.optional_texts(key)
        return found or ()

    def optional_texts(self, key: str) -> tuple[str, ...] | None:
        """A list of texts, or None when absent."""
        value: list[object] | None = self._typed(key, list, "فهرست", "a list", None)
        if value is None:
            return None
        if not all(isinstance(item, str) for item in value):
            self.fault(key, "همهٔ عضوها باید متن باشند.", "Every member must be a text.")
            return None
        return tuple(str(item) for item in value)

    def choice(self, key: str, options: Sequence[str], default: str | None = None) -> str | None:
        """One of ``options``."""
        value = self.optional_text(key)
        if value is None:
            return default
        if value not in options:
            near = difflib.get_close_matches(value, options, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            listed = ", ".join(options)
            self.fault(key, f"باید یکی از این‌ها باشد: {listed}", f"This must be one of: {listed}.{hint}")
            return default
        return value

    def label(self, key: str, *, required: bool = False) -> Label | None:
        """Words in both languages: ``key.fa`` and ``key.en``."""
        value = self.raw(key)
        if value is None:
            if required:
                self.fault(key, "نام فارسی و انگلیسی لازم است.", "Words in fa and en are required.")
            return None
        table = Table(value, self.file, f"{self.path}.{key}".strip("."), self.faults)
        made = Label(table.text("fa", required=True), table.text("en", required=True))
        table.done()
        return made

    def sure_label(self, key: str) -> Label:
        """Required words in both languages."""
        return self.label(key, required=True) or Label("", "")

    def table(self, key: str) -> Table | None:
        """An inner table, or None when absent."""
        value = self.raw(key)
        return None if value is None else Table(value, self.file, f"{self.path}.{key}".strip("."), self.faults)

    def tables(self, key: str) -> list[Table]:
        """A list of inner tables; empty when absent."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(key, "باید فهرستی از جدول‌ها باشد ([[…]]).", "This must be a list of tables ([[…]]).")
            return []
        path = f"{self.path}.{key}".strip(".")
        return [Table(item, self.file, f"{path}[{place}]", self.faults) for place, item in enumerate(value)]

    def each(self, key: str, make: Callable[[Table], T]) -> tuple[T, ...]:
        """Every inner table of ``key`` through ``make``, each then closed with ``done``."""
        out: list[T] = []
        for inner in self.tables(key):
            out.append(make(inner))
            inner.done()
        return tuple(out)

    def keys(self) -> tuple[str, ...]:
        """The keys as written."""
        return tuple(self._values)

    def done(self) -> None:
        """Refuse every key that was not asked for, with the nearest known one."""
        for key in self._values:
            if key not in self._asked:
                near = difflib.get_close_matches(key, sorted(self._asked), 1)
                hint_fa, hint_en = (f" شاید {near[0]}؟", f" Did you mean {near[0]}?") if near else ("", "")
                self.fault(key, f"این کلید شناخته نیست.{hint_fa}", f"This key is not known.{hint_en}")
