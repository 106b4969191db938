"""Documents of rows: sealed with their bytes, found by row and by digest, gone with what is withdrawn or erased."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.city import FIRST, Town
from tests.core.attachments.published_documents import (
    PERIOD,
    city_with_documents,
    documents_of,
    paper,
    prepare,
    publish,
    rows_of,
    seal_rows,
)

from ayan.core.attachments.document_coverage import coverage
from ayan.core.attachments.document_files import document_name, text_name
from ayan.core.attachments.published_documents import DocumentGone
from ayan.core.publish.erasure import erase
from ayan.core.publish.sealing import ReleaseRefused, withdraw
from ayan.core.store.parquet import verify


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return city_with_documents(tmp_path)


def test_a_document_is_found_by_its_row_and_by_its_digest(town: Town) -> None:
    first, plan = paper(), paper(words="a plan", kind="plan", title="نقشهٔ ساختگی")
    release = publish(town.city, first, plan, paper("2", "دیگری"))
    documents = documents_of(town.city)

    assert [each.digest for each in documents.of_row("trees", ["1"])] == [first.digest, plan.digest]
    assert documents.of_row("trees", ["3"]) == ()
    assert documents.of_row("benches", ["1"]) == ()
    published = documents.document(first.digest)
    assert published is not None
    assert (published.dataset, published.key, published.release) == ("trees", ("1",), release.ref)
    assert (published.kind_label.en, published.title.fa, published.pages) == ("Planting permit", "مجوز ساختگی", 1)
    assert documents.bytes_of(published, checked=True).read_bytes() == first.content
    assert documents.text_of(published) == first.page_texts
    assert documents.full_digest(first.digest[:16]) == first.digest
    assert documents.full_digest(first.digest[:15]) is None
    assert documents.document("0" * 64) is None


def test_bytes_stand_once_in_all_releases_that_have_them(town: Town) -> None:
    first = paper()
    release = publish(town.city, first)
    other = publish(town.city, paper("2", "دیگری"))

    name = document_name(first.digest)
    assert other.local(name).samefile(release.local(name))
    assert verify(release.whole(), release.manifest) == verify(other.whole(), other.manifest) == []
    assert [file["path"] for file in other.manifest["ayan"]["documents"]] == sorted(other.beside[-4:])


def test_what_is_not_prepared_is_not_sealed(town: Town) -> None:
    lacking = paper()
    with pytest.raises(ReleaseRefused) as refused:
        seal_rows(town.city, rows_of(town.city, lacking))
    assert refused.value.code == "document-lacking"
    assert not town.city.release_store.releases("trees-documents")


@pytest.mark.parametrize("field", ["document_pages", "document_bytes"])
def test_a_row_that_says_otherwise_than_its_document_is_not_sealed(town: Town, field: str) -> None:
    true = paper()
    prepare(town.city, true)
    (row,) = rows_of(town.city, true)
    with pytest.raises(ReleaseRefused) as refused:
        seal_rows(town.city, [row | {field: "7"}])
    assert refused.value.code == "document-otherwise"


def test_a_changed_byte_is_found(town: Town) -> None:
    release = publish(town.city, paper())
    path = release.local(document_name(paper().digest))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"1.7", b"1.6"))

    assert [each.what for each in verify(release.whole(), release.manifest)] == ["hash"]
    published = documents_of(town.city).document(paper().digest)
    assert published is not None
    with pytest.raises(DocumentGone):
        documents_of(town.city).bytes_of(published, checked=True)


def test_a_withdrawn_document_is_at_no_door_and_on_no_disk(town: Town) -> None:
    secret = paper(words="آنچه نباید منتشر می‌شد")
    release = publish(town.city, secret)
    published = documents_of(town.city).document(secret.digest)
    assert published is not None
    path, text = (release.local(name) for name in (document_name(secret.digest), text_name(secret.facts.text_digest)))
    withdraw(town.city.publish_context, release, "personal-data", FIRST)

    documents = documents_of(town.city)
    assert documents.document(secret.digest) is None
    assert documents.of_row("trees", ["1"]) == ()
    assert not path.exists()
    assert not text.exists()
    for read in (documents.bytes_of, documents.text_of):
        with pytest.raises(DocumentGone):
            read(published)


def test_an_erased_row_takes_its_document_and_leaves_those_of_others(town: Town) -> None:
    kept, shared, gone = paper("2", "می‌ماند"), paper("1", "مشترک"), paper("1", "می‌رود")
    release = publish(town.city, kept, shared, replace(shared, tree="2"), gone)
    documents = documents_of(town.city)
    rows = [each.row for each in documents.of_row("trees", ["1"])]
    erased = erase(
        town.city.publish_context,
        release,
        rows,
        "personal-data",
        FIRST,
        dataset=town.city.registry.get("trees-documents"),
    )

    assert documents.document(gone.digest) is None
    assert not release.local(document_name(gone.digest)).exists()
    assert {each.digest for each in documents.of_row("trees", ["2"])} == {kept.digest, shared.digest}
    assert verify(erased.whole(), erased.manifest) == []
    assert gone.digest not in str(erased.manifest)


def test_what_was_prepared_is_let_go_of_once_it_is_published_and_comes_back_from_the_release(town: Town) -> None:
    first = paper()
    publish(town.city, first)
    # Nothing is prepared any more, and the row is sealed again from what stands.
    again = seal_rows(town.city, rows_of(town.city))
    assert again.number == 2
    assert documents_of(town.city).document(first.digest) is not None
    assert PERIOD in town.city.release_store.periods("trees-documents")


def test_rows_lack_their_documents_before_the_first_is_published_and_after_all_went(town: Town) -> None:
    assert _lacking(town) == (2, [2], 0)
    release = publish(town.city, paper())
    assert _lacking(town) == (2, [1], 1)
    withdraw(town.city.publish_context, release, "personal-data", FIRST)
    assert _lacking(town) == (2, [2], 0)


def _lacking(town: Town) -> tuple[int, list[int], int]:
    city = town.city
    counted = coverage(city.release_store, city.registry.get("trees"), city.registry.get("trees-documents"))
    return counted.rows, [each.rows for each in counted.lacking], counted.documents
