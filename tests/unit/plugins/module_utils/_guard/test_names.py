# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a guard's parts are called."""

from __future__ import annotations

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.errors import SesError
from ansible_collections.mailops.ses.plugins.module_utils._guard.names import Names, check_name


def test_a_guard_names_its_parts_after_itself() -> None:
    assert vars(Names("ses-pause", "us-east-1")) == {
        "guard": "ses-pause",
        "role": "ses-pause-us-east-1",
        "policy": "ses-pause",
        "function": "ses-pause",
        "log_group": "/aws/lambda/ses-pause",
        "failure_queue": "ses-pause-failures",
        "trip_topic": "ses-pause-trip",
        "notify_topic": "ses-pause-notify",
        "sweep_rule": "ses-pause-sweep",
        "errors_alarm": "ses-pause-function-errors",
        "queue_alarm": "ses-pause-failure-queue",
        "dashboard": "ses-pause-us-east-1",
    }


@pytest.mark.parametrize("name", ["role", "dashboard"])
def test_two_regions_do_not_share_what_aws_keeps_by_account(name: str) -> None:
    assert getattr(Names("x", "us-east-1"), name) != getattr(Names("x", "us-west-2"), name)


@pytest.mark.parametrize("name", ["ses-pause", "a", "0", "Mail_Guard-2", "x" * 40])
def test_a_name_that_aws_takes_everywhere_is_taken(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["", "-x", "_x", "a b", "a.b", "a/b", "naïve", "x" * 41, "x\n"])
def test_bad_names_are_refused_with_what_would_be_right(name: str) -> None:
    with pytest.raises(SesError) as caught:
        Names(name, "us-east-1")
    assert caught.value.message == (
        f"name: {name!r} cannot name a guard. Use 1 to 40 letters, digits, hyphens and underscores, with a letter or "
        "digit first, such as 'ses-pause'."
    )
