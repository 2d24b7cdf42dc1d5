"""What happened when: milestones, the years that plans aim at, and since when a place exists.

Only what the facts date is dated: a place without a founding date exists for all we know.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from jjjmap.catalogue.models import REGION_ID, Catalogue, Evidence, Figure, Milestone, PlaceKind
from jjjmap.catalogue.wording import figure_text
from jjjmap.i18n import Language


@dataclass(frozen=True, slots=True)
class Moment:
    """A year, or a month of a year."""

    year: int
    month: int | None = None
    """1 to 12; None for the whole year."""

    @property
    def iso(self) -> str:
        """The moment in ISO 8601."""
        return f"{self.year}" if self.month is None else f"{self.year}-{self.month:02}"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, or that is aimed at."""

    id: str
    date: str
    """ISO 8601 year, month or day."""
    title_zh: str
    title_en: str
    place_ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    is_target: bool = False
    """Whether it is the year of a goal or a plan rather than something that has happened."""

    @property
    def year(self) -> int:
        """The year that it is dated to."""
        return int(self.date[:4])

    @property
    def month(self) -> int | None:
        """The month that it is dated to; None if only the year is known."""
        return int(self.date[5:7]) if len(self.date) >= 7 else None

    def title(self, language: Language) -> str:
        """Return what it is in a language."""
        return self.title_zh if language is Language.ZH else self.title_en


@dataclass(frozen=True, slots=True)
class Founding:
    """Since when a place exists, and what says so."""

    place_id: str
    date: str
    """ISO 8601 year, month or day."""
    milestone_id: str = ""
    """Empty where the year is that of a cluster's list."""

    @property
    def is_listing(self) -> bool:
        """Whether the date tells since when it stands on a list, which it may well be older than."""
        return not self.milestone_id

    def is_after(self, moment: Moment) -> bool:
        """Whether the place did not exist yet; in doubt, e.g. within the year of the founding, it did."""
        year = int(self.date[:4])
        if moment.month is None or len(self.date) < 7:
            return year > moment.year
        return (year, int(self.date[5:7])) > (moment.year, moment.month)


_FOUNDS = re.compile(
    "设立|成立|挂牌|揭牌|授牌|通航|获批|试运行|复函支持|签约共建|新增|列入|名单公布|入选|启动"
)
"""Words of a milestone by which a place begins to exist: founded, approved, opened, put on a list."""

_FOUNDS_NOT = re.compile("规划|方案|考察|会$|发布会|座谈会|全线|在.+启动|年旅客|年吞吐量")
"""Plans and meetings about a place, and the last section of a road of which others were in use before."""

_LISTED = (Evidence.OFFICIAL, Evidence.CONFIRMED, Evidence.INDICATED, Evidence.BRIEFING)
_LIST_DATE = "2017-12"
"""Month of the list of platforms; whatever stood on it existed by then."""

_GOAL_YEAR = re.compile(r"到(20\d\d)年")
_PLAN_SPAN = re.compile(r"[（(](?:20\d\d)—(20\d\d)年?[）)]》?")
"""The years of a plan, with which its name ends; what follows says what became of it."""
_PLAN_VERB_EN = re.compile(r" (?:is |was )?(?:released|published|issued|approved|announced|explained|out)$")
_FIVE_CLUSTERS = "五群"
"""The clusters of one plan; all begin with it, also the one that has been worded anew since."""
_AIMED_AT = re.compile(r"(20\d\d)年目标")
_TARGET_FIGURE = re.compile("目标|规划旅客")


