"""The guides are so: their example is declared, read and published as the text says, and names every key there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import duckdb
import pytest
from tests.conftest import ROOT

from ayan.cli.main import run
from ayan.config.env import BY_NAME
from ayan.core.query.operators import OPS
from ayan.core.query.question_parser import SHAPING
from ayan.core.schema.definition import Cadence, Periodicity, Severity
from ayan.core.schema.field import CellCalendar, FieldRole, FieldVisibility
from ayan.core.schema.kinds import KINDS
from ayan.core.schema.loader import load_dataset
from ayan.core.schema.tables import TomlTable
from ayan.core.transparency.entries.statement import REASONS
from ayan.core.values.money import MONEY_UNITS
from ayan.wiring import city

GUIDES = ROOT / "docs" / "guides"
DATASET, OPERATOR, API, SOURCES = (
    GUIDES / name for name in ("declare-a-dataset.md", "operator.md", "api.md", "sources.md")
)
FILE = re.compile(r"^`([\w./-]+\.(?:toml|csv))`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def coded(path: Path) -> set[str]:
    """Everything that stands between backticks in a line of a guide."""
    return set(re.findall(r"`([^`\n]+)`", path.read_text(encoding="utf-8")))


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city with the example's declaration in it, and the example's files beside it; returns the city's folder."""
    home = tmp_path / "city"
    files = dict(FILE.findall(DATASET.read_text(encoding="utf-8")))
    assert len(files) == 5
    for name, text in files.items():
        path = (home / "datasets" if name.endswith(".toml") else tmp_path) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("AYAN_HOME", str(home))
    monkeypatch.setenv("AYAN_ALLOW_CLI_APPROVAL", "1")
    monkeypatch.delenv("AYAN_STORE", raising=False)
    return home


def published(home: Path, file: str, *more: str) -> list[tuple[object, ...]]:
    """Publish a file of the example from the command line; its rows as they are published."""
    people = ("--by", "فرستنده (ساختگی)", "--approve", "یکم (ساختگی)", "--approve", "دوم (ساختگی)")
    period = ("--dataset", "parking-rates", "--period", "1404")
    assert run(["publish", str(home.parent / file), *period, *people, *more]) == 0
    (part,) = city.current().release_store.current("parking-rates")["1404"].parts()
    with duckdb.connect() as connection:
        relation = connection.execute(f"SELECT * EXCLUDE (_row, _line) FROM '{part}' ORDER BY _row")
        names = [column[0] for column in relation.description]
        rows = relation.fetchall()
    assert "row" not in names
    assert "attendant_mobile" not in names
    wanted = [names.index(name) for name in ("code", "zone", "price", "attendant", "contract")]
    return [tuple(row[index] for index in wanted) for row in rows]


