"""From the order in which signs stand on a line to the order in which their text is written and read.

It undoes the ordering of the Unicode Bidirectional Algorithm (UAX 9) for a line of one direction without marks of
direction, as any program that draws Persian has done it. Two texts may look alike; then the one is given that is read
in the direction of the line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_RIGHT: Final = frozenset({"R", "AL"})
_DIGIT: Final = frozenset({"EN", "AN"})
_OPEN: Final = {"(": ")", "[": "]", "{": "}", "«": "»", "<": ">", "‹": "›"}
_CLOSE: Final = frozenset(_OPEN.values())
_MIRRORED: Final = str.maketrans({**_OPEN, **{closing: opening for opening, closing in _OPEN.items()}})


@lru_cache(4096)
def direction(text: str) -> str:
    """The bidirectional class of a sign of one or several characters: that of its first letter, else of its first."""
    classes = [unicodedata.bidirectional(character) for character in text]
    return next((name for name in classes if name in _RIGHT or name == "L"), classes[0] if classes else "ON")


def runs_right_to_left(texts: Sequence[str]) -> bool | None:
    """Whether more letters run from right to left than the other way; None where there are none of either."""
    classes = [direction(text) for text in texts]
    right, left = sum(name in _RIGHT for name in classes), sum(name == "L" for name in classes)
    return None if right == left == 0 else right >= left


def logical(texts: Sequence[str], right_to_left: bool) -> list[int]:
    """The positions of the signs of a line, given from left to right, in the order in which they are read."""
    classes = [direction(text) for text in texts]
    inner = _left_spans(texts, classes) if right_to_left else _right_spans(classes)
    order: list[int] = []
    at = 0
    for first, end in inner:
        order += range(at, first)
        span = range(first, end)
        order += reversed(span) if right_to_left else _reversed_but_numbers(classes, texts, span)
        at = end
    order += range(at, len(texts))
    return order[::-1] if right_to_left else order


def unmirrored(texts: Sequence[str], order: Sequence[int], right_to_left: bool) -> list[str]:
    """The signs in reading order, brackets that are drawn as their counterparts turned back."""
    read = [texts[at] for at in order]
    if not right_to_left or not any(map(_is_bracket, read)):
        return read
    levels = _levels(texts, order)
    return [text.translate(_MIRRORED) if level else text for text, level in zip(read, levels, strict=True)]


def misplaced(read: Sequence[str]) -> int:
    """How many brackets of a text in reading order close what was not opened, or stay open."""
    waiting: list[str] = []
    wrong = 0
    for text in filter(_is_bracket, read):
        if text in _OPEN:
            waiting.append(_OPEN[text])
        elif waiting and waiting[-1] == text:
            waiting.pop()
        else:
            wrong += 1
    return wrong + len(waiting)


def _is_bracket(text: str) -> bool:
    return text in _OPEN or text in _CLOSE


def _levels(texts: Sequence[str], order: Sequence[int]) -> list[bool]:
    """For each sign in reading order, whether it runs with its line from right to left."""
    classes = [direction(text) for text in texts]
    inside = {at for first, end in _left_spans(texts, classes) for at in range(first, end)}
    return [at not in inside for at in order]


def _numbers(texts: Sequence[str], classes: Sequence[str]) -> list[tuple[int, int]]:
    """Where numbers stand: digits, with single separators between them (rules W4 and W5 of UAX 9)."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(classes):
        if classes[at] not in _DIGIT:
            at += 1
            continue
        end = at + 1
        while end < len(classes):
            if classes[end] in _DIGIT:
                end += 1
            elif (
                classes[end] == "CS"
                and texts[end] != "\u00a0"
                and end + 1 < len(classes)
                and classes[end + 1] in _DIGIT
            ):
                end += 2
            else:
                break
        spans.append((at, end))
        at = end
    return spans


def _left_spans(texts: Sequence[str], classes: Sequence[str]) -> list[tuple[int, int]]:
    """What runs from left to right on a line of the other direction: numbers, and Latin from its first letter on."""
    numbers = dict(_numbers(texts, classes))
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(classes):
        if classes[at] == "L":
            end = _latin_end(classes, numbers, at)
        elif at in numbers:
            end = numbers[at]
        else:
            at += 1
            continue
        spans.append((at, end))
        at = end
    return spans


def _latin_end(classes: Sequence[str], numbers: dict[int, int], first: int) -> int:
    """One past the last letter or number that follows a Latin letter with nothing from right to left between."""
    end = at = first
    while at < len(classes) and classes[at] not in _RIGHT:
        if classes[at] == "L":
            at = end = at + 1
        elif at in numbers:
            at = end = numbers[at]
        else:
            at += 1
    return end


def _right_spans(classes: Sequence[str]) -> list[tuple[int, int]]:
    """What runs from right to left on a line of the other direction: from one such letter to the last before Latin."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(classes):
        if classes[at] not in _RIGHT:
            at += 1
            continue
        end = at + 1
        ahead = end
        while ahead < len(classes) and classes[ahead] != "L":
            ahead += 1
            if classes[ahead - 1] in _RIGHT:
                end = ahead
        spans.append((at, end))
        at = end
    return spans


def _reversed_but_numbers(classes: Sequence[str], texts: Sequence[str], span: range) -> list[int]:
    within = [
        (span.start + first, span.start + end)
        for first, end in _numbers(texts[span.start : span.stop], classes[span.start : span.stop])
    ]
    order: list[int] = []
    at = span.start
    for first, end in within:
        order += range(at, first)
        order += reversed(range(first, end))
        at = end
    order += range(at, span.stop)
    return order[::-1]
