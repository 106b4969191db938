"""The columns of several files of one family as fields: the same header joined, what comes and goes kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Final

from ayan.core.intake.table import RawColumn, RawTable
from ayan.core.proposal.column_evidence import ColumnEvidence
from ayan.core.proposal.lexicon import HeaderTerm, is_latin, term_of
from ayan.core.proposal.limits import LONGEST_HEADER, SAME_HEADER
from ayan.core.proposal.proposed_field import ChosenStep, ProposedField, field_name
from ayan.core.proposal.sheet_shape import SheetShape
from ayan.core.refine.header_matching import header_key
from ayan.core.schema.steps.step import JOINT
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label, digits_label
from ayan.core.values.text import fold
from ayan.core.values.unit_words import is_unit

_YEAR: Final = re.compile(r"1[34]\d\d|20\d\d")
_YEAR_DIGITS: Final = 4
_YEAR_KEY: Final = "\0year"
_BESIDE: Final = Label("{label} ({other})", "{label} ({other})")
_BEHIND: Final = Label("{label} {other}", "{label} {other}")
_UNIT_NOTE: Final = re.compile(
    r"[(\[][^()\[\]]{0,40}(?:ریال|تومان|rial|toman|هزار|میلیون|میلیارد)[^()\[\]]{0,40}[)\]]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class FileEvidence:
    """One file: its table after its ``steps``, where it stands on its sheet, and the evidence of every column.

    ``undone`` are steps that the table gives a reason for and somebody did not want.
    ``path`` leads to the records of JSON or XML, ``member`` names the file in an archive, ``encoding`` is what somebody
    said of a text file that does not tell its own. ``chapters`` are rows that hold the sums of others by their codes,
    ``sums`` the texts of further rows of sums.
    """

    name: str
    raw: RawTable
    shape: SheetShape
    columns: tuple[ColumnEvidence, ...]
    totals: int
    sheets: tuple[str, ...] = ()
    path: str | None = None
    member: str | None = None
    encoding: str | None = None
    steps: tuple[ChosenStep, ...] = ()
    undone: tuple[ChosenStep, ...] = ()
    chapters: int = 0
    sums: tuple[str, ...] = ()


@dataclass(slots=True)
class _Group:
    """Columns that are taken to be one field."""

    key: str
    headers: Counter[str] = field(default_factory=Counter)
    columns: dict[int, RawColumn] = field(default_factory=dict)
    evidence: ColumnEvidence | None = None

    def add(self, at: int, header: str, column: RawColumn, evidence: ColumnEvidence) -> None:
        """Take one more column in."""
        self.headers[header] += 1
        self.columns[at] = column
        self.evidence = self.evidence.joined(evidence) if self.evidence else evidence


def fields_of(files: Sequence[FileEvidence]) -> list[ProposedField]:
    """The fields that the columns of ``files`` make, named and labelled, in the order of the first file."""
    groups = _alike(_groups(files))
    # A field's name matches headers too, so none may be that of another column.
    headed = {header_key(column.header) for file in files for column in file.raw.columns}
    fields: dict[str, ProposedField] = {}
    labels: set[str] = set()
    seen: Counter[str] = Counter()
    for group in groups:
        if group.evidence is None:
            continue
        headers = [header for header, _ in group.headers.most_common()]
        header = "" if group.key.startswith("\0") and group.key != _YEAR_KEY else headers[0]
        repeats = _repeats(files, group)
        term = None if group.key == _YEAR_KEY or not header else _term(header)
        if term is not None and not _suits(term, group.evidence):
            term = None
        letter = next(iter(group.columns.values())).letter
        exact = term is not None and (
            term.other or not is_latin(header) or len(header.split()) <= 2 or len(header) > LONGEST_HEADER
        )
        fallback = f"column_{next(iter(group.columns.values())).index}"
        name = "amount" if group.key == _YEAR_KEY else term.name if term and exact else fallback
        others = headed - {header_key(each) for each in headers}
        by_header = not (term and exact) and group.key != _YEAR_KEY
        last = _named_by(header)
        name = field_name(
            (last or header) if by_header else "", fields, term.name if term and by_header else name, others
        )
        seen[header_key(header)] += 1
        label = _label(header, term, letter, group.key == _YEAR_KEY, labels, repeats and seen[header_key(header)])
        spoken = {header_key(label.fa), header_key(label.en)}
        aliases = [] if repeats or not header else [each for each in headers if header_key(each) not in spoken]
        labels |= spoken | {header_key(each) for each in aliases}
        fields[name] = ProposedField(
            name=name,
            label=label,
            evidence=group.evidence,
            columns=group.columns,
            term=term,
            aliases=tuple({header_key(each): each for each in aliases}.values()),
            by_position=bool(repeats) or not header,
        )
    return list(fields.values())


def _term(header: str) -> HeaderTerm | None:
    """What a header says; of one of several rows the lowest speaks, else a word above it for what is counted there."""
    above, _, last = header.rpartition(JOINT)
    if above and is_unit(last):
        # A row of units heads nothing.
        return _term(above)
    own = term_of(last)
    if own is not None or not above:
        return own
    whole = term_of(header)
    return whole if whole is not None and whole.headed_as in ("money", "number", "date") else None


def _named_by(header: str) -> str:
    """The last level of a header that is no unit."""
    above, _, last = header.rpartition(JOINT)
    return _named_by(above) if above and is_unit(last) else last


def _suits(term: HeaderTerm, evidence: ColumnEvidence) -> bool:
    """Whether cells can be what the word above them says: «Budget Institution» heads names, not amounts."""
    if term.headed_as not in ("money", "number", "date") or not evidence.samples:
        return True
    counted = [(sum(map(str.isdecimal, text)), sum(map(str.isalpha, text))) for text in evidence.samples]
    if term.headed_as == "date":
        # «Spend to date» heads amounts: a day has a year, or the name of a month.
        fitting = sum(1 for digits, letters in counted if digits >= _YEAR_DIGITS or (digits and letters > 2))
        return 3 * fitting >= len(counted)
    fitting = sum(1 for digits, letters in counted if digits and digits >= letters)
    return 3 * fitting >= len(counted)


def _groups(files: Sequence[FileEvidence]) -> list[_Group]:
    groups: dict[str, _Group] = {}
    for at, file in enumerate(files):
        counted: Counter[str] = Counter()
        for evidence in file.columns:
            column = evidence.column
            header = column.header.strip()[:LONGEST_HEADER]
            if not header and not evidence.filled:
                continue
            key = header_key(_UNIT_NOTE.sub("", header) or header)
            year = _YEAR.fullmatch(to_latin(header))
            if year is not None and year[0] in to_latin(file.name):
                key = _YEAR_KEY
            elif not key:
                key = f"\0{column.index}"
            counted[key] += 1
            if counted[key] > 1:
                key = f"{key}\0{counted[key]}"
            groups.setdefault(key, _Group(key)).add(at, header, column, evidence)
    return list(groups.values())


def _alike(groups: Sequence[_Group]) -> list[_Group]:
    """Join columns that are headed almost alike and never stand in one file: a misspelling of a month."""
    joined: list[_Group] = []
    for group in groups:
        near = next(
            (
                other
                for other in joined
                if not (other.columns.keys() & group.columns.keys())
                and "\0" not in other.key + group.key
                and SequenceMatcher(None, other.key, group.key, autojunk=False).ratio() >= SAME_HEADER
            ),
            None,
        )
        if near is None or group.evidence is None or near.evidence is None:
            joined.append(group)
            continue
        near.headers += group.headers
        near.columns |= group.columns
        near.evidence = near.evidence.joined(group.evidence)
    return joined


def _repeats(files: Sequence[FileEvidence], group: _Group) -> bool:
    """Whether a header of the group stands over two columns of one file: then only its place tells the column."""
    keys = {header_key(header) for header in group.headers}
    return any(
        sum(header_key(column.header) in keys for column in files[at].raw.columns) > 1 for at in group.columns
    ) and bool(keys - {""})


def _label(header: str, term: HeaderTerm | None, letter: str, yearly: bool, taken: set[str], number: int) -> Label:
    """Both labels of a column: its header in the header's language, the lexicon's word in the other."""
    if yearly:
        label = Label("مبلغ", "Amount")
    elif not header:
        label = Label("ستون {letter}", "Column {letter}").format(letter=letter)
    elif term is not None and term.other:
        label = term.label
    elif is_latin(header):
        label = replace(term.label, en=header) if term else Label(header, header)
    else:
        label = Label(header, term.label.en if term else header)
    if number > 1:
        counted = digits_label(number)
        label = _BESIDE.format(label=label, other=counted)
    if {header_key(label.fa), header_key(label.en)} & taken:
        label = _BESIDE.format(label=label, other=header or letter)
    if {header_key(label.fa), header_key(label.en)} & taken or not fold(label.fa) or not fold(label.en):
        label = _BEHIND.format(label=label, other=letter)
    return label
