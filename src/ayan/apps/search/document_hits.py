"""Documents in the one box: those that hold the words, beside answers and rows, whose figures they leave alone."""

from __future__ import annotations

from ayan.apps.search import box
from ayan.apps.search.limits import DOCUMENTS_PROCESSOR, MOST_DOCUMENT_HITS
from ayan.apps.search.selectors import SIZE, SearchResult, unsearched
from ayan.core.answers.box_answer import BoxAnswer
from ayan.core.document_index import asked_words
from ayan.core.query.problem import BadQuestion
from ayan.core.system.processor_budget import spending
from ayan.core.values.asked_value import BadValue
from ayan.wiring.city import City
from ayan.wiring.document_words import FoundDocuments, find_documents


def documents_with(city: City, text: str, size: int = MOST_DOCUMENT_HITS) -> FoundDocuments:
    """The documents that hold the words of a text; none for one without words or with too many."""
    try:
        asked = asked_words.read(text)
    except BadValue:
        return FoundDocuments()
    with spending(DOCUMENTS_PROCESSOR):
        return find_documents(city, asked, size)


def ask_with_documents(
    city: City, text: str, changed: str = "", size: int = SIZE
) -> tuple[BoxAnswer, SearchResult, FoundDocuments]:
    """What the box answers, the rows, and the documents that hold the words.

    A sentence that has more words than rows are searched by is no mistake where a document holds it. Raises
    BadQuestion.
    """
    documents = documents_with(city, text)
    try:
        answered, result = box.ask(city, text, changed, size)
    except BadQuestion as bad:
        if not documents.documents or {problem.code for problem in bad.problems} != {"too-many"}:
            raise
        return BoxAnswer(()), unsearched(text), documents
    return answered, result, FoundDocuments() if answered.is_personal else documents
