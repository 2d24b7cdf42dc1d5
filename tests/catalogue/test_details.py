"""What concerns a place: passages by their strongest link, figures in order, related places, sources."""

from dataclasses import replace
from decimal import Decimal

import pytest

from jjjmap.catalogue.details import (
    Describer,
    PassageLink,
    PlaceDetails,
    Relation,
    describe_place,
    location_text,
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
from jjjmap.i18n import Language

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


def links(details: PlaceDetails) -> list[tuple[str, PassageLink, str]]:
    return [(linked.passage.id, linked.link, linked.via_id) for linked in details.passages]


def related_ids(details: PlaceDetails, relation: Relation) -> list[str]:
    return [related.place.id for related in details.related if related.relation is relation]


def test_each_passage_stands_once_by_its_strongest_link(facts: Catalogue) -> None:
    assert links(describe_place(facts, "park")) == [
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
    assert [linked.passage.id for linked in describe_place(catalogue, "park").passages] == ["own", "first"]


def test_an_area_shows_the_digests_of_what_lies_inside(facts: Catalogue) -> None:
    assert ("contained", PassageLink.CONTAINED, "park") in links(describe_place(facts, "wing"))
    assert ("contained", PassageLink.CONTAINED, "park") in links(describe_place(facts, "110100"))
    assert "contained" not in [row[0] for row in links(describe_place(facts, "110102"))]


def test_a_digest_that_lists_members_says_nothing_about_places_around_them(facts: Catalogue) -> None:
    assert "members" not in [row[0] for row in links(describe_place(facts, "110102"))]


def test_a_place_across_provinces_still_has_what_names_all_of_them(facts: Catalogue) -> None:
    wide = Place("wide", PlaceKind.ZONE, "宽区", "Wide", area_adcodes=("110102", "120000"))
    catalogue = replace(facts, places={**facts.places, "wide": wide})
    assert ("region", PassageLink.AREA, REGION_ID) in links(describe_place(catalogue, "wide"))


def test_a_member_as_large_as_a_province_does_not_link_every_place_in_it(facts: Catalogue) -> None:
    far = Place("far", PlaceKind.PLATFORM, "西园", "Far", county_adcode="120000")
    catalogue = replace(facts, places={**facts.places, "far": far})
    assert PassageLink.CLUSTER not in [row[1] for row in links(describe_place(catalogue, "far"))]
    assert ("cluster-said", PassageLink.CLUSTER, "cluster") in links(describe_place(catalogue, "120000"))


def test_a_unit_that_is_a_link_of_a_chain_has_its_passages(facts: Catalogue) -> None:
    assert ("chain", PassageLink.CHAIN, "light") in links(describe_place(facts, "110102"))


def test_figures_are_ordered_by_indicator_and_then_by_period(facts: Catalogue) -> None:
    assert [figure.id for figure in describe_place(facts, "park").figures] == ["f3", "f1", "f4", "f2"]


def test_figures_of_parts_follow_those_of_the_whole(facts: Catalogue) -> None:
    assert [figure.id for figure in describe_place(facts, "port").figures] == ["f6", "f5"]


def test_a_county_has_no_figures_of_the_region_or_its_province(facts: Catalogue) -> None:
    assert describe_place(facts, "110101").figures == ()


def test_related_places_are_grouped_by_relation(facts: Catalogue) -> None:
    park = describe_place(facts, "park")
    assert related_ids(park, Relation.LIES_IN) == ["110101", "110100", "110000", "wing"]
    assert related_ids(park, Relation.MEMBER_OF) == ["cluster"]
    assert related_ids(park, Relation.NEAREST) == ["port", "airport"]
    wing = describe_place(facts, "wing")
    assert related_ids(wing, Relation.COVERS) == ["110101"]
    assert related_ids(wing, Relation.LIES_IN) == ["110100", "110000"]
    assert related_ids(wing, Relation.CONTAINS) == ["park"]
    assert related_ids(describe_place(facts, "cluster"), Relation.HAS_MEMBER) == ["park", "120000"]
    assert related_ids(describe_place(facts, "port"), Relation.PARTS) == ["port-east"]
    assert related_ids(describe_place(facts, "port-east"), Relation.PART_OF) == ["port"]
    assert related_ids(describe_place(facts, "110100"), Relation.PARTS) == ["110101", "110102"]


def test_no_place_is_related_twice_or_to_itself(facts: Catalogue) -> None:
    describer = Describer(facts)
    for place_id in facts.places:
        ids = [related.place.id for related in describer.describe(place_id).related]
        assert len(set(ids)) == len(ids)
        assert place_id not in ids


def test_a_label_point_across_the_region_has_no_distances(facts: Catalogue) -> None:
    details = describe_place(facts, "cluster")
    assert related_ids(details, Relation.NEAREST) == []
    assert all(related.distance_km is None for related in details.related)


def test_distances_are_great_circles_in_kilometres(facts: Catalogue) -> None:
    nearest = {r.place.id: r.distance_km for r in describe_place(facts, "park").related if r.distance_km}
    assert nearest["airport"] == pytest.approx(55.6, abs=0.05)  # Half a degree of a meridian.
    assert nearest["port"] == pytest.approx(86.4, abs=0.05)  # One degree along 39° N.
    assert point_distance_km(facts.places["park"], facts.places["cluster"]) is None


def test_sources_are_numbered_in_order_of_first_use(facts: Catalogue) -> None:
    details = describe_place(facts, "park")
    assert [source.id for source in details.sources[:3]] == ["s-place", "s-contained", "s-both"]
    assert details.sources[-1].id == "s-figure"
    assert details.mark("s-place") == 1
    cited = {s for linked in details.passages for s in linked.passage.source_ids}
    assert cited <= {source.id for source in details.sources}


def test_a_place_of_which_nothing_is_said_has_empty_lists(facts: Catalogue) -> None:
    lonely = Place("lonely", PlaceKind.LOCALITY, "孤地", "Lonely")
    catalogue = replace(facts, places={**facts.places, "lonely": lonely}, passages={})
    assert describe_place(catalogue, "lonely") == PlaceDetails(lonely, (), (), (), ())


def test_an_unknown_place_is_a_key_error(facts: Catalogue) -> None:
    with pytest.raises(KeyError):
        describe_place(facts, "nowhere")


def test_a_parent_that_leads_in_a_circle_does_not_hang(facts: Catalogue) -> None:
    places = {**facts.places, "110000": replace(facts.places["110000"], parent_id="110101")}
    assert describe_place(replace(facts, places=places), "park").place.id == "park"


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


def test_location_text_goes_from_province_to_county(facts: Catalogue) -> None:
    assert location_text(facts, facts.places["park"], Language.ZH) == "东省 甲市 甲县"
    assert location_text(facts, facts.places["park"], Language.EN) == "Jia, Jia City, East"
    assert location_text(facts, facts.places["110101"], Language.ZH) == "东省 甲市"
    assert location_text(facts, facts.places["cluster"], Language.EN) == "Jia, West"
