"""What the policy browser says about a passage and the places that it leads to, as markup; no widgets."""

from __future__ import annotations

from collections.abc import Sequence

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.outline import Mention, MentionWay, OutlineItem
from jjjmap.catalogue.wording import kind_name, section_name
from jjjmap.i18n import Language, _
from jjjmap.ui.richtext import NOTHING, Markup, element, join, link
from jjjmap.ui.source_marks import SourceMarks


def way_text(catalogue: Catalogue, mention: Mention, language: Language) -> str:
    """Say which way a passage leads to a place, as the heading of all places of that way."""
    match mention.way:
        case MentionWay.DIRECT:
            return _("这一条点名的")
        case MentionWay.ITEM:
            return _("要点“{title}”提到").format(title=catalogue.passages[mention.via_id].title(language))
        case MentionWay.CLUSTER:
            return _("经产业集群“{name}”（成员）").format(
                name=catalogue.places[mention.via_id].name(language)
            )
        case MentionWay.CHAIN:
            return _("经产业链“{name}”（环节所在地）").format(
                name=catalogue.chains[mention.via_id].name(language)
            )


def ways_text(mentions: Sequence[Mention]) -> str:
    """Say how many places a passage leads to, and how many by which way."""
    names = {
        MentionWay.DIRECT: _("直接 {n}"),
        MentionWay.ITEM: _("经要点 {n}"),
        MentionWay.CLUSTER: _("经集群 {n}"),
        MentionWay.CHAIN: _("经产业链 {n}"),
    }
    counts = {way: sum(mention.way is way for mention in mentions) for way in MentionWay}
    return " · ".join(names[way].format(n=n) for way, n in counts.items() if n)


class PolicyTexts:
    """Writes about one passage in one language."""

    def __init__(
        self,
        catalogue: Catalogue,
        item: OutlineItem,
        mentions: Sequence[Mention],
        marks: SourceMarks,
        language: Language,
    ) -> None:
        self._catalogue = catalogue
        self._item = item
        self._mentions = mentions
        self._marks = marks
        self._language = language

    def page(self, relation: str = "") -> Markup:
        """Return the digest in both languages, then the places.

        Parameters
        ----------
        relation
            Why it concerns the place that the outline is filtered by, a sentence; may be empty.
        """
        return join((self._digest(relation), self._items(), self._chains(), self._places()))

    def _digest(self, relation: str) -> Markup:
        passage, language = self._item.passage, self._language
        other = Language.EN if language is Language.ZH else Language.ZH
        number = f"{self._item.number}　" if self._item.number else ""
        about = [section_name(passage.section), _("摘要由本程序编写，不是原文")]
        return join(
            (
                element("h3", number, passage.title(language) or section_name(passage.section)),
                element("p", passage.text(language), self._marks.cite(passage.source_ids)),
                element("p", element("b", passage.title(other)), "　", passage.text(other), css="small")
                if passage.text(other)
                else NOTHING,
                element("p", relation) if relation else NOTHING,
                element("p", " · ".join(about), css="small"),
            )
        )

    def _items(self) -> Markup:
        if not self._item.items:
            return NOTHING
        lines = (
            element(
                "p",
                link("passage", below.passage.id, f"{below.number}　{below.passage.title(self._language)}"),
                "　",
                element("span", below.passage.text(self._language), css="small"),
                self._marks.cite(below.passage.source_ids),
            )
            for below in self._item.items
        )
        return join((element("h4", _("要点")), *lines))

    def _chains(self) -> Markup:
        chains = self._catalogue.chains
        named = [chain_id for chain_id in self._item.passage.chain_ids if chain_id in chains]
        if not named:
            return NOTHING
        links = (link("chain", chain_id, chains[chain_id].name(self._language)) for chain_id in named)
        return join((element("h4", _("提到的产业链")), element("p", join(links, self._comma))))

    def _places(self) -> Markup:
        if not self._mentions:
            return join(
                (
                    element("h4", _("图上的地点")),
                    element("p", _("这一条没有提到具体的地点、集群或产业链。"), css="faint"),
                )
            )
        groups: dict[str, list[Mention]] = {}
        for mention in self._mentions:
            heading = way_text(self._catalogue, mention, self._language)
            groups.setdefault(heading, []).append(mention)
        title = _("图上的地点：{n} 处").format(n=len(self._mentions))
        return join((element("h4", title), *(self._group(name, group) for name, group in groups.items())))

    def _group(self, heading: str, group: Sequence[Mention]) -> Markup:
        places = (self._catalogue.places[mention.place_id] for mention in group)
        names = (
            link("place", place.id, place.name(self._language))
            if place.kind.is_unit
            else join(
                (
                    link("place", place.id, place.name(self._language)),
                    " ",
                    element("span", kind_name(place.kind), css="small"),
                )
            )
            for place in places
        )
        return element(
            "p",
            element("span", _("{way} {n}：").format(way=heading, n=len(group)), css="small"),
            join(names, self._comma),
        )

    @property
    def _comma(self) -> str:
        return "、" if self._language is Language.ZH else ", "
