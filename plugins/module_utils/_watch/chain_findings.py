# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every link from an alarm to a pause and to people, judged by what was read. Pure: facts in, findings out.

Facts, a dict; what it does not hold is not judged, and None means that there is no such thing:
  guard                 the guard's name, for the remedies
  function_arn, trip_topic_arn, notify_topic_arn
  function              {state: Pending | Active | ..., reserved_concurrency: int, -1: none reserved} | None
  function_policy       the function's resource policy, a document | None
  trip_topic            {kms_key_id: str, "": not encrypted} | None
  notify_topic          the same | None
  trip_subscriptions    ["PROTOCOL ENDPOINT"], confirmed or not
  trip_filter_policy    the filter on the function's subscription, {}: every alarm is delivered
  notify_subscriptions  ["PROTOCOL ENDPOINT"], those that wait for confirmation too
  notify_pending        ["PROTOCOL ENDPOINT"] that wait for it
  alarms                {name: {actions_enabled: bool, alarm_actions: [ARN]} | None} of the pause alarms
  denied                [action] that the function's execution role may not do | None: whoever asks may not know
  failed_events         events in the failure queue | None: no queue
  action_errors         [text] of alarm actions that CloudWatch could not carry out
  function_errors       [text] that the function itself left, in its log or its failure queue

Findings: [{check, severity: error | warning, what, remedy}], errors first. An error keeps sending from being paused, or
everybody from being told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

Facts = Mapping[str, Any]
Finding = dict[str, str]

# The key that CloudWatch may not use, and nothing says so (CloudWatch User Guide, "Notifying users").
AWS_MANAGED_KEY = "alias/aws/sns"
SNS = "sns.amazonaws.com"


def findings(facts: Facts) -> list[Finding]:
    """Every link that is broken or doubtful, in the order of the chain, errors before warnings."""
    found = [finding for judge in JUDGES for finding in judge(facts)]
    return sorted(found, key=lambda finding: finding["severity"] != "error")


def errors(found: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in found if finding["severity"] == "error"]


def describe(found: Iterable[Finding]) -> str:
    """The findings as text: what, and what to do about it."""
    return " ".join(f"[{finding['check']}] {finding['what']}. {finding['remedy']}." for finding in found)


def _error(check: str, what: str, remedy: str) -> Finding:
    return {"check": check, "severity": "error", "what": what, "remedy": remedy}


def _warning(check: str, what: str, remedy: str) -> Finding:
    return {"check": check, "severity": "warning", "what": what, "remedy": remedy}


def _deploy(facts: Facts) -> str:
    return f"Run mailops.ses.site, which deploys the guard {facts.get('guard', '')}".rstrip()


def _judge_alarms(facts: Facts) -> Iterator[Finding]:
    alarms: Mapping[str, Any] = facts.get("alarms", {})
    for name, alarm in alarms.items():
        if alarm is None:
            yield _error("alarm_missing", f"There is no alarm {name}", _deploy(facts))
            continue
        if not alarm["actions_enabled"]:
            yield _error(
                "alarm_actions_disabled",
                f"The actions of the alarm {name} are disabled, so it would change its state and do nothing",
                "Run mailops.ses.site with ses_pause_arm=true",
            )
        if not {facts["trip_topic_arn"], facts["function_arn"]} & set(alarm["alarm_actions"]):
            yield _error(
                "alarm_not_tripping",
                f"The alarm {name} does not call the trip topic, so nothing would be paused",
                _deploy(facts),
            )
        if facts["notify_topic_arn"] not in alarm["alarm_actions"]:
            yield _warning(
                "alarm_not_notifying",
                f"The alarm {name} does not call the notify topic, so people hear of it from the function only",
                _deploy(facts),
            )


def _judge_action_errors(facts: Facts) -> Iterator[Finding]:
    for text in facts.get("action_errors", []):
        yield _error(
            "alarm_action_failed",
            f"CloudWatch could not carry out an alarm's action: {text.rstrip('.')}",
            "Run mailops.ses.site, which mends the topics' policies; a topic's own key must let CloudWatch use it",
        )


