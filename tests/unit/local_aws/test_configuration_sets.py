# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configuration sets of the local AWS's SES: one and the same for v1 and v2, paused, listed, refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from tests.unit.local_aws.helpers import error_of


def test_sets_of_either_version_are_the_same_sets(v1: Any, v2: Any) -> None:
    v1.create_configuration_set(ConfigurationSet={"Name": "one"})
    v2.create_configuration_set(ConfigurationSetName="two")
    assert v2.list_configuration_sets()["ConfigurationSets"] == ["one", "two"]
    assert v1.list_configuration_sets()["ConfigurationSets"] == [{"Name": "one"}, {"Name": "two"}]
    assert v2.get_configuration_set(ConfigurationSetName="one")["SendingOptions"] == {"SendingEnabled": True}
    v1.delete_configuration_set(ConfigurationSetName="two")
    v2.delete_configuration_set(ConfigurationSetName="one")
    assert v2.list_configuration_sets()["ConfigurationSets"] == []


def test_a_set_is_paused_and_the_account_is_not(v1: Any, v2: Any) -> None:
    v2.create_configuration_set(ConfigurationSetName="news")
    v2.put_configuration_set_sending_options(ConfigurationSetName="news", SendingEnabled=False)
    assert v2.get_configuration_set(ConfigurationSetName="news")["SendingOptions"]["SendingEnabled"] is False
    wanted = ["reputationOptions"]
    seen = v1.describe_configuration_set(ConfigurationSetName="news", ConfigurationSetAttributeNames=wanted)
    assert seen["ReputationOptions"]["SendingEnabled"] is False
    v1.update_configuration_set_sending_enabled(ConfigurationSetName="news", Enabled=True)
    assert v2.get_configuration_set(ConfigurationSetName="news")["SendingOptions"]["SendingEnabled"] is True
    assert v2.get_account()["SendingEnabled"] is True


def test_disabling_and_enabling_a_set_is_a_fresh_start_of_its_metrics(v1: Any, v2: Any) -> None:
    v2.create_configuration_set(ConfigurationSetName="news")

    def fresh_start() -> datetime | None:
        wanted = ["reputationOptions"]
        seen = v1.describe_configuration_set(ConfigurationSetName="news", ConfigurationSetAttributeNames=wanted)
        options = v2.get_configuration_set(ConfigurationSetName="news")["ReputationOptions"]
        assert seen["ReputationOptions"].get("LastFreshStart") == options.get("LastFreshStart")
        start: datetime | None = options.get("LastFreshStart")
        return start

    v2.put_configuration_set_sending_options(ConfigurationSetName="news", SendingEnabled=True)
    assert fresh_start() is None
    v2.put_configuration_set_sending_options(ConfigurationSetName="news", SendingEnabled=False)
    assert fresh_start() is None
    before = datetime.now(UTC)
    v2.put_configuration_set_sending_options(ConfigurationSetName="news", SendingEnabled=True)
    start = fresh_start()
    assert start is not None
    # To the second.
    assert before - timedelta(seconds=1) <= start <= datetime.now(UTC)


def test_reputation_metrics_of_a_set_are_off_until_switched_on(v1: Any, v2: Any) -> None:
    v2.create_configuration_set(ConfigurationSetName="news")
    assert v2.get_configuration_set(ConfigurationSetName="news")["ReputationOptions"] == {
        "ReputationMetricsEnabled": False
    }
    v2.put_configuration_set_reputation_options(ConfigurationSetName="news", ReputationMetricsEnabled=True)
    wanted = ["reputationOptions"]
    seen = v1.describe_configuration_set(ConfigurationSetName="news", ConfigurationSetAttributeNames=wanted)
    assert seen["ReputationOptions"] == {"SendingEnabled": True, "ReputationMetricsEnabled": True}
    v1.update_configuration_set_reputation_metrics_enabled(ConfigurationSetName="news", Enabled=False)
    options = v2.get_configuration_set(ConfigurationSetName="news")["ReputationOptions"]
    assert options["ReputationMetricsEnabled"] is False


