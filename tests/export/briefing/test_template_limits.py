"""What stops a template that would not end."""

import sys

import pytest

from jjjmap.export.briefing.template_limits import DEEPEST, within_limits


def nested(levels: int) -> int:
    return nested(levels - 1) + 1 if levels else 0


def test_calls_within_calls_are_bounded_whatever_limit_python_has():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        with pytest.raises(RecursionError), within_limits():
            nested(5_000)
        with within_limits():
            assert nested(DEEPEST // 2) == DEEPEST // 2
    finally:
        sys.setrecursionlimit(before)


def test_calls_one_after_another_are_not_nested():
    with within_limits():
        assert sum(nested(1) for _turn in range(10 * DEEPEST)) == 10 * DEEPEST
