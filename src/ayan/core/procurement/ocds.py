"""Contracting processes as releases and records of OCDS 1.1.5, with the extension for bids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, Final

import orjson

from ayan.core.procurement.processes import ContractingProcess, ContractRows, StageRow
from ayan.core.procurement.stage import ProcurementStage, StageName
from ayan.core.schema.definition import Dataset
from ayan.core.values.address_step import written
from ayan.core.values.canonical import JsonObject
from ayan.core.values.clock import TEHRAN

VERSION: Final = "1.1"
EXTENSIONS: Final = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/extension.json",
)
CURRENCY: Final = "IRR"
LANGUAGE: Final = "fa"
BUYER: Final = "municipality"


@dataclass(frozen=True, slots=True)
class ContractingPublisher:
    """Who tells of contracting: the ``prefix`` of its process ids, its name, its web ``site``, where a process is read
    (``releases_at``, an address that the ocid ends), and the scheme of legal IDs where one is declared.

    ``codes`` are the codes of the standard, and ``labels`` the city's own words, by stage, place and own code.
    """

    prefix: str
    name: str
    site: str
    releases_at: str
    company_scheme: str = ""
    codes: Mapping[tuple[StageName, str], Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[tuple[StageName, str], Mapping[str, str]] = field(default_factory=dict)

    def ocid(self, process: ContractingProcess) -> str:
        """What the process is called everywhere."""
        return f"{self.prefix}-{process.key}"

    def key(self, ocid: str) -> str | None:
        """The key of the process that is called so; None where it is none of ours."""
        key = ocid.removeprefix(f"{self.prefix}-")
        return key if key != ocid and key[:2] in ("T-", "C-") and len(key) > 2 else None

    def releases(self, process: ContractingProcess) -> list[JsonObject]:
        """Every release about a process, from the oldest to the newest."""
        stated = sorted(_Teller(self, process).releases(), key=lambda release: str(release["date"]))
        return list(_with_ids(stated))

    def record(self, process: ContractingProcess) -> JsonObject:
        """The record of a process: links to its releases, and what all of them say together."""
        ocid, releases = self.ocid(process), self.releases(process)
        linked = [
            {
                "url": f"{self.releases_at}{written(ocid)}#{release['id']}",
                "date": release["date"],
                "tag": release["tag"],
            }
            for release in releases
        ]
        return {"ocid": ocid, "releases": linked, "compiledRelease": _Teller(self, process).compiled(releases)}

    def package(
        self, about: Mapping[str, str], releases: Iterable[JsonObject] = (), records: Iterable[JsonObject] | None = None
    ) -> JsonObject:
        """A package of releases, or of records where these are given; ``about`` has its address and its licence."""
        out: JsonObject = {
            "version": VERSION,
            "extensions": list(EXTENSIONS),
            "publisher": {"name": self.name},
            **about,
        }
        out["publisher"]["uri"] = self.site
        return out | ({"releases": list(releases)} if records is None else {"records": list(records)})


def own_codes(
    stages: Mapping[StageName, ProcurementStage], datasets: Mapping[str, Dataset]
) -> tuple[dict[tuple[StageName, str], Mapping[str, str]], dict[tuple[StageName, str], dict[str, str]]]:
    """What the codes of datasets are in the standard, and what the city calls them, by stage and place."""
    codes: dict[tuple[StageName, str], Mapping[str, str]] = {}
    labels: dict[tuple[StageName, str], dict[str, str]] = {}
    for name, stage in stages.items():
        codes |= {(name, place): mapped for place, mapped in stage.codes.items()}
        for place, column in stage.fields.items():
            choices = datasets[stage.dataset].field(column).choices
            if choices is not None:
                labels[name, place] = {entry.code: entry.label.of(LANGUAGE) for entry in choices.entries}
    return codes, labels


class _Teller:
    """Tells of one process."""

    def __init__(self, publisher: ContractingPublisher, process: ContractingProcess) -> None:
        self._publisher = publisher
        self._process = process
        self._ocid = publisher.ocid(process)

    def releases(self) -> Iterator[JsonObject]:
        tender = self._process.tender
        if tender is not None:
            parties = _Parties(self._publisher)
            parts: JsonObject = {"tender": self._tender(tender, parties)} | _planning(tender)
            yield self._release("tender", tender["sealed"], parts, parties)
        yield from self._bids_and_award()
        for contract in self._process.agreements:
            yield from self._contract(contract)

    def compiled(self, releases: list[JsonObject]) -> JsonObject:
        """All releases merged: what has an id is one thing, wherever it is stated of."""
        whole: JsonObject = {}
        for release in releases:
            stated = {name: part for name, part in release.items() if name not in _OF_RELEASE}
            whole = _merged(whole, stated)
        newest = max(str(release["date"]) for release in releases)
        head = {"ocid": self._ocid, "id": f"{self._ocid}-{newest}", "date": newest, "tag": ["compiled"]}
        return {**head, "initiationType": "tender", "language": LANGUAGE, **whole}

    def _release(self, tag: str, sealed: datetime, parts: JsonObject, parties: _Parties, *further: str) -> JsonObject:
        moment = sealed.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        buyer = parties.ref(BUYER, self._publisher.name, "buyer")
        return {
            "ocid": self._ocid,
            "date": moment,
            "tag": [*further, tag],
            "initiationType": "tender",
            "language": LANGUAGE,
            "parties": parties.listed(),
            "buyer": buyer,
            **parts,
        }

    # --- tender, bids and award -----------------------------------------------------------------------------------

    def _tender(self, row: StageRow, parties: _Parties) -> JsonObject:
        return _filled(
            id=row["id"],
            title=row["title"],
            status=self._code("tender", "status", row),
            value=_money(row["value"]),
            procurementMethod=self._code("tender", "method", row),
            procurementMethodDetails=self._label("tender", "method", row),
            mainProcurementCategory=self._code("tender", "category", row),
            eligibilityCriteria=row["eligibility"],
            datePublished=_day(row["published"]),
            tenderPeriod=_filled(startDate=_day(row["published"]), endDate=_day(row["until"])),
            numberOfTenderers=row["bidders"],
            procuringEntity=self._unit(row, parties),
        )

    def _bids_and_award(self) -> Iterator[JsonObject]:
        tender, bids = self._process.tender, self._process.offers
        parties = _Parties(self._publisher)
        if bids:
            details = [
                _filled(
                    id=row["id"],
                    date=_day(row["day"]),
                    status=self._code("bid", "status", row),
                    tenderers=[parties.company(row["bidder_id"], row["bidder"], "tenderer")],
                    value=_money(row["value"]),
                )
                for row in bids
            ]
            number = tender["id"] if tender is not None else bids[0]["tender"]
            tenderers = _once(tenderer for bid in details for tenderer in bid["tenderers"])
            parts: JsonObject = {"bids": {"details": details}, "tender": {"id": number, "tenderers": tenderers}}
            yield self._release("tenderUpdate", max(row["sealed"] for row in bids), parts, parties)
        if tender is not None and tender["winner"]:
            parties = _Parties(self._publisher)
            supplier = parties.company(tender["winner_id"], tender["winner"], "supplier")
            award = _filled(
                id=_award_of(tender["id"]),
                date=_day(tender["awarded"]),
                value=_money(tender["winner_price"]),
                suppliers=[supplier],
            )
            yield self._release("award", tender["sealed"], {"awards": [award]}, parties)

    # --- contracts, their changes and payments --------------------------------------------------------------------

    def _contract(self, contract: ContractRows) -> Iterator[JsonObject]:
        row, parties = contract.row, _Parties(self._publisher)
        supplier = parties.company(row["supplier_id"], row["supplier"], "supplier")
        award, tags = self._award(row), tuple[str, ...]()
        parts: JsonObject = {}
        if award != self._tender_award(row):
            own = _filled(id=award, date=_day(row["signed"]), value=_money(row["value"]), suppliers=[supplier])
            parts, tags = {"awards": [own]}, ("award",)
        named = {"id": row["id"], "awardID": award}
        stated = named | _filled(
            title=row["title"],
            status=self._code("contract", "status", row),
            dateSigned=_day(row["signed"]),
            value=_money(row["value"]),
            period=_filled(startDate=_day(row["starts"]), endDate=_day(row["ends"])),
        )
        parts["contracts"] = [stated]
        if self._process.tender is None:
            parts |= {"tender": self._untendered(row, parties)} | _planning(row)
        yield self._release("contract", row["sealed"], parts, parties, *tags)
        for change in contract.amendments:
            changed = named | {"amendments": [self._amendment(row, change)]}
            yield self._release("contractAmendment", change["sealed"], {"contracts": [changed]}, parties.none())
        for sealed in sorted({payment["sealed"] for payment in contract.transactions}):
            parties = _Parties(self._publisher)
            paid = [self._transaction(each, parties) for each in contract.transactions if each["sealed"] == sealed]
            done = named | {"implementation": {"transactions": paid}}
            yield self._release("implementation", sealed, {"contracts": [done]}, parties)

    def _award(self, row: StageRow) -> str:
        """The award that a contract came of: that of the tender where its winner signed it, else its own."""
        return self._tender_award(row) or f"{row['id']}-award"

    def _tender_award(self, row: StageRow) -> str | None:
        tender = self._process.tender
        if tender is None or not tender["winner"]:
            return None
        by_id = tender["winner_id"] is not None and tender["winner_id"] == row["supplier_id"]
        by_name = tender["winner_id"] is None and row["supplier_id"] is None and tender["winner"] == row["supplier"]
        return _award_of(tender["id"]) if by_id or by_name else None

    def _untendered(self, row: StageRow, parties: _Parties) -> JsonObject:
        """How a contract was given whose notice is not published, or that had none."""
        return _filled(
            id=row["tender"] or row["id"],
            procurementMethod=self._code("contract", "method", row),
            procurementMethodDetails=self._label("contract", "method", row),
            mainProcurementCategory=self._code("contract", "category", row),
            procuringEntity=self._unit(row, parties),
        )

    def _amendment(self, contract: StageRow, row: StageRow) -> JsonObject:
        kind = self._label("amendment", "kind", row) or row["kind"]
        change = f"{row['change']} {CURRENCY}" if row["change"] is not None else None
        ends = row["ends"].isoformat() if row["ends"] is not None else None
        return _filled(
            id=f"{contract['id']}-{row['id']}",
            date=_day(row["day"]),
            rationale=row["reason"],
            description=" · ".join(text for text in (kind, change, ends) if text) or None,
        )

    def _transaction(self, row: StageRow, parties: _Parties) -> JsonObject:
        return _filled(
            id=row["id"],
            date=_day(row["day"]),
            value=_money(row["value"]),
            payer=parties.ref(BUYER, self._publisher.name, "payer"),
            payee=parties.company(row["payee_id"], row["payee"], "payee"),
        )

    def _unit(self, row: StageRow, parties: _Parties) -> JsonObject | None:
        return parties.ref(f"unit-{row['unit']}", row["unit"], "procuringEntity") if row["unit"] else None

    def _code(self, stage: StageName, place: str, row: StageRow) -> str | None:
        return self._publisher.codes.get((stage, place), {}).get(row[place])

    def _label(self, stage: StageName, place: str, row: StageRow) -> str | None:
        return self._publisher.labels.get((stage, place), {}).get(row[place])


class _Parties:
    """The organisations and people that a release names, each once with all its roles."""

    def __init__(self, publisher: ContractingPublisher) -> None:
        self._publisher = publisher
        self._of: dict[str, JsonObject] = {}

    def none(self) -> _Parties:
        """Parties of another release."""
        return _Parties(self._publisher)

    def ref(self, party: str, name: str, role: str, identifier: JsonObject | None = None) -> JsonObject:
        """A reference to a party, which plays a role."""
        known = self._of.setdefault(party, _filled(id=party, name=name, identifier=identifier) | {"roles": []})
        if role not in known["roles"]:
            known["roles"].append(role)
        return {"id": party, "name": name}

    def company(self, legal_id: str | None, name: str | None, role: str) -> JsonObject:
        """A party that is known by its legal ID, or by its name alone."""
        if not legal_id:
            return self.ref(f"name-{name}", name or "", role)
        scheme = self._publisher.company_scheme
        identifier = _filled(scheme=scheme or None, id=legal_id, legalName=name)
        return self.ref(f"{scheme or 'company'}-{legal_id}", name or legal_id, role, identifier)

    def listed(self) -> list[JsonObject]:
        """All of them."""
        return list(self._of.values())


_OF_RELEASE: Final = ("ocid", "id", "date", "tag", "initiationType", "language")


def _filled(**values: Any) -> JsonObject:
    return {name: value for name, value in values.items() if value not in (None, {}, [])}


def _money(amount: int | None) -> JsonObject | None:
    return None if amount is None else {"amount": amount, "currency": CURRENCY}


@lru_cache(maxsize=8_192)
def _day(day: date | None) -> str | None:
    return None if day is None else datetime.combine(day, time(), TEHRAN).isoformat()


def _award_of(tender: str) -> str:
    return f"{tender}-award"


def _planning(row: StageRow) -> JsonObject:
    return {"planning": {"budget": {"id": row["budget"]}}} if row["budget"] else {}


def _once(refs: Iterable[JsonObject]) -> list[JsonObject]:
    return list({ref["id"]: ref for ref in refs}.values())


def _with_ids(releases: Iterable[JsonObject]) -> Iterator[JsonObject]:
    """Releases in the order of their dates, with what follows from it: an id made of what each says, and for each party
    all roles that it has had by then, for whoever merges releases takes the later list for the whole."""
    roles: dict[str, list[str]] = {}
    for release in releases:
        for party in release["parties"]:
            known = roles.setdefault(party["id"], [])
            known += (role for role in party["roles"] if role not in known)
            party["roles"] = [*known]
        digest = hashlib.sha256(orjson.dumps(release, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
        yield {"id": f"{release['ocid']}-{release['tag'][-1]}-{digest}", **release}


def _merged(whole: Any, stated: Any) -> Any:
    """Two tellings as one, the later winning: objects by their names, things in lists by their ids, other lists whole,
    as the standard merges releases."""
    if isinstance(whole, dict) and isinstance(stated, dict):
        return whole | {name: _merged(whole[name], stated[name]) if name in whole else stated[name] for name in stated}
    if isinstance(whole, list) and isinstance(stated, list) and _have_ids(whole) and _have_ids(stated):
        by_id = {thing["id"]: thing for thing in whole}
        for thing in stated:
            by_id[thing["id"]] = _merged(by_id[thing["id"]], thing) if thing["id"] in by_id else thing
        return list(by_id.values())
    return stated


def _have_ids(things: list[Any]) -> bool:
    return all(isinstance(thing, dict) and "id" in thing for thing in things)