def test_the_example_is_published_as_the_guide_says(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert published(example, "rates.csv") == [
        ("A-1", "centre", 50_000, "ن…", None),
        ("A-2", "centre", 80_000, "ن…", None),
    ]
    manifest = city.current().release_store.release("parking-rates", "1404", 1).manifest["ayan"]
    assert manifest["totals"] == {"price": "130000", "zones": "1"}
    assert manifest["issues"]["total-agrees"] == 1
    assert published(example, "north.csv", "--source", "north", "--reason", "late-rows") == [
        ("N-1", "north", 30_000, None, None),
        ("N-2", "north", 50_000, None, None),
    ]
    assert "✗" not in capsys.readouterr().out


def test_the_example_is_sound_among_the_datasets_that_come_with_ayan(example: Path) -> None:
    registry = city.current().registry
    assert [problem.text("en") for problem in registry.problems()] == []
    assert registry.folder("parking-rates").is_relative_to(example)


def test_every_key_of_a_declaration_is_in_the_guide(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    close = TomlTable.close

    def noting(table: TomlTable, **elsewhere: str) -> None:
        asked.update(table._asked)
        close(table, **elsewhere)

    monkeypatch.setattr(TomlTable, "close", noting)
    load_dataset(example / "datasets" / "parking-rates")
    assert {"slug", "kind", "choices", "lower", "constant", "every", "to", "fa"} <= asked
    explained = coded(DATASET) | set(re.findall(r"\b(\w+) = ", DATASET.read_text(encoding="utf-8")))
    tables = {match.strip("[]") for match in re.findall(r"\[\[\w+\]\]", DATASET.read_text(encoding="utf-8"))}
    assert asked - explained - tables == set()


def words_of_the_declaration() -> Iterator[str]:
    """Every closed word that a declaration may hold."""
    yield from KINDS
    for words in (FieldVisibility, Severity, CellCalendar, Periodicity, Cadence, FieldRole):
        yield from get_args(words)
    yield from MONEY_UNITS


def test_every_word_of_a_declaration_is_in_the_guide() -> None:
    assert set(words_of_the_declaration()) - coded(DATASET) == set()


def test_every_parameter_operator_and_address_of_the_api_is_in_its_guide() -> None:
    from ayan.apps.api import urls

    text = API.read_text(encoding="utf-8")
    assert set(SHAPING) - coded(API) == set()
    assert {f"__{op}" for op in OPS if op != "eq"} - coded(API) == set()
    addresses = [str(route.pattern) for route in urls.urlpatterns if route.name]
    assert addresses
    shown = [re.sub(r"<\w+:(\w+)>", r"{\1}", address) for address in addresses]
    assert [address for address in shown if f"/api/v1/{address}`" not in text] == []


def test_the_operators_guide_knows_every_command_reason_and_setting_it_names() -> None:
    from ayan.cli.main import VERBS

    text = OPERATOR.read_text(encoding="utf-8")
    assert set(re.findall(r"\bayan ([a-z]+)\b(?= |`|\n)", text)) == set(VERBS)
    assert set(REASONS) - coded(OPERATOR) == set()
    assert set(re.findall(r"\bAYAN_[A-Z0-9_]+|\bDATABASE_URL", text)) <= set(BY_NAME)


def test_every_word_of_the_door_for_systems_is_in_its_guide() -> None:
    from ayan.apps.sources import refusals
    from ayan.apps.sources.arrivals import STATES
    from ayan.apps.sources.models import WAITING
    from ayan.core.values.refusal import Refusal

    explained = coded(SOURCES)
    kinds = [kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Refusal)]
    kinds.remove(Refusal)
    doors = {kind.code.removeprefix(refusals.DOOR) for kind in kinds if not kind.__subclasses__()}
    assert len(doors) >= 17
    assert doors - explained == set()
    assert set(WAITING) - explained == set()
    assert {word for word, _ in STATES.values()} - explained == set()
    named = set(re.findall(r"\bAYAN_[A-Z_]+", SOURCES.read_text(encoding="utf-8")))
    assert {name for name in named if not name.startswith("AYAN_SOURCE_")} <= set(BY_NAME)


def health_codes() -> Iterator[tuple[str, set[str]]]:
    """Each code that `ayan doctor` may say, and the states that its finding names there; where they are reckoned, none."""
    for path in sorted((ROOT / "src" / "ayan" / "config" / "diagnosis").glob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        # `for code, … in ((…), (…))`: a finding's code is then the first of each.
        looped = [
            each.elts[0]
            for loop in ast.walk(module)
            if isinstance(loop, ast.For) and ast.unparse(loop.target).startswith("(code, ")
            for each in (loop.iter.elts if isinstance(loop.iter, ast.Tuple) else ())
            if isinstance(each, ast.Tuple)
        ]
        for call in ast.walk(module):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "HealthFinding":
                code, state = call.args[:2]
                named = {each.value for each in ast.walk(state) if isinstance(each, ast.Constant)}
                for word in [code] if isinstance(code, ast.Constant) else looped:
                    assert isinstance(word, ast.Constant), f"{path.name}:{call.lineno}"
                    yield str(word.value), {str(value) for value in named} & {"error", "warning"}


def test_the_operators_guide_explains_every_code_of_the_doctor_and_no_other() -> None:
    table = OPERATOR.read_text(encoding="utf-8").partition("| code | error | warning |\n")[2].partition("\n\n")[0]
    explained = {
        code: {"error": error.strip(), "warning": warning.strip()}
        for codes, error, warning in (line.split("|")[1:4] for line in table.splitlines()[1:])
        for code in re.findall(r"`([a-z-]+)`", codes)
    }
    said = list(health_codes())
    assert {code for code, _ in said} == set(explained)
    assert len(explained) >= 85
    assert {code for code, states in said for state in states if not explained[code][state]} == set()
