"""Where the forms of the desk stand on a small site: who opens them, which field is typed into, and what else there is.

Of every form of the desk's templates this says where it is tried, or why it need not be.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.browser.desk_site import Site
from tests.conftest import ROOT

APPS: Final = ROOT / "src" / "ayan" / "apps"

SEED: Final = """
import json, django
from datetime import timedelta
django.setup()
from django.conf import settings
from django.utils import timezone
from tests.apps.accounts.people import officer, signed_in
from ayan.apps.accounts import privileges
from ayan.apps.accounts.models import Grant, Unit, User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import filing
from ayan.apps.counter.models import Case, FindingNotice, LetterReply, PublishTask
from ayan.apps.desk.fixing.known_models import KnownHeader
from ayan.apps.desk.models import EntryTable, FileBatch, BatchFile, Submission
from ayan.apps.flags.models import FindingCase
from ayan.apps.profile.models import ProfileChange
from ayan.apps.sources.models import Source
from ayan.apps.tables.models import TableChange
from ayan.wiring import city
people = {"admin": officer("admin", Role.ADMINISTRATOR), "privacy": officer("privacy", Role.PRIVACY),
          "requests": officer("requests", Role.REQUESTS, unit_slug="")}
Grant.objects.create(user=people["admin"], role=Role.AUDITOR)
colleague = User.objects.get(username="colleague")
now = timezone.now()
kept = Submission.objects.create(dataset="deals", period="1390", unit="finance", started_by=colleague, started_at=now,
                                 changed_at=now)
batch = FileBatch.objects.create(dataset="deals", unit="finance", by=colleague, begun_at=now, changed_at=now)
line = BatchFile.objects.create(batch=batch, number=1, name="new.csv", size=1, digest="h", folder="0" * 32,
                                seen={"rows": 1, "header": "h"})
machine = User.objects.create(username="machine", machine=True)
Source.objects.create(slug="fin", name="fin", kind="upload", account=machine, datasets=["deals"],
                      created_by=people["admin"], created_at=now)
second = officer("second-admin", Role.ADMINISTRATOR)
request = privileges.ask_role(second, colleague, Role.APPROVER, Unit.objects.get(slug="finance"), "deals")
change = TableChange.objects.create(slug="deals", kind="text", asked_by=second, asked_at=now, until=now + timedelta(days=9),
                                    files={"codes/new.toml": [None, "x"]})
profile = ProfileChange.objects.create(asked_by=second, asked_at=now, until=now + timedelta(days=9), before="", after="")
said = {"summary": "w", "name": "n", "phone": "09121234567"}
new = filing.file(filing.Filing(kind="access", said=said, key=filing.new_key())).case
late = filing.file(filing.Filing(kind="access", said=said, key=filing.new_key())).case
Case.objects.filter(pk=late.pk).update(office="finance", due_on=now.date() - timedelta(days=40))
flag = city.current().registry.flags().sound[0]
found = [FindingCase.objects.create(public_id=f"{at:016}", flag=flag.name, dataset=flag.owner, key=f"k{at}", facts="f",
                                    office="finance", state=state, found_on=now.date())
         for at, state in enumerate(("waiting", "asked"))]
notice = FindingNotice.objects.create(digest="n", created_on=now.date(), created_by=people["requests"])
reply = LetterReply.objects.create(kind="finding", digest="r", notice=notice, finding=found[1].public_id,
                                   office="finance", dataset=flag.owner, text="w", received_on=now.date(),
                                   due_on=now.date() + timedelta(days=9))
header = KnownHeader.objects.create(unit="finance", dataset="deals", fingerprint="h", columns={}, by=colleague, at=now)
with open(city.current().home / "datasets" / "deals" / "dataset.toml", "a") as declared:
    declared.write("\\n[in_advance]\\nchange_percent = 5\\nlongest_days = 100\\n")
task = PublishTask.objects.create(kind="access", title="t", count=2, opened_on=now.date())
print(json.dumps({"sessions": {name: signed_in(who).cookies[settings.SESSION_COOKIE_NAME].value
                               for name, who in people.items()},
                  "submission": str(kept.pk), "batch": str(batch.pk), "line": line.pk, "person": colleague.pk,
                  "request": request.pk, "change": change.pk,
                  "profile": profile.pk, "case": new.number, "task": task.pk, "finding": found[1].public_id,
                  "reply": reply.pk, "header": header.pk}))
