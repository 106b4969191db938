"""What a copy holds: every address that an app declares for it, with its file, and the city's own stylesheet."""

from __future__ import annotations

from django.urls import reverse

from ayan.apps.export.copy_paths import CopyPaths
from ayan.ui import contract
from ayan.wiring.city import City


def lay_out(paths: CopyPaths, city: City, records: int) -> dict[str, int]:
    """Give every address of the city in use its file; how many records of each dataset have a page."""
    counted = {dataset.slug: 0 for dataset in city.registry.all()}
    for app in contract.installed_apps():
        for copied in app.copied(records):
            paths.put(copied.url, copied.file, deaf=copied.any_query)
            if copied.record_of:
                counted[copied.record_of] += 1
    if city.profile.brand.css:
        paths.put(reverse("brand"), "brand.css", deaf=True)
    return counted
