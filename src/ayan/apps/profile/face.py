"""The city's face as a form: its names, how people reach it, and its colours, held against what can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ayan.apps.profile.limits import LONGEST_ABOUT, LONGEST_CONTACT, LONGEST_NAME
from ayan.apps.profile.refusals import ProfileRefused
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import publish
from ayan.ui.value_html import plain_number
from ayan.wiring.profile import DEFAULTS, TEXT, Brand, NotAColour, parse, read_contacts
from ayan.wiring.profile_text import Path


@dataclass(frozen=True, slots=True)
class FaceField:
    """One field of the form: its place in ``ayan.toml``, and its words."""

    path: Path
    label: Label
    hint: Label | None = None
    required: bool = False
    code: bool = False
    lines: int = 1
    most: int = LONGEST_CONTACT

    @property
    def name(self) -> str:
        """How the form calls it."""
        return "-".join(self.path)


FIELDS: Final = (
    FaceField(("name", "fa"), Label("نام شهرداری به فارسی", "Name in Persian"), required=True, most=LONGEST_NAME),
    FaceField(("name", "en"), Label("نام به انگلیسی", "Name in English"), most=LONGEST_NAME),
    FaceField(
        ("about", "fa"),
        Label("دربارهٔ شهرداری به فارسی", "About the municipality, in Persian"),
        Label("یک بند برای صفحهٔ «درباره»", "A paragraph for the page “About”"),
        lines=5,
        most=LONGEST_ABOUT,
    ),
    FaceField(("about", "en"), Label("همان به انگلیسی", "The same in English"), lines=5, most=LONGEST_ABOUT),
    FaceField(("contact", "phone"), Label("تلفن", "Phone"), Label("مانند ۰۸۶-۱۲۳۴۵", "Such as 086-12345"), code=True),
    FaceField(("contact", "email"), Label("رایانامه", "E-mail"), code=True),
    FaceField(("contact", "office", "fa"), Label("نشانی به فارسی", "Address in Persian"), lines=2),
    FaceField(("contact", "office", "en"), Label("نشانی به انگلیسی", "Address in English"), lines=2),
    FaceField(("contact", "hours", "fa"), Label("ساعت پاسخ‌گویی به فارسی", "Hours in Persian")),
    FaceField(("contact", "hours", "en"), Label("ساعت پاسخ‌گویی به انگلیسی", "Hours in English")),
)

COLOURS: Final[Mapping[str, Label]] = {
    "brand": Label("رنگ شهر", "The city's colour"),
    "brand-deep": Label("همان رنگ، تیره", "The same, dark"),
    "brand-soft": Label("همان رنگ، روشن؛ زمینهٔ نوشته‌ها", "The same, pale: a ground for text"),
    "link": Label("پیوندها", "Links"),
    "link-hover": Label("پیوند زیر نشانگر", "A link under the pointer"),
    "saffron": Label("رنگ تأکید", "The colour of emphasis"),
}
"""What the colours of `ayan.wiring.profile.DEFAULTS` are called."""

_GROUND: Final = Label("زمینهٔ صفحه", "the ground of the page")
EMBLEM: Final[Path] = ("emblem", "file")
"""Where the file names the emblem."""

_ENGLISH_OF: Final = {("name", "en"), ("about", "en"), ("contact", "office", "en"), ("contact", "hours", "en")}


def read(typed: Mapping[str, str]) -> dict[Path, str | None]:
    """What a form says for each place of the file; None for what it leaves out.

    Raises ProfileRefused, with the field, for what pages could not show.
    """
    values: dict[Path, str | None] = {field.path: _text(field, typed.get(field.name, "")) for field in FIELDS}
    for path in _ENGLISH_OF:
        # Persian stands in for English, never the reverse.
        if values[path] and not values[(*path[:-1], "fa")]:
            raise ProfileRefused(
                Label("متن فارسی آن را هم بنویسید.", "Write it in Persian too."), field="-".join((*path[:-1], "fa"))
            )
    return {**values, **_colours(typed)}


def _text(field: FaceField, typed: str) -> str | None:
    text = publish(" ".join(typed.split()))
    if field.code:
        text = to_latin(text)
    if not text:
        if field.required:
            raise ProfileRefused(Label("این را بنویسید.", "Write this."), field.name)
        return None
    if len(text) > field.most:
        raise ProfileRefused(
            Label("حداکثر {most} نویسه باشد.", "It has {most} characters at most.").filled(
                lambda lang: {"most": plain_number(field.most, lang)}
            ),
            field.name,
        )
    if field.code:
        try:
            read_contacts({field.path[-1]: text})
        except ValueError:
            raise ProfileRefused(_WRONG[field.path[-1]], field.name) from None
    return text


_WRONG: Final = {
    "phone": Label(
        "این شمارهٔ تلفن نیست؛ تنها رقم، فاصله، پرانتز، خط تیره و + پذیرفته است.",
        "This is no phone number: digits, spaces, brackets, hyphens and + are taken.",
    ),
    "email": Label("این نشانی رایانامه نیست.", "This is no e-mail address."),
}


def _colours(typed: Mapping[str, str]) -> dict[Path, str | None]:
    chosen = {}
    for name, usual in DEFAULTS.items():
        text = to_latin(typed.get(f"brand-{name}", "").strip().lower()) or usual
        try:
            parse(text)
        except NotAColour:
            raise ProfileRefused(
                Label("رنگ را مانند #0b5c63 بنویسید.", "Write the colour like #0b5c63."), field=f"brand-{name}"
            ) from None
        chosen[name] = text
    faint = Brand(tuple(chosen.items())).faint()
    if faint:
        name, ground, ratio = faint[0]
        raise ProfileRefused(_faint(name, ground, ratio), field=f"brand-{name}")
    return {("brand", name): None if text == DEFAULTS[name] else text for name, text in chosen.items()}


def _faint(name: str, ground: str, ratio: float) -> Label:
    """That a colour cannot be read on its ground."""
    said = Label(
        "«{name}» روی «{ground}» خوانا نیست: تضاد آن {ratio} است و دست‌کم {least} لازم است.",
        "“{name}” cannot be read on “{ground}”: its contrast is {ratio} and {least} is needed.",
    )
    other = COLOURS.get(ground, _GROUND)
    return said.filled(
        lambda lang: {
            "name": COLOURS[name].of(lang),
            "ground": other.of(lang),
            "ratio": _decimal(ratio, lang),
            "least": _decimal(TEXT, lang),
        }
    )


def _decimal(ratio: float, lang: Lang) -> str:
    return plain_number(Decimal(f"{ratio:.1f}"), lang, 1)
