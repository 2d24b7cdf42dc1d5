"""What the benchmarks share: waiting for paint in a real event loop, memory of a process tree, medians."""

import os
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from qtpy.QtCore import QEventLoop, QTimer
from qtpy.QtWidgets import QWidget

PAINTED_COLOURS = 3
"""A page that shows at least so many colours is not blank."""


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Run the event loop until a condition holds."""
    deadline = time.monotonic() + seconds
    loop = QEventLoop()
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        QTimer.singleShot(2, loop.quit)
        loop.exec()


def is_painted(widget: QWidget) -> bool:
    """Whether a widget shows something."""
    image = widget.grab().toImage()
    xs, ys = range(3, image.width(), 7), range(3, image.height(), 7)
    return len({image.pixel(x, y) for x in xs for y in ys}) >= PAINTED_COLOURS


def tree_pss_mb() -> float:
    """Return the proportional memory of this process and all its descendants, in MB (Linux)."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # It ended while we looked.
            continue
        children.setdefault(parent, []).append(int(folder.name))
    pending, total_kb = [os.getpid()], 0
    while pending:
        pid = pending.pop()
        pending += children.get(pid, [])
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total_kb += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total_kb / 1024


def median(values: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def percentile_95(values: Iterable[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, int(len(ordered) * 0.95 + 0.5) - 1)]
