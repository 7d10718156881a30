# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks over a fleet that an inventory file finds, with accounts that cannot be entered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.deployment import deployment_table
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.drill import drill_table
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.removal import removal_table
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.sending import sending_table
from ansible_collections.mailops.ses.plugins.plugin_utils._tables.statuses import target_statuses

from tests.local_aws.server import LocalAws
from tests.unit.plugins.inventory.fleet import ROLE, Fleet, play, write

# Long, and of code that other tests cover line by line.
pytestmark = pytest.mark.no_cover

SERVED = ["news.eu-west-1", "news.us-east-1", "shop.eu-west-1", "shop.us-east-1"]
AWAY = {"inventory_hostname": "bare", "ses_unreachable_reason": "The role is missing."}


@pytest.fixture
def path(tmp_path: Path, aws: Callable[..., Any]) -> Path:
    """Two accounts in two Regions, one without the role, one suspended."""
    fleet = Fleet(aws)
    for name in ("shop", "news"):
        fleet.add(name)
    fleet.add("bare", role="SomethingElse")
    fleet.suspend(fleet.add("old"))
    return write(tmp_path, organization={"exclude": ["master"]}, regions=["eu-west-1", "us-east-1"], role=ROLE)


def test_a_fleet_is_served_and_what_cannot_be_entered_is_in_the_table(
    path: Path, tmp_path: Path, control: Callable[..., Any], local_aws: LocalAws
) -> None:
    """All at once: a suspended account, one without the role, a Region without SES, and Organizations throttles."""
    control("settings", organizations_throttled=2)
    accounts = [{"id": "111111111111", "name": "far", "assume_role_arn": "arn:aws:iam::111111111111:role/admin"}]
    nowhere = tmp_path / "nowhere.ses_targets.yml"
    write(tmp_path, accounts=accounts, regions=["mx-central-9"], role=ROLE).rename(nowhere)
    write(tmp_path, organization={"exclude": ["master"]}, regions=["eu-west-1", "us-east-1"], role=ROLE)
    status, table, text = play(local_aws.url, path, "site", "-i", str(nowhere))
    assert status == 2, text
    rows = {line.split()[0]: line for line in table[1:]}
    assert sorted(rows) == ["bare", "far.mx-central-9", *SERVED]
    assert all("created" in rows[name] for name in SERVED)
    assert "Amazon SES is not known in Region mx-central-9" in rows["far.mx-central-9"]
    status, table, text = play(local_aws.url, path, "site")
    assert status == 2, text
    assert re.findall(r"^(\S+) +: .* failed=1 ", text, re.MULTILINE) == ["bare"]
    rows = {line.split()[0]: line for line in table[1:]}
    assert sorted(rows) == ["bare", *SERVED]
    assert list(rows)[-1] == "bare"
    assert "cannot be assumed (AccessDenied)" in rows["bare"]
    assert all("nothing" in rows[name] for name in SERVED)
    assert "1 skipped as they are not active: old (SUSPENDED)" in " ".join(text.split())
    status, table, text = play(local_aws.url, path, "site", "--limit", "shop")
    assert status != 0, text
    status, table, text = play(local_aws.url, path, "site", "--limit", "ses_account_shop")
    assert status == 0, text
    assert [line.split()[:2] for line in table[1:]] in (
        [["shop.eu-west-1", "nothing"], ["shop.us-east-1", "nothing"]],
        [["shop.us-east-1", "nothing"], ["shop.eu-west-1", "nothing"]],
    )


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """Two accounts in two Regions, of which the first is refused, for a percent given as a fraction."""
    accounts = [
        {"id": "111111111111", "name": "shop", "vars": {"ses_pause_bounce_rate_pause": 4.5}},
        {"id": "222222222222", "name": "news"},
    ]
    return write(tmp_path, accounts=accounts, regions=["eu-west-1", "us-east-1"], role=ROLE)


@pytest.mark.parametrize(
    ("options", "failed", "waiting", "served"),
    [
        # A batch that fails as a whole is the last, whatever share may fail.
        ({"ses_serial": [1, "100%"]}, ["shop.eu-west-1"], ["news.eu-west-1", "news.us-east-1", "shop.us-east-1"], []),
        (
            {"ses_serial": 3, "ses_max_fail_percentage": 60},
            ["shop.eu-west-1", "shop.us-east-1"],
            ["news.us-east-1"],
            ["news.eu-west-1"],
        ),
        (
            {"ses_serial": 3, "ses_max_fail_percentage": 70},
            ["shop.eu-west-1", "shop.us-east-1"],
            [],
            ["news.eu-west-1", "news.us-east-1"],
        ),
    ],
)
def test_a_roll_out_stops_where_too_many_fail_and_says_so_of_all_targets(
    canary: Path, local_aws: LocalAws, options: dict[str, Any], failed: list[str], waiting: list[str], served: list[str]
) -> None:
    status, table, text = play(local_aws.url, canary, "site", "-e", json.dumps(options))
    assert status == 2, text
    ends = "2 of 3 targets failed, more than ses_max_fail_percentage (60) allows" in text
    assert ends == (options.get("ses_max_fail_percentage") == 60), text
    rows = {line.split()[0]: line for line in table[1:]}
    assert sorted(rows) == SERVED
    assert sorted(name for name, line in rows.items() if "FAILED: " in line and "4.5" in line) == failed
    assert sorted(name for name, line in rows.items() if line.endswith("not reached yet")) == waiting
    assert sorted(name for name, line in rows.items() if "created" in line) == served


