# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts and Regions of the local AWS as hosts."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleParserError
from ansible.utils.display import Display

from tests.local_aws.server import LocalAws
from tests.unit.plugins.inventory.fleet import (
    ROLE,
    ROOT_ACCOUNT,
    Fleet,
    hosts,
    listed,
    parse,
    plugin,
    run,
    secrets,
    variables,
    write,
)

REGIONS = ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"]
SHOP, NEWS = "111111111111", "222222222222"
Aws = Callable[..., Any]


@pytest.fixture(autouse=True)
def _environment(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_ENDPOINT_URL": local_aws.url,
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, msg, *_args, **_named: told.append(msg))
    return told


@pytest.fixture
def fleet(aws: Aws) -> Fleet:
    return Fleet(aws)


@pytest.fixture
def calls(control: Callable[..., Any]) -> Callable[[], Counter[str]]:
    """Those since it was asked last, without the tests' own."""
    control("calls", "DELETE")

    def made() -> Counter[str]:
        rows = control("calls", "GET")["calls"]
        control("calls", "DELETE")
        counts: Counter[str] = Counter()
        for row in rows:
            counts[f"{row['service']}:{row['operation']}"] += row["count"]
        return counts

    return made


# From a list


def test_listed_accounts_are_hosts_with_all_that_a_task_needs(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        accounts=[
            {"id": SHOP, "name": "shop"},
            {"id": NEWS, "name": "news", "vars": {"ses_pause_bounce_rate_warn": 0.02}, "groups": ["letters"]},
        ],
        regions=["eu-west-1", "us-east-1"],
        role=ROLE,
        assume_role_external_id="mail-platform",
    )
    inventory = parse(path)
    assert hosts(inventory) == ["news.eu-west-1", "news.us-east-1", "shop.eu-west-1", "shop.us-east-1"]
    assert hosts(inventory, "ses_account_news") == hosts(inventory, "letters") == ["news.eu-west-1", "news.us-east-1"]
    assert hosts(inventory, "ses_region_us_east_1") == ["news.us-east-1", "shop.us-east-1"]
    assert hosts(inventory, "ses_unreachable") == []
    found = variables(inventory, "news.us-east-1")
    assert {name: value for name, value in found.items() if name.startswith(("ansible_", "ses_"))} == {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "ses_account_id": NEWS,
        "ses_account_name": "news",
        "ses_partition": "aws",
        "ses_pause_region": "us-east-1",
        "ses_pause_assume_role_arn": f"arn:aws:iam::{NEWS}:role/{ROLE}",
        "ses_pause_assume_role_session_name": "mailops.ses",
        "ses_pause_assume_role_external_id": "mail-platform",
        "ses_pause_bounce_rate_warn": 0.02,
    }


def test_without_a_role_the_credentials_serve_their_own_account_only(tmp_path: Path) -> None:
    accounts = [{"id": ROOT_ACCOUNT, "name": "own"}, {"id": SHOP, "name": "shop"}]
    inventory = parse(write(tmp_path, accounts=accounts, regions=["eu-west-1"]))
    assert hosts(inventory) == ["own.eu-west-1"]
    assert "ses_pause_assume_role_arn" not in variables(inventory, "own.eu-west-1")
    assert variables(inventory, "shop")["ses_unreachable_reason"] == (
        f"The credentials are those of account {ROOT_ACCOUNT}. Give role or assume_role_arn, which is assumed in "
        f"account {SHOP}."
    )


def test_each_account_may_have_its_own_role_or_none(tmp_path: Path) -> None:
    accounts = [
        {"id": ROOT_ACCOUNT, "assume_role_arn": ""},
        {"id": SHOP, "assume_role_arn": f"arn:aws:iam::{SHOP}:role/x"},
        {"id": NEWS},
    ]
    template = "arn:{partition}:iam::{account}:role/mail/{role}"
    path = write(tmp_path, accounts=accounts, regions=["eu-west-1"], role=ROLE, assume_role_arn=template)
    inventory = parse(path)
    roles = {name: variables(inventory, name).get("ses_pause_assume_role_arn") for name in hosts(inventory)}
    assert roles == {
        f"{ROOT_ACCOUNT}.eu-west-1": None,
        f"{SHOP}.eu-west-1": f"arn:aws:iam::{SHOP}:role/x",
        f"{NEWS}.eu-west-1": f"arn:aws:iam::{NEWS}:role/mail/{ROLE}",
    }


