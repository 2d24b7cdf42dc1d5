"""Doubts about sources and texts: everything has a source and is there in both languages."""

import re
from collections.abc import Iterator

from jjjmap.catalogue.models import Catalogue
from jjjmap.findings import Finding
from jjjmap.i18n import _
from jjjmap.layers.checks_common import error, passage_where, place_where, stop_where

MEASURE_WORDS = frozenset("个家项条件户人辆张座")
"""Units that English counts without: the indicator names the thing, 256 个 are just 256."""

_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def check_sources(catalogue: Catalogue) -> Iterator[Finding]:
    """Everything that is said has a source, and every source is known."""
    cited: list[tuple[str, tuple[str, ...]]] = [
        *((place_where(place), place.source_ids) for place in catalogue.places.values()),
        *((passage_where(passage), passage.source_ids) for passage in catalogue.passages.values()),
        *(
            (f"catalogue/figures.csv#{figure.id}", (figure.source_id,) if figure.source_id else ())
            for figure in catalogue.figures.values()
        ),
        *((stop_where(stop), stop.source_ids) for stop in catalogue.corridor_stops),
        *((f"catalogue/chains.csv#{chain.id}", chain.source_ids) for chain in catalogue.chains.values()),
        *(
            (f"catalogue/chain_nodes.csv#{node.id}", node.source_ids)
            for node in catalogue.chain_nodes.values()
        ),
        *(
            (
                f"catalogue/milestones.csv#{milestone.id}",
                (milestone.source_id,) if milestone.source_id else (),
            )
            for milestone in catalogue.milestones.values()
        ),
    ]
    for where, source_ids in cited:
        if not source_ids:
            yield error("source-missing", where, _("没有写明来源。"), _("补上 sources.csv 里的来源编号。"))
        for source_id in source_ids:
            if source_id not in catalogue.sources:
                yield error(
                    "source-unknown",
                    where,
                    _("来源“{id}”不在 sources.csv 中。").format(id=source_id),
                    _("改正来源编号，或补上这个来源。"),
                )
    for source in catalogue.sources.values():
        where = f"catalogue/sources.csv#{source.id}"
        if not source.title.strip():
            yield error("source-untitled", where, _("来源没有标题。"), _("没见到标题时，用〔〕写一句说明。"))


def check_texts(catalogue: Catalogue) -> Iterator[Finding]:
    """Whatever the user reads is there in Chinese and in English."""
    required: list[tuple[str, str, str, str]] = []
    optional: list[tuple[str, str, str, str]] = []
    for place in catalogue.places.values():
        where = place_where(place)
        required.append((where, "name", place.name_zh, place.name_en))
        optional.append((where, "note", place.note_zh, place.note_en))
    for passage in catalogue.passages.values():
        where = passage_where(passage)
        required.append((where, "title", passage.title_zh, passage.title_en))
        required.append((where, "text", passage.text_zh, passage.text_en))
    for figure in catalogue.figures.values():
        where = f"catalogue/figures.csv#{figure.id}"
        required.append((where, "indicator", figure.indicator_zh, figure.indicator_en))
        if figure.unit_zh not in MEASURE_WORDS:
            optional.append((where, "unit", figure.unit_zh, figure.unit_en))
        optional.append((where, "comparison", figure.comparison_zh, figure.comparison_en))
        optional.append((where, "note", figure.note_zh, figure.note_en))
    for cluster in catalogue.clusters.values():
        required.append((f"catalogue/clusters.csv#{cluster.id}", "set", cluster.set_zh, cluster.set_en))
    for chain in catalogue.chains.values():
        where = f"catalogue/chains.csv#{chain.id}"
        required.append((where, "name", chain.name_zh_2024 or chain.name_zh_2023, chain.name_en))
        optional.append((where, "chokepoints", chain.chokepoints_zh, chain.chokepoints_en))
        optional.extend(
            (where, "roles", chain.roles.get(name, ""), chain.roles_en.get(name, "")) for name in chain.roles
        )
    for node in catalogue.chain_nodes.values():
        required.append((f"catalogue/chain_nodes.csv#{node.id}", "name", node.name_zh, node.name_en))
    for stop in catalogue.corridor_stops:
        required.append((stop_where(stop), "name", stop.name_zh, stop.name_en))
        optional.append((stop_where(stop), "state", stop.state_zh, stop.state_en))
    for milestone in catalogue.milestones.values():
        where = f"catalogue/milestones.csv#{milestone.id}"
        required.append((where, "title", milestone.title_zh, milestone.title_en))
    for where, field_name, zh, en in required + [row for row in optional if row[2].strip() or row[3].strip()]:
        yield from _check_text(where, field_name, zh, en)


def _check_text(where: str, field_name: str, zh: str, en: str) -> Iterator[Finding]:
    if not zh.strip():
        yield error("text-missing", where, _("{field} 没有中文。").format(field=f"{field_name}_zh"))
    if not en.strip():
        yield error("text-missing", where, _("{field} 没有英文。").format(field=f"{field_name}_en"))
    elif _CHINESE.search(en):
        yield error("english-not-english", where, _("{field} 里有汉字。").format(field=f"{field_name}_en"))
