"""From the evidence of a column to the keys of its field; what the evidence does not decide is asked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from ayan.core.intake.table import NO_LETTER
from ayan.core.proposal.column_evidence import DAY_FIRST, MONTH_FIRST, PERCENT, ColumnEvidence
from ayan.core.proposal.lexicon import listed_word
from ayan.core.proposal.limits import (
    FEWEST_ROWS,
    FITS,
    FITS_AS_HEADED,
    JALALI_PIVOT,
    LONGEST_CODE,
    LONGEST_COUNT,
    MOST_CODES,
    MOST_FIT,
    PIVOT,
    RARELY,
)
from ayan.core.proposal.proposed_field import OpenQuestion, ProposedCode, ProposedField
from ayan.core.refine.date_orders import ORDERS
from ayan.core.schema.field import DateOrder
from ayan.core.schema.kinds import KINDS
from ayan.core.schema.kinds.temporal import SHORT_YEAR
from ayan.core.schema.privacy import personal_in
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label, number_label
from ayan.core.values.text import fold

_FORMAT: Final = "format:"
_WHICH_FIRST: Final = Label(
    "در «{label}» روز پیش از ماه است یا ماه پیش از روز؟ خانه‌ها هر دو را می‌پذیرند.",
    "Does the day stand before the month in “{label}”, or behind it? Its cells allow both.",
)
_NOT_LISTED: Final = frozenset({"title", "person", "company", "place"})
_REQUIRED: Final = frozenset({"amount", "title", "date"})
_EPOCH_MS: Final = (12, 13)
_EPOCH_S: Final = (9, 10)
_SERIAL: Final = 5
# Digits on both sides of a point from which they are parts of a code.
_PART_OF_CODE: Final = 3
# Digits up to which a spreadsheet shows a number whole.
_FEW_DIGITS: Final = 8
_EXPONENT: Final = re.compile(r"\d(\.\d+)?[eE]\+?1[1-9]")
_WHOLE_YEAR: Final = re.compile(r"\d{4}")
_NOT_CODE: Final = re.compile(r"[^a-z0-9]+")


def choose(field: ProposedField, *, shape: bool) -> list[OpenQuestion]:
    """Give ``field`` its kind and what goes with it; returns what has to be asked.

    ``shape`` says that the column holds the shapes of a GeoJSON file.
    """
    evidence, questions = field.evidence, list[OpenQuestion]()
    if field.label.fa == field.label.en:
        field.notes["label"] = "the lexicon has no word for it in the other language"
    headed = field.term.headed_as if field.term else ""
    if headed == "counter" and evidence.filled and evidence.share("integer") < FITS:
        # «No» above C-014 is the number of a thing; what only counts rows would be left out.
        field.term, headed = None, "code"
    if field.term is not None:
        for key, value in (("role", field.term.role), ("nature", field.term.nature)):
            if value is not None:
                field.say(key, value, "by its header")
    if shape:
        field.say("kind", "geometry", "the shapes of the file")
    elif headed == "counter" and not evidence.zeros_before:
        field.say("kind", "integer" if evidence.share("integer") >= FITS else "text", "a running number of rows")
    elif not _particular(field, evidence) and not _dated(field, evidence, headed, questions):
        _number_or_words(field, evidence, headed, questions)
    _judge_personal(field)
    field.settle()
    if field.kind.is_free_text and field.keys.get("role") not in _NOT_LISTED and field.keys.get("shown") is None:
        _list_codes(field, evidence)
    # Among words such a text is a word like others.
    if evidence.placeholders and not shape and (not field.kind.is_words or field.codes):
        field.say("null", list(evidence.placeholders), "texts that say that a cell is empty")
    if field.keys.get("role") in _REQUIRED and evidence.filled == evidence.rows > 0:
        field.say("required", True, _counted(evidence, evidence.filled, "filled"))
    return questions


def _counted(evidence: ColumnEvidence, cells: int, what: str) -> str:
    return f"{cells:,} of {evidence.rows if what == 'filled' else evidence.filled:,} cells {what}"


def _set_kind(field: ProposedField, kind: str, reading: str) -> None:
    """Propose a kind with its count, and the rows that it cannot read."""
    evidence = field.evidence
    note = _counted(evidence, evidence.fits.get(reading, 0), "fit")
    if rows := evidence.misfits.get(reading):
        note += f"; not row {', '.join(map(str, rows))}"
    field.say("kind", kind, note)


def _particular(field: ProposedField, evidence: ColumnEvidence) -> bool:
    """Kinds so particular that their cells alone tell them."""
    several = evidence.distinct >= FEWEST_ROWS
    if evidence.share("identity") >= FITS and several:
        _set_kind(field, "identity", "identity")
    elif evidence.share("company") >= FITS and several:
        _set_kind(field, "company", "company")
    elif evidence.share("link") >= FITS:
        _set_kind(field, "link", "link")
    elif evidence.share("boolean") == 1:
        _set_kind(field, "boolean", "boolean")
    else:
        return False
    return True


def _dated(field: ProposedField, evidence: ColumnEvidence, headed: str, questions: list[OpenQuestion]) -> bool:
    if evidence.share("integer") >= FITS:
        return headed == "date" and _counted_days(field, evidence)
    if headed.startswith("code") and not any(_WHOLE_YEAR.search(to_latin(text)) for text in evidence.samples):
        # «01-10-20» names an account as well as a day.
        return False
    # Beneath the header of a date what is none is asked about, and does not make a text of the others.
    least = MOST_FIT if headed == "date" else FITS
    for calendar in ("jalali", "gregorian"):
        if evidence.share(f"date:{calendar}") >= least:
            _set_kind(field, "date", f"date:{calendar}")
            field.say("calendar", calendar, "by the years of its cells")
            return True
    orders = {order: evidence.fits.get(f"date:jalali:{order}", 0) for order in ORDERS}
    if max(orders.values()) >= least * evidence.filled > 0:
        _ordered(field, orders, questions)
        return True
    if evidence.share("date:jalali:1300") >= FITS and not evidence.column.header.isascii():
        years = [int(text[:2]) for text in map(to_latin, evidence.samples) if text[:2].isdecimal()]
        before = sum(year > JALALI_PIVOT % 100 for year in years)
        if 0 < before < len(years) and evidence.share("date:jalali:pivot") >= FITS:
            _set_kind(field, "date", "date:jalali:pivot")
            field.say("calendar", "jalali")
            field.say("pivot", JALALI_PIVOT, "years of two digits on both sides of 1400")
            return True
        century = 1300 if before * 2 > len(years) else 1400
        _set_kind(field, "date", f"date:jalali:{century}")
        field.say("calendar", "jalali")
        field.say("century", century, "years of two digits")
        questions.append(
            OpenQuestion(
                f"{field.name}.century",
                Label(
                    "سال‌های دورقمی «{label}» از کدام سده‌اند؟", "Of which century are the two-digit years of “{label}”?"
                ).format(label=field.label),
                ("1300", "1400"),
                2,
            )
        )
        return True
    return _formatted(field, evidence, least, questions) or (headed != "code" and _spanned(field, evidence))


def _ordered(field: ProposedField, orders: Mapping[DateOrder, int], questions: list[OpenQuestion]) -> None:
    """Jalali days with their year behind: by the order that reads more of them, or by a person's word."""
    order: DateOrder = "dmy" if orders["dmy"] >= orders["mdy"] else "mdy"
    _set_kind(field, "date", f"date:jalali:{order}")
    field.say("calendar", "jalali", "by the years of its cells")
    field.say("date_order", order, f"{orders[order]:,} cells, {min(orders.values()):,} the other way")
    if orders["dmy"] == orders["mdy"]:
        questions.append(
            OpenQuestion(f"{field.name}.date_order", _WHICH_FIRST.format(label=field.label), tuple(orders), 1)
        )