def test_variables_out_of_the_file_go_before_the_plugins_and_may_be_templates(tmp_path: Path, local_aws: Any) -> None:
    own = {"ses_pause_region": "eu-west-3", "ses_pause_tags": {"owner": "{{ ses_account_name }}"}}
    accounts = [{"id": SHOP, "name": "shop", "vars": own}]
    path = write(tmp_path, accounts=accounts, regions=["eu-west-1"], role=ROLE)
    asked = "msg={{ ses_pause_region }}/{{ ses_pause_tags.owner }}/{{ ansible_python_interpreter }}/"
    done = run("ansible", "shop.eu-west-1", "-i", str(path), "-m", "debug", "-a", asked, url=local_aws.url)
    assert f"eu-west-3/shop/{sys.executable}/" in done.stdout


def test_a_region_without_ses_is_named_and_the_others_are_served(tmp_path: Path, warnings: list[str]) -> None:
    accounts = [{"id": SHOP, "name": "shop"}]
    inventory = parse(write(tmp_path, accounts=accounts, regions=["eu-west-1", "mx-central-9"], role=ROLE))
    assert hosts(inventory) == ["shop.eu-west-1"]
    assert hosts(inventory, "ses_unreachable") == ["shop.mx-central-9"]
    assert variables(inventory, "shop.mx-central-9")["ses_unreachable_reason"].startswith(
        "Amazon SES is not known in Region mx-central-9."
    )
    assert warnings[0].endswith(
        "1 targets in 1 accounts; 1 cannot be entered, see the group ses_unreachable: shop.mx-central-9."
    )


# From Organizations


def test_accounts_that_are_not_active_are_skipped(tmp_path: Path, fleet: Fleet, warnings: list[str]) -> None:
    shop, old, closing = fleet.add("shop"), fleet.add("old"), fleet.add("closing")
    fleet.suspend(old)
    fleet.set_state(closing, "PENDING_CLOSURE")
    inventory = parse(write(tmp_path, organization={"exclude": ["master"]}, regions=["eu-west-1"], role=ROLE))
    assert hosts(inventory) == ["shop.eu-west-1"]
    assert variables(inventory, "shop.eu-west-1")["ses_account_id"] == shop
    skipped = inventory.groups["ses_targets"].get_vars()["ses_skipped_accounts"]
    assert sorted(each["state"] for each in skipped) == ["PENDING_CLOSURE", "SUSPENDED"]
    assert "2 skipped as they are not active: " in warnings[0]
    assert "old (SUSPENDED)" in warnings[0]


