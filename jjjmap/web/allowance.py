"""How often a page may say something: so many a second, more for a moment, and the rest is dropped."""

from __future__ import annotations

import time
from collections.abc import Callable


class Allowance:
    """A bucket that fills slowly.

    Parameters
    ----------
    per_s
        So many are taken a second, on the whole.
    burst
        So many are taken at once after a rest.
    clock
        Gives seconds that only go forward.
    """

    def __init__(self, per_s: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._left = float(burst)
        self._then = clock()
        self.dropped = 0
        """Refused since `dropped_before` was last asked."""

    def takes(self) -> bool:
        """Whether one more is taken now."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._then) * self._per_s)
        self._then = now
        if self._left < 1.0:
            self.dropped += 1
            return False
        self._left -= 1.0
        return True

    def dropped_before(self) -> int:
        """Return how many were refused since somebody last asked."""
        dropped, self.dropped = self.dropped, 0
        return dropped
