"""`--alone`: whether a test leans on one before it in its file, which on another day has no turn (`tests/rotation.py`).

Of tests that share what is made for more than one of them, the last comes first, and each gets it made anew.
"""

from __future__ import annotations

from typing import Final

import pytest

from tests import sampling
from tests.rotation import name_of

OPTION: Final = "--alone"

SHARED: Final = frozenset({"class", "module", "package"})
"""Scopes of fixtures that tests of a file share and that are made anew for each. What a run makes once stays, as it would."""


def add_option(parser: pytest.Parser) -> None:
    """Let a run be asked whether its tests stand alone."""
    parser.addoption(
        OPTION, action="store_true", help="pass tests that share a fixture with others backwards, each alone"
    )


def register(config: pytest.Config) -> None:
    """Let this process pass tests so, where that was asked for."""
    if config.getoption(OPTION):
        config.pluginmanager.register(_Alone(), "alone")


class _Alone:
    """One case, drawn by the day, of each test that shares something with another of its file."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        tests: dict[str, list[pytest.Item]] = {}
        for item in filter(_shares, items):
            tests.setdefault(name_of(item.nodeid), []).append(item)
        files: dict[str, list[pytest.Item]] = {}
        for name, cases in tests.items():
            files.setdefault(name.partition("::")[0], []).append(sampling.chance(name).choice(cases))
        kept = [item for file in files.values() if len(file) > 1 for item in reversed(file)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Take away all that is not made for the whole run."""
        item.session._setupstate.teardown_exact(item.session)  # type: ignore[arg-type]  # it reads the chain of nodes alone


def _shares(item: pytest.Item) -> bool:
    """Whether a test takes what others of its file take, too; what plugins give to every test is not meant."""
    if not isinstance(item, pytest.Function) or item.get_closest_marker("soak"):
        return False
    given = (fixtures[-1] for fixtures in item._fixtureinfo.name2fixturedefs.values())
    return any(each.baseid.endswith(".py") if each.scope == "session" else _is_made_anew(each) for each in given)


def _is_made_anew(fixture: pytest.FixtureDef[object]) -> bool:
    return fixture.scope in SHARED and bool(fixture.baseid)