def test_an_account_without_the_role_is_reported_and_the_others_are_served(
    tmp_path: Path, fleet: Fleet, warnings: list[str]
) -> None:
    fleet.add("shop")
    bare = fleet.add("bare", role="SomethingElse")
    inventory = parse(
        write(tmp_path, organization={"names": ["shop", "bare"]}, regions="all", region=REGIONS[1], role=ROLE)
    )
    assert "shop.eu-west-1" in hosts(inventory)
    assert hosts(inventory, "ses_unreachable") == ["bare"]
    reason = variables(inventory, "bare")["ses_unreachable_reason"]
    assert reason.startswith(f"arn:aws:iam::{bare}:role/{ROLE} cannot be assumed (AccessDenied): sts:AssumeRole ")
    assert reason.endswith("AWS says the same of a role that does not exist.")
    assert variables(inventory, "bare")["ansible_connection"] == "local"
    assert "1 cannot be entered, see the group ses_unreachable: bare" in warnings[0]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, ["inner", "master", "outer", "shop"]),
        ({"units": ["{outer}"]}, ["inner", "outer"]),
        ({"units": ["{inner}"]}, ["inner"]),
        ({"units": ["{inner}", "{outer}"]}, ["inner", "outer"]),
        ({"names": ["s*"]}, ["shop"]),
        ({"names": "inner"}, ["inner"]),
        ({"exclude": ["*er"]}, ["shop"]),
        ({"exclude": [ROOT_ACCOUNT]}, ["inner", "outer", "shop"]),
        ({"tags": {"mail": "yes"}}, ["inner", "shop"]),
        ({"tags": {"mail": "yes", "stage": "live"}}, ["shop"]),
        ({"tags": {"mail": "no"}}, []),
    ],
)
def test_units_names_and_tags_choose_accounts(
    tmp_path: Path, fleet: Fleet, control: Callable[..., Any], chosen: dict[str, Any], expected: list[str]
) -> None:
    control("settings", organizations_empty_pages=True)
    outer = fleet.unit("outer")
    inner = fleet.unit("inner", outer)
    fleet.add("shop", mail="yes", stage="live")
    fleet.add("inner", inner, mail="yes")
    fleet.add("outer", outer)
    if "units" in chosen:
        chosen = {"units": [unit.format(inner=inner, outer=outer) for unit in chosen["units"]]}
    inventory = parse(write(tmp_path, organization=chosen, regions=["eu-west-1"], role="OrganizationAccountAccessRole"))
    both = {variables(inventory, name)["ses_account_name"] for name in inventory.hosts}
    assert sorted(both) == expected


def test_tags_are_variables_and_the_source_of_groups(tmp_path: Path, fleet: Fleet) -> None:
    fleet.add("shop", stage="live")
    fleet.add("news", stage="canary")
    inventory = parse(
        write(
            tmp_path,
            organization={"exclude": ["master"], "read_tags": True},
            regions=["eu-west-1"],
            role=ROLE,
            compose={"stage": "ses_account_tags.stage | upper"},
            groups={"first": "stage == 'CANARY'"},
            keyed_groups=[{"key": "ses_account_tags.stage", "prefix": "stage"}],
            strict=True,
        )
    )
    assert variables(inventory, "shop.eu-west-1")["ses_account_tags"] == {"stage": "live"}
    assert hosts(inventory, "first") == hosts(inventory, "stage_canary") == ["news.eu-west-1"]
    assert hosts(inventory, "stage_live") == ["shop.eu-west-1"]


def test_a_name_in_the_organization_is_never_a_template(tmp_path: Path, fleet: Fleet, local_aws: Any) -> None:
    fleet.add("{{ 6*7 }} & shop")
    path = write(tmp_path, organization={"exclude": ["master"]}, regions=["eu-west-1"], role=ROLE)
    inventory = parse(path)
    assert hosts(inventory) == ["6-7-shop.eu-west-1"]
    done = run("ansible", "all", "-i", str(path), "-m", "debug", "-a", "var=ses_account_name", url=local_aws.url)
    assert "{{ 6*7 }} & shop" in done.stdout


def test_accounts_of_the_same_name_get_their_id_appended(tmp_path: Path, fleet: Fleet) -> None:
    ids = [fleet.add("shop a"), fleet.add("shop_a"), fleet.add("news")]
    inventory = parse(write(tmp_path, organization={"exclude": ["master"]}, regions=["eu-west-1"], role=ROLE))
    expected = [f"shop-a-{ids[0]}.eu-west-1", f"shop_a-{ids[1]}.eu-west-1", "news.eu-west-1"]
    assert hosts(inventory) == sorted(expected)


def test_the_list_says_what_is_special_in_the_organization(tmp_path: Path, fleet: Fleet) -> None:
    shop, old = fleet.add("shop"), fleet.add("old")
    fleet.suspend(old)
    accounts = [
        {"id": shop, "name": "store", "vars": {"a": 1}},
        {"id": old, "vars": {"a": 2}},
        {"id": SHOP, "name": "other"},
    ]
    path = write(tmp_path, organization={"exclude": ["master"]}, accounts=accounts, regions=["eu-west-1"], role=ROLE)
    inventory = parse(path)
    assert hosts(inventory) == ["other.eu-west-1", "store.eu-west-1"]
    assert variables(inventory, "store.eu-west-1")["a"] == 1


