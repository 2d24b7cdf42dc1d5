"""What concerns a place: passages by their strongest link, figures in order, related places, sources."""

from dataclasses import replace
from decimal import Decimal

import pytest

from jjjmap.catalogue.details import (
    Describer,
    PassageLink,
    PlaceDetails,
    Relation,
    area_km2,
    county_code,
    disagreements_among,
    location_text,
    location_units,
    point_distance_km,
    via_name,
)
from jjjmap.catalogue.models import (
    REGION_ID,
    Catalogue,
    Chain,
    ChainNode,
    Cluster,
    Figure,
    Passage,
    Place,
    PlaceKind,
    Precision,
    Qualifier,
    Source,
)
from jjjmap.catalogue.outline import policy_outline
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language
from jjjmap.paths import RESOURCES

SITE = {"precision": Precision.SITE, "source_ids": ("s-place",)}


def passage(name: str, *place_ids: str, section: str = "task", chains: tuple[str, ...] = ()) -> Passage:
    return Passage(name, section, "", name, name, "文", "text", place_ids, chains, (f"s-{name}",))


def figure(figure_id: str, scope_id: str, indicator: str, period: str) -> Figure:
    value, cited = Decimal(1), "s-figure"
    return Figure(
        figure_id, scope_id, indicator, indicator, value, Qualifier.EXACT, "个", "", period, "", "", cited
    )


def source(source_id: str) -> Source:
    return Source(source_id, source_id, "甲报", "2023", "", "none", "press", "")


def by_id(*records):
    return {record.id: record for record in records}


@pytest.fixture
def facts() -> Catalogue:
    """Two provinces, a city with two counties, a wing on 甲县 with a park, a port with an area, a cluster."""
    places = by_id(
        Place("110000", PlaceKind.PROVINCE, "东省", "East", source_ids=("s-unit",)),
        Place("120000", PlaceKind.PROVINCE, "西省", "West", source_ids=("s-unit",)),
        Place("110100", PlaceKind.CITY, "甲市", "Jia City", parent_id="110000", source_ids=("s-unit",)),
        Place("110101", PlaceKind.COUNTY, "甲县", "Jia", parent_id="110100", lon=116.0, lat=39.0,
              precision=Precision.AREA, source_ids=("s-unit",)),
        Place("110102", PlaceKind.COUNTY, "乙县", "Yi", parent_id="110100", source_ids=("s-unit",)),
        Place("wing", PlaceKind.WING, "甲翼", "Wing", lon=116.0, lat=39.1, precision=Precision.AREA,
              area_adcodes=("110101",), source_ids=("s-wing",)),
        Place("park", PlaceKind.PLATFORM, "甲园", "Park", lon=116.0, lat=39.0, county_adcode="110101",
              province="东省", city="甲市", county="甲县", **SITE),
        Place("port", PlaceKind.PORT, "乙港", "Port", lon=117.0, lat=39.0, county_adcode="110102", **SITE),
        Place("port-east", PlaceKind.PORT_AREA, "乙港东", "Port East", lon=117.1, lat=39.0,
              county_adcode="110102", parent_id="port", **SITE),
        Place("airport", PlaceKind.AIRPORT, "甲机场", "Airport", lon=116.0, lat=39.5,
              county_adcode="110102", **SITE),
        Place("cluster", PlaceKind.CLUSTER, "光集群", "Light cluster", lon=116.0, lat=39.0,
              precision=Precision.REGION, area_adcodes=("110101", "120000"), source_ids=("s-cluster",)),
    )  # fmt: skip
    return Catalogue(
        places=places,
        clusters=by_id(Cluster("cluster", "群", "Set", 2023, ("park", "120000"), ("light",))),
        chains=by_id(Chain("light", "光", "光链", "Light", "", {}, {}, "", "", ("s-chain",))),
        chain_nodes=by_id(
            ChainNode("light-1", "light", "灯", "Lamp", "upstream", ("110102",), "-", ("s-node",))
        ),
        passages=by_id(
            passage("contained", "park", section="place-digest"),
            passage("region", "110000", "120000"),
            passage("city", "110100"),
            passage("chain", chains=("light",)),
            passage("cluster-said", "cluster"),
            passage("both", "park", "cluster", "110000", chains=("light",)),
            passage("members", "cluster", "110000", section="cluster-digest"),
            passage("elsewhere", "120000"),
        ),
        figures=by_id(
            figure("f1", "park", "企业", "2024"),
            figure("f2", "park", "面积", "2020"),
            figure("f3", "park", "企业", "2014/2023-06"),
            figure("f4", "park", "企业", ""),
            figure("f5", "port-east", "泊位", "2020"),
            figure("f6", "port", "泊位", "2021"),
            figure("f7", REGION_ID, "企业", "2020"),
            figure("f8", "110000", "企业", "2020"),
        ),
        sources=by_id(
            *(
                source(f"s-{name}")
                for name in ("place", "unit", "wing", "cluster", "figure", "both", "contained")
            ),
            *(
                source(f"s-{name}")
                for name in ("region", "city", "chain", "cluster-said", "members", "elsewhere")
            ),
        ),
    )