class Chronology:
    """The facts of a catalogue in the order of time."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        happened = (_as_event(milestone) for milestone in catalogue.milestones.values())
        self.events: tuple[Event, ...] = tuple(
            sorted((*happened, *_targets(catalogue)), key=lambda event: (event.year, event.date))
        )
        """Milestones and target years, the earliest first; within a year those without a month first."""
        self.foundings: dict[str, Founding] = _foundings(catalogue)
        """By place id; a place that is not here has no known beginning."""

    @property
    def first_year(self) -> int:
        """The year of the first event."""
        return self.events[0].year if self.events else 0

    @property
    def last_year(self) -> int:
        """The year of the last event, which may be a target."""
        return self.events[-1].year if self.events else 0

    @property
    def last_milestone_date(self) -> str:
        """When the last thing happened that the catalogue knows; empty if nothing did."""
        return max((event.date for event in self.events if not event.is_target), default="")

    @property
    def undated_count(self) -> int:
        """How many places, the region and its units apart, have no known beginning."""
        return sum(
            not place.kind.is_unit and place.id != REGION_ID and place.id not in self.foundings
            for place in self._catalogue.places.values()
        )

    def in_moment(self, moment: Moment) -> tuple[Event, ...]:
        """Return what is dated to a year, or to a month of it."""
        return tuple(
            event
            for event in self.events
            if event.year == moment.year and (moment.month is None or event.month == moment.month)
        )

    def count(self, moment: Moment) -> tuple[int, int]:
        """Return how much happened in a year or month, and how much was aimed at.

        What has a year only counts for the first month, so that a tick tells of it.
        """
        found = [*self.in_moment(moment), *(self.in_year_without_month(moment) if moment.month == 1 else ())]
        targets = sum(event.is_target for event in found)
        return len(found) - targets, targets

    def in_year_without_month(self, moment: Moment) -> tuple[Event, ...]:
        """Return what is dated to the year of a month, but to no month."""
        if moment.month is None:
            return ()
        return tuple(event for event in self.events if event.year == moment.year and event.month is None)

    def before(self, moment: Moment) -> tuple[Event, ...]:
        """Return what happened before a moment, the latest first; targets are not among it."""
        return tuple(
            event
            for event in reversed(self.events)
            if not event.is_target
            and (
                event.year < moment.year
                or (
                    event.year == moment.year
                    and moment.month is not None
                    and event.month is not None
                    and event.month < moment.month
                )
            )
        )

    def not_yet(self, moment: Moment) -> tuple[Founding, ...]:
        """Return the places that did not exist yet, the soonest first."""
        later = (founding for founding in self.foundings.values() if founding.is_after(moment))
        return tuple(sorted(later, key=lambda founding: (founding.date, founding.place_id)))

    def figures_of(self, scope_id: str, year: int) -> tuple[Figure, ...]:
        """Return the figures of a scope whose period lies in a year or ends with it."""
        return tuple(
            figure
            for figure in self._catalogue.figures.values()
            if figure.scope_id == scope_id and figure.period.rpartition("/")[2][:4] == str(year)
        )


def _as_event(milestone: Milestone) -> Event:
    return Event(
        milestone.id,
        milestone.date,
        milestone.title_zh,
        milestone.title_en,
        milestone.place_ids,
        (milestone.source_id,),
    )


def _targets(catalogue: Catalogue) -> Iterator[Event]:
    """Yield the years that goals, plans and figures aim at, each with the source that says so."""
    for passage in catalogue.passages.values():
        if passage.section == "goal" and (said := _GOAL_YEAR.search(passage.title_zh + passage.text_zh)):
            yield Event(
                f"target-{passage.id}",
                said[1],
                passage.title_zh,
                passage.title_en,
                passage.place_ids,
                passage.source_ids,
                True,
            )
    for milestone in catalogue.milestones.values():
        if said := _PLAN_SPAN.search(milestone.title_zh):
            plan_zh = milestone.title_zh[: said.end()]
            plan_en = _PLAN_VERB_EN.sub("", milestone.title_en)
            yield Event(
                f"target-{milestone.id}",
                said[1],
                f"规划期末：{plan_zh}",
                f"End of the plan: {plan_en}",
                milestone.place_ids,
                (milestone.source_id,),
                True,
            )
    for figure in catalogue.figures.values():
        place_ids = () if figure.scope_id == REGION_ID else (figure.scope_id,)
        if _TARGET_FIGURE.search(figure.indicator_zh) and figure.period:
            yield Event(
                f"target-{figure.id}",
                figure.period[:4],
                f"{figure.indicator_zh}：{figure_text(figure, Language.ZH)}",
                f"{figure.indicator_en}: {figure_text(figure, Language.EN)}",
                place_ids,
                (figure.source_id,),
                True,
            )
        elif said := _AIMED_AT.search(figure.comparison_zh):
            yield Event(
                f"target-{figure.id}",
                said[1],
                f"{figure.indicator_zh}：{_clause_with(said[1], figure.comparison_zh)}",
                f"{figure.indicator_en}: {_clause_with(said[1], figure.comparison_en)}",
                place_ids,
                (figure.source_id,),
                True,
            )


def _clause_with(year: str, text: str) -> str:
    """Return the part of a comparison that speaks of a year."""
    return next((clause.strip() for clause in re.split("[；;]", text) if year in clause), text)


def _foundings(catalogue: Catalogue) -> dict[str, Founding]:
    """Return since when places exist, as far as a milestone or the list of a cluster tells.

    A milestone counts only if nothing older is known of the place: a park that is named anew in 2024 but has
    figures of 2015 was not founded in 2024. Areas of a pilot free trade zone begin with the zone.
    """
    found: dict[str, Founding] = {}

    def add(founding: Founding) -> None:
        known = found.get(founding.place_id)
        if known is None or founding.date < known.date:
            found[founding.place_id] = founding

    known_since = _known_since(catalogue)
    for milestone in catalogue.milestones.values():
        if not _FOUNDS.search(milestone.title_zh) or _FOUNDS_NOT.search(milestone.title_zh):
            continue
        for place_id in milestone.place_ids:
            place = catalogue.places.get(place_id)
            if place is None or place.kind.is_unit or known_since.get(place_id, "9999") < milestone.date:
                continue
            add(Founding(place_id, milestone.date, milestone.id))
    plan_years = [each.year for each in catalogue.clusters.values() if each.set_zh == _FIVE_CLUSTERS]
    for cluster in catalogue.clusters.values():
        if cluster.year and cluster.id in catalogue.places:
            year = min(plan_years) if cluster.set_zh == _FIVE_CLUSTERS else cluster.year
            add(Founding(cluster.id, str(year)))
    for place in catalogue.places.values():
        parent = found.get(place.parent_id)
        if place.kind is PlaceKind.FTZ and parent is not None:
            add(Founding(place.id, parent.date, parent.milestone_id))
    return found


def _known_since(catalogue: Catalogue) -> dict[str, str]:
    """Return the earliest date at which a place must have existed already, where there is one."""
    dates: dict[str, list[str]] = defaultdict(list)
    for place in catalogue.places.values():
        if place.evidence in _LISTED:
            dates[place.id].append(_LIST_DATE)
    for figure in catalogue.figures.values():
        # Plans may speak of what does not exist; what has been counted does.
        if figure.period and not re.search("目标|规划|计划|投资|预计|设计|全长|新建", figure.indicator_zh):
            dates[figure.scope_id].append(_end(figure.period))
    return {place_id: min(known) for place_id, known in dates.items() if known}


def _end(period: str) -> str:
    """Return the date by which a period is over, so that a year does not count as its first month."""
    end = period.rpartition("/")[2]
    return f"{end}-12-31" if len(end) == 4 else f"{end}-31" if len(end) == 7 else end