def test_a_role_may_be_needed_to_list_the_accounts(tmp_path: Path, fleet: Fleet, calls: Any) -> None:
    fleet.add("shop")
    organization = {"exclude": ["master"], "assume_role_arn": f"arn:aws:iam::{ROOT_ACCOUNT}:role/lister"}
    with pytest.raises(AnsibleParserError, match=r"sts:AssumeRole failed for role arn:aws:iam::.*:role/lister"):
        parse(write(tmp_path, organization=organization, regions=["eu-west-1"], role=ROLE))


def test_throttling_by_organizations_is_waited_out(
    tmp_path: Path, fleet: Fleet, control: Callable[..., Any], calls: Callable[[], Counter[str]]
) -> None:
    fleet.add("shop")
    calls()
    control("settings", organizations_throttled=2)
    inventory = parse(write(tmp_path, organization={"names": ["shop"]}, regions=["eu-west-1"], role=ROLE))
    assert hosts(inventory) == ["shop.eu-west-1"]
    assert calls()["organizations:ListAccounts"] == 3


def test_no_organization_at_all_says_so(tmp_path: Path) -> None:
    with pytest.raises(AnsibleParserError, match="organizations:ListAccounts failed for the organization"):
        parse(write(tmp_path, organization={}, regions=["eu-west-1"], role=ROLE))


# Regions


def test_all_leaves_out_what_the_account_has_not_switched_on(
    tmp_path: Path, fleet: Fleet, control: Callable[..., Any]
) -> None:
    shop = fleet.add("shop")
    fleet.add("news")
    control("settings", regions_off=[f"{shop}:us-east-1", "us-west-2"])
    options = {"regions": "all", "among_regions": ["us-*", "eu-west-1"], "role": ROLE, "region": "eu-west-1"}
    inventory = parse(write(tmp_path, organization={"exclude": ["master"]}, **options))
    assert hosts(inventory, "ses_account_shop") == ["shop.eu-west-1", "shop.us-east-2", "shop.us-west-1"]
    assert "news.us-east-1" in hosts(inventory)
    assert "news.us-west-2" not in hosts(inventory)


def test_in_use_is_production_access_sends_or_metrics(tmp_path: Path, aws: Aws, control: Callable[..., Any]) -> None:
    accounts = [{"id": SHOP, "name": "shop"}]
    aws("cloudwatch", "us-east-1", account=SHOP).put_metric_data(
        Namespace="AWS/SES", MetricData=[{"MetricName": "Send", "Value": 1.0}]
    )
    for region in REGIONS:
        control("ses", "POST", account=SHOP, region=region, production_access=region == "eu-west-1")
    options = {"regions": "in_use", "among_regions": REGIONS, "role": ROLE, "region": "eu-west-1"}
    inventory = parse(write(tmp_path, accounts=accounts, **options))
    assert hosts(inventory) == ["shop.eu-west-1", "shop.us-east-1"]


def test_a_region_that_cannot_be_asked_is_reported(tmp_path: Path, aws: Aws, control: Callable[..., Any]) -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": ROOT_ACCOUNT}, "Action": "sts:AssumeRole"}]}
    iam = aws("iam", account=SHOP)
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName=ROLE, PolicyName="p", PolicyDocument=json.dumps(document))
    control("settings", enforce_iam=True)
    options = {"regions": "in_use", "among_regions": ["eu-west-1"], "role": ROLE, "region": "eu-west-1"}
    inventory = parse(write(tmp_path, accounts=[{"id": SHOP, "name": "shop"}], **options))
    assert hosts(inventory) == []
    assert "Allow ses:GetAccount" in variables(inventory, "shop.eu-west-1")["ses_unreachable_reason"]


# Errors


@pytest.mark.parametrize("options", [{"strict": True}, {"strict": False, "unreachable": "fail"}])
def test_an_account_that_cannot_be_entered_may_be_fatal(tmp_path: Path, fleet: Fleet, options: dict[str, Any]) -> None:
    fleet.add("bare", role="SomethingElse")
    path = write(tmp_path, organization={"names": ["bare"]}, regions=["eu-west-1"], role=ROLE, **options)
    with pytest.raises(AnsibleParserError, match=r"1 cannot be entered, first of all account .* sts:AssumeRole failed"):
        parse(path)