def _counted_days(field: ProposedField, evidence: ColumnEvidence) -> bool:
    """Days as numbers: seconds or thousandths since 1970, serial numbers of a spreadsheet, or digits in a row."""
    lengths = {len(text) for text in evidence.samples}
    for calendar, fitting in (("epoch_ms", _EPOCH_MS), ("epoch_s", _EPOCH_S), ("excel", (_SERIAL,))):
        if lengths <= set(fitting) and evidence.share(f"date:{calendar}") >= FITS:
            _set_kind(field, "date", f"date:{calendar}")
            field.say("calendar", calendar, "numbers under the header of a date")
            return True
    for calendar in ("jalali", "gregorian"):
        if evidence.share(f"date:{calendar}") >= FITS:
            _set_kind(field, "date", f"date:{calendar}")
            field.say("calendar", calendar, "by the years of its cells")
            return True
    return False


def _formatted(field: ProposedField, evidence: ColumnEvidence, least: float, questions: list[OpenQuestion]) -> bool:
    counts = {name: cells for name, cells in evidence.fits.items() if name.startswith(_FORMAT) and cells}
    chosen, covered = list[str](), 0
    for name, cells in sorted(counts.items(), key=lambda pair: -pair[1]):
        if covered >= evidence.filled:
            break
        if any({name, other} <= {f"{_FORMAT}{each}" for each in (*DAY_FIRST, *MONTH_FIRST)} for other in chosen):
            continue
        chosen.append(name)
        covered += cells
    if not chosen or covered < least * evidence.filled:
        return False
    formats = [name.removeprefix(_FORMAT) for name in chosen]
    field.say("kind", "date", _counted(evidence, min(covered, evidence.filled), "fit"))
    field.say("calendar", "gregorian", "by the years of its cells")
    field.say("formats", formats, "; ".join(f"{counts[name]:,} cells" for name in chosen))
    if any(SHORT_YEAR in pattern for pattern in formats):
        field.say("pivot", PIVOT, "years of two digits; a later one is of the century before")
    both = {**dict(zip(DAY_FIRST, MONTH_FIRST, strict=True)), **dict(zip(MONTH_FIRST, DAY_FIRST, strict=True))}
    for at, pattern in enumerate(formats):
        other = both.get(pattern)
        if other is not None and counts.get(f"{_FORMAT}{other}") == counts[f"{_FORMAT}{pattern}"]:
            formats[at] = pattern if pattern in DAY_FIRST else other
            questions.append(
                OpenQuestion(f"{field.name}.formats", _WHICH_FIRST.format(label=field.label), (pattern, other), 1)
            )
    return True


