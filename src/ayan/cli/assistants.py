"""ayan mcp: the door of assistants, a process of its own beside the site."""

from __future__ import annotations

import argparse
import signal
from typing import Final

from ayan.cli.serve import allowed
from ayan.cli.verb import Verb, port_refused


def mcp_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan mcp``."""
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS")
    parser.add_argument("--port", type=int, default=8010, metavar="N")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes (1)")


def run_mcp(args: argparse.Namespace) -> int:
    """Answer assistants until stopped; exit 1 when the settings do not hold or the port is taken.

    It only reads: `ayan serve` brings the database up to date and has the worker.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        from ayan.cli import web_server

        web_server.serve(args.host, args.port, allowed(args.workers), assistants=True)
    except OSError as fault:
        return port_refused(args.host, args.port, fault)
    return 0


VERBS: Final = (Verb("mcp", "answer assistants by the Model Context Protocol, at /mcp", run_mcp, mcp_arguments),)
