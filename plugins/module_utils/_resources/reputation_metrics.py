# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether SES publishes the reputation metrics of a configuration set: off unless somebody switched it on."""

from __future__ import annotations

from .._aws.client import Aws
from .._converge.resource import Found, Resource, State


class ReputationMetrics(Resource[Found]):
    """State: reputation_metrics_enabled.

    known: the state where it is known without a look, as SES answers one call a second.
    """

    kind = "configuration set"
    reads_alone = False

    def __init__(self, name: str, enabled: bool, known: bool | None = None) -> None:
        super().__init__(name, {"reputation_metrics_enabled": enabled})
        self._enabled = enabled
        self._known = known

    def read(self, aws: Aws) -> Found:
        enabled = self._known
        if enabled is None:
            answer = aws.call("sesv2", "get_configuration_set", self.label, ConfigurationSetName=self.name)
            enabled = answer.get("ReputationOptions", {}).get("ReputationMetricsEnabled", False)
        return Found({"reputation_metrics_enabled": enabled})

    def update(self, aws: Aws, found: Found, desired: State, changed: frozenset[str]) -> None:
        aws.call(
            "sesv2",
            "put_configuration_set_reputation_options",
            self.label,
            ConfigurationSetName=self.name,
            ReputationMetricsEnabled=self._enabled,
        )
