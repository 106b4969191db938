"""The pages of parcels and streets, by what these are called."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.urls import reverse

from ayan.apps.civic.roles import RoleDataset
from ayan.core.values.address_step import written
from ayan.core.values.locale import Lang


def parcel_address(land: RoleDataset, code: str, lang: Lang) -> str:
    """The page of a parcel: its record; where codes are no key, the rows that have it."""
    if land.dataset.key == (land.names["code"],):
        return reverse(f"{lang}:record", args=(land.dataset.slug, code))
    return f"{reverse(f'{lang}:dataset', args=(land.dataset.slug,))}?{urlencode({land.names['code']: code})}"


def street_address(name: str, lang: Lang) -> str:
    """The page of a street; its name may hold anything."""
    return reverse(f"{lang}:map_street", args=("STEP",)).replace("STEP", quote(written(name), safe=""))
