# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guard's reputation alarms as people want to see them: tier, state, and what the guard remembers on them."""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.mailops.ses.plugins.module_utils._aws import Aws
from ansible_collections.mailops.ses.plugins.module_utils._bulk import gather
from ansible_collections.mailops.ses.plugins.module_utils._memory import is_pausing
from ansible_collections.mailops.ses.plugins.module_utils._metrics import NAMESPACE, OPTION_OF, SET_DIMENSION
from ansible_collections.mailops.ses.plugins.module_utils._names import Names
from ansible_collections.mailops.ses.plugins.module_utils._reconcile import OWNER_MARK, OWNER_TAG, State
from ansible_collections.mailops.ses.plugins.module_utils._resources.alarm import Alarms, MetricAlarm

MEMORY = "ses-pause:"


def read_alarms(aws: Aws, names: Names, alarms: Alarms) -> list[dict[str, Any]]:
    """The guard's alarms over SES, by name; one that has lost its tag too.

    Tags cost a call an alarm. Those of a configuration set's alarm are read only where it is in ALARM, so that ten
    thousand sets can be looked at: the others remember nothing that is of use now.
    """
    found = {name: state for name, state in sorted(alarms.all(aws).items()) if state["namespace"] == NAMESPACE}
    asked = [name for name, state in found.items() if not _is_plain(names, state)]
    looks = [partial(MetricAlarm(name, None, alarms).look, aws) for name in asked]
    tagged = dict(zip(asked, gather(looks), strict=True))
    known = {**found, **tagged}
    return [_describe(names, name, state) for name in found if (state := known[name]) and _may_be_ours(names, state)]


def _may_be_ours(names: Names, state: State) -> bool:
    """Another guard's name may begin with this one's."""
    return bool(state.get("tags", {}).get(OWNER_TAG, names.guard) == names.guard)


def _is_plain(names: Names, state: State) -> bool:
    """Whether an alarm is known as ours without its tags, and has nothing to remember."""
    calls_us = any(arn.endswith((f":{names.trip_topic}", f":{names.notify_topic}")) for arn in state["alarm_actions"])
    return bool(
        state["dimensions"] and state["_state"] != "ALARM" and calls_us and OWNER_MARK in (state["description"] or "")
    )


def _describe(names: Names, name: str, state: State) -> dict[str, Any]:
    since = state.get("_since")
    return {
        "name": name,
        "metric": OPTION_OF.get(state.get("metric_name", "")),
        "tier": "pause" if is_pausing(names.guard, state["alarm_actions"]) else "warn",
        "configuration_set": state["dimensions"].get(SET_DIMENSION),
        "threshold": state["threshold"],
        "state": state["_state"],
        "since": since.isoformat() if since else None,
        "reason": state["_state_reason"],
        "actions_enabled": state["actions_enabled"],
        "alarm_actions": state["alarm_actions"],
        "memory": {
            key.removeprefix(MEMORY): value for key, value in state.get("tags", {}).items() if key.startswith(MEMORY)
        },
    }
