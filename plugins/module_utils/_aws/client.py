# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One account in one Region: its session, its clients, and calls whose errors say what to do."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property, partial
from typing import Any, NoReturn

try:
    import boto3
    from botocore.config import Config
    from botocore.credentials import DeferredRefreshableCredentials
    from botocore.exceptions import BotoCoreError, ClientError, IncompleteReadError, ProfileNotFound
    from botocore.loaders import create_loader
    from botocore.parsers import ResponseParserError

    # One for all sessions, as it keeps what it has read, and that was half of the time of a task.
    LOADER = create_loader(os.environ.get("AWS_DATA_PATH"))
except ImportError:
    pass  # AnsibleAWSModule and the action plugin say what is missing.

from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec

from .errors import IAM_PREFIX, AwsCallError, SesError, advice, camel_case, code_of
from .pace import QUOTAS, Paces

# For a call that must not hold up the one after it.
HURRIED: dict[str, Any] = {
    "retries": {"mode": "standard", "total_max_attempts": 1},
    "connect_timeout": 3,
    "read_timeout": 5,
}


def connection_spec() -> dict[str, Any]:
    """The options that every module shares: those of amazon.aws, and a role to assume."""
    return dict(
        aws_argument_spec(),
        assume_role_arn=dict(type="str"),
        assume_role_external_id=dict(type="str"),
        assume_role_session_name=dict(type="str", default="mailops.ses"),
    )


def load_services(services: Iterable[str]) -> None:
    """Reads botocore's description of the services, for whoever forks. No socket is opened, no credential read."""
    for service in services:
        for part in ("service-2", "endpoint-rule-set-1", "paginators-1"):
            LOADER.load_service_model(service, part, api_version=None)
    for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        LOADER.load_data_with_path(name)
        LOADER.load_data(name)


