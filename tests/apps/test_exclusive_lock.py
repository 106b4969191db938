"""What one process does alone is free as soon as that process is killed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from tests.faults.running_site import until
from tests.other_process import by_another

from ayan.ui.exclusive_lock import exclusively
from ayan.wiring import city
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db


def is_free(what: str) -> bool:
    with exclusively(what, city.current().home) as alone:
        return alone


def test_a_killed_holder_leaves_nothing_behind(small_city: City) -> None:
    with by_another("a round") as holder:
        assert not is_free("a round")
        assert is_free("another round")
        holder.kill()
        until(lambda: is_free("a round"), "it is free", 5)
        # Whoever has done it leaves it free too.
        assert is_free("a round")


def test_a_block_that_fails_in_the_database_lets_go(small_city: City) -> None:
    alone = exclusively("a round", small_city.home)
    with pytest.raises(DatabaseError), alone, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column")
    assert is_free("a round")
