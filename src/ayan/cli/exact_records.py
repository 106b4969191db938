"""Records of a database as lines of JSON that lose nothing: Django's own writer cuts every moment to milliseconds.

A backup's records are written by this and read by Django's reader of ``jsonl``, which takes moments of any length.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final

from django.core.serializers import jsonl
from django.core.serializers.json import DjangoJSONEncoder

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import Act

FORMAT: Final = "exact"
"""The name under which Django is told of it."""

Deserializer = jsonl.Deserializer


class ExactEncoder(DjangoJSONEncoder):
    """Values of a database as JSON: moments and times of day to the microsecond, with the zone that they have."""

    def default(self, o: Any) -> Any:
        """The text of what JSON has no form for; TypeError for what nobody can read back."""
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


class Serializer(jsonl.Serializer):
    """Django's writer of ``jsonl`` with `ExactEncoder`."""

    def _init_options(self) -> None:
        super()._init_options()  # type: ignore[misc]  # the stubs know no method of this name
        self.json_kwargs["cls"] = ExactEncoder


def complete(source: Path, target: Path) -> int:
    """Copy records that an earlier version may have written with cut times; how many acts have their whole time again.

    Only the times of the audit trail can be completed, for its digests prove them (`audit.proven_moment`).
    """
    people: dict[str, int] = {}
    completed = 0
    with source.open(encoding="utf-8") as read, target.open("w", encoding="utf-8") as write:
        for line in read:
            written = line
            if line.startswith('{"model": "accounts.'):
                record = json.loads(line)
                if record["model"] == "accounts.user":
                    people[record["fields"]["username"]] = record["pk"]
                elif record["model"] == "accounts.act":
                    act = _act(record, people)
                    cut = act.at.microsecond % 1000 == 0 and audit.digest_of(act) != act.digest
                    if cut and (moment := audit.proven_moment(act)) is not None:
                        record["fields"]["at"] = moment.isoformat()
                        written = json.dumps(record, ensure_ascii=False) + "\n"
                        completed += 1
            write.write(written)
    return completed


def _act(record: Mapping[str, Any], people: Mapping[str, int]) -> Act:
    """The act that a record tells of; who did it is named in it and known by a number to the digest."""
    fields = dict(record["fields"])
    actor, at = fields.pop("actor"), datetime.fromisoformat(fields.pop("at"))
    return Act(number=record["pk"], at=at, actor_id=people.get(actor[0]) if actor else None, **fields)
