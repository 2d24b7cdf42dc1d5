"""What is said below a chart: how its marks are to be read, and what the same quantity is elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jjjmap.analysis.comparison import Comparable, Likeness
from jjjmap.analysis.series import (
    Series,
    Vintage,
    short_period,
    standing_name,
    time_order,
    vintage_name,
    vintage_of,
)
from jjjmap.catalogue.details import via_name
from jjjmap.catalogue.models import Catalogue, Figure
from jjjmap.catalogue.wording import figure_text, period_text
from jjjmap.export.charts import line_looks
from jjjmap.i18n import Language, _
from jjjmap.ui.richtext import NOTHING, Markup, element, join, link

FULL, STRIPED, HOLLOW = "■", "▨", "▢"
"""How the three looks of bars are written in a text; those of lines come with `charts.line_looks`."""

COMPARABLES_SHOWN = 5


class ChartTexts:
    """Writes captions in one language."""

    def __init__(self, catalogue: Catalogue, language: Language, mark_of: Callable[[str], int]) -> None:
        """Prepare to write.

        Parameters
        ----------
        catalogue
            Knows the names of scopes.
        language
            Of names and figures; sentences speak the language in use.
        mark_of
            Returns the number under which a source is cited, by its id.
        """
        self._catalogue = catalogue
        self._language = language
        self._mark_of = mark_of

    def scope_name(self, figure: Figure) -> str:
        """Return the name of the scope of a figure, short where there is a short one."""
        place = self._catalogue.places.get(figure.scope_id)
        if place is not None:
            return place.label(self._language)
        return via_name(self._catalogue, figure.scope_id, self._language) or figure.scope_id

    def legend(self, series: Sequence[Series], *, starts_at_zero: bool) -> Markup:
        """Say what is a line and what stands alone, and why."""
        looks: dict[tuple[str, str], list[Figure]] = {}
        entries: list[Markup] = []
        line_look = iter(line_looks([each for each in series if each.is_line]))
        for each in series:
            name = vintage_name(each.vintage)
            if each.is_line:
                span = f"{short_period(each.points[0].period)}–{short_period(each.points[-1].period)}"
                if each.contested:
                    # A revised series is contested because it was revised: the name alone hides that.
                    name = self._comma.join((name, _("说法不一或经过修订"))) if name else _("说法不一")
                entries.append(self._entry(next(line_look).sign, name, span, each.points))
            else:
                contested = each.contested and each.vintage is Vintage.UNSTATED
                name = name or (_("说法不一") if contested else "")
                looks.setdefault((_look(each.points[0]), name), []).extend(each.points)
        for (look, name), figures in looks.items():
            # Ordinary bars need no legend where there is nothing else.
            if name or entries or len(looks) > 1:
                figures.sort(key=time_order)
                periods = self._comma.join(dict.fromkeys(short_period(f.period) or "?" for f in figures))
                entries.append(self._entry(look, name, periods, figures))
        remarks = []
        if len(series) > 1:
            remarks.append(_("来源、批次或口径不同的数各自单列，不连成一线。"))
        if not starts_at_zero:
            remarks.append(_("纵轴不从 0 开始。"))
        if any(not point.period for each in series for point in each.points):
            remarks.append(_("“?”表示来源未写时期。"))
        lines = [join(entries, "　")] if entries else []
        if remarks:
            lines.append(element("span", self._space.join(remarks), css="small"))
        return element("p", join(lines, Markup("<br>"))) if lines else NOTHING

    def comparison(self, comparables: Sequence[Comparable], *, listed: bool = True) -> Markup:
        """List the same quantity elsewhere, each with its period and source.

        Parameters
        ----------
        comparables
            As `comparable_figures` returns them.
        listed
            False where the chart itself shows places of the same kind and unit.
        """
        titles = {
            Likeness.REGION: _("同指标·区域"),
            Likeness.LIKE: _("同指标·同类地点"),
            Likeness.OTHER: _("同指标·其他地点"),
        }
        lines = []
        for likeness, title in titles.items():
            group = [each for each in comparables if each.likeness is likeness]
            if not listed and likeness is Likeness.LIKE:
                # Beyond those on the chart; what is told in another multiple is not drawn.
                group = [each for each in group if not each.same_unit]
            if group:
                shown = join((self._compared(each) for each in group[:COMPARABLES_SHOWN]), self._semicolon)
                if len(group) > COMPARABLES_SHOWN:
                    shown = shown + _("等 {n} 处").format(n=len(group))
                lines.append(join((element("b", title), " ", shown)))
        if any(not each.same_period for each in comparables):
            lines.append(element("span", _("各取时期最近的一个数；时期不同的，不宜直接相比。"), css="small"))
        if any(not each.same_release for each in comparables):
            lines.append(element("span", _("批次不同的数，不宜直接相比。"), css="small"))
        return element("p", join(lines, Markup("<br>"))) if lines else NOTHING

    def alone(self) -> Markup:
        """Say that there is nothing to draw or to compare."""
        return element("p", _("这个指标只有这一个数，其他地点没有同名的数。"), css="small")

    def _compared(self, each: Comparable) -> Markup:
        figure = each.figure
        name: str | Markup = self.scope_name(figure)
        if figure.scope_id in self._catalogue.places:
            name = link("place", figure.scope_id, name)
        other_release = "" if each.same_release else _("批次不同")
        remark = self._comma.join(part for part in (standing_name(figure), other_release) if part)
        told = [
            name,
            " ",
            period_text(figure.period, self._language),
            " ",
            figure_text(figure, self._language),
        ]
        if remark:
            told.append(_("（{remark}）").format(remark=remark))
        return join((*told, self._cite((figure,))))

    def _entry(self, look: str, name: str, periods: str, figures: Sequence[Figure]) -> Markup:
        told = _("{name}：{periods}").format(name=name, periods=periods) if name else periods
        return join((element("b", look), " ", told, self._cite(figures)))

    def _cite(self, figures: Sequence[Figure]) -> Markup:
        marks = sorted({self._mark_of(figure.source_id): figure.source_id for figure in figures}.items())
        return Markup("&nbsp;") + join(
            link("source", source_id, f"[{mark}]", css="mark") for mark, source_id in marks
        )

    @property
    def _comma(self) -> str:
        return "、" if self._language is Language.ZH else ", "

    @property
    def _semicolon(self) -> str:
        return "；" if self._language is Language.ZH else "; "

    @property
    def _space(self) -> str:
        return "" if self._language is Language.ZH else " "


def _look(figure: Figure) -> str:
    if vintage_of(figure).is_open:
        return HOLLOW
    return STRIPED if figure.contested else FULL
