"""ayan log trail: the database's acts and findings held against the log, and going on where they are lost."""

from __future__ import annotations

from typing import Final

from ayan.cli import database
from ayan.cli.report_text import say
from ayan.core.values.label import Label
from ayan.wiring.city import City

_STANDS: Final = Label("پایگاه داده همان است که ثبت عمومی مهر کرده است.", "The database is what the log sealed.")
_WAYS: Final = Label(
    "پشتیبان تازه‌تری از پایگاه داده را برگردانید. تا آن هنگام روزی مهر نمی‌شود. اگر به‌راستی پشتیبان تازه‌تری نیست، "
    "این را در ثبت عمومی بنویسید: ayan log trail --acts-are-lost",
    "Bring a newer backup of the database back; until then no day is sealed. If really there is none, have the log say "
    "so: ayan log trail --acts-are-lost",
)
_GIVEN_UP: Final = Label(
    "گفتهٔ شما یک برگ در ثبت عمومی گرفت و همه آن را می‌بینند. رد کارها از همین‌جا ادامه می‌یابد.",
    "Your word has a leaf in the log that everybody sees. The trail goes on from here.",
)


def trail(city: City, *, lost: bool) -> int:
    """Say what the database lacks of what was sealed, and enter the word that it is ``lost``; 3 while it is open.

    Exit 1 where the chain does not hold by itself, which no word mends.
    """
    database.set_up()

    from ayan.apps.accounts import audit, lost_acts
    from ayan.apps.flags import finding_days

    broken = audit.check()
    if broken is not None:
        say(audit.BROKEN.format(number=broken.number, why=broken.why), error=True)
        return 1
    acts, findings = lost_acts.lost(city), finding_days.lost(city)
    if acts is None and findings is None:
        say(_STANDS)
        return 0
    for missing in (acts, findings):
        if missing is not None:
            say(missing.words, error=True)
    if not lost:
        say(_WAYS, error=True)
        return 3
    lost_acts.give_up(city, len(findings.ids) if findings else 0)
    say(_GIVEN_UP)
    return 0
