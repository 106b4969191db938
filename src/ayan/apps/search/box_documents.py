"""Documents in the one box: those that hold the words, beside answers and rows, whose figures they leave alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ayan.apps.search import box
from ayan.apps.search.limits import DOCUMENTS_PROCESSOR, FEWEST_TOLD_WORDS, MOST_DOCUMENT_HITS, ROWS_SHOWN
from ayan.apps.search.selectors import SearchResult, unsearched
from ayan.core.answers.box_answer import BoxAnswer
from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.lexicon_store import LexiconPending
from ayan.core.answers.limits import MOST_ANSWERS
from ayan.core.answers.words.morphology import Word, is_light_verb, tokens
from ayan.core.answers.words.spoken_words import spoken
from ayan.core.document_index import asked_words
from ayan.core.query.problem import BadQuestion
from ayan.core.system.processor_budget import spending
from ayan.core.values.asked_value import BadValue
from ayan.core.values.label import Label, digits_label
from ayan.wiring.city import City
from ayan.wiring.document_words import FoundDocuments, find_documents

IN_DOCUMENT: Final = Label("سند «{title}»، صفحهٔ {page}: {words}", "Document “{title}”, page {page}: {words}")
_ASKING: Final = frozenset(("stop", "ask", "aggregate", "comparison"))
"""What a word means that says how something is asked, and nothing of what a document holds."""


def documents_with(city: City, text: str, size: int = MOST_DOCUMENT_HITS) -> FoundDocuments:
    """The documents that hold the words of a text; none for one without words or with too many.

    Where none holds them all, those that hold what is left without the words of asking: «تضمین چند درصد است».
    """
    with spending(DOCUMENTS_PROCESSOR):
        holding = _holding(city, text, size)
        if holding.documents or not holding.is_whole or not city.documents.companions:
            return holding
        about = _without_asking(city, text)
        return _holding(city, about, size) if about != text else holding


def _holding(city: City, text: str, size: int) -> FoundDocuments:
    try:
        return find_documents(city, asked_words.read(text), size)
    except BadValue:
        return FoundDocuments()


def _without_asking(city: City, text: str) -> str:
    """A text without the words of asking that begin or end it or stand in it; itself while none are known."""
    try:
        lexicon = city.facts().lexicon
    except LexiconPending:
        return text
    kept = [word for word in text.split() if not all(_only_asks(lexicon, each) for each in tokens(word))]
    return " ".join(kept) if len(kept) >= FEWEST_TOLD_WORDS else text


def _only_asks(lexicon: Lexicon, word: Word) -> bool:
    ways = (word.text,) if lexicon.is_word(word) else (word.text, *spoken(word.text))
    matches = (lexicon.match([Word(each, each)]) for each in ways)
    senses = {each.sense for match in matches if match is not None for each in match.meanings}
    return is_light_verb(word.text) or (bool(senses) and senses <= _ASKING)


def ask_with_documents(
    city: City, text: str, changed: str = "", size: int = ROWS_SHOWN
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
    if answered.is_personal:
        return answered, result, FoundDocuments()
    return with_document(answered, documents), result, documents


def with_document(answered: BoxAnswer, documents: FoundDocuments) -> BoxAnswer:
    """The answers with the first document that holds the words, before such as leave words out; else as they are."""
    first = answered.cards[0] if answered.cards else None
    hit = next((each for each in documents.documents if not each.hit.is_scattered), None)
    if hit is None or answered.is_unfinished or (first is not None and (first.is_sure or not first.left)):
        return answered
    page = str(hit.hit.page.page)
    text = IN_DOCUMENT.format(
        title=hit.published.title,
        page=digits_label(page),
        words=" ".join("".join(part.text for part in hit.hit.page.snippet.parts).split()),
    )
    digest = hit.published.digest
    card = AnswerCard("page", text, f"/documents/{digest}/{page}", f"/api/v1/documents/{digest}")
    return replace(answered, cards=(card, *answered.cards)[:MOST_ANSWERS])