def test_describe_shows_only_what_is_asked_for(v1: Any, v2: Any) -> None:
    v2.create_configuration_set(
        ConfigurationSetName="news",
        DeliveryOptions={"TlsPolicy": "REQUIRE"},
        TrackingOptions={"CustomRedirectDomain": "t.example.com"},
    )
    plain = v1.describe_configuration_set(ConfigurationSetName="news")
    assert plain["ConfigurationSet"] == {"Name": "news"}
    assert set(plain) == {"ConfigurationSet", "ResponseMetadata"}
    wanted = ["eventDestinations", "trackingOptions", "deliveryOptions"]
    full = v1.describe_configuration_set(ConfigurationSetName="news", ConfigurationSetAttributeNames=wanted)
    assert full["EventDestinations"] == []
    assert full["TrackingOptions"] == {"CustomRedirectDomain": "t.example.com"}
    assert full["DeliveryOptions"] == {"TlsPolicy": "Require"}
    assert "ReputationOptions" not in full


def test_a_set_is_created_as_asked(v2: Any) -> None:
    tags = [{"Key": "team", "Value": "mail"}]
    v2.create_configuration_set(
        ConfigurationSetName="news",
        SendingOptions={"SendingEnabled": False},
        ReputationOptions={"ReputationMetricsEnabled": True},
        SuppressionOptions={"SuppressedReasons": ["BOUNCE"]},
        Tags=tags,
    )
    seen = v2.get_configuration_set(ConfigurationSetName="news")
    assert seen["SendingOptions"] == {"SendingEnabled": False}
    assert seen["ReputationOptions"] == {"ReputationMetricsEnabled": True}
    assert seen["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE"]}
    assert seen["Tags"] == tags
    arn = "arn:aws:ses:eu-west-1:123456789012:configuration-set/news"
    assert v2.list_tags_for_resource(ResourceArn=arn)["Tags"] == tags


def test_a_deleted_set_takes_its_tags_with_it(v2: Any) -> None:
    v2.create_configuration_set(ConfigurationSetName="news", Tags=[{"Key": "team", "Value": "mail"}])
    v2.delete_configuration_set(ConfigurationSetName="news")
    v2.create_configuration_set(ConfigurationSetName="news")
    assert v2.get_configuration_set(ConfigurationSetName="news")["Tags"] == []


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("get_configuration_set", {}),
        ("delete_configuration_set", {}),
        ("put_configuration_set_sending_options", {"SendingEnabled": False}),
        ("put_configuration_set_reputation_options", {"ReputationMetricsEnabled": True}),
    ],
)
def test_v2_says_which_set_does_not_exist(v2: Any, operation: str, params: dict[str, Any]) -> None:
    with pytest.raises(v2.exceptions.NotFoundException) as raised:
        getattr(v2, operation)(ConfigurationSetName="nope", **params)
    assert raised.value.response["Error"]["Message"] == "Configuration set <nope> does not exist."
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("describe_configuration_set", {}),
        ("delete_configuration_set", {}),
        ("update_configuration_set_sending_enabled", {"Enabled": False}),
        ("update_configuration_set_reputation_metrics_enabled", {"Enabled": True}),
    ],
)
def test_v1_says_which_set_does_not_exist(v1: Any, operation: str, params: dict[str, Any]) -> None:
    with pytest.raises(v1.exceptions.ConfigurationSetDoesNotExistException) as raised:
        getattr(v1, operation)(ConfigurationSetName="nope", **params)
    assert raised.value.response["Error"]["Message"] == "Configuration set <nope> does not exist."


def test_a_set_exists_once(v1: Any, v2: Any) -> None:
    v2.create_configuration_set(ConfigurationSetName="news")
    with pytest.raises(v2.exceptions.AlreadyExistsException):
        v2.create_configuration_set(ConfigurationSetName="news")
    with pytest.raises(v1.exceptions.ConfigurationSetAlreadyExistsException):
        v1.create_configuration_set(ConfigurationSet={"Name": "news"})


