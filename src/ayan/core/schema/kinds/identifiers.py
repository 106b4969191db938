"""Kinds whose values are codes: by which something is known here, in another dataset, or in a register of the state."""

from __future__ import annotations

from typing import Final

from ayan.core.schema.field import Field, Kind, KindColumns, KindSql, by_choice
from ayan.core.values import sql
from ayan.core.values.asked_value import Value
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label

# Codes that are published as they stand and that no spreadsheet has turned into a number.
_PLAIN: Final = "[0-9A-Za-z][0-9A-Za-z/_-]*"


class IdentifierKind(Kind):
    """What all codes have in common: one spelling, in Latin digits."""

    style = "code"
    is_code = True
    in_digits = True
    free = True

    def parse(self, field: Field, text: str) -> Value:  # noqa: ARG002 - as all kinds
        """The text in Latin digits."""
        return to_latin(text)


class OwnCodeKind(IdentifierKind):
    """What codes have in common that somebody has thought of: any text may be one."""

    keys = frozenset({"max_length", "pattern", "ref"})
    roles = Kind.roles | {"person", "company", "title", "place", "ordinal"}
    example = "1001"
    holds_legal_ids = True
    identifying = True

    def reading(self, field: Field, c: KindColumns) -> KindSql:
        """Any text but one that a spreadsheet has turned into powers of ten."""
        if field.choices is not None:
            return by_choice(field.choices, c)
        # A spreadsheet writes one digit before the point and a sign or a fraction; 887E5412 is somebody's cost centre.
        lost = f"regexp_full_match({c.d}, '[0-9]([.][0-9]+)?[eE][+][0-9]{{2}}|[0-9][.][0-9]+[eE][0-9]{{2}}')"
        value = f"CASE WHEN NOT {lost} THEN {sql.publish(c.d)} END"
        return KindSql(((c.d, sql.latin_digits(c.t)),), value, "'code-lost-digits'", lost, (_PLAIN, c.t))


class CodeKind(OwnCodeKind):
    """A code of the city's own: of a file, an account, a line."""

    name = "code"
    label = Label("کد", "code")
    short_label = label
    keys = OwnCodeKind.keys | {"choices"}
    roles = OwnCodeKind.roles | {"counter"}
    maskable = True


class RefKind(OwnCodeKind):
    """The code of a record of another dataset."""

    name = "ref"
    label = Label("ارجاع", "reference")
    short_label = label
    needs_ref = True


class IdentityKind(IdentifierKind):
    """The national ID of a person."""

    name = "identity"
    label = Label("شمارهٔ ملی", "national ID")
    short_label = Label("کد ملی", "national code")
    # A number that no person has: it begins with digits that no registry office was given.
    example = "9999999999"
    personal = True
    maskable = True
    scanned = False
    addressable = False
    telling = True

    def reading(self, field: Field, c: KindColumns) -> KindSql:  # noqa: ARG002 - as all kinds
        """Ten digits whose last one checks the others; zeros that a spreadsheet dropped are put back."""
        padded = f"CASE WHEN regexp_full_match({c.d}, '[0-9]{{8,10}}') THEN lpad({c.d}, 10, '0') END"
        return KindSql(((c.d, _bare(c)), (c.p, padded)), sql.national_id(c.p), "'identity-wrong'")


class CompanyKind(IdentifierKind):
    """The legal ID of a company."""

    name = "company"
    label = Label("شناسهٔ ملی شرکت", "legal ID")
    short_label = Label("شناسهٔ ملی", "legal ID")
    keys = frozenset({"ref"})
    roles = Kind.roles | {"company"}
    example = "10100000001"
    is_company = True
    personal = False
    scanned = False
    holds_legal_ids = True
    identifying = True
    telling = True

    def reading(self, field: Field, c: KindColumns) -> KindSql:  # noqa: ARG002 - as all kinds
        """Eleven digits whose last one checks the others."""
        return KindSql(((c.p, _bare(c)),), sql.legal_id(c.p), "'company-wrong'")


def _bare(c: KindColumns) -> str:
    return f"replace(replace({sql.latin_digits(c.t)}, '-', ''), ' ', '')"
