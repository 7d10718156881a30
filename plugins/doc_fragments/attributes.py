# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible wants to know of every module."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Can run in C(check_mode) and tell what would change without changing anything.
  diff_mode:
    support: full
    description: Tells what has changed, or in check mode would change, when run with C(--diff).
  idempotent:
    support: full
    description: Run again with the same options, it changes nothing.
  action:
    support: partial
    description: Has an action plugin of the same name, which saves a Python process a task.
    details:
      - The action plugin runs the module's code inside the worker that Ansible has forked already.
      - It steps aside for an ordinary module process where that would not mean the same, namely with a connection that
        is not local, another Python interpreter, C(become), C(async) or a task's C(environment).
"""

    # An info module changes nothing, so there is no difference to show.
    INFO = r"""
options: {}
attributes:
  diff_mode:
    support: N/A
    description: Tells what has changed, or in check mode would change, when run with C(--diff).
    details:
      - It only reads.
"""

    # A drill is made to be run again, and leaves everything as it was.
    DRILL = r"""
options: {}
attributes:
  diff_mode:
    support: N/A
    description: Tells what has changed, or in check mode would change, when run with C(--diff).
    details:
      - Nothing is another afterwards, but the tags in which the drill is remembered.
  idempotent:
    support: none
    description: Run again with the same options, it changes nothing.
    details:
      - Each run is a drill.
"""
