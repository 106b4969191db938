"""Questions about change: which two states of a dataset are compared, and how much of the answer is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal, get_args
from urllib.parse import quote

from ayan.core.query import values
from ayan.core.query.problem import BadQuestion, QuestionProblem, problem
from ayan.core.query.question import DEFAULT_SIZE, ShownCalendar
from ayan.core.query.question_parser import Parameters
from ayan.core.values.asked_value import BadValue
from ayan.core.values.locale import Lang, codes

What = Literal["changed", "added", "removed"]
# A day (its end in Tehran), an instant, a release by period and number, or None for the usual.
Edge = date | datetime | tuple[str, int] | None

WHATS: Final[tuple[What, ...]] = get_args(What)
CHANGE_SHAPING: Final = ("from", "to", "change", "_size", "_next", "_calendar", "_lang")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeQuestion:
    """What differs in one dataset between ``start`` and ``end``.

    A moment stands for the state known at it; a release for itself alone, and then only its period is compared.
    Without ``end``: the present, or the current release of the period of ``start``. Without ``start``: the state before
    the newest release of the other side, or before the release ``end`` in its period. ``what`` asks for one kind of
    change only; counts and totals are of all of them. ``size`` is None where the reader gave none.
    """

    slug: str
    start: Edge = None
    end: Edge = None
    what: What | None = None
    size: int | None = None
    cursor: str | None = None
    calendar: ShownCalendar = "gregorian"
    lang: Lang | None = None

    @property
    def limit(self) -> int:
        """How many changes a page of the answer holds at most."""
        return self.size or DEFAULT_SIZE

    def parameters(self) -> list[tuple[str, str]]:
        """The question as parameters in fixed order, defaults left out."""
        shape = (
            ("from", edge_text(self.start)),
            ("to", edge_text(self.end)),
            ("change", self.what or ""),
            ("_size", "" if self.size is None else str(self.size)),
            ("_calendar", "" if self.calendar == "gregorian" else self.calendar),
            ("_lang", self.lang or ""),
            ("_next", self.cursor or ""),
        )
        return [pair for pair in shape if pair[1]]

    def query_string(self) -> str:
        """The canonical text of the question: equal questions give equal texts."""
        return "&".join(f"{name}={quote(text, safe=':-./_')}" for name, text in self.parameters())

    def as_json(self) -> dict[str, object]:
        """The question as the answer repeats it."""
        return {
            "dataset": self.slug,
            "from": edge_text(self.start) or None,
            "to": edge_text(self.end) or None,
            "change": self.what,
            "query": replace(self, cursor=None).query_string(),
        }


def edge_text(edge: Edge) -> str:
    """One side of the comparison as an address writes it; empty for the usual one."""
    if edge is None:
        return ""
    if isinstance(edge, tuple):
        return f"{edge[0]}/{edge[1]}"
    return edge.isoformat().replace("+00:00", "Z")


def parse_changes(
    slug: str, params: Parameters, *, page_params: bool = False, refuse: Sequence[str] = ()
) -> ChangeQuestion:
    """The comparison that parameters ask for. Raises BadQuestion with every problem found.

    ``page_params`` passes over empty parameters, which a form sends for each box left blank. ``refuse`` names
    parameters that mean nothing where this is asked.
    """
    known = [name for name in CHANGE_SHAPING if name not in refuse]
    shape: dict[str, Any] = {}
    problems: list[QuestionProblem] = []
    for name, text in params:
        if page_params and not text.strip():
            continue
        if name not in known:
            problems.append(problem("unknown-parameter", name, known))
            continue
        field, reader = _READERS[name]
        if field in shape:
            problems.append(problem("repeated", name))
            continue
        try:
            shape[field] = reader(text)
        except BadValue as bad:
            problems.append(problem(bad.code, name, bad.allowed, **bad.blanks))
    if problems:
        raise BadQuestion(problems)
    question = ChangeQuestion(slug=slug, **shape)
    if isinstance(question.start, tuple) and isinstance(question.end, tuple) and question.start[0] != question.end[0]:
        raise BadQuestion([problem("other-period", "to")])
    return question


def _edge(text: str) -> Edge:
    written = values.clean(text)
    if not written:
        raise BadValue("empty-value")
    try:
        # A single stroke parts a release from its period; a day written with strokes has two.
        return values.read_release(written) if written.count("/") == 1 else values.read_moment(written)
    except BadValue:
        raise BadValue("edge") from None


def _cursor(text: str) -> str:
    if not text:
        raise BadValue("cursor")
    return text


def _among(allowed: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise BadValue("not-allowed", tuple(allowed))
        return text

    return read


def _language(text: str) -> Lang:
    return _among(codes())(text)


_READERS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "from": ("start", _edge),
    "to": ("end", _edge),
    "change": ("what", _among(WHATS)),
    "_size": ("size", values.read_size),
    "_next": ("cursor", _cursor),
    "_calendar": ("calendar", _among(get_args(ShownCalendar))),
    "_lang": ("lang", _language),
}
