"""Doubts about the records of the catalogue: ids, codes, and what they say of one another."""

import re
from collections.abc import Iterable, Iterator

from jjjmap.catalogue.models import REGION_ID, Catalogue, Place, PlaceKind
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.checks_common import SLUG, error, passage_where, place_where, stop_where

_ADCODE = re.compile(r"\d{6}")


def check_ids(catalogue: Catalogue) -> Iterator[Finding]:
    """Ids are slugs, and an id that figures may have as their scope names one thing only."""
    tables: tuple[tuple[str, Iterable[str]], ...] = (
        ("catalogue/clusters.csv", catalogue.clusters),
        ("catalogue/chains.csv", catalogue.chains),
        ("catalogue/chain_nodes.csv", catalogue.chain_nodes),
        ("catalogue/figures.csv", catalogue.figures),
        ("catalogue/sources.csv", catalogue.sources),
        ("catalogue/milestones.csv", catalogue.milestones),
    )
    labelled = [
        *((place_where(place), place.id) for place in catalogue.places.values()),
        *((passage_where(passage), passage.id) for passage in catalogue.passages.values()),
        *((f"{file}#{record_id}", record_id) for file, ids in tables for record_id in ids),
    ]
    for where, record_id in labelled:
        if not SLUG.fullmatch(record_id):
            yield error(
                "id-not-slug",
                where,
                _("编号“{id}”不是小写英文字母、数字和连字符。").format(id=record_id),
                _("换成稳定的英文编号，并改正引用它的地方。"),
            )
    for chain_id in catalogue.chains:
        if chain_id in catalogue.places:
            message = _("编号“{id}”既是产业链又是地点，数据的归属不明。").format(id=chain_id)
            yield error("id-ambiguous", f"catalogue/chains.csv#{chain_id}", message, _("给其中一个换编号。"))
    for cluster_id in catalogue.clusters:
        if cluster_id not in catalogue.places:
            yield error(
                "cluster-without-place",
                f"catalogue/clusters.csv#{cluster_id}",
                _("产业集群“{id}”在 places.csv 里没有同编号的地点。").format(id=cluster_id),
            )


def check_units(catalogue: Catalogue) -> Iterator[Finding]:
    """Counties lie in cities or municipalities, cities in provinces, and codes say the same."""
    divided = {unit.parent_id for unit in catalogue.places.values() if unit.kind is PlaceKind.CITY}
    above = {
        PlaceKind.PROVINCE: (),
        PlaceKind.CITY: (PlaceKind.PROVINCE,),
        PlaceKind.COUNTY: (PlaceKind.CITY, PlaceKind.PROVINCE),
    }
    for unit in catalogue.places.values():
        if not unit.kind.is_unit:
            continue
        where = place_where(unit)
        if not _ADCODE.fullmatch(unit.id):
            yield error("adcode-invalid", where, _("“{id}”不是六位行政区划代码。").format(id=unit.id))
        if unit.kind is PlaceKind.PROVINCE:
            if unit.parent_id:
                yield error("unit-parent-wrong", where, _("省级单位不应有上级。"))
            continue
        parent = catalogue.places.get(unit.parent_id)
        if parent is None or parent.kind not in above[unit.kind]:
            yield error(
                "unit-parent-wrong",
                where,
                _("上级“{parent}”不是合适的行政区。").format(parent=unit.parent_id),
                _("县的上级是地级市或直辖市，地级市的上级是省。"),
            )
        elif not parent.id.startswith(unit.id[: 4 if parent.kind is PlaceKind.CITY else 2]) or (
            unit.kind is PlaceKind.COUNTY and parent.id in divided and unit.id[2:4] != "90"
        ):
            # In a province that has cities only counties under its direct rule, 90, have no city above them.
            message = _("代码与上级 {parent} 的代码不相合。").format(parent=parent.id)
            yield error("unit-code-mismatch", where, message)


