# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks as people call them: what they do with variables, whom they reach, and that they never do more."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible_collections.mailops.ses.plugins.lookup import _selected
from ansible_collections.mailops.ses.plugins.module_utils._operations import ses_sending_enabled

from tests.local_aws.server import LocalAws
from tests.unit.plugins.inventory.fleet import play
from tests.unit.plugins.module_utils.two_guards import make_alarms
from tests.unit.plugins.target import Target, writes

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

REGIONS = {"shop.eu": "eu-west-1", "shop.us": "us-east-1"}
# Somebody's own, which must not lead a pause elsewhere.
THEIRS = {"tenants": ["acme"], "configuration_sets": ["news"], "reason": "theirs", "ses_region": "eu"}
THEIRS |= {"ses_configuration_sets": ["receipts"], "ses_reason": "theirs too"}
Play = Callable[..., tuple[int, list[str], str]]


def write(folder: Path, **variables: Any) -> Path:
    common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    hosts = {name: {"ses_pause_region": region} for name, region in REGIONS.items()}
    targets = {"hosts": hosts, "vars": {**common, **variables}}
    path = folder / "targets.yml"
    path.write_text(yaml.safe_dump({"ses_targets": targets, "web": {"hosts": {"web.eu": {}}}}))
    return path


@pytest.fixture
def run(tmp_path: Path, local_aws: LocalAws) -> Play:
    """``run(playbook, *arguments, variables={...of the inventory}, **environment)``: see fleet.play."""

    def run_(playbook: str, *arguments: str, variables: dict[str, Any] | None = None, **more: str) -> Any:
        return play(local_aws.url, write(tmp_path, **(variables or {})), playbook, *arguments, **more)

    return run_


@pytest.fixture
def sends(aws: Callable[..., Any]) -> Callable[[], list[bool]]:
    """``sends()``: of each target, as SES says."""

    def ask() -> list[bool]:
        return [bool(aws("sesv2", region).get_account()["SendingEnabled"]) for region in REGIONS.values()]

    return ask


def test_an_inventorys_own_variables_lead_no_pause_elsewhere_and_old_names_hold_with_a_warning(
    run: Play, sends: Callable[[], list[bool]]
) -> None:
    """With a strategy of the user's, too, under which whatever is to run once would run for each."""
    status, table, text = run("pause", "-e", "reason=mended", variables=THEIRS, ANSIBLE_STRATEGY="free")
    assert status == 0, text
    assert [" ".join(line.split()) for line in table] == [
        "TARGET WHAT NOW CHANGED REMARK",
        *(f"{name} account paused yes" for name in REGIONS),
    ]
    assert text.count("TARGET ") == 1
    assert "The extra variable reason is now called ses_reason." in text
    assert "ses_configuration_sets, a variable of shop.eu, is passed over" in " ".join(text.split())
    assert sends() == [False, False]


def test_what_nobody_reads_is_refused_before_anything_is_written(run: Play, target: Target) -> None:
    with target.recorded() as calls:
        status, table, text = run("pause", "-e", "ses_reason=test", "-e", '{"configuration_set": ["news"]}')
    assert (status, table) == (2, []), text
    assert "configuration_set: nothing in mailops.ses reads this variable. Did you mean ses_configuration_sets?" in text
    with target.recorded() as more:
        mistake = {"ses_pause_bounce_treshold": 0.02}
        status, table, text = run("site", variables=mistake)
    assert (status, table) == (2, []), text
    assert "ses_pause_bounce_treshold, a variable of shop.eu and 1 more: nothing in mailops.ses reads" in text
    assert not calls + more


def test_a_resume_says_why_and_of_whom(
    run: Play, target: Target, aws: Callable[..., Any], sends: Callable[[], list[bool]]
) -> None:
    make_alarms(target, aws)
    target.run(ses_sending_enabled, enabled=False, reason="a bad list")
    with target.recorded() as calls:
        status, table, text = run("resume", variables=THEIRS)
    assert (status, table) == (2, []), text
    for part in ("This would resume 2 targets.", "--limit shop.eu", "-e ses_all_targets=true", "-e 'ses_reason="):
        assert part in text
    assert not calls
    status, table, text = run("resume", "-e", "ses_reason=mended", "--limit", "shop.eu", "--check")
    assert (status, [" ".join(line.split()) for line in table[:3]]) == (
        0,
        ["TARGET WHAT WOULD BE CHANGE REMARK", "shop.eu account sending yes was paused by a person", ""],
    ), text
    assert re.fullmatch(r"shop.eu: account: was paused by a person since .* UTC: arn:aws:.*: a bad list", table[3])
    assert sends() == [False, True]
    status, table, text = run("resume", "-e", '{"ses_reason": "mended", "ses_all_targets": true}')
    assert (status, [line.split()[0] for line in table[1:3]]) == (0, list(REGIONS)), text
    assert sends() == [True, True]


