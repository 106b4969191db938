"""What the server of assistants calls: the protocol before the site of this very process, with its queue and limits.

Before anybody asks, a process reads what the first question in words needs.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from django.conf import settings
from django.http.request import validate_host
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

from ayan.apps.assistants.gate import PATH, Application, Gate
from ayan.apps.assistants.limits import LARGEST_REQUEST
from ayan.apps.assistants.mcp_server import mcp_server
from ayan.apps.assistants.site_door import InnerSite, SiteDoor
from ayan.apps.search.box import ask
from ayan.wiring.city import City

_LOG: Final = logging.getLogger(__name__)
QUESTIONS: Final = ("تعداد قراردادها", "how much was spent this year", "بودجه ۱۴۰۳")
"""As people put them, in both languages: what they are answered by is opened, too."""


def is_known(host: str) -> bool:
    """Whether a host name is one of the city's, or of any city of the installation."""
    if settings.INSTALLATION:
        return settings.INSTALLATION.of_host(host) is not None
    return validate_host(host, settings.ALLOWED_HOSTS)


def assistants(site: InnerSite) -> Application:
    """The ASGI application over a site (WSGI). It keeps no session: any process answers any request."""
    return over(mcp_server(SiteDoor(site)))


def over(server: MCPServer[Any], *, sessions: bool = False) -> Application:
    """The same over a server; with ``sessions`` it keeps those of the older revisions, and streams to them."""
    protocol = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=not sessions,
        stateless_http=not sessions,
        max_request_body_size=LARGEST_REQUEST,
        # Hosts and origins are looked at by the gate, which knows those of all cities and says why in both languages.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return Gate(protocol, is_known, methods=("POST", "GET", "DELETE") if sessions else ("POST",))


def put_first_questions(city: City) -> None:
    """Read what words mean in a city, its services and tariffs, and open what a question needs.

    Whatever is wrong with the city is told to whoever asks; no process fails to begin for it.
    """
    try:
        city.lexicons.make(city.registry.all(), keep=True)
        for question in QUESTIONS:
            ask(city, question)
    except Exception as fault:  # noqa: BLE001 - as said above
        _LOG.warning("no question could be answered ahead: %s", type(fault).__name__)
