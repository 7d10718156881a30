# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which permissions a request needs: actions, each with the resource it must be allowed on.

By AWS's Service Authorization Reference for what this collection uses: SES, CloudWatch alarms, SNS, SQS, Lambda,
CloudWatch Logs, EventBridge, IAM, STS, KMS. Where an action has no resource-level permissions, and for services not
listed, the resource is ``*``, which only a policy for ``*`` allows.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parseaddr
from typing import Any, NamedTuple

from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.ses.models import ses_backends
from moto.utilities.utils import get_partition

Parameters = dict[str, Any]


class Need(NamedTuple):
    action: str
    resource: str


class Place(NamedTuple):
    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        region = "" if service == "iam" else self.region
        return f"arn:{get_partition(self.region)}:{service}:{region}:{self.account}:{resource}"


# IAM's prefix where it is not botocore's name of the service.
PREFIXES = {"sesv2": "ses", "resourcegroupstaggingapi": "tag"}
# IAM's action where it is not the operation's name.
ACTIONS = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "sns:PublishBatch": "sns:Publish",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
# Creating something with tags needs this one too.
TAG_ACTIONS = {"iam:CreateRole": "iam:TagRole", "iam:CreatePolicy": "iam:TagPolicy", "sqs:CreateQueue": "sqs:TagQueue"}


def needs(service: str, operation: str, params: Parameters, place: Place) -> list[Need]:
    prefix = PREFIXES.get(service, service)
    named = f"{prefix}:{operation}"
    action = ACTIONS.get(named, named)
    find = RESOURCES.get(service)
    resources = (find(operation, params, place) if find else []) or ["*"]
    found = [Need(action, resource) for resource in resources]
    if any(params.get(key) for key in ("Tags", "tags")) and operation.startswith(("Create", "Put")):
        tag_action = TAG_ACTIONS.get(named, f"{prefix}:TagResource")
        found += [Need(tag_action, resource) for resource in resources]
    return found + [Need("iam:PassRole", role) for role in _passed_roles(service, operation, params)]


def _passed_roles(service: str, operation: str, params: Parameters) -> list[str]:
    if service == "lambda" and operation in ("CreateFunction", "UpdateFunctionConfiguration"):
        return [params["Role"]] if params.get("Role") else []
    if service == "events" and operation in ("PutTargets", "PutRule"):
        givers = [params, *params.get("Targets", [])]
        return [each["RoleArn"] for each in givers if each.get("RoleArn")]
    return []


def _cloudwatch(operation: str, params: Parameters, place: Place) -> list[str]:
    if "ResourceARN" in params:
        return [params["ResourceARN"]]
    dashboards = params.get("DashboardNames") or ([params["DashboardName"]] if "DashboardName" in params else [])
    if dashboards:
        # Dashboards are the account's: their ARNs name no Region.
        return [
            f"arn:{get_partition(place.region)}:cloudwatch::{place.account}:dashboard/{name}" for name in dashboards
        ]
    names = params.get("AlarmNames") or ([params["AlarmName"]] if "AlarmName" in params else [])
    if not names and operation in ("DescribeAlarms", "DescribeAlarmHistory"):
        names = ["*"]
    return [place.arn("cloudwatch", f"alarm:{name}") for name in names]


def _sesv2(operation: str, params: Parameters, place: Place) -> list[str]:
    if operation in ("SendEmail", "SendBulkEmail"):
        return _ses_sends(params, params.get("FromEmailAddress"), place)
    if operation.startswith("List") and operation != "ListTagsForResource":
        return []
    for key in ("ResourceArn", "ReputationEntityReference"):
        if key in params:
            return [params[key]]
    if "TenantName" in params:
        name = params["TenantName"]
        tenant = ses_backends[place.account][place.region].sending.tenants.get(name)
        return [tenant.arn if tenant else place.arn("ses", f"tenant/{name}/*")]
    for key, kind in (("ConfigurationSetName", "configuration-set"), ("EmailIdentity", "identity")):
        if key in params:
            return [place.arn("ses", f"{kind}/{params[key]}")]
    return []


def _ses(operation: str, params: Parameters, place: Place) -> list[str]:
    """Of v1 only sending knows resources."""
    return _ses_sends(params, params.get("Source"), place) if operation.startswith("Send") else []