def check_codes(catalogue: Catalogue) -> Iterator[Finding]:
    """Codes exist, and the names beside them are those of the units."""
    for place in catalogue.places.values():
        where = place_where(place)
        codes = (*place.area_adcodes, *((place.county_adcode,) if place.county_adcode else ()))
        for code in codes:
            unit = catalogue.places.get(code)
            if unit is None or not unit.kind.is_unit:
                yield error(
                    "adcode-unknown", where, _("行政区划代码 {code} 不在 units.csv 中。").format(code=code)
                )
        county = catalogue.places.get(place.county_adcode)
        if county is None or not county.kind.is_unit:
            continue
        if county.kind is not PlaceKind.COUNTY:
            yield error("adcode-not-county", where, _("{code} 不是县级代码。").format(code=county.id))
        if place.county and county.name_zh not in place.county.split("|"):
            yield Finding(
                Severity.WARNING,
                "county-name-mismatch",
                where,
                _("县名写作“{written}”，而代码 {code} 是“{name}”。").format(
                    written=place.county, code=county.id, name=county.name_zh
                ),
                _("核对县名和代码，改正其中一个。"),
            )
        province = _province_of(catalogue, county)
        if province is not None and place.province and province.name_zh not in place.province.split("|"):
            yield error(
                "province-name-mismatch",
                where,
                _("省（市）写作“{written}”，而代码 {code} 属于{name}。").format(
                    written=place.province, code=county.id, name=province.name_zh
                ),
            )
    for stop in catalogue.corridor_stops:
        if stop.county_adcode and stop.county_adcode not in catalogue.places:
            yield error(
                "adcode-unknown",
                stop_where(stop),
                _("行政区划代码 {code} 不在 units.csv 中。").format(code=stop.county_adcode),
            )


def _province_of(catalogue: Catalogue, unit: Place) -> Place | None:
    """Return the province above a unit; the hierarchy has three levels, so two steps suffice."""
    above: Place | None = unit
    for _step in range(2):
        if above is not None and above.kind is not PlaceKind.PROVINCE:
            above = catalogue.places.get(above.parent_id)
    return above if above is not None and above.kind is PlaceKind.PROVINCE else None


def check_references(catalogue: Catalogue) -> Iterator[Finding]:
    """What records say of one another exists."""
    places, chains = catalogue.places, catalogue.chains
    scopes = {REGION_ID, *places, *chains}
    named: list[tuple[str, Iterable[str], Iterable[str]]] = [
        *((place_where(p), (p.parent_id,) if p.parent_id else (), places) for p in places.values()),
        *((f"catalogue/clusters.csv#{c.id}", c.member_ids, places) for c in catalogue.clusters.values()),
        *((f"catalogue/clusters.csv#{c.id}", c.chain_ids, chains) for c in catalogue.clusters.values()),
        *((f"catalogue/chain_nodes.csv#{n.id}", n.place_ids, places) for n in catalogue.chain_nodes.values()),
        *(
            (f"catalogue/chain_nodes.csv#{n.id}", (n.chain_id,), chains)
            for n in catalogue.chain_nodes.values()
        ),
        *((passage_where(p), p.place_ids, scopes) for p in catalogue.passages.values()),
        *((passage_where(p), p.chain_ids, chains) for p in catalogue.passages.values()),
        *((f"catalogue/figures.csv#{f.id}", (f.scope_id,), scopes) for f in catalogue.figures.values()),
        *((stop_where(stop), (stop.corridor_id,), places) for stop in catalogue.corridor_stops),
        *((f"catalogue/milestones.csv#{m.id}", m.place_ids, scopes) for m in catalogue.milestones.values()),
    ]
    for where, wanted, known in named:
        for record_id in wanted:
            if record_id not in known:
                yield error(
                    "reference-unknown",
                    where,
                    _("提到的“{id}”不在资料库中。").format(id=record_id),
                    _("改正编号，或补上这条记录。"),
                )
