"""The further languages that a city's ``ayan.toml`` names under ``[languages.<code>]``, with their catalogues."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import ayan
from ayan.core.values import locale, messages
from ayan.core.values.locale import Locale

CATALOGUES: Final = Path(ayan.__file__).parent / "locale"
"""Where the catalogues stand that come with Ayan; those in the folder ``locale`` of a city's home win over them."""


def read_languages(table: object, home: Path) -> list[Locale]:
    """The languages that the table names, in its order. Raises ValueError for one that is not understood."""
    if not isinstance(table, Mapping) or not all(isinstance(own, Mapping) for own in table.values()):
        raise ValueError("languages holds a table for each language, such as [languages.az]")
    locales = []
    for code, own in table.items():
        name = f"{code}.po"
        catalogue = messages.read((CATALOGUES / name, home / "locale" / name))
        locales.append(locale.describe(str(code), catalogue, **own))
    return locales


def speak(home: Path) -> None:
    """Put the languages of the city at ``home`` in use, for this process.

    What is wrong in its ``ayan.toml`` is said by whoever reads the city's profile; until then there are two languages.
    """
    try:
        table = tomllib.loads((home / "ayan.toml").read_text(encoding="utf-8")).get("languages", {})
        locale.use(read_languages(table, home))
    except (OSError, ValueError):
        locale.use(())
