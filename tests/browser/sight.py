"""What an eye would stumble over on a page as it stands: texts cut, torn apart, laid over each other or out of order.

Everything is measured where Chromium puts it, so it holds for text, tables and drawings alike, at whatever width.
"""

from __future__ import annotations

from typing import Any, Final

PHONE, TABLET, DESK = 390, 768, 1440
NARROWEST: Final = 320
"""Pixels: a page of 1280 at four times its size (WCAG 1.4.10)."""

FITS: Final = "document.documentElement.scrollWidth <= window.innerWidth"

LONG: Final = 6_000
"""Pixels of height on a phone from which on a page says first what stands on it."""

UNLISTED: Final = """() => {
  const listed = [...document.querySelectorAll('main .contents, main .jump, main .jumps')];
  return listed.some(one => one.querySelector('a[href^="#"]')) ? 0 : document.documentElement.scrollHeight;
}"""
"""How high a page is that has no list of what stands on it; 0 for one that has."""

LAID_OUT: Final = """() => {
  const all = new CSSStyleSheet();
  all.replaceSync('* { content-visibility: visible !important; }');
  document.adoptedStyleSheets.push(all);
}"""
"""Cards that wait until they come near the screen are laid out at once, or nobody would look at them here."""

UNFOLDED: Final = """() => {
  for (const one of document.querySelectorAll('main details:not(.menu)')) one.open = true;
}"""
"""Whatever is folded is opened, but menus, which lie over the page on purpose."""

UNVOICED: Final = r"""() => {
  const persian = text => /[\u0621-\u064a\u067e-\u06cc]/.test(text) && !/[A-Za-z]/.test(text), found = [];
  if (document.documentElement.dir === 'rtl') return found;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const {data, parentElement: of} = texts.currentNode;
    if (of.closest('script, style, pre, textarea, option, title') || /^(fa|ar)/.test(of.closest('[lang]').getAttribute('lang'))) continue;
    const names = of.closest('svg') ? [] : data.match(/\u2068[^\u2066-\u2069]*\u2069/g) ?? [];
    found.push(...[data, ...names].filter(persian).map(text => `no voice for: ${text.trim()}`));
  }
  return found;
}"""
"""Persian texts and names on a page from the left that do not say what language they are in."""

