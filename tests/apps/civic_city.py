"""An invented city whose datasets play the budget, the units and the council, under names that no engine could know."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.apps.built_city import PROFILE, copy_of
from tests.apps.small_city import HOSTILE, NOW, declare

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.store.release import Release
from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

SCHEME: Final = "طرح 1/الف"
"""A scheme whose name would end a step of an address."""


def dataset_head(slug: str, en: str, key: Sequence[str], period: str = "none") -> str:
    names = ", ".join(f'"{column}"' for column in key)
    return (
        f'slug = "{slug}"\ntitle.fa = "{en} ساختگی"\ntitle.en = "{en}"\ndescription.fa = "ساختگی"\n'
        f'description.en = "Invented"\nowner.fa = "واحد آزمون"\nowner.en = "Trial unit"\ntopic = "money"\n'
        f'cadence = "irregular"\nperiod = "{period}"\nkey = [{names}]\n'
    )


def field(name: str, kind: str, more: str = "") -> str:
    label = name.replace("_", " ")
    return f'\n[[field]]\nname = "{name}"\nkind = "{kind}"\nlabel.fa = "{label}"\nlabel.en = "{label}"\n{more}\n'


def plays(part: str, more: str = "", **fields: str) -> str:
    named = "".join(f'{role.rstrip("_")} = "{name}"\n' for role, name in fields.items())
    return f'\n[[view]]\ncode = "plays"\nkind = "plays"\npart = "{part}"\n\n[view.fields]\n{named}{more}'


def code_list(*codes: str) -> str:
    return "".join(f'[[entry]]\ncode = "{code}"\nfa = "{code} فا"\nen = "{code} en"\n\n' for code in codes)


OUTLAYS: Final = (
    dataset_head("outlays", "Outlays", ("year", "plan", "line"), "year")
    + field("year", "period", "required = true")
    + field("plan", "code", "required = true")
    + field("line", "code", "required = true")
    + field("chapter", "code")
    + field("chapter_name", "text")
    + field("called", "text", 'role = "title"')
    + field("flow", "text", 'choices = "flows"\nrequired = true')
    + field("voted", "rial", 'role = "amount"\nnature = "flow"')
    + field("turned", "rial", 'nature = "flow"')
    + field("final", "rial", 'first_of = ["turned", "voted"]\nnature = "flow"')
    + field("used", "rial", 'nature = "flow"')
    + field("daily", "rial", 'nature = "flow"')
    + field("lasting", "rial", 'nature = "flow"')
    + field("why", "text", 'empty = { fa = "بی‌توضیح", en = "Unexplained" }')
    + plays(
        "budget-lines",
        year="year",
        scheme="plan",
        code="line",
        title="called",
        side="flow",
        heading="chapter",
        heading_title="chapter_name",
        approved="voted",
        amended="turned",
        revised="final",
        spent="used",
        current="daily",
        capital="lasting",
        explanation="why",
    )
)
# year, plan, line, chapter, its name, called, flow, voted, turned, used, daily, lasting, why
OUTLAY_ROWS: Final = (
    ("1403", SCHEME, "11", "1", "پل", "پل یک", "out", 1_000_003, "", 900_001, 400_003, 600_000, "برای پل"),
    ("1403", SCHEME, "12", "1", "پل", HOSTILE, "out", 500_000, 700_000, "", 500_000, 0, ""),
    ("1403", SCHEME, "21", "2", "راه", "راه دو", "out", 250_000, "", 250_000, "", "", ""),
    ("1403", SCHEME, "31", "", "", "بی‌سر", "out", 7, "", "", "", "", ""),
    ("1403", SCHEME, "91", "9", "عوارض", "عوارض یک", "in", 1_750_010, "", 1_800_000, "", "", ""),
    ("1402", SCHEME, "11", "1", "پل", "پل یک", "out", 600_000, "", 600_000, 600_000, 1, ""),
    ("1402", SCHEME, "91", "9", "عوارض", "عوارض یک", "in", 600_000, "", 1, "", "", ""),
    ("1401", SCHEME, "11", "1", "پل", "پل یک", "out", 400_000, "", "", "", "", ""),
    ("1401", "دیگر", "11", "1", "پل", "یازدهِ دیگر", "out", 5, "", "", "", "", ""),
)
SHIFTS: Final = (
    dataset_head("shifts", "Shifts", ("no",), "year")
    + field("no", "code", "required = true")
    + field("year", "period", "required = true")
    + field("plan", "code", "required = true")
    + field("out_of", "ref", 'ref = "outlays.line"')
    + field("into", "ref", 'ref = "outlays.line"')
    + field("much", "rial", 'role = "amount"\nnature = "flow"')
    + field("day", "date", 'role = "date"')
    + field("why", "text")
    + plays(
        "budget-moves",
        number="no",
        year="year",
        scheme="plan",
        from_="out_of",
        to="into",
        amount="much",
        day="day",
        reason="why",
    )
)
SHIFT_ROWS: Final = (
    ("S-1", "1403", SCHEME, "21", "12", 150_000, "1403/05/01", HOSTILE),
    ("S-2", "1403", SCHEME, "", "12", 50_000, "1403/03/01", "متمم"),
)
DEEDS: Final = (
    dataset_head("deeds", "Deeds", ("deed",))
    + field("deed", "code", "required = true")
    + field("of_line", "code", 'ref = "outlays.line"')
    + field("day", "date", 'role = "date"')
    + field("paid", "rial", 'role = "amount"\nnature = "flow"')
    + field("what", "text", 'role = "title"')
    + field("bureau", "text", 'role = "unit"')
)
DEED_ROWS: Final = (
    ("D-1", "11", "1403/02/01", 300_000, "پرداخت نخست", "دفتر فنی"),
    ("D-2", "11", "1403/09/01", 200_001, "پرداخت دوم", "دفتر فني"),
    ("D-3", "11", "1402/09/01", 50_000, "پرداخت پارسال", "دفتر فنی"),
    ("D-4", "21", "1403/03/01", 9, "پرداخت راه", "دفتری که در نمودار نیست"),
)
BUREAUS: Final = (
    dataset_head("bureaus", "Bureaus", ("id",))
    + field("id", "code", "required = true")
    + field("name", "text", 'role = "title"\nrequired = true')
    + field("above", "ref", 'ref = "bureaus.id"')
    + field("sort", "text", 'choices = "sorts"')
    + field("chief", "text")
    + plays("units", code="id", title="name", parent="above", kind="sort", head="chief")
)
BUREAU_ROWS: Final = (
    ("1", "شهردار", "", "top", "شهردار"),
    ("11", "دفتر فنی", "1", "desk", "رئیس دفتر"),
    ("111", HOSTILE, "11", "desk", ""),
    ("12", "دفتر مالی", "1", "desk", ""),
    ("81", "حلقهٔ یک", "82", "desk", ""),
    ("82", "حلقهٔ دو", "81", "desk", ""),
)
BENCH: Final = (
    dataset_head("benches", "Benches", ("who",))
    + field("who", "text", 'role = "person"\nrequired = true')
    + field("post", "text", 'choices = "posts"')
    + field("group", "text")
    + field("turn", "integer")
    + field("until", "date")
    + plays("council-seats", name="who", office="post", commission="group", term="turn", until="until")
)
MEETS: Final = (
    dataset_head("meets", "Meets", ("no",))
    + field("no", "code", "required = true")
    + field("on", "date", 'role = "date"\nrequired = true')
    + field("there", "integer")
    + field("away", "integer")
    + plays("council-sittings", number="no", day="on", present="there", absent="away")
)
RULES: Final = (
    dataset_head("rules", "Rules", ("no",), "year")
    + field("no", "code", "required = true")
    + field("meet", "ref", 'ref = "meets.no"')
    + field("on", "date", 'role = "date"\nrequired = true')
    + field("called", "text", 'role = "title"\nrequired = true')
    + field("words", "text")
    + field("yes", "integer")
    + field("no_votes", "integer")
    + field("blank", "integer")
    + field("end", "text", 'choices = "ends"\nrole = "status"')
    + field("after", "text", 'choices = "afters"')
    + field("reply", "text")
    + plays(
        "council-decisions",
        number="no",
        title="called",
        day="on",
        sitting="meet",
        text="words",
        for_="yes",
        against="no_votes",
        abstained="blank",
        outcome="end",
        passed="passed",
        follow_up="after",
        answer="reply",
    )
)
HANDS: Final = (
    dataset_head("hands", "Hands", ("rule", "who"))
    + field("rule", "ref", 'required = true\nref = "rules.no"')
    + field("who", "text", 'role = "person"\nrequired = true\nref = "benches.who"')
    + field("hand", "text", 'choices = "hands"\nrequired = true')
    + plays("council-ballots", decision="rule", member="who", vote="hand", yes="yes", no="no", absent="away")
)
ROLLS: Final = (
    dataset_head("rolls", "Rolls", ("meet", "who"))
    + field("meet", "ref", 'required = true\nref = "meets.no"')
    + field("who", "text", 'role = "person"\nrequired = true\nref = "benches.who"')
    + field("came", "text", 'choices = "cames"\nrequired = true')
    + plays("council-roll", sitting="meet", member="who", attendance="came", present="here")
)
MEMBERS: Final = ("عضو نخست (ساختگی)", "عضو دوم (ساختگی)", HOSTILE)
BENCH_ROWS: Final = (
    (MEMBERS[0], "chair en", "فرهنگی", 6, ""),
    (MEMBERS[1], "seat en", "", 6, ""),
    (MEMBERS[2], "seat en", "عمران", 5, "1402/01/01"),
)
MEET_ROWS: Final = (("م/1", "1403/01/20", 2, 1), ("م/2", "1403/02/20", 3, 0))
RULE_ROWS: Final = (
    ("1403-1", "م/1", "1403/01/20", "مصوبهٔ نخست", "متن مصوبه", 2, 0, 0, "passed en", "done en", "پاسخ"),
    ("1403-2", "م/2", "1403/02/20", HOSTILE, HOSTILE, 1, 1, 1, "failed en", "", ""),
    ("1403-3", "م/2", "1403/02/20", "مصوبهٔ سوم", "", 3, 0, 0, "passed en", "open en", ""),
)
HAND_ROWS: Final = (
    ("1403-1", MEMBERS[0], "yes en"),
    ("1403-1", MEMBERS[1], "yes en"),
    ("1403-1", MEMBERS[2], "away en"),
    ("1403-2", MEMBERS[0], "yes en"),
    ("1403-2", MEMBERS[1], "no en"),
    ("1403-2", MEMBERS[2], "blank en"),
    ("1403-3", MEMBERS[0], "yes en"),
    ("1403-3", MEMBERS[1], "yes en"),
    ("1403-3", MEMBERS[2], "yes en"),
)
ROLL_ROWS: Final = (
    ("م/1", MEMBERS[0], "here en"),
    ("م/1", MEMBERS[1], "here en"),
    ("م/1", MEMBERS[2], "away en"),
    ("م/2", MEMBERS[0], "here en"),
    ("م/2", MEMBERS[1], "here en"),
    ("م/2", MEMBERS[2], "here en"),
)
LEVELS: Final = (("1401", "100"), ("1402", "150"), ("1403", "300"))
LEVEL: Final = (
    dataset_head("levels", "Levels", ("year",))
    + field("year", "period", "required = true")
    + field("level", "decimal")
    + '\n[[view]]\ncode = "index"\nkind = "price-index"\nyear = "year"\nindex = "level"\n'
)
SHARES: Final = """
title = { fa = "سهم‌ها", en = "Shares" }
says = { fa = "روزانه و ماندگار روی هم مصوب است.", en = "Daily and lasting make what was voted." }
parts = [{ fa = "ردیف", en = "Row" }]

