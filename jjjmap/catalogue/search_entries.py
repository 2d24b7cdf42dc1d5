"""What a search looks through: one entry for each record of the catalogue, its words folded once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from jjjmap.catalogue import wording
from jjjmap.catalogue.details import via_name
from jjjmap.catalogue.matching import fold
from jjjmap.catalogue.models import REGION_ID, Catalogue, Chain, Figure, Passage, Place, PlaceKind, Source
from jjjmap.i18n import Language, speaking

Command = tuple[str, str]
"""Id of something that the window can do, and its title in the language in use."""
Record = Place | Chain | Passage | Figure | Source | str
"""What an entry stands for; of a command only the title."""

_WORDS_FOR_KINDS = {
    PlaceKind.WING: ("两翼",),
    PlaceKind.ZONE: ("四区", "四大功能区", "四大战略合作功能区"),
}
"""What policy calls all places of a kind together; an alias would say it of each alone."""

_CIRCLES = ("三圈", "三大都市圈")
_FIVE_CLUSTERS = "五群"
_KEY_CHAINS = ("六链", "六条链")
_WEAK_LINKS = ("堵点", "卡点")

_UNIT_SUFFIXES = ("省", "市", "区", "县")


class SearchKind(StrEnum):
    """What a hit is. The value is the word used on the command line."""

    PLACE = "place"
    CLUSTER = "cluster"
    CHAIN = "chain"
    POLICY = "policy"
    FIGURE = "figure"
    SOURCE = "source"
    DOCUMENT = "document"
    """Of the user's library, which the catalogue knows nothing of; found by `text.fulltext.search`."""
    LAYER = "layer"
    """Opened or made by the user, which the catalogue knows nothing of; found by the window alone."""
    COMMAND = "command"


class Name(NamedTuple):
    """One way to call a record; a tuple, for there are thousands of them."""

    folded: str
    printed: str
    is_main: bool
    """Whether it is the name proper, not a short one or an alias."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as a search sees it."""

    kind: SearchKind
    id: str
    record: Record
    names: tuple[Name, ...]
    codes: tuple[str, ...]
    """Folded texts that find it only as a whole."""
    blob: str
    """All that can be found in it by its letters, folded: first the names, then what is said about it."""
    names_end: int
    """Where in `blob` the names end."""
    order: tuple[int, ...]
    """Among equals."""

    @property
    def is_unit(self) -> bool:
        """Whether it is an administrative unit."""
        return isinstance(self.record, Place) and self.record.kind.is_unit


def entries_of(catalogue: Catalogue) -> list[Entry]:
    """Return an entry for each place, chain, passage, figure and source."""
    return list(_EntryMaker(catalogue).entries())


def command_entries(commands: Sequence[Command]) -> list[Entry]:
    """Return an entry for each command."""
    make = _EntryMaker(Catalogue())
    return [
        make.entry(SearchKind.COMMAND, command_id, title, (title,), (), (n,))
        for n, (command_id, title) in enumerate(commands)
    ]


