"""Verifying what stands beside a log: every declaration and every part of a diary, held against its leaf."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from ayan.core.schema.definition import MAIN
from ayan.core.transparency.evidence import Evidence
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.transparency.log_verification import LOG
from ayan.core.transparency.published_texts import declaration_path, is_canonical, published
from ayan.core.transparency.release_verification import VerificationReport
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.label import Label

_MISSING: Final = Label(
    "ثبت عمومی می‌گوید این نوشته همگانی است، ولی اینجا نیست.", "The log says that this is published, and it is not here."
)
_DIFFERS: Final = Label(
    "این همان نوشته‌ای نیست که ثبت عمومی اثر انگشتش را دارد.", "This is not the text whose digest the log holds."
)
_MALFORMED: Final = Label(
    "این نوشته به صورتی نیست که هر اعلام و هر روز دارد (canonical JSON).",
    "This text is not written as every declaration and every day is (canonical JSON).",
)
_SIZE: Final = Label(
    "برگ می‌گوید {stated} بایت دارد، ولی {size} بایت است.", "The leaf says {stated} bytes, and there are {size}."
)
_UNDECLARED: Final = Label(
    "شناسنامه از اعلامی می‌گوید که هنگام مهر در ثبت عمومی نبود.",
    "The manifest names a declaration that the log did not hold when it was sealed.",
)
_DATASETS: Final = "datasets"


def check_published(
    evidence: Evidence, history: LogHistory, report: VerificationReport, only: Collection[str] | None = None
) -> dict[str, bytes]:
    """Compute the digest of everything again that the log says is published beside it, or of ``only`` some of it.

    What is named by ``only`` stands under the log's address. Returns the texts of declarations that are what the log
    says, by digest (hex).
    """
    sizes: dict[str, list[tuple[int, int | None]]] = {}
    for index, said in history.declared.items():
        if said.digest:
            # One text may have several leaves, as when a declaration came back.
            sizes.setdefault(declaration_path(said.digest), []).append((index, said.size))

    def look(wanted: tuple[str, str]) -> tuple[VerificationReport, bytes | None]:
        path, digest = wanted
        return _published(evidence, path, digest, sizes.get(path))

    wanted = {path: digest for path, digest in published(history).items() if only is None or path in only}
    texts: dict[str, bytes] = {}
    sound = True
    for digest, (own, text) in zip(wanted.values(), evidence.each(look, list(wanted.items())), strict=True):
        report.findings += own.findings
        sound = sound and own.holds
        if text is not None:
            texts[digest] = text
    if sound and only is None:
        _tell(history, report)
    return texts


def _published(
    evidence: Evidence, path: str, digest: str, sizes: Sequence[tuple[int, int | None]] | None
) -> tuple[VerificationReport, bytes | None]:
    """What is wrong with a text, and the text of a declaration that is what its digest says.

    ``sizes`` are those that leaves state of a declaration, by their index; None for a part of the diary.
    """
    report, where = VerificationReport(), f"{LOG}/{path}"
    kind = "diary" if sizes is None else "declaration"
    try:
        body = evidence.get(where)
    except FileNotFoundError:
        report.add("broken", where, _MISSING, f"{kind}-missing")
        return report, None
    if sha256_hex(body) != digest:
        report.add("broken", where, _DIFFERS, f"{kind}-differs")
        return report, None
    if not is_canonical(body):
        report.add("broken", where, _MALFORMED, f"{kind}-malformed")
        return report, None
    for index, size in sizes or ():
        if size != len(body):
            words = _SIZE.format(stated=size, size=len(body))
            report.add("broken", f"{LOG}/{index}", words, "declaration-size")
    return report, None if sizes is None else body


def _tell(history: LogHistory, report: VerificationReport) -> None:
    """That all of it is as the log says."""
    if history.declared:
        standing = sum(said.digest is not None for said in history.declarations.values())
        report.add(
            "holds",
            f"{LOG}/declarations",
            Label(
                "{standing} اعلام شهر، با {earlier} نوشتهٔ پیشین، همان است که ثبت عمومی می‌گوید.",
                "{standing} declarations of the city, with {earlier} earlier texts, are what the log says.",
            ).format(standing=standing, earlier=len(history.declared) - standing),
        )
    if history.diary:
        report.add(
            "holds",
            f"{LOG}/diary",
            Label(
                "گزارش روزانهٔ {count} روز همان است که مهر شد (تا {last}).",
                "The diary of {count} days is what was sealed (up to {last}).",
            ).format(count=len(history.diary), last=history.diary[-1].day),
        )


def check_declared(
    history: LogHistory, texts: Mapping[str, bytes], stated: Mapping[str, object], report: VerificationReport
) -> None:
    """Hold the digest that each release states of its declaration (``stated``, by ref) against what the log held then.

    It is a word only: a declaration may be edited between the draft of a release and its seal. Releases that were
    sealed before their dataset was declared in the log say nothing.
    """
    states = _states(history, texts)
    for ref, digest in sorted(stated.items()):
        sealed = history.releases[ref]
        known = [state for index, state in states.get(sealed.sealed.dataset, ()) if index < sealed.index]
        if known and digest not in known:
            report.add("note", ref, _UNDECLARED, "declaration-unlogged")


def _states(history: LogHistory, texts: Mapping[str, bytes]) -> dict[str, list[tuple[int, str]]]:
    """By dataset, the digests of its declaration that the log knows, each with the index from which on it stood."""
    standing: dict[str, dict[str, str]] = {}
    states: dict[str, list[tuple[int, str]]] = {}
    for index, said in history.declared.items():
        folder, _, rest = said.path.partition("/")
        slug, _, name = rest.partition("/")
        if folder != _DATASETS or not _makes_up(name):
            continue
        files = standing.setdefault(slug, {})
        files.pop(name, None)
        if said.digest is not None:
            files[name] = said.digest
        if MAIN in files and all(digest in texts for digest in files.values()):
            whole = canonical_json({name: json.loads(texts[digest]) for name, digest in files.items()})
            states.setdefault(slug, []).append((index, sha256_hex(whole)))
    return states


def _makes_up(name: str) -> bool:
    """Whether a file of a dataset's folder is a part of what manifests call its declaration."""
    room, _, rest = name.partition("/")
    return name == MAIN or (room in ("codes", "sources") and "/" not in rest)
