"""What a portal or a copy may show otherwise than was sealed: one function for each lie, from an answer to a false one."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

Lie = Callable[[bytes], bytes]
LIES: Final[dict[str, Lie]] = {}


def _listed(name: str, lie: Lie) -> None:
    def checked(body: bytes) -> bytes:
        changed = lie(body)
        assert changed != body, f"{name} changes nothing"
        return changed

    LIES[name.replace("_", "-")] = checked


def lie(make: Lie) -> Lie:
    """Put a lie on the list, under the name of its function."""
    _listed(make.__name__, make)
    return make


def text_lie(make: Callable[[str], str]) -> Callable[[str], str]:
    """The same, of a text."""
    _listed(make.__name__, lambda body: make(body.decode()).encode())
    return make


def document_lie(make: Callable[[Any], object]) -> Callable[[Any], object]:
    """The same, of a JSON document, which is changed in place."""

    def changed(body: bytes) -> bytes:
        document = json.loads(body)
        make(document)
        return json.dumps(document, ensure_ascii=False).encode()

    _listed(make.__name__, changed)
    return make


def swapped(page: str, pattern: str, after: str) -> str:
    """A text with the first match of a pattern in other words."""
    return re.sub(pattern, after, page, count=1, flags=re.DOTALL)


# --- downloads --------------------------------------------------------------------------------------------------------


def _parquet(body: bytes, change: Callable[[pa.Table], pa.Table]) -> bytes:
    out = pa.BufferOutputStream()
    pq.write_table(change(pq.read_table(io.BytesIO(body))), out)
    return out.getvalue().to_pybytes()


@lie
def parquet_without_a_column(body: bytes) -> bytes:
    return _parquet(body, lambda table: table.drop_columns(["day"]))


@lie
def parquet_with_a_column_more(body: bytes) -> bytes:
    return _parquet(body, lambda table: table.append_column("verified_by_council", pa.array(["yes"] * len(table))))


@lie
def parquet_without_a_row(body: bytes) -> bytes:
    return _parquet(body, lambda table: table.slice(1))


@lie
def parquet_with_rounded_amounts(body: bytes) -> bytes:
    def rounded(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index("amount")
        return table.set_column(at, "amount", table["amount"].cast(pa.float64()))

    return _parquet(body, rounded)


@text_lie
def csv_with_another_key(text: str) -> str:
    return text.replace("C-003", "C-903", 1)


@text_lie
def csv_without_its_last_row(text: str) -> str:
    return "\n".join(text.rstrip("\n").split("\n")[:-1]) + "\n"


@text_lie
def csv_without_a_column(text: str) -> str:
    return "\n".join(",".join(line.split(",")[:3] + line.split(",")[4:]) for line in text.split("\n"))


# --- documents --------------------------------------------------------------------------------------------------------


@document_lie
def rows_with_another_amount(document: Any) -> None:
    document["rows"][0]["amount"] = 7


@document_lie
def rows_under_another_label(document: Any) -> None:
    document["labels"]["amount"] = "Given back"


@document_lie
def row_with_another_subject(document: Any) -> None:
    document["rows"][0]["subject"] = "another"


@document_lie
def group_with_another_sum(document: Any) -> None:
    document["groups"][0]["sum_amount"] += 1


@document_lie
def code_turned_round(document: Any) -> None:
    (state,) = (column for column in document["schema"]["fields"] if column["name"] == "state")
    first, second = state["ayan:choices"]
    first["en"], second["en"] = second["en"], first["en"]


@document_lie
def title_of_another(document: Any) -> None:
    document["title"]["en"] = "Donations"


@document_lie
def owner_of_another(document: Any) -> None:
    document["owner"]["fa"] = "معاونت هیچ‌کس"


@document_lie
def release_of_another_day(document: Any) -> None:
    document["releases"][0]["sealed_at"] = "2020-01-01T00:00:00.000Z"


@document_lie
def release_with_another_digest(document: Any) -> None:
    document["releases"][-1]["digest"] = f"sha256:{'0' * 64}"


@document_lie
def dataset_with_fewer_rows(document: Any) -> None:
    for dataset in document["datasets"]:
        dataset["rows"] = 1


@document_lie
def tombstone_with_another_reason(document: Any) -> None:
    document["tombstone"]["code"] = "court-order"


# --- pages ------------------------------------------------------------------------------------------------------------


@text_lie
def record_with_another_amount_for_the_eye(page: str) -> str:
    """The attribute that programs read stays right."""
    return swapped(page, r'(<dd>\s*<div>\s*<data value="[0-9]+"><span aria-hidden="true">)', r"\1۹")


@text_lie
def record_with_another_amount_for_a_voice(page: str) -> str:
    return swapped(page, r'(<dd>\s*<div>\s*<data value="[0-9]+">.*?<span class="vh">)', r"\1۹")


@text_lie
def record_without_its_day(page: str) -> str:
    return swapped(page, r"<div>\s*<dt>تاریخ</dt>.*?</dd>\s*</div>", "")


@text_lie
def record_with_the_key_of_another(page: str) -> str:
    return swapped(page, r"(<dd>\s*<div>\s*)<bdi[^>]*>C-[0-9]+</bdi>", r"\1C-009")


@text_lie
def record_in_another_state(page: str) -> str:
    return swapped(page, r"(<dd>\s*<div>\s*<bdi>)جاری(</bdi>)", r"\1پایان\2")


@text_lie
def record_whose_link_leads_elsewhere(page: str) -> str:
    return swapped(page, r'(<dd>\s*<div>\s*<a href=")https://example.org/[^"]*"', r'\1https://elsewhere.example/"')


@text_lie
def record_with_its_facts_drawn_otherwise(page: str) -> str:
    page = page.replace('<dl class="pairs facts-list">', '<dl class="facts">')
    return re.sub(r'<data value="[0-9]+">.*?</data>', "۹۹", page, flags=re.DOTALL)


@text_lie
def table_with_another_amount(page: str) -> str:
    head, mark, rest = page.partition("<tbody>")
    return head + mark + swapped(rest, r'(<data value="[0-9]+"[^>]*><span aria-hidden="true">)', r"\1۹")


@text_lie
def table_with_another_sum(page: str) -> str:
    head, mark, rest = page.partition("<tfoot>")
    return head + mark + swapped(rest, r'(<data value="[0-9]+"[^>]*>)', r"\g<1>9")


@text_lie
def table_that_counts_other_rows(page: str) -> str:
    return swapped(page, r'(<h2 id="count"[^>]*>\s*)', r"\g<1>9")


@text_lie
def headline_of_another_sum(page: str) -> str:
    return swapped(page, r'(<dd class="big"><data value="[0-9]+">(?:<span aria-hidden="true">)?)', r"\g<1>9")


@text_lie
def release_approved_by_another(page: str) -> str:
    return page.replace("تأییدکنندهٔ ساختگی", "شورای شهر")


@text_lie
def release_with_another_digest_on_its_page(page: str) -> str:
    return re.sub("[0-9a-f]{64}", "0" * 64, page)


@text_lie
def withdrawn_for_another_reason(page: str) -> str:
    return page.replace("داده نادرست بود", "به حکم مرجع قضایی").replace("The data were wrong", "By order of a court")


@text_lie
def catalogue_without_a_dataset(page: str) -> str:
    return page.replace("data/works", "data/parks").replace('"works/index.html"', '"parks/index.html"')
