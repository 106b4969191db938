"""A witness of the invented city, which runs beside it on the same machine and by the same clock.

It shows how witnesses work and proves nothing: its key, as the city's, can be computed by everybody.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from typing import Final

from ayan.cli.witness import KEY, LOGS, SEEN, serving
from ayan.core.ledger.note import COSIGNATURE, Signer, parse_note
from ayan.core.ledger.remote_checkpoints import WitnessReply, cosignature
from ayan.core.ledger.trust_policy import PolicyWitness
from ayan.core.ledger.witness import Witness
from ayan.core.system.files import PRIVATE_FOLDER, creating, make_folder, write
from ayan.wiring import ledger
from ayan.wiring.city import City

NAME: Final = "witness.demo.ayan.invalid"
PORT: Final = 7380
FOLDER: Final = "witness"
HOST: Final = "127.0.0.1"


def settle_in(city: City) -> None:
    """Let the witness stand in the city's folder, laid out as `ayan witness` does, and cosign the log as it is.

    Nothing happens where the city has witnesses already, or no log.
    """
    if (city.home / ledger.POLICY).exists() or city.log is None:
        return
    folder = city.home / FOLDER
    make_folder(folder, mode=PRIVATE_FOLDER)
    if not (folder / KEY).exists():
        with creating(folder / KEY) as file:
            file.write(f"{_signer().secret}\n".encode())
    write(folder / LOGS, f"{city.log.verifier}\n".encode())
    known = PolicyWitness(NAME, _signer().verifier, f"http://{HOST}:{PORT}")
    text = f"witness {known.name} {known.key} {known.url}\nquorum none\n"
    write(city.home / ledger.POLICY, text.encode())
    witness, log = _opened(city), city.transparency_log.log
    signed = log.checkpoint()

    def post(_url: str, body: bytes, _seconds: float) -> WitnessReply:
        return witness.add_checkpoint(body)

    log.cosign(parse_note(signed).text, [cosignature(log, known, signed, post)])


@contextmanager
def standing(city: City) -> Iterator[bool]:
    """Serve the witness while the block lasts; whether it could be: its port may be taken, or it is not there."""
    if not (city.home / FOLDER / KEY).exists():
        yield False
        return
    with ExitStack() as stack:
        try:
            server = stack.enter_context(serving(_opened(city), HOST, PORT))
        except OSError:
            yield False
            return
        thread = threading.Thread(target=server.serve_forever, name="witness", daemon=True)
        thread.start()
        try:
            yield True
        finally:
            server.shutdown()
            thread.join()


def _opened(city: City) -> Witness:
    return Witness(city.home / FOLDER / SEEN, _signer(), ledger.all_keys(city.home), city.clock)


def _signer() -> Signer:
    return Signer(NAME, sha256(b"ayan: this witness is invented, and everybody has its key\n").digest(), COSIGNATURE)
