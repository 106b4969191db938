"""The list that seals a static copy: every file with its digest, under the log's signature, and a folder held to it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ayan.core.ledger.note import BadNote, NotSigned, SignedNote, Signer, parse_note, signed_by
from ayan.core.ledger.trust_policy import Policy
from ayan.core.store.manifest import beside
from ayan.core.transparency.evidence import LIST, MANIFEST
from ayan.core.transparency.release_verification import VerificationReport
from ayan.core.values.canonical import sha256_file, sha256_hex
from ayan.core.values.label import Label

NOTE: Final = "export.note"
# What people and their programs read; of these the log itself vouches for the manifests in the folders of releases.
_READ: Final = re.compile(
    r".*\.(html?|xhtml|csv|json|ndjson|geojson|atom|xml|xlsx|svg|pdf|docx|png|js|css)|(.*/)?document-[0-9a-f]{64}",
    re.IGNORECASE,
)
_SEALED: Final = re.compile(r"api/v1/datasets/[^/]+/releases/[^/]+/[^/]+/(datapackage|tombstone)\.json")
HEAD: Final = "ayan static copy v1"
"""The first line of the signed text. No log may be named so, for names have no spaces: the text is no checkpoint."""


def is_copy(folder: Path) -> bool:
    """Whether a folder is an earlier copy, by the two files that only a finished one has."""
    return (folder / LIST).is_file() and (folder / NOTE).is_file()


def seal_copy(folder: Path, facts: Mapping[str, Any], signer: Signer) -> None:
    """Write the list of every file that stands in ``folder``, with ``facts`` before it, and the signature under it."""
    files = [{"path": name, "bytes": path.stat().st_size, "sha256": sha256_file(path)} for name, path in _files(folder)]
    text = (json.dumps({**facts, "files": files}, ensure_ascii=False, indent=1) + "\n").encode()
    signed = _signed(signer.name, sha256_hex(text))
    (folder / LIST).write_bytes(text)
    (folder / NOTE).write_bytes(bytes(SignedNote(signed, (signer.sign(signed),))))


def check_copy(folder: Path, policy: Policy, report: VerificationReport) -> None:
    """Hold every file of a folder against its list, and the list against the signature of a log that is believed."""
    if not (folder / LIST).exists() and not (folder / NOTE).exists():
        read = ((name, path) for name, path in _files(folder) if _READ.fullmatch(name))
        unsigned = next((name for name, path in read if not _sealed(name, path)), "")
        if unsigned:
            words = Label(
                "این پوشه صفحه یا سند دارد و فهرست امضاشده‌اش نیست. نسخه‌ای که بی‌فهرست باشد دست خورده است: {name}",
                "The folder has pages or documents, and no signed list of them. A copy without its list was tampered "
                "with: {name}",
            )
            report.add("broken", LIST, words.format(name=unsigned), "list-missing")
        else:
            words = Label(
                "این پوشه فقط ثبت عمومی و پرونده‌های مهرشده را دارد و صفحه‌ای در آن نیست.",
                "The folder has the log and sealed files alone, and no pages.",
            )
            report.add("note", LIST, words)
        return
    try:
        text, note = (folder / LIST).read_bytes(), parse_note((folder / NOTE).read_bytes())
        _check_signed(text, note, policy)
        listed = _listed(text)
    except FileNotFoundError as error:
        name = Path(str(error.filename)).name
        report.add("broken", name, Label("پرونده نیست.", "The file is missing."))
        return
    except (BadNote, NotSigned, ValueError) as error:
        report.add(
            "broken",
            LIST,
            Label("فهرست پرونده‌ها پذیرفته نیست: {error}", "The list of files is refused: {error}").format(error=error),
        )
        return
    _compare(folder, listed, report)


def _sealed(name: str, path: Path) -> bool:
    """Whether a file is held against the log by itself: a manifest, or what the manifest in its folder names."""
    if _SEALED.fullmatch(name):
        return True
    manifest = path.with_name(MANIFEST)
    if not _SEALED.fullmatch(f"{name.rpartition('/')[0]}/{MANIFEST}") or not manifest.is_file():
        return False
    try:
        return path.name in beside(json.loads(manifest.read_bytes()))
    except (ValueError, LookupError, TypeError, AttributeError):
        # What is no manifest names nothing; that it is none is told elsewhere.
        return False


def _compare(folder: Path, listed: Mapping[str, tuple[int, str]], report: VerificationReport) -> None:
    present = {name: path for name, path in _files(folder) if name not in (LIST, NOTE)}
    wrong = 0
    for name in sorted(listed.keys() | present.keys()):
        path = present.get(name)
        if path is None:
            what = Label("در فهرست هست و در پوشه نیست.", "The list has it, and the folder does not.")
        elif name not in listed:
            what = Label("در پوشه هست و در فهرست نیست.", "The folder has it, and the list does not.")
        elif path.is_symlink() or (path.stat().st_size, sha256_file(path)) != listed[name]:
            what = Label("همان نیست که امضا شد.", "It is not what was signed.")
        else:
            continue
        wrong += 1
        report.add("broken", name, what)
    if not wrong:
        count = len(listed)
        report.add(
            "holds",
            LIST,
            Label("{count} پرونده، همان‌که امضا شد.", "{count} files, as they were signed.").format(count=count),
        )


def _check_signed(text: bytes, note: SignedNote, policy: Policy) -> None:
    signers = signed_by(note, policy.logs)
    if not any(note.text == _signed(verifier.name, sha256_hex(text)) for verifier, _ in signers):
        raise NotSigned("no log that is believed has signed it")


def _signed(origin: str, digest: str) -> bytes:
    return f"{HEAD}\n{origin}\nsha256:{digest}\n".encode()


def _listed(text: bytes) -> dict[str, tuple[int, str]]:
    """Path → size and digest; ValueError for anything that is not such a list."""
    try:
        return {str(entry["path"]): (int(entry["bytes"]), str(entry["sha256"])) for entry in json.loads(text)["files"]}
    except (KeyError, TypeError) as error:
        raise ValueError("it is not a list of files") from error


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below ``folder``, links among them, by its path there, in one order on every machine."""
    root = str(folder)
    files: list[tuple[str, Path]] = []
    for at, folders, names in os.walk(root):
        links = [name for name in folders if os.path.islink(os.path.join(at, name))]  # noqa: PTH114, PTH118 - a hundred thousand times
        paths = [os.path.join(at, name) for name in (*names, *links)]  # noqa: PTH118 - likewise
        files += [(path[len(root) + 1 :].replace(os.sep, "/"), Path(path)) for path in paths]
    yield from sorted(files)
