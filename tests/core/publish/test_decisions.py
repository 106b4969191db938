"""What officers decided, as one value: its digest is the one that issues were always kept under."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from tests.cli.city import make_town

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.refine.column_mapping import ColumnChoice
from ayan.core.refine.corrections import left_out, replaced
from ayan.core.store.manifest import BalanceOverride

CHOICE = ColumnChoice({"number": 1, "species": "سرو", "cost": None})
DECISIONS = ClerkDecisions("1403-05", CHOICE, (replaced("cost", "x", "10"), left_out(4, "آزمایشی")))
WRITTEN = (
    '["{digest}","1403-05",{{"fields":{{"cost":null,"number":{{"column":1}},"species":{{"constant":"سرو"}}}},'
    '"header_row":null,"sheet":null,"source":"default"}},{fixes}{waivers}]'
)


def test_the_key_of_the_issues_is_made_of_what_they_follow_from(tmp_path: Path) -> None:
    trees = make_town(tmp_path).city.registry.get("trees")
    fixes = '[{"field":"cost","kind":"replace","new":"10","old":"x"},{"kind":"leave","reason":"آزمایشی","rows":"4"}]'

    def key(waivers: str = "") -> str:
        text = WRITTEN.format(digest=trees.digest, fixes=fixes, waivers=waivers)
        return sha256(text.encode()).hexdigest()

    assert DECISIONS.issues_key(trees, "1403-05") == key()
    waived = replace(DECISIONS, waivers={"h-1": "public-duty"})
    assert waived.issues_key(trees, "1403-05") == key(',{"h-1":"public-duty"}')
    lenient = replace(DECISIONS, partial="دلیل", overrides=(BalanceOverride("b", 1, "5", "دلیل", "حسابرس"),))
    assert lenient.issues_key(trees, "1403-05") == key(), "neither finds anything else in the file"
