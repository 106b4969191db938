"""What the server of assistants calls: the protocol before the site of this very process, with its queue and limits."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http.request import validate_host
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

from ayan.apps.assistants.gate import PATH, Application, Gate
from ayan.apps.assistants.limits import LARGEST_REQUEST
from ayan.apps.assistants.mcp_server import mcp_server
from ayan.apps.assistants.site_door import Site, SiteDoor


def is_known(host: str) -> bool:
    """Whether a host name is one of the city's, or of any city of the installation."""
    if settings.INSTALLATION:
        return settings.INSTALLATION.of_host(host) is not None
    return validate_host(host, settings.ALLOWED_HOSTS)


def assistants(site: Site) -> Application:
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
