# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong at a call, by the ``kind`` of the rule.

throttling, internal, unavailable, denied, quota, expired, skewed   an error in the service's own words
role_not_assumable, update_in_progress                              what Lambda says while IAM or itself is at work
error          the rule's ``status``, ``code`` and ``message``
reset_before   the connection breaks before the call takes effect
reset_after    it takes effect, and the connection breaks before the answer
truncated      it takes effect, and half of the answer comes
slow           it takes effect, and the answer comes after ``seconds``
stale          a read tells what was true ``seconds`` ago, as far as the same was asked before: see ``stale_reads``
gate           it waits until a test opens the gate ``name``, or until the rule ``until`` has fired, or for
               ``seconds``; ``after``: it has taken effect by then; ``drop``: its connection breaks then
note           nothing: the rule counts
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from . import fault_words, faults, stale_reads
from .faults import Rule
from .pending import Request


def serve(request: Request) -> Iterable[bytes]:
    """Answer the call as AWS would, unless a fault is due."""
    rule = faults.find(request.call)
    if rule is not None:
        return KINDS[rule.kind](rule, request)
    if stale_reads.watched():
        return request.send(stale_reads.answer(request, 0.0))
    return request.serve()


def _words(rule: Rule, request: Request) -> Iterable[bytes]:
    return request.refuse(*fault_words.find(rule.kind, request.call, request.is_form))


def _error(rule: Rule, request: Request) -> Iterable[bytes]:
    return request.refuse(rule.status, rule.code, rule.message)


def _reset_before(_rule: Rule, request: Request) -> Iterable[bytes]:
    request.drop()


def _reset_after(_rule: Rule, request: Request) -> Iterable[bytes]:
    request.carry_out()
    request.drop()


def _truncated(_rule: Rule, request: Request) -> Iterable[bytes]:
    return request.send(request.carry_out(), share=0.5)


def _slow(rule: Rule, request: Request) -> Iterable[bytes]:
    answer = request.carry_out()
    faults.pause(rule)
    return request.send(answer)


def _stale(rule: Rule, request: Request) -> Iterable[bytes]:
    return request.send(stale_reads.answer(request, rule.seconds))


def _gate(rule: Rule, request: Request) -> Iterable[bytes]:
    answer = request.carry_out() if rule.after else None
    faults.wait(rule)
    if rule.drop:
        request.drop()
    return request.send(answer) if answer else request.serve()


KINDS: dict[str, Callable[[Rule, Request], Iterable[bytes]]] = {
    **dict.fromkeys(fault_words.KINDS, _words),
    "error": _error,
    "reset_before": _reset_before,
    "reset_after": _reset_after,
    "truncated": _truncated,
    "slow": _slow,
    "stale": _stale,
    "gate": _gate,
    "note": _error,  # never called: faults.find passes it over
}
