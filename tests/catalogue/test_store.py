"""The catalogue is read from CSV; whatever is wrong in it becomes a finding and the rest still loads."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from jjjmap.catalogue.models import Catalogue, Evidence, PlaceKind, Precision, Qualifier
from jjjmap.catalogue.store import load_catalogue
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language
from jjjmap.paths import RESOURCES

PLACE_COLUMNS = (
    "id,kind,name_zh,name_en,short_zh,short_en,category,category_basis,evidence,lon,lat,precision,province,city,county,"
    "county_adcode,area_adcodes,parent_id,aliases,industries,note_zh,note_en,source_ids"
)
FILES = {
    "catalogue/sources.csv": (
        "id,title,publisher,date,url,link_kind,quality,supports\n"
        "base-tianditu,边界,天图,2024,,none,dataset,边界\n"
        "bao,甲县报道,甲县日报,2023-05-01,https://example.org/a,original,press,产值\n"
        "jing,镜像,某站,,http://example.net/b,mirror,mirror,产值\n"
    ),
    "catalogue/places.csv": (
        f"{PLACE_COLUMNS}\n"
        "jia-park,platform,甲园,Jia Park,甲,Jia,协同创新,inferred,46-confirmed,116.5,39.5,town,甲省,"
        "乙市,甲县,990101,990101|990102,,甲产业园|老甲园,机械|电子,只是样例,A sample,bao\n"
        'jia-core,industrial_park,"甲园,核心区",Jia Core,,,,,-,,,unknown,,,,,,jia-park,,,,,bao|jing\n'
        "jia-cluster,cluster,甲集群,Jia Cluster,,,,,-,116.5,39.5,county,,,,,990101,,,,,,bao\n"
        "jia-line,corridor,甲线,Jia Line,,,,,-,116.5,39.5,area,,,,,,,,,,,bao\n"
    ),
    "catalogue/units.csv": (
        "adcode,level,name_zh,name_en,pinyin,parent_adcode,lon,lat,area_km2\n"
        "990000,province,甲省,Jia,Jiǎ,,116,39,100\n"
        "990100,city,乙市,Yi,Yǐ,990000,116,39,60\n"
        "990101,county,甲县,Jia County,Jiǎ,990100,116.4,39.4,30\n"
        "990102,county,乙县,Yi County,Yǐ,990000,116.6,39.6,30\n"
    ),
    "catalogue/clusters.csv": (
        "id,set_zh,set_en,year,member_ids,chain_ids\njia-cluster,样例,Sample,2023,990101|jia-park,qing\n"
    ),
    "catalogue/chains.csv": (
        "id,name_zh_2023,name_zh_2024,name_en,name_en_2023,lead_by,role_beijing_zh,role_tianjin_zh,role_hebei_zh,role_beijing_en,"
        "role_tianjin_en,role_hebei_en,chokepoints_zh,chokepoints_en,source_ids\n"
        "qing,氢,氢能,Hydrogen,,,研发,,制氢,Research,,Production,未公开,Not public,bao\n"
    ),
    "catalogue/chain_nodes.csv": (
        "id,chain_id,name_zh,name_en,stage,place_ids,status,source_ids\nqing-1,qing,制氢,Production,upstream,990101,-,bao\n"
    ),
    "policy/items.csv": (
        "id,section,number,title_zh,title_en,text_zh,text_en,place_ids,chain_ids,source_ids,kind\n"
        "task-1,task,T1,任务,Task,做事,Work,jia-park|990101,qing,bao,digest\n"
    ),
    "policy/digests.csv": (
        "id,section,number,title_zh,title_en,text_zh,text_en,place_ids,chain_ids,source_ids,kind\n"
        "digest-jia,place-digest,,甲园,Jia Park,样例园,A sample park,jia-park,,bao,digest\n"
    ),
    "catalogue/figures.csv": (
        "id,scope_id,indicator_zh,indicator_en,value,qualifier,unit_zh,unit_en,period,comparison_zh,comparison_en,"
        "source_id,note_zh,note_en,contested\n"
        "fig-1,jia-park,产值,Output,12.50,>,亿元,100 million yuan,2014/2021-09,增长3%,+3%,bao,,,0\n"
        "fig-2,region,企业,Firms,1100,=,家,,2022,,,bao,口径不同,Scopes differ,1\n"
        "fig-3,qing,投资,Investment,-3,~,亿元,100 million yuan,,,,bao,,,0\n"
    ),
    "catalogue/milestones.csv": (
        "id,date,title_zh,title_en,place_ids,source_id\nms-1,2017-04-01,设立,Founded,jia-park|990101,bao\n"
    ),
    "catalogue/corridor_stops.csv": (
        "corridor_id,order,name_zh,name_en,county_adcode,lon,lat,precision,state_zh,state_en,source_ids\n"
        "jia-line,1,甲站,Jia,990101,116.4,39.4,site,新建,New,bao\n"
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small sound catalogue of invented places."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a text that stands exactly once in a file."""
    text = FILES[name]
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    (folder / name).write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def codes(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.where) for finding in findings]


