# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory in slices, each with a worker of its own, all at the same time."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.local_aws.patience import wait_for
from tests.local_aws.server import LocalAws
from tests.unit.plugins import picture
from tests.unit.plugins.inventory.fleet import ROLE, listed, play, write
from tests.unit.plugins.inventory.slices import Job, cut

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

COUNT = 4
ACCOUNTS = {"shop": "111111111111", "news": "222222222222"}
REGIONS = ["eu-west-1", "us-east-1"]
TARGETS = {f"{name}.{region}": (number, region) for name, number in ACCOUNTS.items() for region in REGIONS}
SICK = "shop.eu-west-1"
Aws = Callable[..., Any]


def inventory(folder: Path) -> Path:
    told = {"ses_pause_subscriptions": [{"protocol": "sms", "endpoint": "+12065550100"}]}
    accounts = [{"id": number, "name": name, "vars": told} for name, number in ACCOUNTS.items()]
    return write(folder, accounts=accounts, regions=REGIONS, role=ROLE)


def starter(folder: Path, local_aws: LocalAws) -> Callable[..., Job]:
    """``start(number of the slice, playbook, how many slices, **extra variables)``"""
    whole = listed(inventory(folder), local_aws.url)
    count = itertools.count()

    def start(number: int, playbook: str, slices: int = COUNT, **variables: Any) -> Job:
        return Job(folder / f"job {next(count)}", playbook, cut(whole, number, slices), local_aws.url, **variables)

    return start


def await_call(control: Aws, target: str, operation: str, job: Job) -> None:
    wanted = {"account": TARGETS[target][0], "region": TARGETS[target][1], "operation": operation}

    def is_called() -> bool:
        return any(wanted.items() <= call.items() for call in control("calls", "GET")["calls"])

    wait_for(f"{operation} is not called", lambda: is_called() or job.has_ended)
    assert is_called(), job.said


def state(aws: Aws, target: str) -> picture.State:
    """All there is in the target, and in IAM and of dashboards in its account."""
    account, region = TARGETS[target]
    return picture.take(lambda service: aws(service, region, account))


def of_region(found: picture.State) -> picture.State:
    """Without what the other targets of the account see as well."""
    return {name: entry for name, entry in found.items() if not name.startswith(("dashboard ", "role "))}


@pytest.fixture(scope="module")
def undivided(
    tmp_path_factory: pytest.TempPathFactory, local_aws: LocalAws, empty_aws: Callable[[], None]
) -> Callable[[Aws], dict[str, picture.State]]:
    """``undivided(aws)``: what one run over all targets makes of an empty AWS, which is empty again then."""
    found: dict[str, picture.State] = {}

    def once(aws: Aws) -> dict[str, picture.State]:
        if not found:
            status, _table, text = play(local_aws.url, inventory(tmp_path_factory.mktemp("undivided")), "site")
            assert status == 0, text
            found.update({target: state(aws, target) for target in TARGETS})
            empty_aws()
        return found

    return once


def test_a_slice_is_every_fourth_host_by_name_and_keeps_its_groups() -> None:
    hosts = [f"shop.{number}" for number in range(6)]
    whole = {
        "_meta": {"hostvars": {host: {"number": host} for host in reversed(hosts)}},
        "all": {"children": ["ses_targets"]},
        "ses_targets": {"hosts": hosts},
    }
    assert [list(cut(whole, number, COUNT)["_meta"]["hostvars"]) for number in (1, 2, 3, 4)] == [
        ["shop.0", "shop.4"],
        ["shop.1", "shop.5"],
        ["shop.2"],
        ["shop.3"],
    ]
    assert cut(whole, 2, COUNT) == {
        "_meta": {"hostvars": {"shop.1": {"number": "shop.1"}, "shop.5": {"number": "shop.5"}}},
        "all": {"children": ["ses_targets"]},
        "ses_targets": {"hosts": ["shop.1", "shop.5"]},
    }


def test_slices_end_as_one_run_does_and_so_does_their_status(
    tmp_path: Path, local_aws: LocalAws, aws: Aws, control: Aws, undivided: Callable[[Aws], dict[str, picture.State]]
) -> None:
    expected = undivided(aws)
    start = starter(tmp_path, local_aws)
    jobs = [start(number, "site.yml") for number in range(1, COUNT + 1)]
    assert [job.end() for job in jobs] == [0] * COUNT, [job.said for job in jobs]
    assert sorted(host for job in jobs for host in job.hosts) == sorted(TARGETS)
    # All of them had begun before the first had ended.
    assert max(job.events[0]["created"] for job in jobs) < min(job.events[-1]["created"] for job in jobs)
    assert {target: state(aws, target) for target in TARGETS} == expected

    control("ses", account=TARGETS[SICK][0], region=TARGETS[SICK][1], enforcement_status="SHUTDOWN")
    jobs = [start(number, "status.yml", 2, ses_status_share=True) for number in (1, 2)]
    assert [job.end() for job in jobs] == [2 if SICK in job.hosts else 0 for job in jobs], [job.said for job in jobs]
    # A workflow of AWX gives the next job what its earlier ones left, the last of what has the same name.
    left: dict[str, Any] = {}
    for job in jobs:
        left.update(job.artifacts)
    # Nothing that could be a template: it becomes variables of the next job.
    assert not re.search("[{}]", "".join(left.values()))
    given = tmp_path / "given.json"
    given.write_text(json.dumps(left))
    report = tmp_path / "report.html"
    more = ["-e", f"@{given}", "-e", json.dumps({"ses_status_report": str(report)})]
    status, merged, text = play(local_aws.url, inventory(tmp_path), "merge_status", *more)
    assert (status, re.findall(r"^(\S+) +: .* failed=1 ", text, re.MULTILINE)) == (2, [SICK]), text
    assert all(target in report.read_text() for target in TARGETS)
    _status, table, _text = play(local_aws.url, inventory(tmp_path), "status")
    assert merged == table


def test_a_worker_is_killed_and_its_slice_run_again(
    tmp_path: Path, local_aws: LocalAws, aws: Aws, control: Aws, undivided: Callable[[Aws], dict[str, picture.State]]
) -> None:
    expected = undivided(aws)
    start = starter(tmp_path, local_aws)
    # The same account in two Regions: what they share must not suffer either.
    killed, other = (start(number, "site.yml") for number in (1, 2))
    (victim,), (neighbour,) = killed.hosts, other.hosts
    await_call(control, victim, "CreateRole", killed)
    killed.kill()
    assert (killed.end(), other.end()) == (None, 0), killed.said + other.said
    assert of_region(state(aws, neighbour)) == of_region(expected[neighbour])
    half = state(aws, victim)
    assert f"role ses-pause-{TARGETS[victim][1]}" in half
    assert not any(name.startswith("alarm ses-pause-bounce") for name in half)
    again = start(1, "site.yml")
    assert again.end() == 0, again.said
    assert {target: state(aws, target) for target in (victim, neighbour)} == {
        target: expected[target] for target in (victim, neighbour)
    }
