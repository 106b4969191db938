"""What pages of the log offer to whoever checks it without the city's own program."""

from __future__ import annotations

from django import template

from ayan.apps.logbook.verifier import VerifierFile, verifier_file

register = template.Library()


@register.simple_tag(name="verifier_file")
def offered() -> VerifierFile:
    """The one file that verifies, and its digest."""
    return verifier_file()
