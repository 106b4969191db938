"""How each office writes its tables: one layout for every declared sender of the sample city."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ayan_demo.layout import Layout
from ayan_demo.offices import contracting, council, finance, planning, registers

LAYOUTS: Final[Mapping[str, Callable[[], Layout]]] = {
    "vendors/default": contracting.vendors_register,
    "vendors/procurement": contracting.vendors_procurement,
    "budget/budget-book": finance.budget_book,
    "consumer-prices/default": finance.price_index,
    "contracts/default": contracting.contracts_system,
    "contracts/archive": contracting.contracts_archive,
    "contracts/secretariat": contracting.contracts_secretariat,
    "contract-amendments/default": contracting.amendments_register,
    "contract-amendments/office": contracting.amendments_office,
    "payments/accounting": finance.payments_accounting,
    "payments/treasury": finance.payments_treasury,
    "payments/districts": finance.payments_districts,
    "managers-pay/payroll": finance.payroll,
    "street-values/default": planning.streets_table,
    "street-values/valuation": planning.streets_valuation,
    "council-resolutions/minutes": council.minutes,
    "council-votes/tally": council.tally,
    "building-permits/engineering": planning.permits_engineering,
    "building-permits/gis": planning.permits_gis,
    "activities/default": registers.activities,
}
"""The layouts by ``dataset/source``."""
