# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which filters Ansible finds, and by which names."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mailops.ses.plugins.filter import _tables, merged_statuses, status_report, status_table

from tests.unit.plugins.inventory.fleet import run

# The names of 1.0.0 for what reads the playbooks' private variables.
OLD_NAMES = ["deployment_table", "drill_table", "removal_table", "sending_table", "target_statuses"]


@pytest.mark.parametrize(
    ("module", "names"),
    [
        (merged_statuses, ["merged_statuses"]),
        (status_report, ["status_report"]),
        (status_table, ["status_table"]),
        (_tables, [f"_{name}" for name in OLD_NAMES]),
    ],
)
def test_each_filter_has_its_name(module: Any, names: list[str]) -> None:
    filters: dict[str, Callable[..., Any]] = module.FilterModule().filters()
    assert list(filters) == names
    assert [function.__name__ for function in filters.values()] == [name.removeprefix("_") for name in names]


def test_an_old_name_gives_what_the_private_one_gives_and_says_that_it_will_go() -> None:
    lines = "{{ [[{}] | mailops.ses.%s, [{}] | mailops.ses._%s] }}"
    asked = json.dumps({"msg": {name: lines % (name, name) for name in OLD_NAMES}})
    done = run("ansible", "localhost", "-m", "ansible.builtin.debug", "-a", asked, url="", ANSIBLE_NOCOLOR="1")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.partition("=> ")[2])["msg"]
    assert sorted(told) == OLD_NAMES
    for name, (old, private) in told.items():
        assert old == private != []
        assert f"mailops.ses.{name}" in done.stderr
        assert f"mailops.ses._{name}" not in done.stderr
    assert done.stderr.count("It reads private variables of the playbooks of mailops.ses.") == len(OLD_NAMES)
