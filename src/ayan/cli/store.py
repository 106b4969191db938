"""ayan store: the releases of a folder brought to where AYAN_STORE says."""

from __future__ import annotations

import argparse
from pathlib import Path

from ayan.cli.report_text import say
from ayan.cli.verb import Verb, local
from ayan.core.continuity import store_move
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.label import Label
from ayan.wiring import city


def store_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan store``."""
    parser.add_argument("dir", type=local, metavar="DIR", help="the store/ folder in which the releases stand now")


def run_store(args: argparse.Namespace) -> int:
    """Exit 1 where DIR holds no releases; raises StoreChanged where another release stands at one's place."""
    folder: Path = args.dir.expanduser().absolute()
    current_city = city.current()
    if not (folder / "releases").is_dir() or folder == current_city.store:
        say(
            Label("در {folder} انتشاری نیست که آورده شود.", "There are no releases in {folder} to bring.").format(
                folder=folder
            ),
            error=True,
        )
        return 1
    count = store_move.brought(
        ReleaseStore(folder, current_city.clock),
        current_city.release_store,
        lambda release: say(Label("{ref}", "{ref}").format(ref=release.ref)),
    )
    say(
        Label(
            "{count} انتشار آورده شد. چیزی از {folder} برداشته نشد.",
            "{count} releases were brought. Nothing was removed from {folder}.",
        ).format(count=count, folder=folder)
    )
    return 0


VERBS = (Verb("store", "bring the releases of a folder to where AYAN_STORE says", run_store, store_arguments),)