def describe(catalogue: Catalogue, place_id: str) -> PlaceDetails:
    return Describer(catalogue).describe(place_id)


def links(details: PlaceDetails) -> list[tuple[str, PassageLink, str]]:
    return [(linked.passage.id, linked.link, linked.via_id) for linked in details.passages]


def related_ids(details: PlaceDetails, relation: Relation) -> list[str]:
    return [related.place.id for related in details.related if related.relation is relation]


def test_each_passage_stands_once_by_its_strongest_link(facts: Catalogue) -> None:
    assert links(describe(facts, "park")) == [
        ("contained", PassageLink.DIRECT, ""),
        ("both", PassageLink.DIRECT, ""),
        ("cluster-said", PassageLink.CLUSTER, "cluster"),
        ("members", PassageLink.CLUSTER, "cluster"),
        ("chain", PassageLink.CHAIN, "light"),
        ("region", PassageLink.AREA, "110000"),
        ("city", PassageLink.AREA, "110100"),
    ]


def test_the_own_digest_comes_first(facts: Catalogue) -> None:
    late = passage("own", "park", section="place-digest")
    catalogue = replace(facts, passages={**by_id(passage("first", "park")), "own": late})
    assert [linked.passage.id for linked in describe(catalogue, "park").passages] == ["own", "first"]


def test_an_area_shows_the_digests_of_what_lies_inside(facts: Catalogue) -> None:
    assert ("contained", PassageLink.CONTAINED, "park") in links(describe(facts, "wing"))
    assert ("contained", PassageLink.CONTAINED, "park") in links(describe(facts, "110100"))
    assert "contained" not in [row[0] for row in links(describe(facts, "110102"))]


def test_a_digest_that_lists_members_says_nothing_about_places_around_them(facts: Catalogue) -> None:
    assert "members" not in [row[0] for row in links(describe(facts, "110102"))]


def test_a_place_across_provinces_still_has_what_names_all_of_them(facts: Catalogue) -> None:
    wide = Place("wide", PlaceKind.ZONE, "宽区", "Wide", area_adcodes=("110102", "120000"))
    catalogue = replace(facts, places={**facts.places, "wide": wide})
    assert ("region", PassageLink.AREA, REGION_ID) in links(describe(catalogue, "wide"))


def test_a_member_as_large_as_a_province_does_not_link_every_place_in_it(facts: Catalogue) -> None:
    far = Place("far", PlaceKind.PLATFORM, "西园", "Far", county_adcode="120000")
    catalogue = replace(facts, places={**facts.places, "far": far})
    assert PassageLink.CLUSTER not in [row[1] for row in links(describe(catalogue, "far"))]
    assert ("cluster-said", PassageLink.CLUSTER, "cluster") in links(describe(catalogue, "120000"))


def test_a_unit_that_is_a_link_of_a_chain_has_its_passages(facts: Catalogue) -> None:
    assert ("chain", PassageLink.CHAIN, "light") in links(describe(facts, "110102"))


def test_figures_are_ordered_by_indicator_and_then_by_period(facts: Catalogue) -> None:
    assert [figure.id for figure in describe(facts, "park").figures] == ["f3", "f1", "f4", "f2"]


