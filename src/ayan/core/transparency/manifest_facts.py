"""What a manifest states beside its files, held against the log and against itself: nothing is taken on its word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from ayan.core.store.manifest import content_digest
from ayan.core.store.objects import PartFacts
from ayan.core.transparency.entries.parsing import CODE, is_digest, matches
from ayan.core.transparency.evidence import MANIFEST
from ayan.core.transparency.limits import AHEAD
from ayan.core.transparency.log_rules import ReleaseHistory
from ayan.core.values.canonical import Json
from ayan.core.values.label import Label
from ayan.core.values.text import fold_joined

_APART: Final = {
    "sealed-at": Label(
        "زمان مهر در شناسنامه با ثبت عمومی سازگار نیست.", "The manifest states another time than the log."
    ),
    "supersedes": Label(
        "شناسنامه جای انتشار دیگری را می‌گیرد جز آنچه ثبت عمومی می‌گوید.",
        "The manifest takes the place of another release than the log says.",
    ),
    "reason": Label(
        "شناسنامه علت اصلاح را درست نمی‌گوید: هر اصلاح یک علت دارد و انتشار نخست هیچ.",
        "The manifest does not state its reason rightly: every correction has one, and a first release has none.",
    ),
    "rows-root": Label(
        "ریشهٔ ردیف‌ها در شناسنامه همان ثبت عمومی نیست.", "The manifest states another rows root than the log."
    ),
    "version": Label("نسخهٔ شناسنامه با شماره و پاک‌شدن‌ها سازگار نیست.", "The manifest's version is not its own."),
    "erasures": Label(
        "پاک‌شدن‌هایی که شناسنامه می‌گوید همان نیست که در ثبت عمومی هست.",
        "The erasures that the manifest tells of are not those of the log.",
    ),
    "approvals": Label(
        "تأییدها درست نیست: هر انتشار دست‌کم یک تأیید از کسی جز فرستنده دارد، پیش از مهر و برای همین محتوا.",
        "The approvals are not right: one at least, not the sender's, before the seal, of this very content.",
    ),
}


@dataclass(frozen=True, slots=True)
class ReleaseFault:
    """Something wrong with a release: a stable code, the file it is about (empty for all of it), and words.

    One that is not ``broken`` could not be looked at and is only said.
    """

    code: str
    file: str
    what: Label
    broken: bool = True


def contradictions(manifest: Mapping[str, Any], history: ReleaseHistory) -> Iterator[ReleaseFault]:
    """Whatever a manifest says otherwise than the log does of its release.

    Raises KeyError, TypeError, ValueError or AttributeError for a manifest that no Ayan would have written.
    """
    facts = manifest["ayan"]
    erasures, seal = facts.get("erasures", []), history.sealed
    holds: dict[str, bool] = {
        "sealed-at": facts["sealed_at"] == seal.at == manifest["created"],
        "supersedes": facts["supersedes"] == seal.supersedes,
        "reason": _is_reasoned(facts),
        "rows-root": (facts["commitments"] or {}).get("rows_root") == seal.rows_root,
        "version": manifest["version"] == f"{seal.number}.{len(erasures)}.0",
        "erasures": _are_logged(erasures, history),
        "approvals": _are_approvals(facts),
    }
    for code, right in holds.items():
        if not right:
            yield ReleaseFault(code, MANIFEST, _APART[code])


def _is_reasoned(facts: Mapping[str, Any]) -> bool:
    """Whether a correction states why, and nothing else does; older manifests have no such member."""
    if "reason" not in facts:
        return True
    reason = facts["reason"]
    if reason is None or facts["supersedes"] is None:
        return reason is None and facts["supersedes"] is None
    digest = reason["reason_digest"]
    return (
        set(reason) == {"code", "reason_digest"}
        and matches(CODE, reason["code"])
        and (digest is None or is_digest(digest))
    )


def _are_logged(erasures: Sequence[Mapping[str, Any]], history: ReleaseHistory) -> bool:
    """Whether each erasure has its leaf, names the manifest before it, and none takes a row twice."""
    acts = [act for act in history.acts if act.act != "withdrawn"]
    runs = sorted(tuple(run) for erasure in erasures for run in erasure["rows"])
    return (
        len(acts) == len(erasures) + 1
        and all(
            (erasure["before"], erasure["at"], erasure["code"], erasure["reason_digest"])
            == (f"sha256:{before.manifest}", own.at, own.code, own.reason_digest)
            and erasure["count"] == sum(last - first + 1 for first, last in erasure["rows"])
            for erasure, (before, own) in zip(erasures, pairwise(acts), strict=True)
        )
        and all(0 <= first <= last for first, last in runs)
        and all(last < first for (_, last), (first, _) in pairwise(runs))
    )


def _are_approvals(facts: Mapping[str, Any]) -> bool:
    """Whether the approvals bind to what is there; after an erasure nobody can tell, and no digest stands."""
    content = None if facts.get("erasures") else facts["content"]
    sender = fold_joined(facts["sent_by"])
    return (
        bool(facts["approvals"])
        and facts["content"] == content
        and (content is None or is_digest(content))
        and all(
            approval["digest"] == content
            and fold_joined(approval["by"]) not in ("", sender)
            and datetime.fromisoformat(approval["at"]) <= datetime.fromisoformat(facts["sealed_at"]) + AHEAD
            for approval in facts["approvals"]
        )
    )


def content_of(manifest: Mapping[str, Any], rows: Sequence[int]) -> str | None:
    """The digest that people approved, from what a manifest states and how many ``rows`` each of its parts has.

    None where it does not follow from that: after an erasure, and where somebody waived a privacy hit, of which the
    manifest tells no more than how many.
    """
    facts = manifest["ayan"]
    if facts.get("erasures") or facts.get("waivers"):
        return None
    stated: dict[str, Json] = {
        "dataset": facts["dataset"],
        "period": facts["period"],
        "declaration": facts["declaration"],
        "source": facts["source"]["commitment"],
        "totals": facts["totals"],
        "rows_left_out": facts["rows_left_out"],
        "partial": facts["partial"]["reason"] if facts["partial"] else None,
    }
    stated |= {name: facts[name] for name in ("overrides", "corrections") if facts.get(name)}
    parts = [
        PartFacts(part["path"], part["bytes"], part["hash"].removeprefix("sha256:"), count, ())
        for part, count in zip(manifest["resources"], rows, strict=True)
    ]
    return content_digest(parts, stated)
