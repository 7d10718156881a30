# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ..module_utils._operations.ses_reputation_info import OPERATION
from ..plugin_utils.worker import WorkerAction


class ActionModule(WorkerAction):
    OPERATION = OPERATION
