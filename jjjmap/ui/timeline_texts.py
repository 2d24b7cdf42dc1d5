"""What the timeline says about a moment, as markup; no widgets."""

from __future__ import annotations

from collections.abc import Sequence

from jjjmap.catalogue.chronology import Chronology, Event, Founding, Moment
from jjjmap.catalogue.details import via_name
from jjjmap.catalogue.models import REGION_ID, Catalogue, Figure
from jjjmap.catalogue.wording import date_text, figure_text, period_text
from jjjmap.i18n import Language, _
from jjjmap.ui.models.figures_model import CONTESTED
from jjjmap.ui.richtext import NOTHING, Markup, element, join, link
from jjjmap.ui.source_marks import SourceMarks


def moment_text(moment: Moment | None, language: Language) -> str:
    """Return a moment in words."""
    return _("不限时间") if moment is None else date_text(moment.iso, language)


class TimelineTexts:
    """Writes about one moment in one language."""

    def __init__(
        self,
        catalogue: Catalogue,
        chronology: Chronology,
        moment: Moment | None,
        place_id: str,
        language: Language,
    ) -> None:
        """Gather what is to be written.

        Parameters
        ----------
        moment
            None where time does not matter.
        place_id
            The chosen place, whose figures stand beside those of the region; may be empty.
        """
        self._catalogue = catalogue
        self._moment = moment
        self._language = language
        if moment is None:
            self._now: tuple[Event, ...] = ()
            self._undated: tuple[Event, ...] = ()
            self._before = tuple(reversed(chronology.events))
            self._not_yet: tuple[Founding, ...] = ()
        else:
            self._now = chronology.in_moment(moment)
            self._undated = chronology.in_year_without_month(moment)
            self._before = chronology.before(moment)
            self._not_yet = chronology.not_yet(moment)
        self._last_date = chronology.last_milestone_date
        scopes = [REGION_ID, place_id] if place_id and place_id != REGION_ID else [REGION_ID]
        self._figures: dict[str, tuple[Figure, ...]] = {
            scope: chronology.figures_of(scope, moment.year) if moment is not None else () for scope in scopes
        }
        shown = (*self._now, *self._undated, *self._before)
        self.event_marks = SourceMarks(source_id for event in shown for source_id in event.source_ids)
        self.figure_marks = SourceMarks(
            figure.source_id for figures in self._figures.values() for figure in figures
        )

    def events(self) -> Markup:
        """Return what happened at the moment and before, and which places were still to come."""
        if self._moment is None:
            return join((self._heading(_("全部大事和目标年"), len(self._before)), *self._lines(self._before)))
        name = moment_text(self._moment, self._language)
        happened = [event for event in self._now if not event.is_target]
        targets = [event for event in (*self._now, *self._undated) if event.is_target]
        undated = [event for event in self._undated if not event.is_target]
        parts = [self._heading(name, len(happened))]
        parts += self._lines(happened) or [element("p", self._nothing(), css="faint")]
        if undated:
            year = date_text(str(self._moment.year), self._language)
            parts.append(self._heading(_("{year}，来源没写月份").format(year=year), len(undated)))
            parts += self._lines(undated)
        if targets:
            parts += [self._heading(_("以这一年为目标"), len(targets)), *self._lines(targets)]
        if self._before:
            parts += [self._heading(_("此前"), len(self._before)), *self._lines(self._before)]
        return join((*parts, self._still_to_come()))

    def figures(self) -> Markup:
        """Return the figures of the year: those of the region, then those of the chosen place."""
        if self._moment is None:
            return element("p", _("选定一个年份，这里列出京津冀和所选地点当年的数据。"), css="faint")
        return join(self._figures_of(scope, figures) for scope, figures in self._figures.items())

    def _nothing(self) -> str:
        if self._moment is not None and self._moment.iso > self._last_date:
            last = date_text(self._last_date, self._language)
            return _("资料库里的大事记到{date}为止，此后只有目标年。").format(date=last)
        return _("资料库里没有这时的大事。")

    def _heading(self, name: str, count: int) -> Markup:
        return element("h4", name, " ", element("span", str(count), css="small"))

    def _lines(self, events: Sequence[Event]) -> list[Markup]:
        return [self._line(event) for event in events]

    def _line(self, event: Event) -> Markup:
        sign = "◇ " if event.is_target else ""
        places = [
            link("place", place_id, self._catalogue.places[place_id].label(self._language))
            for place_id in event.place_ids
            if place_id in self._catalogue.places
        ]
        date = element("span", date_text(event.date, self._language), css="label")
        return element(
            "p",
            date,
            "　",
            sign + event.title(self._language),
            self.event_marks.cite(event.source_ids),
            element("span", "　", join(places, self._comma), css="small") if places else NOTHING,
        )

    def _still_to_come(self) -> Markup:
        if not self._not_yet:
            return NOTHING
        names = (
            join(
                (
                    link(
                        "place",
                        founding.place_id,
                        self._catalogue.places[founding.place_id].label(self._language),
                    ),
                    " ",
                    element("span", self._since(founding), css="small"),
                )
            )
            for founding in self._not_yet
        )
        heading = self._heading(_("图上变淡：此时尚未设立，或尚未列入名单"), len(self._not_yet))
        return heading + element("p", join(names, self._comma))

    def _since(self, founding: Founding) -> str:
        date = founding.date[:7].replace("-", ".")
        return _("{date}列入名单").format(date=date) if founding.is_listing else date

    def _figures_of(self, scope_id: str, figures: Sequence[Figure]) -> Markup:
        assert self._moment is not None
        year = str(self._moment.year)
        title = _("{scope}，{year}").format(
            scope=via_name(self._catalogue, scope_id, self._language),
            year=date_text(year, self._language),
        )
        heading = self._heading(title, len(figures))
        if not figures:
            return heading + element("p", _("资料库没有这一年的数据。"), css="faint")
        rows = (
            element(
                "tr",
                element("td", figure.indicator(self._language)),
                element("td", self._value(figure)),
                element(
                    "td",
                    "" if figure.period == year else period_text(figure.period, self._language),
                    css="label",
                ),
                element("td", self.figure_marks.cite((figure.source_id,))),
            )
            for figure in figures
        )
        return heading + element("table", *rows)

    def _value(self, figure: Figure) -> str:
        value = figure_text(figure, self._language)
        return f"{CONTESTED} {value}" if figure.contested else value

    @property
    def _comma(self) -> str:
        return "、" if self._language is Language.ZH else ", "
