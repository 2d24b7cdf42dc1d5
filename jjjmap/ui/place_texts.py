"""What the tabs of the details dock say about a place, as markup; no widgets."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from jjjmap.catalogue.details import (
    Disagreement,
    LinkedPassage,
    PassageLink,
    PlaceDetails,
    RelatedPlace,
    county_code,
    location_units,
)
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind, Source
from jjjmap.catalogue.wording import (
    area_text,
    category_basis_text,
    category_name,
    chain_tie_text,
    date_text,
    disagreement_line,
    disagreement_title,
    disagreements_title,
    evidence_name,
    evidence_text,
    industries_of,
    kind_name,
    linked_reason,
    no_direct_passages_text,
    no_figures_text,
    no_passages_text,
    no_related_text,
    no_sources_text,
    position_text,
    quality_name,
    related_heading,
    section_name,
)
from jjjmap.i18n import Language, _
from jjjmap.ui.richtext import NOTHING, Markup, element, join, link

if TYPE_CHECKING:
    from jjjmap.text.store.library import LibraryQuotation

logger = logging.getLogger(__name__)

MENTIONS_SHOWN = 8

QUOTED_AROUND_CHARS = 300
"""So much of a sentence is quoted before and behind the words in question."""

QUOTATIONS_SHOWN = 12

INDICATORS_SHOWN = 3

OWN_DIGESTS = ("place-digest", "cluster-digest")
"""Sections whose passages say what one place is."""

_OWN_LINKS = (PassageLink.DIRECT, PassageLink.REGION, PassageLink.POLICY)
"""Passages that are about the place itself."""


class PlaceTexts:
    """Writes about one place in one language; each tab is written when it is asked for."""

    def __init__(
        self,
        catalogue: Catalogue,
        details: PlaceDetails,
        language: Language,
        quotations: Sequence[LibraryQuotation] = (),
    ) -> None:
        self._catalogue = catalogue
        self._details = details
        self._quotations = quotations
        self._language = language
        self._marks = details.marks

    # The tabs.

    def overview(self) -> Markup:
        """Return what the place is and where it lies."""
        place = self._details.place
        parts = [self._own_digest(), self._facts(place), self._note(place), self._evidence(place)]
        return join(parts)

    def policy(self) -> Markup:
        """Return the passages that concern the place, the nearest first."""
        return join((self._digests(), self._quoted()))

    def _digests(self) -> Markup:
        passages = self._details.passages
        if not passages:
            return element("p", no_passages_text(self._name), css="faint")
        parts = [element("p", _("以下为本程序按来源编写的摘要，不是原文。"), css="small")]
        own = [linked for linked in passages if linked.link in _OWN_LINKS]
        others = [linked for linked in passages if linked.link not in _OWN_LINKS]
        if not own:
            parts.append(element("p", no_direct_passages_text(self._name), css="faint"))
        parts += [self._passage(linked) for linked in own]
        if own and others:
            parts.append(element("h3", _("相关政策")))
        parts += [self._passage(linked) for linked in others]
        return join(parts)

    def _quoted(self) -> Markup:
        """Return what the user's own documents say, verbatim and apart from our digests."""
        if not self._quotations:
            return NOTHING
        heading = join((_("您的文档中的原文"), " ", element("span", str(len(self._quotations)), css="small")))
        shown = self._quotations[:QUOTATIONS_SHOWN]
        parts = [element("h3", heading, css="quoted"), *(self._quotation(each) for each in shown)]
        if len(shown) < len(self._quotations):
            rest = _("在文库中查看全部 {n} 条").format(n=len(self._quotations))
            parts.append(element("p", link("library", self._details.place.id, rest)))
        return join(parts)

    def _quotation(self, quotation: LibraryQuotation) -> Markup:
        entry, said, start = quotation.entry, quotation.sentence, quotation.sentence_start
        # What has no full stop for pages is one sentence; here it stands around the words in question.
        at = max(0, quotation.mention.start - start - QUOTED_AROUND_CHARS)
        until = min(len(said), quotation.mention.end - start + QUOTED_AROUND_CHARS)
        words: list[str | Markup] = ["…"] if at else []
        for mention in quotation.mentions:
            # A mention may lie inside another one of the same place.
            if at <= mention.start - start and mention.end - start <= until:
                words += [said[at : mention.start - start], element("b", mention.text)]
                at = mention.end - start
        words += [said[at:until], "…" if until < len(said) else ""]
        where = f"{entry.id}/{quotation.mention.start}/{quotation.mention.end}"
        about = [
            _("《{title}》").format(title=entry.details.title or entry.file_name),
            entry.details.issuer,
            date_text(entry.details.date, self._language),
        ]
        if quotation.versions > 1:
            about.append(_("{n} 个版本都有").format(n=quotation.versions))
        return element(
            "blockquote",
            element("p", "“", *words, "”"),
            element(
                "p",
                " · ".join(part for part in about if part),
                "　",
                link("document", where, _("到原文")),
                css="small",
            ),
        )

    def related(self) -> Markup:
        """Return related places under headings; each leads to the place."""
        if not self._details.related:
            return element("p", no_related_text(self._name), css="faint")
        groups: dict[str, list[RelatedPlace]] = {}
        for related in self._details.related:
            groups.setdefault(related_heading(self._catalogue, related, self._language), []).append(related)
        parts = []
        for heading, group in groups.items():
            parts.append(element("h3", heading, " ", element("span", str(len(group)), css="small")))
            parts.append(self._related_group(group))
        return join(parts)

    def sources(self) -> Markup:
        """Return the numbered list of sources, above it what they disagree about."""
        if not self._details.sources:
            return element("p", no_sources_text(self._name), css="faint")
        listed = join(self._source(self._marks[source.id], source) for source in self._details.sources)
        disagreements = self._details.disagreements
        if not disagreements:
            return listed
        told = join(self._disagreement(each) for each in disagreements)
        return join((element("h3", disagreements_title()), told, element("h3", _("来源")), listed))

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
        return no_figures_text(self._name)

    # Parts of the tabs.

    @property
    def _name(self) -> str:
        return self._details.place.name(self._language)

    def _cite(self, source_ids: Iterable[str]) -> Markup:
        """Return the marks of sources, each a link to its card; one without a mark is logged."""
        marks = []
        for source_id in sorted(dict.fromkeys(source_ids), key=lambda key: self._marks.get(key, 0)):
            if source_id in self._marks:
                marks.append(link("source", source_id, f"[{self._marks[source_id]}]", css="mark"))
            else:
                logger.warning(
                    "%s cites %s, which is not among its sources", self._details.place.id, source_id
                )
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

    def _own_digest(self) -> Markup:
        """Return what our digests say about just this place: what it is, before any fact about it."""
        for linked in self._details.passages:
            passage = linked.passage
            is_own = passage.section in OWN_DIGESTS and passage.place_ids[:1] == (self._details.place.id,)
            if is_own and linked.link is PassageLink.DIRECT:
                return element("p", passage.text(self._language), self._cite(passage.source_ids))
        return NOTHING

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
        ties = [
            join((chain_tie_text(tie, self._language), self._cite(tie.source_ids)))
            for tie in self._details.chains
        ]
        if ties:
            rows.append((_("产业链"), join(ties, Markup("<br>"))))
        where = self._where(place)
        if where:
            rows.append((_("所在地"), where))
        if place.parent_id and not place.kind.is_unit:
            rows.append((_("隶属"), self._place_link(place.parent_id)))
        position = position_text(place)
        if position:
            rows.append((_("位置"), position))
        if place.area_adcodes and place.kind is not PlaceKind.CLUSTER:
            rows.append((_("范围"), self._area(place)))
        code = county_code(place)
        if code:
            rows.append((_("行政区划代码") if place.kind.is_unit else _("所在县区代码"), code))
        area = area_text(self._catalogue, place)
        if area:
            rows.append((_("面积"), area))
        industries = industries_of(place, self._language)
        if industries:
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
        if cluster.member_ids:
            rows.append((_("成员"), self._place_links(cluster.member_ids)))
        return rows

    def _where(self, place: Place) -> Markup:
        """Return the units that the place lies in, each a link."""
        levels = location_units(self._catalogue, place)
        return join((self._place_links([unit.id for unit in level]) for level in levels), " › ")

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
        why = linked_reason(self._catalogue, linked, language)
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

    def _disagreement(self, disagreement: Disagreement) -> Markup:
        """Return figures that do not agree, two and two beside one another, and what is said about them."""
        title = disagreement_title(disagreement, self._catalogue, self._details.place, self._language)
        cells = [
            element(
                "td",
                disagreement_line(figure, self._details, self._language, with_indicator=not title),
                self._cite((figure.source_id,)),
            )
            for figure in disagreement.figures
        ]
        rows = [element("tr", *cells[first : first + 2]) for first in range(0, len(cells), 2)]
        notes = (element("p", note, css="small") for note in disagreement.notes(self._language))
        heading = element("h4", title) if title else NOTHING
        return join((heading, element("table", *rows), *notes))

    def _source(self, number: int, source: Source) -> Markup:
        about = [source.publisher, date_text(source.date, self._language), quality_name(source.quality)]
        # The word for a mirror says already that there is no link; the user's own document opens.
        where = source.link or ("" if source.quality == "mirror" or source.is_users else _("不提供链接"))
        scheme = "document" if source.is_users else "source"
        return element(
            "p",
            link(scheme, source.id, f"[{number}]", css="mark"),
            " ",
            link(scheme, source.id, source.title),
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