def test_strict_expressions_do_not_make_accounts_fatal_if_that_is_said(tmp_path: Path, fleet: Fleet) -> None:
    fleet.add("bare", role="SomethingElse")
    options = {"strict": True, "unreachable": "report"}
    inventory = parse(write(tmp_path, organization={"names": ["bare"]}, regions=["eu-west-1"], role=ROLE, **options))
    assert hosts(inventory, "ses_unreachable") == ["bare"]


def test_fatal_ends_a_program_if_ansible_is_told_so(tmp_path: Path, fleet: Fleet, local_aws: LocalAws) -> None:
    fleet.add("bare", role="SomethingElse")
    path = write(tmp_path, organization={"names": ["bare"]}, regions=["eu-west-1"], role=ROLE, strict=True)
    told = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
    done = run("ansible-inventory", "-i", str(path), "--list", url=local_aws.url, **told)
    assert done.returncode != 0
    assert "1 cannot be entered" in " ".join(done.stderr.split())


LIST = {"accounts": [{"id": SHOP}], "regions": ["eu-west-1"]}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"regions": ["eu-west-1"]}, "Give accounts, a list, or organization: {} for all accounts"),
        ({**LIST, "acounts": []}, "the file: acounts is no option. There are accounts, "),
        ({**LIST, "accounts": ["shop"]}, "accounts: 'shop' is no account. Write {id: "),
        (
            {**LIST, "accounts": [{"id": "1234"}]},
            "accounts: id: 1234 is no account id. Write its 12 digits",
        ),
        ({**LIST, "accounts": [{"name": "x"}]}, "accounts: id: none is no account id."),
        ({**LIST, "accounts": [{"id": SHOP}, {"id": SHOP}]}, f"accounts: {SHOP} stands there twice."),
        ({**LIST, "accounts": [{"id": SHOP, "var": {}}]}, "accounts: var is no option. There are assume_role_arn, "),
        ({**LIST, "accounts": [{"id": SHOP, "vars": ["a"]}]}, "accounts: vars of 111111111111 must be variables"),
        ({**LIST, "accounts": [{"id": SHOP, "groups": [{}]}]}, "accounts: groups of 111111111111: {} is no text."),
        ({**LIST, "organization": {"unit": "x"}}, "organization: unit is no option."),
        ({**LIST, "organization": {"units": ["mail"]}}, "organization: units: mail is no id of an organizational unit"),
        ({**LIST, "organization": {"tags": ["mail"]}}, "organization: tags must be tags with their values"),
        ({**LIST, "regions": []}, "regions: none is given."),
        ({**LIST, "regions": ["all", "eu-west-1"]}, "regions: all stands for Regions that are found, so it must stand"),
        ({**LIST, "regions": ["Ireland"]}, "regions: Ireland is no Region, such as eu-west-1."),
        ({**LIST, "regions": ["eu-west-1", "eu-west-1"]}, "regions: eu-west-1 stands there twice."),
        ({**LIST, "assume_role_arn": "arn:{x}:{account}"}, "assume_role_arn: {x} stands for nothing. There are {part"),
        ({**LIST, "assume_role_arn": "arn:{account"}, "assume_role_arn: arn:{account: expected '}'"),
        ({**LIST, "assume_role_arn": "arn:aws:iam::1:role/x"}, "without {account} it is the same role for every"),
        ({**LIST, "assume_role_arn": "{account}{role}"}, "assume_role_arn: {role} needs the option role."),
        ({**LIST, "assume_role_session_name": "a b"}, "assume_role_session_name: 'a b' must be 2 to 64 letters"),
        ({**LIST, "parallel": 0}, "parallel: 0 would never begin. Use 1 or more."),
        ({**LIST, "unreachable": "ignore"}, "unreachable"),
        ({**LIST, "profile": "nobody"}, "Give a profile of the AWS configuration of this machine, or none"),
        ({**LIST, "regions": "in_use"}, "No Region is set."),
    ],
)
def test_options_that_cannot_be_meant_are_refused(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 (of Ansible's own kinds, some)
        parse(write(tmp_path, **options))
    assert message in str(caught.value)


def test_organization_must_be_a_choice() -> None:
    from ansible_collections.mailops.ses.plugins.plugin_utils._targets.options import OptionError, _organization

    with pytest.raises(OptionError, match="organization: True is no choice of accounts"):
        _organization(True)


def test_only_files_of_the_right_name_are_read(tmp_path: Path) -> None:
    for name, fits in {"a.ses_targets.yml": True, "ses_targets.yaml": True, "a.yml": False}.items():
        (tmp_path / name).write_text("plugin: x\n")
        assert plugin().verify_file(str(tmp_path / name)) is fits


# The cache


def test_the_cache_spares_the_calls_until_the_options_change(
    tmp_path: Path, fleet: Fleet, calls: Callable[[], Counter[str]]
) -> None:
    fleet.add("shop")
    cache = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
    options = {"organization": {"exclude": ["master"]}, "role": ROLE, **cache}
    calls()
    path = write(tmp_path, regions=["eu-west-1"], **options)
    first = hosts(parse(path))
    assert calls()["organizations:ListAccounts"] == 1
    assert hosts(parse(path)) == first
    assert not calls()
    assert hosts(parse(path, cache=False)) == first  # as --flush-cache does
    assert calls()["organizations:ListAccounts"] == 1
    write(tmp_path, regions=["us-east-1"], **options)
    assert hosts(parse(path)) == ["shop.us-east-1"]
    assert calls()["organizations:ListAccounts"] == 1


# Many accounts, and secrets


def test_fifty_accounts_in_four_regions_cost_a_call_a_region_at_most(
    tmp_path: Path, fleet: Fleet, local_aws: LocalAws, control: Callable[..., Any], calls: Callable[[], Counter[str]]
) -> None:
    control("settings", organizations_empty_pages=True)
    for number in range(50):
        fleet.add(f"mail-{number:02}")
    calls()
    options = {"among_regions": REGIONS, "role": ROLE, "region": "eu-west-1"}
    path = write(tmp_path, organization={"names": ["mail-*"]}, regions="all", **options)
    found = listed(path, local_aws.url)
    assert len(found["_meta"]["hostvars"]) == 200
    # 51 accounts are three pages, each with an empty one before it.
    entered = {"sts:GetCallerIdentity": 1, "organizations:ListAccounts": 6}
    entered |= {"sts:AssumeRole": 50, "ec2:DescribeRegions": 50}
    assert calls() == entered
    for region in REGIONS[:2]:
        for account in {host["ses_account_id"] for host in found["_meta"]["hostvars"].values()}:
            control("ses", account=account, region=region, production_access=True)
            control("ses", account=account, region=REGIONS[3], production_access=False)
            control("ses", account=account, region=REGIONS[2], production_access=False)
    calls()
    write(tmp_path, organization={"names": ["mail-*"]}, regions="in_use", **options)
    assert len(listed(path, local_aws.url)["_meta"]["hostvars"]) == 100
    assert calls() == {**entered, "sesv2:GetAccount": 200, "cloudwatch:ListMetrics": 100}


def test_no_secret_in_variables_cache_or_output(tmp_path: Path, fleet: Fleet, local_aws: LocalAws) -> None:
    fleet.add("shop")
    fleet.add("bare", role="SomethingElse")
    cache = tmp_path / "cache"
    path = write(
        tmp_path,
        organization={"exclude": ["master"]},
        regions="in_use",
        among_regions=REGIONS,
        role=ROLE,
        cache=True,
        cache_plugin="ansible.builtin.jsonfile",
        cache_connection=str(cache),
    )
    done = run("ansible-inventory", "-i", str(path), "--list", "-vvv", url=local_aws.url)
    assert done.returncode == 0, done.stderr
    kept = [file.read_text() for file in cache.iterdir()]
    assert len(kept) == 1
    assert "shop" in kept[0]
    given_out = secrets()
    assert len(given_out) > 3
    for text in (done.stdout, done.stderr, *kept):
        assert not [secret for secret in given_out if secret in text]