def counts(catalogue: Catalogue) -> dict[str, int]:
    return {
        "places": len(catalogue.places),
        "clusters": len(catalogue.clusters),
        "chains": len(catalogue.chains),
        "nodes": len(catalogue.chain_nodes),
        "passages": len(catalogue.passages),
        "figures": len(catalogue.figures),
        "sources": len(catalogue.sources),
        "milestones": len(catalogue.milestones),
        "stops": len(catalogue.corridor_stops),
    }


SOUND = {
    "places": 8,
    "clusters": 1,
    "chains": 1,
    "nodes": 1,
    "passages": 2,
    "figures": 3,
    "sources": 3,
    "milestones": 1,
    "stops": 1,
}


# ------------------------------------------------------------------------------------------- sound data


def test_a_sound_folder_loads_whole_and_without_findings(folder: Path) -> None:
    catalogue, findings = load_catalogue(folder)
    assert findings == []
    assert counts(catalogue) == SOUND


def test_cells_become_typed_values(folder: Path) -> None:
    catalogue, _ = load_catalogue(folder)
    park = catalogue.places["jia-park"]
    assert (park.kind, park.evidence, park.precision) == (
        PlaceKind.PLATFORM,
        Evidence.CONFIRMED,
        Precision.TOWN,
    )
    assert (park.lon, park.lat) == (116.5, 39.5)
    assert park.area_adcodes == ("990101", "990102")
    assert park.aliases == ("甲产业园", "老甲园")
    assert park.label(Language.ZH) == "甲"
    core = catalogue.places["jia-core"]
    assert (core.lon, core.lat, core.name_zh) == (None, None, "甲园,核心区")
    assert core.label(Language.EN) == "Jia Core"
    figure = catalogue.figures["fig-1"]
    assert (str(figure.value), figure.qualifier, figure.period) == ("12.50", Qualifier.MORE, "2014/2021-09")
    assert catalogue.figures["fig-3"].value == Decimal(-3)
    assert [figure.contested for figure in catalogue.figures.values()] == [False, True, False]
    assert catalogue.chains["qing"].roles == {"北京": "研发", "河北": "制氢"}
    assert catalogue.chains["qing"].roles_en == {"北京": "Research", "河北": "Production"}
    assert catalogue.corridor_stops[0].order == 1


def test_units_are_places_that_know_what_they_lie_in(folder: Path) -> None:
    catalogue, _ = load_catalogue(folder)
    county = catalogue.places["990101"]
    assert (county.kind, county.parent_id, county.county_adcode) == (PlaceKind.COUNTY, "990100", "990101")
    assert (county.province, county.city, county.county) == ("甲省", "乙市", "甲县")
    # A county of a municipality hangs on the municipality itself.
    assert catalogue.places["990102"].city == "甲省"
    assert county.source_ids == ("base-tianditu",)


def test_only_originals_and_data_sets_are_linked(folder: Path) -> None:
    catalogue, _ = load_catalogue(folder)
    assert catalogue.sources["bao"].link == "https://example.org/a"
    assert catalogue.sources["jing"].link == ""


