"""ayan serve: the site on this machine, behind the same server as in production."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext

from ayan.cli import database
from ayan.cli.limits import DRAIN_SECONDS
from ayan.cli.report_text import say
from ayan.cli.supervised_worker import attended
from ayan.config import env, process_capacity
from ayan.config.env import Misconfigured
from ayan.config.process_capacity import THREADS
from ayan.core.values.label import Label


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan serve``."""
    parser = verbs.add_parser("serve", help="serve the site")
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS")
    parser.add_argument("--port", type=int, default=8000, metavar="N")
    parser.add_argument("--workers", type=int, metavar="N", help="processes, two a core at most (AYAN_WORKERS)")


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; exit 1 when the settings do not hold or the port is taken."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    try:
        workers = allowed(args.workers)
        apart = env.is_apart()
        prepare()
        with nullcontext() if apart else attended():
            serve(args.host, args.port, workers)
    except Misconfigured as fault:
        say(
            Label("تنظیم‌ها کامل نیست: {fault}", "The settings are not complete: {fault}").format(fault=fault),
            error=True,
        )
        return 1
    except OSError as fault:
        words = f"{args.host}:{args.port} ({fault.strerror or fault})"
        say(
            Label("این درگاه را نمی‌توان گشود: {words}", "This port cannot be opened: {words}").format(words=words),
            error=True,
        )
        return 1
    return 0


def allowed(asked: int | None) -> int:
    """The number of processes: what was asked for, else what the settings say. Misconfigured when it makes no sense."""
    if asked is None:
        return process_capacity.workers()
    if not 1 <= asked <= process_capacity.most():
        raise Misconfigured(f"--workers must be from 1 to {process_capacity.most()} on this machine, not {asked}.")
    return asked


def prepare() -> None:
    """Check the settings here, once, and bring the database's tables up to date, before any worker starts.

    Raises NewerFormat when a later version has changed the database.
    """
    import django
    from django.core.management import call_command

    django.setup()
    # A database of a later version is refused before anything of this one touches it.
    database.waiting()
    call_command("migrate", verbosity=0, interactive=False)


def serve(host: str, port: int, workers: int) -> None:
    """Run the server in this process's children until SIGINT or SIGTERM.

    Raises OSError where the address cannot be had. Each worker works at one request at a time; its other threads are
    there to wait for slow readers (`ayan.config.process_capacity`).
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _claim(host, port)
    shown = f"http://{'[' + host + ']' if ':' in host else host}:{port}/"
    say(
        Label("سامانه برپاست: {shown} (توقف با Ctrl+C)", "The site is up: {shown} (stop with Ctrl+C)").format(
            shown=shown
        )
    )
    sys.stdout.flush()
    Granian(
        "ayan.config.worker:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        workers_kill_timeout=DRAIN_SECONDS,
        respawn_failed_workers=True,
        log_access=False,
        # Its warnings are about threads that compute; ours wait. What an operator should know `ayan doctor` tells.
        log_level=LogLevels.error,
    ).serve()


def _claim(host: str, port: int) -> None:
    """Raise OSError now, in words a person can use, where the server would only say that a worker died."""
    import socket

    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(address)
