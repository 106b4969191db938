"""A pull from a database: a declared query is run read-only, and its rows become a file like one that was sent."""

from __future__ import annotations

import codecs
import csv
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from django.conf import settings

from ayan.apps.desk.files import uploads
from ayan.apps.desk.files.uploads import ReceivedFile
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources import source_secrets
from ayan.apps.sources.arrivals import period_of
from ayan.apps.sources.limits import LONGEST_QUERY, MOST_ROWS, ROWS_TRIED
from ayan.apps.sources.models import Source
from ayan.apps.sources.source_secrets import EnteredSecret
from ayan.apps.sources.source_type import (
    DATABASE_SECRET,
    ChoiceField,
    FormNote,
    SourceForm,
    SourceType,
    TextField,
    check_variable,
    secret,
    take_in,
)
from ayan.core.intake.http_fetch import FetchOutcome, unfinished
from ayan.core.schema.definition import Dataset
from ayan.core.system.files import PRIVATE_FOLDER, creating, make_folder
from ayan.core.values.label import Label
from ayan.core.values.period import ALL, Period, parse
from ayan.wiring import city

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, CursorResult
    from sqlalchemy.exc import SQLAlchemyError

QUERIES: Final = "queries"
NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_BATCH: Final = 2_000
# Which driver speaks to which database, where the address does not say so.
_DRIVERS: Final = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mssql": "mssql+pymssql",
    "oracle": "oracle+oracledb",
}