def _spanned(field: ProposedField, evidence: ColumnEvidence) -> bool:
    """Months, quarters and years that are no days."""
    if evidence.share("period") < FITS:
        return False
    _set_kind(field, "period", "period")
    return True


def _number_or_words(
    field: ProposedField, evidence: ColumnEvidence, headed: str, questions: list[OpenQuestion]
) -> None:
    if _is_code(evidence, headed):
        field.say("kind", "code", _counted(evidence, evidence.tokens, "are single words or numbers"))
        return
    if evidence.share("percent") >= FITS and evidence.fits["percent"] > evidence.fits.get("decimal", 0):
        _set_kind(field, "decimal", "percent")
        field.say("scale", min(max(evidence.decimals, 2), 18), f"at most {evidence.decimals} decimals")
        field.say("unit", PERCENT, "the sign behind its numbers")
        field.keys.pop("role", None)
        field.say("nature", "rate", "per cent are never added up")
        return
    named = headed in ("number", "money", "year")
    # «2019/20» is a year that spans two.
    slash = evidence.fits.get("slash", 0) > evidence.fits.get("decimal", 0) and headed != "year"
    reading = "slash" if slash else "decimal"
    # What a step took from headers is what it is: «۱۴۰۲*» among years is no mistake.
    least = 1 if evidence.column.letter == NO_LETTER else FITS_AS_HEADED if named else FITS
    if evidence.share(reading) >= least and headed not in ("code", "date"):
        whole = (
            evidence.fits.get("integer", 0) >= evidence.fits.get("decimal", 0) and not slash and not evidence.pointed
        )
        _set_kind(field, "integer" if whole else "decimal", "integer" if whole else reading)
        if not whole:
            field.say("scale", min(max(evidence.decimals, 2), 18), f"at most {evidence.decimals} decimals")
        if slash:
            field.say("slash_decimal", True, "more cells fit so than without")
            if not named:
                questions.append(_slash_question(field))
        if evidence.marks:
            field.say("strip", list(evidence.marks), "signs before its numbers")
        _ask_misfits(field, evidence, reading, questions)
        return
    several = "at least " if len(field.columns) > 1 else ""
    field.say("kind", "place" if headed == "place" else "text", f"{several}{evidence.distinct:,} different texts")


def _slash_question(field: ProposedField) -> OpenQuestion:
    text = Label(
        "در «{label}» خط کج ممیز است، یا این‌ها کد و پلاک‌اند؟",
        "Is the slash in “{label}” a decimal sign, or are these codes?",
    ).format(label=field.label)
    return OpenQuestion(f"{field.name}.kind", text, (KINDS["decimal"].name, KINDS["code"].name), 1)