def test_figures_of_parts_follow_those_of_the_whole(facts: Catalogue) -> None:
    assert [figure.id for figure in describe(facts, "port").figures] == ["f6", "f5"]


def test_a_county_has_no_figures_of_the_region_or_its_province(facts: Catalogue) -> None:
    assert describe(facts, "110101").figures == ()


def test_related_places_are_grouped_by_relation(facts: Catalogue) -> None:
    park = describe(facts, "park")
    assert related_ids(park, Relation.LIES_IN) == ["110101", "110100", "110000", "wing"]
    assert related_ids(park, Relation.MEMBER_OF) == ["cluster"]
    assert related_ids(park, Relation.NEAREST) == ["port", "airport"]
    wing = describe(facts, "wing")
    assert related_ids(wing, Relation.COVERS) == ["110101"]
    assert related_ids(wing, Relation.LIES_IN) == ["110100", "110000"]
    assert related_ids(wing, Relation.CONTAINS) == ["park"]
    assert related_ids(describe(facts, "cluster"), Relation.HAS_MEMBER) == ["park", "120000"]
    assert related_ids(describe(facts, "port"), Relation.PARTS) == ["port-east"]
    assert related_ids(describe(facts, "port-east"), Relation.PART_OF) == ["port"]
    assert related_ids(describe(facts, "110100"), Relation.PARTS) == ["110101", "110102"]


def test_no_place_is_related_twice_or_to_itself(facts: Catalogue) -> None:
    describer = Describer(facts)
    for place_id in facts.places:
        ids = [related.place.id for related in describer.describe(place_id).related]
        assert len(set(ids)) == len(ids)
        assert place_id not in ids


def test_a_label_point_across_the_region_has_no_distances(facts: Catalogue) -> None:
    details = describe(facts, "cluster")
    assert related_ids(details, Relation.NEAREST) == []
    assert all(related.distance_km is None for related in details.related)


def test_distances_are_great_circles_in_kilometres(facts: Catalogue) -> None:
    nearest = {r.place.id: r.distance_km for r in describe(facts, "park").related if r.distance_km}
    assert nearest["airport"] == pytest.approx(55.6, abs=0.05)  # Half a degree of a meridian.
    assert nearest["port"] == pytest.approx(86.4, abs=0.05)  # One degree along 39° N.
    assert point_distance_km(facts.places["park"], facts.places["cluster"]) is None


def test_sources_are_numbered_in_order_of_first_use(facts: Catalogue) -> None:
    details = describe(facts, "park")
    assert [source.id for source in details.sources[:3]] == ["s-place", "s-contained", "s-both"]
    assert details.sources[-1].id == "s-figure"
    assert details.marks == {source.id: n for n, source in enumerate(details.sources, start=1)}
    assert details.marks["s-place"] == 1
    cited = {s for linked in details.passages for s in linked.passage.source_ids}
    assert cited <= {source.id for source in details.sources}


def test_a_place_of_which_nothing_is_said_has_empty_lists(facts: Catalogue) -> None:
    lonely = Place("lonely", PlaceKind.LOCALITY, "孤地", "Lonely")
    catalogue = replace(facts, places={**facts.places, "lonely": lonely}, passages={})
    assert describe(catalogue, "lonely") == PlaceDetails(lonely, (), (), (), ())


def test_an_unknown_place_is_a_key_error(facts: Catalogue) -> None:
    with pytest.raises(KeyError):
        describe(facts, "nowhere")


def test_a_parent_that_leads_in_a_circle_does_not_hang(facts: Catalogue) -> None:
    places = {**facts.places, "110000": replace(facts.places["110000"], parent_id="110101")}
    assert describe(replace(facts, places=places), "park").place.id == "park"


def test_inside_lists_units_places_and_parts(facts: Catalogue) -> None:
    describer = Describer(facts)
    assert [place.id for place in describer.inside("110101")] == ["wing", "park"]
    assert {"110100", "110101", "110102", "park", "port"} <= {
        place.id for place in describer.inside("110000")
    }
    assert [place.id for place in describer.inside("port")] == ["port-east"]
    assert [place.id for place in describer.inside("cluster")] == ["park", "120000"]