"""


@dataclass(frozen=True)
class FormPlace:
    """A form on the site: its template, whose it is, its address, and the field that is typed into.

    ``choice`` is what has to be chosen before the field shows.
    """

    template: str
    who: str
    address: str
    field: str
    text: str = "نیمه‌کارهٔ من"
    choice: str = ""


PLACES: Final = (
    FormPlace("accounts/units.html", "admin", "/desk/units", "#name_fa"),
    FormPlace("accounts/unit.html", "admin", "/desk/units/finance", "#name_fa"),
    FormPlace("accounts/people.html", "admin", "/desk/people/", "#name"),
    FormPlace("accounts/person.html", "admin", "/desk/people/{person}", "#name"),
    FormPlace("accounts/duty.html", "admin", "/desk/calendar/deals", "#owner", ""),
    FormPlace("accounts/message_wishes.html", "clerk", "/desk/account/messages", "#lang", ""),
    FormPlace("accounts/contact.html", "clerk", "/desk/account/contact/mail", "#email", "a@b.example"),
    FormPlace("profile/face.html", "admin", "/desk/city", "form .field >> nth=0"),
    FormPlace("profile/opens.html", "admin", "/desk/city/opens", "form .field >> nth=0"),
    FormPlace("sources/new.html", "admin", "/desk/sources/new?kind=upload", "#name"),
    FormPlace("sources/source.html", "admin", "/desk/sources/fin", "#token_name"),
    FormPlace("desk/new.html", "clerk", "/desk/u/new", "#period"),
    FormPlace("desk/batches.html", "clerk", "/desk/many", "#dataset", ""),
    FormPlace("desk/batch.html", "clerk", "/desk/many/{batch}", "#period-{line}", "1391"),
    FormPlace("desk/talk.html", "clerk", "/desk/u/{submission}/talk", "#words"),
    FormPlace("desk/held_periods.html", "first", "/desk/periods", "#reason-{submission}"),
    FormPlace("desk/withdraw.html", "first", "/desk/withdraw/{release}", "#note"),
    FormPlace("desk/erase.html", "privacy", "/desk/erase/{release}", "#rows", "3"),
    FormPlace("desk/original.html", "first", "/desk/originals/{release}", "#reason"),
    FormPlace("desk/row_correction.html", "clerk", "/desk/correct?release={release}&row=3", "#amount", "15"),
    FormPlace("tables/facts.html", "admin", "/desk/tables/deals/facts", "form .field >> nth=0"),
    FormPlace("tables/column.html", "admin", "/desk/tables/deals/columns/amount", "form .field >> nth=0"),
    FormPlace("tables/new_column.html", "admin", "/desk/tables/deals/columns", "form .field >> nth=0", "note"),
    FormPlace("tables/text.html", "admin", "/desk/tables/deals/texts?file=dataset.toml", "#text"),
    FormPlace("tables/list.html", "admin", "/desk/tables/deals/lists/state", "#fa"),
    FormPlace("tables/code.html", "admin", "/desk/tables/deals/lists/state/1", "#fa"),
    FormPlace("tables/change.html", "admin", "/desk/tables/changes/{change}", "#reason"),
    FormPlace("accounts/access_request.html", "admin", "/desk/access/{request}", "#reason"),
    FormPlace("counter/desk_text_blocks.html", "requests", "/desk/counter/sentences/", "#title"),
    FormPlace("counter/desk_new_case.html", "requests", "/desk/counter/new?kind=access", "#f-summary"),
    FormPlace("profile/change.html", "admin", "/desk/city/changes/{profile}", "#reason"),
    FormPlace(
        "counter/step_form.html",
        "requests",
        "/desk/counter/case/{case}",
        "#private",
        choice=".step-form .asks-private >> nth=0",
    ),
    FormPlace("counter/desk_moderate.html", "requests", "/desk/counter/check/{case}", ".moderation textarea >> nth=0"),
    FormPlace("counter/desk_publish_task.html", "requests", "/desk/counter/publish/{task}", "#reason"),
    FormPlace("counter/desk_cases_late.html", "first", "/desk/counter/late", "#private"),
    FormPlace("counter/desk_reply.html", "requests", "/desk/counter/replies/{reply}", "#reason", ""),
    FormPlace("flags/desk_finding.html", "requests", "/desk/findings/{finding}", "#text"),
    FormPlace("flags/desk_list.html", "requests", "/desk/findings/", "#letter1", "1403/5"),
    FormPlace("desk/advance.html", "first", "/desk/advance", "#days-{header}", "2"),
    FormPlace("desk/new_value.html", "clerk", "{unlisted}", "#en", "Partnership"),
    FormPlace("desk/layout.html", "clerk", "{mapped}/file?do=leave_out", "#layout-rule-text"),
    FormPlace("desk/file.html", "clerk", "{mapped}/file", "#header_row", "2"),
)
"""Forms that are kept by the script of every page of the desk, one of each template that has any."""

OWN: Final = {
    "desk/table.html": "keeps rows, tests/browser/test_desk_entry.py",
    "desk/fix.html": "kept with the submission, tests/browser/test_desk_trust.py",
    "desk/columns.html": "kept with the submission",
    "desk/send.html": "kept with the submission, tests/browser/test_desk_trust.py",
    "desk/approve.html": "kept with the submission",
    "desk/balances.html": "kept with the submission",
    "desk/remarks.html": "kept with the submission",
}
"""Forms with a keeper of their own, which is drawn by the server and can be seen by the whole of the submission."""

LISTED: Final = {
    "accounts/join.html": "a password and codes: secrets",
    "accounts/factor_form.html": "a code: a secret",
    "accounts/sign_in.html": "a password: a secret, and nobody is signed in",
    "accounts/change_app.html": "a code: a secret",
    "accounts/change_password.html": "passwords: secrets",
    "accounts/account.html": "a name for a key that the browser makes at once; other forms are buttons",
    "accounts/staff_sheet.html": "a file",
    "accounts/desk.html": "buttons",
    "accounts/messages.html": "buttons",
    "accounts/kept.html": "what was kept, to be sent",
    "accounts/stale_form.html": "what was kept, to be sent",
    "accounts/recovery_codes.html": "a button",
    "accounts/provider_connect.html": "a code: a secret, or a button",
    "counter/desk_file_copy.html": "a few words and numbers that are sent at once, and buttons",
    "documents/attach.html": "a file",
    "documents/attachment.html": "a few words that are sent at once, and buttons",
    "documents/lines.html": "lines that are ticked and numbers of a line, sent at once",
    "profile/emblem.html": "a file",
    "tables/bring_in.html": "a file",
    "counter/desk_receipt.html": "buttons",
    "tables/table.html": "a button",
    "desk/turn.html": "a button",
    "desk/progress.html": "a button",
    "desk/stop.html": "a button",
    "desk/changes.html": "a button",
    "desk/diff.html": "a button",
    "desk/overview.html": "buttons",
    "trials/declare.html": "a file",
}
"""Forms that are not tried here, each with its reason."""

_FORM: Final = re.compile(r"<form\b[^>]*>")


def forms() -> Mapping[str, list[str]]:
    """The forms that templates of the desk post, by template."""
    paths = APPS.glob("*/templates/*/*.html")
    texts = {path.relative_to(path.parents[1]).as_posix(): path.read_text("utf-8") for path in paths}
    posted = {name: [tag for tag in _FORM.findall(texts[name]) if 'method="post"' in tag] for name in _desk(texts)}
    return {name: tags for name, tags in posted.items() if tags}


def _desk(texts: Mapping[str, str]) -> set[str]:
    """The templates in the frame of the desk, and those that they include."""
    frames = {name: re.search(r'{% extends "([^"]+)"', text) for name, text in texts.items()}
    parts = {name: set(re.findall(r'{% include "([^"]+)"', text)) for name, text in texts.items()}
    inside: set[str] = set()
    more = {"accounts/desk.html"}
    while more:
        inside |= more
        more = {name for name, frame in frames.items() if frame is not None and frame[1] in inside}
        more |= {part for name in inside for part in parts[name] if part in texts}
        more -= inside
    return inside


def seed(site: Site) -> dict[str, object]:
    """What the forms need on a site: more officers, and something to write about."""
    made = subprocess.run(
        [sys.executable, "-c", SEED], env=site.environment, cwd=ROOT, check=True, capture_output=True, text=True
    )
    said: dict[str, object] = json.loads(made.stdout.splitlines()[-1])
    return said
