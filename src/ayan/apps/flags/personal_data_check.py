"""Whether a text that will be published holds a number that belongs to a person."""

from __future__ import annotations

import re
from typing import Final

from ayan.core.values import identity
from ayan.core.values.personal import plain_text

_RUN: Final = re.compile(r"(?:IR)?[0-9](?:[ ./_-]?[0-9]){8,25}", re.IGNORECASE)
_KINDS: Final = (identity.national_id, identity.mobile, identity.card_number, identity.sheba)


def holds_personal(text: str) -> bool:
    """Whether a national ID, a mobile phone, a bank card or an account number stands in ``text``.

    A legal ID of a company (11 digits) is none of these.
    """
    return any(_is_personal(re.sub(r"[^0-9IRir]", "", run)) for run in _RUN.findall(plain_text(text)))


def _is_personal(number: str) -> bool:
    for read in _KINDS:
        try:
            read(number)
        except ValueError:
            continue
        return True
    return False