def pull(source: Source, period: str | None) -> ReceivedFile:
    """Run the source's query for a period; its answer as a CSV file among the uploads. Raises FetchOutcome."""
    address, statement = _address(source), _statement(source.query)
    asked = parse(period) if period else ALL
    deadline = time.monotonic() + settings.PULL_SECONDS
    # The server keeps a cursor open for as long as the answer is.
    with (
        _connected(address, deadline) as connection,
        closing(_cursor(connection, statement, asked, deadline)) as answer,
    ):
        path = _written(answer, deadline)
    try:
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        name = f"{source.slug}-{asked}.csv"
        return ReceivedFile(path, digest, path.stat().st_size, name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _address(source: Source) -> str:
    """The address that was entered, if pulls may reach its server, or the one that a variable holds."""
    entered = source_secrets.entered(source)
    if entered is None:
        return secret(DATABASE_SECRET, source.where)
    source_secrets.check_reachable(entered.text)
    return entered.text


def tried(source: Source, period: str | None) -> list[str]:
    """Run the query and read its first rows; the titles of its columns. Raises FetchOutcome."""
    address, statement = _address(source), _statement(source.query)
    asked = parse(period) if period else ALL
    deadline = time.monotonic() + settings.PULL_SECONDS
    with (
        _connected(address, deadline) as connection,
        closing(_cursor(connection, statement, asked, deadline)) as answer,
    ):
        answer.fetchmany(ROWS_TRIED)
        return [str(column) for column in answer.keys()]  # noqa: SIM118 - iterating over it gives its rows


def queries() -> list[str]:
    """The queries that the operator has declared in the city's folder, by name."""
    folder = city.current().home / QUERIES
    return sorted(query_file.stem for query_file in folder.glob("*.sql") if NAME.fullmatch(query_file.stem))


def _statement(name: str) -> str:
    path = city.current().home / QUERIES / f"{name}.sql"
    if not NAME.fullmatch(name):
        raise FetchOutcome("query-missing", name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise FetchOutcome("query-missing", name) from None
    if not text.strip() or len(text) > LONGEST_QUERY:
        raise FetchOutcome("query-missing", name)
    return text.strip().rstrip(";")


@contextmanager
def _connected(address: str, deadline: float) -> Iterator[Connection]:
    """A connection that can only read as far as the database offers that, and is never committed."""
    import sqlalchemy as sa
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

    try:
        url = sa.make_url(address)
        url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
        if url.get_backend_name() == "sqlite" and url.database and not url.database.startswith("file:"):
            # Without this a file that is not there would be made.
            url = url.set(database=f"file:{quote(url.database)}", query={"mode": "ro", "uri": "true"})
        engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=_arguments(url))
    except (ModuleNotFoundError, NoSuchModuleError):
        raise FetchOutcome("driver-missing") from None
    except (ArgumentError, ValueError):
        raise FetchOutcome("secret-odd") from None
    reached = False
    try:
        with engine.connect() as connection, _cut_at(connection, deadline):
            reached = True
            _only_read(connection)
            try:
                yield connection
            finally:
                with suppress(SQLAlchemyError):
                    connection.rollback()
    except SQLAlchemyError as fault:
        # Its text may hold the address and values, so only its kind is told.
        late = time.monotonic() >= deadline
        raise FetchOutcome("too-slow" if late else _reason(fault, reached), type(fault).__name__) from None
    finally:
        engine.dispose()


_UNREACHED: Final = (
    ("login-refused", ("authentication failed", "login failed", "ora-01017", "access denied", "no pg_hba.conf entry")),
    ("host-unknown", ("translate host", "name or service", "getaddrinfo", "nodename nor servname")),
)
_REFUSED: Final = (
    ("query-names", ("does not exist", "no such table", "no such column", "invalid object name", "ora-00942")),
    ("query-denied", ("permission denied", "permission was denied", "ora-01031")),
    ("query-syntax", ("syntax error", "incorrect syntax", "ora-00900", "ora-00933")),
)


def _reason(fault: SQLAlchemyError, reached: bool) -> str:
    """Why a database did not answer, as a code, by what its text holds; the text itself goes nowhere."""
    text = str(getattr(fault, "orig", None) or fault).lower()
    known, other = (_REFUSED, "query-failed") if reached else (_UNREACHED, "connection-failed")
    return next((code for code, words in known if any(word in text for word in words)), other)


def _arguments(url: URL) -> dict[str, Any]:
    seconds = int(settings.PULL_SECONDS)
    match url.get_backend_name():
        case "postgresql":
            options = f"-c statement_timeout={seconds * 1000} -c default_transaction_read_only=on"
            return {"connect_timeout": 10, "options": options}
        case "mssql":
            return {"login_timeout": 10, "timeout": seconds}
        case "oracle":
            return {"tcp_connect_timeout": 10}
        case "sqlite":
            return {"timeout": 10, "check_same_thread": False}
    return {}


def _only_read(connection: Connection) -> None:
    import sqlalchemy as sa

    match connection.dialect.name:
        case "sqlite":
            connection.execute(sa.text("PRAGMA query_only = ON"))
        case "oracle":
            connection.execute(sa.text("SET TRANSACTION READ ONLY"))


@contextmanager
def _cut_at(connection: Connection, deadline: float) -> Iterator[None]:
    """Interrupt a query that is still running at the deadline, by whatever its driver offers for that."""
    raw = connection.connection.driver_connection
    cut = getattr(raw, "interrupt", None) or getattr(raw, "cancel", None)
    if cut is None:
        yield
        return

    def stop() -> None:
        with suppress(Exception):
            cut()

    watch = threading.Timer(max(0.0, deadline - time.monotonic()), stop)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _cursor(connection: Connection, statement: str, period: Period, deadline: float) -> CursorResult[Any]:
    """Run the query with those of ``:period``, ``:period_start`` and ``:period_end`` that it names."""
    import sqlalchemy as sa

    known = {"period": str(period), "period_start": period.start, "period_end": period.end}
    query = sa.text(statement)
    wanted = set(query.compile().params)
    if wanted - set(known) or time.monotonic() >= deadline:
        raise FetchOutcome("query-missing" if wanted - set(known) else "too-slow")
    answer = connection.execution_options(stream_results=True, yield_per=_BATCH).execute(
        query, {name: known[name] for name in wanted}
    )
    if not answer.returns_rows:
        answer.close()
        raise FetchOutcome("query-failed", "no rows")
    return answer


def _written(answer: CursorResult[Any], deadline: float) -> Path:
    folder = uploads.incoming()
    make_folder(folder, mode=PRIVATE_FOLDER)
    path, rows = unfinished(folder), 0
    with creating(path) as out:
        lines = csv.writer(codecs.getwriter("utf-8")(out), lineterminator="\n")
        lines.writerow([str(column) for column in answer.keys()])  # noqa: SIM118 - iterating over it gives its rows
        for batch in answer.partitions(_BATCH):
            rows += len(batch)
            lines.writerows([_cell(value) for value in row] for row in batch)
            if rows > MOST_ROWS or out.tell() > settings.UPLOAD_BYTES:
                raise FetchOutcome("too-large")
            if time.monotonic() >= deadline:
                raise FetchOutcome("too-slow")
        if not rows:
            raise FetchOutcome("empty")
    return path


def _cell(value: object) -> str:
    """A value as a clerk's file would hold it: dates in ISO form, numbers plain, nothing for null."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case Decimal():
            return format(value, "f")
        case datetime():
            midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
            return value.date().isoformat() if midnight else value.isoformat(" ")
        case date():
            return value.isoformat()
        case bytes() | memoryview():
            raise FetchOutcome("query-failed", "binary column")
    return str(value)


class DatabaseSource(SourceType):
    """A database that a declared query is put to."""

    name = "database"
    label = Label("برداشتن از پایگاه داده", "Pull from a database")
    order = 30
    reaches_out = True
    names_files = False
    text_fields = (
        TextField(
            "entered",
            Label("نشانی پایگاه داده با گذرواژه", "Address of the database with its password"),
            Label(
                "مانند postgresql://نام:گذرواژه@میزبان/پایگاه. رمزشده نگه داشته می‌شود و دیگر نشان داده نمی‌شود",
                "Like postgresql://name:password@host/database. It is kept encrypted and not shown again",
            ),
            required=False,
            secret=True,
        ),
        TextField(
            "where",
            Label("یا متغیر محیطی نشانی", "Or the environment variable of the address"),
            DATABASE_SECRET.hint,
            required=False,
        ),
    )

    def notes(self) -> list[FormNote]:
        """What has to be declared first."""
        if queries():
            return []
        words = Label(
            "هنوز پرس‌وجویی اعلام نشده است. گرداننده پرونده‌ای با پسوند sql در پوشهٔ queries شهر می‌گذارد.",
            "No query is declared yet. The operator puts a file ending in .sql into the city’s folder queries/.",
        )
        return [FormNote(words, warns=True)]

    def choice_fields(self) -> list[ChoiceField]:
        """The query."""
        return [ChoiceField("query", Label("پرس‌وجو", "Query"), queries())]

    def check(self, wanted: SourceForm) -> None:
        """A variable for the address, and a query that is declared."""
        if wanted.entered.strip():
            source_secrets.check_database(wanted.entered.strip(), "entered")
        elif wanted.where.strip() or not wanted.locked:
            check_variable(DATABASE_SECRET, wanted.where, "where")
        if wanted.query not in queries():
            raise DeskRefused(
                "پرس‌وجو را برگزینید. گرداننده آن را در پوشهٔ queries شهر می‌گذارد.",
                "Choose the query. The operator puts it into the city's folder queries/.",
                "query",
            )
        if wanted.period == "name":
            raise DeskRefused(
                "اینجا نام پرونده‌ای نیست. دوره را جور دیگری بگویید.", "There is no file name here.", "period"
            )

    def locked(self, wanted: SourceForm) -> str:
        """The address, encrypted; none where a variable is named."""
        if wanted.entered.strip():
            return EnteredSecret(wanted.entered.strip()).locked()
        return "" if wanted.where.strip() else wanted.locked

    def attempt(self, source: Source, dataset: Dataset) -> Label:
        """The titles of the columns that the query answers with."""
        columns = tried(source, period_of(source, dataset, source.where))
        words = Label("پایگاه پاسخ داد. ستون‌ها: {columns}", "The database answered. Columns: {columns}")
        return words.format(columns=", ".join(columns)[:500])

    def fetch(self, source: Source, dataset: Dataset) -> list[FetchOutcome]:
        """The answer of the query, as one file."""
        period = period_of(source, dataset, source.where)
        return [FetchOutcome(take_in(source, dataset, period, pull(source, period)))]
