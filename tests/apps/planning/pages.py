"""Pages and layers of the map as tests ask for them: nothing in them is withheld, and nothing is left unescaped."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from tests.apps.small_city import HOSTILE, SECRET


def body(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    page = response.content.decode()
    assert HOSTILE not in page
    assert SECRET not in page
    return page


def layers(client: Client, address: str) -> dict[str, dict[str, Any]]:
    answer = client.get(address)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert SECRET not in text
    return {layer["slug"]: layer for layer in json.loads(text)["layers"]}
