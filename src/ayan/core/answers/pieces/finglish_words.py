"""Persian in Latin letters, read as a whole question: «hoghoghe shahrdar cheghadre» is «حقوق شهردار چقدر»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.limits import SHORTEST_LATIN
from ayan.core.answers.words.latin_letters import said_plainly, written_plainly
from ayan.core.answers.words.morphology import Word, listed, tokens
from ayan.core.answers.words.spelling import distance

# Words that join a question together, as people write them.
_JOINING: Final = {
    latin: persian
    for persian, written in (
        ("از", "az"), ("در", "dar"), ("به", "be beh"), ("با", "ba"), ("تا", "ta"), ("و", "va o"), ("را", "ro ra roo"),
        ("یا", "ya"), ("که", "ke keh"), ("کی", "ki kie kiye kieh"), ("چی", "chi chie chiye chieh"), ("چه", "che cheh"),
        ("چند", "chand chande chandeh"), ("چند تا", "chandta chandtas chandtast chandtaas"),
        ("چقدر", "cheghad cheghade cheghadr cheghadre chegadr cheqadr cheghdr chghdr chqdr cheghadar"),
        ("کجا", "koja kojas kojast kojaye"), ("کدام", "kodom kodum kodam kudom"), ("است", "ast hast"),
        ("بود", "bood bud bode bude boode boodan"), ("شد", "shod"), ("شده", "shode shodeh shodan"),
        ("میشود", "mishe misheh mishavad"), ("دارد", "dare dareh darad daran"), ("داد", "dad dadan dade dadeh"),
        ("کرد", "kard karde kardeh kardan"), ("گرفته", "gerefte gereft gerefteh gereftan"),
        ("میخواهم", "mikham mikhaam mikhaham mikhaym"), ("چطور", "chetor chetori chejoori chejuri chetowr"),
        ("برای", "baraye bara vase vaseh"), ("تو", "tu too tooye tuye"), ("روی", "rooye"), ("این", "in"),
        ("آن", "oon un an"), ("من", "man"), ("ما", "ma"), ("شما", "shoma"), ("بدهم", "bedam"), ("بگویم", "begam"),
        ("بزنم", "bezanam"), ("کنم", "konam"), ("یک", "yek ye yeh"), ("2", "do"), ("3", "se seh"), ("4", "char chahar"),
        ("5", "panj"), ("6", "shesh"), ("7", "haft"), ("8", "hasht"), ("سال", "sal sale saal"), ("امسال", "emsal"),
        ("پارسال", "parsal"), ("ماه", "mah mahe maah"), ("شهر", "shahr shahre"), ("همه", "hame hameh"),
        ("بیشتر", "bishtar"), ("کمتر", "kamtar"), ("هر", "har"), ("خانه", "khoone khune khane khuneh"),
        ("نسبت", "nesbat"), ("بگو", "begoo begu"), ("بدهید", "bedin bedid"), ("نیست", "nist"), ("هستند", "hastan"),
        ("مال", "mal male"), ("کل", "kol kole"), ("تعداد", "tedad tedade tedaad"), ("لیست", "list liste"),
        ("جمع", "jam jame"), ("چرا", "chera"), ("آیا", "aya"), ("نفر", "nafar"), ("تومان", "toman tooman"),
        ("صد", "sad"), ("بی", "bi"), ("رئیس", "rais raees raise reis"), ("سگ", "sag sage"),
        ("پل", "pol pole"), ("آب", "ab abe"), ("ببرم", "bebaram beboram boboram"), ("میکنم", "mikonam"),
        ("بگیرم", "begiram"), ("بسازم", "besazam"), ("خراب", "kharab kharabe"), ("نمیشود", "nemishe"),
        ("ندارد", "nadare nadarad"), ("دارم", "daram"), ("جوی", "joob joub jub jooy"), ("میلیارد", "milyard miliard"),
        ("میلیون", "milyoon million milion"), ("بالای", "balaye bala"), ("زیر", "zire zir"), ("چاله", "chale chaleh"),
    )
    for latin in written.split()
}  # fmt: skip
_ALSO_ENGLISH: Final = listed(
    "million pole sage raise sad bi an in do be too to dad char man list mal male bude bara dare har jam se ma sale "
    "panj kind"
)
"""Those of them that are English words, too, and so tell nothing of the language."""
_ENGLISH: Final = listed(
    "the of is are was were how many much what which who where when why by for and with from to on at by a my i we our "
    "this that there their its it he she not no has have had does did can will would should than more most all any per"
)
_PLURALS: Final = ("haye", "haaye", "hay", "haa", "ha")
_ENDINGS: Final = (
    "",
    *_PLURALS,
    "eye",
    "ye",
    "e",
    "eh",
    "esh",
    "ash",
    "eshoon",
    "eshun",
    "emoon",
    "et",
    "am",
    "i",
    "o",
    "ro",
)
_HALF: Final = 0.5


def finglish_words(lexicon: Lexicon, words: Sequence[Word]) -> list[Word]:
    """The words in Persian where they are Persian in Latin letters; none where they are anything else."""
    latin = [word for word in words if word.is_latin]
    if not latin or any(not (word.is_latin or word.is_number) for word in words):
        return []
    if any(word.text in _ENGLISH for word in latin):
        return []
    read = {word.text: _persian(lexicon, word) for word in latin}
    persian = sum(_tells(lexicon, word, read[word.text]) for word in latin)
    english = sum(not read[word.text] and lexicon.is_english(word.text) for word in latin)
    if persian <= english or persian < _HALF * sum(word.text not in _ALSO_ENGLISH for word in latin):
        return []
    said = [word for at, word in enumerate(words) if not at or word.text not in _PLURALS]
    return [each for word in said for each in (read.get(word.text) or [word])]


def _tells(lexicon: Lexicon, word: Word, persian: Sequence[Word]) -> bool:
    """Whether a word is Persian, and no English one."""
    if word.text in _JOINING:
        return word.text not in _ALSO_ENGLISH
    return lexicon.is_finglish(word.text) or (bool(persian) and not lexicon.is_english(word.text))


def _persian(lexicon: Lexicon, word: Word) -> list[Word]:
    """A word in Persian letters; none where it is no Persian word that is known."""
    joining = _JOINING.get(word.text)
    if joining is not None:
        return tokens(joining)
    for head, ending in _heads(word.text):
        best = min(lexicon.letters_of(head), key=lambda each: _likeness(lexicon, head, each), default=None)
        if best is not None:
            return [Word(best, best, ending in _PLURALS)]
    for head, ending in _heads(word.text):
        names = lexicon.names.in_latin(head)
        if names:
            parts = lexicon.names.parts(names[0])
            return [Word(part, part, ending in _PLURALS) for part in parts]
    return []


def _likeness(lexicon: Lexicon, latin: str, word: str) -> tuple[bool, float, str]:
    """How well a Persian word fits what is written, the best the least: of what is asked before others."""
    return not lexicon.names_rows(word), distance(said_plainly(latin), written_plainly(word)), word


def _heads(text: str) -> Iterator[tuple[str, str]]:
    for ending in _ENDINGS:
        head = text.removesuffix(ending)
        if text.endswith(ending) and len(head) >= SHORTEST_LATIN:
            yield head, ending
