"""Which open cases ask for the same as one that is looked at: with what an officer may join it."""

from __future__ import annotations

from ayan.apps.accounts.models import User
from ayan.apps.counter import case_queue, repeats
from ayan.apps.counter.case_subject import headline, headlines
from ayan.apps.counter.limits import MOST_COMPARED, MOST_OFFERED
from ayan.apps.counter.models import Case
from ayan.core.casework.case_words import CaseStage


def alike(case: Case, actor: User) -> list[tuple[Case, str]]:
    """Open cases of the same kind within an officer's reach, the most alike first, each with its sentence."""
    wanted = repeats.words_of(headline(case))
    cases = case_queue.seen_by(actor).filter(kind=case.kind, joined_to=None).exclude(stage=CaseStage.CLOSED)
    nearest = list(cases.exclude(pk=case.pk).order_by("-pk")[:MOST_COMPARED])
    titles = headlines(nearest)
    ranked = [(repeats.alike(wanted, repeats.words_of(titles.get(each.pk, ""))), each) for each in nearest]
    nearest_first = sorted((pair for pair in ranked if pair[0]), key=lambda pair: (-pair[0], pair[1].pk))
    return [(each, titles[each.pk]) for _, each in nearest_first[:MOST_OFFERED]]
