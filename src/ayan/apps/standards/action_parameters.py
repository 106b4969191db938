"""The parameters of an action of CKAN's API, from a body or an address: all of them understood, or refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

import orjson

from ayan.apps.standards.limits import MOST_DIGITS
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

_SAID: Final = Label("{name}: {words}", "{name}: {words}")
_UNKNOWN: Final = Label(
    "این پارامتر اینجا نیست. پارامترها: {known}.", "There is no such parameter. There are: {known}."
)
_NONE: Final = Label("این کنش پارامتری ندارد.", "This action takes no parameters.")
_NEEDED: Final = Label("این پارامتر لازم است.", "This parameter is needed.")
_TEXT: Final = Label("مقدار باید متن باشد.", "The value must be a text.")
_WHOLE: Final = Label("مقدار باید عددی از 0 تا {most} باشد.", "The value must be a whole number from 0 to {most}.")
_FLAG: Final = Label("مقدار باید true یا false باشد.", "The value must be true or false.")
_FIXED: Final = Label("اینجا فقط {value} پذیرفته است.", "Only {value} is possible here.")
_NAMES: Final = Label("مقدار باید فهرستی از متن‌ها باشد.", "The value must be a list of texts.")
_TRUE: Final = frozenset(("true", "1", "yes", "on"))
_FALSE: Final = frozenset(("false", "0", "no", "off"))


class ActionRefused(Refusal):
    """Parameters of an action that mean nothing; ``problems`` has what is wrong by the name of the parameter."""

    code = "action-parameters"
    fa = "پارامترهای این کنش درست نیست."
    en = "The parameters of this action are not valid."
    status = 409

    def __init__(self, problems: Mapping[str, Label]) -> None:
        super().__init__()
        self.problems = dict(problems)
        if self.problems:
            name, first = next(iter(self.problems.items()))
            self.worded(_SAID.format(name=name, words=first))


class ActionParameters:
    """What was given to an action; what is wrong is collected until `close`, which refuses all of it at once."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        # A client that leaves a parameter open sends null.
        self._given = {name: value for name, value in given.items() if value is not None}
        self._known: list[str] = []
        self._problems: dict[str, Label] = {}

    def refuse(self, name: str, wording: Label) -> None:
        """Something is wrong with a parameter; the first that is said of it counts."""
        # A name comes from outside, too: what cannot be encoded is escaped, what is long is cut.
        self._problems.setdefault(name[:80].encode("utf-8", "backslashreplace").decode(), wording)

    def close(self) -> None:
        """Raise ActionRefused for all that is wrong, and for parameters that nobody asked for."""
        wording = _UNKNOWN.format(known=", ".join(self._known)) if self._known else _NONE
        for name in self._given:
            if name not in self._known:
                self.refuse(name, wording)
        if self._problems:
            raise ActionRefused(self._problems)

    def value(self, name: str) -> Any:
        """The value as it came; None where none did."""
        self._known.append(name)
        return self._given.get(name)

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        value = self.value(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse(name, _TEXT)
            return default
        return value

    def needed(self, name: str) -> str:
        """A text without which there is no answer."""
        text = self.text(name)
        if not text.strip():
            self.refuse(name, _NEEDED)
        return text

    def whole(self, name: str, default: int, most: int) -> int:
        """A whole number from 0 to ``most``, in any digits."""
        value = self.value(name)
        if value is None:
            return default
        text = to_latin(value.strip()) if isinstance(value, str) else str(value)
        # A flag is no number, although Python reckons it as one.
        digits = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
        if isinstance(value, bool) or not digits or int(text) > most:
            self.refuse(name, _WHOLE.format(most=most))
            return default
        return int(text)

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false, in JSON or as a word."""
        value = self.value(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        word = str(value).strip().lower()
        if word not in _TRUE | _FALSE:
            self.refuse(name, _FLAG)
            return default
        return word in _TRUE

    def fixed(self, **only: bool) -> None:
        """Flags that clients send although only one value means something here."""
        for name, value in only.items():
            if self.flag(name, default=value) is not value:
                self.refuse(name, _FIXED.format(value="true" if value else "false"))

    def one_of(self, name: str, allowed: Collection[str], default: str) -> str:
        """One of a few words."""
        text = self.text(name, default)
        if text not in allowed:
            self.refuse(name, _FIXED.format(value=", ".join(allowed)))
        return text

    def names(self, name: str) -> tuple[str, ...]:
        """A list of texts: in JSON, as a text of JSON, or parted by commas."""
        value = self._unpacked(name, self.value(name))
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",")]
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            self.refuse(name, _NAMES)
            return ()
        return tuple(part for part in value if part)

    def unpacked(self, name: str) -> Any:
        """A value that is a list or an object, which stands in an address as a text of JSON."""
        return self._unpacked(name, self.value(name))

    def _unpacked(self, name: str, value: Any) -> Any:
        if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
            return value
        try:
            return orjson.loads(value)
        except ValueError:
            self.refuse(name, Label("متن JSON درست نیست.", "The text is no valid JSON."))
            return None
