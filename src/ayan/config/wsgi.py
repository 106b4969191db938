"""What the web server calls: the response cache, and behind it the site."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")

from django.conf import settings  # after it is known which settings hold
from django.core.wsgi import get_wsgi_application

from ayan.config.process_capacity import STREAMS
from ayan.config.request_bodies import BodyPlaces, BoundedBodies
from ayan.config.response_cache import ResponseCache
from ayan.wiring import city


def edition() -> str:
    """What is published now; the city is asked for each time, for the environment may name another."""
    return city.current().site_version.now()


application = ResponseCache(
    get_wsgi_application() if settings.FRONTED else BoundedBodies(get_wsgi_application(), BodyPlaces()),
    site_version=edition,
    session=settings.SESSION_COOKIE_NAME,
    most=settings.KEPT_BYTES,
    streams=STREAMS,
    fronted=settings.FRONTED,
)
