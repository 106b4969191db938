"""What the web server calls: the names and counts of requests, the response cache, and behind it the site."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")

from django.conf import settings  # after it is known which settings hold
from django.core.wsgi import get_wsgi_application

from ayan.config import metrics
from ayan.config.observation import Observed
from ayan.config.process_capacity import STREAMS
from ayan.config.response_cache import ResponseCache
from ayan.wiring import city


def edition() -> str:
    """What is published now, and what of it is damaged; the city is asked for each time, for there may be another."""
    current_city = city.current()
    return " ".join((current_city.site_version.now(), *sorted(current_city.damaged())))


response_cache = ResponseCache(
    get_wsgi_application(),
    site_version=edition,
    session=settings.SESSION_COOKIE_NAME,
    most=settings.KEPT_BYTES,
    streams=STREAMS,
    fronted=settings.FRONTED,
)
application = Observed(response_cache, fronted=settings.FRONTED, metrics=metrics.site())
