"""Pages of HTML that hide something, each in a way of its own: what a reader sees of them is the same without it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.core.redaction import leaks


def _html(body: Callable[[str], str] = lambda _: "", head: Callable[[str], str] = lambda _: "") -> leaks.Leak:
    """A page of HTML with something besides its words."""

    def write(path: Path, word: str) -> Path:
        beside, above = (body(word), head(word)) if word else ("", "")
        path.write_text(
            f'<!DOCTYPE html>\n<html><head><meta charset="utf-8">{above}</head><body><p>{leaks.SEEN}</p>{beside}</body></html>'
        )
        return path

    return write


def _behind_page(path: Path, word: str) -> Path:
    path.write_text(_html()(path, "").read_text() + f"\n<!--{word}-->")
    return path


def _pictured(word: str) -> str:
    return f'<img src="data:image/jpeg;base64,{base64.b64encode(leaks.jpeg(word)).decode()}">'


PAGES: Final[dict[str, leaks.Leak]] = {
    "comment of a page": _html(lambda word: f"<!-- {word} --><!--[if IE]><p>{word}</p><![endif]-->"),
    "data of an element": _html(lambda word: f'<p data-owner="{word}" id="{word}" class="{word}">Others</p>'),
    "script of a page": _html(lambda word: f'<script>var a = "{word}";</script><script type="a/json">{word}</script>'),
    "meta": _html(head=lambda word: f'<meta name="author" content="{word}"><title>{word}</title>'),
    "links of the head": _html(head=lambda word: f'<link rel="canonical" href="https://example.ir/{word}">'),
    "alternative texts": _html(
        lambda word: f'<img src="x" alt="{word}" title="{word}"><p aria-label="{word}">Others</p>'
    ),
    "not displayed": _html(lambda word: f'<div style="display:none"><p>{word}</p></div><p hidden>{word}</p>'),
    "not displayed by a class": _html(
        lambda word: f'<p class="no">{word}</p>', lambda _: "<style>p.no { display: none }</style>"
    ),
    "white letters": _html(lambda word: f'<p style="color:white">{word}</p><font color="#fefefe">{word}</font>'),
    "letters on their own colour": _html(lambda word: f'<table bgcolor="#102030"><tr><td style="color:#102030">{word}'),
    "tiny letters": _html(lambda word: f'<span style="font-size:0">{word}</span><small style="font-size:1px">{word}'),
    "picture with words": _html(_pictured),
    "written by styles": _html(
        lambda _: '<p class="said">Others</p>', lambda word: f"<style>.said::after {{ content: '{word}' }}</style>"
    ),
    "link of a page": _html(lambda word: f'<a href="mailto:{word}@example.ir" name="{word}">Others</a>'),
    "fields": _html(
        lambda word: f'<form action="/{word}"><input type="hidden" value="{word}"><textarea>{word}</textarea></form>'
    ),
    "template": _html(lambda word: f"<template><p>{word}</p></template><noscript>{word}</noscript>"),
    "frame of its own": _html(lambda word: f'<iframe srcdoc="<p>{word}</p>"></iframe><object data="x">{word}</object>'),
    "drawing": _html(lambda word: f"<svg><desc>{word}</desc><text>{word}</text><metadata>{word}</metadata></svg>"),
    "struck out on a page": _html(lambda word: f"<p><del>{word}</del><s>{word}</s> Others</p>"),
    "closed dialog": _html(lambda word: f"<dialog>{word}</dialog>"),
    "behind the end of a page": _behind_page,
    "under a part that lies over it": _html(
        lambda word: f'<div class="card"><p>{word}</p><i class="over">Others</i></div>',
        lambda _: (
            "<style>.card { position: relative; overflow: hidden } .over { position: absolute; inset: 0;"
            " background: var(--white, #fff) }</style>"
        ),
    ),
    "under what styles put there": _html(
        lambda word: f'<p class="card">{word}</p>',
        lambda _: (
            "<style>.card { position: relative } .card::before { content: ''; position: absolute; inset: 0;"
            " background-image: linear-gradient(white, white) }</style>"
        ),
    ),
    "off the page of HTML": _html(lambda word: f'<p style="position: absolute; left: -200vw">{word}</p>'),
    "letters of a variable": _html(
        lambda word: f'<p class="no">{word}</p>',
        lambda _: "<style>:root { --a: var(--b); --b: #fff } .no { color: var(--a) }</style>",
    ),
    "shown when printed": _html(
        lambda word: f'<p class="no">{word}</p>',
        lambda _: '<style>.no { display: none }</style><style media="print">.no { display: block }</style>',
    ),
    "shown without scripts": _html(
        lambda word: f'<p class="no">{word}</p><noscript><style>.no {{ display: block }}</style></noscript>',
        lambda _: "<style>.no { display: none }</style>",
    ),
    "pops up": _html(lambda word: f"<div popover>{word}</div>"),
    "behind its ground": _html(
        lambda word: f'<div style="background: #fff"><p style="position: relative; z-index: -1">{word}</p></div>'
    ),
    "hidden by a sheet in an address": _html(
        lambda word: f'<p class="no">{word}</p>',
        lambda _: '<link rel="stylesheet" href="data:text/css,.no%7Bdisplay:none%7D">',
    ),
}
