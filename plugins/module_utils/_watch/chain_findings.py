# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every link from an alarm to a pause and to people, judged by what was read. Facts in, findings out; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from .._converge.resource import Found
from .._resources.topic import AWS_MANAGED_KEY
from .chain_facts import Facts, Traces
from .finding import ERROR, WARNING, Finding

SNS = "sns.amazonaws.com"


def judge_facts(facts: Facts) -> list[Finding]:
    """Every link that is broken or doubtful, in the order of the chain, errors before warnings."""
    found = [finding for judge in JUDGES for finding in judge(facts)]
    return sorted(found, key=lambda finding: not finding.is_error)


def judge_traces(traces: Traces) -> list[Finding]:
    """What a drill has shown to be broken."""
    failed_actions = [
        Finding(
            "alarm_action_failed",
            ERROR,
            f"CloudWatch could not carry out an alarm's action: {text.rstrip('.')}",
            "Run mailops.ses.site, which mends the topics' policies; a topic's own key must let CloudWatch use it",
        )
        for text in traces.action_errors
    ]
    failures = [
        Finding(
            "function_fails",
            ERROR,
            f"The function failed: {text.rstrip('.')}",
            "Mend what it names; its log group has the whole story",
        )
        for text in traces.function_errors
    ]
    return failed_actions + failures


def errors(found: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.is_error]


def describe(found: Iterable[Finding]) -> str:
    """The findings as text: what, and what to do about it."""
    return " ".join(f"[{finding.check}] {finding.what}. {finding.remedy}." for finding in found)


def _deploy(facts: Facts) -> str:
    return f"Run mailops.ses.site, which deploys the guard {facts.guard}"


def _judge_alarms(facts: Facts) -> Iterator[Finding]:
    for name, alarm in facts.alarms.items():
        if alarm is None:
            yield Finding("alarm_missing", ERROR, f"There is no alarm {name}", _deploy(facts))
            continue
        if not alarm.state["actions_enabled"]:
            yield Finding(
                "alarm_actions_disabled",
                ERROR,
                f"The actions of the alarm {name} are disabled, so it would change its state and do nothing",
                "Run mailops.ses.site with ses_pause_arm=true",
            )
        if not {facts.arns.trip_topic, facts.arns.function} & set(alarm.actions):
            yield Finding(
                "alarm_not_tripping",
                ERROR,
                f"The alarm {name} does not call the trip topic, so nothing would be paused",
                _deploy(facts),
            )
        if facts.arns.notify_topic not in alarm.actions:
            yield Finding(
                "alarm_not_notifying",
                WARNING,
                f"The alarm {name} does not call the notify topic, so people hear of it from the function only",
                _deploy(facts),
            )


def _judge_trip_topic(facts: Facts) -> Iterator[Finding]:
    yield from _judge_topic(facts, "trip", facts.trip_topic, "no alarm reaches the function")
    if facts.trip_topic is None:
        return
    delivery = facts.trip_subscriptions.state if facts.trip_subscriptions else {"subscriptions": []}
    if f"lambda {facts.arns.function}" not in delivery["subscriptions"]:
        yield Finding(
            "function_not_subscribed",
            ERROR,
            f"The function is not subscribed to the trip topic {facts.arns.trip_topic}",
            _deploy(facts),
        )
    elif delivery.get("filter_policy"):
        yield Finding(
            "subscription_filtered",
            ERROR,
            "A filter on the function's subscription to the trip topic keeps alarms from it",
            _deploy(facts),
        )


def _judge_topic(facts: Facts, kind: str, topic: Found | None, consequence: str) -> Iterator[Finding]:
    if topic is None:
        yield Finding(f"{kind}_topic_missing", ERROR, f"There is no {kind} topic, so {consequence}", _deploy(facts))
    elif topic.state["kms_key_id"].endswith(AWS_MANAGED_KEY):
        yield Finding(
            f"{kind}_topic_key",
            ERROR,
            f"CloudWatch cannot publish to the {kind} topic, as it is encrypted with {AWS_MANAGED_KEY}",
            "Take a customer-managed key (ses_pause_kms_key_arn) that lets CloudWatch use it, or none",
        )