def test_a_place_in_two_provinces_lies_in_neither(facts: Catalogue) -> None:
    wide = Place("wide", PlaceKind.ZONE, "宽区", "Wide", area_adcodes=("110102", "120000"))
    describer = Describer(replace(facts, places={**facts.places, "wide": wide}))
    assert "wide" not in [place.id for place in describer.inside("110000")]
    assert related_ids(describer.describe("wide"), Relation.LIES_IN) == []


def test_via_name_knows_places_chains_and_the_region(facts: Catalogue) -> None:
    assert via_name(facts, "cluster", Language.ZH) == "光集群"
    assert via_name(facts, "light", Language.EN) == "Light"
    assert via_name(facts, REGION_ID, Language.ZH) == "京津冀"
    assert via_name(facts, "nothing", Language.ZH) == ""


def located(catalogue: Catalogue, place: Place) -> list[list[str]]:
    return [[unit.id for unit in level] for level in location_units(catalogue, place)]


def test_a_place_lies_in_its_county_and_what_is_above_it(facts: Catalogue) -> None:
    assert located(facts, facts.places["park"]) == [["110000"], ["110100"], ["110101"]]
    assert location_text(facts, facts.places["park"], Language.ZH) == "东省 › 甲市 › 甲县"
    assert location_text(facts, facts.places["park"], Language.EN) == "East › Jia City › Jia"


def test_a_unit_does_not_lie_in_itself(facts: Catalogue) -> None:
    assert located(facts, facts.places["110101"]) == [["110000"], ["110100"]]
    assert located(facts, facts.places["110000"]) == []
    assert location_text(facts, facts.places["110000"], Language.ZH) == ""


def test_a_place_of_several_counties_lies_in_what_they_share_and_not_where_its_label_stands(
    facts: Catalogue,
) -> None:
    wide = Place("wide", PlaceKind.ZONE, "宽区", "Wide", county="甲县", county_adcode="110101",
                 area_adcodes=("110101", "110102"))  # fmt: skip
    assert located(facts, wide) == [["110000"], ["110100"]]
    assert county_code(wide) == ""
    assert county_code(facts.places["park"]) == "110101"
    assert county_code(facts.places["110101"]) == "110101"


def test_a_place_across_provinces_names_them_in_the_order_of_their_codes(facts: Catalogue) -> None:
    across = Place("across", PlaceKind.ZONE, "跨区", "Across", area_adcodes=("120000", "110102", "110101"))
    assert located(facts, across) == [["110000", "120000"]]
    assert location_text(facts, across, Language.ZH) == "东省、西省"
    assert location_text(facts, across, Language.EN) == "East, West"


def test_a_place_without_codes_lies_nowhere(facts: Catalogue) -> None:
    assert location_text(facts, Place("lost", PlaceKind.LOCALITY, "失地", "Lost"), Language.ZH) == ""


# The region


@pytest.fixture
def facts_of_region(facts: Catalogue) -> Catalogue:
    region = Place(REGION_ID, PlaceKind.SPATIAL_STRUCTURE, "东西", "East–West",
                   area_adcodes=("110000", "120000"), source_ids=("s-unit",))  # fmt: skip
    return replace(
        facts,
        places={**facts.places, REGION_ID: region},
        passages={**facts.passages, **by_id(passage("of-all"))},
        figures={**facts.figures, **by_id(figure("f9", "light", "企业", "2020"))},
    )


def test_what_names_no_place_is_said_of_the_region(facts_of_region: Catalogue) -> None:
    assert links(describe(facts_of_region, REGION_ID))[:2] == [
        ("region", PassageLink.DIRECT, ""),
        ("city", PassageLink.POLICY, ""),
    ]
    assert ("of-all", PassageLink.REGION, "") in links(describe(facts_of_region, REGION_ID))
    assert "of-all" not in [row[0] for row in links(describe(facts_of_region, "park"))]


def test_the_region_shows_its_figures_and_then_those_of_the_chains(facts_of_region: Catalogue) -> None:
    assert [figure.id for figure in describe(facts_of_region, REGION_ID).figures] == ["f7", "f9"]


