# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudWatch Logs where moto differs: checked retention, tags that go with their group, errors for the unknown."""

from __future__ import annotations

import re

from moto.logs.models import LogGroup, LogsBackend

from .errors import ServiceError

# "Valid values" of PutRetentionPolicy.
RETENTION = {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

_moto_create_log_group = LogsBackend.create_log_group
_moto_delete_log_group = LogsBackend.delete_log_group
_moto_put_retention_policy = LogsBackend.put_retention_policy


def install() -> None:
    LogsBackend.create_log_group = _create_log_group
    LogsBackend.delete_log_group = _delete_log_group
    LogsBackend.put_retention_policy = _put_retention_policy
    LogsBackend.list_tags_for_resource = _list_tags
    LogsBackend.tag_resource = _tag
    LogsBackend.untag_resource = _untag


def _create_log_group(self: LogsBackend, log_group_name: str, tags: dict[str, str], **more: str) -> LogGroup:
    if not re.fullmatch(r"[.\-_/#A-Za-z0-9]{1,512}", log_group_name) or log_group_name.startswith("aws/"):
        _refuse(f"Value '{log_group_name}' at 'logGroupName' failed to satisfy constraint")
    return _moto_create_log_group(self, log_group_name, tags or {}, **more)


def _delete_log_group(self: LogsBackend, log_group_name: str) -> None:
    group = self.groups.get(log_group_name)
    _moto_delete_log_group(self, log_group_name)
    if group is not None:
        self.tagger.delete_all_tags_for_resource(group.arn)


def _put_retention_policy(self: LogsBackend, log_group_name: str, retention_in_days: int) -> None:
    if retention_in_days not in RETENTION:
        days = ", ".join(map(str, sorted(RETENTION)))
        _refuse(
            f"1 validation error detected: Value '{retention_in_days}' at 'retentionInDays' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{days}]"
        )
    _moto_put_retention_policy(self, log_group_name, retention_in_days)


def _list_tags(self: LogsBackend, resource_arn: str) -> dict[str, str]:
    return self.tagger.get_tag_dict_for_resource(_known(self, resource_arn))


def _tag(self: LogsBackend, arn: str, tags: dict[str, str]) -> None:
    self.tagger.tag_resource(_known(self, arn), self.tagger.convert_dict_to_tags_input(tags))


def _untag(self: LogsBackend, arn: str, tag_keys: list[str]) -> None:
    self.tagger.untag_resource_using_names(_known(self, arn), tag_keys)


def _known(self: LogsBackend, arn: str) -> str:
    """DescribeLogGroups shows a group's ARN with ``:*`` behind it: both forms are taken."""
    bare = arn.removesuffix(":*")
    named = {each.arn for each in self.groups.values()} | {each.arn for each in self.destinations.values()}
    if bare not in named:
        raise ServiceError("ResourceNotFoundException", "The specified resource does not exist.")
    return bare


def _refuse(message: str) -> None:
    raise ServiceError("InvalidParameterException", message)
