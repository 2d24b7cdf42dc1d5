"""Papers on which maps are printed, and how many pixels they are as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SMALLEST_MM: Final = 50.0
LARGEST_MM: Final = 1_200.0
"""Of either side: A0 is 1 189 mm long."""

LOWEST_DPI: Final = 96
HIGHEST_DPI: Final = 600
USUAL_DPI: Final = 300

MOST_PIXELS: Final = 300_000_000
"""Of a picture: A0 at 439 dpi. Hardly any program opens more."""

MM_PER_INCH: Final = 25.4


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it lies: landscape, the long side first."""

    id: str
    """As it is called in every language."""
    width_mm: float
    height_mm: float

    def upright(self) -> Paper:
        """Return the same paper in portrait."""
        return Paper(self.id, self.height_mm, self.width_mm)


A4: Final = Paper("A4", 297.0, 210.0)

PAPERS: Final[tuple[Paper, ...]] = (
    Paper("A5", 210.0, 148.0),
    A4,
    Paper("A3", 420.0, 297.0),
    Paper("A2", 594.0, 420.0),
    Paper("A1", 841.0, 594.0),
    Paper("A0", 1189.0, 841.0),
    # The slide of today's presentation programs: 13⅓ × 7½ inches.
    Paper("16:9", 338.67, 190.5),
)
"""From small to large, the slide last."""


def paper_named(name: str) -> Paper:
    """Return a paper by its id, in upper or lower case; raises KeyError if there is none."""
    return {paper.id: paper for paper in PAPERS}[name.strip().upper()]


def is_printable(width_mm: float, height_mm: float) -> bool:
    """Whether a sheet of this size can be drawn."""
    return all(SMALLEST_MM <= side <= LARGEST_MM for side in (width_mm, height_mm))


def pixels(width_mm: float, height_mm: float, dpi: float) -> tuple[int, int]:
    """Return width and height of a sheet as a picture."""
    return round(width_mm / MM_PER_INCH * dpi), round(height_mm / MM_PER_INCH * dpi)


def highest_dpi(width_mm: float, height_mm: float) -> int:
    """Return how fine a sheet may be drawn as a picture; never less than `LOWEST_DPI` for a printable one."""
    for dpi in range(HIGHEST_DPI, LOWEST_DPI, -1):
        width, height = pixels(width_mm, height_mm, dpi)
        if width * height <= MOST_PIXELS:
            return dpi
    return LOWEST_DPI
