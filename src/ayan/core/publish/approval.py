"""Who may say yes: approvals bind to one digest, never come from the sender, and are as many as the dataset asks."""

from __future__ import annotations

from collections.abc import Sequence

from ayan.core.audit.draft_trial import DraftTrial
from ayan.core.intake.table import printable_name
from ayan.core.publish.decisions import blocking
from ayan.core.publish.draft import Draft
from ayan.core.store.manifest import Approval, BalanceOverride
from ayan.core.values.label import Label, joined
from ayan.core.values.refusal import Refusal, Wording
from ayan.core.values.text import fold_joined


class ReleaseRefused(Refusal):
    """Policy stands in the way of sealing, withdrawing or erasing; the code says which rule of it."""

    code = "release-refused"
    fa = "این کار با قاعده‌های انتشار نمی‌خواند."
    en = "The rules of publication do not allow this."
    status = 422

    def __init__(self, code: str, wording: Wording) -> None:
        super().__init__(code=code)
        self.worded(wording)


def check_approvals(draft: Draft, approvals: Sequence[Approval]) -> None:
    """Raise ReleaseRefused unless ``approvals`` suffice for ``draft``.

    People are told apart by their names folded, so that «علي» does not approve what «علی» sent.
    """
    sender = fold_joined(draft.facts.sent_by)
    if not sender:
        raise ReleaseRefused("sender-missing", Label("نام فرستنده خالی است.", "The sender's name is empty."))
    people: set[str] = set()
    for approval in approvals:
        person = fold_joined(approval.by)
        if not person:
            raise ReleaseRefused("approver-missing", Label("نام تأییدکننده خالی است.", "An approver's name is empty."))
        if printable_name(approval.by).replace(" ", "") != approval.by.replace(" ", ""):
            raise ReleaseRefused(
                "approver-odd",
                Label(
                    "نام تأییدکننده نویسهٔ نامرئی دارد یا بسیار بلند است. آن را ساده بنویسید.",
                    "An approver's name holds invisible characters or is very long. Write it plainly.",
                ),
            )
        if person == sender:
            raise ReleaseRefused(
                "own-submission",
                Label("فرستنده نمی‌تواند پروندهٔ خودش را تأیید کند.", "The sender may not approve their own submission."),
            )
        if approval.digest != draft.digest:
            raise ReleaseRefused(
                "other-digest",
                Label(
                    "این تأیید برای محتوای دیگری داده شده است. دوباره ببینید و تأیید کنید.",
                    "This approval was given to other content. Look again and approve.",
                ),
            )
        people.add(person)
    needed = draft.dataset.approvals
    if len(people) < needed:
        raise ReleaseRefused(
            "too-few-approvals",
            Label(
                "این داده {needed} تأیید می‌خواهد و {given} تأیید دارد.",
                "This dataset needs {needed} approvals and has {given}.",
            ).format(needed=needed, given=len(people)),
        )


def check_balances(trials: Sequence[DraftTrial], overrides: Sequence[BalanceOverride]) -> None:
    """Raise ReleaseRefused while a balance that blocks fails and nobody has overridden it."""
    standing = blocking(trials, overrides)
    if not standing:
        return
    raise ReleaseRefused(
        "balance-fails",
        Label(
            "با این داده موازنه نمی‌خواند و انتشار را نگه می‌دارد: {titles}. "
            "داده را درست کنید، یا حسابرس با نوشتن دلیل از آن بگذرد.",
            "With these data a balance fails and holds back publication: {titles}. "
            "Correct the data, or have an auditor override it with a reason.",
        ).format(titles=joined(trial.balance.title for trial in standing)),
    )
