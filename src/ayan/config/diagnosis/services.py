"""What is seen of the services that the city declares."""

from __future__ import annotations

from collections.abc import Iterator

from ayan.config.diagnosis.health_finding import HealthFinding, number_of
from ayan.core.values.label import Label
from ayan.wiring.city import City
from ayan.wiring.service_folder import service_catalogue


def examine_services(city: City) -> Iterator[HealthFinding]:
    """Every fault of a declared service, or that all are right; nothing where none is declared."""
    catalogue = service_catalogue(city.home)
    for problem in catalogue.problems:
        yield HealthFinding("service", "error", problem.label)
    if catalogue.services and not catalogue.problems:
        words = Label("{count} خدمت اعلام شده و همه درست است.", "{count} services are declared and all are right.")
        yield HealthFinding("declared-services", "ok", words.format(count=number_of(len(catalogue.services))))
