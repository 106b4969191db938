"""Canonical JSON and digests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.values.canonical import NotCanonical, canonical_json, sha256_file, sha256_hex
from ayan.core.values.limits import DEEPEST_JSON

documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=20,
)


def test_the_order_of_rfc_8785() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = canonical_json(dict.fromkeys(names, 0)).decode()
    assert list(json.loads(written)) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_the_escapes_of_rfc_8785() -> None:
    assert canonical_json('\u20ac$\u000f\nA\'B"\\\\"/\x7f\b\t\f\r') == (
        b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f\\b\\t\\f\\r"'
    )


def test_a_document() -> None:
    document: dict[str, Any] = {"ب": [True, False, None, -1, {}], "a": {"z": [], "y": "۱"}, "": 2**53}
    assert canonical_json(document).decode() == (
        '{"":9007199254740992,"a":{"y":"۱","z":[]},"ب":[true,false,null,-1,{}]}'
    )


@given(documents)
def test_stable_and_read_back_as_it_was(document: object) -> None:
    written = canonical_json(document)  # type: ignore[arg-type]  # what a caller without a type checker may pass
    read = json.loads(written)
    assert read == document
    assert canonical_json(read) == written


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(0, 9), min_size=2))
def test_the_order_of_making_does_not_matter(document: dict[str, int]) -> None:
    assert canonical_json(dict(reversed(document.items()))) == canonical_json(document)


def _nested(depth: int) -> object:
    document: object = 0
    for _ in range(depth):
        document = [document]
    return document


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (0.5, "type"),
        (1.0, "type"),
        (b"x", "type"),
        ({1, 2}, "type"),
        ({1: 2}, "key"),
        ({None: 2}, "key"),
        (2**53 + 1, "integer-range"),
        (-(2**53) - 1, "integer-range"),
        (["\ud800"], "surrogate"),
        ({"\ud800": 1}, "surrogate"),
        (_nested(DEEPEST_JSON + 1), "depth"),
        (_nested(5000), "depth"),
    ],
)
def test_refused(document: object, reason: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical_json(document)  # type: ignore[arg-type]  # what a caller without a type checker may pass
    assert refused.value.reason == reason


def test_the_deepest_document_is_written() -> None:
    assert canonical_json(_nested(DEEPEST_JSON)) == b"[" * DEEPEST_JSON + b"0" + b"]" * DEEPEST_JSON  # type: ignore[arg-type]  # what a caller without a type checker may pass


def test_digests(tmp_path: Path) -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256_hex(b"") == empty
    file = tmp_path / "part"
    file.write_bytes(b"x" * 3_000_000)
    assert sha256_file(file) == sha256_hex(b"x" * 3_000_000)
