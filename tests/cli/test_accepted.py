"""What is asked about on the command line, and said to be right as it stands."""

from __future__ import annotations

import pyarrow.parquet as pq
from tests.cli.city import HEADER, Town


def test_a_row_that_looks_like_none_is_published_once_somebody_said_so(town: Town) -> None:
    """The question names the option that answers it; another answer does not count."""
    file = town.file(f"{HEADER}\n1,1403/05/01,چنار,1000,\n2,1403/05/02,ایضاً,2000,\n")
    said = town.ayan("check", file, "--dataset", "trees", "--period", "1403-05")
    assert said.code == 1
    assert "If it is right as it stands: --accept row-ditto" in said.out
    other = town.ayan("check", file, "--dataset", "trees", "--period", "1403-05", "--accept", "row-sparse")
    assert other.code == 1
    done = town.publish(file, "--accept", "row-ditto")
    assert done.code == 0, done.words
    (release,) = town.city.release_store.releases("trees")
    (part,) = release.parts()
    assert pq.read_table(part)["species"].to_pylist() == ["چنار", "ایضاً"]
