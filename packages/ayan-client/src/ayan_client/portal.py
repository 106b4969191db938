"""The door: one portal, its datasets, answers to words, balances, and whether it keeps its word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, urlencode, urlsplit

from ayan_client import documents
from ayan_client.answers import Answer, Balance, BalanceFailure, DatasetListed, Figure, Row
from ayan_client.dataset import API, Dataset
from ayan_client.documents import shaped
from ayan_client.exact_json import exact_number, malformed
from ayan_client.limits import READ_SECONDS
from ayan_client.proofs import ProvedRelease, ProvedRow, ProvedState, Visit
from ayan_client.schema import words_of
from ayan_client.sources import Source, source_of
from ayan_client.transport import Transport
from ayan_client.verification import Verification

VERSION: Final = version("ayan-client")
_AUDITS: Final = "/api/v1/audits"
_SEARCH: Final = "/api/v1/search"


class Portal:
    """A city's portal at its address, as ``https://data.example.ir``; no key is needed to read.

    ``keys`` are the public keys of its log (the text of ``log.vkey``), taken from elsewhere than the portal: without
    one nothing can be verified. ``remembered`` is a file in which the newest checkpoint that held is kept, so that
    each visit is shown to continue the one before. ``witnesses`` and ``quorum``: whose signatures you want besides.
    ``agent`` says who asks. Use it as a context, or `close` it.

    Every method raises `ayan_client.PortalFault` where it cannot answer; see the kinds of it. Not for several threads
    at once while something is verified.
    """

    def __init__(
        self,
        address: str,
        *,
        keys: Sequence[str] = (),
        remembered: Path | str | None = None,
        witnesses: Sequence[str] = (),
        quorum: int | None = None,
        agent: str = f"ayan-client/{VERSION}",
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._transport = Transport(address, agent, read_seconds=read_seconds)
        kept = Path(remembered) if remembered is not None else None
        self._verification = Verification(self._transport, keys, kept, witnesses, quorum)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _wrong: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._transport.close()

    # --- reading ------------------------------------------------------------------------------------------------------

    def datasets(self) -> list[DatasetListed]:
        """Every dataset that the city declares, published or owed."""
        document = self._transport.json(API)
        return shaped(API, lambda: [_listed(each) for each in document["datasets"]])

    def dataset(self, slug: str) -> Dataset:
        """A dataset by its name in addresses; nothing is asked yet."""
        return Dataset(self._transport, slug)

    def ask(self, text: str) -> list[Answer]:
        """The answers of the box to a question in words, in Persian or English, the best first.

        Each figure is the exact number of the API and comes with its sources: of a share or a comparison those of both
        questions. No answer at all, or one of the kind ``nothing``, is an answer: it says what is not published.
        """
        path = f"{_SEARCH}?{urlencode({'q': text}, quote_via=quote)}"
        document = self._transport.json(path)
        return shaped(path, lambda: [self._answer(each, path) for each in document["answers"]])

    def _answer(self, each: Mapping[str, Any], path: str) -> Answer:
        asked, given = each["api"], each.get("sources")
        if asked is not None:
            asked = self._transport.own_path(asked, urlsplit(asked).path)
            if not asked.startswith("/api/v1/"):
                raise malformed(path, "its question")
            # An earlier portal does not say it with the answer, but with the question.
            given = [self._transport.json(asked)] if given is None else given
        sources = tuple(self._source(document, asked or path) for document in given or () if "state" in document)
        figures = tuple(
            Figure(words_of(figure["label"]), _number_or_none(figure["value"]), str(figure["unit"]))
            for figure in each["figures"]
        )
        words = words_of(each["text"])
        link = self._transport.site + self._transport.own_path(each["url"], urlsplit(each["url"]).path)
        return Answer(str(each["kind"]), words, link, asked, figures, tuple(map(str, each["unread"])), sources)

    def _source(self, document: Mapping[str, Any], path: str) -> Source:
        address = str(document.get("address") or path)
        slug = urlsplit(address).path.removeprefix(f"{API}/").partition("/")[0]
        return source_of(document, self._transport.site, slug, path)

    def balances(self) -> list[Balance]:
        """Every balance with its outcome, those that do not hold first."""
        document = self._transport.json(_AUDITS)
        return shaped(_AUDITS, lambda: [self._balance(each, _AUDITS) for each in document["balances"]])

    def balance(self, code: str) -> Balance:
        """One balance (``dataset/name``) with the groups that differ, its SQL, and the releases it read."""
        path = f"{_AUDITS}/{quote(code)}"
        document = self._transport.json(path)
        return shaped(path, lambda: self._balance(document, path))

    def _balance(self, each: Mapping[str, Any], path: str) -> Balance:
        failures = tuple(
            BalanceFailure(
                tuple(map(str, failure["key"])),
                *(exact_number(failure[side]) for side in ("left", "right", "difference")),
            )
            for failure in each.get("failures", ())
        )
        if each["holds"] not in (True, False):
            raise malformed(path, "its outcome")
        return Balance(
            code=str(each["code"]),
            title=words_of(each["title"]),
            relation=str(each["relation"]),
            tolerance=exact_number(each["tolerance"]),
            holds=each["holds"],
            groups=documents.whole(each["groups"]),
            failed=documents.whole(each["failed"]),
            unknown=documents.whole(each["unknown"]),
            off=exact_number(each["off"]),
            link=f"{self._transport.site}{_AUDITS}/{quote(str(each['code']))}",
            failures=failures,
            sql=each.get("sql"),
            releases=tuple(map(str, each.get("releases", ()))),
        )

    # --- verifying ----------------------------------------------------------------------------------------------------

    def verify_log(self) -> Visit:
        """Check the log: its signature, its entries, its rules, and that it continues what was remembered.

        Raises NotProved where something does not hold, CannotVerify where no key was given.
        """
        return self._verification.visit()

    def verify_row(self, row: Row) -> ProvedRow:
        """Prove that the sealed release holds this row with these values.

        Raises NotProved where it does not, NotThere, Gone, CannotVerify.
        """
        return self._verification.row(row)

    def verify_release(self, name: str, *, rows: bool = True) -> ProvedRelease:
        """Prove that ``slug/period/number`` is served as it was sealed; all its files are fetched for it.

        With ``rows`` the root over its rows is computed anew where pyarrow is installed. Raises as the others do.
        """
        return self._verification.release(name, rows=rows)

    def verify_state(self, source: Source) -> ProvedState:
        """Find the state that an answer names in the log: its releases stood so, and perhaps still do.

        What the portal computed from them is not proved by it: recompute that from rows or from the sealed files.
        """
        return self._verification.state(source)


def _listed(each: Mapping[str, Any]) -> DatasetListed:
    return DatasetListed(
        slug=str(each["slug"]),
        title=words_of(each["title"]),
        owner=words_of(each["owner"]),
        topic=str(each["topic"]),
        licence=str(each["licence"]),
        rows=documents.whole(each["rows"]),
        state=str(each["state"]),
        freshness=str(each["freshness"]["state"]),
    )


def _number_or_none(value: Any) -> Any:
    return None if value is None else documents.number(value)