def test_columns_may_stand_in_another_order_and_cells_may_span_lines(folder: Path) -> None:
    rows = list(csv.reader(io.StringIO(FILES["catalogue/milestones.csv"])))
    text = "\n".join(",".join(reversed(row)) for row in rows).replace("设立", '"设\n立"') + "\nx\n"
    (folder / "catalogue/milestones.csv").write_text(text, encoding="utf-8")
    catalogue, findings = load_catalogue(folder)
    assert catalogue.milestones["ms-1"].title_zh == "设\n立"
    assert codes(findings) == [("bad-row", "catalogue/milestones.csv:4")]


# --------------------------------------------------------------------------------------------- bad files


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named_and_the_rest_loads(folder: Path, name: str) -> None:
    (folder / name).unlink()
    catalogue, findings = load_catalogue(folder)
    assert ("file-missing", name) in codes(findings)
    assert all(finding.severity is Severity.ERROR for finding in findings)
    # What leaned on the file is summed up, not listed row by row.
    assert {finding.code for finding in findings} <= {"file-missing", "rows-left-out"}
    assert_every_reference_resolves(catalogue)


def test_figures_without_the_table_of_sources_are_left_out_and_counted(folder: Path) -> None:
    (folder / "catalogue/sources.csv").unlink()
    catalogue, findings = load_catalogue(folder)
    assert catalogue.figures == {}
    assert catalogue.places["jia-park"].source_ids == ()
    assert ("rows-left-out", "catalogue/figures.csv") in codes(findings)
    assert next(f for f in findings if f.where == "catalogue/figures.csv").message.count("3") == 1


def test_an_empty_folder_gives_an_empty_catalogue(tmp_path: Path) -> None:
    catalogue, findings = load_catalogue(tmp_path)
    assert set(counts(catalogue).values()) == {0}
    assert sorted(codes(findings)) == sorted(("file-missing", name) for name in FILES)


def test_a_folder_in_the_place_of_a_file_is_a_finding(folder: Path) -> None:
    (folder / "catalogue/chains.csv").unlink()
    (folder / "catalogue/chains.csv").mkdir()
    _, findings = load_catalogue(folder)
    assert ("file-unreadable", "catalogue/chains.csv") in codes(findings)


def test_a_byte_order_mark_is_skipped_with_a_warning(folder: Path) -> None:
    path = folder / "catalogue/places.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    catalogue, findings = load_catalogue(folder)
    assert codes(findings) == [("byte-order-mark", "catalogue/places.csv:1")]
    assert findings[0].severity is Severity.WARNING
    assert counts(catalogue) == SOUND


def test_another_encoding_is_named_with_its_line(folder: Path) -> None:
    text = FILES["catalogue/milestones.csv"]
    (folder / "catalogue/milestones.csv").write_bytes(text.encode("gb18030"))
    catalogue, findings = load_catalogue(folder)
    assert codes(findings) == [("wrong-encoding", "catalogue/milestones.csv:2")]
    assert counts(catalogue) == SOUND | {"milestones": 0}


def test_windows_line_ends_do_no_harm(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).write_bytes(text.replace("\n", "\r\n").encode())
    catalogue, findings = load_catalogue(folder)
    assert findings == []
    assert counts(catalogue) == SOUND


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("title_zh,", "title,", "title_zh"),
        ("title_en,", "title_zh,", "title_en"),
        ("place_ids,", "id,", "place_ids"),
    ],
)
def test_a_wrong_header_is_refused_and_says_which_column(
    folder: Path, old: str, new: str, named: str
) -> None:
    change(folder, "catalogue/milestones.csv", old, new)
    catalogue, findings = load_catalogue(folder)
    assert codes(findings) == [("wrong-header", "catalogue/milestones.csv:1")]
    assert named in findings[0].message
    assert catalogue.milestones == {}


def test_an_empty_file_is_a_wrong_header(folder: Path) -> None:
    (folder / "catalogue/milestones.csv").write_bytes(b"")
    _, findings = load_catalogue(folder)
    assert codes(findings) == [("wrong-header", "catalogue/milestones.csv:1")]


