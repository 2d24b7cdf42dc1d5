"""Work in threads that Python started."""

import threading

import pytest
from qtpy.QtCore import QRunnable, QThreadPool

from jjjmap.session.python_thread import in_python_thread


def test_results_and_errors_come_back() -> None:
    assert in_python_thread(threading.get_ident) != threading.get_ident()
    with pytest.raises(ZeroDivisionError):
        in_python_thread(lambda: 1 // 0)


def test_projections_survive_in_the_pool_of_qt() -> None:
    import pyproj

    codes: list[int | None] = []

    class Job(QRunnable):
        def __init__(self, code: int) -> None:
            super().__init__()
            self.setAutoDelete(False)
            self._code = code

        def run(self) -> None:
            # Without the thread of its own, the second job on a thread of the pool crashes the process.
            codes.append(in_python_thread(lambda: pyproj.CRS.from_epsg(self._code).to_epsg()))

    pool = QThreadPool()
    pool.setMaxThreadCount(4)
    jobs = [Job(code) for code in (4326, 4490, 4546, 3857) * 10]
    for job in jobs:
        pool.start(job)
    assert pool.waitForDone(60_000)
    assert sorted(code or 0 for code in codes) == sorted([4326, 4490, 4546, 3857] * 10)
