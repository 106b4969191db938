"""Kinds whose values are text as people write it: words, names of places, addresses on the web."""

from __future__ import annotations

from ayan.core.schema.field import Field, Kind, KindColumns, KindSql, by_choice
from ayan.core.schema.limits import LONGEST_LINK
from ayan.core.values import sql
from ayan.core.values.label import Label


class WordsKind(Kind):
    """What all words have in common, whatever they speak of."""

    keys = frozenset({"max_length", "choices", "pattern", "ref"})
    roles = Kind.roles | {"person", "company", "title", "place"}
    is_words = True
    maskable = True
    redactable = True
    free = True

    def reading(self, field: Field, c: KindColumns) -> KindSql:
        """Every text can be read, for a token always has something visible in it; of a list only what stands in it."""
        return (
            by_choice(field.choices, c) if field.choices is not None else KindSql((), sql.publish(c.t), "NULL", "FALSE")
        )


class PlaceKind(WordsKind):
    """Words that say where something is."""

    name = "place"
    label = Label("جا", "place")
    short_label = Label("نشانی یا محل", "place")
    example = "خیابان نمونه"


class TextKind(WordsKind):
    """Words of any meaning."""

    name = "text"
    label = Label("متن", "text")
    short_label = label
    keys = WordsKind.keys | {"codes"}
    roles = WordsKind.roles | {"counter", "formula", "terms"}
    example = "نمونه"
    is_free_text = True
    holds_legal_ids = True


class LinkKind(Kind):
    """The address of a page or a file."""

    name = "link"
    label = Label("نشانی وب", "web address")
    short_label = Label("پیوند", "link")
    keys = frozenset({"max_length", "pattern"})
    schema_format = "uri"
    example = "https://example.ir/1"
    style = "link"
    redactable = True
    addressable = False
    referable = False
    brief = False
    categorical = False
    telling = True

    def reading(self, field: Field, c: KindColumns) -> KindSql:  # noqa: ARG002 - as all kinds
        """An address of HTTP with nothing in it that would have to be escaped."""
        # RE2 counts no further than 1000, so the length is looked at beside the pattern.
        shape = sql.literal("https?://[^\\s<>\"'`{}|\\\\^]{3,}")
        sound = f"length({c.t}) <= {LONGEST_LINK} AND regexp_full_match({c.t}, {shape})"
        return KindSql((), f"CASE WHEN {sound} THEN {c.t} END", "'not-a-link'")