def test_an_unknown_column_is_ignored_with_a_warning(folder: Path) -> None:
    text = (
        FILES["catalogue/milestones.csv"]
        .replace("source_id\n", "source_id,colour\n")
        .replace(",bao\n", ",bao,red\n")
    )
    (folder / "catalogue/milestones.csv").write_text(text, encoding="utf-8")
    catalogue, findings = load_catalogue(folder)
    assert [(f.severity, f.code) for f in findings] == [(Severity.WARNING, "unknown-column")]
    assert "colour" in findings[0].message
    assert counts(catalogue) == SOUND


def test_an_open_quotation_mark_costs_the_rows_after_it_only(folder: Path) -> None:
    change(folder, "catalogue/figures.csv", "fig-2,region,企业", 'fig-2,region,"企业')
    catalogue, findings = load_catalogue(folder)
    assert codes(findings) == [("bad-csv", "catalogue/figures.csv:3")]
    assert list(catalogue.figures) == ["fig-1"]


# ---------------------------------------------------------------------------------------------- bad rows


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "line"),
    [
        ("catalogue/figures.csv", "1100", "1,100", "bad-row", 3),
        ("catalogue/figures.csv", "1100", "一千", "bad-number", 3),
        ("catalogue/figures.csv", "1100", "", "bad-number", 3),
        ("catalogue/figures.csv", "1100", "nan", "bad-number", 3),
        ("catalogue/figures.csv", "1100", "１１００", "bad-number", 3),
        ("catalogue/figures.csv", "1100,=", "1100,≈", "unknown-word", 3),
        ("catalogue/figures.csv", "Scopes differ,1", "Scopes differ,yes", "unknown-word", 3),
        ("catalogue/figures.csv", ",2022,", ",2022年,", "bad-date", 3),
        ("catalogue/figures.csv", ",2022,", ",2022-13,", "bad-date", 3),
        ("catalogue/figures.csv", ",2022,", ",2021/2013,", "bad-date", 3),
        ("catalogue/figures.csv", ",2022,", ",2014-07/2014-01,", "bad-date", 3),
        ("catalogue/figures.csv", "fig-2", "fig-1", "duplicate-id", 3),
        ("catalogue/figures.csv", "fig-2", "", "missing-text", 3),
        ("catalogue/figures.csv", "fig-2", "Fig 2", "bad-id", 3),
        ("catalogue/figures.csv", "fig-2", "fig-２", "bad-id", 3),
        ("catalogue/figures.csv", "企业,Firms", ",", "missing-text", 3),
        ("catalogue/figures.csv", "fig-2,region", "fig-2,nowhere", "unknown-place", 3),
        ("catalogue/figures.csv", "2022,,,bao", "2022,,,nobody", "unknown-source", 3),
        ("catalogue/places.csv", "jia-line,corridor", "jia-line,highway", "unknown-word", 5),
        ("catalogue/places.csv", "jia-line,corridor", "jia-line,county", "unknown-word", 5),
        ("catalogue/places.csv", "-,116.5,39.5,area", "-,116.5,,area", "bad-position", 5),
        ("catalogue/places.csv", "-,116.5,39.5,area", "-,39.5,116.5,area", "bad-position", 5),
        ("catalogue/places.csv", "-,116.5,39.5,area", "-,116.5,39.5,city", "unknown-word", 5),
        ("catalogue/places.csv", "-,116.5,39.5,area", "46,116.5,39.5,area", "unknown-word", 5),
        ("catalogue/places.csv", "jia-line,corridor", "jia-park,corridor", "duplicate-id", 5),
        ("catalogue/units.csv", "990102,county", "99010,county", "bad-id", 5),
        ("catalogue/units.csv", "990102,county", "990102,town", "unknown-word", 5),
        ("catalogue/clusters.csv", "Sample,2023", "Sample,2023.5", "bad-number", 2),
        ("catalogue/clusters.csv", "jia-cluster,", "jia-park,", "unknown-place", 2),
        ("catalogue/chain_nodes.csv", "upstream", "up", "unknown-word", 2),
        ("catalogue/chain_nodes.csv", "qing-1,qing", "qing-1,qin", "unknown-chain", 2),
        ("catalogue/sources.csv", "original", "link", "unknown-word", 3),
        ("catalogue/sources.csv", "2023-05-01", "2023/05/01", "bad-date", 3),
        ("catalogue/milestones.csv", ",bao", ",nobody", "unknown-source", 2),
        ("catalogue/milestones.csv", "2017-04-01", "", "missing-text", 2),
        ("catalogue/corridor_stops.csv", "jia-line,1", "jia-park,1", "unknown-place", 2),
        ("policy/items.csv", ",task,", ",chapter,", "unknown-word", 2),
        ("policy/items.csv", ",digest", ",opinion", "unknown-word", 2),
    ],
)
def test_a_bad_row_is_left_out_and_named(
    folder: Path, name: str, old: str, new: str, code: str, line: int
) -> None:
    change(folder, name, old, new)
    catalogue, findings = load_catalogue(folder)
    assert (code, f"{name}:{line}") in codes(findings)
    found = next(finding for finding in findings if finding.code == code)
    assert found.severity is Severity.ERROR
    assert found.message
    assert found.hint
    assert sum(counts(catalogue).values()) < sum(SOUND.values())
    assert_every_reference_resolves(catalogue)


