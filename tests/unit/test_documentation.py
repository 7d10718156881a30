# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example in the guides: its command is run by the scenario `runbook`, or says why not; its names exist."""

from __future__ import annotations

import importlib
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted(
    [ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("roles/*/README.md"), *ROOT.glob("examples/*/*.md")]
)
BLOCK = re.compile(
    r"(?P<notes>(?:^ *<!-- .+? -->\n)*)^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^ *```$", re.M | re.S
)
# Read by the action plugins of every module, besides the role's own.
CONNECTION = {"ses_pause_assume_role_session_name"}


def blocks(kind: str) -> Iterator[tuple[str, str, str]]:
    """(where it is, the notes before it, its text) of each block of a kind."""
    for guide in GUIDES:
        text = guide.read_text()
        for found in BLOCK.finditer(text):
            if found["kind"] == kind:
                where = f"{guide.relative_to(ROOT)}:{text.count(chr(10), 0, found.start()) + 1}"
                yield where, found["notes"], re.sub(rf"^{found['indent']}", "", found["text"], flags=re.M)


def parameters(kind: str) -> list[Any]:
    return [pytest.param(notes, text, id=where) for where, notes, text in blocks(kind)]


def commands(text: str) -> list[list[str]]:
    """The words of each command in a console block."""
    lines = text.replace("\\\n", " ").splitlines()
    return [shlex.split(line.removeprefix("$ ")) for line in lines if line.startswith("$ ")]


def options_of(module: str) -> set[str]:
    """The options of one of our modules or of the inventory plugin, those of its fragments too."""
    kind = "inventory" if module == "ses_targets" else "modules"
    place = "ansible_collections.mailops.ses.plugins"
    documentation = yaml.safe_load(importlib.import_module(f"{place}.{kind}.{module}").DOCUMENTATION)
    options = set(documentation["options"])
    for fragment in documentation.get("extends_documentation_fragment", []):
        if fragment.startswith("mailops.ses."):
            name, _dot, section = fragment.removeprefix("mailops.ses.").partition(".")
            doc = importlib.import_module(f"{place}.doc_fragments.{name}").ModuleDocFragment
            options |= set(yaml.safe_load(getattr(doc, (section or "documentation").upper())).get("options", {}))
    return options


def role_variables() -> set[str]:
    specs = yaml.safe_load((ROOT / "roles/ses_pause/meta/argument_specs.yml").read_text())
    return set(specs["argument_specs"]["main"]["options"]) | CONNECTION


def playbook_variables() -> set[str]:
    """Whatever a playbook or its tasks name."""
    return set(re.findall(r"\b[a-z][a-z_]+\b", "".join(path.read_text() for path in ROOT.glob("playbooks/**/*.yml"))))


def pairs(data: Any) -> Iterator[tuple[str, Any]]:
    """Every key in a document, with its value."""
    for key, value in data.items() if isinstance(data, dict) else ():
        yield str(key), value
        yield from pairs(value)
    for value in data if isinstance(data, list) else ():
        yield from pairs(value)


def test_every_block_has_a_language() -> None:
    assert not list(blocks(""))


@pytest.mark.parametrize(("notes", "text"), parameters("yaml"))
def test_yaml_names_what_there_is(notes: str, text: str) -> None:
    data = yaml.safe_load(text)
    assert data
    for key, value in pairs(data):
        if key.startswith("ses_pause_"):
            assert key in role_variables()
        if key.startswith("mailops.ses."):
            assert set(value) <= options_of(key.removeprefix("mailops.ses."))
    if isinstance(data, dict) and data.get("plugin") == "mailops.ses.ses_targets":
        assert set(data) <= options_of("ses_targets") | {"compose", "groups", "keyed_groups", "strict"}


@pytest.mark.parametrize(("notes", "text"), parameters("console"))
def test_commands_name_what_there_is(notes: str, text: str) -> None:
    found = commands(text)
    assert found, "no command"
    for words in found:
        if words[0] == "ansible-playbook":
            check_playbook(words)
        if words[0] == "ansible":
            check_ad_hoc(words)


def check_playbook(words: list[str]) -> None:
    names = [word.removeprefix("mailops.ses.") for word in words if word.startswith("mailops.ses.")]
    assert all((ROOT / "playbooks" / f"{name}.yml").exists() for name in names)
    given = [words[place + 1] for place, word in enumerate(words) if word == "-e"]
    for each in given:
        variables = set(json.loads(each)) if each.startswith("{") else {each.partition("=")[0]}
        assert variables <= role_variables() | playbook_variables()


def check_ad_hoc(words: list[str]) -> None:
    module, given = words[words.index("-m") + 1], words[words.index("-a") + 1]
    options = (
        set(json.loads(given)) if given.startswith("{") else {each.partition("=")[0] for each in shlex.split(given)}
    )
    assert options <= options_of(module.removeprefix("mailops.ses."))


def test_every_command_is_run_or_says_why_not() -> None:
    verify = (ROOT / "extensions/molecule/runbook/verify.yml").read_text()
    followed = set(re.findall(r"^ +- (\S+\.md)$", verify, re.MULTILINE))
    not_run = [where for where, notes, _text in blocks("console") if "<!-- not run here: " not in notes]
    assert {where.partition(":")[0] for where in not_run} == followed


def test_no_command_hides_in_other_blocks() -> None:
    """Indented code, or a block of another kind, is run by nobody."""
    for guide in GUIDES:
        outside = BLOCK.sub("", guide.read_text())
        assert not re.findall(r"^(?: {4}|\t)+(?:\$ |ansible|aws ).*", outside, re.MULTILINE), guide
