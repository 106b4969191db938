"""What is published as CKAN describes it: datasets as packages, units as organizations, topics as groups."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from ayan.apps.standards.action_parameters import ActionParameters
from ayan.apps.standards.data_catalogue import licence_of, span_of
from ayan.apps.standards.limits import MOST_PACKAGES, PACKAGES_SHOWN
from ayan.apps.standards.open_data_list import both
from ayan.apps.standards.package_query import (
    MOMENTS,
    WORDS,
    BadPackageQuery,
    PackageQuery,
    SearchParameters,
    parse_query,
)
from ayan.core.query.formats import formats_of
from ayan.core.schema.definition import Dataset
from ayan.core.values.canonical import JsonObject
from ayan.core.values.label import Label
from ayan.core.values.text import fold
from ayan.ui.api.responses import NotFound, root_of
from ayan.wiring.city import City

TABLE: Final = "csv"
"""The format whose resource stands for the rows themselves."""
_OPEN: Final = re.compile("(?:ODC-|ODbL|PDDL|CC0|CC-BY-[0-9]|CC-BY-SA-|OGL-)")
_NOT_IN_NAMES: Final = re.compile("[^a-z0-9]+")
_ORDERS: Final = ("name", "id", "title", *MOMENTS)
_SORT: Final = re.compile(r"([a-z_]+)(?:\s+(asc|desc))?", re.IGNORECASE)
# The order of CKAN itself, which means the best first: what is found is found here, and the newest stands first.
_RANKS: Final = ("score", "relevance")

NO_PACKAGE: Final = Label("داده‌ای به این نام منتشر نشده است.", "No dataset of this name is published.")
NO_OWNER: Final = Label("واحدی به این نام نیست.", "There is no organization of this name.")
NO_TOPIC: Final = Label("موضوعی به این نام نیست.", "There is no group of this name.")
_SORTS: Final = Label("ترتیب را مثل name asc بنویسید، از {orders}.", "Write the order like name asc, of {orders}.")


def name_of(owner: Label) -> str:
    """What a unit is called in addresses."""
    plain = _NOT_IN_NAMES.sub("-", owner.en.lower()).strip("-")
    return plain or f"unit-{sha256(owner.en.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class PackageCatalogue:
    """The packages of a city at the public address of its ``site``: datasets of which something is published."""

    city: City
    site: str

    def published(self) -> Iterator[Dataset]:
        """The datasets that are told of, by name."""
        for dataset in self.city.registry.all():
            if dataset.withheld is None and self.city.release_store.snapshot(dataset.slug).releases:
                yield dataset

    def dataset(self, name: str) -> Dataset:
        """The published dataset of a name. Raises NotFound."""
        dataset = next((each for each in self.published() if each.slug == name), None)
        if dataset is None:
            raise NotFound("no-such-package", NO_PACKAGE)
        return dataset

    def package(self, dataset: Dataset) -> JsonObject:
        """One dataset with its resources."""
        state = self.city.release_store.snapshot(dataset.slug)
        created = _moment(min(release.sealed_at for release in state.releases))
        modified = _moment(max(release.sealed_at for release in state.releases))
        resources = list(self._resources(dataset, created, modified))
        owner, tags = self._owner(dataset.owner), list(self._tags(dataset))
        mail = (each.address for each in self.city.profile.contact if each.address.startswith("mailto:"))
        return {
            "id": dataset.slug,
            "name": dataset.slug,
            "title": both(dataset.title),
            "title_translated": dataset.title.words(),
            "notes": both(dataset.description),
            "notes_translated": dataset.description.words(),
            "url": f"{self.site}/data/{dataset.slug}",
            "type": "dataset",
            "state": "active",
            "private": False,
            "version": state.digest,
            "author": both(dataset.owner),
            "author_email": None,
            "maintainer": both(self.city.profile.name),
            "maintainer_email": next(mail, "").removeprefix("mailto:") or None,
            "license_id": dataset.licence,
            "license_title": dataset.licence,
            "license_url": licence_of(dataset.licence),
            "isopen": _OPEN.match(dataset.licence) is not None,
            "metadata_created": created,
            "metadata_modified": modified,
            "organization": owner,
            "owner_org": owner["id"],
            "groups": [self._topic(dataset.topic)],
            "tags": tags,
            "num_tags": len(tags),
            "resources": resources,
            "num_resources": len(resources),
            "extras": [{"key": key, "value": value} for key, value in self._extras(dataset)],
            "relationships_as_subject": [],
            "relationships_as_object": [],
        }

    def _resources(self, dataset: Dataset, created: str, modified: str) -> Iterator[JsonObject]:
        """All rows as they stand now, in every format that holds them whole."""
        root = f"{self.site}{root_of(dataset)}"
        forms = [(name, form) for name, form in formats_of(dataset).items() if form.write is not None]
        for place, (name, form) in enumerate(forms):
            yield {
                "id": f"{dataset.slug}.{name}",
                "package_id": dataset.slug,
                "name": f"{both(dataset.title)} ({name.upper()})",
                "description": both(dataset.description),
                "url": f"{root}/rows.{name}",
                "url_type": None,
                "format": name.upper(),
                "mimetype": form.media_type.partition(";")[0],
                "size": None,
                "hash": "",
                "position": place,
                "state": "active",
                "created": created,
                "last_modified": modified,
                "metadata_modified": modified,
                "datastore_active": name == TABLE,
            }

    def _tags(self, dataset: Dataset) -> Iterator[JsonObject]:
        for word in dict.fromkeys(self._topic_label(dataset.topic).words().values()):
            yield {"id": word, "name": word, "display_name": word, "state": "active", "vocabulary_id": None}

    def _extras(self, dataset: Dataset) -> Iterator[tuple[str, str]]:
        state = self.city.release_store.snapshot(dataset.slug)
        yield "identifier", f"{self.site}/data/{dataset.slug}"
        yield "frequency", dataset.cadence
        if days := span_of(state):
            yield "temporal_start", days[0].isoformat()
            yield "temporal_end", days[1].isoformat()
        yield "rows", str(state.rows)
        yield "releases", f"{self.site}{root_of(dataset)}/releases"
        yield "described_by", f"{self.site}{root_of(dataset)}"

    def _owner(self, owner: Label) -> JsonObject:
        name = name_of(owner)
        return {
            "id": name,
            "name": name,
            "title": both(owner),
            "display_name": both(owner),
            "description": "",
            "image_url": "",
            "type": "organization",
            "is_organization": True,
            "approval_status": "approved",
            "state": "active",
        }

    def _topic_label(self, topic: str) -> Label:
        return self.city.topics.get(topic, Label(topic, topic))

    def _topic(self, topic: str) -> JsonObject:
        label = both(self._topic_label(topic))
        return {
            "id": topic,
            "name": topic,
            "title": label,
            "display_name": label,
            "description": "",
            "image_display_url": "",
        }

    # --- organizations and groups -----------------------------------------------------------------------------------

    def organizations(self) -> list[JsonObject]:
        """The units that something published is of, by name, each with how many packages it has."""
        return _counted(self._owner(dataset.owner) for dataset in self.published())

    def groups(self) -> list[JsonObject]:
        """The topics that something published is on."""
        more = {"type": "group", "is_organization": False, "approval_status": "approved", "state": "active"}
        return [each | more for each in _counted(self._topic(dataset.topic) for dataset in self.published())]

    # --- a search ---------------------------------------------------------------------------------------------------

    def search(self, asked: ActionParameters) -> JsonObject:
        """The packages that a search finds, a page of them. Raises ActionRefused."""
        queries = [_query(asked, "q", asked.text("q")), _query(asked, "fq", asked.text("fq"))]
        queries += [_query(asked, "fq_list", text) for text in asked.names("fq_list")]
        rows = min(asked.whole("rows", PACKAGES_SHOWN, 10**9), MOST_PACKAGES)
        start = asked.whole("start", 0, 10**9)
        sort = asked.text("sort", f"score desc, {MOMENTS[1]} desc")
        orders = list(_orders(asked, sort))
        asked.fixed(facet=False, include_private=False, include_drafts=False, include_deleted=False)
        asked.fixed(use_default_schema=False)
        asked.close()
        results = [
            package
            for package in map(self.package, self.published())
            if all(query.finds(_searched(package)) for query in queries)
        ]
        for field, descending in reversed(orders):
            results.sort(key=lambda package: fold(package[field]), reverse=descending)
        return {
            "count": len(results),
            "sort": sort,
            "results": results[start : start + rows],
            "facets": {},
            "search_facets": {},
        }


def listed(entries: Sequence[JsonObject], asked: ActionParameters, names: str) -> list[Any]:
    """Organizations or groups as their lists have them: by name, or whole. Raises ActionRefused.

    ``names`` is the parameter that picks some of them.
    """
    whole, picked = asked.flag("all_fields", default=False), asked.names(names)
    limit, offset = asked.whole("limit", MOST_PACKAGES, MOST_PACKAGES), asked.whole("offset", 0, 10**9)
    field, descending = _order(asked, asked.text("sort", "name asc"), ("name", "title", "package_count"))
    asked.flag("include_dataset_count", default=True)
    asked.fixed(include_extras=False, include_tags=False, include_groups=False, include_users=False)
    asked.close()
    rest = [entry for entry in entries if not picked or entry["name"] in picked]
    rest.sort(key=lambda entry: entry[field], reverse=descending)
    page = rest[offset : offset + limit]
    return list(page) if whole else [entry["name"] for entry in page]


def named(entries: Iterable[JsonObject], name: str, missing: NotFound) -> JsonObject:
    """The organization or group of a name; raises ``missing`` where there is none."""
    entry = next((each for each in entries if each["name"] == name), None)
    if entry is None:
        raise missing
    return entry


def _counted(entries: Iterable[JsonObject]) -> list[JsonObject]:
    every = list(entries)
    numbers = Counter(entry["name"] for entry in every)
    # Units whose names differ by signs alone are one, called as the first of them.
    first = {entry["name"]: entry for entry in reversed(every)}
    return [first[name] | {"package_count": numbers[name]} for name in sorted(first)]


def _query(asked: ActionParameters, name: str, text: str) -> PackageQuery:
    try:
        return parse_query(text)
    except BadPackageQuery as bad:
        asked.refuse(name, bad.label)
        return PackageQuery()


def _orders(asked: ActionParameters, text: str) -> Iterator[tuple[str, bool]]:
    for part in text.split(","):
        if part.split()[:1] and part.split()[0].lower() not in _RANKS:
            yield _order(asked, part, _ORDERS)


def _order(asked: ActionParameters, text: str, orders: Sequence[str]) -> tuple[str, bool]:
    match = _SORT.fullmatch(text.strip())
    if match is None or match[1] not in orders:
        asked.refuse("sort", _SORTS.format(orders=", ".join(orders)))
        return orders[0], False
    return match[1], (match[2] or "asc").lower() == "desc"


def _searched(package: JsonObject) -> SearchParameters:
    """What can be searched of a package."""
    texts: dict[str, list[str]] = {
        **{name: [package[name]] for name in ("id", "name", "title", "notes", "owner_org", "license_id", "state")},
        "type": [package["type"]],
        "dataset_type": [package["type"]],
        "private": ["false"],
        "organization": [package["organization"]["name"]],
        "groups": [each["name"] for each in package["groups"]],
        "tags": [each["name"] for each in package["tags"]],
        "res_format": [each["format"] for each in package["resources"]],
    }
    out = {name: [fold(text) for text in every] for name, every in texts.items()}
    words = (*out["name"], *out["title"], *out["notes"], *out["groups"], *out["tags"], fold(package["author"]))
    return out | {WORDS: [" ".join(words)]} | {name: [package[name]] for name in MOMENTS}


def _moment(moment: datetime) -> str:
    """A moment as CKAN writes it: in UTC, which is not said."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
