# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of the playbooks' variables beside what the playbooks, the role and the documentation say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.mailops.ses.plugins.plugin_utils._variables import known

ROOT = Path(__file__).resolve().parents[5]
TEMPLATE = re.compile(r"\{\{.*?\}\}", re.S)
NAME = re.compile(r"(?<![\w.'\"])(?:ses|reason|configuration_set|tenants)[a-z_]*\b(?!['\"=])")


def texts(data: Any, key: str = "") -> list[str]:
    """The templates and conditions in a playbook, as Jinja reads them."""
    if isinstance(data, dict):
        return [text for name, value in data.items() for text in texts(value, name)]
    if isinstance(data, list):
        return [text for value in data for text in texts(value, key)]
    if not isinstance(data, str):
        return []
    return [data] if key in ("when", "that") else TEMPLATE.findall(data)


def read(path: Path) -> set[str]:
    """Names of ours in a playbook and in whatever it imports."""
    data = yaml.safe_load(path.read_text())
    names = {name for text in texts(data) for name in NAME.findall(text)}
    for imported in re.findall(r"import_(?:tasks|playbook): (\S+)", path.read_text()):
        names |= read(path.parent / imported)
    return names


@pytest.mark.parametrize("playbook", known.PLAYBOOKS)
def test_the_list_is_what_the_playbook_reads(playbook: str) -> None:
    own = {name for name, readers in known.READ_BY.items() if playbook in readers}
    # Every playbook looks whether it means all targets, and what the inventory could not enter.
    common = {"ses_all_targets", "ses_unreachable_reason", "ses_status_fail_on"}
    found = read(ROOT / "playbooks" / f"{playbook}.yml")
    found |= {"ses_reason"} if "__ses_asked.reason" in (ROOT / "playbooks" / f"{playbook}.yml").read_text() else set()
    assert found - common == own - common
    assert own <= found


def test_every_playbook_is_in_the_list() -> None:
    # prove is made of two of them.
    assert {path.stem for path in (ROOT / "playbooks").glob("*.yml")} == {*known.PLAYBOOKS, "prove"}


@pytest.mark.parametrize("playbook", known.PLAYBOOKS)
def test_every_playbook_looks_first_at_what_is_asked_for(playbook: str) -> None:
    first, *_others = yaml.safe_load((ROOT / "playbooks" / f"{playbook}.yml").read_text())[0]["tasks"]
    assert first["ansible.builtin.import_tasks"] == "tasks/ask.yml"
    assert first["vars"] == {"__ses_playbook": playbook}


def test_every_play_is_linear() -> None:
    """With another strategy, what is to run once runs for every target."""
    for path in (ROOT / "playbooks").glob("**/*.yml"):
        for play in yaml.safe_load(path.read_text()):
            if "hosts" in play:
                assert play["strategy"] == "ansible.builtin.linear", path


def test_the_playbooks_that_run_the_role_are_known() -> None:
    found = {path.stem for path in (ROOT / "playbooks").glob("*.yml") if "import_role" in path.read_text()}
    assert found == set(known.RUN_THE_ROLE)


def test_the_roles_variables_are_those_that_it_describes() -> None:
    defaults = yaml.safe_load((ROOT / "roles/ses_pause/defaults/main.yml").read_text())
    assert known.role_variables() >= set(defaults)
    assert "ses_pause_kms_key_arn" in known.role_variables()


def test_every_old_name_leads_to_a_variable_of_its_playbook() -> None:
    for playbook, names in known.ALIASES.items():
        assert set(names.values()) <= known.read_by(playbook)
    assert known.known() >= known.NARROWING


def test_the_reference_names_every_variable_and_who_reads_it() -> None:
    text = (ROOT / "docs/playbooks.md").read_text()
    rows = re.findall(r"^\| `(ses_\w+)` \| ([\w, ]+) \|", text, re.MULTILINE)
    described = {name: set(readers.split(", ")) for name, readers in rows}
    everywhere = {name: {"all"} if set(of) == set(known.PLAYBOOKS) else set(of) for name, of in known.READ_BY.items()}
    assert described == everywhere