def test_a_bad_row_does_not_take_its_neighbours_along(folder: Path) -> None:
    change(folder, "catalogue/figures.csv", "1100", "many")
    catalogue, _ = load_catalogue(folder)
    assert list(catalogue.figures) == ["fig-1", "fig-3"]


def test_the_first_of_two_equal_ids_stays(folder: Path) -> None:
    change(folder, "catalogue/places.csv", "jia-line,corridor", "jia-park,corridor")
    catalogue, findings = load_catalogue(folder)
    assert catalogue.places["jia-park"].name_zh == "甲园"
    assert "catalogue/places.csv:2" in next(f.message for f in findings if f.code == "duplicate-id")


def test_a_text_in_one_language_stands_in_for_the_other(folder: Path) -> None:
    change(folder, "policy/digests.csv", "样例园,A sample park", "样例园,")
    catalogue, findings = load_catalogue(folder)
    assert [(f.severity, f.code, f.where) for f in findings] == [
        (Severity.WARNING, "missing-translation", "policy/digests.csv:2")
    ]
    assert catalogue.passages["digest-jia"].text_en == "样例园"


# -------------------------------------------------------------------------------------------- references


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "line"),
    [
        ("catalogue/places.csv", "bao|jing", "bao|nobody", "unknown-source", 3),
        ("catalogue/places.csv", ",jia-park,,,", ",nowhere,,,", "unknown-place", 3),
        ("catalogue/places.csv", "990101|990102", "990101|990199", "unknown-place", 2),
        ("catalogue/places.csv", "990101|990102", "990101|jia-core", "unknown-place", 2),
        ("catalogue/places.csv", "甲县,990101", "甲县,990199", "unknown-place", 2),
        ("catalogue/clusters.csv", "990101|jia-park", "990101|nowhere", "unknown-place", 2),
        ("catalogue/clusters.csv", ",qing", ",qin", "unknown-chain", 2),
        (
            "catalogue/units.csv",
            "990101,county,甲县,Jia County,Jiǎ,990100",
            "990101,county,甲县,Jia County,Jiǎ,990900",
            "unknown-place",
            4,
        ),
        ("catalogue/milestones.csv", "jia-park|990101", "jia-park|nowhere", "unknown-place", 2),
        ("policy/items.csv", "jia-park|990101,qing", "nowhere|990101,qin", "unknown-chain", 2),
    ],
)
def test_a_reference_to_nothing_is_dropped_and_named(
    folder: Path, name: str, old: str, new: str, code: str, line: int
) -> None:
    change(folder, name, old, new)
    catalogue, findings = load_catalogue(folder)
    assert (code, f"{name}:{line}") in codes(findings)
    assert counts(catalogue) == SOUND
    assert_every_reference_resolves(catalogue)


def test_a_statement_without_any_source_is_doubtful(folder: Path) -> None:
    change(folder, "policy/digests.csv", "jia-park,,bao", "jia-park,,")
    catalogue, findings = load_catalogue(folder)
    assert [(f.severity, f.code, f.where) for f in findings] == [
        (Severity.WARNING, "no-source", "policy/digests.csv:2")
    ]
    assert "digest-jia" in catalogue.passages


