"""Reading a TOML table strictly: each value is asked for by name and type, and what nobody asked for is refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from ayan.core.schema.limits import LARGEST_WHOLE, LONGEST_TEXT
from ayan.core.schema.problem import TYPES, DeclarationError, DeclarationProblem, DeclarationProblems
from ayan.core.schema.toml_text import BadToml, read_toml
from ayan.core.values.label import Label
from ayan.core.values.locale import BUILT_IN, codes

_Word = TypeVar("_Word", bound=str)
_Loaded = TypeVar("_Loaded")


def near(value: str, known: Iterable[str]) -> Label:
    """« آیا «x» است؟» and its English when something known looks like ``value``, else nothing."""
    matches = get_close_matches(value, sorted(known), 1)
    return Label(" آیا «{name}» است؟", " Did you mean “{name}”?").format(name=matches[0]) if matches else Label("", "")


def refuse_bare_dates(value: object, file: str, key: str, problems: DeclarationProblems) -> None:
    """Refuse every date or time that stands without quotes, however deep; TOML takes a Jalali date for another."""
    if isinstance(value, date | datetime | time):
        problems.add(file, key, "bare-date")
    elif isinstance(value, Mapping):
        for name, item in value.items():
            refuse_bare_dates(item, file, f"{key}.{name}" if key else str(name), problems)
    elif isinstance(value, list):
        for position, item in enumerate(value, 1):
            refuse_bare_dates(item, file, f"{key}[{position}]", problems)


class TomlTable:
    """One table of a file. Every getter returns None, and notes a problem, where the value is not what it should be."""

    def __init__(self, raw: Mapping[str, object], file: str, path: str, problems: DeclarationProblems) -> None:
        self.raw = raw
        self.file = file
        self.path = path
        self.problems = problems
        self._asked: set[str] = set()

    def at(self, key: str) -> str:
        """The full path of ``key``."""
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def refuse(self, key: str, code: str, message: Label | None = None, /, **blanks: object) -> None:
        """Note a problem at ``key``."""
        self.problems.add(self.file, self.at(key), code, message, **blanks)

    def has(self, key: str) -> bool:
        """Whether the key is written at all."""
        return key in self.raw

    def raw_value(self, key: str) -> object:
        """The value as TOML gives it; the key counts as read."""
        self._asked.add(key)
        return self.raw.get(key)

    def wrong(self, key: str, wanted: str) -> None:
        """Refuse the type of a value; a bare date, in a list too, was refused when the file was opened."""
        value = self.raw.get(key)
        items = value if isinstance(value, list) else [value]
        if not any(isinstance(item, date | datetime | time) for item in items):
            self.refuse(key, "wrong-type", wanted=TYPES[wanted])

    def needed(self, key: str) -> bool:
        """Whether the key is written; refuses when it is not."""
        self._asked.add(key)
        if key not in self.raw:
            self.refuse(key, "missing")
        return key in self.raw

    def close(self, **elsewhere: str) -> None:
        """Refuse the keys that nobody asked for; those that belong in another file, by the code ``elsewhere`` gives."""
        for key in self.raw:
            if key in elsewhere:
                self.refuse(key, elsewhere[key])
            elif key not in self._asked:
                self.refuse(key, "unknown-key", near=near(key, self._asked))

    def text(self, key: str, *, trimmed: bool = True) -> str | None:
        """A text that is not empty."""
        value = self.raw_value(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.wrong(key, "text")
            return None
        if not (value.strip() if trimmed else value):
            self.refuse(key, "empty")
            return None
        if len(value) > LONGEST_TEXT:
            self.refuse(key, "out-of-range", low=1, high=LONGEST_TEXT)
            return None
        return value.strip() if trimmed else value

    def whole(self, key: str, low: int = 0, high: int = LARGEST_WHOLE) -> int | None:
        """A whole number within bounds, both inclusive."""
        value = self.raw_value(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.wrong(key, "whole")
            return None
        if not low <= value <= high:
            self.refuse(key, "out-of-range", low=low, high=high)
            return None
        return value

    def number(self, key: str) -> Decimal | None:
        """An exact finite number, bare or in quotes."""
        value = self.raw_value(key)
        if value is None:
            return None
        number = None
        if isinstance(value, int | str | Decimal) and not isinstance(value, bool):
            try:
                number = Decimal(value)
            except InvalidOperation:
                number = None
        if number is None or not number.is_finite() or abs(number.adjusted()) > 36:
            self.wrong(key, "number")
            return None
        return number

    def boolean(self, key: str) -> bool | None:
        """True or false."""
        value = self.raw_value(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, "boolean")
            return None
        return value

    def texts(self, key: str, *, trimmed: bool = True) -> tuple[str, ...] | None:
        """A list of texts, none empty, none twice."""
        value = self.raw_value(key)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(key, "texts")
            return None
        texts = tuple(item.strip() if trimmed else item for item in value)
        if not all(texts):
            self.refuse(key, "empty")
            return None
        for item in sorted({item for item in texts if texts.count(item) > 1}):
            self.refuse(key, "repeated", value=item)
        return texts

    def one_of(self, key: str, allowed: Collection[_Word]) -> _Word | None:
        """One of a closed list of words."""
        value = self.text(key)
        if value is None:
            return None
        for word in allowed:
            if word == value:
                return word
        self.refuse(key, "not-one-of", value=value[:60], near=near(value, allowed), allowed=list(allowed))
        return None

    def label(self, key: str) -> Label | None:
        """The same words in both languages: ``key.fa`` and ``key.en``, and perhaps in further languages in use."""
        value = self.raw_value(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.wrong(key, "label")
            return None
        table = TomlTable(value, self.file, self.at(key), self.problems)
        label = table.words()
        table.close()
        return label

    def words(self) -> Label | None:
        """The wordings that stand in this table under the codes of languages; Persian and English must be there."""
        for lang in BUILT_IN:
            self.needed(lang)
        fa, en = (self.text(lang) for lang in BUILT_IN)
        further = tuple((code, self.text(code) or "") for code in codes()[len(BUILT_IN) :] if self.has(code))
        return Label(fa, en, further) if fa and en else None

    def needed_label(self, key: str) -> Label:
        """Words that must be there; an empty label, with the problem noted, where they are not."""
        return (self.label(key) if self.needed(key) else None) or Label("", "")

    def table(self, key: str) -> TomlTable | None:
        """A table inside this one."""
        value = self.raw_value(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.wrong(key, "table")
            return None
        return TomlTable(value, self.file, self.at(key), self.problems)

    def tables(self, key: str, name: str) -> list[TomlTable]:
        """The tables of ``[[key]]``, each known in messages by its value of ``name``, else by its place from 1."""
        value = self.raw_value(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            self.wrong(key, "tables")
            return []
        tables = []
        for position, item in enumerate(value, 1):
            called = item.get(name)
            tag = called if isinstance(called, str) and 0 < len(called) <= 60 else str(position)
            tables.append(TomlTable(item, self.file, self.at(f"{key}[{tag}]"), self.problems))
        return tables


def open_beside(path: Path, room: str) -> TomlTable:
    """The top table of a declaration that stands beside a dataset's own, as ``<dataset>/<room>/<code>.toml``.

    Its problems are noted with it. Raises DeclarationError where the file is no TOML.
    """
    file = f"{path.parent.parent.name}/{room}/{path.name}"
    problems = DeclarationProblems()
    try:
        raw = read_toml(path.read_bytes())
    except OSError as fault:
        problems.add(file, "", "file-unreadable")
        raise DeclarationError(problems.listed) from fault
    except UnicodeDecodeError as fault:
        problems.add(file, "", "file-encoding")
        raise DeclarationError(problems.listed) from fault
    except BadToml as fault:
        problems.add(file, "", "file-toml", reason=fault.label)
        raise DeclarationError(problems.listed) from fault
    refuse_bare_dates(raw, file, "", problems)
    return TomlTable(raw, file, "", problems)


def files_beside(folders: Iterable[Path], room: str) -> Iterator[tuple[str, int, int]]:
    """Path, time of change and size of every ``<room>/*.toml`` in the folders, to tell whether any has changed."""
    for folder in folders:
        for path in sorted((folder / room).glob("*.toml")):
            facts = path.stat()
            yield str(path), facts.st_mtime_ns, facts.st_size


def load_beside(
    folders: Iterable[Path], room: str, load: Callable[[Path], _Loaded]
) -> tuple[list[_Loaded], tuple[DeclarationProblem, ...]]:
    """What ``load`` makes of every ``<room>/*.toml`` in the ``folders`` of datasets, and the faults of the others."""
    sound: list[_Loaded] = []
    problems: list[DeclarationProblem] = []
    for folder in folders:
        for path in sorted((folder / room).glob("*.toml")):
            try:
                sound.append(load(path))
            except DeclarationError as refused:
                problems += refused.problems
    return sound, tuple(problems)
