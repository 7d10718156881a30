# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the status playbook has found of each target.

C(__ses_pause_status) is what ses_reputation_info found; C(__ses_pause_guard) is what a deployment would change, which
becomes one more finding of its health; C(__ses_pause_uncompared) is why that could not be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...module_utils._watch.finding import ERROR, WARNING, Finding
from .words import Target, host, not_reached

# What only Ansible is interested in.
TASK_KEYS = ("changed", "failed", "warnings", "invocation")
# Of many resources, the finding names the first.
MAX_NAMED = 5


def target_statuses(targets: Iterable[Target], at: str | None = None) -> list[dict[str, Any]]:
    """[{name, status, error, at}], as the public filters take it. at: when this was found, in ISO 8601."""
    return [{**_target(target), "at": at} for target in targets]


def _target(target: Target) -> dict[str, Any]:
    name = host(target)
    result = target.get("__ses_pause_status")
    if not result or result.get("failed") or "health" not in result:
        return {"name": name, "status": None, "error": str((result or {}).get("msg", not_reached(target)))}
    status = {key: value for key, value in result.items() if key not in TASK_KEYS}
    # Without a guard all of it would be made: that is said already.
    drift = [finding.to_dict() for finding in _drift(target)] if status["guard"]["deployed"] else []
    status["health"] = sorted([*status["health"], *drift], key=lambda found: found["severity"] != ERROR)
    return {"name": name, "status": status, "error": None}


def _drift(target: Target) -> Iterator[Finding]:
    """What the next deployment would change, as one finding."""
    if why := target.get("__ses_pause_uncompared"):
        what = f"What differs from what would be deployed could not be seen: {str(why).rstrip('.')}."
        yield Finding("drift", WARNING, what, "Mend that, or leave the comparison out with -e ses_status_drift=false.")
    deployed = target.get("__ses_pause_guard", {})
    different = [
        f"{resource['kind']} {resource['name']} ({', '.join(resource['changes']) or resource['action']})"
        for resource in deployed.get("resources", [])
        if resource["action"] != "none"
    ]
    sets = deployed.get("configuration_sets", {})
    different += [f"alarm {name}" for action in ("created", "updated", "deleted") for name in sets.get(action, [])]
    different += [f"the reputation metrics of {name}" for name in sets.get("metrics_on", [])]
    if different:
        more = f" and {len(different) - MAX_NAMED} more" if len(different) > MAX_NAMED else ""
        remedy = "See it with ansible-playbook mailops.ses.site --check --diff, mend it without --check."
        yield Finding("drift", WARNING, f"A deployment would change {', '.join(different[:MAX_NAMED])}{more}.", remedy)