def test_the_region_contains_everything_and_lies_in_nothing(facts_of_region: Catalogue) -> None:
    ring = Place("ring", PlaceKind.METRO_CIRCLE, "圈", "Ring", area_adcodes=("110000", "120000"))
    describer = Describer(replace(facts_of_region, places={**facts_of_region.places, "ring": ring}))
    assert {"ring", "park", "wing"} <= {place.id for place in describer.inside(REGION_ID)}
    assert REGION_ID not in [place.id for place in describer.inside("ring")]
    assert related_ids(describer.describe("110000"), Relation.LIES_IN) == [REGION_ID]
    assert related_ids(describer.describe("ring"), Relation.LIES_IN) == [REGION_ID]
    assert REGION_ID not in related_ids(describer.describe("park"), Relation.LIES_IN)


def test_the_sources_of_a_clusters_chains_are_among_its_sources(facts: Catalogue) -> None:
    assert "s-chain" in describe(facts, "cluster").marks


# What we ship


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    catalogue, findings = load_catalogue(RESOURCES)
    assert findings == []
    return catalogue


def test_every_passage_and_every_figure_is_shown_for_some_place(shipped: Catalogue) -> None:
    describer = Describer(shipped)
    described = [describer.describe(place_id) for place_id in shipped.places]
    shown = {linked.passage.id for details in described for linked in details.passages}
    assert shipped.passages.keys() - shown == set()
    counted = {figure.id for details in described for figure in details.figures}
    assert shipped.figures.keys() - counted == set()


def test_the_region_is_a_place_with_all_that_is_said_of_it(shipped: Catalogue) -> None:
    details = Describer(shipped).describe(REGION_ID)
    own_links = (PassageLink.DIRECT, PassageLink.REGION, PassageLink.POLICY)
    own = [linked.passage.id for linked in details.passages if linked.link in own_links]
    outline = [
        passage.id
        for group in policy_outline(shipped)
        for passage in group.passages()
        if not passage.section.endswith("-digest")
    ]
    assert len(outline) == 47
    assert own[:47] == outline
    task = next(linked for linked in details.passages if linked.passage.id == "task-t3")
    assert (task.link, task.via_id) == (PassageLink.POLICY, "")
    of_region = [figure for figure in shipped.figures.values() if figure.scope_id == REGION_ID]
    assert len(of_region) > 50
    assert {figure.scope_id for figure in details.figures[: len(of_region)]} == {REGION_ID}
    assert {figure.scope_id for figure in details.figures[len(of_region) :]} <= shipped.chains.keys()


@pytest.mark.parametrize(
    ("place_id", "location"),
    [
        ("zhangcheng", "河北省"),
        ("north3", "北京市、河北省"),
        ("daxing-airport", "北京市、河北省"),
        ("caofeidian", "河北省 › 唐山市 › 曹妃甸区"),
        ("he-sjz-biomed", "河北省 › 石家庄市"),
        (REGION_ID, "北京市、天津市、河北省"),
    ],
)
def test_shipped_places_lie_where_all_of_them_lies(shipped: Catalogue, place_id: str, location: str) -> None:
    assert location_text(shipped, shipped.places[place_id], Language.ZH) == location


def test_no_shipped_place_of_several_counties_is_told_to_lie_in_one(shipped: Catalogue) -> None:
    for place in shipped.places.values():
        codes = [unit.id for level in location_units(shipped, place) for unit in level]
        assert place.id not in codes
        if len(place.area_adcodes) > 1 and not place.kind.is_unit:
            assert shipped.places[codes[-1]].kind is not PlaceKind.COUNTY


def test_every_source_that_the_texts_of_a_place_cite_has_a_mark(shipped: Catalogue) -> None:
    describer = Describer(shipped)
    for place_id, cluster in shipped.clusters.items():
        cited = {key for chain_id in cluster.chain_ids for key in shipped.chains[chain_id].source_ids}
        assert cited <= describer.describe(place_id).marks.keys()


