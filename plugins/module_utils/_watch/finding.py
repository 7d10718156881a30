# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One thing that is wrong with a target, and its remedy."""

from __future__ import annotations

from dataclasses import dataclass, replace

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """check: its name. An ERROR keeps sending from being paused, or everybody from being told; a WARNING may."""

    check: str
    severity: str
    what: str
    remedy: str

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR

    def in_sentences(self) -> Finding:
        """With a full stop behind what is wrong, and behind the remedy."""
        return replace(self, what=f"{self.what}.", remedy=f"{self.remedy}.")

    def to_dict(self) -> dict[str, str]:
        """As a task's result has it."""
        return dict(vars(self))
