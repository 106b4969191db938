"""The form of a source: what was typed into it, and what its page is drawn with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import QueryDict

from ayan.apps.accounts.units import standing
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources.labels import EVERY, PERIODS
from ayan.apps.sources.models import Source
from ayan.apps.sources.source_type import CODE_HINT, SourceForm, SourceType
from ayan.core.store.correction_reason import CORRECTION_REASONS, USUAL
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.component_parts import FormBox, FormProblem
from ayan.wiring import city

KEPT: Final = Label(
    "نوشته شده و نگه داشته است. برای عوض کردن دوباره بنویسید؛ خالی بماند همان می‌ماند.",
    "One is kept. Enter another to change it; left empty it stays.",
)


def wanted(post: QueryDict, kind: str) -> SourceForm:
    """What was typed into the form."""
    return SourceForm(
        name=post.get("name", ""),
        slug=post.get("slug", "").strip(),
        kind=kind,
        unit=post.get("unit", ""),
        datasets=post.getlist("datasets"),
        where=post.get("where", ""),
        query=post.get("query", ""),
        secret=post.get("secret", ""),
        entered=post.get("entered", ""),
        plain=post.get("plain") == "1",
        period=post.get("period", "given"),
        every=number(post.get("every", "")),
        sends=post.get("sends") == "1",
        reason=post.get("reason", USUAL),
    )


def context(
    lang: Lang, post: QueryDict, described: SourceType, source: Source | None, refusal: DeskRefused | None
) -> dict[str, Any]:
    """What the page of the form is drawn with: what was typed, else what holds of the source."""
    values = _values(post, source)
    whole = Label("همهٔ شهرداری", "The whole municipality")
    periods = [period for period in PERIODS if period != "given" and (described.names_files or period != "name")]
    chosen = post.getlist("datasets") if post else source.datasets if source else []
    return {
        "type": described,
        "source": source,
        "notes": described.notes(),
        "choice_fields": [(field, values.get(field.name, "")) for field in described.choice_fields()],
        "tick_fields": [(field, values.get(field.name) == "1") for field in described.tick_fields],
        "problems": [FormProblem(refusal.of(lang), refusal.field)] if refusal else [],
        "boxes": _boxes(lang, values, described, source, refusal),
        "units": [("", whole.of(lang)), *((unit.slug, unit.name.of(lang)) for unit in standing())],
        "datasets": [(dataset.slug, dataset.title.of(lang)) for dataset in city.current().registry.all()],
        "periods": [(period, PERIODS[period].of(lang)) for period in periods],
        "rhythms": [(str(minutes), label.of(lang)) for minutes, label in EVERY.items()],
        "reasons": [(code, label.of(lang)) for code, label in CORRECTION_REASONS.items()],
        "chosen": {"reason": USUAL, **values, "datasets": chosen},
        "sends": values.get("sends") == "1" if post or source else True,
    }


def _values(post: QueryDict, source: Source | None) -> dict[str, str]:
    """The texts of the form; never those of a secret."""
    if post or source is None:
        return {name: str(text) for name, text in post.items() if name != "entered"}
    return {
        "name": source.name,
        "where": source.where,
        "query": source.query,
        "secret": source.secret,
        "plain": "1" if source.plain else "",
        "unit": source.unit,
        "period": source.period,
        "every": str(source.every),
        "reason": source.reason,
        "sends": "1" if source.sends else "",
    }


def _boxes(
    lang: Lang, values: Mapping[str, str], described: SourceType, source: Source | None, refusal: DeskRefused | None
) -> list[FormBox]:
    def box(
        name: str, label: Label, hint: Label, *, code: bool = True, required: bool = True, secret: bool = False
    ) -> FormBox:
        wrong = refusal.of(lang) if refusal and refusal.field == name else ""
        kept = KEPT if secret and source is not None and source.locked else hint
        return FormBox(
            name, label.of(lang), values.get(name, ""), kept.of(lang), wrong,
            code=code, required=required, secret=secret, fill="new-password" if secret else "",
        )  # fmt: skip

    named = box("name", Label("نام", "Name"), Label("مانند «سامانهٔ مالی»", "Like “Finance system”"), code=False)
    own = [
        box(field.name, field.label, field.hint, required=field.required, secret=field.secret)
        for field in described.text_fields
    ]
    return [named, *([] if source else [box("slug", Label("شناسه", "Code"), CODE_HINT)]), *own]


def number(text: str) -> int:
    """A whole number as people type it; 0 for anything else."""
    bare = to_latin(text).strip()
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 7 else 0