def _ses_sends(params: Parameters, sender: str | None, place: Place) -> list[str]:
    address = parseaddr(sender or "")[1]
    verified = ses_backends[place.account][place.region].email_identities
    identity = address if address in verified else address.rpartition("@")[2]
    found = [place.arn("ses", f"identity/{identity}")]
    if params.get("ConfigurationSetName"):
        found.append(place.arn("ses", f"configuration-set/{params['ConfigurationSetName']}"))
    return found


def _sns(operation: str, params: Parameters, place: Place) -> list[str]:
    if operation == "CreateTopic":
        return [place.arn("sns", params["Name"])]
    return [params[key] for key in ("TopicArn", "TargetArn", "ResourceArn") if params.get(key)][:1]


def _sqs(operation: str, params: Parameters, place: Place) -> list[str]:
    if params.get("QueueUrl"):
        account, name = params["QueueUrl"].split("/")[-2:]
        return [place._replace(account=account).arn("sqs", name)]
    return [place.arn("sqs", params["QueueName"])] if params.get("QueueName") else []


def _lambda(operation: str, params: Parameters, place: Place) -> list[str]:
    if operation.endswith(("TagResource", "UntagResource")) or operation == "ListTags":
        return [params["Resource"]]
    name = params.get("FunctionName")
    if not name:
        return []
    # A name, NAME:QUALIFIER, ACCOUNT:function:NAME or a whole ARN.
    parts = name.rpartition("function:")[2].split(":")
    qualifier = params.get("Qualifier") or (parts[1] if len(parts) > 1 else None)
    invoked = f":{qualifier}" if qualifier and operation == "Invoke" else ""
    return [place.arn("lambda", f"function:{parts[0]}{invoked}")]


def _logs(operation: str, params: Parameters, place: Place) -> list[str]:
    """Logs checks GROUP:log-stream:STREAM, with an empty stream if none is named, as its error messages show: a policy
    for a group must end in ``:*``. Tags are checked on the ARN given."""
    if params.get("resourceArn"):
        return [params["resourceArn"]]
    if operation.startswith("Describe") and "logGroupName" not in params:
        return [place.arn("logs", "log-group::log-stream:")]
    if "logGroupName" not in params:
        return []
    return [place.arn("logs", f"log-group:{params['logGroupName']}:log-stream:{params.get('logStreamName', '')}")]


def _events(operation: str, params: Parameters, place: Place) -> list[str]:
    if params.get("ResourceARN"):
        return [params["ResourceARN"]]
    rule = params.get("Rule") or (params.get("Name") if operation.endswith("Rule") else None)
    bus = (params.get("EventBusName") or "default").rpartition("/")[2]
    if rule:
        return [place.arn("events", f"rule/{rule}" if bus == "default" else f"rule/{bus}/{rule}")]
    return [place.arn("events", f"event-bus/{bus}")] if operation == "PutEvents" else []


def _iam(operation: str, params: Parameters, place: Place) -> list[str]:
    backend = iam_backends[place.account][get_partition(place.region)]
    for key, kind, known in (("RoleName", "role", backend.roles), ("UserName", "user", backend.users)):
        if params.get(key):
            name = params[key]
            holder = next((each for each in list(known.values()) if each.name == name), None)
            return [place.arn("iam", f"{kind}{holder.path if holder else params.get('Path', '/')}{name}")]
    if operation == "CreatePolicy":
        return [place.arn("iam", f"policy{params.get('Path', '/')}{params['PolicyName']}")]
    return [params[key] for key in ("PolicyArn", "PolicySourceArn") if params.get(key)]


def _sts(operation: str, params: Parameters, place: Place) -> list[str]:
    return [params["RoleArn"]] if operation == "AssumeRole" else []


def _kms(operation: str, params: Parameters, place: Place) -> list[str]:
    key = params.get("KeyId")
    if not key or (key.startswith("arn:") and ":alias/" not in key):
        return [key] if key else []
    alias = key.rpartition(":")[2]
    target = kms_backends[place.account][place.region].get_key_id_from_alias(alias) if "alias/" in key else key
    return [place.arn("kms", f"key/{target or key}")]


RESOURCES: dict[str, Callable[[str, Parameters, Place], list[str]]] = {
    "cloudwatch": _cloudwatch,
    "events": _events,
    "iam": _iam,
    "kms": _kms,
    "lambda": _lambda,
    "logs": _logs,
    "ses": _ses,
    "sesv2": _sesv2,
    "sns": _sns,
    "sqs": _sqs,
    "sts": _sts,
}
