"""What the tabs of the details dock say about a place, as markup; no widgets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jjjmap.catalogue.details import (
    LinkedPassage,
    PassageLink,
    PlaceDetails,
    RelatedPlace,
    Relation,
    via_name,
)
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind, Precision, Source
from jjjmap.catalogue.wording import (
    category_basis_text,
    category_name,
    date_text,
    evidence_name,
    evidence_text,
    kind_name,
    passage_link_text,
    precision_text,
    quality_name,
    relation_name,
    section_name,
)
from jjjmap.i18n import Language, _
from jjjmap.ui.richtext import NOTHING, Markup, element, join, link

COORDINATE_DECIMALS = {Precision.SITE: 5, Precision.TOWN: 2}
"""Decimals that a precision deserves; the others get no numbers at all."""

MENTIONS_SHOWN = 8

INDICATORS_SHOWN = 3


class PlaceTexts:
    """Writes about one place in one language; each tab is written when it is asked for."""

    def __init__(self, catalogue: Catalogue, details: PlaceDetails, language: Language) -> None:
        self._catalogue = catalogue
        self._details = details
        self._language = language
        self._marks = {source.id: number for number, source in enumerate(details.sources, start=1)}

    # The tabs.

    def overview(self) -> Markup:
        """Return what the place is and where it lies."""
        place = self._details.place
        parts = [self._note(place), self._facts(place), self._evidence(place)]
        return join(parts)

    def policy(self) -> Markup:
        """Return the passages that concern the place, the nearest first."""
        passages = self._details.passages
        if not passages:
            return element("p", self._nothing(_("目录中没有专门针对“{name}”的政策摘要。")), css="faint")
        parts = [element("p", _("以下为本程序按来源编写的摘要，不是原文。"), css="small")]
        own = [linked for linked in passages if linked.link is PassageLink.DIRECT]
        others = [linked for linked in passages if linked.link is not PassageLink.DIRECT]
        if not own:
            parts.append(
                element(
                    "p",
                    self._nothing(_("目录中没有专门针对“{name}”的政策摘要；下面是与它有关的。")),
                    css="faint",
                )
            )
        parts += [self._passage(linked) for linked in own]
        if own and others:
            parts.append(element("h3", _("相关政策")))
        parts += [self._passage(linked) for linked in others]
        return join(parts)

    def related(self) -> Markup:
        """Return related places under headings; each leads to the place."""
        if not self._details.related:
            return element("p", self._nothing(_("目录中没有与“{name}”相关的其他地点。")), css="faint")
        parts = []
        for relation in Relation:
            group = [related for related in self._details.related if related.relation is relation]
            if group:
                heading = element(
                    "h3", relation_name(relation), " ", element("span", str(len(group)), css="small")
                )
                parts += [heading, self._related_group(group)]
        return join(parts)

    def sources(self) -> Markup:
        """Return the numbered list of sources."""
        if not self._details.sources:
            return element("p", self._nothing(_("目录没有记下“{name}”的来源。")), css="faint")
        return join(
            self._source(number, source) for number, source in enumerate(self._details.sources, start=1)
        )

    def figure_notes(self) -> Markup:
        """Return the remarks to the figures, contested ones first; empty if there are none."""
        figures = [figure for figure in self._details.figures if figure.note(self._language)]
        figures.sort(key=lambda figure: not figure.contested)
        notes: dict[str, list[str]] = {}
        marks: dict[str, list[str]] = {}
        for figure in figures:
            note = ("⚠ " if figure.contested else "") + figure.note(self._language)
            notes.setdefault(note, []).append(figure.indicator(self._language))
            marks.setdefault(note, []).append(figure.source_id)
        return join(
            element(
                "p",
                note,
                self._cite(marks[note]),
                Markup("<br>"),
                element("span", self._some(list(dict.fromkeys(indicators))), css="small"),
            )
            for note, indicators in notes.items()
        )

    def no_figures(self) -> str:
        """Say that there are no figures."""
        return self._nothing(_("目录中没有“{name}”的数据。"))

    # Parts of the tabs.

    def _nothing(self, sentence: str) -> str:
        return sentence.format(name=self._details.place.name(self._language))

    def _cite(self, source_ids: Iterable[str]) -> Markup:
        """Return the marks of sources, each a link to its card."""
        marks = [
            link("source", source_id, f"[{self._marks[source_id]}]", css="mark")
            for source_id in dict.fromkeys(source_ids)
            if source_id in self._marks
        ]
        return Markup("&nbsp;") + join(marks) if marks else NOTHING

    def _some(self, indicators: list[str]) -> str:
        shown = self._comma.join(indicators[:INDICATORS_SHOWN])
        if len(indicators) <= INDICATORS_SHOWN:
            return _("关于：{indicators}").format(indicators=shown)
        return _("关于：{indicators}等 {n} 项").format(indicators=shown, n=len(indicators))

    def _place_link(self, place_id: str) -> Markup | str:
        place = self._catalogue.places.get(place_id)
        return link("place", place_id, place.name(self._language)) if place is not None else place_id

    def _place_links(self, place_ids: Sequence[str]) -> Markup:
        return join((self._place_link(place_id) for place_id in place_ids), self._comma)

    @property
    def _comma(self) -> str:
        return "、" if self._language is Language.ZH else ", "

    def _note(self, place: Place) -> Markup:
        note = place.note(self._language)
        return element("p", note, self._cite(place.source_ids)) if note else NOTHING

    def _facts(self, place: Place) -> Markup:
        rows: list[tuple[str, str | Markup]] = [(_("类型"), kind_name(place.kind))]
        if place.kind is PlaceKind.PLATFORM:
            basis = category_basis_text(place.category_basis)
            category = category_name(place.category)
            rows.append(
                (
                    _("类别"),
                    _("{category}（{basis}）").format(category=category, basis=basis) if basis else category,
                )
            )
        rows += self._cluster_rows(place)
        where = self._where(place)
        if where:
            rows.append((_("所在"), where))
        if place.parent_id and not place.kind.is_unit:
            rows.append((_("隶属"), self._place_link(place.parent_id)))
        rows.append((_("位置"), self._position(place)))
        if place.area_adcodes and place.kind is not PlaceKind.CLUSTER:
            rows.append((_("范围"), self._area(place)))
        code = place.id if place.kind.is_unit else place.county_adcode
        if code:
            rows.append((_("行政区划代码"), code))
        industries = [industry for industry in place.industries if industry not in ("", "-")]
        if industries and self._language is Language.ZH:
            rows.append((_("产业"), self._comma.join(industries)))
        if place.aliases:
            rows.append((_("别名"), self._comma.join(place.aliases)))
        # The same sources bear all of these rows, so they are named once, at the end.
        if place.source_ids:
            rows.append((_("以上出处"), self._cite(place.source_ids)))
        return element(
            "table",
            *(element("tr", element("td", name, css="label"), element("td", text)) for name, text in rows),
        )

    def _cluster_rows(self, place: Place) -> list[tuple[str, str | Markup]]:
        cluster = self._catalogue.clusters.get(place.id)
        if cluster is None:
            return []
        name = cluster.set_zh if self._language is Language.ZH else cluster.set_en
        rows: list[tuple[str, str | Markup]] = []
        if name:
            listed = _("{name}（{year}年）").format(name=name, year=cluster.year) if cluster.year else name
            rows.append((_("名单"), listed))
        chains = [
            self._catalogue.chains[chain_id]
            for chain_id in cluster.chain_ids
            if chain_id in self._catalogue.chains
        ]
        if chains:
            text = self._comma.join(chain.name(self._language) for chain in chains)
            rows.append(
                (_("产业链"), join((text, self._cite(key for chain in chains for key in chain.source_ids))))
            )
        if cluster.member_ids:
            rows.append((_("成员"), self._place_links(cluster.member_ids)))
        return rows

    def _where(self, place: Place) -> Markup | str:
        """Return the units that hold the place, the largest first; as printed where no code is known."""
        line: list[str] = []
        code = place.parent_id if place.kind.is_unit else place.county_adcode
        while (
            code in self._catalogue.places and code not in line and self._catalogue.places[code].kind.is_unit
        ):
            line.append(code)
            code = self._catalogue.places[code].parent_id
        if line:
            return join((self._place_link(code) for code in reversed(line)), " › ")
        if self._language is Language.EN:
            return ""
        printed = [
            text.replace("|", "、")
            for text in (place.province, place.city, place.county)
            if text not in ("", "-")
        ]
        return " › ".join(dict.fromkeys(printed))

    def _position(self, place: Place) -> str:
        said = precision_text(place.precision)
        decimals = COORDINATE_DECIMALS.get(place.precision)
        if decimals is None or place.lon is None or place.lat is None:
            return said
        return _("{lon}°E，{lat}°N（WGS-84）；{said}").format(
            lon=f"{place.lon:.{decimals}f}", lat=f"{place.lat:.{decimals}f}", said=said
        )

    def _area(self, place: Place) -> Markup:
        return join(
            (self._place_links(place.area_adcodes), _("；图上以所在县（市、区）界示意，不是实际范围。"))
        )

    def _evidence(self, place: Place) -> Markup:
        name = evidence_name(place.evidence)
        if not name:
            return NOTHING
        return join(
            (
                element("h3", _("与“2+4+46”名单的关系")),
                element(
                    "p", element("b", name), "　", evidence_text(place.evidence), self._cite(place.source_ids)
                ),
            )
        )

    def _passage(self, linked: LinkedPassage) -> Markup:
        passage = linked.passage
        language = self._language
        title = passage.title(language) or section_name(passage.section)
        why = passage_link_text(linked.link, via_name(self._catalogue, linked.via_id, language))
        about = _("{section} · {why}").format(section=section_name(passage.section), why=why)
        parts = [
            element("h4", title),
            element("p", passage.text(language), self._cite(passage.source_ids)),
        ]
        own = self._details.place.id
        mentions = [
            place_id
            for place_id in passage.place_ids
            if place_id != own and place_id in self._catalogue.places
        ]
        names = self._place_links(mentions[:MENTIONS_SHOWN])
        if len(mentions) > MENTIONS_SHOWN:
            names = names + _("等 {n} 处").format(n=len(mentions))
        also = (
            join((_("　另提到：") if own in passage.place_ids else _("　提到："), names))
            if mentions
            else NOTHING
        )
        parts.append(element("p", about, also, css="small"))
        return join(parts)

    def _related_group(self, group: list[RelatedPlace]) -> Markup:
        # Units are many and say no more than their names: they run on in one line.
        if all(each.place.kind.is_unit and each.distance_km is None for each in group):
            return element("p", self._place_links([each.place.id for each in group]))
        return join(element("p", self._related_line(each)) for each in group)

    def _related_line(self, related: RelatedPlace) -> Markup:
        about = [kind_name(related.place.kind)]
        if related.distance_km is not None:
            about.append(_("直线约 {km} 公里").format(km=_rounded_km(related.distance_km)))
        return join(
            (
                self._place_link(related.place.id),
                "　",
                element("span", " · ".join(about), css="small"),
            )
        )

    def _source(self, number: int, source: Source) -> Markup:
        about = [source.publisher, date_text(source.date, self._language), quality_name(source.quality)]
        # The word for a mirror says already that there is no link.
        where = source.link or ("" if source.quality == "mirror" else _("不提供链接"))
        return element(
            "p",
            link("source", source.id, f"[{number}]", css="mark"),
            " ",
            link("source", source.id, source.title),
            Markup("<br>"),
            element("span", " · ".join(part for part in (*about, where) if part), css="small"),
        )


def guide() -> Markup:
    """Return what the dock says while nothing is chosen."""
    return join(
        (
            element("h3", _("从哪里开始")),
            element(
                "p",
                element("b", _("在地图上点一下")),
                "　",
                _(
                    "点色块或符号：右侧列出它的政策摘要、数据、关联地点和来源。"
                    "几个要素重叠时，按 Tab 逐个查看。"
                ),
            ),
            element(
                "p",
                element("b", _("在左侧按名称找")),
                "　",
                _("在筛选框里输入地名、别名或英文名，回车即选中并在地图上定位。"),
            ),
            element(
                "p",
                element("b", _("顺着关联走")),
                "　",
                _("详情中的地名都可以点开；用“后退”“前进”回到看过的地点。"),
            ),
            element(
                "p", _("每句话、每个数字后面的 [1] [2] 是来源编号，点开可见标题、发布者和日期。"), css="faint"
            ),
            element(
                "p", _("本图为示意图。范围以县（市、区）界拼合，点位按各自的把握程度绘制。"), css="faint"
            ),
        )
    )


def _rounded_km(distance_km: float) -> str:
    return f"{distance_km:.1f}" if distance_km < 10 else f"{distance_km:.0f}"
