"""What the demo city's flags find, and the invented letters, replies and reasons of the weeks that followed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ayan.cli.demo_officers import PEOPLE
from ayan.cli.wording import say
from ayan.core.values.label import Label
from ayan.wiring import city

if TYPE_CHECKING:
    from ayan.apps.accounts.models import User
    from ayan.apps.counter.models import Case
    from ayan.apps.flags.models import Finding

FIRST: Final = timedelta(days=45)
"""How long ago the flags were computed first: long enough for the time of a reply, over any holidays."""
LATELY: Final = timedelta(days=4)
FIRST_TOLD: Final = 12
LATELY_TOLD: Final = 3
"""Findings of each flag that somebody was told of then; the others wait, as in a city with a busy officer."""
LATELY_BROUGHT: Final = 3
"""Replies that came to the counter lately: one was returned, the others wait to be confirmed."""

REPLIES: Final = (
    ("party", "پاسخ ساختگی: کار تخصصی بود و ما تنها شرکت دارای این ماشین‌آلات در استان هستیم."),
    ("unit", "پاسخ ساختگی: همهٔ مدرک‌ها در پروندهٔ قرارداد است و در دسترس حسابرس گذاشته شده است."),
    ("party", "پاسخ ساختگی: این ردیف هنگام ثبت اشتباه نوشته شده و اصلاح آن فرستاده شده است."),
)
REASON: Final = "دلیل ساختگی: حسابرس مدرک‌ها را دید و توضیح را پذیرفت."


def play() -> None:
    """Compute the flags as of six weeks ago, show some findings to those they name, and let the time pass."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from ayan.apps.counter import actions as counter
    from ayan.apps.flags import actions, computing

    here = city.current()
    now = here.clock.now()
    asker, auditor = _officer("answerer"), _officer("auditor")
    with city.held(here.stopped(now - FIRST)):
        computing.compute()
        told = _waiting(FIRST_TOLD)
        actions.tell(asker, told, "letter", "1405/118")
        for place, one in enumerate(told[::3]):
            by, text = REPLIES[place % len(REPLIES)]
            if by == "party" and one.names:
                counter.confirm(asker, _brought(asker, one, text))
            else:
                actions.reply(asker, one, "unit", text)
    with city.held(here.stopped(now - LATELY)):
        computing.compute()
        for one in told[::9]:
            actions.clear(auditor, one, REASON)
        told = [one for one in _waiting(LATELY_TOLD) if one.names]
        actions.tell(asker, told, "portal", "1405/204")
        waiting = [_brought(asker, one, REPLIES[0][1]) for one in told[:LATELY_BROUGHT]]
        for case in waiting[:1]:
            counter.send_back(asker, case, "identity")
    computing.compute()
    _report()


def _brought(asker: User, one: Finding, text: str) -> Case:
    """A reply that came to the counter with the code of a letter."""
    from ayan.apps.counter import actions as counter

    notice, code = counter.make_notice(asker, [one])
    counter.opened(code)
    case, _ = counter.receive(notice, one, text)
    return case


def _officer(username: str) -> User:
    """One of the invented officers, made if not there yet; whoever plays them acts, but nobody can sign in as them."""
    from ayan.apps.accounts import actions
    from ayan.apps.accounts.models import User

    found = User.objects.filter(username=username).first()
    if found is None:
        name, role = next((name, role) for one, name, role in PEOPLE if one == username)
        found = actions.add_person(None, username, name)
        actions.give(None, found, role, None, "")
    # For this play alone, and never kept.
    found.is_active = True
    return found


def _waiting(most: int) -> Sequence[Finding]:
    """Of each flag, the first findings that nobody has been told of."""
    from ayan.apps.flags.models import Finding

    names = [one.name for one in city.current().registry.flags().sound]
    waiting = Finding.objects.filter(state="waiting").order_by("key")
    return [one for name in names for one in waiting.filter(flag=name)[:most]]


def _report() -> None:
    register = city.current().findings.now()
    flags = register.flags.values()
    fired, none, found = sum(bool(one.fired) for one in flags), sum(not one.judged for one in flags), register.findings
    say(
        Label(
            f"پرچم‌ها: {len(flags)}، بالا رفته: {fired}، حساب‌نشدنی: {none}، یافتهٔ منتشرشده: {len(found)}.",
            f"Flags: {len(flags)}, fired: {fired}, not computable: {none}, published findings: {len(found)}.",
        )
    )
