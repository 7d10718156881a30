# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of one inventory file, checked: what is wrong is said before anything is asked of AWS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from string import Formatter
from typing import Any

ACCOUNT_ID = re.compile(r"\d{12}")
REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")
SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
UNIT = re.compile(r"(ou-[0-9a-z]+-[0-9a-z]+|r-[0-9a-z]+)")
# Instead of a list of Regions.
ALL, IN_USE = "all", "in_use"
TEMPLATE = "arn:{partition}:iam::{account}:role/{role}"
PLACES = ("partition", "account", "role")


class OptionError(Exception):
    """An option that cannot be meant, in words that say what would be right."""


@dataclass(frozen=True)
class Listed:
    """An account of the option accounts."""

    id: str
    name: str | None
    vars: Mapping[str, Any]
    groups: tuple[str, ...]
    role_arn: str | None


@dataclass(frozen=True)
class Organization:
    """Which accounts of AWS Organizations; what is empty leaves none out."""

    units: tuple[str, ...]
    names: tuple[str, ...]
    exclude: tuple[str, ...]
    tags: Mapping[str, str]
    read_tags: bool
    role_arn: str | None


@dataclass(frozen=True)
class Options:
    """regions: names, or ALL or IN_USE alone. fail: whether an account that cannot be entered is an error."""

    accounts: tuple[Listed, ...]
    organization: Organization | None
    regions: tuple[str, ...]
    among: tuple[str, ...]
    role: str | None
    template: str | None
    external_id: str | None
    session_name: str
    profile: str | None
    home: str | None
    endpoint_url: str | None
    parallel: int
    fail: bool

    @property
    def named_regions(self) -> tuple[str, ...]:
        """The Regions that stand in the file; none if they are to be found."""
        return () if self.regions[0] in (ALL, IN_USE) else self.regions

    def role_arn(self, partition: str, account: str) -> str | None:
        """The role that is assumed in the account; None where the credentials are the account's own already."""
        for listed in self.accounts:
            if listed.id == account and listed.role_arn is not None:
                return listed.role_arn or None
        if self.template is None and self.role is None:
            return None
        return (self.template or TEMPLATE).format(partition=partition, account=account, role=self.role)

    @property
    def digest(self) -> str:
        """Tells whether what was found before was found with the same options."""
        return sha256(repr(self).encode()).hexdigest()

    @property
    def assume_role_params(self) -> dict[str, Any]:
        """The rest of what AssumeRole is given."""
        return {"assume_role_external_id": self.external_id, "assume_role_session_name": self.session_name}


def read_options(get: Callable[[str], Any], config: Iterable[str], known: Iterable[str]) -> Options:
    """The options as Ansible has them. config: the keys that the file has; known: those that there are."""
    _only(config, known, "the file")
    organization = get("organization")
    accounts = tuple(_listed(entry) for entry in get("accounts") or [])
    if not accounts and organization is None:
        raise OptionError("Give accounts, a list, or organization: {} for all accounts of AWS Organizations.")
    _once("accounts", [entry.id for entry in accounts])
    template, role = get("assume_role_arn"), get("role")
    _check_template(template, role)
    return Options(
        accounts=accounts,
        organization=None if organization is None else _organization(organization),
        regions=_regions(get("regions")),
        among=tuple(get("among_regions") or ()),
        role=role,
        template=template,
        external_id=get("assume_role_external_id"),
        session_name=_session_name(get("assume_role_session_name")),
        profile=get("profile"),
        home=get("region"),
        endpoint_url=get("endpoint_url"),
        parallel=_parallel(get("parallel")),
        fail=(get("unreachable") or ("fail" if get("strict") else "report")) == "fail",
    )


