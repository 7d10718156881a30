# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags as a dict on our side, as the API's list of Key and Value on the other."""

from __future__ import annotations

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_list_to_ansible_dict,
)


def to_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """{"a": "b"} as [{"Key": "a", "Value": "b"}]."""
    return ansible_dict_to_boto3_tag_list(tags)


def to_dict(tags: Any) -> dict[str, str]:
    """[{"Key": "a", "Value": "b"}] as {"a": "b"}; None as {}."""
    return boto3_tag_list_to_ansible_dict(tags or [])
