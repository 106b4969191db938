"""ayan officer: the first administrator, and a new link for whoever lost password or phone."""

from __future__ import annotations

import argparse
import os

from ayan.cli.report_text import say
from ayan.cli.serve import prepare
from ayan.core.values.label import Label


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan officer``."""
    parser = verbs.add_parser("officer", help="add the first administrator, or make somebody a new one-time link")
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="add a person and print the link by which they choose password and second factor")
    add.add_argument("username", metavar="USERNAME")
    add.add_argument("--name", required=True, metavar="NAME", help="as colleagues read it")
    add.add_argument("--email", default="", metavar="ADDRESS")
    add.add_argument("--role", default="administrator", metavar="ROLE", help="administrator by default")
    add.add_argument("--unit", metavar="SLUG", help="the unit that the role is for; without it all of them")
    add.add_argument("--dataset", default="", metavar="SLUG", help="the dataset that the role is for; without it all")
    invite = acts.add_parser("invite", help="print a new link; using it ends what was known before")
    invite.add_argument("username", metavar="USERNAME")


def run(args: argparse.Namespace) -> int:
    """Exit 0 with the link on standard output, 1 when it may not be. No password is ever an argument."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    prepare()

    from django.db import transaction

    from ayan.apps.accounts import actions
    from ayan.apps.accounts.models import Unit, User
    from ayan.apps.accounts.refusals import AccountRefused

    try:
        with transaction.atomic():
            if args.act == "add":
                unit = Unit.objects.get(slug=args.unit) if args.unit else None
                whom = actions.add_person(None, args.username, args.name, args.email)
                actions.give(None, whom, args.role, unit, args.dataset)
            else:
                whom = User.objects.get(username=args.username.strip().lower())
            secret = actions.invite(None, whom)
    except AccountRefused as refused:
        say(refused, error=True)
        return 1
    except (User.DoesNotExist, Unit.DoesNotExist):
        say(Label("چنین کسی یا چنین واحدی نیست.", "There is no such person or unit."), error=True)
        return 1
    say(
        Label(
            "این پیوند را خود {name} باز کند. یک بار و تا سه روز کار می‌کند.",
            "{name} must open this link. It works once, for three days.",
        ).format(name=whom.name)
    )
    print(actions.link(secret))
    return 0
