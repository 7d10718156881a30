# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option that takes over what is somebody else's."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  adopt:
    description:
      - Resources of somebody else's that are to become the guard's, as the error calls them that refuses them, such as
        V(SNS topic ses-pause-notify). Look at C(--check --diff) first.
      - One that carries another guard's tag, or is in a CloudFormation stack, is refused all the same.
      - Nothing is taken over to be removed.
    type: list
    elements: str
    default: []
"""
