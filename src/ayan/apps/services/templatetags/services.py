"""What templates ask of the services."""

from __future__ import annotations

from django import template
from django.template import Context
from django.urls import reverse

from ayan.apps.services.service_dataset import PART
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PlaysView
from ayan.wiring import city
from ayan.wiring.service_folder import service_catalogue

register = template.Library()


@register.simple_tag(takes_context=True)
def page_of_service(context: Context, dataset: Dataset, key: str) -> str:
    """The page of the service that a record of their dataset tells of; empty for other records and other services."""
    plays = any(view.part == PART for view in dataset.views_of(PlaysView))
    known = plays and key in service_catalogue(city.current().home).services
    return reverse(f"{context['lang']}:service", args=(key,)) if known else ""
