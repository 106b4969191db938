"""Systems that send by themselves, for the tests: with tokens, at the door where they knock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.test import Client
from tests.apps.accounts.people import officer, signed_in
from tests.apps.desk.deals import GOOD, workbook
from tests.apps.desk.town import Officers, mapped, the, work

from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.desk.models import Submission
from ayan.apps.sources import actions
from ayan.apps.sources.models import Arrival, Source, SourceToken
from ayan.apps.sources.source_type import SourceForm
from ayan.wiring.city import City

# A workbook says when it was made, so one that is made again is another file.
FILE = workbook(GOOD)
DOOR = "/desk/api/submissions"
EVERYTHING = ("submission.create", "submission.send", "submission.view")


@dataclass(frozen=True)
class Answer:
    """What the door said."""

    status: int
    said: dict[str, Any]
    headers: Any


class Senders:
    """The administrator's hand, and the systems'."""

    def __init__(self, town: City, officers: Officers) -> None:
        self.town, self.officers = town, officers
        self.admin: User = officer("admin", Role.ADMINISTRATOR)

    def source(self, kind: str = "upload", **more: Any) -> Source:
        said: dict[str, Any] = {
            "name": "سامانهٔ مالی (ساختگی)",
            "slug": f"finance-{kind}",
            "unit": "finance",
            "datasets": ["deals"],
        }
        if kind != "upload":
            said |= {"period": "current", "every": 60}
        return actions.add(self.admin, SourceForm(**{**said, "kind": kind, **more}))

    def token(self, source: Source, verbs: tuple[str, ...] = EVERYTHING, days: int = 30) -> tuple[SourceToken, str]:
        return actions.make_token(self.admin, source, "برای آزمون", source.datasets, verbs, days)

    def send(self, text: str, data: bytes = b"", period: str | None = "1403", key: str = "", **more: Any) -> Answer:
        """Send a file as the body of a request."""
        headers = {"Authorization": f"Bearer {text}"} if text else {}
        if key:
            headers["Idempotency-Key"] = key
        query = {"dataset": "deals", "period": period, "name": "deals.xlsx", **more}
        address = DOOR + "?" + "&".join(f"{name}={value}" for name, value in query.items() if value is not None)
        body = data or FILE
        return answered(Client().post(address, body, content_type="application/octet-stream", headers=headers))

    def ask(self, text: str, which: int) -> Answer:
        return answered(Client().get(f"{DOOR}/{which}", headers={"Authorization": f"Bearer {text}"}))

    def confirmed(self) -> None:
        """Let a clerk say once what the columns are, in another year, and set that submission aside."""
        clerk = self.officers.browser("clerk")
        submission = mapped(self.town, clerk, GOOD, period="1402")
        clerk.post(f"/desk/u/{submission.pk}/act/set-aside", {"expected_revision": the(submission).revision})

    def arrival(self) -> Arrival:
        """The newest file that came."""
        return Arrival.objects.all()[0]

    def submission(self) -> Submission:
        """What the newest file became."""
        key = self.arrival().submission
        assert key is not None
        return Submission.objects.get(pk=key)

    def work(self) -> None:
        """Let the worker do all there is, until nothing more follows from it."""
        work(self.town)


def answered(response: Any) -> Answer:
    content = response.content
    return Answer(response.status_code, json.loads(content) if content else {}, response.headers)


def browser(user: User) -> Client:
    return signed_in(user)


__all__ = ["DOOR", "FILE", "Answer", "Senders", "browser", "patch"]