def _listed(entry: Any) -> Listed:
    if not isinstance(entry, Mapping):
        raise OptionError(f'accounts: {entry!r} is no account. Write {{id: "111111111111", name: shop}}.')
    _only(entry, ("id", "name", "vars", "groups", "assume_role_arn"), "accounts")
    number = str(entry.get("id", ""))
    if not ACCOUNT_ID.fullmatch(number):
        raise OptionError(f"accounts: id: {number or 'none'} is no account id. Write its 12 digits, in quotes.")
    variables = entry.get("vars") or {}
    if not isinstance(variables, Mapping):
        raise OptionError(f"accounts: vars of {number} must be variables with their values, not {variables!r}.")
    name = entry.get("name")
    groups = _texts(entry.get("groups"), f"accounts: groups of {number}")
    return Listed(number, None if name is None else str(name), variables, groups, entry.get("assume_role_arn"))


def _organization(given: Any) -> Organization:
    if not isinstance(given, Mapping):
        raise OptionError(f"organization: {given!r} is no choice of accounts. Write {{}} for all of them.")
    _only(given, ("units", "names", "exclude", "tags", "read_tags", "assume_role_arn"), "organization")
    tags = given.get("tags") or {}
    if not isinstance(tags, Mapping):
        raise OptionError(f"organization: tags must be tags with their values, not {tags!r}.")
    units = _texts(given.get("units"), "organization: units")
    for unit in units:
        if not UNIT.fullmatch(unit):
            raise OptionError(f"organization: units: {unit} is no id of an organizational unit, such as ou-ab12-cd34.")
    return Organization(
        units=units,
        names=_texts(given.get("names"), "organization: names"),
        exclude=_texts(given.get("exclude"), "organization: exclude"),
        tags={str(key): str(value) for key, value in tags.items()},
        read_tags=bool(tags) or bool(given.get("read_tags")),
        role_arn=given.get("assume_role_arn"),
    )


def _regions(given: Any) -> tuple[str, ...]:
    regions = tuple(given or ())
    if not regions:
        raise OptionError("regions: none is given. Write a list of Regions, all or in_use.")
    if len(regions) == 1 and regions[0] in (ALL, IN_USE):
        return regions
    for region in regions:
        if region in (ALL, IN_USE):
            raise OptionError(f"regions: {region} stands for Regions that are found, so it must stand alone.")
        if not REGION.fullmatch(region):
            raise OptionError(f"regions: {region} is no Region, such as eu-west-1.")
    _once("regions", regions)
    return regions


def _check_template(template: str | None, role: str | None) -> None:
    if template is None:
        return
    try:
        places = {name for _text, name, _spec, _conversion in Formatter().parse(template) if name is not None}
    except ValueError as error:
        raise OptionError(f"assume_role_arn: {template}: {error}.") from error
    if unknown := sorted(places - set(PLACES)):
        known = ", ".join(f"{{{place}}}" for place in PLACES)
        raise OptionError(f"assume_role_arn: {{{unknown[0]}}} stands for nothing. There are {known}.")
    if "account" not in places:
        raise OptionError("assume_role_arn: without {account} it is the same role for every account.")
    if "role" in places and not role:
        raise OptionError("assume_role_arn: {role} needs the option role.")


def _session_name(given: str) -> str:
    if not SESSION_NAME.fullmatch(given):
        raise OptionError(f"assume_role_session_name: {given!r} must be 2 to 64 letters, digits or +=,.@-_")
    return given


def _parallel(given: int) -> int:
    if given < 1:
        raise OptionError(f"parallel: {given} would never begin. Use 1 or more.")
    return given


def _texts(given: Any, where: str) -> tuple[str, ...]:
    """A list of texts; one alone may stand without its brackets."""
    entries = given if isinstance(given, (list, tuple)) else [] if given is None else [given]
    for entry in entries:
        if isinstance(entry, (Mapping, list)):
            raise OptionError(f"{where}: {entry!r} is no text.")
    return tuple(str(entry) for entry in entries)


def _only(given: Iterable[str], known: Iterable[str], where: str) -> None:
    known = sorted(known)
    if unknown := sorted(set(given) - set(known)):
        raise OptionError(f"{where}: {unknown[0]} is no option. There are {', '.join(known)}.")


def _once(where: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise OptionError(f"{where}: {value} stands there twice.")
        seen.add(value)
