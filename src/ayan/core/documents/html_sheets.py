"""The values of an HTML page's elements by its own style sheets: what holds for each, and what may hold.

Rules under a condition that nobody looks at (a width, a printer) and selectors that are not understood give values that
may hold: beside the others, never in their place. Variables are put in, and sums of lengths reckoned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import cssselect2
import tinycss2

from ayan.core.documents.limits import LONGEST_STYLE_VALUE, MOST_STYLE_RULES, MOST_STYLE_VALUES, MOST_STYLES_KNOWN

StyleValues = dict[str, list[str]]
"""Of each property the values that an element may have, in lower case: "" stands for one that nothing sets."""
COMPUTED: Final = re.compile(r"\b(?:var|calc|min|max|clamp|env|attr|if)\(")
"""What is left in a value of what only a browser knows."""


class Unclear(Exception):
    """The styles do not tell what is seen."""


_CONDITIONS: Final = frozenset({"media", "supports", "container", "layer", "scope", "starting-style"})
# Rules that say nothing of what elements show.
_OTHER_RULES: Final = frozenset({"charset", "font-face", "page", "keyframes", "-webkit-keyframes", "counter-style",
    "namespace", "property", "font-feature-values", "font-palette-values", "view-transition", "viewport",
    "-ms-viewport", "-moz-document"})  # fmt: skip
_EVERYWHERE: Final = frozenset({"", "all", "screen", "only screen", "all, screen"})
_WATCHED: Final = frozenset({
    "display", "visibility", "opacity", "color", "background", "background-color", "background-image", "font-size",
    "font", "position", "top", "right", "bottom", "left", "inset", "text-indent", "transform", "translate", "scale",
    "rotate", "width", "height", "max-height", "max-width", "overflow", "overflow-x", "overflow-y", "clip",
    "clip-path", "content-visibility", "filter", "mask", "mask-image", "-webkit-mask", "-webkit-mask-image",
    "-webkit-text-fill-color", "z-index", "-webkit-text-security", "mix-blend-mode", "line-height", "letter-spacing",
    "word-spacing", "white-space", "all", "-webkit-line-clamp", "line-clamp", "zoom", "break-before",
    "page-break-before", "inset-block", "inset-inline", "unicode-bidi", "block-size", "max-block-size", "inline-size",
    "max-inline-size", "offset-path", "content", "text-decoration", "text-decoration-line", "box-shadow",
    "backdrop-filter", "grid-area", "grid-row", "grid-column", "grid-row-start", "grid-column-start",
})  # fmt: skip
_WATCHED_BEGINNINGS: Final = ("margin", "--", "border", "outline")
_VARIABLE: Final = re.compile(r"var\(\s*(--[^\s,()]+)\s*(?:,((?:[^()]|\([^()]*\))*))?\)")
_RECKONED: Final = re.compile(r"(?<![-\w])(calc|min|max|clamp|)\(([^()]*)\)")
_FROM_ABOVE: Final = frozenset({"", "inherit", "unset"})
_ROUNDS: Final = 12
# A share of the window is one of a small phone's.
_LENGTHS: Final = {"px": 1.0, "pt": 4 / 3, "rem": 16.0, "em": 16.0, "vw": 3.2, "vh": 3.2}
_TERM: Final = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))(px|pt|rem|em|vw|vh|%|)")


@dataclass
class StyleSheets:
    """The rules of a page, by which the values of its elements are looked up."""

    _always: cssselect2.Matcher = field(default_factory=cssselect2.Matcher)
    _perhaps: cssselect2.Matcher = field(default_factory=cssselect2.Matcher)
    _count: int = 0
    _has_parts: bool = False
    # By what they are of, with the variables that must stay what they are as long as they are known.
    _known: dict[Any, tuple[Mapping[str, list[str]], StyleValues]] = field(default_factory=dict)

    def add(self, text: str, media: str = "") -> None:
        """Take up a sheet that holds for ``media``. Raises Unclear for what stands elsewhere."""
        matcher = self._always if " ".join(media.lower().split()) in _EVERYWHERE else self._perhaps
        self._take(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), matcher)

    def values(
        self,
        element: cssselect2.ElementWrapper,
        hints: Mapping[str, str],
        inline: str,
        variables: Mapping[str, list[str]],
        *,
        part: str | None = None,
    ) -> StyleValues:
        """The values of an element by the rules, what its attributes say (``hints``) and its own style.

        ``variables`` are those of the element around it; ``part`` is ``before`` or ``after`` for what styles put there.
        """
        if part is not None and not self._has_parts:
            return {}
        matching = sorted((each for each in self._always.match(element) if each[2] == part), key=lambda each: each[:2])
        always = [each[3] for each in matching]
        perhaps = [each[3] for each in self._perhaps.match(element) if each[2] == part]
        # Most elements are like others: the same rules, and nothing of their own.
        key = (tuple(map(id, always)), tuple(map(id, perhaps)), tuple(hints.items()), inline, id(variables))
        if (known := self._known.get(key)) is not None:
            return known[1]
        values = _values(always, perhaps, hints, inline, variables)
        if len(self._known) >= MOST_STYLES_KNOWN:
            self._known.clear()
        self._known[key] = variables, values
        return values

    def _take(self, rules: Iterable[Any], matcher: cssselect2.Matcher) -> None:
        for rule in rules:
            if rule.type == "qualified-rule":
                self._take_rule(rule, matcher)
            elif rule.type == "at-rule":
                self._take_at_rule(rule, matcher)

    def _take_at_rule(self, rule: Any, matcher: cssselect2.Matcher) -> None:
        name, condition = rule.lower_at_keyword, " ".join(tinycss2.serialize(rule.prelude).lower().split())
        if name == "import":
            raise Unclear
        if name in _OTHER_RULES or rule.content is None:
            return
        if name == "media":
            if "prefers-color-scheme" in condition and "dark" in condition and "not" not in condition:
                return
            if condition in _EVERYWHERE:
                self._take(_inner_rules(rule), matcher)
                return
        self._take(_inner_rules(rule), self._perhaps)

    def _take_rule(self, rule: Any, matcher: cssselect2.Matcher) -> None:
        content = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        declared = list(_declared(content))
        self._add(rule.prelude, declared, matcher)
        for each in content:
            if each.type == "qualified-rule":
                # Where it holds beside its own selector is not looked at.
                self._take_rule(each, self._perhaps)
            elif each.type == "at-rule" and each.content is not None:
                if each.lower_at_keyword in _CONDITIONS:
                    inner = tinycss2.parse_blocks_contents(each.content, skip_comments=True, skip_whitespace=True)
                    self._add(rule.prelude, list(_declared(inner)), self._perhaps)
                self._take(_inner_rules(each), self._perhaps)

    def _add(self, prelude: Any, declared: list[tuple[str, str, bool]], matcher: cssselect2.Matcher) -> None:
        if not declared:
            return
        self._count += 1
        if self._count > MOST_STYLE_RULES:
            raise Unclear
        try:
            selectors = cssselect2.compile_selector_list(prelude)
        except cssselect2.SelectorError:
            matcher = self._perhaps
            selectors = [selector for text in _parted(prelude) for selector in _wider(text)]
        for selector in selectors:
            if selector.pseudo_element in (None, "before", "after") and not selector.never_matches:
                matcher.add_selector(selector, declared)
                self._has_parts = self._has_parts or selector.pseudo_element is not None


def _values(
    always: Iterable[Any],
    perhaps: Iterable[Any],
    hints: Mapping[str, str],
    inline: str,
    variables: Mapping[str, list[str]],
) -> StyleValues:
    """The values that rules give which hold and which may, laid over each other."""
    said: StyleValues = {name: [value] for name, value in hints.items()}
    important: dict[str, str] = {}
    for declared in always:
        _lay(declared, said, important)
    if inline:
        _lay(_declared(tinycss2.parse_blocks_contents(inline)), said, important)
    for name, value in important.items():
        said[name] = [value]
    for declared in perhaps:
        for name, value, _ in declared:
            said.setdefault(name, [""]).append(value)
    own: StyleValues = {}
    for name, values in said.items():
        if name.startswith("--"):
            above = variables.get(name, [""])
            own[name] = [each for value in values for each in (above if value in _FROM_ABOVE else [value])]
    said |= own
    known = {**variables, **own} if own else variables
    return {name: values if name in own else _resolved(values, known) for name, values in said.items()}


def _inner_rules(rule: Any) -> Iterable[Any]:
    rules: Iterable[Any] = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
    return rules


def _parted(prelude: Any) -> Iterator[str]:
    """The selectors of a list, each by itself."""
    parts: list[Any] = []
    for each in [*prelude, None]:
        if each is None or each == ",":
            yield tinycss2.serialize(parts).strip()
            parts = []
        else:
            parts.append(each)


def _wider(text: str) -> Iterable[Any]:
    """A selector that matches all that one which is not understood does, or more; none for parts that no text is in."""
    text = text.replace("&", "*")
    try:
        return cssselect2.compile_selector_list(text)  # type: ignore[no-any-return]  # the library has no types
    except cssselect2.SelectorError:
        pass
    if "::" in text and "::before" not in text and "::after" not in text:
        return ()
    kept, after_colon = "", False
    for each in tinycss2.parse_component_value_list(text):
        # What a pseudo-class says, with or without brackets, is left out: without it more is matched.
        if after_colon and each.type in ("ident", "function"):
            is_part = each.type == "ident" and each.lower_value in ("before", "after")
            kept += f"::{each.lower_value}" if is_part else ""
        elif each != ":":
            kept += each.serialize()
        after_colon = each == ":"
    parts = re.split(r"\s*([>+~\s])\s*", kept.strip(" >+~"))
    joined = "".join(part if at % 2 else part or "*" for at, part in enumerate(parts))
    try:
        return cssselect2.compile_selector_list(joined)  # type: ignore[no-any-return]  # the library has no types
    except cssselect2.SelectorError:
        return cssselect2.compile_selector_list("*")  # type: ignore[no-any-return]  # the library has no types


def _declared(content: Iterable[Any]) -> Iterator[tuple[str, str, bool]]:
    """The declarations of a block that say anything of what is seen: name, value in lower case, whether important."""
    for each in content:
        if each.type == "declaration" and (
            each.lower_name in _WATCHED or each.lower_name.startswith(_WATCHED_BEGINNINGS)
        ):
            value = tinycss2.serialize([part for part in each.value if part.type != "comment"])
            yield each.lower_name, " ".join(value.lower().split()), each.important


def _lay(declared: Iterable[tuple[str, str, bool]], said: StyleValues, important: dict[str, str]) -> None:
    for name, value, is_important in declared:
        if is_important:
            important[name] = value
        else:
            said[name] = [value]


# --- variables and sums -----------------------------------------------------------------------------------------------


def _resolved(values: list[str], variables: Mapping[str, list[str]]) -> list[str]:
    """The values with variables put in and sums reckoned; what is not known stays as it is written."""
    if not any(COMPUTED.search(value) for value in values):
        return values
    resolved: list[str] = []
    for value in values:
        resolved += [each for put in _with_variables(value, variables) for each in _with_sums(put)]
    return resolved if len(resolved) <= MOST_STYLE_VALUES else [*resolved[:MOST_STYLE_VALUES], "var()"]


def _with_variables(value: str, variables: Mapping[str, list[str]]) -> list[str]:
    done, open_values = list[str](), [value]
    for _ in range(_ROUNDS):
        following: list[str] = []
        for each in open_values:
            match = _VARIABLE.search(each)
            if match is None:
                done.append(each)
                continue
            puts = variables.get(match[1], [""])
            fallback = match[2]
            for put in puts:
                # Where a variable is not set, its own value beside it holds, or none at all.
                said = put or (fallback if fallback is not None else "unset")
                following.append(f"{each[: match.start()]}{said.strip()}{each[match.end() :]}")
        open_values = following
        if len(done) + len(open_values) > MOST_STYLE_VALUES or any(
            len(each) > LONGEST_STYLE_VALUE for each in open_values
        ):
            return [value]
        if not open_values:
            return done
    return [value]


def _with_sums(value: str) -> list[str]:
    """A value for each choice that a function leaves; the smallest and largest of several lengths are all of them."""
    done, open_values = list[str](), [value]
    for _ in range(_ROUNDS):
        following: list[str] = []
        for each in open_values:
            match = next((said for said in _RECKONED.finditer(each) if said[1] or COMPUTED.search(each)), None)
            if match is None or not COMPUTED.search(each):
                done.append(each)
                continue
            choices = _choices(match[1], match[2])
            if choices is None:
                return [value]
            following += [f"{each[: match.start()]}{choice}{each[match.end() :]}" for choice in choices]
        open_values = following
        if not open_values:
            return done
        if len(done) + len(open_values) > MOST_STYLE_VALUES:
            return [value]
    return [value]


def _choices(function: str, inner: str) -> list[str] | None:
    parts = [_reckoned(part) for part in inner.split(",")]
    if not function and len(parts) > 1:
        return None
    return None if None in parts else [part for part in parts if part is not None]


def _reckoned(text: str) -> str | None:
    """A sum of lengths or numbers in dots; None where it has parts of other kinds."""
    total, kinds = 0.0, set[str]()
    for sign, term in re.findall(r"(^|\s[+-]\s)((?:(?!\s[+-]\s).)+)", text.strip()):
        number, kind = 1.0, "number"
        for how, factor in re.findall(r"(^|[*/])([^*/]+)", term):
            match = _TERM.fullmatch(factor.strip())
            if match is None:
                return None
            unit, own = match[2], float(match[1])
            own *= _LENGTHS.get(unit, 1.0)
            if (how == "/" and (own == 0 or unit)) or (unit in ("vw", "vh") and ("-" in sign or own < 0)):
                return None
            number = number / own if how == "/" else number * own
            kind = kind if not unit else "%" if unit == "%" else "px"
        total += -number if "-" in sign else number
        kinds.add(kind)
    # Nothing is nothing of whatever kind.
    kinds -= {"number"} if total == 0 or len(kinds) > 1 else set()
    if len(kinds) > 1 or (len(kinds) == 0 and total != 0):
        return None
    kind = next(iter(kinds), "number")
    return f"{total:g}{'' if kind == 'number' else kind}"
