# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which configuration sets are guarded, and with which thresholds. Pure but for the two reads at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from .._aws.client import Aws
from .._aws.errors import SesError
from .._ses.metrics import METRICS, NAMESPACE, PAUSE, SET_DIMENSION
from .alarm_options import THRESHOLDS

ALL = "all"
WILDCARDS = frozenset("*?[")
# ListConfigurationSets gives at most 1000 a page (SES API v2 reference).
PAGE_SIZE = 1000


@dataclass(frozen=True)
class SetEntry:
    """An entry of the option: a name or a pattern, and the thresholds that it gives, {key of THRESHOLDS: rate}."""

    name: str
    thresholds: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_pattern(self) -> bool:
        return self.name == ALL or bool(WILDCARDS & set(self.name))

    def matches(self, name: str) -> bool:
        return self.name == ALL or fnmatchcase(name, self.name)


def parse(entries: Sequence[Any]) -> list[SetEntry]:
    """The option's entries; one may be a mere name."""
    parsed = []
    for entry in entries:
        full = {"name": entry} if isinstance(entry, str) else entry
        if not isinstance(full, Mapping) or not isinstance(full.get("name"), str):
            raise SesError(
                f"configuration_sets: {entry!r} is neither a name or pattern nor a dictionary with a name, such as "
                f"{{name: marketing-*, bounce_rate_pause: 0.04}}."
            )
        unknown = sorted(set(full) - {"name", *THRESHOLDS})
        if unknown:
            raise SesError(
                f"configuration_sets: {full['name']}: unknown {', '.join(unknown)}. Use name, {', '.join(THRESHOLDS)}."
            )
        rates = {key: _rate(full["name"], key, full[key]) for key in THRESHOLDS if full.get(key) is not None}
        parsed.append(SetEntry(str(full["name"]), rates))
    return parsed


def _rate(name: str, option: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise SesError(f"configuration_sets: {name}: {option}: {value!r} is no rate, such as 0.04.") from None


def select(entries: Sequence[SetEntry], existing: Sequence[str]) -> tuple[dict[str, SetEntry], list[str]]:
    """({set: its entry}, the patterns that match nothing).

    An exact name goes before patterns, a pattern before later ones. Errors: SesError for a name that does not exist.
    """
    exact = {entry.name: entry for entry in reversed(entries) if not entry.is_pattern}
    patterns = [entry for entry in entries if entry.is_pattern]
    missing = sorted(exact.keys() - set(existing))
    if missing:
        raise SesError(
            f"configuration_sets: not in SES of this account and Region: {', '.join(missing)}. Correct the name, or "
            f"use a pattern, which may match nothing. Nothing was written.",
            missing=missing,
        )
    chosen = {}
    for name in existing:
        entry = exact.get(name) or next((entry for entry in patterns if entry.matches(name)), None)
        if entry:
            chosen[name] = entry
    # A pattern whose sets are all named exactly, or taken by an earlier one, does match something.
    return chosen, [entry.name for entry in patterns if not any(map(entry.matches, existing))]


@dataclass(frozen=True)
class Sets:
    """existing: all sets of the account; chosen: {guarded set: its entry}; idle: the patterns that match nothing."""

    existing: list[str] = field(default_factory=list)
    chosen: dict[str, SetEntry] = field(default_factory=dict)
    idle: list[str] = field(default_factory=list)

    def entries(self) -> list[dict[str, Any]]:
        """The alarms of the guarded sets, as entries of the option alarms: those that pause, and warnings asked for."""
        return [
            {"metric": metric, "tier": tier, "configuration_set": name, "threshold": entry.thresholds.get(option)}
            for name, entry in self.chosen.items()
            for option, (metric, tier) in THRESHOLDS.items()
            if tier == PAUSE or option in entry.thresholds
        ]


def read_sets(aws: Aws, entries: Sequence[Any]) -> Sets:
    """The sets that the option names, of those that SES has. Where it names none, SES is not asked."""
    if not entries:
        return Sets()
    parsed, about = parse(entries), "the configuration sets"
    existing = list(aws.pages("sesv2", "list_configuration_sets", "ConfigurationSets", about, PageSize=PAGE_SIZE))
    return Sets(existing, *select(parsed, existing))


def read_publishing(aws: Aws) -> set[str]:
    """The sets whose bounce rate SES has published in the last three hours: their metrics are surely on."""
    metrics = aws.pages(
        "cloudwatch",
        "list_metrics",
        "Metrics",
        "the reputation metrics",
        Namespace=NAMESPACE,
        MetricName=METRICS["bounce_rate"].name,
        Dimensions=[{"Name": SET_DIMENSION}],
        RecentlyActive="PT3H",
    )
    return {entry["Value"] for metric in metrics for entry in metric["Dimensions"] if entry["Name"] == SET_DIMENSION}
