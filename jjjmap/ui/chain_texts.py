"""What the chain dock says about a chain beside its picture, as markup; no widgets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jjjmap.catalogue.chain_graph import ChainGraph
from jjjmap.catalogue.models import Catalogue, Chain
from jjjmap.catalogue.wording import (
    chain_wording_text,
    figure_text,
    period_text,
    region_name,
    section_name,
)
from jjjmap.i18n import Language, _, language
from jjjmap.ui.richtext import NOTHING, Markup, element, escape, join, link
from jjjmap.ui.source_marks import SourceMarks

REGIONS = ("北京", "天津", "河北")
"""Keys of `Chain.roles`, in the order of the cards."""


def wording_text(chain: Chain) -> str:
    """Say what the chain was called in 2023 and later, in the language in use."""
    return chain_wording_text(chain, language())


class ChainTexts:
    """Writes about one chain in one language."""

    def __init__(
        self, catalogue: Catalogue, graph: ChainGraph, marks: SourceMarks, language: Language
    ) -> None:
        self._catalogue = catalogue
        self._graph = graph
        self._marks = marks
        self._language = language

    def page(self, card_color: str, *, cards_abreast: bool) -> Markup:
        """Return names, roles, weak links, figures, clusters and passages.

        Parameters
        ----------
        card_color
            Ground of the three cards, e.g. ``"#f4f4f4"``.
        cards_abreast
            Whether the cards stand side by side rather than one above the other.
        """
        parts = [self._names(), self._cards(card_color, abreast=cards_abreast), self._chokepoints()]
        return join((*parts, self._figures(), self._clusters(), self._passages()))

    def _names(self) -> Markup:
        chain = self._graph.chain
        cited = self._marks.cite(chain.source_ids)
        if chain.lead_by:
            names = self._comma.join(map(region_name, chain.lead_by.split("|")))
            lead = _("牵头：{name}").format(name=names)
        else:
            lead = _("牵头方：所读来源没有写明")
        said = element("p", chain_wording_text(chain, self._language), cited, Markup("<br>"), lead)
        return join((element("h3", chain.name(self._language)), said))

    def _cards(self, color: str, *, abreast: bool) -> Markup:
        cards = [self._card(region) for region in REGIONS]
        cell = '<td width="{width}" bgcolor="{color}">{card}</td>'
        width = "33%" if abreast else "100%"
        cells = [cell.format(width=width, color=escape(color), card=card.html) for card in cards]
        rows = "".join(cells) if abreast else "</tr><tr>".join(cells)
        table = Markup(f'<table width="100%" cellspacing="4" cellpadding="6"><tr>{rows}</tr></table>')
        return join((element("h4", _("三地分工")), table))

    def _card(self, region: str) -> Markup:
        chain = self._graph.chain
        roles = chain.roles if self._language is Language.ZH else chain.roles_en
        role = roles.get(region, "")
        name = element("b", region_name(region))
        if not role:
            return join((name, "　", element("span", _("没有来源说明分工"), css="small")))
        return join((name, "　", role, self._marks.cite(chain.source_ids)))

    def _chokepoints(self) -> Markup:
        chain = self._graph.chain
        text = chain.chokepoints_zh if self._language is Language.ZH else chain.chokepoints_en
        said = (
            join((text, self._marks.cite(chain.source_ids)))
            if text
            else element("span", _("资料库没有记下。"), css="small")
        )
        return join((element("h4", _("堵点与卡点")), element("p", said)))

    def _figures(self) -> Markup:
        figures = self._graph.figures
        if not figures:
            return join(
                (element("h4", _("数据")), element("p", _("资料库中没有整条链的数据。"), css="faint"))
            )
        lines = []
        for figure in figures:
            value = ("⚠ " if figure.contested else "") + figure_text(figure, self._language)
            about = [period_text(figure.period, self._language), figure.comparison(self._language)]
            if figure.contested:
                about.append(figure.note(self._language))
            lines.append(
                element(
                    "p",
                    figure.indicator(self._language),
                    "　",
                    element("b", value),
                    "　",
                    element("span", " · ".join(text for text in about if text), css="small"),
                    self._marks.cite((figure.source_id,)),
                )
            )
        return join((element("h4", _("数据")), *lines))

    def _clusters(self) -> Markup:
        if not self._graph.clusters:
            return NOTHING
        sets: dict[str, list[str]] = {}
        for cluster in self._graph.clusters:
            name = cluster.set_zh if self._language is Language.ZH else cluster.set_en
            sets.setdefault(name, []).append(cluster.id)
        lines = (
            element("p", element("span", _("{name}：").format(name=name), css="small"), self._places(ids))
            for name, ids in sets.items()
        )
        return join((element("h4", _("本链的产业集群")), *lines))

    def _passages(self) -> Markup:
        if not self._graph.passages:
            return NOTHING
        lines = (
            element(
                "p",
                link("passage", passage.id, passage.title(self._language)),
                "　",
                element("span", section_name(passage.section), css="small"),
            )
            for passage in self._graph.passages
        )
        return join((element("h4", _("提到本链的政策")), *lines))

    def _places(self, place_ids: Sequence[str]) -> Markup:
        places = self._catalogue.places
        return join(
            (
                link("place", place_id, places[place_id].name(self._language))
                for place_id in place_ids
                if place_id in places
            ),
            self._comma,
        )

    @property
    def _comma(self) -> str:
        return "、" if self._language is Language.ZH else ", "


def chains_of_place(
    catalogue: Catalogue, place_id: str, chain_ids: Iterable[str], language: Language
) -> Markup:
    """Return the line that names the chains of the chosen place, each a link."""
    place = catalogue.places[place_id]
    names = [link("chain", chain_id, catalogue.chains[chain_id].name(language)) for chain_id in chain_ids]
    if not names:
        return element(
            "span", _("“{name}”不在资料库记下的产业链环节里。").format(name=place.name(language)), css="faint"
        )
    comma = "、" if language is Language.ZH else ", "
    return join((_("“{name}”所在产业链：").format(name=place.name(language)), join(names, comma)))