CUT: Final = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const own = node.parentElement;
    if (!node.data.trim() || !own.checkVisibility() || own.closest('.vh, pre, svg, textarea, select, [hidden]')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (!box.width) continue;
      let cut = box.left < -1 || box.right > innerWidth + 1, voiced = false;
      for (let one = own; !voiced && one && one !== document.body; one = one.parentElement) {
        if (getComputedStyle(one).overflowX === 'visible') continue;
        const edge = one.getBoundingClientRect();
        voiced = edge.width <= 1 || edge.height <= 1;
        cut ||= box.left < edge.left - 1 || box.right > edge.right + 1;
      }
      if (cut && !voiced) found.push(node.data.trim().slice(0, 60));
    }
  }
  return [...new Set(found)].slice(0, 9);
}"""
"""Texts of which a part stands beyond the screen, or beyond the edge of something that hides or scrolls what overflows."""

STUMBLES: Final = r"""() => {
  const rtl = document.documentElement.dir === 'rtl';
  const found = new Set();
  const said = (what, text) => found.add(`${what}: ${text.replace(/\s+/g, ' ').trim().slice(0, 90)}`);
  const range = document.createRange();
  const quiet = '.vh, .console, .print-url, pre, textarea, select, script, style, title, [hidden]';
  const at = (node, place) => {
    range.setStart(node, place);
    range.setEnd(node, place + 1);
    return [...range.getClientRects()].find(one => one.width > 0);
  };
  // For voices alone is also what is clipped away.
  const voiced = new Map();
  const clipped = one => {
    if (!one) return false;
    if (!voiced.has(one)) voiced.set(one, getComputedStyle(one).clipPath.startsWith('inset(50%') || clipped(one.parentElement));
    return voiced.get(one);
  };
  const shown = node => node.data.trim() && !node.parentElement.closest(quiet)
    && node.parentElement.checkVisibility({visibilityProperty: true}) && !clipped(node.parentElement);
  const texts = [];
  for (const root of document.querySelectorAll('main, header, footer')) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) if (shown(node)) texts.push(node);
  }

  // Numbers with their marks, days and codes run from the left, on one line.
  const RUN = /\u2212?[0-9۰-۹]+(?:[٬٫.,:\/][0-9۰-۹]+)+|\u2212[0-9۰-۹]+|[A-Za-z0-9]+(?:[-\/.][A-Za-z0-9]+)+/g;
  const SHARE = /[0-9۰-۹]\u2069?[٪%]/g;
  for (const node of texts) {
    for (const match of node.data.matchAll(RUN)) {
      if (match[0].length > 24 || (/[A-Za-z]/.test(match[0]) && !/[0-9]/.test(match[0]))) continue;
      // A whole address is longer than a line of a phone; a part of it is no code.
      if (node.data.slice(0, match.index).split(/\s/).pop().includes('://')) continue;
      // A word with a hyphen is one, and no code.
      if (/^[0-9.]+-fold$/.test(match[0])) continue;
      const boxes = [...match[0]].map((_, n) => at(node, match.index + n)).filter(Boolean);
      if (boxes.length < match[0].length) continue;
      if (boxes.some(box => Math.abs(box.top - boxes[0].top) > box.height / 2)) said('torn apart', node.data);
      else if (boxes.some((box, n) => n && box.left < boxes[n - 1].left - .5)) said('out of order', match[0]);
    }
    for (const match of node.data.matchAll(SHARE)) {
      const digit = at(node, match.index), sign = at(node, match.index + match[0].length - 1);
      if (!digit || !sign) continue;
      const persian = match[0].endsWith('٪');
      if (Math.abs(digit.top - sign.top) > digit.height / 2) said('sign apart', node.data);
      else if (persian ? sign.left > digit.left : sign.left < digit.left) said('sign on the other side', node.data);
    }
  }
  for (const one of document.querySelectorAll('main .code')) {
    const text = one.textContent.trim();
    const boxes = [...one.getClientRects()], first = boxes[0];
    // One of letters of both scripts has a box for each, side by side.
    const lines = boxes.some(box => Math.abs(box.top - first.top) > first.height / 2);
    if (!one.closest(quiet) && text.length <= 18 && !/\s/.test(text) && lines)
      said('a code on two lines', text);
  }

  // What stands in brackets is met between them.
  const blocks = new Map();
  for (const node of texts) {
    let block = node.parentElement;
    while (block.parentElement && !block.matches('text') && /^inline|contents/.test(getComputedStyle(block).display))
      block = block.parentElement;
    blocks.set(block, [...(blocks.get(block) ?? []), node]);
  }
  for (const nodes of blocks.values()) {
    if (!nodes.some(node => /[(«]/.test(node.data))) continue;
    const chars = nodes.flatMap(node => [...node.data].map((char, n) => ({char, box: at(node, n)})))
      .filter(one => one.box && !/[\s\u200c\u200e\u200f\u061c\u2066-\u2069]/.test(one.char));
    const open = [];
    chars.forEach((one, n) => {
      if (one.char === '(' || one.char === '«') open.push(n);
      if ((one.char !== ')' && one.char !== '»') || !open.length) return;
      const first = open.pop(), inside = chars.slice(first, n + 1);
      if (inside.some(each => Math.abs(each.box.top - one.box.top) > one.box.height / 2)) return;
      const left = Math.min(chars[first].box.left, one.box.left), right = Math.max(chars[first].box.right, one.box.right);
      const middle = each => (each.box.left + each.box.right) / 2;
      if (inside.some(each => middle(each) < left - 1 || middle(each) > right + 1))
        said('outside its brackets', inside.map(each => each.char).join(''));
    });
  }

  // No text lies over another; what is scrolled out of a box's sight lies over nothing, and a foot that stays in view hides what it covers.
  const edges = new Map();
  const edgesOf = one => {
    if (!one || one === document.body) return [];
    if (!edges.has(one)) {
      const further = edgesOf(one.parentElement);
      edges.set(one, getComputedStyle(one).overflowX === 'visible' ? further : [one.getBoundingClientRect(), ...further]);
    }
    return edges.get(one);
  };
  const inSight = (own, box) => edgesOf(own).every(edge => box.left < edge.right - 1 && box.right > edge.left + 1);
  const lines = [];
  for (const node of texts) {
    if (node.parentElement.closest('.top, .menu, .fil .go, [aria-hidden="true"] .vh')) continue;
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width > 2 && box.height > 2 && inSight(node.parentElement, box)) lines.push({node, box});
    }
  }
  lines.sort((one, other) => one.box.top - other.box.top);
  for (let n = 0; n < lines.length; n++) {
    const one = lines[n].box;
    for (let m = n + 1; m < lines.length && lines[m].box.top < one.bottom - 2; m++) {
      const other = lines[m].box;
      if (lines[n].node === lines[m].node) continue;
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      // The boxes of lines stand higher than their letters.
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (wide > 3 && high > Math.min(one.height, other.height) * .55)
        said('over each other', `${lines[n].node.data} | ${lines[m].node.data}`);
    }
  }
  return [...found].slice(0, 12);
}"""
"""Numbers and codes torn apart or out of order, signs of per cent apart, brackets beside what they hold, texts over texts."""


def stumbles(page: Any, width: int, *, cut: bool = True) -> list[str]:
    """Everything that an eye would stumble over at a width; the page must have been laid out whole (`LAID_OUT`)."""
    page.set_viewport_size({"width": width, "height": 900})
    said = [] if page.evaluate(FITS) else ["the page scrolls sideways"]
    # A table that is wider than a tablet scrolls within its frame; on a phone it is cards.
    if cut and width < TABLET:
        said += [f"cut: {text}" for text in page.evaluate(CUT)]
    said += page.evaluate(STUMBLES)
    return [f"{width}: {each}" for each in said]
