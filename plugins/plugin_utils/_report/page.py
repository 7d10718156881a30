# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole page: the fleet, worst first, and what stands around it."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ...module_utils._ses import times
from .status import LOST
from .target import Target
from .words import counted, date_time

FOLDER = Path(__file__).parent
# The tiles of the summary, in their two groups: (key, words).
TILES = {
    "Sending": (
        ("sending", "sending"),
        ("guard", "paused by the guard"),
        ("person", "paused by a person"),
        ("aws", "paused by AWS"),
        (LOST, "not reached"),
    ),
    "Health": (("ok", "all well"), ("warning", "with warnings"), ("error", "with errors")),
}
# Letters that XML forbids, that a terminal obeys, or that turn the direction of the text around them.
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
# Ansible must never take a part of the page for a template.
TEMPLATE_MARK = re.compile(r"\{(?=[{%#])")


@dataclass(frozen=True)
class Fleet:
    """All targets, worst first."""

    targets: list[Target]

    @cached_property
    def counts(self) -> dict[str, int]:
        keys = [key for tiles in TILES.values() for key, _words in tiles]
        return {key: sum(key in target.facets.split() for target in self.targets) for key in keys}

    @property
    def troubled(self) -> int:
        return sum(target.level != "ok" for target in self.targets)

    @property
    def verdict(self) -> str:
        if not self.targets:
            return "No targets"
        if not self.troubled:
            return "All is well"
        needs = "needs" if self.troubled == 1 else "need"
        return f"{self.troubled} of {counted(len(self.targets), 'target')} {needs} attention"

    @property
    def level(self) -> str:
        """ok, warning or error, by the worst target."""
        worst = self.targets[0].level if self.targets else "ok"
        return worst if worst in ("ok", "warning") else "warning" if worst == "person" else "error"


def status_page(targets: Iterable[Mapping[str, Any]], now: str | None = None) -> str:
    """The report as one HTML text. ValueError where now is no time."""
    instant = datetime.now(UTC) if now is None else times.parse(now)
    if instant is None:
        raise ValueError(f"now: {now!r} is no time. Use ISO 8601, such as 2026-11-22T10:00:00+00:00.")
    listed = [Target(raw, index, instant) for index, raw in enumerate(targets, start=1)]
    fleet = Fleet(sorted(listed, key=lambda target: target.order))
    # Of the page, only these two may style it and run: their digests stand in its security policy.
    style, script = (_text(name) for name in ("report.css", "report.js"))
    page = _environment().get_template("page.html.j2")
    text = page.render(
        fleet=fleet,
        tiles=TILES,
        made=date_time(instant),
        style=Markup(style),  # noqa: S704 # our own file
        script=Markup(script),  # noqa: S704 # our own file
        policy=_policy(style, script),
    )
    return TEMPLATE_MARK.sub("&#123;", HARMFUL.sub("\N{REPLACEMENT CHARACTER}", text))


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """The page may load nothing, and run and style nothing but what is given."""
    allowed = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'", "img-src": "data:"}
    for name, text in (("style-src", style), ("script-src", script)):
        digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
        allowed[name] = f"'sha256-{digest}'"
    return "; ".join(f"{name} {value}" for name, value in allowed.items())
