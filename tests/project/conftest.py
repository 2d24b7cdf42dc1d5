from collections.abc import Iterator

import pytest
from made_projects import OneWorker

from jjjmap.project import opening


@pytest.fixture(scope="module")
def one_worker() -> Iterator[None]:
    """Projects of this file of tests are opened by one process: to start one takes longer than to open."""
    worker = OneWorker()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "WorkerProcess", worker)
        yield
    worker.close()
