"""Every verb is there, answers for itself, and is told to whoever asks for help."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from tests.cli.city import Town

import ayan
from ayan.cli import main
from ayan.cli.verb import Verb


@pytest.mark.parametrize("name", main.VERBS)
def test_every_verb_can_be_loaded_and_takes_its_arguments(name: str) -> None:
    verb = main.load(name)

    assert isinstance(verb, Verb)
    assert verb.name == name
    assert callable(verb.run)
    verb.arguments(argparse.ArgumentParser())


def test_no_module_has_a_verb_that_the_command_does_not_know() -> None:
    declared = Counter(
        (verb.name, module)
        for module in sorted(set(main.VERBS.values()))
        for verb in import_module(f"ayan.cli.{module}").VERBS
    )

    assert declared == Counter(main.VERBS.items())


def test_the_help_has_one_line_for_each_verb(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main.run(["--help"])

    assert end.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    named = [line.split()[0] for line in lines if line.startswith("    ") and not line.startswith("     ")]
    assert named == list(main.VERBS)


def test_the_version_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--version"]) == 0
    assert capsys.readouterr().out == f"ayan {ayan.version()}\n"


@pytest.mark.parametrize("name", main.VERBS)
def test_every_verb_has_a_help_of_its_own(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main.run([name, "--help"])

    assert end.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: ayan {name} ")


@pytest.mark.parametrize(
    "words",
    [("serve", "--workers", "0"), ("worker", "--once"), ("sources",), ("flags",), ("daily",), ("export", "copy")],
)
def test_settings_that_do_not_hold_are_said_in_both_languages(town: Town, words: tuple[str, ...]) -> None:
    said = town.ayan(*words, DJANGO_SETTINGS_MODULE="ayan.config.settings.production")

    assert said.code == 1
    persian, english = said.err.splitlines()
    assert persian.startswith("تنظیم‌ها کامل نیست: ")
    assert english.startswith("The settings are not complete: ")


@pytest.mark.parametrize("name", main.VERBS)
def test_no_verb_takes_an_address_for_a_folder_or_a_file(name: str) -> None:
    def kinds(parser: argparse.ArgumentParser) -> Iterator[object]:
        for action in parser._actions:
            yield action.type
            if isinstance(action, argparse._SubParsersAction):
                for below in action.choices.values():
                    yield from kinds(below)

    parser = argparse.ArgumentParser()
    main.load(name).arguments(parser)
    assert Path not in set(kinds(parser)), "of a path, `local` is the type"


def test_an_address_for_a_folder_is_refused_in_both_languages_and_makes_none(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    for said in (town.ayan("backup", "gs://bucket/city"), town.ayan("query", "trees", "", AYAN_STORE="gs://bucket/x")):
        assert said.code == 2
        assert "نه نشانی جایی دیگر" in said.err
        assert "not an address of something elsewhere" in said.err
    assert set(tmp_path.iterdir()) == before
