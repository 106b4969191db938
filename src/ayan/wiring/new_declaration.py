"""A proposed declaration takes its place among the city's own: through the validation of all of them, or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from ayan.core.proposal.proposal import Proposal
from ayan.core.schema.definition import MAIN
from ayan.core.schema.fields import SLUG
from ayan.core.schema.loader import load_dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.system.files import make_folder, rename
from ayan.core.values.refusal import Refusal
from ayan.datasets.registry import BUILTIN, Registry
from ayan.wiring.city import City

DATASETS: Final = "datasets"
"""The folder of a city's own declarations."""
_BENCH: Final = ".proposed"


class NotConfirmed(Refusal, ValueError):
    """A proposal that cannot be confirmed as it stands; nothing was written."""

    code = "not-confirmed"
    fa = "این پیشنهاد را هنوز نمی‌توان تأیید کرد."
    en = "This proposal cannot be confirmed yet."
    status = 422


def confirm(city: City, proposal: Proposal) -> Path:
    """Put a proposal among the city's own declarations; returns its folder.

    Raises NotConfirmed while a question is open, and for a slug that is taken or no name of a folder, and
    DeclarationError with every fault where it does not hold beside the others. What is half written is never seen: the
    folder comes to its place whole.
    """
    if proposal.questions:
        raise NotConfirmed(
            "هنوز بی‌پاسخ است: {keys}. پاسخ دهید، یا as-is بنویسید تا همان پیشنهاد بماند.",
            "Not answered yet: {keys}. Answer, or say as-is to keep what is proposed.",
        ).format(keys=", ".join(question.key for question in proposal.questions))
    slug = proposal.slug
    if not SLUG.fullmatch(slug):
        raise NotConfirmed("نام پوشه پذیرفته نیست: {slug}.", "No name for a dataset: {slug}.").format(slug=slug[:60])
    place = city.home / DATASETS / slug
    try:
        city.registry.folder(slug)
        taken = True
    except KeyError:
        taken = place.exists()
    if taken:
        raise NotConfirmed(
            "داده‌ای به نام {slug} هست. نام دیگری بگذارید.", "There is a dataset {slug} already. Give another name."
        ).format(slug=slug)
    bench = city.home / DATASETS / _BENCH
    make_folder(bench)
    try:
        written = proposal.write(bench)
        load_dataset(written)
        _hold_beside(city, bench, slug)
        rename(written, place)
    finally:
        shutil.rmtree(bench, ignore_errors=True)
    return place


def _hold_beside(city: City, bench: Path, slug: str) -> None:
    """Raise DeclarationError for what is wrong with the new declaration among the others, such as a reference."""
    beside = Registry((BUILTIN, city.home / DATASETS, bench))
    faults = [problem for problem in beside.problems() if problem.file.startswith(f"{slug}/")]
    if faults or not (bench / slug / MAIN).is_file():
        raise DeclarationError(faults)