def _is_code(evidence: ColumnEvidence, headed: str) -> bool:
    """Whether the cells name something: digits that nobody adds up, or one word of Latin letters and digits."""
    if not evidence.filled or headed in ("number", "money", "year", "date"):
        return False
    if 2 * sum(_EXPONENT.fullmatch(text) is not None for text in evidence.samples) > len(evidence.samples) > 0:
        # Nobody writes an amount so: a spreadsheet did it to long digits, whose last ones are lost.
        return True
    exact = [text for text in evidence.samples if not _EXPONENT.fullmatch(text)]
    if 0 < len(exact) < len(evidence.samples) and all(text.isdecimal() and len(text) > _FEW_DIGITS for text in exact):
        return True
    tokens, whole = evidence.tokens / evidence.filled, evidence.share("integer") >= FITS
    if headed in ("code", "code-or-place"):
        return tokens >= FITS or evidence.coded >= evidence.filled / 2
    if whole and headed in ("text", "place", "company", "person"):
        return True
    if whole:
        longest = max(map(len, evidence.samples), default=0)
        shortest = min(map(len, evidence.samples), default=0)
        bare = all(map(str.isdecimal, evidence.samples))
        alike = bare and longest == shortest >= _SERIAL and evidence.distinct == evidence.filled >= FEWEST_ROWS
        return bool(evidence.zeros_before) or longest >= LONGEST_COUNT or alike
    numbers = max(evidence.share("decimal"), evidence.share("slash"))
    if evidence.zeros_before and evidence.tokens >= FITS * evidence.filled:
        # «01.92011» is a number to whoever reads it as one, and has lost its zero then.
        return True
    if numbers >= FITS and evidence.column.index == 1 and evidence.distinct == evidence.filled >= FEWEST_ROWS:
        # «150.22699» in the first column names a line of a budget.
        shapes = {(len(text.partition(".")[0]), len(text.partition(".")[2])) for text in evidence.samples}
        return len(shapes) == 1 and min(next(iter(shapes))) >= _PART_OF_CODE
    return evidence.coded >= FITS * evidence.filled and numbers < FITS


def _ask_misfits(field: ProposedField, evidence: ColumnEvidence, reading: str, questions: list[OpenQuestion]) -> None:
    """Texts in a column of numbers: whether they say that there is none, a person knows."""
    over = evidence.filled - evidence.fits.get(reading, 0)
    words = [text for text in evidence.odd if not any(map(str.isdecimal, to_latin(text)[:1])) or text[-1:].isalpha()]
    if over and 0 < len(words) <= MOST_CODES:
        questions.append(
            OpenQuestion(
                f"{field.name}.null",
                Label(
                    "{count} خانه از «{label}» عدد نیست. کدام متن‌ها یعنی خانه خالی است؟",
                    "Cells of “{label}” that hold no number: {count}. Which texts mean that there is none?",
                ).format(count=number_label(over), label=field.label),
                ("|".join(words),),
                3,
            )
        )


def _judge_personal(field: ProposedField) -> None:
    """What is headed as personal stays inside until a person says otherwise, and on what ground."""
    headers = (field.label.fa, field.label.en, *field.aliases, *(column.header for column in field.columns.values()))
    # A list that stays in one cell names what it holds of each of its members.
    headers += tuple(text for text in field.evidence.samples if text.startswith(("[{", "{")))
    if (personal := personal_in(headers)) is not None and field.keys.get("role") != "counter":
        field.say("shown", "withheld", f"the header speaks of personal data ({personal.label.en})")


def _list_codes(field: ProposedField, evidence: ColumnEvidence) -> None:
    """Propose a closed list where few values come again and again."""
    if not evidence.values or sum(evidence.values.values()) != evidence.filled:
        return
    if any(len(text) > LONGEST_CODE or not fold(text) for text in evidence.values):
        return
    codes = codes_of(evidence.values)
    if 2 <= len(codes) <= MOST_CODES and evidence.filled >= max(FEWEST_ROWS, RARELY * len(codes)):
        field.codes = codes
        field.say("choices", field.name.replace("_", "-"), f"{len(codes)} values in {evidence.filled:,} cells")


def codes_of(values: Mapping[str, int]) -> tuple[ProposedCode, ...]:
    """A closed list of ``values`` with their numbers of cells, spellings that are compared as one joined.

    Nothing where one spelling would stand for two codes.
    """
    grouped: dict[str, list[tuple[str, int]]] = {}
    for text, cells in values.items():
        grouped.setdefault(fold(text), []).append((text, cells))
    codes: dict[str, ProposedCode] = {}
    for spellings in grouped.values():
        text = spellings[0][0]
        word = listed_word(text)
        code = word.code if word and word.code not in codes else _code_of(text, codes)
        label = Label(text, word.en if word else text)
        others = tuple(other for other, _ in spellings[1:])
        codes[code] = ProposedCode(code, label, others, sum(cells for _, cells in spellings))
    return () if _clash(codes) else tuple(codes.values())


def _code_of(text: str, taken: Collection[str]) -> str:
    """A code for a text: of Latin words their own letters, else the text itself; none that is ``taken``."""
    plain = _NOT_CODE.sub("-", text.lower()).strip("-") if text.isascii() else ""
    code = plain or text
    free, number = code, 2
    while free in taken:
        free, number = f"{code}-{number}", number + 1
    return free


def _clash(codes: Mapping[str, ProposedCode]) -> bool:
    """Whether one spelling would stand for two codes."""
    owner: dict[str, str] = {}
    for code, said in codes.items():
        for spelling in (code, said.label.fa, said.label.en, *said.aliases):
            if owner.setdefault(fold(spelling), code) != code:
                return True
    return False
