# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Long work: threads, their first error, and the words on how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from ansible_collections.mailops.ses.plugins.module_utils._aws.threads import (
    READERS,
    Progress,
    duration,
    gather,
    run_all,
)


def progress(total: int) -> tuple[Progress, list[str], list[float]]:
    said: list[str] = []
    now = [0.0]
    return Progress(said.append, "alarms", total, clock=lambda: now[0]), said, now


def test_progress_says_how_many_how_fast_and_how_long() -> None:
    steps, said, now = progress(1000)
    for second in range(1, 21):
        now[0] = float(second)
        steps.step(3)
    assert said == ["alarms: 30 of 1000, 3.0 a second, 5 min left", "alarms: 60 of 1000, 3.0 a second, 5 min left"]


def test_short_work_says_nothing() -> None:
    steps, said, now = progress(3)
    for second in (1, 2, 9):
        now[0] = float(second)
        steps.step()
    assert said == []


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (29, "29 s"), (60, "1 min"), (3540, "59 min"), (3725, "1 h 2 min")]
)
def test_a_duration_is_in_words_that_people_use(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_all_jobs_of_all_groups_run() -> None:
    done: list[str] = []
    run_all([[lambda n=n, g=g: done.append(f"{g}{n}") for n in range(50)] for g in "ab"], workers=4)
    assert sorted(done) == sorted(f"{group}{number}" for group in "ab" for number in range(50))


def test_groups_run_at_the_same_time() -> None:
    met = threading.Barrier(2, timeout=10)
    run_all([[lambda: met.wait() and None], [lambda: met.wait() and None]], workers=1)


def test_the_first_error_ends_the_work_and_is_raised() -> None:
    done: list[int] = []

    def job(number: int) -> Callable[[], None]:
        def work() -> None:
            if number == 3:
                raise ValueError("three")
            done.append(number)

        return work

    with pytest.raises(ValueError, match="three"):
        run_all([[job(number) for number in range(1000)]], workers=1)
    assert done == [0, 1, 2]


def test_no_jobs_are_no_work() -> None:
    run_all([[], []], workers=2)


# Reads at once


def test_answers_come_in_the_order_of_the_reads() -> None:
    second_is_done = threading.Event()

    def first() -> str:
        assert second_is_done.wait(10), "they do not run at once"
        return "first"

    def second() -> str:
        second_is_done.set()
        return "second"

    assert gather([first, second]) == ["first", "second"]
    assert gather([lambda: 1]) == [1]
    assert gather([]) == []


def test_never_more_reads_at_once_than_allowed() -> None:
    running: list[int] = [0]
    most: list[int] = [0]
    lock, full = threading.Lock(), threading.Event()

    def read() -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
            if running[0] == READERS:
                full.set()
        assert full.wait(10)
        with lock:
            running[0] -= 1

    gather([read] * (3 * READERS))
    assert most == [READERS]


def test_of_several_errors_the_first_in_order_is_raised() -> None:
    done: list[str] = []

    def fail(word: str) -> None:
        raise ValueError(word)

    with pytest.raises(ValueError, match="one"):
        gather([lambda: done.append("a"), lambda: fail("one"), lambda: fail("two"), lambda: done.append("b")])
    assert sorted(done) == ["a", "b"]
