"""The services as rows of their dataset, in the words of its columns: what is declared, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ayan.core.services.service import Service, ServiceChannel
from ayan.core.services.service_file import ServiceCatalogue
from ayan.core.values.locale import PERSIAN

COLUMNS: Final = (
    "code", "title", "title_en", "called", "event", "unit", "audience", "documents", "steps", "fee", "tariff", "days",
    "legal_basis", "channel", "visit", "sample",
)  # fmt: skip
"""The fields of the dataset that are made of declarations, in the order of a row."""

_BETWEEN: Final = PERSIAN.semicolon
_CHANNELS: Final[dict[frozenset[ServiceChannel], str]] = {
    frozenset({"online"}): "online",
    frozenset({"phone"}): "phone",
    frozenset({"office"}): "office",
    frozenset({"post"}): "post",
    frozenset({"office", "online"}): "both",
    frozenset({"phone", "online"}): "phone-online",
}
_SEVERAL: Final = "several"

ServiceRow = tuple[str | int | bool | None, ...]


def service_rows(catalogue: ServiceCatalogue) -> Iterator[ServiceRow]:
    """Each service as a row of `COLUMNS`, in the order of the codes; None where nothing is declared."""
    return (_row(service) for service in catalogue.services.values())


def _row(service: Service) -> ServiceRow:
    return (
        service.code,
        service.title.fa,
        service.title.en,
        _BETWEEN.join(service.called.get("fa", ())) or None,
        _BETWEEN.join(event.title.fa for event in service.events) or None,
        service.unit.title.fa,
        service.audience.code,
        _BETWEEN.join(document.title.fa for document in service.documents) or None,
        _BETWEEN.join(step.title.fa for step in service.steps) or None,
        0 if service.fee == "free" else None,
        service.tariff or None,
        service.days,
        service.law.words.fa if service.law else None,
        _CHANNELS.get(frozenset(service.channels), _SEVERAL),
        service.needs_visit,
        service.sample,
    )
