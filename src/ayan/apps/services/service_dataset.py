"""The dataset of services: which it is, made of what is declared, sent like the file of any other system.

An administrator sets it up by a source with the code `SOURCE`; without one nothing is sent. What the worker sends in
its name is a submission of the desk, as every file is: so nobody types a second truth beside the declarations.
"""

from __future__ import annotations

from typing import Final

from django_tasks import task

from ayan.apps.sources.made_files import as_csv, hand_in, sender
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PlaysView
from ayan.core.services.service_rows import COLUMNS, ServiceRow, service_rows
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.service_folder import service_catalogue

PART: Final = "public-services"
"""The part that the dataset of services plays."""

SOURCE: Final = "service-register"
"""The code of the source in whose name the services are sent: of the type that uploads, and of their dataset."""

_WORDS: Final = {True: "بله", False: "خیر"}


@task()
def send() -> None:
    """Send the dataset where a declaration has changed."""
    send_changed()


def send_changed() -> bool:
    """Send the declared services, unless they are what was sent before; whether they went in."""
    sending = sender(SOURCE)
    catalogue = service_catalogue(city.current().home)
    if sending is None or not catalogue.services:
        return False
    source, dataset = sending
    titles = {field.name: field.label.fa for field in dataset.fields}
    if not set(COLUMNS) <= set(titles):
        return False
    choices = {field.name: field.choices for field in dataset.fields if field.choices}

    def cells(row: ServiceRow) -> list[object]:
        return [
            _WORDS[cell]
            if isinstance(cell, bool)
            else choices[name].label(str(cell), "fa")
            if name in choices
            else cell
            for name, cell in zip(COLUMNS, row, strict=True)
        ]

    content = as_csv([titles[name] for name in COLUMNS], map(cells, service_rows(catalogue)))
    return hand_in(source, dataset, "", content)


def register_of(city: City) -> Dataset | None:
    """The dataset of services, where something of it is published."""
    for dataset in city.registry.all():
        if any(view.part == PART for view in dataset.views_of(PlaysView)):
            return dataset if city.release_store.snapshot(dataset.slug).rows else None
    return None
