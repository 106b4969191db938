"""What a verb of the command is, and what several of them share: a dataset, a release, a port."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ayan.cli.report_text import say
from ayan.core.store.objects import NotInStore
from ayan.core.values.label import Label
from ayan.core.values.local_path import NotOnThisMachine, local_path

if TYPE_CHECKING:
    from ayan.core.schema.definition import Dataset
    from ayan.core.store.release import Release
    from ayan.core.store.release_store import ReleaseStore
    from ayan.wiring.city import City

RELEASE: Final = "SLUG/PERIOD/N"
"""How the arguments of a verb name a release."""


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare nothing."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of the command: its name, a line of help, what does it and returns the exit code, and its arguments."""

    name: str
    help: str
    run: Callable[[argparse.Namespace], int]
    arguments: Callable[[argparse.ArgumentParser], None] = _no_arguments


def local(text: str) -> Path:
    """A folder or a file as an argument; refused by the parser, in both languages, where it is an address."""
    try:
        return local_path(text, "PATH")
    except NotOnThisMachine as wrong:
        raise argparse.ArgumentTypeError(f"{wrong.fa} {wrong.en}") from None


def clock_argument(parser: argparse.ArgumentParser) -> None:
    """Declare the operator's word for the clock, for a verb that signs; see `confirm_clock`."""
    parser.add_argument(
        "--clock-is-right",
        action="store_true",
        help="your word that the clock is right, where nobody can tell; it gets a leaf in the log",
    )


def confirm_clock(args: argparse.Namespace, city: City) -> None:
    """Enter that word into the log where it was given and is needed."""
    if args.clock_is_right:
        city.transparency_log.confirm_clock()


def known_dataset(city: City, slug: str) -> Dataset | None:
    """The dataset called ``slug``, or None after saying that there is none."""
    try:
        return city.registry.get(slug)
    except KeyError:
        names = ", ".join(dataset.slug for dataset in city.registry.all())
        say(
            Label(
                "داده‌ای به نام {slug} اعلام نشده است. هست: {names}", "There is no dataset {slug}. There are: {names}"
            ).format(slug=slug, names=names),
            error=True,
        )
        return None


def named_release(store: ReleaseStore, ref: str) -> Release:
    """The release written ``SLUG/PERIOD/N``; NotInStore when there is none, or it is not written so."""
    try:
        slug, period, number = ref.split("/")
        return store.release(slug, period, int(number))
    except ValueError:
        raise NotInStore(ref) from None


def port_refused(host: str, port: int, fault: OSError) -> int:
    """Say that a port cannot be opened; the exit code."""
    at = f"{host}:{port} ({fault.strerror or fault})"
    say(Label("این درگاه را نمی‌توان گشود: {at}", "This port cannot be opened: {at}").format(at=at), error=True)
    return 1
