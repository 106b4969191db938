"""ayan witness DIR: watch that other cities' logs only grow, and cosign what they publish."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from ayan.cli.limits import SILENT_SECONDS
from ayan.cli.report_text import say
from ayan.cli.verb import Verb, local, port_refused
from ayan.core.ledger.limits import LARGEST_REQUEST
from ayan.core.ledger.note import COSIGNATURE, BadNoteKey, Signer, Verifier
from ayan.core.ledger.remote_checkpoints import PATH, WitnessReply
from ayan.core.ledger.signing_key import make_key, read_key
from ayan.core.ledger.witness import Witness, read_logs
from ayan.core.values.clock import SystemClock
from ayan.core.values.label import Label

KEY: Final = "key"
LOGS: Final = "logs"
SEEN: Final = "seen"


def witness_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan witness``."""
    parser.add_argument("dir", type=local, metavar="DIR", help="holds the key, the logs and what was seen of them")
    parser.add_argument("--name", metavar="NAME", help="a new witness's name: an address without https://")
    parser.add_argument("--log", action="append", default=[], metavar="KEY", help="watch a log, by its public key")
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS")
    parser.add_argument("--port", type=int, default=7380, metavar="N")
    parser.add_argument("--no-serve", action="store_true", help="only make the key and note the logs")


def run_witness(args: argparse.Namespace) -> int:
    """Serve until stopped; exit 1 when there is no key and no name for one, or a key cannot be used."""
    try:
        witness = open_witness(args.dir, args.name, [Verifier.parse(text) for text in args.log])
    except BadNoteKey as fault:
        say(Label("کلید پذیرفته نشد: {fault}", "The key is refused: {fault}").format(fault=fault), error=True)
        return 1
    if witness is None:
        say(Label("برای گواه تازه نامی بدهید: --name", "Give the new witness a name: --name"), error=True)
        return 1
    print(witness.signer.verifier)
    for log in witness.logs:
        last = witness.last(log.name)
        size = last.size if last else 0
        say(Label("{name}: {size} برگ دیده شده است", "{name}: {size} leaves seen").format(name=log.name, size=size))
    if args.no_serve:
        return 0
    try:
        with serving(witness, args.host, args.port) as server:
            at = f"http://{args.host}:{server.server_port}{PATH}"
            say(Label("گواه برپاست: {at}", "The witness is up: {at}").format(at=at))
            sys.stdout.flush()
            server.serve_forever()
    except OSError as fault:
        return port_refused(args.host, args.port, fault)
    return 0


def open_witness(folder: Path, name: str | None, logs: Sequence[Verifier]) -> Witness | None:
    """The witness that stands in ``folder``, made there when it is new; None when it is new and has no name.

    ``logs`` are added to those that it watches. Raises BadNoteKey for a key or a list of logs that cannot be used.
    """
    key = folder / KEY
    if not key.exists() and name is None:
        return None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    signer: Signer = read_key(key) if key.exists() else make_key(key, str(name), COSIGNATURE)
    if name not in (None, signer.name):
        raise BadNoteKey(f"the witness in {folder} is called {signer.name}")
    known = read_logs(folder / LOGS)
    new = [log for log in logs if log not in known]
    if new:
        with (folder / LOGS).open("a", encoding="utf-8") as file:
            file.writelines(f"{log}\n" for log in new)
    return Witness(folder / SEEN, signer, [*known, *new], SystemClock())


@contextmanager
def serving(witness: Witness, host: str, port: int) -> Iterator[ThreadingHTTPServer]:
    """A small HTTP server for a witness; TLS is for whatever stands in front of it. Raises OSError."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "ayan-witness"
        sys_version = ""
        timeout = SILENT_SECONDS

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != PATH or not length.isdecimal() or int(length) > LARGEST_REQUEST:
                # What is left of the request would be taken for the next one.
                self.close_connection = True
                self._answer(WitnessReply(404 if self.path != PATH else 413, "text/plain", b"\n"))
                return
            self._answer(witness.add_checkpoint(self.rfile.read(int(length))))

        def do_GET(self) -> None:
            if self.path != "/":
                self._answer(WitnessReply(404, "text/plain", b"\n"))
                return
            self._answer(WitnessReply(200, "text/plain", about_witness(witness).encode()))

        def _answer(self, reply: WitnessReply) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
            """Say nothing: a line for each request would only fill the operator's disk."""

    with ThreadingHTTPServer((host, port), Handler) as server:
        server.daemon_threads = True
        yield server


def about_witness(witness: Witness) -> str:
    """What the witness says of itself to whoever opens its address: its key, and the last tree of each log."""
    lines = [str(witness.signer.verifier), ""]
    for name in dict.fromkeys(log.name for log in witness.logs):
        last = witness.last(name)
        lines.append(last.text.decode() if last else f"{name}\n0\n")
    return "\n".join(lines)


VERBS: Final = (Verb("witness", "cosign the logs of others (C2SP tlog-witness)", run_witness, witness_arguments),)
