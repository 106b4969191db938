"""The registry finds what is declared, sees changes, lets a city's own win, and knows pointers that lead nowhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.schema.view import PriceIndexView
from ayan.datasets.registry import BUILTIN, Registry, UnknownDataset, one_look


def put(home: Path, slug: str, *fields: str, title: str = "عنوان") -> Path:
    folder = home / slug
    folder.mkdir(parents=True, exist_ok=True)
    top = f'slug = "{slug}"\ntopic = "money"\n' + "".join(
        f'{key}.fa = "{title}"\n{key}.en = "{title}"\n' for key in ("title", "description", "owner")
    )
    (folder / "dataset.toml").write_text(top + "".join(fields), encoding="utf-8")
    return folder


def field(name: str, kind: str = "code", rest: str = "") -> str:
    return f'[[field]]\nname = "{name}"\nkind = "{kind}"\nlabel.fa = "{name}"\nlabel.en = "{name}"\n{rest}\n'


def touch(path: Path) -> None:
    """Give the file a later time of change, whatever the clock of the file system can tell apart."""
    later = path.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(later, later))


def test_what_comes_with_ayan_is_sound() -> None:
    registry = Registry()
    assert [problem.text("en") for problem in registry.problems()] == []
    assert registry.errors() == {}
    folders = sorted(path.parent.name for path in BUILTIN.glob("*/dataset.toml"))
    assert [dataset.slug for dataset in registry.all()] == folders


def test_the_citys_own_wins_by_slug(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    put(ours, "roads", field("a"))
    put(ours, "trees", field("a"))
    put(theirs, "roads", field("b"), title="راه‌های ما")
    registry = Registry((ours, theirs))
    assert [dataset.slug for dataset in registry.all()] == ["roads", "trees"]
    assert registry.get("roads").title.fa == "راه‌های ما"
    assert registry.folder("roads") == theirs / "roads"


def test_a_broken_declaration_hides_neither_itself_nor_the_others(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    put(ours, "roads", field("a"))
    put(ours, "trees", field("a"))
    put(theirs, "roads", field("a", "money"))
    registry = Registry((ours, theirs))
    assert [dataset.slug for dataset in registry.all()] == ["trees"]
    assert set(registry.errors()) == {"roads"}
    assert [problem.code for problem in registry.problems()] == ["not-one-of"]
    with pytest.raises(DeclarationError, match=r"field\[a\]\.kind"):
        registry.get("roads")


def test_an_unknown_slug_is_told_with_the_nearest(tmp_path: Path) -> None:
    put(tmp_path, "roads", field("a"))
    with pytest.raises(UnknownDataset) as refusal:
        Registry((tmp_path, tmp_path / "absent")).get("road")
    assert (refusal.value.slug, refusal.value.near) == ("road", "roads")
    with pytest.raises(KeyError):
        Registry((tmp_path,)).folder("zzz")


def test_a_declaration_is_read_once_and_again_when_it_changes(tmp_path: Path) -> None:
    folder = put(tmp_path, "roads", field("a", rest='choices = "kinds"'))
    codes = folder / "codes" / "kinds.toml"
    codes.parent.mkdir()
    codes.write_text('[[entry]]\ncode = "a"\nfa = "الف"\nen = "A"\n', encoding="utf-8")
    registry = Registry((tmp_path,))
    first = registry.get("roads")
    assert registry.get("roads") is first
    codes.write_text('[[entry]]\ncode = "b"\nfa = "ب"\nen = "B"\n', encoding="utf-8")
    touch(codes)
    second = registry.get("roads")
    assert second.digest != first.digest
    put(tmp_path, "trees", field("a"))
    assert [dataset.slug for dataset in registry.all()] == ["roads", "trees"]
    (tmp_path / "trees" / "dataset.toml").unlink()
    assert [dataset.slug for dataset in registry.all()] == ["roads"]


def test_balances_are_read_once_and_again_when_one_changes(tmp_path: Path) -> None:
    registry = Registry((BUILTIN, tmp_path))
    first = registry.balances()
    assert first.sound
    assert first.problems == ()
    assert registry.balances() is first
    put(tmp_path, "roads", field("a"))
    broken = tmp_path / "roads" / "audits" / "broken.toml"
    broken.parent.mkdir()
    broken.write_text("no balance", encoding="utf-8")
    assert [problem.code for problem in registry.balances().problems] == ["file-toml"]
    broken.unlink()
    again = registry.balances()
    assert (again.sound, again.problems) == (first.sound, ())


def test_one_look_sees_one_state_of_the_folders(tmp_path: Path) -> None:
    put(tmp_path, "roads", field("a"))
    registry = Registry((tmp_path,))
    with one_look():
        first = registry.get("roads")
        assert registry.all() == (first,)
        put(tmp_path, "trees", field("a"))
        touch(put(tmp_path, "roads", field("b")) / "dataset.toml")
        assert registry.get("roads") is first
        assert registry.all() == (first,)
        assert registry.get("trees").slug == "trees", "what nobody asked for before is looked for"
    assert registry.get("roads").digest != first.digest
    assert len(registry.all()) == 2


def test_declarations_are_asked_for_by_what_they_declare_and_nothing_else_is_worded(tmp_path: Path) -> None:
    builtin, worded = Registry((BUILTIN, tmp_path)), list[str]()

    def words(dataset: Dataset) -> Dataset:
        worded.append(dataset.slug)
        return dataset

    reworded = builtin.worded(words)
    with one_look():
        declaring = reworded.declaring(PriceIndexView)
        assert declaring == builtin.declaring(PriceIndexView) != ()
        assert all(dataset.view(PriceIndexView) for dataset in declaring)
    assert worded == []
    assert reworded.in_words(declaring[0]) is declaring[0]
    assert worded == [declaring[0].slug]
    assert builtin.without({declaring[0].slug}).declaring(PriceIndexView) == declaring[1:]
    put(tmp_path, declaring[0].slug, field("year"))
    assert builtin.declaring(PriceIndexView) == declaring[1:], "the city's own declares no such view"


@pytest.mark.parametrize(
    ("kind", "to", "code"),
    [
        ("ref", "firm.number", "ref-dataset"),
        ("ref", "firms.numbr", "ref-field"),
        ("ref", "firms.owner", "ref-private"),
        ("ref", "firms.hint", "ref-private"),
        ("ref", "firms.row", "ref-private"),
        ("ref", "firms.size", "ref-kind"),
        ("ref", "firms.since", "ref-kind"),
        ("place", "firms.legal_id", "ref-kind"),
        ("ref", "firms.number", None),
        ("company", "firms.legal_id", None),
        ("text", "firms.number", None),
    ],
)
def test_a_reference_leads_to_a_published_field_of_its_like(
    tmp_path: Path, kind: str, to: str, code: str | None
) -> None:
    put(
        tmp_path,
        "firms",
        field("number"),
        field("legal_id", "company"),
        field("owner", "code", 'shown = "withheld"'),
        field("hint", "code", 'shown = "masked"'),
        field("row", "integer", 'role = "counter"'),
        field("size", "integer"),
        field("since", "date"),
    )
    put(tmp_path, "roads", field("builder", kind, f'ref = "{to}"'))
    problems = Registry((tmp_path,)).problems()
    assert [problem.code for problem in problems] == ([code] if code else [])
    for problem in problems:
        assert (problem.file, problem.key) == ("roads/dataset.toml", "field[builder].ref")
        assert "{" not in problem.message.fa + problem.message.en


def test_a_reference_to_a_refused_dataset_is_not_a_second_fault(tmp_path: Path) -> None:
    put(tmp_path, "firms", field("number", "money"))
    put(tmp_path, "roads", field("builder", "ref", 'ref = "firms.number"'))
    assert [problem.file for problem in Registry((tmp_path,)).problems()] == ["firms/dataset.toml"]


@pytest.mark.parametrize(
    ("step", "code"), [("roads.builder", None), ("roads.owner", "chain-step"), ("road.x", "ref-dataset")]
)
def test_a_step_of_a_chain_is_of_rows_that_belong_to_the_record(tmp_path: Path, step: str, code: str | None) -> None:
    chain = f'[[view]]\ncode = "v"\nkind = "chain"\ntitle.fa = "ن"\ntitle.en = "V"\nsteps = ["self", "{step}"]\n'
    put(tmp_path, "firms", field("number"), chain)
    put(tmp_path, "roads", field("builder", "ref", 'ref = "firms.number"'), field("owner"))
    assert [problem.code for problem in Registry((tmp_path,)).problems()] == ([code] if code else [])


@pytest.mark.parametrize(
    ("by", "at", "code"),
    [
        ("lot", "lots.mark", None),
        ("lot", "firms.number", "place-absent"),
        ("since", "lots.mark", "ref-kind"),
        ("lot", "lots.owner", "ref-private"),
        ("lot", "lots.none", "ref-field"),
        ("lot", "nowhere.mark", "ref-dataset"),
    ],
)
def test_rows_are_placed_by_rows_that_have_a_public_place(tmp_path: Path, by: str, at: str, code: str | None) -> None:
    placed = f'[[view]]\ncode = "v"\nkind = "placed"\nby = "{by}"\nat = "{at}"\n'
    put(tmp_path, "firms", field("number"))
    put(tmp_path, "lots", field("mark"), field("outline", "geometry"), field("owner", "code", 'shown = "withheld"'))
    put(tmp_path, "halls", field("lot"), field("since", "date"), placed)
    assert [problem.code for problem in Registry((tmp_path,)).problems()] == ([code] if code else [])


PERMIT = '[[document]]\ncode = "permit"\nlabel.fa = "مجوز"\nlabel.en = "Permit"\n'
OF_FIRMS = 'documents_of = "firms"\n'
KEYED = 'key = ["number"]\n'


@pytest.mark.parametrize(
    ("slug", "said", "firms", "key", "code"),
    [
        ("firms-documents", (OF_FIRMS, field("number"), PERMIT), (KEYED, field("number")), "", None),
        ("firms-documents", (field("number"), PERMIT), (KEYED, field("number")), "document", "documents-alone"),
        ("firm-papers", (OF_FIRMS, field("number"), PERMIT), (KEYED, field("number")), "slug", "documents-slug"),
        (
            "firms-documents",
            (OF_FIRMS, KEYED, field("number"), PERMIT),
            (KEYED, field("number")),
            "key",
            "documents-key",
        ),
        (
            "firms-documents",
            (OF_FIRMS, field("number"), field("document_pages"), PERMIT),
            (KEYED, field("number")),
            "field[document_pages]",
            "documents-field",
        ),
        (
            "firms-documents",
            (OF_FIRMS, field("number"), PERMIT),
            (field("number"),),
            "documents_of",
            "documents-no-key",
        ),
        (
            "firms-documents",
            (OF_FIRMS, 'period = "year"\n', field("number"), PERMIT),
            (KEYED, field("number")),
            "period",
            "documents-period",
        ),
        ("firms-documents", (OF_FIRMS, field("name"), PERMIT), (KEYED, field("number")), "field", "documents-row"),
    ],
)
def test_documents_belong_to_rows_that_have_a_key(
    tmp_path: Path, slug: str, said: tuple[str, ...], firms: tuple[str, ...], key: str, code: str | None
) -> None:
    put(tmp_path, "firms", *firms)
    put(tmp_path, slug, *said)
    problems = Registry((tmp_path,)).problems()
    noted = [(problem.file, problem.key, problem.code) for problem in problems]
    assert (f"{slug}/dataset.toml", key, code) in noted if code else noted == []
