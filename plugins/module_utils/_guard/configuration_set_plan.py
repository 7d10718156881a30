# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan for the alarms and the reputation metrics of configuration sets, at the size that SES allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from .._aws.client import Aws
from .._aws.threads import Progress, run_all
from .._converge.plan import Change, Plan
from .._converge.resource import Resource, State
from .._resources.alarm import MAX_NAMES, MISSING, Alarms, MetricAlarm
from .._resources.reputation_metrics import ReputationMetrics
from .._ses.metrics import SET_DIMENSION
from .alarm_options import AlarmTask
from .configuration_sets import Sets, read_publishing

# Enough to keep three calls a second going at a quarter of a second each, with room for a raised quota.
WORKERS = 8
# A diff that nobody reads to the end need not hold more.
MAX_DIFF = 500


def read_resources(
    aws: Aws, task: AlarmTask, sets: Sets, wanted: Mapping[str, State | None], alarms: Alarms
) -> list[Resource[Any]]:
    """The alarms that are wanted, {name: state}, and before them the metrics of the sets.

    The quick check takes for granted what costs a call a set or an alarm: the tags of an alarm that carries our mark,
    and that the metrics are on where a set has an alarm (it is made after the metrics are on) or SES publishes them.
    The full check looks at each.
    """
    resources: list[Resource[Any]] = [
        MetricAlarm(name, state, alarms, trusted=not task.is_full, in_bulk=False) for name, state in wanted.items()
    ]
    if not task.is_present:
        return resources
    watched = {_set_of(alarm.state) for name, alarm in alarms.all(aws).items() if name in wanted}
    new = sets.chosen.keys() - watched
    others = [name for name in sets.existing if name not in sets.chosen] if task.switches_off else []
    publishing = read_publishing(aws) if (new or others) and not task.is_full else set()

    def known(name: str, otherwise: bool) -> bool | None:
        return None if task.is_full else name in publishing or otherwise

    guarded = [ReputationMetrics(name, True, known(name, name not in new)) for name in sets.chosen]
    return [*guarded, *(ReputationMetrics(name, False, known(name, False)) for name in others), *resources]


@dataclass(frozen=True)
class SetPlan:
    """The changes of C(read_resources)."""

    plan: Plan
    sets: Sets

    @property
    def pending(self) -> list[Change]:
        return self.plan.pending

    def apply(self, aws: Aws) -> None:
        """Writes within the quotas, SES's and CloudWatch's at the same time.

        The next run goes on where this one ends early: a set's alarms are written only after its metrics are on, so
        that their being there says that both are done.
        """
        progress = Progress(aws.say, "configuration sets: writes", len(self.pending))
        by_set: dict[str, list[Change]] = {}
        switched: set[str] = set()
        deletes: list[str] = []
        # The metrics of a set come before its alarms here, as they do in the plan.
        for change in self.pending:
            if change.action == "delete":
                deletes.append(change.resource.name)
            elif isinstance(change.resource, ReputationMetrics):
                by_set[change.resource.name] = [change]
                switched.add(change.resource.name)
            else:
                by_set.setdefault(_set_of(change.desired), []).append(change)
        # Clients are made here: boto3's sessions are not for threads, its clients are.
        for service in ("sesv2", "cloudwatch"):
            aws.client(service)

        def write(changes: list[Change]) -> None:
            for change in changes:
                change.apply(aws)
                progress.step()

        through_ses = [partial(write, changes) for name, changes in by_set.items() if name in switched]
        alarms_only = [partial(write, changes) for name, changes in by_set.items() if name not in switched]
        run_all([through_ses, alarms_only], WORKERS)
        for start in range(0, len(deletes), MAX_NAMES):
            names = deletes[start : start + MAX_NAMES]
            aws.call("cloudwatch", "delete_alarms", f"{len(names)} alarms of sets", MISSING, AlarmNames=names)
            progress.step(len(names))

    def report(self) -> dict[str, Any]:
        """{guarded: n, created, updated, deleted: [alarm], unchanged: n, metrics_on, metrics_off: [set]}."""
        found: dict[str, list[str]] = {"create": [], "update": [], "delete": [], "on": [], "off": []}
        for change in self.pending:
            switch = change.resource.desired if isinstance(change.resource, ReputationMetrics) else None
            kind = change.action if switch is None else "on" if switch["reputation_metrics_enabled"] else "off"
            found[kind].append(change.resource.name)
        alarms = [change for change in self.plan.changes if isinstance(change.resource, MetricAlarm)]
        return {
            "guarded": len(self.sets.chosen),
            "created": found["create"],
            "updated": found["update"],
            "deleted": found["delete"],
            "unchanged": sum(change.action == "none" for change in alarms),
            "metrics_on": found["on"],
            "metrics_off": found["off"],
        }

    def extend(self, result: dict[str, Any]) -> dict[str, Any]:
        """The task's result with what this plan adds to it; of ten thousand sets, a diff shows the first changes."""
        result["changed"] = result["changed"] or bool(self.pending)
        before, after = result["diff"]["before"], result["diff"]["after"]
        for change in self.pending[:MAX_DIFF]:
            label = change.resource.label
            if change.found is not None:
                before[label] = {key: value for key, value in change.before().items() if key in change.fields}
            if change.desired is not None:
                after[label] = {key: value for key, value in change.after().items() if key in change.fields}
        if len(self.pending) > MAX_DIFF:
            after["and"] = f"{len(self.pending) - MAX_DIFF} more"
        result["configuration_sets"] = self.report()
        if self.sets.idle:
            result["warnings"] = [f"configuration_sets: nothing matches {', '.join(self.sets.idle)}."]
        return result


def _set_of(state: State | None) -> str:
    return (state or {}).get("dimensions", {}).get(SET_DIMENSION, "")