class _EntryMaker:
    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        # Kept as long as entries are made: names of scopes and units come again and again.
        self._fold = cache(fold)

    def entries(self) -> Iterator[Entry]:
        yield from self._place_entries()
        yield from self._chain_entries()
        yield from self._passage_entries()
        yield from self._figure_entries()
        yield from self._source_entries()

    def entry(
        self,
        kind: SearchKind,
        entry_id: str,
        record: Record,
        main_names: Iterable[str],
        texts: Iterable[str],
        order: tuple[int, ...],
        *,
        aliases: Iterable[str] = (),
        codes: Iterable[str] = (),
    ) -> Entry:
        folding = self._fold
        names: dict[str, Name] = {}
        for is_main, some in ((True, main_names), (False, aliases)):
            for name in some:
                folded = folding(name)
                if folded and folded not in names:
                    names[folded] = Name(folded, name, is_main)
        called = "\n".join(names)
        return Entry(
            kind,
            entry_id,
            record,
            tuple(names.values()),
            tuple(map(folding, (entry_id, *codes))),
            "\n".join((called, *map(folding, texts))),
            len(called),
            order,
        )

    def _place_entries(self) -> Iterator[Entry]:
        kind_names = _kind_names()
        kinds = list(PlaceKind)
        for n, place in enumerate(self.catalogue.places.values()):
            aliases = [place.short_zh, place.short_en, *place.aliases, *_WORDS_FOR_KINDS.get(place.kind, ())]
            if place.kind is PlaceKind.METRO_CIRCLE and not place.parent_id:
                aliases += _CIRCLES  # Rings of a circle are parts of it.
            codes: list[str] = []
            if place.kind.is_unit:
                aliases.append(place.id)
                if len(place.name_zh) > 2 and place.name_zh.endswith(_UNIT_SUFFIXES):
                    codes.append(place.name_zh[:-1])
            texts = [
                *kind_names[place.kind],
                place.province,
                place.city,
                place.county,
                *self._english_units(place),
                place.category,
                *place.industries,
                place.note_zh,
                place.note_en,
            ]
            kind = SearchKind.PLACE
            cluster = self.catalogue.clusters.get(place.id)
            if cluster is not None:
                kind = SearchKind.CLUSTER
                if cluster.set_zh == _FIVE_CLUSTERS:
                    aliases.append(_FIVE_CLUSTERS)
                texts += [cluster.set_zh, cluster.set_en, str(cluster.year)]
                for member_id in cluster.member_ids:
                    member = self.catalogue.places.get(member_id)
                    texts += [member.name_zh, member.name_en] if member is not None else []
            yield self.entry(
                kind,
                place.id,
                place,
                (place.name_zh, place.name_en),
                texts,
                (kinds.index(place.kind), n),
                aliases=aliases,
                codes=codes,
            )

    def _english_units(self, place: Place) -> Iterator[str]:
        """Yield the English names of the units that a place lies in; its Chinese ones stand in the record."""
        unit = self.catalogue.places.get(place.parent_id if place.kind.is_unit else place.county_adcode)
        for _level in range(3):
            if unit is None or not unit.kind.is_unit:
                return
            yield unit.name_en
            unit = self.catalogue.places.get(unit.parent_id)

    def _chain_entries(self) -> Iterator[Entry]:
        nodes: dict[str, list[str]] = {}
        for node in self.catalogue.chain_nodes.values():
            nodes.setdefault(node.chain_id, []).extend((node.name_zh, node.name_en))
        for n, chain in enumerate(self.catalogue.chains.values()):
            yield self.entry(
                SearchKind.CHAIN,
                chain.id,
                chain,
                (chain.name_zh_2024 or chain.name_zh_2023, chain.name_en),
                (
                    *nodes.get(chain.id, ()),
                    *chain.roles.values(),
                    *chain.roles_en.values(),
                    chain.chokepoints_zh,
                    chain.chokepoints_en,
                    chain.lead_by,
                ),
                (n,),
                aliases=(
                    chain.name_zh_2023,
                    chain.name_en_2023,
                    # The chains named for early planning are none of the six.
                    *(_KEY_CHAINS if chain.name_zh_2023 else ()),
                    *(_WEAK_LINKS if chain.name_zh_2023 and chain.chokepoints_zh else ()),
                ),
            )

    def _passage_entries(self) -> Iterator[Entry]:
        for n, passage in enumerate(self.catalogue.passages.values()):
            yield self.entry(
                SearchKind.POLICY,
                passage.id,
                passage,
                (passage.title_zh, passage.title_en),
                (passage.text_zh, passage.text_en),
                (n,),
                codes=(passage.number,),
            )

    def _figure_entries(self) -> Iterator[Entry]:
        names = {
            scope_id: [via_name(self.catalogue, scope_id, language) for language in Language]
            for scope_id in {figure.scope_id for figure in self.catalogue.figures.values()}
        }
        for n, figure in enumerate(self.catalogue.figures.values()):
            year = figure.period.rpartition("/")[2][:4]
            yield self.entry(
                SearchKind.FIGURE,
                figure.id,
                figure,
                (figure.indicator_zh, figure.indicator_en),
                (
                    *names[figure.scope_id],
                    f"{figure.value:f}",
                    f"{figure.value:,f}",
                    figure.unit_zh,
                    figure.unit_en,
                    figure.period,
                    figure.comparison_zh,
                    figure.comparison_en,
                ),
                # The whole region before its parts, the newest first.
                (figure.scope_id != REGION_ID, -int(year) if year.isdigit() else 0, n),
            )

    def _source_entries(self) -> Iterator[Entry]:
        newest_first = sorted(self.catalogue.sources.values(), key=lambda source: source.date, reverse=True)
        for n, source in enumerate(newest_first):
            yield self.entry(
                SearchKind.SOURCE, source.id, source, (source.title,), (source.publisher, source.date), (n,)
            )


def _kind_names() -> dict[PlaceKind, tuple[str, ...]]:
    """Return the names of the kinds in both languages."""
    named: dict[PlaceKind, tuple[str, ...]] = dict.fromkeys(PlaceKind, ())
    for language in Language:
        with speaking(language):
            for kind in PlaceKind:
                named[kind] += (wording.kind_name(kind),)
    return named
