"""Verifying what stands beside a log: every declaration and every part of a diary, held against its leaf."""

from __future__ import annotations

from typing import Final

from ayan.core.transparency.accountability import declaration_path, published
from ayan.core.transparency.evidence import Files, Unreachable
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.transparency.log_verification import LOG
from ayan.core.transparency.release_verification import VerificationReport
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.label import Label

_MISSING: Final = Label(
    "دفتر می‌گوید این نوشته همگانی است، ولی اینجا نیست.", "The log says that this is published, and it is not here."
)
_DIFFERS: Final = Label(
    "این همان نوشته‌ای نیست که دفتر اثر انگشتش را دارد.", "This is not the text whose digest the log holds."
)
_SIZE: Final = Label(
    "برگ می‌گوید {stated} بایت دارد، ولی {size} بایت است.", "The leaf says {stated} bytes, and there are {size}."
)


def check_published(evidence: Files, history: LogHistory, report: VerificationReport) -> None:
    """Compute the digest of everything again that the log says is published beside it."""
    stated: dict[str, list[tuple[int, int | None]]] = {}
    for index, said in history.declared.items():
        if said.digest:
            # One text may have several leaves, as when a declaration came back.
            stated.setdefault(declaration_path(said.digest), []).append((index, said.size))
    sound = True
    for path, digest in published(history).items():
        kind, where = "declaration" if path in stated else "diary", f"{LOG}/{path}"
        try:
            body = evidence.get(where)
        except (FileNotFoundError, Unreachable):
            report.add("broken", where, _MISSING, f"{kind}-missing")
            sound = False
            continue
        if sha256_hex(body) != digest:
            report.add("broken", where, _DIFFERS, f"{kind}-differs")
            sound = False
            continue
        for index, size in stated.get(path, ()):
            if size != len(body):
                words = _SIZE.format(stated=size, size=len(body))
                report.add("broken", f"{LOG}/{index}", words, "declaration-size")
                sound = False
    if sound and history.declared:
        standing = sum(said.digest is not None for said in history.declarations.values())
        report.add(
            "holds",
            f"{LOG}/declarations",
            Label(
                "{standing} اعلام شهر، با {earlier} نوشتهٔ پیشین، همان است که دفتر می‌گوید.",
                "{standing} declarations of the city, with {earlier} earlier texts, are what the log says.",
            ).format(standing=standing, earlier=len(history.declared) - standing),
        )
    if sound and history.diary:
        report.add(
            "holds",
            f"{LOG}/diary",
            Label(
                "دفتر روزانهٔ {count} روز همان است که مهر شد (تا {last}).",
                "The diary of {count} days is what was sealed (up to {last}).",
            ).format(count=len(history.diary), last=history.diary[-1].day),
        )
