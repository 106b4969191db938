"""How the documents become a site (`make docs`): Sphinx and MyST, in both languages, with nothing from elsewhere."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from sphinx import addnodes

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "Ayan · عیان"
author = "the contributors of Ayan"
release = version = PROJECT["version"]
extensions = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["images/*"]

myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": False}
# The floors of the architecture and CSV have no colours.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "alabaster"
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_theme_options = {"font_family": "Vazirmatn, Tahoma, sans-serif", "show_powered_by": False, "page_width": "70rem"}
html_sidebars = {"**": ["about.html", "searchbox.html", "navigation.html"]}
html_copy_source = False
html_show_copyright = False


def mark_language(_app: Any, pagename: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """A page named ``*.fa`` is Persian and runs from the right, with the frame round it."""
    context["page_is_persian"] = pagename.endswith(".fa")


def offer_outer_pages(app: Any, doctree: Any) -> None:
    """A link to a Markdown file that stands beside the documents, as CHANGELOG.md does, offers that file as it is."""
    for link in list(doctree.findall(addnodes.pending_xref)):
        outer = link.get("refdomain") == "doc" and link["reftarget"] not in app.env.found_docs
        if outer and (path := (Path(app.srcdir) / f"{link['reftarget']}.md").resolve()).is_file():
            page = Path(app.env.doc2path(app.env.docname)).parent
            target = os.path.relpath(path, page)
            offered = addnodes.download_reference(reftarget=target, refdoc=app.env.docname, refexplicit=True)
            link.replace_self(offered)
            offered += link.children


def setup(app: Any) -> None:
    """Let every page know its language, and lead to what stands beside the documents."""
    app.connect("html-page-context", mark_language)
    # Before Sphinx gathers what is offered.
    app.connect("doctree-read", offer_outer_pages, priority=400)
