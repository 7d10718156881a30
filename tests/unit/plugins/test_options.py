# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any valid options converge in one run and stay; any that are not valid are refused before anything is written.

Hypothesis makes them up: few here, many in `make soak` (tests/soak/test_options.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard.machinery_options import LOG_DAYS
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_pause_function, ses_reputation_alarm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.plugins.target import CODE, Target, writes

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

Options = dict[str, Any]
FEW = settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,9}[a-z0-9]", fullmatch=True)
# Each on its side of the other tier's default: a warning must come first.
RATES = {
    ("bounce_rate", "warn"): (0.005, 0.0299),
    ("bounce_rate", "pause"): (0.0451, 0.099),
    ("complaint_rate", "warn"): (0.0001, 0.00059),
    ("complaint_rate", "pause"): (0.00091, 0.0049),
}
SUBSCRIPTIONS = [
    {"protocol": "sms", "endpoint": "+12065550100"},
    {"protocol": "email", "endpoint": "ops@example.com"},
    {"protocol": "https", "endpoint": "https://example.com/hook"},
    {"protocol": "https", "endpoint": "https://ops@example.com/hook", "password": "Sesame"},
    {"protocol": "sqs", "endpoint": "arn:aws:sqs:eu-west-1:123456789012:mail-alerts"},
]
FUNCTIONS: dict[str, st.SearchStrategy[Any]] = {
    "name": NAMES,
    "memory_size": st.integers(128, 10240),
    "timeout": st.integers(3, 900),
    "min_sends": st.integers(0, 10**9),
    "max_event_age": st.integers(60, 10**6),
    "sweep_minutes": st.integers(0, 1440),
    "reserved_concurrency": st.just(-1) | st.integers(1, 900),
    "log_retention_days": st.sampled_from(LOG_DAYS),
    "log_level": st.sampled_from(["DEBUG", "INFO", "WARN", "ERROR"]),
    "architecture": st.sampled_from(["arm64", "x86_64"]),
    "runtime": st.sampled_from(["python3.12", "python3.13"]),
    "subscriptions": st.lists(st.sampled_from(SUBSCRIPTIONS), max_size=3, unique_by=str),
    "dashboard": st.booleans(),
    "tags": st.dictionaries(NAMES, st.text("abcXYZ 019+-=._:/@", max_size=20).map(str.strip), max_size=3),
}
BAD_FUNCTIONS: dict[str, st.SearchStrategy[Any]] = {
    "memory_size": st.integers(max_value=127) | st.integers(10241),
    "timeout": st.integers(max_value=2) | st.integers(901),
    "min_sends": st.integers(max_value=-1),
    "max_event_age": st.integers(max_value=59),
    "sweep_minutes": st.integers(max_value=-1) | st.integers(1441),
    "reserved_concurrency": st.just(0) | st.integers(max_value=-2),
    "handler": st.sampled_from(["", "handler", "a.b.c", "other.handler", "ses_pause.1"]),
    "kms_key_arn": st.sampled_from(["alias/aws/sns", "arn:aws:kms:eu-west-1:1:key/x", "1234"]),
    "subscriptions": st.sampled_from(
        [
            [{"protocol": "sms", "endpoint": "12065550100"}],
            [{"protocol": "email", "endpoint": "nobody"}],
            [{"protocol": "https", "endpoint": "http://example.com"}],
            [{"protocol": "https", "endpoint": "https://ops:Sesame@example.com"}],
            [{"protocol": "sqs", "endpoint": "mail-alerts"}],
        ]
    ),
    "dashboard_thresholds": st.fixed_dictionaries({"bounce_rate_pause": st.just(0.0) | st.floats(1, 100)}),
}


@st.composite
def some(draw: Any, of: dict[str, st.SearchStrategy[Any]], least: int = 0) -> Options:
    names = draw(st.lists(st.sampled_from(sorted(of)), unique=True, min_size=least))
    return {name: draw(of[name]) for name in names}


@st.composite
def alarms(draw: Any) -> list[Options]:
    """Of each scope, metric and tier at most one."""
    kinds = st.tuples(st.sampled_from(sorted(RATES)), st.sampled_from(["", "news"]))
    entries = []
    for (metric, tier), name in draw(st.lists(kinds, min_size=1, max_size=4, unique=True)):
        entry: Options = {"metric": metric, "tier": tier, **({"configuration_set": name} if name else {})}
        if draw(st.booleans()):
            entry["threshold"] = round(draw(st.floats(*RATES[metric, tier])), 5)
        entry |= draw(some({"period": st.sampled_from([60, 300, 900]), "actions_enabled": st.booleans()}))
        entries.append(entry)
    return entries


@pytest.fixture
def guarded(target: Target, aws: Callable[..., Any]) -> Target:
    aws("sesv2").create_configuration_set(ConfigurationSetName="news")
    target.run(ses_pause_function, code=CODE)
    return target


def converges(target: Target, module: Any, **options: Any) -> None:
    """One run, and no change after it; AssertionError if a run that changes nothing writes."""
    target.run(module, **options)
    again = target.check(module, **options)
    assert not again["changed"], again["diff"]
    with target.recorded() as calls:
        assert not target.run(module, **options)["changed"]
    assert not writes(calls)


def refused(target: Target, module: Any, **options: Any) -> None:
    with target.recorded() as calls, pytest.raises(SesError):
        target.run(module, **options)
    assert not writes(calls)


@FEW
@given(options=some(FUNCTIONS))
def test_functions_converge(target: Target, options: Options) -> None:
    converges(target, ses_pause_function, code=CODE, **options)


@FEW
@given(options=some(FUNCTIONS), bad=some(BAD_FUNCTIONS, least=1))
def test_functions_that_cannot_be_are_refused(target: Target, options: Options, bad: Options) -> None:
    refused(target, ses_pause_function, code=CODE, **{**options, **bad})


@FEW
@given(entries=alarms())
def test_alarms_converge(guarded: Target, entries: list[Options]) -> None:
    converges(guarded, ses_reputation_alarm, alarms=entries)


@FEW
@given(entries=alarms(), threshold=st.floats(1, 100) | st.floats(-1, 0), twice=st.booleans())
def test_alarms_that_cannot_be_are_refused(
    guarded: Target, entries: list[Options], threshold: float, twice: bool
) -> None:
    bad = [*entries, dict(entries[0])] if twice else [*entries[:-1], {**entries[-1], "threshold": threshold}]
    refused(guarded, ses_reputation_alarm, alarms=bad)
