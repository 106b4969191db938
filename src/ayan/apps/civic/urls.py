"""The addresses of the special pages, the same under / and /en/."""

from django.urls import path

from ayan.apps.civic import organisation
from ayan.apps.civic.views import budget, council

pages = [
    path("budget", budget.overview, name="budget_years"),
    path("budget.<slug:form>", budget.overview_as, name="budget_years_as"),
    path("budget/<path:steps>", budget.tree, name="budget_tree"),
    path("organisation", organisation.organisation, name="organisation"),
    path("council", council.whole, name="council"),
    path("council/member/<path:name>", council.member, name="council_member"),
    path("council/session/<path:number>", council.sitting, name="council_sitting"),
    path("council/resolution/<path:number>", council.decision, name="council_decision"),
]
