"""The six colours that a city may choose, refused where somebody could not read what stands on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.values import colour

DEFAULTS: Final[Mapping[str, str]] = {
    "brand": "#0b5c63",
    "brand-deep": "#073f45",
    "brand-soft": "#e0efee",
    "link": "#0a5a78",
    "link-hover": "#063b50",
    "saffron": "#f2b705",
}
"""The colours of the stylesheet, by the names of their variables."""

_PAPER, _TINT, _INK = "#ffffff", "#f3f6f5", "#12201f"
TEXT: Final = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""

# What stands on what: every pair of text and ground in which a city's colour takes part.
_PAIRS: Final = (
    ("brand", _PAPER), ("brand-deep", _PAPER), ("brand-deep", "brand-soft"), ("link", _PAPER), ("link", _TINT),
    ("link-hover", _PAPER), ("link-hover", _TINT), ("saffron", _INK), ("brand", "#dceeed"), ("brand-deep", "#e4f0ef"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brand:
    """The colours chosen, by name; those not named stay as they are."""

    colours: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, table: object) -> Brand:
        """The colours of the ``[brand]`` of a city's file. ValueError, in a sentence, for what pages cannot use."""
        if not isinstance(table, dict):
            raise ValueError("brand is a table of colours")
        for name, chosen in table.items():
            if name not in DEFAULTS:
                raise ValueError(f"brand has no colour {name!r}; it has {', '.join(DEFAULTS)}")
            try:
                colour.parse(str(chosen))
            except colour.NotAColour:
                raise ValueError(f"brand: {name} is a colour such as #0b5c63") from None
        brand = cls(tuple((name, str(table[name]).lower()) for name in DEFAULTS if name in table))
        if faint := brand.faint():
            raise ValueError(f"brand: {faint[0]}")
        return brand

    def faint(self) -> list[str]:
        """The pairs that cannot be told apart well enough to be read, each in a sentence."""
        chosen = {**DEFAULTS, **dict(self.colours)}
        sentences = []
        for foreground, other in _PAIRS:
            ratio = colour.contrast(chosen[foreground], chosen.get(other, other))
            if ratio < TEXT:
                sentences.append(f"{foreground} on {other} has a contrast of {ratio:.1f}; text needs {TEXT}")
        return sentences

    @property
    def css(self) -> str:
        """The stylesheet that lays these colours over the ordinary ones; empty where none was chosen."""
        rules = "".join(f"--{name}:{value};" for name, value in self.colours)
        return f":root{{{rules}}}\n" if rules else ""


ORDINARY: Final = Brand()
"""Nothing chosen."""
