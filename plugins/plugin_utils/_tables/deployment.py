# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a deployment changed on all targets: C(__ses_pause_guard) is what the role did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from .layout import lay_out, shorten
from .words import Target, host, not_reached, role_failure

ACTIONS = {"create": "created", "update": "updated", "delete": "deleted"}


def deployment_table(targets: Iterable[Target], check_mode: bool = False, batch: list[str] | None = None) -> list[str]:
    """The lines of the table: a header, and one for each target.

    batch: the targets of the present batch; those of the others that have no result may still come. Where it is not
    given, a target without a result has failed.
    """
    header = ("TARGET", "WOULD CHANGE" if check_mode else "CHANGED", "REMARK")
    return lay_out([header, *(_row(target, batch) for target in targets)])


def _row(target: Target, batch: list[str] | None) -> tuple[str, ...]:
    result = target.get("__ses_pause_guard", {})
    # A task that failed before it wrote anything has no resources.
    is_done = "resources" in result
    changed = _changed(result) if is_done else "nothing"
    return (host(target), changed, shorten(role_failure(target) or _remark(target, result, is_done, batch)))


def _changed(result: Mapping[str, Any]) -> str:
    counts = Counter(resource["action"] for resource in result["resources"])
    sets = result.get("configuration_sets", {})
    for action, word in ACTIONS.items():
        counts[action] += len(sets.get(word, []))
    counts["update"] += len(sets.get("metrics_on", [])) + len(sets.get("metrics_off", []))
    shown = [f"{counts[action]} {word}" for action, word in ACTIONS.items() if counts[action]]
    return ", ".join(shown) or "nothing"


def _remark(target: Target, result: Mapping[str, Any], is_done: bool, batch: list[str] | None) -> str:
    is_away = "ses_unreachable_reason" in target
    if not (is_done or is_away or batch is None or target.get("inventory_hostname") in batch):
        return "not reached yet"
    if not is_done:
        return f"FAILED: {not_reached(target)}"
    remarks = {"taken over": result.get("adopted", []), "not confirmed": result.get("pending_subscriptions", [])}
    return "; ".join(f"{what}: {', '.join(of)}" for what, of in remarks.items() if of)
