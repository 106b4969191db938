"""Looks for personal data by content in every column that would be published, by sets: SQL over distinct values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import (
    FEWEST_ALIKE,
    FEWEST_RUNNING,
    FEWEST_RUNNING_AMONG_DOCUMENTS,
    MOST_SHOWN_PER_HIT,
)
from ayan.core.refine.refine_session import RefineSession
from ayan.core.refine.surroundings import Surroundings, surroundings
from ayan.core.refine.suspect_values import headed, suspects
from ayan.core.schema.field import Field
from ayan.core.schema.privacy import expected
from ayan.core.values import personal_notations, sql
from ayan.core.values.personal_notations import TRACES, is_peer
from ayan.core.values.personal_trace import PersonalTrace

_CERTAIN: Final = "standing IN ('sure', 'held')"
_SAMPLE: Final = 5000
# What a text has at least that is a national ID without its zeros, in the digits of any script.
_EIGHT_DIGITS: Final = r"(?s)(?:\pN.*?){8}"
_SAMPLED: Final = 20_000
# What chance may do: numbers that pass a check digit by accident are many only where numbers are.
_ODD: Final = 0.01
_VERY_ODD: Final = 1e-6
_BY_CHANCE: Final = 1 / 11
# Standard deviations above what chance gives: what cannot be accident, and what is worth a remark among many numbers.
_BEYOND_CHANCE: Final = 8
_UNUSUAL: Final = 2
_FEW: Final = 50
# The same beside names of people: where a row is about a person, so are its numbers.
_BESIDE_PEOPLE: Final = 4
_SUSPECT: Final = 0.05
_CHECKED: Final = ("national-id", "bank-account")
# Words of a header that says no more than that numbers stand under it.
_BARE_NUMBER: Final = frozenset({"شماره", "شمارهٔ", "ش", "کد", "number", "no", "no.", "nr", "nr.", "code", "#"})
# Traces that no check digit proves, so that a run of other numbers passes for them.
_WITHOUT_CHECK: Final = ("mobile", "landline")
# Numbers of subscribers under one dialling code, the narrowest room in which real telephones lie.
_SUBSCRIBERS: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class PersonalDataHit:
    """Cells of one column with traces of one kind.

    ``cells`` are the first of them (row, line), ``count`` is how many records hold one, ``pieces`` a digest (hex) of
    the distinct pieces. ``of`` is not 0 where chance explains them: about so many numbers of the same form stand there.
    ``running`` says that they are numbers of documents that run on, by their header and by how close they stand.
    """

    code: str
    mapped: MappedField
    count: int
    cells: tuple[tuple[int, int | None], ...]
    pieces: str
    of: int = 0
    running: bool = False


def scan(session: RefineSession) -> list[PersonalDataHit]:
    """Every trace in the records of the submission; leaves the cells in the table ``traced``."""
    columns = [mapped for mapped in session.present if mapped.column is not None and _open(mapped.field)]
    written = [mapped for mapped in columns if _as_text(mapped.field)]
    session.con.execute("CREATE OR REPLACE TEMP TABLE suspect (col INTEGER, value VARCHAR)")
    for query in suspects(session, written):
        with session.clock():
            session.con.execute(f"INSERT INTO suspect {query}")
    _trace(session, written)
    _columns_of_identities(session, columns)
    by_column = {mapped.column.index: mapped for mapped in columns if mapped.column is not None}
    around = _surroundings(session)
    running = _running(session, by_column, around)
    passed = {at: hit.count for at, hit in running.items()}
    chance = [*running.values(), *_by_chance(session, by_column, passed, around)]
    certain = session.all(f"SELECT DISTINCT code, col FROM traced WHERE {_CERTAIN} ORDER BY ALL")
    hits = [_hit(session, str(code), by_column[int(str(col))]) for code, col in certain]
    return [hit for hit in (*hits, *chance) if hit.count]


def _open(field: Field) -> bool:
    return field.published and field.shown == "public" and field.choices is None


def _as_text(field: Field) -> bool:
    """Whether single cells are looked at: texts and codes, and whole numbers that measure nothing."""
    return field.kind.scanned or (field.kind.is_count and field.role is None and field.unit is None)


# --- pieces ---------------------------------------------------------------------------------------------------------


def _trace(session: RefineSession, written: Sequence[MappedField]) -> None:
    """Make ``traced``: every piece in the suspects that passes the test of a trace, and how sure that is."""
    session.con.execute(
        "CREATE OR REPLACE TEMP TABLE traced (trace INTEGER, code VARCHAR, col INTEGER, value VARCHAR, piece VARCHAR, "
        "k VARCHAR, standing VARCHAR)"
    )
    if not session.first_row("SELECT count(*) FROM suspect")[0]:
        return
    session.con.execute(
        f"CREATE OR REPLACE TEMP TABLE plainly AS SELECT *, regexp_full_match(n, '[0-9]+') AS pure "
        f"FROM (SELECT col, value, trim({personal_notations.plain('value')}) AS n FROM suspect)"
    )
    alone = {int(str(size)) for (size,) in session.all("SELECT DISTINCT length(n) FROM plainly WHERE pure")}
    met = session.first_row(f"SELECT {personal_notations.looks('n')} FROM plainly WHERE NOT pure")
    texts = {index for index, is_met in enumerate(met) if is_met}
    for index, trace in enumerate(TRACES):
        if index not in texts and not trace.labelled and not alone.intersection(trace.lengths):
            continue
        open_to = [mapped for mapped in written if trace.code not in expected(mapped.field)]
        columns = [mapped.column.index for mapped in open_to if mapped.column]
        labelled = [mapped.column.index for mapped in open_to if mapped.column and trace.labels(headed(mapped))]
        queries = _pieces(trace, columns, labelled, within=index in texts)
        if columns and queries:
            query = " UNION ALL ".join(queries)
            with session.clock():
                session.con.execute(
                    f"INSERT INTO traced SELECT {index}, {sql.literal(trace.code)}, col, value, piece, k, standing "
                    f"FROM ({query}) WHERE {trace.test}"
                )
    # What is certain under one name is not also a guess under another.
    session.con.execute(
        "DELETE FROM traced WHERE standing <> 'sure' AND (col, value, k) IN "
        "(SELECT (col, value, k) FROM traced WHERE standing = 'sure')"
    )


def _pieces(trace: PersonalTrace, columns: Sequence[int], headed: Sequence[int], *, within: bool) -> list[str]:
    """Queries for (col, value, piece, k, standing) of one trace: in cells that are a number, and within texts."""
    among = f"col IN ({', '.join(map(str, columns))})"
    under = f"col IN ({', '.join(map(str, headed))})" if headed else "FALSE"
    bare = personal_notations.in_plain(trace.pattern, bounded=False)
    queries = []
    if trace.labelled:
        if headed:
            queries.append(
                f"SELECT col, value, n AS piece, {personal_notations.compact('n')} AS k, 'sure' AS standing "
                f"FROM plainly WHERE {under} AND regexp_full_match(n, {sql.literal(bare)})"
            )
    elif trace.lengths:
        lengths = ", ".join(map(str, trace.lengths))
        standing = f"CASE WHEN {under} THEN 'sure' ELSE 'open' END" if trace.chance else "'sure'"
        queries.append(
            f"SELECT col, value, n AS piece, n AS k, {standing} AS standing FROM plainly "
            f"WHERE pure AND {among} AND length(n) IN ({lengths}) AND regexp_full_match(n, {sql.literal(bare)})"
        )
    if not within:
        return queries
    pattern = sql.literal(_within(trace))
    lists = ", ".join(f"regexp_extract_all(n, {pattern}, {group})" for group in (1, 2, 3))
    queries.append(
        f"SELECT col, value, p[2] AS piece, {personal_notations.compact('p[2]')} AS k, {_standing(trace)} AS standing "
        f"FROM (SELECT col, value, unnest(list_zip({lists})) AS p FROM plainly "
        f"WHERE NOT pure AND {among} AND regexp_matches(n, {pattern}))"
    )
    return queries


def _within(trace: PersonalTrace) -> str:
    """A pattern of three groups: what stands before the piece, the piece, and what ties it to a longer number."""
    piece = personal_notations.in_plain(trace.pattern, bounded=trace.bounded)
    if trace.labelled:
        return f"(?i)((?:{trace.label})[^0-9]{{0,{personal_notations.REACH}}})({piece})()"
    if trace.bounded:
        return f"(?i)([0-9]?[^0-9]{{0,30}})({piece})((?:[-/._][0-9])?)"
    return f"(?i)()({piece})()"


def _standing(trace: PersonalTrace) -> str:
    if not trace.chance:
        return "'sure'"
    labelled = f"WHEN regexp_matches(p[1], {sql.literal('(?i)' + trace.label)}) THEN 'sure' " if trace.label else ""
    chained = "p[3] <> '' OR regexp_full_match(p[1], '[0-9][-/._]')"
    other = (
        f"regexp_matches(p[1], {sql.literal(personal_notations.OTHER_NUMBERS)}) "
        f"OR regexp_matches(p[1], {sql.literal('(?i)' + personal_notations.OTHER_JUST_BEFORE)})"
    )
    parted = "p[1] LIKE '%+' OR p[2] <> regexp_replace(p[2], '[^0-9]', '', 'g')"
    return f"CASE {labelled}WHEN {chained} OR {other} THEN 'weak' WHEN {parted} THEN 'sure' ELSE 'open' END"


# --- numbers that run on ----------------------------------------------------------------------------------------------


def _surroundings(session: RefineSession) -> Surroundings | None:
    """What stands beside the columns; None where nothing is open, so that nobody asks."""
    if not session.first_row("SELECT count(*) FILTER (standing = 'open') FROM traced")[0]:
        return None
    return surroundings(session)


def _runs_among_documents(mapped: MappedField, at: int, around: Surroundings | None) -> bool:
    """Whether numbers that run on in a column are those of documents: by its own header, or by one beside it.

    The columns beside it speak for one that is headed as a number and no more: a header of anything else is about that.
    """
    header = headed(mapped)
    if personal_notations.heads_documents(header):
        return True
    bare = _BARE_NUMBER.issuperset(header.casefold().split())
    return bare and around is not None and at not in around.people and around.among_documents(at)


def _running(
    session: RefineSession, by_column: dict[int, MappedField], around: Surroundings | None
) -> dict[tuple[int, int], PersonalDataHit]:
    """Numbers under the header of a document that run on as numbers of documents do, and telephones do not.

    A telephone has no check digit, so a run of invoice numbers that begin like one passes for many of them. Each
    number with a neighbour far closer than chance would put one, or with the last two digits that half of them have, is
    taken from what is held, and told as a remark; one that stands alone is judged as ever. The header has to say it
    too, or those beside it, since offices buy telephones in runs.
    """
    hits: dict[tuple[int, int], PersonalDataHit] = {}
    open_to = [at for at, mapped in by_column.items() if _runs_among_documents(mapped, at, around)]
    telephones = [at for at, trace in enumerate(TRACES) if trace.code in _WITHOUT_CHECK]
    if not open_to:
        return hits
    rows = session.all(
        "SELECT trace, col, count(DISTINCT k) FROM traced WHERE standing = 'open' "
        f"AND trace IN {_among(telephones)} AND col IN {_among(open_to)} GROUP BY ALL ORDER BY ALL"
    )
    for index, col, count in rows:
        many = int(str(count))
        documents = around is not None and around.among_documents(int(str(col)))
        if many < (FEWEST_RUNNING_AMONG_DOCUMENTS if documents else FEWEST_RUNNING):
            continue
        which = f"trace = {index} AND col = {col} AND standing = 'open'"
        # So many random numbers of one dialling code come as close in one case of twenty-five.
        near = max(1, _SUBSCRIBERS // (50 * many))
        neighbours = (
            "SELECT k, TRY_CAST(k AS HUGEINT) AS n, lag(n) OVER (ORDER BY n) AS before, "
            "lead(n) OVER (ORDER BY n) AS after, "
            f"count(*) OVER (PARTITION BY right(k, 2)) AS alike FROM (SELECT DISTINCT k FROM traced WHERE {which})"
        )
        ending = f"OR 2 * alike >= {many}" if many >= FEWEST_ALIKE else ""
        session.con.execute(
            f"CREATE OR REPLACE TEMP TABLE running AS SELECT k FROM ({neighbours}) "
            f"WHERE n - before <= {near} OR after - n <= {near} {ending}"
        )
        (close,) = session.first_row("SELECT count(*) FROM running")
        if 2 * int(str(close)) < many:
            continue
        session.con.execute(f"UPDATE traced SET standing = 'running' WHERE {which} AND k IN (SELECT k FROM running)")
        trace, mapped = TRACES[int(str(index))], by_column[int(str(col))]
        hits[int(str(index)), int(str(col))] = PersonalDataHit(
            trace.code, mapped, int(str(close)), (), "", running=True
        )
    return hits


def _among(numbers: Iterable[int]) -> str:
    return f"({', '.join(map(str, numbers))})"


# --- chance ---------------------------------------------------------------------------------------------------------


def _by_chance(
    session: RefineSession,
    by_column: dict[int, MappedField],
    running: Mapping[tuple[int, int], int],
    around: Surroundings | None,
) -> Iterable[PersonalDataHit]:
    """What could be an accident: numbers among others of one form, held where there are too many of them for that.

    Beside names of people fewer are too many.
    Those that run on (``running``, by trace and column) speak for nothing: they are not among the others.
    """
    rows = session.all(
        "SELECT trace, col, count(DISTINCT value) FROM traced WHERE standing = 'open' GROUP BY ALL ORDER BY ALL"
    )
    sampled = max(1, session.raw.rows // _SAMPLED)
    documents = {at for at, mapped in by_column.items() if personal_notations.heads_documents(headed(mapped))}
    forms: dict[tuple[int, int], list[tuple[str, int, bool, int]]] = {}
    for index, col, passing in rows:
        trace, at, k = TRACES[int(str(index))], int(str(col)), int(str(passing))
        # A sample may meet too few of a rare form and make chance look like more: it is only let acquit.
        for step in sorted({sampled, 1}, reverse=True):
            if (at, step) not in forms:
                forms[at, step] = _forms(session, f"c{at}", step)
            of = max(k, _peers(trace, forms[at, step], k) - running.get((int(str(index)), at), 0))
            excess = (k - of * trace.chance) / math.sqrt(of * trace.chance * (1 - trace.chance))
            held = 2 * k >= of or excess > _BEYOND_CHANCE
            people = around is not None and around.beside_people(at)
            if held and trace.code == "card" and at in documents and of < _FEW:
                # Where numbers of documents stand, one of sixteen digits is no card by its check digit alone.
                held = _tail(of, k, trace.chance) < _ODD
            elif not held and people and trace.code in _CHECKED:
                held = excess > _BESIDE_PEOPLE or (of < _FEW and _tail(of, k, trace.chance) < _SUSPECT)
            if not held:
                break
        if held:
            which = f"trace = {index} AND col = {at} AND standing = 'open'"
            session.con.execute(f"UPDATE traced SET standing = 'held' WHERE {which}")
        elif of < _FEW or excess > _UNUSUAL:
            yield PersonalDataHit(trace.code, by_column[at], k, (), "", of)


def _peers(trace: PersonalTrace, forms: Iterable[tuple[str, int, bool, int]], least: int) -> int:
    """How many numbers have the form of a trace."""
    return max(least, sum(n for start, size, hyphen, n in forms if is_peer(trace.peers, start, size, hyphen=hyphen)))


def _forms(session: RefineSession, name: str, step: int) -> list[tuple[str, int, bool, int]]:
    """How many values of a column hold a long number, by its first four digits, its length and its hyphen.

    Every ``step``-th record speaks for so many; with 1 the numbers are exact.
    """
    number = personal_notations.plain(personal_notations.long_number(name))
    rows = session.all(
        f"SELECT left(n, 4), length(n), contains(n, '-'), count(*) FROM (SELECT {number} AS n FROM "
        f"(SELECT DISTINCT {name} FROM {session.raw.relation} WHERE _row % {step} = 0)) WHERE n <> '' GROUP BY ALL"
    )
    return [(str(start), int(str(size)), bool(hyphen), step * int(str(count))) for start, size, hyphen, count in rows]


def _columns_of_identities(session: RefineSession, columns: Sequence[MappedField]) -> None:
    """National IDs whose zeros a spreadsheet took away: one proves nothing, but a column of them does."""
    open_to = [
        mapped
        for mapped in columns
        if mapped.column
        and "national-id" not in expected(mapped.field)
        and (session.texts is None or session.texts.matching(mapped.column.index, _EIGHT_DIGITS))
    ]
    if not open_to:
        return
    numbers = ", ".join(str(mapped.column.index) for mapped in open_to if mapped.column)
    cells = ", ".join(f"c{mapped.column.index}" for mapped in open_to if mapped.column)
    test = next(trace.test for trace in TRACES if trace.code == "national-id")
    sample = f"SELECT {cells} FROM {session.raw.relation} LIMIT {_SAMPLE}"
    every = f"SELECT DISTINCT unnest([{numbers}]) AS col, unnest([{cells}]) AS value FROM ({sample})"
    padded = (
        f"SELECT col, lpad(n, 10, '0') AS k FROM (SELECT col, {_bare('value')} AS n FROM ({every})) "
        f"WHERE regexp_full_match(n, '[1-9][0-9]{{7,9}}|0[0-9]{{9}}')"
    )
    for col, of, passing in session.all(
        f"SELECT col, count(*), count(*) FILTER ({test}) FROM ({padded}) GROUP BY col ORDER BY col"
    ):
        mapped = next(candidate for candidate in open_to if candidate.column and candidate.column.index == col)
        n, k = int(str(of)), int(str(passing))
        limit = _VERY_ODD if mapped.field.kind.is_number and not _as_text(mapped.field) else _ODD
        if 2 * k >= n and _tail(n, k) < limit:
            name = f"c{col}"
            session.con.execute(
                f"INSERT INTO traced SELECT -1, 'national-id', {col}, value, value, k, 'sure' FROM ("
                f"SELECT value, lpad(n, 10, '0') AS k FROM (SELECT DISTINCT {name} AS value, {_bare(name)} AS n "
                f"FROM {session.raw.relation}) WHERE regexp_full_match(n, '[0-9]{{8,10}}')) WHERE {test}"
            )


def _bare(x: str) -> str:
    """A number without signs of thousands."""
    return f"trim(replace(replace({personal_notations.plain(x)}, ',', ''), '٬', ''))"


def _tail(n: int, k: int, p: float = _BY_CHANCE) -> float:
    """How probable at least ``k`` of ``n`` numbers pass the check digit by accident, one of them with ``p``."""
    return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


def cells_of(session: RefineSession, code: str, mapped: MappedField) -> str:
    """A query for the row, line and group (always 0) of every record that holds a certain trace of one kind."""
    col = mapped.column.index if mapped.column else 0
    return (
        f"SELECT _row, _line, 0 AS _group FROM {session.raw.relation} "
        f"SEMI JOIN (SELECT _row FROM scan WHERE _class = 'record') USING (_row) "
        f"WHERE c{col} IN (SELECT value FROM traced WHERE {_which(code, col)})"
    )


def _which(code: str, col: int) -> str:
    return f"code = {sql.literal(code)} AND col = {col} AND {_CERTAIN}"


def _hit(session: RefineSession, code: str, mapped: MappedField) -> PersonalDataHit:
    """The records that hold such pieces, and a digest of the pieces."""
    which = _which(code, mapped.column.index if mapped.column else 0)
    (digest,) = session.first_row(
        f"SELECT sha256(string_agg(DISTINCT k, chr(31) ORDER BY k)) FROM traced WHERE {which}"
    )
    rows = session.all(
        f"SELECT _row, _line, count(*) OVER () FROM ({cells_of(session, code, mapped)}) "
        f"ORDER BY _row LIMIT {MOST_SHOWN_PER_HIT}"
    )
    cells = tuple((int(str(row)), None if line is None else int(str(line))) for row, line, _ in rows)
    return PersonalDataHit(code, mapped, int(str(rows[0][2])) if rows else 0, cells, str(digest))
