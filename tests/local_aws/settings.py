# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Switches of the local AWS, settable while it runs: ``GET/POST /_local_aws/settings``.

Service files read ``settings.current.NAME`` at the moment they need it, never at import.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, get_type_hints

# How the values of a type are called in an error.
WANTED: dict[Any, str] = {
    bool: "true or false",
    str: "a text",
    list[float]: "a list of numbers >= 0",
    list[str]: "a list of texts",
}


@dataclass
class Settings:
    """All switches with their defaults; ``/moto-api/reset`` brings the defaults back."""

    # Milliseconds that each answer takes longer (AWS's own take 20 to 100).
    delay_ms: float = 0.0
    # Quotas of requests a second: how long that second lasts (AWS: 1); 0 = no quotas.
    quota_second: float = 0.0
    # IAM: permissions of assumed roles and IAM users are checked on every call.
    enforce_iam: bool = False
    # IAM/Lambda: seconds after CreateRole during which Lambda cannot assume the role yet.
    role_not_assumable_seconds: float = 0.0
    # SES: a resume of an account that AWS paused is taken and does nothing, instead of being refused.
    silent_shutdown: bool = False
    # Lambda: seconds before the first and the second retry of an asynchronous event (AWS: 60 and 120).
    async_retry_delays: list[float] = field(default_factory=lambda: [60.0, 120.0])
    # Lambda: how long a second of a function's timeout, and of its own limits on calls, lasts (AWS: 1): a busy machine
    # is slow.
    lambda_second: float = 60.0
    # Lambda: seconds that a create or an update takes (State Pending, LastUpdateStatus InProgress).
    lambda_update_seconds: float = 0.0
    # Lambda: each invocation starts Python anew, instead of a copy of one that has imported boto3.
    lambda_cold: bool = False
    # CloudWatch: SetAlarmState is answered when all that follows from it is done.
    set_state_and_settle: bool = False
    # CloudWatch: seconds between evaluations of all alarms; 0: only after PutMetricData, PutMetricAlarm and on demand.
    evaluation_interval: float = 0.0
    # Organizations: so many requests, the first ones, are throttled; an empty page goes before each page of a list.
    organizations_throttled: int = 0
    organizations_empty_pages: bool = False
    # Regions that accounts have not switched on: REGION or ACCOUNT:REGION.
    regions_off: list[str] = field(default_factory=list)


current = Settings()


def as_dict() -> dict[str, Any]:
    """Every switch by name, as ``GET /_local_aws/settings`` shows them."""
    return asdict(current)


def update(changes: dict[str, Any]) -> dict[str, Any]:
    """Set the named switches, all or none; ValueError names the first bad one. Returns every switch."""
    hints = get_type_hints(Settings)
    checked = {}
    for name, value in changes.items():
        if name not in hints:
            raise ValueError(f"unknown setting {name!r}; known: {', '.join(sorted(hints))}")
        checked[name] = _checked(name, value, hints[name])
    for name, value in checked.items():
        setattr(current, name, value)
    return as_dict()


def reset() -> None:
    """Bring the defaults back, in place: service files may hold the object."""
    defaults = Settings()
    for each in fields(Settings):
        setattr(current, each.name, getattr(defaults, each.name))


def _checked(name: str, value: Any, hint: Any) -> Any:
    """The value in the type of its switch, or ValueError."""
    if hint is bool and isinstance(value, bool):
        return value
    if hint is str and isinstance(value, str):
        return value
    if hint in (int, float) and isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return hint(value)
    if hint == list[float] and isinstance(value, list):
        return [_checked(name, each, float) for each in value]
    if hint == list[str] and isinstance(value, list):
        return [_checked(name, each, str) for each in value]
    wanted = WANTED.get(hint, "a number >= 0")
    raise ValueError(f"setting {name!r} must be {wanted}, not {value!r}")
