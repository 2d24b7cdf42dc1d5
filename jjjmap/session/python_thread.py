"""Runs a function in a thread that Python started, for what does not survive in threads that Qt started.

In a thread of a ``QThreadPool`` Python's own state of the thread is gone after every job. pyproj (3.7) keeps
its context there, while its pointer to it stays with the thread: the next job that uses pyproj on the same
thread crashes the program.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def in_python_thread(work: Callable[[], Result]) -> Result:
    """Return what a function returns, or raise what it raises, having run it in a thread of its own."""
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as exc:  # Raised again below, in the thread that waits.
            errors.append(exc)

    thread = threading.Thread(target=run, name="work")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
