"""How each office writes its tables: one layout for every declared sender of the sample city."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ayan_demo.layout import Layout
from ayan_demo.offices import contracting, council, council_seats, finance, personnel, planning, procurement, registers, treasury, zoning

LAYOUTS: Final[Mapping[str, Callable[[], Layout]]] = {
    "vendors/default": contracting.vendors_register,
    "vendors/procurement": contracting.vendors_procurement,
    "budget/budget-book": finance.budget_book,
    "consumer-prices/default": finance.price_index,
    "contracts/default": contracting.contracts_system,
    "contracts/archive": contracting.contracts_archive,
    "contracts/secretariat": contracting.contracts_secretariat,
    "organisation-chart/personnel": personnel.chart,
    "tenders/archive": procurement.tenders_archive,
    "tenders/default": procurement.tenders_site,
    "bids/default": procurement.bids_list,
    "bids/commission": procurement.bids_commission,
    "projects/gis": procurement.projects_gis,
    "progress-statements/default": procurement.statements_register,
    "progress-statements/technical-office": procurement.statements_office,
    "revenues/default": treasury.revenues_list,
    "revenues/income-office": treasury.revenues_system,
    "debts-and-claims/ledger": treasury.debts_ledger,
    "population/default": treasury.population,
    "advertising-spend/default": treasury.advertising,
    "studies-bought/default": treasury.studies,
    "foreign-trips/default": treasury.trips,
    "investment-calls/default": treasury.investment_calls,
    "municipal-properties/assets": treasury.properties,
    "kiosks-and-markets/default": treasury.kiosks,
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
    "council-members/default": council_seats.members,
    "council-sessions/default": council_seats.sessions,
    "council-attendance/roll": council_seats.roll,
    "parcels/gis": zoning.parcels,
    "article-100-rulings/panel": zoning.rulings,
    "levy-receipts/cashier": zoning.receipts,
    "article-5-decisions/default": zoning.decisions,
}
"""The layouts by ``dataset/source``."""
