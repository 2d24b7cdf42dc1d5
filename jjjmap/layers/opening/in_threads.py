"""Work on shapes in several threads: the geometry library lets go of the interpreter while it computes."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

_MOST_THREADS = 4
_LEAST_SHAPES = 1_000
"""Fewer are not worth a thread."""


def in_threads(function: Callable[[Any], Any], values: Any) -> Any:
    """Return what a function makes of n values, computed piece by piece at the same time.

    Parameters
    ----------
    function
        Takes an array and returns one of the same length.
    values
        n values.
    """
    count = min(_MOST_THREADS, os.cpu_count() or 1, len(values) // _LEAST_SHAPES)
    if count < 2:
        return function(values)
    with ThreadPoolExecutor(count, "shapes") as pool:
        # More pieces than threads: shapes differ in size.
        return np.concatenate(list(pool.map(function, np.array_split(values, 4 * count))))