def test_parents_that_chase_one_another_are_parted(folder: Path) -> None:
    change(folder, "catalogue/places.csv", "990101|990102,,甲产业园", "990101|990102,jia-core,甲产业园")
    catalogue, findings = load_catalogue(folder)
    assert [finding.code for finding in findings] == ["parent-cycle"]
    parents = {catalogue.places["jia-park"].parent_id, catalogue.places["jia-core"].parent_id}
    assert "" in parents


def assert_every_reference_resolves(catalogue: Catalogue) -> None:
    """What the rest of the program may rely on, whatever the files hold."""
    places, chains, sources = catalogue.places, catalogue.chains, catalogue.sources
    for place in places.values():
        assert set(place.source_ids) <= set(sources)
        assert {place.parent_id, place.county_adcode} - {""} <= set(places)
        assert set(place.area_adcodes) <= set(places)
    for cluster in catalogue.clusters.values():
        assert places[cluster.id].kind is PlaceKind.CLUSTER
        assert set(cluster.member_ids) <= set(places)
        assert set(cluster.chain_ids) <= set(chains)
    for node in catalogue.chain_nodes.values():
        assert node.chain_id in chains
        assert set(node.place_ids) <= set(places)
    for passage in catalogue.passages.values():
        assert set(passage.place_ids) <= set(places)
        assert set(passage.chain_ids) <= set(chains)
        assert set(passage.source_ids) <= set(sources)
    for figure in catalogue.figures.values():
        assert figure.scope_id in places or figure.scope_id in chains or figure.scope_id == "region"
        assert figure.source_id in sources
    for milestone in catalogue.milestones.values():
        assert milestone.source_id in sources
        assert set(milestone.place_ids) <= set(places)
    for stop in catalogue.corridor_stops:
        assert places[stop.corridor_id].kind is PlaceKind.CORRIDOR
        assert stop.county_adcode in places or not stop.county_adcode


# ------------------------------------------------------------------------------------- the shipped facts


@pytest.fixture(scope="module")
def shipped() -> tuple[Catalogue, list[Finding]]:
    return load_catalogue(RESOURCES)


def test_the_shipped_catalogue_has_no_findings(shipped: tuple[Catalogue, list[Finding]]) -> None:
    assert shipped[1] == []
    assert_every_reference_resolves(shipped[0])


def test_the_shipped_catalogue_holds_the_whole_region(shipped: tuple[Catalogue, list[Finding]]) -> None:
    kinds = [place.kind for place in shipped[0].places.values()]
    wanted = {"wing": 2, "zone": 4, "platform": 62, "cluster": 34, "airport": 10, "port": 4, "port_area": 3}
    units = {"province": 3, "city": 11, "county": 199}
    assert {kind: kinds.count(PlaceKind(kind)) for kind in wanted | units} == wanted | units


def test_every_shipped_statement_has_a_source_and_both_languages(
    shipped: tuple[Catalogue, list[Finding]],
) -> None:
    catalogue = shipped[0]
    for passage in catalogue.passages.values():
        assert passage.source_ids, passage.id
        assert passage.text_zh != passage.text_en, passage.id
    for place in catalogue.places.values():
        assert place.source_ids, place.id
        assert bool(place.note_zh) == bool(place.note_en), place.id
        assert place.kind.is_unit or place.short_zh, place.id
        assert len(place.short_zh) <= 9, place.id
    for figure in catalogue.figures.values():
        assert figure.note_zh or not figure.contested, (
            f"{figure.id} is contested, but its note does not say how"
        )


def test_only_wings_zones_and_platforms_carry_evidence(shipped: tuple[Catalogue, list[Finding]]) -> None:
    listed = {PlaceKind.WING, PlaceKind.ZONE, PlaceKind.PLATFORM}
    for place in shipped[0].places.values():
        assert (place.evidence is Evidence.NOT_APPLICABLE) == (place.kind not in listed), place.id


def test_no_shipped_mirror_is_linked(shipped: tuple[Catalogue, list[Finding]]) -> None:
    for source in shipped[0].sources.values():
        if source.link_kind in ("mirror", "repost", "seed", "none"):
            assert source.link == "", source.id