def test_the_set_of_a_drill_has_a_name_of_its_own(run: Play, target: Target) -> None:
    """There is no such set, which the error names."""
    for name in ("ses_drill_configuration_set", "configuration_set"):
        with target.recorded() as calls:
            status, _table, text = run("drill", "--limit", "shop.eu", "-e", f"{name}=news")
        assert status == 2, text
        assert "Not in SES of account 123456789012, Region eu-west-1: configuration set news." in text
        assert not writes(calls)
        assert ("is now called ses_drill_configuration_set" in text) is (name == "configuration_set")


@pytest.mark.parametrize("playbook", ["pause", "status"])
def test_a_limit_that_selects_no_target_is_an_error(run: Play, tmp_path: Path, playbook: str) -> None:
    """A group of others, or a file of them, as Ansible's own retry files are."""
    hosts = tmp_path / "hosts"
    hosts.write_text("web.eu\n")
    for limit in ("web", f"@{hosts}"):
        status, table, text = run(playbook, "--limit", limit, "-e", "ses_reason=test", "-e", "ses_status_fail_on=never")
        assert (status, table) == (2, []), text
        assert f"None of the hosts that --limit {limit} selects is in ses_targets, so nothing was done." in text


def test_a_limit_without_an_inventory_is_an_error(tmp_path: Path, local_aws: LocalAws) -> None:
    forgotten = tmp_path / "targets.yml"
    status, table, text = play(local_aws.url, forgotten, "pause", "--limit", "shop.eu", "-e", "ses_reason=test")
    assert (status != 0, table) == (True, []), text
    assert "The inventory has no host that --limit selects, so nothing was done. Give the inventory with -i" in text


def test_a_reason_that_ends_at_its_first_space_is_refused(run: Play, sends: Callable[[], list[bool]]) -> None:
    status, _table, text = run("pause", "-e", "ses_reason=bad list, old addresses")
    assert status == 2, text
    assert "-e: 'list, old addresses' stands outside of the quotes, and nothing reads it." in text
    assert sends() == [True, True]


def test_an_empty_group_is_an_error(run: Play, tmp_path: Path, local_aws: LocalAws) -> None:
    path = tmp_path / "empty.yml"
    path.write_text("ses_targets: {hosts: {}}\nweb: {hosts: {web.eu: {}}}\n")
    status, table, text = play(local_aws.url, path, "resume", "-e", "ses_reason=test")
    assert (status, table) == (2, []), text
    assert "The inventory has no host in ses_targets, so nothing was done." in text


def test_one_writes_the_status_file_whatever_the_strategy(run: Play, tmp_path: Path) -> None:
    options = {"ses_status_file": str(tmp_path / "status.json"), "ses_status_format": "json", "ses_status_drift": False}
    status, _table, text = run("status", "-e", json.dumps(options), ANSIBLE_STRATEGY="free")
    assert status == 2, text
    # A second one would change nothing.
    assert len(re.findall(r"^(?:changed|ok): \[.* -> localhost", text, re.MULTILINE)) == 1, text
    assert [found["name"] for found in json.loads((tmp_path / "status.json").read_text())] == list(REGIONS)


@pytest.mark.parametrize(
    ("limit", "pattern", "expected"),
    [
        (None, "ses_targets", ["one", "two"]),
        ("two,web", "ses_targets", ["two"]),
        ("all:!one", "ses_targets", ["two"]),
        ("@{hosts}", "ses_targets", ["one"]),
        ("web", "ses_targets", []),
        ("web", ["one", "two"], []),
        (None, [], []),
        ("one", "no_such_group", []),
    ],
)
def test_the_hosts_of_a_pattern_are_those_that_the_limit_selects(
    tmp_path: Path, limit: str | None, pattern: Any, expected: list[str]
) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("one\nweb\n")
    known: dict[str, Any] = {"groups": {"all": ["one", "two", "web"], "ses_targets": ["one", "two"], "web": ["web"]}}
    if limit:
        known["ansible_limit"] = limit.format(hosts=hosts)
    lookup = _selected.LookupModule(loader=DataLoader(), templar=SimpleNamespace())
    assert lookup.run([pattern], known) == expected