def _judge_function(facts: Facts) -> Iterator[Finding]:
    function = facts.function
    if function is None:
        yield Finding("function_missing", ERROR, "There is no function that could pause", _deploy(facts))
        return
    if function.lambda_state != "Active":
        yield Finding(
            "function_not_active",
            ERROR,
            f"The function's state is {function.lambda_state}, not Active",
            "Look at its state reason in the Lambda console; run mailops.ses.site once it is Active or gone",
        )
    if function.state["reserved_concurrency"] == 0:
        yield Finding(
            "function_never_runs",
            ERROR,
            "The function's reserved concurrency is 0, so it never runs",
            "Remove it, or run mailops.ses.site with ses_pause_reserved_concurrency=-1",
        )
    policy = facts.permissions.state["policy"] if facts.permissions else None
    if not may_invoke(policy, facts.arns.trip_topic):
        yield Finding("invoke_not_allowed", ERROR, "The trip topic may not invoke the function", _deploy(facts))


def may_invoke(policy: Mapping[str, Any] | None, topic_arn: str) -> bool:
    """Whether a function's resource policy lets SNS invoke it for the topic. Only what Lambda's own form has."""
    effects = {
        statement.get("Effect")
        for statement in _listed((policy or {}).get("Statement"))
        if _is_about(statement, topic_arn)
    }
    return "Allow" in effects and "Deny" not in effects


def _is_about(statement: Mapping[str, Any], topic_arn: str) -> bool:
    principal = statement.get("Principal")
    services = _listed(principal.get("Service")) if isinstance(principal, Mapping) else _listed(principal)
    actions = [action.lower() for action in _listed(statement.get("Action"))]
    sources = [
        pattern
        for operator in (statement.get("Condition") or {}).values()
        for key, value in operator.items()
        if key.lower() == "aws:sourcearn"
        for pattern in _listed(value)
    ]
    return (
        not {SNS, "*"}.isdisjoint(services)
        and any(fnmatchcase("lambda:invokefunction", action) for action in actions)
        and (not sources or any(fnmatchcase(topic_arn, pattern) for pattern in sources))
    )


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _judge_role(facts: Facts) -> Iterator[Finding]:
    if facts.denied is None:
        yield Finding(
            "permissions_unknown",
            WARNING,
            "Whether the function may pause was not asked: this identity lacks iam:SimulatePrincipalPolicy",
            "Allow that, or drill live, which shows it",
        )
    elif facts.denied:
        yield Finding(
            "function_not_allowed",
            ERROR,
            f"The function's execution role may not do {', '.join(facts.denied)}",
            "Run mailops.ses.site, which mends its policy; look for a permissions boundary or a denial of your own",
        )


def _judge_failures(facts: Facts) -> Iterator[Finding]:
    if facts.failure_queue and facts.failure_queue.messages:
        yield Finding(
            "failed_events",
            WARNING,
            f"{facts.failure_queue.messages} events that the function could not handle lie in the failure queue",
            "See what they say, then purge the queue",
        )


def _judge_notify_topic(facts: Facts) -> Iterator[Finding]:
    yield from _judge_topic(facts, "notify", facts.notify_topic, "nobody is told")
    if facts.notify_topic is None:
        return
    found = facts.notify_subscriptions
    pending = found.pending if found else []
    if not found or not set(found.state["subscriptions"]) - set(pending):
        waiting = f" ({', '.join(pending)} not confirmed yet)" if pending else ""
        yield Finding(
            "nobody_told",
            ERROR,
            f"Nobody is subscribed to the notify topic{waiting}",
            "Set ses_pause_subscriptions and run mailops.ses.site; confirm what AWS sent, its link lives two days",
        )
    elif pending:
        yield Finding(
            "subscription_pending",
            WARNING,
            f"Nobody is told at {', '.join(pending)} until the subscription is confirmed there",
            "Confirm it; the link that AWS sent lives two days, after that subscribe again",
        )


JUDGES = (_judge_alarms, _judge_trip_topic, _judge_function, _judge_role, _judge_failures, _judge_notify_topic)
