"""What every test may lean on: where trial data stands, no network beyond this machine, a browser."""

from __future__ import annotations

import gc
import os
import re
import signal
import socket
import sys
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings

from tests import alone, processor_time, rotation, run_folder, sampling, template_database
from tests.file_order import ByRoom, group_of, order
from tests.object_store import ObjectStore, object_store
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parent.parent

# Real files and conformance vectors are not part of the project; they stand in a folder beside it.
SHARED = Path(os.environ.get("AYAN_SHARED", ROOT.parent / "shared"))

# The shell draws the same pages with the same engine, without windows that nobody sees: for a third of the time.
BROWSERS = tuple(map(Path, ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")))
CHROMIUM = Path(os.environ.get("AYAN_CHROMIUM") or next((path for path in BROWSERS if path.is_file()), BROWSERS[0]))

unmeasured = pytest.mark.skipif("coverage" in sys.modules, reason="what counts lines writes files of its own")
"""For a test that counts or forbids what a process writes: `make test-report` leaves it out."""


# Nothing in these rooms meets the database of people: a run for that alone (`make test-postgres`) need not read them.
WITHOUT_DATABASE = tuple(
    ROOT / "tests" / room
    for room in (
        "architecture",
        "client",
        "core",
        "corpus",
        "datasets",
        "deploy",
        "docs",
        "engines",
        "faults",
        "parity",
        "ui",
        "upgrade",
        "wiring",
    )
)

SPEAKS_OF_DATABASE = re.compile(r"\b(?:db|django_db|transactional_db|database)\b")
"""What stands in every file, or in a conftest.py above it, one of whose tests meets the database."""

_FEW = {"SPARK_REMOTE": 5, "CI": 25}
EXAMPLES = 100 if sampling.is_whole() else next((few for name, few in _FEW.items() if name in os.environ), 100)
"""How many examples a property is tried with. Those of CI are the same in every run: more of the same say little more."""

# A busy machine is slow, not wrong; and in CI the same commit must give the same answer twice.
settings.register_profile("ayan", deadline=None, derandomize="CI" in os.environ, max_examples=EXAMPLES)
settings.load_profile("ayan")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run be asked what it costs, and whether its tests stand alone."""
    processor_time.add_option(parser)
    alone.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Give the run its folder and its sample, before any worker starts that is to share them."""
    sampling.begin()
    processor_time.register(config)
    alone.register(config)
    # What is read and collected stays, so to look through it again and again finds nothing.
    gc.set_threshold(200_000, 50, 50)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell starts what it sends to the background so, and every program that a test starts and ends would inherit it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if run_folder.VARIABLE not in os.environ:
        # In the order opposite to this one.
        config.add_cleanup(run_folder.begin())
        config.add_cleanup(template_database.drop_template)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what was drawn from, so that a run can be repeated, and what a run of everything leaves to other days."""
    if sampling.is_whole() and config.getoption("markexpr") == "not soak":
        return [sampling.begin(), 'what is dear or drawn is left out as a long trial: -m "soak or not soak" passes all']
    if sampling.is_whole() or not _is_of_everything(config):
        return [sampling.begin()]
    turn = f"one day of {rotation.DAYS}, on PostgreSQL of {rotation.SERVER_DAYS}"
    return [sampling.begin(), f"dear tests: {len(rotation.listed())}, each case of which is passed on {turn}"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was made once and shared, so that a second invented city does not come unseen."""
    if parts := run_folder.made():
        terminalreporter.write_line("made once in this run (seconds): " + ", ".join(parts))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of trial data and vectors (`AYAN_SHARED`); the test is skipped, visibly, where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"trial data is not at {SHARED}: set AYAN_SHARED to the folder that holds data/ and vectors/")
    return SHARED


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out rooms and files of which nothing would be chosen: to read all tests takes each process half a minute."""
    if not str(config.getoption("markexpr")).startswith("database and "):
        return None
    silent = collection_path.match("test_*.py") and not _speaks_of_database(collection_path)
    return True if silent or collection_path in WITHOUT_DATABASE else None


@cache
def _speaks_of_database(file: Path) -> bool:
    """Whether a file of tests, or a conftest.py that it stands under, names what marks a test with `database`."""
    above = (
        folder / "conftest.py"
        for folder in file.parents
        if folder.is_relative_to(ROOT / "tests") and folder != ROOT / "tests"
    )
    texts = (path.read_text(encoding="utf-8") for path in (file, *above) if path.is_file())
    return any(SPEAKS_OF_DATABASE.search(text) for text in texts)


NO_DATABASE = "postgres://nobody@127.0.0.1:1/a-test-without-the-mark-database"


SERVER: Final = "PYTEST_SERVER"
"""Holds ``follows`` where a run on PostgreSQL follows this one: what is drawn there today is left to that."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what drives a browser with `browser` and what meets the database in this process with `database`.

    What carries no `django_db` cannot meet it here: pytest-django refuses every query of such a test.
    """
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "chromium" in fixtures:
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("django_db") or {"db", "transactional_db"}.intersection(fixtures):
            item.add_marker(pytest.mark.database)
        if item.get_closest_marker("database") and set(WITHOUT_DATABASE).intersection(item.path.parents):
            raise pytest.UsageError(f"{item.nodeid} meets the database: its room is none of WITHOUT_DATABASE any more")
        if item.get_closest_marker("database") and not _speaks_of_database(item.path):
            raise pytest.UsageError(f"{item.nodeid} meets the database, which its file does not say")
    if sampling.is_whole() or _is_of_everything(config):
        _share_out(config, items)
    later = "either" if template_database.server() else "soak"
    places = order(item.nodeid for item in items if not item.get_closest_marker(later))
    items.sort(key=lambda item: places.get(group_of(item.nodeid), len(places)))


def _is_of_everything(config: pytest.Config) -> bool:
    """Whether a run is of all tests. Whoever names some wants these, whatever day it is."""
    return all(Path(each).resolve() == ROOT / "tests" for each in config.args)


def _share_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let dear tests take turns (`tests/rotation.py`).

    What has no turn today carries `soak`, and on PostgreSQL `either`. What has its turn on PostgreSQL is left to a run
    there, where one follows. In a long trial nothing has a turn, so that all that is dear carries `soak`.
    """
    cases = [item.nodeid for item in items]
    there = rotation.due(cases, rotation.SERVER_DAYS)
    if template_database.server() and not sampling.is_whole():
        for item in (item for item in items if item.nodeid not in there):
            item.add_marker(pytest.mark.either)
        return
    dear, here = rotation.listed(), rotation.due(cases)
    left = [item for item in items if _meets_a_server(item) and rotation.name_of(item.nodeid) in dear]
    left = [item for item in left if item.nodeid in there and os.environ.get(SERVER) == "follows"]
    for item in (item for item in items if item.nodeid not in here):
        item.add_marker(pytest.mark.soak)
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def _meets_a_server(item: pytest.Item) -> bool:
    """Whether `make test-postgres` passes a test, if nobody draws."""
    marked = item.get_closest_marker
    return bool(marked("database")) and not any(map(marked, ("either", "soak", "browser")))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByRoom | None:
    """How tests are shared out where they are shared by file."""
    return ByRoom(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """Let Python's collector look no more through what was collected, which stays to the end, and less often at the rest."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Refuse the database to the processes of a test that is not marked: their address leads to nobody.

    So a test that passes without the mark passes without a database, and the run on PostgreSQL may leave it out.
    """
    with pytest.MonkeyPatch.context() as patch:
        if item.get_closest_marker("database") is None:
            patch.setenv("DATABASE_URL", NO_DATABASE)
        return (yield)


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[ObjectStore]:
    """A real object store for the tests of this process; those that kill it start one of their own."""
    with object_store() as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine: a test must not depend on the world."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host not in ("", "localhost", "::1") and not str(host).startswith("127."):
            raise OSError(f"tests may not connect to {host}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session", autouse=True)
def workbooks_are_read_in_forks() -> Iterator[None]:
    """Let the process that reads a workbook begin in a hundredth of a second; most of a third went to its imports."""
    from tests.cli.forge import start_forked

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ayan.core.system.child.start", start_forked)
        yield


@pytest.fixture(scope="session", autouse=True)
def stores_look_every_time() -> Iterator[None]:
    """Let no store believe its mark: tests damage and take away by hand, and ask in the same second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ayan.core.store.release_store.TRUSTED", 1e-9)
        yield


WAITS: Final = (
    "ayan.core.answers.facts.ANSWER_SECONDS",
    "ayan.core.proposal.trial_process.TRIAL_SECONDS",
    "ayan.core.query.download_comparison.COMPARISON_SECONDS",
    "ayan.core.query.record_history.HISTORY_SECONDS",
    "ayan.apps.accounts.single_sign_on.provider.PROVIDER_SECONDS",
    "ayan.apps.search.selectors.SEARCH_SECONDS",
)
"""Limits by the clock of the wall, which says of a busy machine only how busy it is; those of the processor stay."""


@pytest.fixture(scope="session", autouse=True)
def a_busy_machine_is_slow_and_not_wrong() -> Iterator[None]:
    """Let what is asked in this process be waited for; a test of such a limit sets its own."""
    with pytest.MonkeyPatch.context() as patch:
        for limit in WAITS:
            patch.setattr(limit, PATIENCE)
        yield


@pytest.fixture(scope="session", autouse=True)
def requests_leave_connections_alone() -> Iterator[None]:
    """Keep a request made in a test from closing the test's own connection, as Django's test client does.

    Otherwise a page asked for after a test with a database would look at that database, in whatever order they come.
    """
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    with pytest.MonkeyPatch.context() as patch:
        # The test client puts back what it took away for the time of its own requests.
        patch.setattr("django.test.client.close_old_connections", _nothing)
        yield


def _nothing(**_: object) -> None:
    """Leave connections as they are."""


@pytest.fixture(scope="session", autouse=True)
def tables_can_be_cleared() -> Iterator[None]:
    """Let Django clear its tables after a test with transactions, though the audit trail refuses to be cleared."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    from tests.audit_triggers import triggers_lifted

    clear = BaseDatabaseOperations.execute_sql_flush

    def cleared(self: Any, statements: list[str]) -> None:
        with triggers_lifted(self.connection):
            clear(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", cleared)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Let the database of the tests begin as a copy of the run's template, in which no migration is left to do."""
    from django.db import connection

    # Otherwise Django would work out for each process of the run what is left to do, for a second.
    connection.settings_dict["TEST"]["MIGRATE"] = False
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = template_database.template_name()
        yield
        return
    file = tmp_path_factory.mktemp("database") / template_database.FILE
    template_database.fill_file(file)
    connection.settings_dict["TEST"]["NAME"] = str(file)
    yield


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Let Django keep the SQLite file that it is given: a file, in which one writer waits for the other."""
    from django.db import connection

    return bool(connection.vendor == "sqlite")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of the tests; PostgreSQL takes it away only when nobody is in it.

    A page asked for last by a browser that is gone may still be answered in its thread, with a connection of its own.
    """
    yield
    from django.db import connection

    if connection.vendor == "postgresql":
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium (Playwright's `Browser`) that reaches this machine alone; skipped, visibly, where it is absent."""
    if not CHROMIUM.is_file():
        pytest.skip(f"no Chromium at {CHROMIUM}: install the package {CHROMIUM.name}, or set AYAN_CHROMIUM")
    from playwright.sync_api import expect, sync_playwright

    # Playwright keeps an event loop in this thread, and Django would refuse the test's own queries because of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [
        "--no-sandbox",  # the sandbox refuses to run as root, which is what a container gives
        "--disable-gpu",
        "--font-render-hinting=none",  # letters as wide as a screen of today has them: the shell would round them
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ]
    expect.set_options(timeout=PATIENCE * 1000 / 2)
    with sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(executable_path=CHROMIUM, args=flags, timeout=PATIENCE * 1000)
        begin = browser.new_context

        def patient(**settings: Any) -> Any:
            context = begin(**settings)
            context.set_default_timeout(PATIENCE * 1000 / 2)
            return context

        browser.new_context = patient
        yield browser
        browser.close()
