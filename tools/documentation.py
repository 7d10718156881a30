# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site: the guides as they lie in docs/, and a page for every plugin and role. Nothing is fetched."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from workspace import CACHE, TREE

SITE = CACHE / "docs"
SOURCE = SITE / "source"
HTML = SITE / "html"
PAGES = ("*.md", "CHANGELOG.rst", "docs/*.md", "roles/*/README.md", "examples/platform/README.md")
FORGE = "https://github.com/mailops/ses/blob/main"
# [text](target#anchor), and what a Markdown link is not: another site's, or one within the page.
LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)(?P<path>[^)#\s]+)")


def lay_out() -> None:
    """The source of the site: the guides at the paths that they have in the checkout, so that their links hold."""
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.copytree(TREE / "docs" / "images", SOURCE / "docs" / "images")
    for name in ("conf.py", "index.md"):
        shutil.copy(TREE / "tools" / "publish" / name, SOURCE)
    pages = set(_pages())
    for page in pages:
        target = SOURCE / page.relative_to(TREE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_with_links(page, pages))
    # antsibull-docs writes only where nobody else may.
    (SOURCE / "collections").mkdir(mode=0o755)


def commands() -> dict[str, list[str]]:
    """What makes the site out of its source."""
    ours = ["--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", str(SOURCE / "collections")]
    return {
        "antsibull-docs": ["antsibull-docs", "collection", *ours, "mailops.ses"],
        "sphinx": ["sphinx-build", "-W", "--keep-going", "-n", "-q", "-b", "html", str(SOURCE), str(HTML)],
    }


def outside() -> list[str]:
    """Pages that would ask another site for a script, a style, a font or a picture."""
    asks = re.compile(r"<(?:script|img|iframe|link(?=[^>]*stylesheet))[^>]*(?:src|href)=.(?:https?:)?//", re.IGNORECASE)
    return [str(page.relative_to(HTML)) for page in sorted(HTML.rglob("*.html")) if asks.search(page.read_text())]


def _pages() -> Iterator[Path]:
    for pattern in PAGES:
        yield from sorted(TREE.glob(pattern))


def _with_links(page: Path, pages: set[Path]) -> str:
    """A page; a link to what is none leads to the forge. One that leads nowhere stays, and Sphinx complains of it."""

    def lead(link: re.Match[str]) -> str:
        target = Path(os.path.normpath(page.parent / link["path"]))
        if target in pages or target.is_relative_to(TREE / "docs" / "images") or not target.exists():
            return link["path"]
        return f"{FORGE}/{target.relative_to(TREE)}"

    return LINK.sub(lead, page.read_text())
