"""Checking words before they are public: an officer lets each text be read, whole or with parts taken out, or not.

What somebody wrote stays as it was, encrypted; what everybody may read stands beside it. Nobody's words are changed:
a part is taken out and the gap says so, with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.counter import rules
from ayan.apps.counter.case_encryption import open_text
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.copy_models import TO_JUDGE
from ayan.apps.counter.filing import SUMMARY
from ayan.apps.counter.limits import LONGEST_PLACE, MOST_CUTS
from ayan.apps.counter.models import Case, CaseEntry, CaseValue, FileCopy
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_words import CaseStage
from ayan.core.values import locale
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.personal_words import personal_words
from ayan.wiring import city

CHECKED: Final = "checked"
HIDDEN: Final = "hidden"
SHOWN: Final = "shown"
"""The entries that tell of moderation; ``facts`` of them are reason codes and counts alone."""

CUT_REASONS: Final[Mapping[str, Label]] = {
    "personal": Label("دادهٔ شخصی", "personal data"),
    "others": Label("حریم شخص دیگر", "the privacy of another person"),
    "insult": Label("توهین", "an insult"),
    "secret": Label("اطلاعات حفاظت‌شده", "protected information"),
}
"""Why a part of a text, or all of it, is taken out."""
HIDE_REASONS: Final[Mapping[str, Label]] = {
    "personal": Label("همهٔ آن دادهٔ شخصی است", "All of it is personal data"),
    "insult": Label("توهین یا تهدید", "Insult or threat"),
    "spam": Label("تبلیغ یا متن بی‌ربط", "Advertising, or nothing to the point"),
    "order": Label("دستور مرجع قضایی", "The order of a court"),
    "person": Label("خواست درخواست‌کننده", "The person wishes it"),
}
"""Why a case is hidden from the public."""

GAP: Final = Label("[حذف شد: {why}]", "[removed: {why}]")
OPEN, CLOSE = "[[", "]]"
_MARKED: Final = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


class WordsChanged(DeskRefused):
    """The text that came back is not the one that was shown."""

    code = "words-changed"
    fa = "متن کسی را نمی‌شود عوض کرد. فقط دور بخشی که باید برداشته شود [[ و ]] بگذارید."
    en = "Nobody’s words are changed. Only put [[ and ]] round what is to be taken out."
    status = 422


@dataclass(frozen=True, slots=True)
class PublicText:
    """A text that everybody may read once it is checked. ``key`` names its field or entry, ``entry`` is None for one of
    the form; ``marked`` is it with what is to be taken out in brackets.
    """

    key: str
    title: Label
    original: str
    marked: str
    public: str
    checked: bool
    suggested: int
    entry: CaseEntry | None = None


@dataclass(frozen=True, slots=True)
class TextVerdict:
    """What an officer said of one text: the text with its marks, why they are taken out, or that all of it is."""

    marked: str
    reason: str = ""
    withheld: bool = False


def waiting(actor: User) -> QuerySet[Case]:
    """The cases with words or attachments that nobody has checked yet and that will be public: the oldest first."""
    kinds = rules.kinds().sound.values()
    never = [kind.code for kind in kinds if kind.publication == "never"]
    closed = [kind.code for kind in kinds if kind.publication == "closed"]
    unchecked = CaseEntry.objects.filter(shown=True, checked=False).exclude(locked="").values("case")
    unseen = FileCopy.objects.filter(state__in=TO_JUDGE).values("file__case")
    cases = Case.objects.filter(policy.within(actor, "case.moderate", unit="office"), hidden="")
    # Kinds are left out rather than asked for: what waits is few among many, and found by its own indexes.
    cases = cases.filter(Q(checked_at=None) | Q(pk__in=unchecked) | Q(pk__in=unseen)).exclude(kind__in=never)
    cases = cases.exclude(Q(kind__in=closed) & ~Q(stage=CaseStage.CLOSED)) if closed else cases
    return cases.order_by("received_at", "pk")


def texts_of(case: Case, kind: CaseKind) -> list[PublicText]:
    """The texts of a case that become public, in their order: those of the form, then those of the history."""
    kept = {value.field: value for value in case.values.filter(privacy="public")}
    texts = []
    for each in kind.fields:
        value = kept.get(each.code)
        if value is not None and each.privacy == "public":
            words = _of_choice(each.choices, open_text(value.locked), case.lang)
            texts.append(_text(f"field-{each.code}", each.title, words, value.public, value.checked))
    for entry in case.entries.filter(shown=True).exclude(locked="").order_by("number"):
        step = kind.step(entry.step)
        title = step.done if step is not None else Label(entry.step, entry.step)
        texts.append(_text(f"entry-{entry.number}", title, open_text(entry.locked), entry.public, entry.checked, entry))
    return texts


def let_public(actor: User, case: Case, verdicts: Mapping[str, TextVerdict]) -> None:
    """Let the texts of a case be public, as they are marked. Raises Denied, and DeskRefused with the field of a text.

    Every text must have its verdict: what came in meanwhile was not read, and is not let through.
    """
    policy.require(actor, "case.moderate", about(case))
    kind = rules.kind_of(case)
    if kind.publication == "never":
        raise DeskRefused("از این نوع چیزی منتشر نمی‌شود.", "Nothing of this kind is published.")
    with transaction.atomic():
        held = Case.objects.select_for_update().get(pk=case.pk)
        texts = texts_of(held, kind)
        if {text.key for text in texts} != set(verdicts):
            raise DeskRefused(
                "پس از باز شدن این صفحه متنی افزوده شده است. متن‌های تازه را ببینید و دوباره بفرستید.",
                "A text was added since the page was opened. Look at what is new and send it again.",
            )
        public = {text.key: public_of(text, verdicts[text.key], held.lang) for text in texts}
        cuts: Counter[str] = Counter()
        for text in texts:
            words, count = public[text.key]
            if count:
                cuts[verdicts[text.key].reason] += count
            _keep(held, text, words)
        clock = city.current().clock
        held.checked_at = clock.now()
        if f"field-{SUMMARY}" in public:
            held.summary = public[f"field-{SUMMARY}"][0][:300]
        if kind.place is not None and f"field-{kind.place.code}" in public:
            held.place = public[f"field-{kind.place.code}"][0][:LONGEST_PLACE]
        held.save(update_fields=["checked_at", "summary", "place"])
        _note(actor, held, CHECKED, {"cuts": dict(cuts)} if cuts else {})
    case.refresh_from_db()


def hide(actor: User, case: Case, reason: str) -> None:
    """Hide a case from the public, with a reason code; "" shows it again. Its number stays in the counts."""
    policy.require(actor, "case.moderate", about(case))
    if reason and reason not in HIDE_REASONS:
        raise DeskRefused("دلیل را برگزینید.", "Choose the reason.", field="hidden")
    with transaction.atomic():
        held = Case.objects.select_for_update().get(pk=case.pk)
        if held.hidden == reason:
            return
        held.hidden = reason
        held.save(update_fields=["hidden"])
        _note(actor, held, HIDDEN if reason else SHOWN, {"reason": reason} if reason else {})
    case.refresh_from_db()


def marked(text: str, words: Iterable[Any]) -> str:
    """A text with brackets round each of these words."""
    for word in sorted(words, reverse=True):
        text = f"{text[: word.start]}{OPEN}{text[word.start : word.end]}{CLOSE}{text[word.end :]}"
    return text


def gap(reason: str, lang: str) -> str:
    """What stands in the public text for a part that was taken out."""
    return GAP.format(why=CUT_REASONS[reason]).of(locale.known(lang))


def _text(
    key: str, title: Label, original: str, public: str, checked: bool, entry: CaseEntry | None = None
) -> PublicText:
    shown = _plain(original)
    words = personal_words(shown)
    return PublicText(key, title, shown, marked(shown, words), public, checked, len(words), entry)


def _plain(text: str) -> str:
    """A text as it is shown and marked: brackets of its own do not pass for marks."""
    return text.replace("\r\n", "\n").replace(OPEN, "[ [").replace(CLOSE, "] ]").strip()


def _of_choice(choices: Sequence[tuple[str, Label]], text: str, lang: str) -> str:
    chosen = dict(choices).get(text)
    return chosen.of(locale.known(lang)) if chosen is not None else text


def public_of(text: PublicText, verdict: TextVerdict, lang: str) -> tuple[str, int]:
    """What everybody may read of a text, and how many parts are taken out of it."""
    came = verdict.marked.replace("\r\n", "\n").strip()
    if came.replace(OPEN, "").replace(CLOSE, "") != text.original:
        raise WordsChanged(field=text.key)
    pieces = _MARKED.findall(came)
    rest = _MARKED.sub("", came)
    if OPEN in rest or CLOSE in rest or any(OPEN in piece for piece in pieces) or len(pieces) > MOST_CUTS:
        raise DeskRefused(
            "هر [[ یک ]] می‌خواهد، و یکی درون دیگری نمی‌شود.",
            "Each [[ needs its ]], and none stands inside another.",
            field=text.key,
        )
    if (pieces or verdict.withheld) and verdict.reason not in CUT_REASONS:
        raise DeskRefused("بگویید چرا برداشته می‌شود.", "Say why it is taken out.", field=f"reason-{text.key}")
    if verdict.withheld:
        return gap(verdict.reason, lang), 1
    return _MARKED.sub(lambda _: gap(verdict.reason, lang), came), len(pieces)


def _keep(case: Case, text: PublicText, words: str) -> None:
    if text.entry is not None:
        CaseEntry.objects.filter(pk=text.entry.pk).update(public=words, checked=True)
    else:
        field = text.key.removeprefix("field-")
        CaseValue.objects.filter(case=case, field=field).update(public=words, checked=True)


def _note(actor: User, case: Case, step: str, facts: Mapping[str, Any]) -> None:
    """Keep in the history that words were checked: for officers, with codes and counts alone."""
    clock = city.current().clock
    last = CaseEntry.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
    CaseEntry.objects.create(
        case=case,
        number=last + 1,
        at=clock.now(),
        on=today(clock),
        step=step,
        party="handler",
        user=actor,
        before=case.state,
        after=case.state,
        shown=False,
        facts=dict(facts),
    )
    audit.record(actor, "case.moderate", about(case), did=step, reason=facts.get("reason"))
