"""Counts per place as a layer of the map: units are filled by class, points are circles with a number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jjjmap.catalogue.models import PlaceKind
from jjjmap.i18n import Language, in_language
from jjjmap.maps.bridge import ShowTally, TalliedPoint, TalliedUnit, TallyClass

# Light to dark in lightness as well as in hue, so that it holds for every kind of colour vision and in grey.
_COLORS = ("#d4d7ea", "#b0aed3", "#8b86be", "#6a51a3", "#3f007d")
_INKS = ("#1a1a1a", "#1a1a1a", "#ffffff", "#ffffff", "#ffffff")
_RADII_PX = (6.5, 9.0, 11.5, 14.0, 17.0)
_LEVELS = (PlaceKind.PROVINCE, PlaceKind.CITY, PlaceKind.COUNTY)
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Counted:
    """A subject and how often it was counted."""

    subject_id: str
    count: int
    unit_kind: PlaceKind | None
    """Its level if it is an administrative unit, which is filled."""
    lon: float | None
    lat: float | None
    """Where the circle of any other subject stands, in degrees."""


def class_bounds(counts: Sequence[int]) -> tuple[int, ...]:
    """Return the lower bounds of at most five classes of counts, at round steps (1, 2, 5, 10, 20 and so on).

    Counts of names are skewed: most places are named once, a few very often. So classes grow by steps of
    about the same ratio, rather than to hold the same number of places; none is empty.
    """
    present = sorted(count for count in counts if count > 0)
    if not present:
        return ()
    steps = [step * 10**power for power in range(len(str(present[-1]))) for step in _STEPS]
    steps = [step for step in steps if step <= present[-1]]
    if len(steps) > len(_COLORS):
        last, gaps = len(steps) - 1, len(_COLORS) - 1
        steps = [steps[round(last * part / gaps)] for part in range(len(_COLORS))]
    ends = [*steps[1:], present[-1] + 1]
    return tuple(
        low for low, high in zip(steps, ends, strict=True) if any(low <= count < high for count in present)
    )


def tally_call(counted: Iterable[Counted], title: str, language: Language) -> ShowTally:
    """Return what tells the map to draw counts; what counts nothing or lies nowhere is not drawn.

    Parameters
    ----------
    title
        What was counted, as the legend says it.
    language
        Of the words in tip and legend.
    """
    _ = in_language(language)
    present = [each for each in counted if each.count > 0]
    bounds = class_bounds([each.count for each in present])
    if not bounds:
        return ShowTally()

    def class_of(count: int) -> int:
        return max(index for index, low in enumerate(bounds) if low <= count)

    def words(count: int) -> str:
        return _("（{n} 次）").format(n=count)

    first = len(_COLORS) - len(bounds) if len(bounds) > 1 else len(_COLORS) // 2
    highest = max(each.count for each in present)
    tops = [*(low - 1 for low in bounds[1:]), highest]
    classes = tuple(
        TallyClass(
            label=_("{n} 次").format(n=low)
            if low == high
            else _("{low}–{high} 次").format(low=low, high=high),
            color=_COLORS[first + index],
            ink=_INKS[first + index],
            radius_px=_RADII_PX[index],
        )
        for index, (low, high) in enumerate(zip(bounds, tops, strict=True))
    )
    units = sorted(
        (each for each in present if each.unit_kind is not None),
        key=lambda each: (_LEVELS.index(each.unit_kind or PlaceKind.COUNTY), each.subject_id),
    )
    return ShowTally(
        title,
        classes,
        tuple(TalliedUnit(each.subject_id, class_of(each.count), words(each.count)) for each in units),
        tuple(
            TalliedPoint(
                each.subject_id, class_of(each.count), words(each.count), str(each.count), each.lon, each.lat
            )
            # The larger circles lie below.
            for each in sorted(present, key=lambda each: (-each.count, each.subject_id))
            if each.unit_kind is None and each.lon is not None and each.lat is not None
        ),
    )