[[left]]
of = "outlays"
value = "sum(daily + lasting)"
where = "daily IS NOT NULL"
by = ["_row"]

[[right]]
of = "outlays"
value = "sum(voted)"
where = "daily IS NOT NULL"
by = ["_row"]
"""
PAID: Final = """
title = { fa = "عملکرد = پرداخت‌ها", en = "Used = paid" }
says = { fa = "هر چه خرج شده پرداخت شده است (ساختگی).", en = "What was used was paid (invented)." }
parts = [{ fa = "سال", en = "Year" }, { fa = "ردیف", en = "Line" }]

[[left]]
of = "outlays"
value = "sum(used)"
where = "flow = 'out' AND used IS NOT NULL"
by = ["year", "line"]

[[right]]
of = "deeds"
value = "sum(paid)"
by = ["day:year", "of_line"]
"""
DECLARED: Final = {
    "outlays": (OUTLAYS, {"flows": code_list("in", "out")}),
    "shifts": (SHIFTS, {}),
    "deeds": (DEEDS, {}),
    "bureaus": (BUREAUS, {"sorts": code_list("top", "desk")}),
    "benches": (BENCH, {"posts": code_list("chair", "seat")}),
    "meets": (MEETS, {}),
    "rules": (RULES, {"ends": code_list("passed", "failed"), "afters": code_list("done", "open")}),
    "hands": (HANDS, {"hands": code_list("yes", "no", "blank", "away")}),
    "rolls": (ROLLS, {"cames": code_list("here", "away")}),
    "levels": (LEVEL, {}),
}


def declared(home: Path, *slugs: str) -> City:
    """The city with some of its datasets declared and nothing published."""
    parts = CityParts(registry=Registry((home / "datasets",)), profile=PROFILE)
    town = City(home, home / "store", FixedClock(NOW), parts=parts)
    for slug in slugs or DECLARED:
        text, codes = DECLARED[slug]
        declare(home / "datasets", slug, text, **codes)
    return town


def publish(town: City, slug: str, rows: Sequence[Sequence[object]], period: str = "all") -> Release:
    """Take rows all the way to a sealed release."""
    dataset = town.registry.get(slug)
    file = town.home / f"{slug}-{period}.csv"
    out = io.StringIO()
    csv.writer(out).writerows([[column.label.fa for column in dataset.fields if not column.first_of], *rows])
    file.write_text(out.getvalue(), encoding="utf-8")
    with examine(town.publish_context, dataset, file, ClerkDecisions(period)) as examined:
        draft = write_draft(town.publish_context, examined, sent_by="فرستندهٔ ساختگی")
        release = seal(
            town.publish_context,
            draft,
            [Approval("تأییدکنندهٔ ساختگی", NOW, "cli", draft.digest)],
            reason=CorrectionReason("entry-error"),
        )
    assert isinstance(town.clock, FixedClock)
    town.clock.move(timedelta(minutes=1))
    return release


def build_civic(home: Path) -> City:
    """The city in a folder of its own: a copy of the one that is built once a run."""
    return copy_of("civic-city", build_civic_anew, home)


def build_civic_anew(home: Path) -> City:
    """The city with everything published: three years of the budget, the last with what is missing and what is odd."""
    town = declared(home)
    (home / "datasets" / "outlays" / "audits").mkdir()
    (home / "datasets" / "outlays" / "audits" / "shares.toml").write_text(SHARES, encoding="utf-8")
    (home / "datasets" / "outlays" / "audits" / "paid.toml").write_text(PAID, encoding="utf-8")
    for year in ("1401", "1402", "1403"):
        publish(town, "outlays", [row for row in OUTLAY_ROWS if row[0] == year], year)
    publish(town, "shifts", SHIFT_ROWS, "1403")
    publish(town, "levels", LEVELS)
    publish(town, "bureaus", BUREAU_ROWS)
    publish(town, "deeds", DEED_ROWS)
    publish(town, "benches", BENCH_ROWS)
    publish(town, "meets", MEET_ROWS)
    publish(town, "rules", RULE_ROWS, "1403")
    publish(town, "hands", HAND_ROWS)
    publish(town, "rolls", ROLL_ROWS)
    return town
