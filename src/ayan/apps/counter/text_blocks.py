"""Ready sentences: what officers of a unit write often, kept under a title and put into an answer."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Subject
from ayan.apps.counter.limits import LONGEST_BLOCK, MOST_BLOCKS
from ayan.apps.counter.models import TextBlock
from ayan.apps.desk.refusals import DeskRefused
from ayan.wiring import city


def subject(office: str) -> Subject:
    """The sentences of a unit as the subject of an act."""
    return Subject("text-blocks", office, office)


def offered(office: str) -> list[TextBlock]:
    """The sentences that stand by an answer of a unit: its own, and those of all units."""
    return list(TextBlock.objects.filter(office__in={"", office}).order_by("title"))


def changeable(actor: User) -> QuerySet[TextBlock]:
    """The sentences that an officer may change."""
    own: Q = policy.within(actor, "case.handle", unit="office", dataset="office")
    return TextBlock.objects.filter(own).order_by("office", "title")


def put_in(text: str, blocks: Sequence[TextBlock], chosen: str) -> str:
    """A text with a ready sentence after it; as it is where none was chosen."""
    block = next((each for each in blocks if str(each.pk) == chosen), None)
    if block is None:
        return text
    return f"{text.rstrip()}\n\n{block.words}".strip()


def keep(actor: User, office: str, title: str, words: str, block: TextBlock | None = None) -> TextBlock:
    """Write a sentence, or write one anew. Raises Denied, and DeskRefused with the field that is wrong."""
    policy.require(actor, "case.handle", subject(office))
    if block is not None:
        policy.require(actor, "case.handle", subject(block.office))
    title, words = " ".join(title.split()), words.replace("\r\n", "\n").strip()
    if not title or len(title) > 80:
        raise DeskRefused("عنوانی تا ۸۰ نویسه بنویسید.", "Write a title of up to 80 characters.", field="title")
    if not words or len(words) > LONGEST_BLOCK:
        raise DeskRefused(
            "متنی تا {most} نویسه بنویسید.", "Write words of up to {most} characters.", field="words"
        ).format(most=LONGEST_BLOCK)
    if block is None and TextBlock.objects.filter(office=office).count() >= MOST_BLOCKS:
        raise DeskRefused(
            "این واحد دیگر جا برای متن آماده ندارد؛ یکی را بردارید.",
            "This unit has no room for more ready sentences; take one away.",
            field="title",
        )
    kept = block or TextBlock(office=office)
    kept.office, kept.title, kept.words = office, title, words
    kept.changed_by, kept.changed_at = actor, city.current().clock.now()
    try:
        with transaction.atomic():
            kept.save()
            audit.record(actor, "case.handle", subject(office), block=kept.pk)
    except IntegrityError:
        raise DeskRefused(
            "متن دیگری با این عنوان هست.", "There is another one with this title.", field="title"
        ) from None
    return kept


def drop(actor: User, block: TextBlock) -> None:
    """Take a sentence away."""
    policy.require(actor, "case.handle", subject(block.office))
    with transaction.atomic():
        audit.record(actor, "case.handle", subject(block.office), dropped=block.pk)
        block.delete()


def unit_merged(units: str) -> None:
    """Let the sentences of one unit go on in the one that takes its place; of two with one title its own stays."""
    old, new = units.split(" ")
    taken = TextBlock.objects.filter(office=new).values_list("title", flat=True)
    TextBlock.objects.filter(office=old, title__in=list(taken)).delete()
    TextBlock.objects.filter(office=old).update(office=new)
