import threading

import numpy as np
import pytest

from jjjmap.layers.opening import in_threads as module
from jjjmap.layers.opening.in_threads import in_threads


@pytest.mark.parametrize("count", [0, 1, 999, 50_001])
def test_the_answer_is_that_of_one_call(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(module.os, "cpu_count", lambda: 4)
    values = np.arange(count)
    assert (in_threads(lambda some: some * 2, values) == values * 2).all()


def test_few_values_stay_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.os, "cpu_count", lambda: 4)
    seen = []
    in_threads(lambda some: seen.append(threading.current_thread()) or some, np.arange(100))
    assert seen == [threading.current_thread()]
