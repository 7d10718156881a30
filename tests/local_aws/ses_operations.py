# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a plain function becomes an operation of one of moto's response classes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores
from moto.ses.models import ses_backends

from .errors import ServiceError
from .paging import page
from .ses_state import Refusal

Handler = Callable[[Any, dict[str, Any]], "dict[str, Any] | None"]


def parameters(response: BaseResponse) -> dict[str, Any]:
    """The request's parameters by the names of botocore's model."""
    response.parse_parameters(response.normalized_request)
    return response.params  # type: ignore[no-any-return]


def add_operation(response_class: type[BaseResponse], name: str, handler: Handler) -> None:
    """Let ``handler(SES backend, parameters)`` answer the operation, in place of moto's method if there is one."""

    def method(self: BaseResponse) -> ActionResult:
        return ActionResult(handler(ses_backend(self), parameters(self)))

    setattr(response_class, camelcase_to_underscores(name), translated(method))


def paged(names: list[str], params: dict[str, Any], size: str = "PageSize") -> tuple[list[str], str | None]:
    """Without a size at most 100 a page, with one at most 1000 (both inferred): callers must follow NextToken."""
    try:
        return page(names, params.get("NextToken"), params.get(size) or 100, 1000)
    except ValueError as error:
        raise Refusal("InvalidParameterValue", "BadRequestException", str(error)) from error


def translated(method: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The method with each Refusal turned into the error of its API version."""

    @wraps(method)
    def wrapper(self: BaseResponse) -> Any:
        try:
            return method(self)
        except Refusal as refusal:
            error = ServiceError(refusal.codes[self.boto3_service_name], refusal.message)
            for member, value in refusal.members.items():
                setattr(error, member, value)
            raise error from refusal

    return wrapper


def ses_backend(response: BaseResponse) -> Any:
    return ses_backends[response.current_account][response.region]
