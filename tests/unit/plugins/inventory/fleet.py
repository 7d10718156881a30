# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization in the local AWS, and the inventory that a file makes of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from ansible import constants
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring
from ansible_collections.mailops.ses.plugins.inventory import ses_targets
from moto.organizations.models import organizations_backends
from moto.sts.models import sts_backends

from tests.local_aws.patience import PATIENCE

ROOT_ACCOUNT = "123456789012"
ROLE = "ses-deployer"
PLUGIN = "mailops.ses.ses_targets"
Aws = Callable[..., Any]
# pytest's own Python has ansible-inventory beside it.
BIN = Path(sys.executable).parent


class Fleet:
    """An organization whose accounts have the role, unless told otherwise."""

    def __init__(self, aws: Aws) -> None:
        self._client = aws("organizations", "us-east-1")
        self._client.create_organization(FeatureSet="ALL")
        self.root: str = self._client.list_roots()["Roots"][0]["Id"]

    def add(self, name: str, unit: str = "", role: str = ROLE, **tags: str) -> str:
        """The new account's id."""
        answer = self._client.create_account(
            Email="mail-ops@example.com",
            AccountName=name,
            RoleName=role,
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )
        number: str = answer["CreateAccountStatus"]["AccountId"]
        if unit:
            self._client.move_account(AccountId=number, SourceParentId=self.root, DestinationParentId=unit)
        return number

    def unit(self, name: str, parent: str = "") -> str:
        answer = self._client.create_organizational_unit(ParentId=parent or self.root, Name=name)
        return str(answer["OrganizationalUnit"]["Id"])

    def suspend(self, number: str) -> None:
        self._client.close_account(AccountId=number)

    def set_state(self, number: str, state: str) -> None:
        """States that no call of moto leads to."""
        next(each for each in organizations_backends[ROOT_ACCOUNT]["aws"].accounts if each.id == number).state = state


def write(folder: Path, **options: Any) -> Path:
    """A file of the plugin."""
    path = folder / "x.ses_targets.yml"
    path.write_text(yaml.safe_dump({"plugin": PLUGIN, **options}))
    return path


@lru_cache
def _define_options() -> None:
    """As Ansible's loader does, which does not look for collections where pytest has imported them already."""
    documentation = get_docstring(str(ses_targets.__file__), fragment_loader)[0]
    constants.config.initialize_plugin_configuration_definitions("inventory", PLUGIN, documentation["options"])


def plugin() -> ses_targets.InventoryModule:
    _define_options()
    module = ses_targets.InventoryModule()
    module._load_name = PLUGIN
    module._redirected_names = [PLUGIN]
    return module


def parse(path: Path, cache: bool = True) -> InventoryData:
    """What Ansible makes of the file; the plugin's own error if it refuses."""
    inventory = InventoryData()
    module = plugin()
    module.parse(inventory, DataLoader(), str(path), cache=cache)
    if module.get_option("cache"):
        module.update_cache_if_changed()
    inventory.reconcile_inventory()
    return inventory


def hosts(inventory: InventoryData, group: str = "ses_targets") -> list[str]:
    return sorted(host.name for host in inventory.groups[group].get_hosts()) if group in inventory.groups else []


def variables(inventory: InventoryData, host: str) -> dict[str, Any]:
    found: dict[str, Any] = inventory.get_host(host).get_vars()
    return found


def environment(url: str, **more: str) -> dict[str, str]:
    """What Ansible's programs are started with."""
    return {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "a-secret-key-of-the-environment",
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "eu-west-1",
        "NO_COLOR": "1",
        "PATH": f"{BIN}:{os.environ['PATH']}",
        **more,
    }


def run(command: str, *arguments: str, url: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One of Ansible's programs, as people call it."""
    return subprocess.run(
        [str(BIN / command), *arguments],
        env=environment(url, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def play(url: str, path: Path, playbook: str, *arguments: str, **more: str) -> tuple[int, list[str], str]:
    """(exit code, the lines of the table, all that was said). more: of the environment."""
    done = run("ansible-playbook", "-i", str(path), f"mailops.ses.{playbook}", *arguments, url=url, **more)
    text = done.stdout + done.stderr
    tables = re.findall(r'"msg": (\[.*?\n    \])', done.stdout, re.DOTALL)
    return done.returncode, json.loads(tables[-1]) if tables else [], text


def listed(path: Path, url: str, *arguments: str, **more: str) -> dict[str, Any]:
    """What ``ansible-inventory --list`` says."""
    done = run("ansible-inventory", "-i", str(path), "--list", *arguments, url=url, **more)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def secrets() -> set[str]:
    """Every key and token that the local AWS has given out."""
    sessions = [
        session
        for partitions in list(sts_backends.values())
        for backend in list(partitions.values())
        for session in backend.assumed_roles
    ]
    texts = {text for each in sessions for text in (each.access_key_id, each.secret_access_key, each.session_token)}
    return texts | {"a-secret-key-of-the-environment"}