@pytest.mark.parametrize("name", ["a b", "ä", "a" * 65, "a.b", "a/b"])
def test_a_bad_name_is_refused(v1: Any, v2: Any, name: str) -> None:
    assert error_of(v2.create_configuration_set, ConfigurationSetName=name)[0] == "BadRequestException"
    assert error_of(v1.create_configuration_set, ConfigurationSet={"Name": name})[0] == "InvalidConfigurationSet"


def test_the_longest_name_is_taken(v2: Any) -> None:
    v2.create_configuration_set(ConfigurationSetName="a" * 62 + "-_")


def test_the_quota_of_sets_holds_for_both_versions(v1: Any, v2: Any, control: Callable[..., Any]) -> None:
    assert control("ses", region="eu-west-1")["configuration_set_quota"] == 10000
    control("ses", region="eu-west-1", configuration_set_quota=1)
    v2.create_configuration_set(ConfigurationSetName="one")
    assert error_of(v2.create_configuration_set, ConfigurationSetName="two")[0] == "LimitExceededException"
    assert error_of(v1.create_configuration_set, ConfigurationSet={"Name": "two"})[0] == "LimitExceeded"


# --- paging ----------------------------------------------------------------------------------------------------------


def all_sets(v2: Any, **params: Any) -> list[list[str]]:
    pages = []
    while True:
        answer = v2.list_configuration_sets(**params)
        pages.append(answer["ConfigurationSets"])
        if "NextToken" not in answer:
            return pages
        params["NextToken"] = answer["NextToken"]


def test_pages_hold_every_set_once(v2: Any, control: Callable[..., Any]) -> None:
    names = [f"set-{number:03}" for number in range(250)]
    control("ses", region="eu-west-1", create_configuration_sets=names)
    assert [len(page) for page in all_sets(v2)] == [100, 100, 50]
    pages = all_sets(v2, PageSize=125)
    assert [len(page) for page in pages] == [125, 125]
    assert list(chain(*pages)) == names
    wanted = {"CONFIGURATION_SET_NAME_CONTAINS": "9"}
    assert list(chain(*all_sets(v2, PageSize=7, Filter=wanted))) == [name for name in names if "9" in name]


def test_a_set_deleted_between_two_pages_hides_no_other(v2: Any, control: Callable[..., Any]) -> None:
    control("ses", region="eu-west-1", create_configuration_sets=["a", "b", "c", "d"])
    first = v2.list_configuration_sets(PageSize=2)
    v2.delete_configuration_set(ConfigurationSetName="b")
    second = v2.list_configuration_sets(PageSize=2, NextToken=first["NextToken"])
    assert (first["ConfigurationSets"], second["ConfigurationSets"]) == (["a", "b"], ["c", "d"])


def test_ten_thousand_sets_are_listed_in_ten_pages(v2: Any, control: Callable[..., Any]) -> None:
    control("ses", region="eu-west-1", create_configuration_sets=[f"set-{number}" for number in range(10000)])
    pages = all_sets(v2, PageSize=1000)
    assert len(pages) == 10
    assert sum(map(len, pages)) == 10000


def test_v1_pages_too(v1: Any, control: Callable[..., Any]) -> None:
    control("ses", region="eu-west-1", create_configuration_sets=["a", "b", "c"])
    first = v1.list_configuration_sets(MaxItems=2)
    assert first["ConfigurationSets"] == [{"Name": "a"}, {"Name": "b"}]
    second = v1.list_configuration_sets(MaxItems=2, NextToken=first["NextToken"])
    assert second["ConfigurationSets"] == [{"Name": "c"}]
    assert "NextToken" not in second


def test_a_token_of_nobody_is_refused(v1: Any, v2: Any) -> None:
    assert error_of(v2.list_configuration_sets, NextToken="%%%")[0] == "BadRequestException"
    assert error_of(v1.list_configuration_sets, NextToken="%%%")[0] == "InvalidParameterValue"