class _Options:
    """What get_aws_connection_info wants of a module: its parameters and a way to fail."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.params = params

    def fail_json(self, msg: str, **details: Any) -> NoReturn:
        raise SesError(msg)


class Aws:
    """The target of one task.

    C(call) is the only way to AWS. It raises AwsCallError, which names the operation, the resource, the account and
    the Region. Nothing is opened before the first call.
    """

    def __init__(self, params: dict[str, Any]) -> None:
        region, self._endpoint, options = get_aws_connection_info(_Options(params))
        if not region:
            raise SesError(
                "No Region is set. Give the option region, the host variable ses_pause_region or the environment "
                "variable AWS_REGION."
            )
        self.region: str = region
        self._role_arn: str | None = params.get("assume_role_arn")
        self._verify = options.pop("verify", None)
        # The mode "standard" knows every service's words for throttling and waits longer with each try.
        self._config = Config(
            retries={"mode": "standard", "total_max_attempts": 9}, user_agent_extra="Ansible-mailops.ses"
        ).merge(options.pop("aws_config", None) or Config())
        self._clients: dict[str, Any] = {}
        self._is_hurried = False
        # {service: the time of its last answer, by its own clock}
        self._heard: dict[str, datetime] = {}
        # Clients are for threads, a session and what is known only after a call are not.
        self._lock = threading.RLock()
        self._caller: str | None = None
        self._paces = Paces({**QUOTAS, **_given(params.get("quotas"))})
        # What was asked of AWS, C(SERVICE:OPERATION), in that order.
        self.sent: list[str] = []
        # Where long work says how far it is; whoever runs the task may listen.
        self.say: Callable[[str], None] = lambda _text: None
        # The same for what a person must see who has interrupted the work.
        self.insist: Callable[[str], None] = lambda _text: None
        with self._connecting():
            self._session = boto3.session.Session(region_name=region, **options)
            self._session._session.register_component("data_loader", LOADER)
        if self._role_arn:
            self._session = self._assume(self._new_client(self._session, "sts"), self._role_arn, params)

    def _assume(self, sts: Any, role_arn: str, params: dict[str, Any]) -> Any:
        """A session with the role's credentials: fetched at the first call, fetched again before they end."""
        arguments = {"RoleArn": role_arn, "RoleSessionName": params["assume_role_session_name"]}
        if params.get("assume_role_external_id"):
            arguments["ExternalId"] = params["assume_role_external_id"]

        def refresh() -> dict[str, str]:
            answer = self._attempt(sts, "sts", "assume_role", f"role {role_arn}", (), arguments)["Credentials"]
            return {
                "access_key": answer["AccessKeyId"],
                "secret_key": answer["SecretAccessKey"],
                "token": answer["SessionToken"],
                "expiry_time": answer["Expiration"].isoformat(),
            }

        # A copy shares all but the credentials, as a new session takes longer than some calls. boto3 has no public way
        # to hand over credentials that refresh themselves.
        session = copy(self._session)
        session._session = copy(session._session)
        credentials = DeferredRefreshableCredentials(refresh_using=refresh, method="assume-role")
        session._session._credentials = credentials  # type: ignore[attr-defined]
        return session

    def entered(self, role_arn: str, params: dict[str, Any]) -> Aws:
        """Another account: what these credentials are once they have assumed the role, which they have not yet."""
        other = self.elsewhere(self.region)
        vars(other).pop("_identity", None)
        other._caller = None
        other._role_arn = role_arn
        other._session = other._assume(self.client("sts"), role_arn, params)
        return other

    def elsewhere(self, region: str) -> Aws:
        """The same credentials in another Region."""
        other = copy(self)
        other.region = region
        other._clients = {}
        other._paces = Paces(QUOTAS)
        return other

    @property
    def hurried(self) -> Aws:
        """The same target for calls with one attempt and a few seconds each."""
        other = copy(self)
        other._is_hurried = True
        other._config = self._config.merge(Config(**HURRIED))
        return other

    def fetch_credentials(self) -> None:
        """Assumes the role, if there is one, now instead of at the first call."""
        if self._role_arn:
            self._session.get_credentials().get_frozen_credentials()  # type: ignore[union-attr]

    def _new_client(self, session: Any, service: str) -> Any:
        with self._connecting():
            client = session.client(
                service, region_name=self.region, endpoint_url=self._endpoint, verify=self._verify, config=self._config
            )
        client.meta.events.register("before-send", partial(self._before_send, IAM_PREFIX.get(service, service)))
        # Older botocore knows the second only, and has tried to parse it by then.
        for event in ("before-parse", "response-received"):
            client.meta.events.register(event, _refuse_half)
        client.meta.events.register("response-received", partial(self._hear, service))
        return client

    @contextmanager
    def _connecting(self) -> Iterator[None]:
        """Explains options of which no session and no client can be made; botocore says it of some as ValueError."""
        try:
            yield
        except ProfileNotFound as error:
            raise SesError(f"{error}. Give a profile of the AWS configuration of this machine, or none.") from error
        except (BotoCoreError, ValueError) as error:
            raise SesError(
                f"No connection to AWS in Region {self.region} can be made: {str(error).rstrip('.')}. Check region, "
                f"endpoint_url, profile and keys, in the options and in the environment."
            ) from error

    def client(self, service: str) -> Any:
        """The boto3 client of a service; made once."""
        name = f"{service}, hurried" if self._is_hurried else service
        with self._lock:
            if name not in self._clients:
                self._clients[name] = self._new_client(self._session, service)
            return self._clients[name]

    def _hear(self, service: str, response_dict: dict[str, Any] | None, **_event: Any) -> None:
        """Notes the time that an answer tells."""
        date = (response_dict or {}).get("headers", {}).get("date")
        if date:
            self._heard[service] = parsedate_to_datetime(date)

    def clock(self, service: str) -> datetime:
        """The time of the service's last answer, by its own clock, to the second below.

        Our own clock may be wrong, and is asked only where nothing was heard.
        """
        return self._heard.get(service) or datetime.now(UTC)

    def _before_send(self, prefix: str, event_name: str, **_event: Any) -> None:
        """Holds a request back, each page and each retry too, until the quota lets it go; and notes it."""
        _event_kind, service, operation = event_name.split(".")
        self._paces.wait(service, operation)
        self.sent.append(f"{prefix}:{operation}")

    def call(
        self, service: str, operation: str, resource: str = "", missing: Iterable[str] = (), **arguments: Any
    ) -> Any:
        """One API call. None where the API answers with one of the C(missing) codes: its own words for "not found".

        resource: what the call is about, for the error message.
        """
        return self._attempt(self.client(service), service, operation, resource, missing, arguments)

    def pages(self, service: str, operation: str, key: str, resource: str = "", **arguments: Any) -> Iterator[Any]:
        """Every item under C(key) of a paged answer."""
        if not self.client(service).can_paginate(operation):
            yield from self._token_pages(service, operation, key, resource, arguments)
            return
        with self.explained(service, operation, resource):
            for page in self.client(service).get_paginator(operation).paginate(**arguments):
                yield from page.get(key, [])

    def _token_pages(
        self, service: str, operation: str, key: str, resource: str, arguments: dict[str, Any]
    ) -> Iterator[Any]:
        """For operations that have pages in AWS but no paginator in botocore."""
        while True:
            answer = self.call(service, operation, resource, **arguments)
            yield from answer.get(key, [])
            if not answer.get("NextToken"):
                return
            arguments = {**arguments, "NextToken": answer["NextToken"]}

    def wait(self, service: str, waiter: str, resource: str, **arguments: Any) -> None:
        """Waits with a waiter of boto3: a second between two looks, five minutes at most."""
        with self.explained(service, waiter, resource):
            self.client(service).get_waiter(waiter).wait(**arguments, WaiterConfig={"Delay": 1, "MaxAttempts": 300})

    @contextmanager
    def explained(self, service: str, operation: str, resource: str) -> Iterator[None]:
        """Turns what boto3 raises into an error that says what to do."""
        try:
            yield
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            raise self._error(error, service, operation, resource) from error

    def refuse_failed_entries(self, answer: dict[str, Any] | None, service: str, operation: str, resource: str) -> None:
        """Raises for a batch call that answered 200 and failed all the same. None: what it was about is gone."""
        for entry in (answer or {}).get("FailedEntries", []):
            code, message = entry.get("ErrorCode", "Unknown"), entry.get("ErrorMessage", "")
            self.refuse_partial(code, message, service, operation, resource)

    def refuse_partial(self, code: str, message: str, service: str, operation: str, resource: str) -> NoReturn:
        """Raises for what failed within a call that answered 200."""
        error = ClientError({"Error": {"Code": code, "Message": message}}, camel_case(operation))
        raise self._error(error, service, operation, resource)

    def _attempt(
        self,
        client: Any,
        service: str,
        operation: str,
        resource: str,
        missing: Iterable[str],
        arguments: dict[str, Any],
    ) -> Any:
        try:
            with self.explained(service, operation, resource):
                return getattr(client, operation)(**arguments)
        except AwsCallError as error:
            if error.code in missing:
                return None
            raise

    def _error(self, error: Exception, service: str, operation: str, resource: str) -> AwsCallError:
        action = f"{IAM_PREFIX.get(service, service)}:{camel_case(operation)}"
        code = code_of(error)
        about = f" for {resource}" if resource else ""
        return AwsCallError(
            f"{action} failed{about} in {self._where()}: {str(error).rstrip('.')}. {advice(error, action)}",
            code=code,
            operation=action,
        )

    def _where(self) -> str:
        """The account as far as it is known without another call: an error must not cause the next one."""
        account = self.__dict__.get("_identity", (None,))[0]
        if account is None and self._role_arn:
            account = self._role_arn.split(":")[4]
        return f"account {account}, Region {self.region}" if account else f"Region {self.region}"

    @property
    def place(self) -> str:
        """Where this is, for a message about something else: STS is asked, and need not answer."""
        with suppress(SesError):
            _unused = self.account
        return self._where()

    @property
    def caller(self) -> str:
        """The ARN of whoever calls, as STS knows it; asked once."""
        with self._lock:
            if self._caller is None:
                self._caller = self.call("sts", "get_caller_identity")["Arn"]
            return self._caller

    @cached_property
    def _identity(self) -> tuple[str, str]:
        """(account, partition) of the caller. Of a role its ARN says it, without a call."""
        arn = self._role_arn or self.caller
        return arn.split(":")[4], arn.split(":")[1]

    @property
    def account(self) -> str:
        """The account's 12 digits."""
        return self._identity[0]

    @property
    def partition(self) -> str:
        """aws, aws-cn, aws-us-gov or aws-eusc."""
        return self._identity[1]

    def regions_of(self, service: str, partition: str = "aws") -> list[str]:
        """The partition's Regions in which botocore knows the service. It knows none that is younger than it is."""
        return self._session.get_available_regions(service, partition_name=partition)

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account and Region; IAM's have no Region."""
        region = "" if service == "iam" else self.region
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{resource}"


def _refuse_half(response_dict: dict[str, Any] | None, **_event: Any) -> None:
    """Half of an answer is for botocore a whole one that says nothing: of sending, say, that it is not enabled."""
    if response_dict is None or response_dict["status_code"] >= 300:
        return
    length, body = response_dict["headers"].get("content-length"), response_dict["body"]
    if isinstance(body, bytes) and length is not None and int(length) != len(body):
        raise IncompleteReadError(actual_bytes=len(body), expected_bytes=int(length))


def _given(quotas: dict[str, float | None] | None) -> dict[str, float]:
    """The quotas that the task sets."""
    given = {name: rate for name, rate in (quotas or {}).items() if rate is not None}
    for name, rate in given.items():
        if not rate > 0:
            raise SesError(f"quotas: {name}: {rate:g} calls a second would never end. Use more than 0.")
    return given