def test_status_fails_for_what_cannot_be_entered(path: Path, local_aws: LocalAws) -> None:
    status, table, text = play(local_aws.url, path, "status", "-e", "ses_status_fail_on=never")
    assert status == 0, text
    assert any(line.startswith("bare: UNKNOWN: arn:aws:iam::") for line in table)
    # Not one of the others is deployed, so each is an error; here it is the account alone that fails the run.
    status, _table, text = play(local_aws.url, path, "status", "--limit", "bare")
    assert status == 2, text
    assert re.search(r"^bare +: ok=.* failed=1 ", text, re.MULTILINE), text
    status, _table, text = play(local_aws.url, path, "status", "--limit", "bare", "-e", "ses_status_fail_on=never")
    assert status == 0, text


def test_the_status_of_slices_is_merged_and_each_target_that_is_in_none_is_named(
    path: Path, tmp_path: Path, local_aws: LocalAws
) -> None:
    documents = [tmp_path / name for name in ("away.json", "rest.json", "gone.json")]
    # A slice may have no other hosts than those that cannot be entered.
    for limit, document in zip(("bare", "ses_targets"), documents, strict=False):
        options = {"ses_status_format": "json", "ses_status_file": str(document), "ses_status_drift": False}
        status, _table, text = play(local_aws.url, path, "status", "--limit", limit, "-e", json.dumps(options))
        assert status == 2, text
    served = json.loads(documents[1].read_text())
    assert sorted(found["name"] for found in served) == SERVED
    served[0]["status"]["health"][0]["what"] = "It holds {{ 40 + 2 }}."
    documents[1].write_text(json.dumps([found for found in served if found["name"] != "shop.us-east-1"]))
    options = {"ses_status_documents": [str(document) for document in documents]}
    status, table, text = play(local_aws.url, path, "merge_status", "-e", json.dumps(options))
    assert status == 2, text
    rows = {line.split()[0]: line.split()[1] for line in table[1:6]}
    assert rows == {name: "unknown" if name in ("bare", "shop.us-east-1") else "yes" for name in ["bare", *SERVED]}
    assert any(line.startswith("bare: UNKNOWN: arn:aws:iam::") for line in table)
    missing = f"shop.us-east-1: UNKNOWN: No slice has looked at it (there is no {documents[2]})."
    assert any(line.startswith(missing) for line in table)
    assert any("ERROR: It holds {{ 40 + 2 }}." in line for line in table)


@pytest.mark.parametrize("playbook", ["site", "pause", "resume", "drill", "remove", "status"])
def test_no_playbook_ends_well_where_it_has_reached_nothing(
    tmp_path: Path, aws: Callable[..., Any], local_aws: LocalAws, playbook: str
) -> None:
    nobody = tmp_path / "nobody.yml"
    nobody.write_text("mail_targets: {hosts: {shop.eu-west-1: {}}}")
    status, table, text = play(local_aws.url, nobody, playbook, "-e", "ses_reason=test")
    assert (status, table) == (2, []), text
    assert "The inventory has no host in ses_targets, so nothing was done." in text
    Fleet(aws).add("bare", role="SomethingElse")
    away = write(tmp_path, organization={"exclude": ["master"]}, regions=["eu-west-1"], role=ROLE)
    status, table, text = play(local_aws.url, away, playbook, "-e", "ses_reason=test")
    assert (status, len(table) > 0) == (2, playbook == "status"), text
    assert re.search(r"^fatal: \[bare\]: .*cannot be assumed", text, re.MULTILINE), text


@pytest.mark.parametrize("table", [deployment_table, drill_table, removal_table, sending_table])
def test_each_table_says_why_an_account_is_missing(table: Callable[..., list[str]]) -> None:
    lines = table([AWAY])
    assert lines[1].startswith("bare")
    assert "FAILED" in lines[1]
    assert lines[-1].endswith("The role is missing.")


def test_the_status_document_says_why_an_account_is_missing() -> None:
    assert target_statuses([AWAY]) == [{"name": "bare", "status": None, "error": "The role is missing.", "at": None}]
