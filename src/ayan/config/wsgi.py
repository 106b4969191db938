"""What the web server calls: the names and counts of requests, the response cache, and behind it the site."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")

from django.conf import settings  # after it is known which settings hold
from django.core.wsgi import get_wsgi_application

from ayan.config import metrics
from ayan.config.drain import own_drain
from ayan.config.health import Readiness, healthz
from ayan.config.hosting.city_sites import site_of_cities
from ayan.config.limits import MOST_STREAMS, MOST_STREAMS_OF_ONE
from ayan.config.observation import Observed
from ayan.config.request_bodies import BodyPlaces, BoundedBodies
from ayan.config.response_cache import ResponseCache
from ayan.core.system.call_stack import with_room
from ayan.ui import language
from ayan.wiring import city


def site_version() -> str:
    """What is published now, and what of it is damaged; the city is asked for each time, for there may be another."""
    version, damaged = city.current().state()
    return " ".join((version, *sorted(damaged)))


site = get_wsgi_application() if settings.FRONTED else BoundedBodies(get_wsgi_application(), BodyPlaces())
response_cache = ResponseCache(
    site,
    site_version=site_version,
    session=settings.SESSION_COOKIE_NAME,
    most=settings.KEPT_BYTES,
    streams=MOST_STREAMS,
    streams_of_one=MOST_STREAMS_OF_ONE,
    fronted=settings.FRONTED,
    desk=language.in_each("/desk/"),
    apart={"/healthz": healthz, "/readyz": Readiness(drain=own_drain)},
)
hosted = site_of_cities(settings.INSTALLATION, site, site_version) if settings.INSTALLATION else None
observed = Observed(hosted or response_cache, fronted=settings.FRONTED, metrics=metrics.site())
application = own_drain.telling(with_room(observed))