def test_a_place_in_a_city_that_is_a_link_of_a_chain_is_tied_to_it_through_the_city(
    shipped: Catalogue,
) -> None:
    details = Describer(shipped).describe("park-tangshan-robot")
    tie = details.chains[0]
    assert (tie.chain.id, tie.holder.id if tie.holder else "") == ("robot", "130200")
    assert set(tie.source_ids) <= details.marks.keys()
    (task,) = (linked for linked in details.passages if linked.passage.id == "task-t2")
    assert (task.link, task.via_id, task.holder_id) == (PassageLink.CHAIN, "robot", "130200")
    partners = {
        (r.place.id, r.chain_id, r.stage) for r in details.related if r.relation is Relation.CHAIN_PARTNER
    }
    assert ("131000", "robot", "midstream") in partners


def test_a_province_ties_no_place_in_it_to_a_chain(shipped: Catalogue) -> None:
    describer = Describer(shipped)
    provinces = {"110000", "120000", "130000"}
    for place_id in shipped.places:
        details = describer.describe(place_id)
        assert not [tie for tie in details.chains if tie.holder is not None and tie.holder.id in provinces]
        assert not [linked for linked in details.passages if linked.holder_id in provinces]


def test_a_cluster_of_the_city_is_told_through_the_city_and_after_the_digests_of_the_area(
    shipped: Catalogue,
) -> None:
    passages = Describer(shipped).describe("eco-baiyangdian").passages
    ids = [linked.passage.id for linked in passages]
    power = passages[ids.index("digest-cl5-power")]
    assert (power.link, power.via_id, power.holder_id) == (PassageLink.CLUSTER, "cl5-power", "130600")
    assert ids.index("digest-xiongan") < ids.index("digest-cl5-power")


def test_a_unit_has_the_tasks_that_name_places_in_it(shipped: Catalogue) -> None:
    found = {linked.passage.id: linked for linked in Describer(shipped).describe("110000").passages}
    assert (found["task-t8"].link, found["task-t8"].via_id) == (PassageLink.CONTAINED, "ftz-beijing")


def test_other_values_of_the_same_time_disagree_and_years_of_one_series_do_not() -> None:
    first, second = figure("f1", "park", "企业", "2020"), figure("f2", "park", "企业", "2020")
    third = figure("f3", "park", "企业", "2021")
    assert disagreements_among((first, second, third)) == ()
    (found,) = disagreements_among((first, replace(second, value=Decimal(2)), third))
    assert [each.id for each in found.figures] == ["f1", "f2"]
    series = [
        replace(figure(f"g{year}", "park", "产值", str(year)), contested=True, note_zh="修订")
        for year in range(2013, 2017)
    ]
    assert disagreements_among(series) == ()
    release = replace(series[0], id="h", indicator_zh="产值（初值）", value=Decimal(3), note_zh="初值")
    (found,) = disagreements_among([*series, release])
    assert [each.id for each in found.figures] == ["g2013", "h"]


def test_contested_figures_of_one_remark_stand_side_by_side(shipped: Catalogue) -> None:
    found = Describer(shipped).describe(REGION_ID).disagreements
    assert ("fig-006", "fig-020") in [tuple(each.id for each in one.figures) for one in found]
    contested = {f.id for f in shipped.figures.values() if f.contested and f.scope_id == "ninghe-jingjin"}
    (planned,) = Describer(shipped).describe("ninghe-jingjin").disagreements
    assert {each.id for each in planned.figures} == contested


def test_a_unit_has_its_area_and_an_area_that_of_its_units(shipped: Catalogue) -> None:
    assert area_km2(shipped, shipped.places["110000"]) == pytest.approx(16421.4)
    codes = shipped.places["xiongan"].area_adcodes
    total = sum(shipped.places[code].area_km2 or 0 for code in codes)
    assert area_km2(shipped, shipped.places["xiongan"]) == pytest.approx(total)
    circle = shipped.places["circle-capital"]
    assert (area_km2(shipped, circle) or 0) <= sum(
        shipped.places[c].area_km2 or 0 for c in circle.area_adcodes
    )
    assert area_km2(shipped, shipped.places["cl5-ic"]) is None
    assert area_km2(shipped, shipped.places["port-tianjin"]) is None


@pytest.mark.parametrize("place_id", ["caofeidian", "nat-life-health", "110000"])
def test_marks_of_every_tie_are_known(shipped: Catalogue, place_id: str) -> None:
    details = Describer(shipped).describe(place_id)
    assert {key for tie in details.chains for key in tie.source_ids} <= details.marks.keys()
