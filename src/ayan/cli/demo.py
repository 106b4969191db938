"""ayan demo: build an invented city, publish it through the real pipeline, and serve it."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from ayan.cli import demo_people, serve
from ayan.cli.report_text import say
from ayan.cli.verb import Verb
from ayan.core.values.label import Label
from ayan.wiring.city import DEFAULT_HOME, City
from ayan_demo import build as builder
from ayan_demo import neighbour
from ayan_demo.post import Submission
from ayan_demo.scale import SCALES

SPOKEN_EVERY: Final = 10
"""Where there is no terminal, one line after so many files."""


def demo_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan demo``."""
    parser.add_argument("--home", type=Path, default=Path(DEFAULT_HOME), metavar="DIR", help="where the city stands")
    parser.add_argument("--scale", choices=tuple(SCALES), default="small", help="how many rows it has")
    parser.add_argument("--no-serve", action="store_true", help="build it only")
    parser.add_argument("--port", type=int, default=8000, metavar="N")
    parser.add_argument(
        "--officers",
        action="store_true",
        help="add invented officers and print a one-time link for each",
    )


def run_demo(args: argparse.Namespace) -> int:
    """Build the city unless it stands already, then serve it; exit 1 when the folder holds something else."""
    home = args.home.expanduser().absolute()
    try:
        built = builder.is_built(home)
    except (builder.NotADemo, ValueError):
        say(
            Label(
                "در {home} چیز دیگری هست. نشانی دیگری با --home بدهید.",
                "Something else stands in {home}. Give another place with --home.",
            ).format(home=home),
            error=True,
        )
        return 1
    os.environ["AYAN_HOME"] = str(home)
    # The city's own releases, wherever else the environment may point.
    os.environ.pop("AYAN_STORE", None)
    if built:
        say(
            Label(
                "شهر نمونه از پیش در {home} هست. برای ساختن دوباره، این پوشه را پاک کنید.",
                "The sample city stands in {home} already. To build it anew, delete that folder.",
            ).format(home=home)
        )
    else:
        home.parent.mkdir(parents=True, exist_ok=True)
        _build(home, args.scale)
        _meet_the_neighbour(home)
        demo_people.play_findings()
    if args.officers:
        demo_people.invite(args.port)
    if args.no_serve:
        return 0
    return serve.run_serve(argparse.Namespace(host="127.0.0.1", port=args.port, workers=None))


def _build(home: Path, scale: str) -> None:
    started = time.monotonic()
    with _watch() as tell:
        built = builder.build(home, scale, tell)
    seconds = time.monotonic() - started
    say(
        Label(
            "شهر نمونه ساخته شد: {releases} انتشار، {rows:,} ردیف، {refused} پروندهٔ ردشده، {seconds:.0f} ثانیه.",
            "The sample city is built: {releases} releases, {rows:,} rows, {refused} files refused, "
            "{seconds:.0f} seconds.",
        ).format(releases=built.releases, rows=built.rows, refused=built.refused, seconds=seconds)
    )


def _meet_the_neighbour(home: Path) -> None:
    """Harvest another invented city, so that there is one to be compared with."""
    came = sum(len(outcome.came) for outcome in neighbour.harvest(City(home, home / "store")))
    say(
        Label(
            "{came} انتشار از شهر همسایهٔ نمونه برداشته شد تا دو شهر را بتوان سنجید.",
            "{came} releases were harvested of a sample neighbour, so that two cities can be compared.",
        ).format(came=came)
    )


@contextmanager
def _watch() -> Iterator[builder.Progress]:
    """Show which file is on its way: a bar on a terminal, a line now and then elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:

        def speak(done: int, total: int, submission: Submission) -> None:
            if done % SPOKEN_EVERY == 0:
                console.print(f"{done}/{total} {_named(submission)}", highlight=False)

        yield speak
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=None)

        def show(done: int, total: int, submission: Submission) -> None:
            bars.update(task, description=_named(submission), completed=done, total=total)

        yield show


def _named(submission: Submission) -> str:
    return f"{submission.dataset} {submission.period or 'all'} ({submission.source})"


VERBS: Final = (Verb("demo", "build an invented city and serve it", run_demo, demo_arguments),)
