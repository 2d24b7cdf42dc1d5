"""When a page is given up, and when not; without a page."""

import os
from pathlib import Path

import pytest

from jjjmap.web.allowance import Allowance
from jjjmap.web.heartbeat import (
    ASLEEP_LOADING_S,
    SILENT_UNSEEN_S,
    STILL_S,
    WORKED_S,
    Effort,
    Patience,
    effort_of,
)
from jjjmap.web.side_doors import shut_side_doors

PID = 77


def beats_until_out(efforts, *, gaps=1.0, most=60, is_loading=False):
    """Return after how many seconds of silence a page is given up; None if it is not."""
    patience, now = Patience(), 100.0
    assert not patience.is_out(now, PID, efforts(0.0), is_asked=False)
    start = now
    for _beat in range(most):
        now += gaps
        if patience.is_out(now, PID, efforts(now - start), is_asked=True, is_loading=is_loading):
            return now - start
    return None


def test_a_page_in_a_loop_is_given_up_within_five_seconds():
    # One second passes at most until it is asked.
    assert 1.0 + beats_until_out(lambda s: Effort(s, False)) <= 5.0


def test_a_page_that_gets_little_of_the_processor_has_more_time():
    assert beats_until_out(lambda s: Effort(s * 0.2, False)) == pytest.approx(WORKED_S / 0.2)


def test_where_the_system_tells_nothing_time_alone_decides():
    assert beats_until_out(lambda _s: None) == SILENT_UNSEEN_S
    assert 1.0 + SILENT_UNSEEN_S <= 5.0


def test_a_page_that_a_debugger_holds_is_left_alone():
    assert beats_until_out(lambda s: Effort(s, True)) is None


def test_a_page_that_waits_for_ever_is_given_up_late():
    assert beats_until_out(lambda _s: Effort(1.0, False)) == STILL_S


def test_a_page_that_falls_asleep_while_it_loads_is_given_up_sooner():
    asleep = Effort(1.0, False, is_asleep=True)
    assert beats_until_out(lambda _s: asleep, is_loading=True) == ASLEEP_LOADING_S < STILL_S
    assert beats_until_out(lambda _s: asleep) == STILL_S
    # One that only gets no turn, or wakes up in between, is not asleep.
    assert beats_until_out(lambda _s: Effort(1.0, False), is_loading=True) == STILL_S
    assert beats_until_out(lambda s: Effort(1.0, False, is_asleep=s % 5 != 0), is_loading=True) == STILL_S


def test_a_machine_that_slept_counts_no_more_than_two_beats():
    patience = Patience()
    patience.is_out(0.0, PID, Effort(0.0, False), is_asked=False)
    assert not patience.is_out(1.0, PID, Effort(0.5, False), is_asked=True)
    assert not patience.is_out(9000.0, PID, Effort(1.5, False), is_asked=True)
    assert patience.silent_s == 3.0
    # What it has to say is heard now: it has answered.
    assert not patience.is_out(9001.0, PID, Effort(3.0, False), is_asked=False)
    assert patience.silent_s == 0.0


def test_an_answer_and_another_process_begin_anew():
    patience = Patience()
    for second in range(4):
        assert not patience.is_out(float(second), PID, Effort(second, False), is_asked=second in (1, 2))
    assert patience.silent_s == 0.0
    assert not patience.is_out(4.0, PID, Effort(4, False), is_asked=True)
    assert not patience.is_out(5.0, PID + 1, Effort(50, False), is_asked=True)
    assert not patience.is_out(6.0, 0, None, is_asked=True)
    assert patience.silent_s == 0.0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")
def test_the_effort_of_a_process_is_read_from_the_system():
    before = effort_of(os.getpid())
    assert before is not None and not before.is_held
    sum(n * n for n in range(3_000_000))
    after = effort_of(os.getpid())
    assert after is not None and after.worked_s > before.worked_s
    assert effort_of(2**22 + 1) is None


def test_an_allowance_takes_a_burst_then_so_many_a_second():
    now = [0.0]
    allowance = Allowance(10, 5, lambda: now[0])
    assert [allowance.takes() for _each in range(7)] == [True] * 5 + [False] * 2
    assert (allowance.dropped_before(), allowance.dropped_before()) == (2, 0)
    now[0] = 0.1
    assert [allowance.takes() for _each in range(2)] == [True, False]
    now[0] = 100.0
    assert sum(allowance.takes() for _each in range(20)) == 5


def test_what_the_user_tells_chromium_stays_said():
    environment = {"QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu --host-resolver-rules=x"}
    shut_side_doors(environment)
    shut_side_doors(environment)
    flags = environment["QTWEBENGINE_CHROMIUM_FLAGS"]
    assert flags.startswith("--disable-gpu --host-resolver-rules=x ") and "NOTFOUND" not in flags
    assert flags.count("webrtc-ip-handling") == 1
