# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one thing that the function must never do."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from tests.unit.function.support import CODE, PACKAGE, SOURCES

NODES = [node for path in SOURCES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
CALLS = [node for node in NODES if isinstance(node, ast.Call)]
# On a client, these are all that the function may call; a client's method that is not here fails the test.
READS = {"get_account", "get_configuration_set", "get_paginator", "describe_alarms", "list_tags_for_resource"}
READS |= {"get_metric_statistics"}
PAUSES = {"put_account_sending_attributes", "put_configuration_set_sending_options"}
WRITES = {"tag_resource", "publish"}


def test_sending_is_only_ever_set_to_false() -> None:
    """In the source; and each stubbed test checks the calls that were made."""
    values = [word.value for call in CALLS for word in call.keywords if word.arg == "SendingEnabled"]
    assert len(values) == 2
    assert all(isinstance(value, ast.Constant) and value.value is False for value in values)


def test_nothing_but_the_two_pauses_writes_to_ses() -> None:
    clients = {"SES", "CLOUDWATCH"}
    attributes = [node for node in NODES if isinstance(node, ast.Attribute)]
    named = {node.attr for node in attributes if isinstance(node.value, ast.Name) and node.value.id in clients}
    assert named == (READS | PAUSES | WRITES | {"exceptions"}) - {"publish"}
    # Nor can a client be called under another name.
    assert not {node.attr for node in attributes} & {"_make_api_call", "getattr", *clients}
    assert not {node.name for node in NODES if isinstance(node, ast.alias) and node.asname}
    assert "getattr" not in {node.id for node in NODES if isinstance(node, ast.Name)}


def test_it_reads_all_files_of_the_function() -> None:
    assert sorted(PACKAGE.rglob("*.py")) == SOURCES
    assert PACKAGE / "sending.py" in SOURCES


def test_the_role_hands_over_all_of_them_and_nothing_else() -> None:
    files = yaml.safe_load((PACKAGE.parents[1] / "vars" / "main.yml").read_text())["__ses_pause_files"]
    assert files == sorted(CODE)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_each_file_stays_readable(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 120
    assert max(map(len, lines)) <= 100
