"""A city that buys, with datasets of its own names that are declared to be stages of contracting."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.apps.built_city import PROFILE
from tests.apps.small_city import HOSTILE, SECRET

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal
from ayan.core.store.manifest import Approval
from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

NOW: Final = datetime(2024, 8, 5, 12, tzinfo=UTC)
SUPPLIER: Final = "99423976253"
PREFIX: Final = "ocds-abc123"
HEAD: Final = """
slug = "{slug}"
title = {{ fa = "{slug}", en = "{slug}" }}
description = {{ fa = "ساختگی", en = "Invented" }}
owner = {{ fa = "آزمون", en = "Trial" }}
topic = "contracts"
cadence = "irregular"
key = {key}
"""
FIELDS: Final = {
    "notices": (
        ["no"],
        "no:code what:text on:date until:date guess:rial state:text=states way:text=ways won:text won_id:company price:rial",
    ),
    "offers": (["notice", "no"], "notice:code no:integer who:text who_id:company price:rial state:text=states"),
    "deals": (
        ["no"],
        (
            "no:code notice:code about:text on:date worth:rial state:text=states sort:text=sorts "
            "with_whom:text whose_id:company line:code office:text person:identity!"
        ),
    ),
    "changes": (["deal", "no"], "deal:code no:integer on:date more:rial why:text"),
    "money": (["no"], "no:code deal:code on:date worth:rial to:text to_id:company account:code!"),
}
CODES: Final = {
    "states": "open done",
    "ways": "public closed sale",
    "sorts": "works lease",
}
STAGES: Final = {
    "notices/tender": """
[only]
way = ["public", "closed"]
[fields]
id = "no"
title = "what"
published = "on"
until = "until"
value = "guess"
status = "state"
method = "way"
winner = "won"
winner_id = "won_id"
winner_price = "price"
[codes.status]
active = ["open"]
complete = ["done"]
[codes.method]
open = ["public"]
""",
    "offers/bid": """
fields = { tender = "notice", id = "no", bidder = "who", bidder_id = "who_id", value = "price", status = "state" }
codes.status.valid = ["open", "done"]
""",
    "deals/contract": """
[only]
sort = ["works"]
[fields]
id = "no"
tender = "notice"
title = "about"
signed = "on"
value = "worth"
status = "state"
category = "sort"
supplier = "with_whom"
supplier_id = "whose_id"
unit = "office"
budget = "line"
[codes.status]
active = ["open"]
terminated = ["done"]
[codes.category]
works = ["works"]
""",
    "changes/amendment": """
fields = { contract = "deal", id = "no", day = "on", change = "more", reason = "why" }
""",
    "money/payment": """
fields = { contract = "deal", id = "no", day = "on", value = "worth", payee = "to", payee_id = "to_id" }
""",
}
ROWS: Final = {
    "notices": (
        f"N/1,راه,1402/02/01,1402/03/01,5000000,done,public,پیمانکار نمونه,{SUPPLIER},4000000",
        "N-2,باغ,1403/01/10,,1000000,open,closed,,,",
        f"N-3,فروش زمین,1403/01/10,,1000000,done,sale,پیمانکار نمونه,{SUPPLIER},900000",
    ),
    "offers": (
        f"N/1,1,پیمانکار نمونه,{SUPPLIER},4000000,open",
        'N/1,2,"دیگری",,4500000,open',
        "N-9,1,کسی,,1,open",
    ),
    "deals": (
        f"K/1,N/1,راه,1402/04/01,4000000,open,works,پیمانکار نمونه,{SUPPLIER},10,عمران,{SECRET}",
        f'K-2,,"{HOSTILE.replace(chr(34), chr(34) * 2)}",1403/02/01,700000,done,works,مریم نمونه,,10,عمران,{SECRET}',
        f"K-3,,اجارهٔ غرفه,1403/02/01,700000,open,lease,کسی,,10,عمران,{SECRET}",
    ),
    "changes": ("K/1,1,1402/08/01,500000,افزایش", "K/1,2,1402/09/01,-100000,"),
    "money": (
        f"P-1,K/1,1402/06/01,1000000,پیمانکار نمونه,{SUPPLIER},{SECRET}",
        f"P-2,K/1,1402/07/01,-20000,پیمانکار نمونه,{SUPPLIER},{SECRET}",
        f"P-3,,1402/07/01,5,کسی,,{SECRET}",
        f"P-4,K-3,1403/07/01,9,کسی,,{SECRET}",
    ),
}


def declaration(slug: str) -> str:
    """The declaration of one of the datasets; ``=`` names a list of codes, ``!`` withholds a field."""
    key, fields = FIELDS[slug]
    text = HEAD.format(slug=slug, key=key)
    for field in fields.split():
        name, _, kind = field.partition(":")
        kind, _, choices = kind.rstrip("!").partition("=")
        text += f'[[field]]\nname = "{name}"\nkind = "{kind}"\nlabel = {{ fa = "{name}", en = "{name}" }}\n'
        text += f'choices = "{choices}"\n' if choices else ""
        text += 'nature = "flow"\n' if kind == "rial" else ""
        text += 'shown = "withheld"\n' if field.endswith("!") else ""
    return text


def declare(home: Path) -> None:
    """All declarations of the city, and of its contracting as a whole."""
    for slug, (_, fields) in FIELDS.items():
        folder = home / "datasets" / slug
        (folder / "codes").mkdir(parents=True)
        (folder / "ocds").mkdir()
        (folder / "dataset.toml").write_text(declaration(slug), encoding="utf-8")
        for name, codes in CODES.items():
            if f"={name}" in fields:
                entries = (f'[[entry]]\ncode = "{code}"\nfa = "{code}"\nen = "{code}"\n' for code in codes.split())
                (folder / "codes" / f"{name}.toml").write_text("".join(entries), encoding="utf-8")
    for name, text in STAGES.items():
        slug, _, stage = name.partition("/")
        (home / "datasets" / slug / "ocds" / f"{stage}.toml").write_text(text, encoding="utf-8")
    (home / "datasets" / "ocds.toml").write_text(f'prefix = "{PREFIX}"\n', encoding="utf-8")


def opened(home: Path) -> City:
    """The city of a folder."""
    parts = CityParts(registry=Registry((home / "datasets",)), profile=PROFILE)
    return City(home, home / "store", FixedClock(NOW), parts=parts)


def build(home: Path) -> City:
    """The city, with one release of each dataset."""
    declare(home)
    town = opened(home)
    for slug, (_, fields) in FIELDS.items():
        file = home / f"{slug}.csv"
        header = ",".join(field.partition(":")[0] for field in fields.split())
        file.write_text("\n".join([header, *ROWS[slug], ""]), encoding="utf-8")
        context = town.publish_context
        with examine(context, town.registry.get(slug), file, ClerkDecisions("all")) as examined:
            draft = write_draft(context, examined, sent_by="فرستندهٔ ساختگی")
            seal(context, draft, [Approval("تأییدکنندهٔ ساختگی", NOW, "cli", draft.digest)])
    return town