def _judge_trip_topic(facts: Facts) -> Iterator[Finding]:
    if "trip_topic" in facts:
        yield from _judge_topic(facts, "trip", "no alarm reaches the function")
        if facts["trip_topic"] is None:
            return
    if "trip_subscriptions" not in facts:
        return
    if f"lambda {facts['function_arn']}" not in facts["trip_subscriptions"]:
        yield _error(
            "function_not_subscribed",
            f"The function is not subscribed to the trip topic {facts['trip_topic_arn']}",
            _deploy(facts),
        )
    elif facts.get("trip_filter_policy"):
        yield _error(
            "subscription_filtered",
            "A filter on the function's subscription to the trip topic keeps alarms from it",
            _deploy(facts),
        )


def _judge_topic(facts: Facts, kind: str, consequence: str) -> Iterator[Finding]:
    topic = facts[f"{kind}_topic"]
    if topic is None:
        yield _error(f"{kind}_topic_missing", f"There is no {kind} topic, so {consequence}", _deploy(facts))
    elif topic["kms_key_id"].endswith(AWS_MANAGED_KEY):
        yield _error(
            f"{kind}_topic_key",
            f"CloudWatch cannot publish to the {kind} topic, as it is encrypted with {AWS_MANAGED_KEY}",
            "Take a customer-managed key (ses_pause_kms_key_arn) that lets CloudWatch use it, or none",
        )


def _judge_function(facts: Facts) -> Iterator[Finding]:
    if "function" not in facts:
        return
    function = facts["function"]
    if function is None:
        yield _error("function_missing", "There is no function that could pause", _deploy(facts))
        return
    if function["state"] != "Active":
        yield _error(
            "function_not_active",
            f"The function's state is {function['state']}, not Active",
            "Look at its state reason in the Lambda console; run mailops.ses.site once it is Active or gone",
        )
    if function["reserved_concurrency"] == 0:
        yield _error(
            "function_never_runs",
            "The function's reserved concurrency is 0, so it never runs",
            "Remove it, or run mailops.ses.site with ses_pause_reserved_concurrency=-1",
        )
    if "function_policy" in facts and not may_invoke(facts["function_policy"], facts["trip_topic_arn"]):
        yield _error("invoke_not_allowed", "The trip topic may not invoke the function", _deploy(facts))


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
    if "denied" not in facts:
        return
    if facts["denied"] is None:
        yield _warning(
            "permissions_unknown",
            "Whether the function may pause was not asked: this identity lacks iam:SimulatePrincipalPolicy",
            "Allow that, or drill live, which shows it",
        )
    elif facts["denied"]:
        yield _error(
            "function_not_allowed",
            f"The function's execution role may not do {', '.join(facts['denied'])}",
            "Run mailops.ses.site, which mends its policy; look for a permissions boundary or a denial of your own",
        )


def _judge_failures(facts: Facts) -> Iterator[Finding]:
    for text in facts.get("function_errors", []):
        yield _error(
            "function_fails",
            f"The function failed: {text.rstrip('.')}",
            "Mend what it names; its log group has the whole story",
        )
    if facts.get("failed_events"):
        yield _warning(
            "failed_events",
            f"{facts['failed_events']} events that the function could not handle lie in the failure queue",
            "See what they say, then purge the queue",
        )


def _judge_notify_topic(facts: Facts) -> Iterator[Finding]:
    if "notify_topic" in facts:
        yield from _judge_topic(facts, "notify", "nobody is told")
        if facts["notify_topic"] is None:
            return
    if "notify_subscriptions" not in facts:
        return
    pending = facts.get("notify_pending", [])
    if not set(facts["notify_subscriptions"]) - set(pending):
        waiting = f" ({', '.join(pending)} not confirmed yet)" if pending else ""
        yield _error(
            "nobody_told",
            f"Nobody is subscribed to the notify topic{waiting}",
            "Set ses_pause_subscriptions and run mailops.ses.site; confirm what AWS sent, its link lives two days",
        )
    elif pending:
        yield _warning(
            "subscription_pending",
            f"Nobody is told at {', '.join(pending)} until the subscription is confirmed there",
            "Confirm it; the link that AWS sent lives two days, after that subscribe again",
        )


JUDGES = (
    _judge_alarms,
    _judge_action_errors,
    _judge_trip_topic,
    _judge_function,
    _judge_role,
    _judge_failures,
    _judge_notify_topic,
)
