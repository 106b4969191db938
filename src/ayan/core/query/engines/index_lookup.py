"""One plan answered through an index: the rows it names, in the order it knows, read from the row store.

What the index leaves open is settled by the plan's own SQL over those few rows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial, reduce
from math import inf
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ayan.core.index.candidates import Range
from ayan.core.index.index import Index
from ayan.core.index.lookup import Lookup, TextPiece, ValueLookup, WordLookup, tokens_of_word
from ayan.core.index.matching import FEW, Condition, MatchCache, Matches, MatchPlan, StateCandidates
from ayan.core.index.posting_lists import RowSet
from ayan.core.index.row_store import Numbers
from ayan.core.query import folding
from ayan.core.query.engines.cell_figures import from_cells
from ayan.core.query.engines.deadline import check
from ayan.core.query.engines.embedded_engine import EngineSession
from ayan.core.query.engines.median_groups import median_groups
from ayan.core.query.engines.row_figures import tallied
from ayan.core.query.folded_texts import codes_named
from ayan.core.query.limits import LARGEST_STEP, LEAST_NEAR, MOST_CARDS, MOST_SETTLED, MOST_SLIM, MOST_WALKED
from ayan.core.query.operators import OPERATORS, is_words
from ayan.core.query.plan import ADDRESS, Groups, Median, Plan, Record, RowCount, RowNumbers, Rows, Scoped, shown_fields
from ayan.core.query.question import Filter, Position, Question
from ayan.core.query.row_sql import conditions_on, is_folded
from ayan.core.query.sql import over_cells, rollup_need, to_sql
from ayan.core.schema.definition import Dataset
from ayan.core.values.sql import SqlStatement
from ayan.core.values.text import fold, fold_joined

# The rows that follow next are looked at first where they are this part of all at most.
NEAR: Final = 4
# Names under which tables are handed to DuckDB.
_CARDS: Final = "_cards"
_MARKS: Final = "_marks"

Keep = Callable[[Numbers], Numbers]


@dataclass(slots=True)
class IndexLookup:
    """Answers one plan; where a method returns None, the index has nothing to say and the whole table is read."""

    asking: EngineSession
    dataset: Dataset
    index: Index
    remembered: MatchCache

    def page(self, plan: Rows) -> tuple[list[tuple[Any, ...]], int | None]:
        """The rows of a page, and how many there are of all pages where that is asked."""
        match_plan = self._plan(plan.question)
        question = _about(plan.question, match_plan.conditions)
        numbers = self._numbers(question, match_plan, plan.position)
        if numbers is None:
            numbers = self._by_sql(RowNumbers(question, plan.position, question.limit))
        total = None
        if question.count:
            whole = plan.position is None and len(numbers) <= question.limit
            total = len(numbers) if whole else self._total(question, match_plan)
        return self._rows(question, numbers), total

    def table(self, plan: Plan) -> list[tuple[Any, ...]] | None:
        """The result of a plan about a record, or about rows taken together."""
        if isinstance(plan, Record):
            return self._record(plan)
        if not isinstance(plan, Scoped):
            return None
        answer = self._from_rollup(plan)
        if answer is None and isinstance(plan, Median):
            answer = self._middle(plan)
        if answer is None and isinstance(plan, Groups):
            match_plan = self._plan(plan.scope)
            answer = median_groups(self.asking, self.dataset, self.index, plan, match_plan)
        if answer is not None or not has_conditions(plan.scope):
            return answer
        match_plan = self._plan(plan.scope)
        scope = _about(plan.scope, match_plan.conditions)
        if not match_plan.pays and not match_plan.settled:
            if not self._is_dear(scope):
                return self._all(plan.over(scope))
            self._settle(scope, match_plan)
        return self._over(plan, scope, match_plan)

    def low_cardinality_column(self, question: Question, most: int) -> str | None:
        """The name of a table of every row that may match and every column shown, if they are few."""
        match_plan = self._plan(question)
        if not match_plan.pays or match_plan.least > most:
            return None
        rows = self.index.matches(match_plan).rows
        if len(rows) > most:
            return None
        shown = [field.name for field in shown_fields(self.dataset, question)]
        sort = [question.sort.field] if question.sort else []
        return self._row_blocks(rows.all(), [*shown, *conditions_on(self.dataset, question), *sort, *ADDRESS])

    # --- which rows ---------------------------------------------------------------------------------------------

    def _plan(self, question: Question) -> MatchPlan:
        if not has_conditions(question):
            return MatchPlan()
        digest = self.dataset.digest
        key = (digest, question.filters, question.search, question.release) if digest else None
        return self.remembered.plan(key, lambda: MatchPlan.of([*self._conditions(question)]))

    def _conditions(self, question: Question) -> Iterator[Condition]:
        """Each condition with the rows that the index names for it, told by its values where these are few."""
        in_vain = False
        for asked in question.filters:
            field = self.dataset.field(asked.field)
            if asked.exact:
                lookup: Lookup | None = ValueLookup(asked.field, tuple((value, value) for value in asked.values))
            else:
                lookup = OPERATORS[asked.op].lookup(field, asked.values)
            candidates = self.index.candidates(self.asking.cursor, lookup) if lookup is not None else None
            lacks = candidates is not None and not candidates.size
            in_vain = in_vain or lacks
            values = candidates.values if candidates is not None else ()
            folded = is_folded(field, asked)
            plain = Filter(asked.field, "in", values, exact=True) if values or (lacks and folded) else asked
            yield Condition(plain, candidates, folded)
        words = question.search.split()
        known: dict[str, StateCandidates | None] = {}
        # The longest first, which is mostly the rarest: once no row can match, no further word is looked for.
        for word in sorted(words, key=len, reverse=True):
            if in_vain:
                break
            # What looks through postings by itself is not interrupted.
            check(inf)
            key = (self.dataset.digest, word) if self.dataset.digest else None
            known[word] = candidates = self.remembered.word(key, partial(self._of_word, word))
            in_vain = candidates is not None and not candidates.size
        for word in words:
            yield Condition(word, known.get(word), dear=True)
        if question.release:
            yield Condition(question.release, None)

    def _of_word(self, word: str) -> StateCandidates | None:
        """The rows in which a word of a search is found, in a text or as the label of a code."""
        folded = fold(word)
        piece = TextPiece(fold_joined(word), folding.searched(word, folding.FOLDED))
        published = self.dataset.published
        texts = (field.name for field in published if field.kind.searched and field.choices is None)
        codes = (
            (field.name, tuple(codes_named(field.choices, word))) for field in published if field.choices is not None
        )
        asked = WordLookup(piece, tokens_of_word(folded, folding.stem(folded)), tuple(texts), tuple(codes))
        return self.index.candidates(self.asking.cursor, asked)

    def _numbers(self, question: Question, match_plan: MatchPlan, position: Position | None) -> list[int] | None:
        """The rows of a page, one more than it holds where there is one."""
        if not match_plan.conditions:
            return self._first_of_all(question, position)
        if not match_plan.pays:
            return self._walked(question, match_plan, position)
        if question.sort is not None:
            return self._sorted(question, position, match_plan)
        near = self._near(question, match_plan, position)
        if near is not None:
            return near
        matches = self.index.matches(match_plan)
        pieces = matches.rows.pieces(position.number if position is not None else 0)
        return _first_kept(pieces, question.limit, self._settling(_about(question, matches.left)))

    def _walked(self, question: Question, match_plan: MatchPlan, position: Position | None) -> list[int] | None:
        """The rows of a page by walking through its order; None where there is none or that may go on for long.

        Where a condition is about the column that is sorted by, its rows stand side by side.
        """
        if question.sort is None:
            return None
        sort = question.sort.field
        own = next((part for part in match_plan.parts if isinstance(part[0], Filter) and part[0].field == sort), None)
        within = own[1].runs() if own else None
        left = match_plan.conditions if own is None or within is None else match_plan.without({own[0]})
        # Collation keys of many rows are dear; in the order of the index none are needed.
        words = is_words(self.dataset.field(sort))
        others = [source for condition, source in match_plan.parts if own is None or condition != own[0]]
        looked_at = reduce(
            lambda wanted, source: wanted * self.index.rows / max(source.size, 1), others, float(question.limit)
        )
        if not words and not (len(left) == len(others) and looked_at <= MOST_SETTLED):
            return None
        return self._in_order(question, position, self._settling(_about(question, left)), within)

    def _first_of_all(self, question: Question, position: Position | None) -> list[int] | None:
        if question.sort is not None:
            return self._in_order(question, position, lambda piece: piece)
        start = position.number if position is not None else 0
        return list(range(start + 1, min(start + question.limit + 1, self.index.rows) + 1))

    def _near(self, question: Question, match_plan: MatchPlan, position: Position | None) -> list[int] | None:
        """A full page from the rows that follow next, where many of them may match; None otherwise."""
        rows = self.index.rows
        start = position.number if position is not None else 0
        until = start + 2 * int(match_plan.looked_at(rows, question.limit)) + LEAST_NEAR
        if start >= rows or not _is_near(question, match_plan, until - start, rows):
            return None
        near = self.index.near(match_plan, start, min(until, rows))
        numbers = _first_kept([near], question.limit, self._settling(_about(question, match_plan.left))) or []
        return numbers if len(numbers) > question.limit else None

    def _sorted(self, question: Question, position: Position | None, match_plan: MatchPlan) -> list[int] | None:
        assert question.sort is not None  # noqa: S101 - the caller has looked
        matches = self.index.matches(match_plan)
        left = _about(question, matches.left)
        if len(matches.rows) > FEW:
            settling = self._settling(left)
            numbers = self._in_order(question, position, lambda piece: settling(piece[matches.rows.holds(piece)]))
            if numbers is not None:
                return numbers
        statement = to_sql(self.dataset, RowNumbers(left, position, question.limit))
        return [number for (number,) in self._among(matches, statement, left, [question.sort.field])]

    def _in_order(
        self, question: Question, position: Position | None, keep: Keep, within: Sequence[Range] | None = None
    ) -> list[int] | None:
        """The rows of a page by walking through the order that the question sorts by; None where that goes on."""
        assert question.sort is not None  # noqa: S101 - the caller has looked
        alphabet = is_words(self.dataset.field(question.sort.field))
        ordered = self.index.ordered(
            self.asking.cursor, question.sort.field, alphabet=alphabet, descending=question.sort.descending
        )
        if ordered is None:
            return None
        start = ordered.after(position.value, position.number) if position is not None else ordered.beginning
        if start is None:
            return None
        walk = ordered.walk(start, within, 2 * question.limit + 1, LARGEST_STEP)
        return _first_kept(walk, question.limit, keep, MOST_WALKED)

    def _settling(self, left: Question) -> Keep:
        """Keeps of a piece the rows that match what is left of a question, in their order."""
        if not has_conditions(left):
            return lambda piece: piece

        def keep(piece: Numbers) -> Numbers:
            if not len(piece):
                return piece
            plan = RowNumbers(replace(left, sort=None), None, len(piece))
            matching = self._by_sql(plan, self._row_blocks(np.sort(piece), conditions_on(self.dataset, left)))
            return piece[self.index.row_set(matching).holds(piece)]

        return keep

    def _is_dear(self, question: Question) -> bool:
        """Whether conditions hold every row against patterns."""
        return bool(question.search) or any(
            is_folded(self.dataset.field(condition.field), condition) for condition in question.filters
        )

    def _settle(self, question: Question, match_plan: MatchPlan) -> None:
        """Look at every row once, for a page asks several questions about the same ones."""
        plan = RowNumbers(replace(question, sort=None), None, self.index.rows)
        numbers = self.asking.numbers(self.dataset, to_sql(self.dataset, plan))
        match_plan.rows, match_plan.settled = RowSet.of([numbers], self.index.rows), True

    # --- what is said of them -----------------------------------------------------------------------------------

    def _total(self, question: Question, match_plan: MatchPlan) -> int:
        if not match_plan.conditions:
            return self.index.rows
        if match_plan.total is not None:
            return match_plan.total
        plan = RowCount(question)
        if (tallied := self._from_rollup(plan)) is not None:
            return int(tallied[0][0])
        if not match_plan.pays and not match_plan.settled:
            return int(self._all(plan)[0][0])
        matches = self.index.matches(match_plan)
        return len(matches.rows) if matches.settled else int(self._over(plan, question, match_plan)[0][0])

    def _from_rollup(self, plan: Scoped) -> list[tuple[Any, ...]] | None:
        """The result of a plan, computed from the cells of a rollup; None where none holds what it needs."""
        need = rollup_need(self.dataset, plan)
        table = self.index.rollup(self.asking.cursor, need) if need is not None else None
        if table is None:
            return None
        if any(is_folded(self.dataset.field(condition.field), condition) for condition in plan.scope.filters):
            # Patterns are dear to make, and each cell would be held against them.
            plan = plan.over(_about(plan.scope, self._plan(plan.scope).conditions))
        cells = self.index.cells_at_hand(self.asking.cursor, table)
        if cells is not None and (answer := from_cells(self.dataset, plan, cells)) is not None:
            return answer
        return self.asking.all(self.dataset, over_cells(self.dataset, plan), table)

    def _middle(self, plan: Median) -> list[tuple[Any, ...]] | None:
        """Median, least and greatest value of a column of whole numbers; None where other conditions are left."""
        ends = self.index.middle(self.asking.cursor, plan.field, self._plan(plan.scope))
        if ends is None:
            return None
        return [(Decimal(ends[0] + ends[1]) / 2, *ends[2:])] if ends else [(None, None, None)]

    def _rows(self, question: Question, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
        shown = [field.name for field in shown_fields(self.dataset, question)]
        sort = [question.sort.field] if question.sort else []
        records = self.index.cells(numbers, [*shown, *ADDRESS, *sort])
        if sort:
            return [(*row[:-1], number, row[-1]) for row, number in zip(records, numbers, strict=True)]
        return [(*row, number, None) for row, number in zip(records, numbers, strict=True)]

    def _record(self, plan: Record) -> list[tuple[Any, ...]] | None:
        numbers = self.index.with_values(self.asking.cursor, plan.key, FEW)
        if numbers is None:
            return None
        columns = [*(field.name for field in self.dataset.published), *ADDRESS]
        return self._all(plan, self._row_blocks(numbers, columns))

    def _over(self, plan: Scoped, scope: Question, match_plan: MatchPlan) -> list[tuple[Any, ...]]:
        """The result of a plan about the rows that may match."""
        matches = self.index.matches(match_plan)
        if matches.settled and len(matches.rows) <= MOST_SLIM:
            answer = tallied(self.asking.cursor, self.dataset, self.index, plan, matches.rows)
            if answer is not None:
                return answer
        left = _about(scope, matches.left)
        return self._among(matches, to_sql(self.dataset, plan.over(left)), left, plan.columns)

    def _among(
        self, matches: Matches, statement: SqlStatement, left: Question, columns: Sequence[str]
    ) -> list[tuple[Any, ...]]:
        """The result of a statement about what is ``left`` of a question, over the rows that may match."""
        names = [*columns, *conditions_on(self.dataset, left)]
        if len(matches.rows) <= (MOST_SLIM if self.index.are_slim(names) else MOST_CARDS):
            return self.asking.all(self.dataset, statement, self._row_blocks(matches.rows.all(), names))
        # The table stands in the order of the numbers, so a mark is beside its row.
        self.asking.cursor.register(_MARKS, pa.table({"_m": matches.rows.marked().view(np.uint8)}))
        source = f"{self.asking.opened.connection.table} POSITIONAL JOIN {_MARKS} WHERE _m = 1"
        return self.asking.all(self.dataset, statement, source)

    def _row_blocks(self, numbers: Numbers, names: Sequence[str]) -> str:
        """Hands some columns of some rows, given ascending, to DuckDB; the name of the table."""
        self.asking.cursor.register(_CARDS, self.index.table(numbers, names))
        return _CARDS

    def _all(self, plan: Plan, source: str = "") -> list[tuple[Any, ...]]:
        return self.asking.all(self.dataset, to_sql(self.dataset, plan), source)

    def _by_sql(self, plan: RowNumbers, source: str = "") -> list[int]:
        return [number for (number,) in self._all(plan, source)]


def has_conditions(question: Question) -> bool:
    """Whether a question is about less than all rows."""
    return bool(question.filters or question.search or question.release)


def _about(question: Question, conditions: Iterable[Hashable]) -> Question:
    """The question with only some of its conditions, as `IndexLookup._conditions` names them."""
    kept = list(conditions)
    return replace(
        question,
        filters=tuple(condition for condition in kept if isinstance(condition, Filter)),
        search=" ".join(condition for condition in kept if isinstance(condition, str)),
        release=next((condition for condition in kept if isinstance(condition, tuple)), None),
    )


def _is_near(question: Question, match_plan: MatchPlan, looked_at: int, rows: int) -> bool:
    """Whether a range of all rows is sooner looked at than all that are listed are taken.

    Where the question counts, all of them are needed; where they are few or known, nothing is to be saved.
    """
    few = match_plan.rows is not None or match_plan.listed <= FEW
    return not question.count and not few and looked_at * NEAR <= rows


def _first_kept(pieces: Iterable[Numbers], limit: int, keep: Keep, most: int | None = None) -> list[int] | None:
    """The first rows that are kept, one more than ``limit``; None when more than ``most`` were looked at in vain."""
    out: list[int] = []
    seen = 0
    for piece in pieces:
        if most is not None and seen > most:
            return None
        out += keep(piece).tolist()
        seen += len(piece)
        if len(out) > limit:
            break
    return out[: limit + 1]
