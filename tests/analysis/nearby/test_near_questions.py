"""What is near, nearest, inside, shared, around and along: answers for an invented region."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from nearby_layers import input_layer
from pyproj import Geod

from jjjmap import paths
from jjjmap.analysis.nearby.geodesy import area_km2
from jjjmap.analysis.nearby.near import Near, Question
from jjjmap.analysis.nearby.shipped_lines import find_line
from jjjmap.analysis.registry import analysis_from_json
from jjjmap.analysis.running import AnalysisCancelled, ChartKind, Material, Outcome
from jjjmap.catalogue.models import PlaceKind
from jjjmap.i18n import Language, use_language
from jjjmap.layers.opening.records_json import to_json
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.classify import apply_style, problem_of
from jjjmap.layers.styling.column_values import TableColumns

GEOD = Geod(ellps="WGS84")
Ask = Callable[..., Outcome]
Rows = Callable[[Outcome], list[dict[str, Any]]]


def km(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    return float(GEOD.inv(lon, lat, to_lon, to_lat)[2]) / 1000


# ---- rings ----


def test_rings_count_by_kind_and_name_what_lies_in_each(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(place="park", rings_km=(100.0, 20.0)))
    near, far = rows(outcome)
    assert (near["from_km"], near["to_km"], far["from_km"], far["to_km"]) == (0, 20, 20, 100)
    # The zone holds the park, the corridor runs through it; a point of which only the county is known is 约.
    assert near["count_within.zone"] == near["count_within.corridor"] == near["count_within.logistics"] == 1
    assert (near["count_within.port"], far["count_within.port"]) == (0, 2)
    assert near["count_in_ring"] + far["count_in_ring"] == far["count_within"]
    assert "rough名（约 9 km）" in near["names_in_ring"] and "port-near名（27.8 km）" in far["names_in_ring"]
    assert outcome.title == "park名周边 100/20 公里"
    assert outcome.summary["within_km"] == {"20": near["count_within"], "100": far["count_within"]}


def test_what_is_only_known_by_its_units_is_counted_apart(ask: Ask, rows: Rows) -> None:
    near, far = rows(ask(Near(place="park", rings_km=(20.0, 60.0))))
    assert (near["count_possible"], far["count_possible"]) == (1, 2)  # road-units, then the hub
    assert "count_within.transport_hub" not in far  # nothing of it is sure


def test_the_place_itself_is_not_near_itself(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(place="park", rings_km=(10.0,), kinds=(PlaceKind.INDUSTRIAL_PARK,)))
    assert rows(outcome)[0]["count_within.industrial_park"] == 0  # a zero that was counted


def test_rings_are_bands_that_do_not_overlap_with_geodesic_areas(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(lon=116.5, lat=39.5))
    inner, middle, outer = outcome.table.shapes
    assert not inner.intersection(middle).area and not middle.intersection(outer).area
    assert [row["area_km2"] for row in rows(outcome)] == pytest.approx(
        [np.pi * 50**2, np.pi * (100**2 - 50**2), np.pi * (200**2 - 100**2)], rel=1e-3
    )


def test_rings_around_an_area_begin_at_its_border(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(place="wing", rings_km=(30.0, 60.0)))
    near, far = rows(outcome)
    assert near["count_within.port"] == 1  # it lies in the wing
    assert far["count_within.port"] == 2
    assert any("从它的边界量起" in note for note in outcome.notes)
    assert shapely.covers(outcome.table.shapes[0], shapely.box(117, 39, 118, 40))


def test_rings_count_shown_rows_of_a_layer_by_its_name(ask: Ask, rows: Rows) -> None:
    points = [shapely.Point(116.5 + step / 10, 39.5) for step in range(6)]
    firms = input_layer("企业", [*points, None], shown=[True] * 5 + [False, True])
    outcome = ask(
        Near(lon=116.5, lat=39.5, rings_km=(20.0, 50.0), layers=("企业",), with_places=False), firms
    )
    near, far = rows(outcome)
    expected = [sum(km(116.5, 39.5, p.x, p.y) <= limit for p in points[:5]) for limit in (20, 50)]
    assert [near["count_within.layer"], far["count_within.layer"]] == expected == [3, 5]
    assert outcome.missing[0].reason == "row-without-position" and outcome.missing[0].count == 1
    assert [(note.rows, note.rows_used) for note in outcome.inputs] == [(7, 5)]


def test_a_list_tells_distance_direction_and_how_it_was_measured(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(place="park", rings_km=(30.0, 100.0), as_list=True))
    by_id = {row["id"]: row for row in rows(outcome)}
    port = by_id["port-near"]
    assert port["distance_km"] == pytest.approx(km(116.5, 39.5, 116.5, 39.75), abs=6e-4)
    assert (port["direction"], port["within_km"], port["distance_text"]) == ("北", 30, "27.8 km")
    assert by_id["whole"]["distance_text"] == "在范围内" and by_id["whole"]["direction"] is None
    assert by_id["rough"]["distance_text"].startswith("约 ")
    assert by_id["hub"]["distance_text"].startswith("至少 ") and by_id["hub"]["within_km"] is None
    distances = [row["distance_km"] for row in by_id.values() if row["distance_km"] is not None]
    assert distances == sorted(distances)
    # At least so far is no distance: it is told in words only.
    assert by_id["hub"]["distance_km"] is None and by_id["road-units"]["distance_km"] is None
    assert [(each.reason, each.units) for each in outcome.missing] == [
        ("no-position", ("lost名",)),
        ("only-units-known", ("road-units名", "hub名")),
    ]


def test_the_chart_stacks_kinds_by_ring(ask: Ask) -> None:
    chart = ask(Near(place="park", rings_km=(20.0, 100.0))).chart
    assert chart is not None and chart.kind is ChartKind.STACKED
    assert chart.labels == ("20 公里以内", "100 公里以内")
    assert dict(chart.series)["港口"] == (0.0, 2.0)


def test_nothing_near_is_a_zero(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(lon=100.0, lat=20.0, rings_km=(50.0,)))
    assert rows(outcome)[0]["count_within"] == 0 and outcome.chart is None


# ---- nearest ----


def test_the_nearest_of_each_kind_with_a_line_of_its_length(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(place="park", question=Question.NEAREST))
    by_kind = {row["kind"]: row for row in rows(outcome)}
    assert by_kind["港口"]["id"] == "port-near" and by_kind["港口"]["direction"] == "北"
    at = [row["kind"] for row in rows(outcome)].index("港口")
    line = outcome.table.shapes[at]
    assert GEOD.geometry_length(line) / 1000 == pytest.approx(by_kind["港口"]["distance_km"], abs=1e-3)
    # To an area the distance is that to its border, not to its label.
    assert by_kind["两翼"]["distance_km"] == pytest.approx(km(116.5, 39.5, 117, 39.5), rel=2e-3)


def test_a_kind_that_is_nowhere_has_an_empty_row_with_the_reason(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(place="park", question=Question.NEAREST, kinds=(PlaceKind.FTZ, PlaceKind.AIRPORT)))
    assert [(row["name"], row["distance_km"]) for row in rows(outcome)] == [(None, None)] * 2
    assert outcome.table.has_position().tolist() == [False, False]
    reasons = {each.reason: each for each in outcome.missing}
    assert set(reasons["nothing-near"].units) == {"自由贸易试验区", "机场"}
    assert reasons["no-position"].units == ("lost名",)


def test_what_may_be_nearer_still_is_told_beside_the_nearest(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(place="port-far", question=Question.NEAREST, kinds=(PlaceKind.CORRIDOR,)))
    assert [(row["id"], row["distance_text"]) for row in rows(outcome)] == [("road-known", "在内或重合")]
    moved = ask(Near(lon=116.5, lat=39.9, question=Question.NEAREST, kinds=(PlaceKind.CORRIDOR,)))
    assert [(row["id"], row["distance_text"]) for row in rows(moved)] == [
        ("road-units", "可能在此"),
        ("road-known", "约 44 km"),
    ]


def test_several_of_each_kind_and_rows_of_a_layer(ask: Ask, rows: Rows) -> None:
    sites = input_layer("厂", [shapely.Point(lon, 39.5) for lon in (119.0, 116.7, 116.6, 116.9)])
    near = Near(place="park", question=Question.NEAREST, kinds=(PlaceKind.PORT,), layers=("厂",), count=2)
    told = [(row["kind"], row["name"]) for row in rows(ask(near, sites))]
    assert told == [("厂", "厂-2"), ("厂", "厂-1"), ("港口", "port-near名"), ("港口", "port-far名")]


def test_fewer_than_were_asked_for_are_told(ask: Ask) -> None:
    near = Near(place="park", question=Question.NEAREST, kinds=(PlaceKind.PORT, PlaceKind.FTZ), count=3)
    outcome = ask(near)
    assert any("不够 3 个的：港口 2 个。" in note for note in outcome.notes)
    assert not any("不够" in note for note in ask(replace(near, count=2)).notes)


# ---- inside ----


def test_inside_an_area_points_count_whole_and_areas_in_part(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(place="990101", question=Question.INSIDE))
    (row,) = rows(outcome)
    assert (row["count_inside.port"], row["count_inside.industrial_park"]) == (1, 1)
    assert row["count_in_part"] == 2  # the zone and the line that run on into the next county
    assert row["area_km2"] == pytest.approx(area_km2(shapely.box(116, 39, 117, 40)))
    assert "部分：whole名" in row["names_inside"]


def test_a_list_of_what_is_inside_tells_shares_and_doubt(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(place="990102", question=Question.INSIDE, as_list=True))
    told = {row["id"]: (row["certainty"], row["share_pct"]) for row in rows(outcome)}
    assert told["port-far"] == ("是", 100) and told["wing"] == ("是", 100)
    assert told["whole"][0] == "部分" and told["whole"][1] == pytest.approx(50, abs=0.1)
    assert "port-near" not in told


def test_a_point_of_which_only_the_county_is_known_is_sure_only_if_the_county_is_inside(
    ask: Ask, rows: Rows
) -> None:
    half = input_layer("半县", [shapely.box(116.4, 39, 117, 40)])
    near = Near("半县", question=Question.INSIDE, as_list=True, kinds=(PlaceKind.LOGISTICS,))
    assert [row["certainty"] for row in rows(ask(near, half))] == ["约：只知道在哪个县"]
    whole = replace(near, subject_layer_id="", place="990101")
    assert [row["certainty"] for row in rows(ask(whole))] == ["是"]


def test_each_polygon_of_a_layer_has_its_own_counts(ask: Ask, rows: Rows) -> None:
    cells = input_layer("格", [shapely.box(116, 39, 117, 40), shapely.box(117, 39, 118, 40), None])
    firms = input_layer("企业", [shapely.Point(116.2, 39.2), shapely.Point(116.3, 39.2)])
    near = Near("格", question=Question.INSIDE, kinds=(PlaceKind.PORT,), layers=("企业",))
    outcome = ask(near, cells, firms)
    told = [(row["name"], row["count_inside.port"], row["count_inside.layer"]) for row in rows(outcome)]
    assert told == [("格-0", 1, 2), ("格-1", 1, 0)]
    assert any("互相重叠" in note for note in outcome.notes)
    assert outcome.chart is not None and outcome.chart.kind is ChartKind.STACKED


# ---- overlap ----


def test_two_areas_share_what_the_formula_says_and_both_shares_are_told(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(place="wing", other="whole", question=Question.OVERLAP))
    (row,) = rows(outcome)
    wanted = area_km2(shapely.box(117, 39, 118, 40))
    assert (row["overlap_km2"], row["first_km2"]) == pytest.approx((wanted, wanted), abs=1e-3)
    assert row["share_of_first_pct"] == 100
    assert row["share_of_second_pct"] == pytest.approx(50, abs=1e-4)


def test_areas_that_merely_touch_share_nothing_and_say_zero(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(place="990101", other="990102", question=Question.OVERLAP))
    (row,) = rows(outcome)
    assert (row["overlap_km2"], row["share_of_first_pct"], row["share_of_second_pct"]) == (0, 0, 0)
    assert not outcome.table.has_position().any()


def test_layers_are_paired_and_ground_that_overlaps_itself_counts_once(ask: Ask, rows: Rows) -> None:
    one = input_layer("甲", [shapely.box(116, 39, 117, 40), shapely.box(116.5, 39, 117.5, 40)])
    two = input_layer("乙", [shapely.box(116.5, 39, 117, 40), shapely.box(130, 39, 131, 40)])
    outcome = ask(Near("甲", "乙", question=Question.OVERLAP), one, two)
    assert [(row["first"], row["second"]) for row in rows(outcome)] == [("甲-0", "乙-0"), ("甲-1", "乙-0")]
    assert outcome.summary["overlap_km2"] == pytest.approx(
        area_km2(shapely.box(116.5, 39, 117, 40)), abs=1e-3
    )
    assert outcome.summary["first_km2"] == pytest.approx(area_km2(shapely.box(116, 39, 117.5, 40)), abs=1e-3)
    assert any("“乙”有 1 个面不与另一方重叠" in note for note in outcome.notes)


def test_layers_without_any_overlap_give_an_empty_result_and_say_so(ask: Ask) -> None:
    one = input_layer("甲", [shapely.box(1, 1, 2, 2), shapely.box(3, 3, 4, 4)])
    outcome = ask(Near("甲", question=Question.OVERLAP, other="wing"), one)
    assert len(outcome.table) == 0 and [each.code for each in outcome.findings] == ["nothing-found"]
    assert outcome.chart is None and outcome.summary["overlap_km2"] == 0


# ---- buffer ----


def test_a_buffer_of_a_point_is_a_circle_with_its_area(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(lon=116.4, lat=39.9, question=Question.BUFFER, km=20.0))
    assert rows(outcome)[0]["area_km2"] == pytest.approx(np.pi * 400, rel=1e-3)
    assert outcome.table.geometry is Geometry.POLYGON


def test_each_row_keeps_its_attributes_and_one_without_position_its_reason(ask: Ask) -> None:
    columns = {"厂名": ["a", "b", "c"], "缓冲 km": [1, 2, 3]}
    sites = input_layer(
        "厂", [shapely.Point(116, 39), None, shapely.Point(117, 39)], columns, shown=[True, True, False]
    )
    outcome = ask(Near("厂", question=Question.BUFFER, km=5.0), sites)
    told = outcome.table.attributes.to_pylist()
    assert [(row["厂名"], row["缓冲 km"], row["缓冲 km 2"]) for row in told] == [("a", 1, 5), ("b", 2, 5)]
    assert told[0]["缓冲区面积 km²"] == pytest.approx(np.pi * 25, rel=1e-3)
    assert told[1]["缓冲区面积 km²"] is None and outcome.missing[0].count == 1
    assert outcome.table.has_position().tolist() == [True, False]


def test_lines_and_areas_are_buffered_with_what_they_cover(ask: Ask) -> None:
    shape = shapely.box(116, 39, 116.2, 39.2)
    outcome = ask(Near("面", question=Question.BUFFER, km=5.0), input_layer("面", [shape]))
    assert shapely.covers(outcome.table.shapes[0], shape)
    by_line = ask(Near(line="rail-up", question=Question.BUFFER, km=5.0))
    assert by_line.summary["area_km2"] == pytest.approx(111.03 * 10 + np.pi * 25, rel=2e-3)
    assert any("示意线" in note for note in by_line.notes)


# ---- along a line ----


def test_what_lies_along_a_line_comes_in_its_order_with_kilometres(ask: Ask, rows: Rows) -> None:
    kinds = (PlaceKind.PORT, PlaceKind.INDUSTRIAL_PARK)
    outcome = ask(Near(line="rail-up", question=Question.CORRIDOR, km=100.0, kinds=kinds))
    told = rows(outcome)
    assert [row["id"] for row in told] == ["park", "port-far", "port-near"]
    by_id = {row["id"]: row for row in told}
    assert by_id["park"]["along_km"] == pytest.approx(km(116.5, 39, 116.5, 39.5), rel=1e-3)
    assert by_id["park"]["distance_km"] == pytest.approx(0, abs=1e-3)
    assert by_id["port-far"]["distance_km"] == pytest.approx(km(117.5, 39.5, 116.5, 39.5), rel=1e-3)
    assert any("示意线" in note and "不可量测" in note for note in outcome.notes)
    assert outcome.summary["line_km"] == pytest.approx(km(116.5, 39, 116.5, 40), abs=1e-3)


def test_an_area_that_a_line_crosses_stands_where_the_line_comes_in(ask: Ask, rows: Rows) -> None:
    outcome = ask(Near(line="甲乙路", question=Question.CORRIDOR, km=10.0, kinds=(PlaceKind.WING,)))
    (row,) = rows(outcome)
    line = shapely.segmentize(shapely.LineString([(116, 39.5), (117, 39.5)]), 0.01)
    assert row["along_km"] == pytest.approx(GEOD.geometry_length(line) / 1000, rel=1e-4)
    assert (row["distance_km"], row["distance_text"]) == (0, "在范围内")


def test_what_is_only_known_by_its_counties_stands_last_without_kilometres(ask: Ask, rows: Rows) -> None:
    kinds = (PlaceKind.PORT, PlaceKind.TRANSPORT_HUB)
    outcome = ask(Near(line="甲乙路", question=Question.CORRIDOR, km=30.0, kinds=kinds))
    told = [(row["id"], row["along_km"] is None, row["distance_km"] is None) for row in rows(outcome)]
    assert told == [("port-near", False, False), ("port-far", False, False), ("hub", True, True)]
    assert outcome.chart is not None and outcome.chart.labels == ("port-near名", "port-far名")


def test_kilometres_can_be_counted_from_a_place(ask: Ask, rows: Rows) -> None:
    near = Near(place="park", line="rail-up", question=Question.CORRIDOR, km=30.0, kinds=(PlaceKind.PORT,))
    outcome = ask(near)
    (port,) = rows(outcome)
    assert port["along_from_place_km"] == pytest.approx(km(116.5, 39.5, 116.5, 39.75), rel=1e-3)
    assert any(note.startswith("park名离这条线 0.0 公里") for note in outcome.notes)


def test_lines_of_the_user_are_followed_one_by_one(ask: Ask, rows: Rows) -> None:
    lines = input_layer(
        "线", [shapely.LineString([(116.4, 39), (116.4, 40)]), shapely.LineString([(117.4, 40), (117.4, 39)])]
    )
    near = Near("线", question=Question.CORRIDOR, km=15.0, kinds=(PlaceKind.PORT,))
    outcome = ask(near, lines)
    told = {row["id"]: (row["part"], row["along_km"]) for row in rows(outcome)}
    assert told["port-near"] == (1, pytest.approx(km(116.4, 39, 116.4, 39.75), rel=1e-3))
    assert told["port-far"] == (2, pytest.approx(km(117.4, 40, 117.4, 39.5), rel=1e-3))
    assert not any("示意" in note for note in outcome.notes[:2])


def test_a_line_that_crosses_itself_or_another_stays_in_one_piece(ask: Ask, rows: Rows) -> None:
    crossing = [(116.0, 39.0), (117.0, 40.0), (117.0, 39.0), (116.0, 40.0)]
    lines = input_layer("线", [shapely.LineString(crossing), shapely.LineString([(115, 39.2), (118, 39.2)])])
    sites = input_layer("厂", [shapely.Point(116.0, 40.0)])
    near = Near("线", question=Question.CORRIDOR, km=5.0, with_places=False, layers=("厂",))
    (site,) = rows(ask(near, lines, sites))
    whole = sum(km(*a, *b) for a, b in pairwise(crossing))
    assert site["along_km"] == pytest.approx(whole, rel=1e-4) and site["part"] == 1


def test_kilometres_from_an_area_count_from_where_the_line_comes_in(ask: Ask, rows: Rows) -> None:
    near = Near(place="wing", line="甲乙路", question=Question.CORRIDOR, km=30.0, kinds=(PlaceKind.WING,))
    (itself,) = rows(ask(near))
    assert itself["along_from_place_km"] == 0
    ports = rows(ask(replace(near, kinds=(PlaceKind.PORT,))))
    by_id = {row["id"]: row["along_from_place_km"] for row in ports}
    assert by_id["port-far"] == pytest.approx(km(117, 39.5, 117.5, 39.5), rel=1e-3)


def test_nothing_along_a_line_is_an_empty_result_that_says_so(ask: Ask) -> None:
    near = Near(line="rail-up", question=Question.CORRIDOR, km=1.0, kinds=(PlaceKind.AIRPORT,))
    outcome = ask(near)
    assert len(outcome.table) == 0 and outcome.findings[0].code == "nothing-found"


# ---- all of them ----

EVERY = (
    Near(place="park"),
    Near(place="park", as_list=True),
    Near(place="park", question=Question.NEAREST),
    Near(place="whole", question=Question.INSIDE),
    Near(place="whole", question=Question.INSIDE, as_list=True),
    Near(place="wing", other="whole", question=Question.OVERLAP),
    Near(place="wing", question=Question.BUFFER),
    Near(line="rail-up", question=Question.CORRIDOR, place="park"),
)


@pytest.mark.parametrize("near", EVERY, ids=lambda near: f"{near.question}{'-list' * near.as_list}")
@pytest.mark.parametrize("language", list(Language))
def test_every_answer_can_be_drawn_and_asked_again_in_both_languages(
    near: Near, language: Language, ask: Ask, material: Material
) -> None:
    use_language(language)
    outcome = ask(near)
    assert problem_of(outcome.style, TableColumns(outcome.table)) == ""
    assert sum(apply_style(outcome.table, outcome.style).count_of_class) in (
        len(outcome.table),
        outcome.table.has_position().sum(),
    )
    again = analysis_from_json("near", to_json(near))
    assert again == near and ask(again).table.attributes.equals(outcome.table.attributes)
    assert again.title(material) == outcome.title
    assert outcome.inputs and all(note.rows_used <= note.rows for note in outcome.inputs)
    labels = 0 if outcome.chart is None else len(outcome.chart.labels)
    assert outcome.chart is None or all(len(values) == labels for _name, values in outcome.chart.series)


def test_sources_of_what_is_named_are_cited(ask: Ask) -> None:
    outcome = ask(Near(place="park", question=Question.NEAREST, kinds=(PlaceKind.PORT,)))
    assert [note.source_ids for note in outcome.inputs] == [("s-park",), ("s-port",)]


def test_lengths_cite_where_they_are_published(ask: Ask) -> None:
    outcome = ask(Near(place="park", question=Question.NEAREST))
    notes = {note.measure: note for note in outcome.columns}
    assert "KARNEY" in notes["distance_km"].reference and notes["distance_km"].unit == "km"
    assert notes["name"].reference == ""


def test_who_asks_to_stop_gets_nothing(material: Material) -> None:
    with pytest.raises(AnalysisCancelled):
        Near(place="park").run(material, lambda _share: None, lambda: True)


def test_layers_get_other_names_for_commands() -> None:
    near = Near("user-1", "user-2", question=Question.OVERLAP, layers=("user-3",))
    renamed = near.with_layers({"user-1": "a.gpkg", "user-2": "b.gpkg", "user-3": "c.csv"})
    assert renamed.layer_ids == ("a.gpkg", "b.gpkg", "c.csv")
    # An overlap looks for nothing: the command refuses what it would not use.
    assert renamed.arguments() == ("near", "a.gpkg", "--overlap", "b.gpkg")
    inside = replace(renamed, question=Question.INSIDE, with_places=False)
    assert inside.arguments() == ("near", "a.gpkg", "--inside", "--no-places", "--layer", "c.csv")


@pytest.mark.parametrize("km", [20.0, 0.5, 123.456789, 1 / 3, 999.9999])
def test_the_command_says_the_very_distance(km: float) -> None:
    assert float(Near(question=Question.BUFFER, km=km).arguments()[-1]) == km
    assert float(Near(rings_km=(km,)).arguments()[-1]) == km


def test_a_position_is_called_after_what_lies_there(ask: Ask, material: Material) -> None:
    near = Near(lon=116.5, lat=39.5, name="甲\n厂")
    outcome = ask(near)
    assert outcome.title == "甲 厂周边 50/100/200 公里" == near.title(material)
    assert "“甲 厂”的位置：116.5,39.5。" in outcome.notes
    assert near.arguments()[1:3] == ("--at=116.5,39.5", "--name=甲\n厂")
    assert replace(near, name="").title(material) == "116.5,39.5周边 50/100/200 公里"
    assert len(replace(near, name="长" * 500).title(material)) < 90
    assert Near(place="park", name="甲").title(material).startswith("park名")


def test_everyday_names_of_lines_are_taken_only_if_they_mean_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base").mkdir()

    def feature(feature_id: str, name: str) -> dict[str, Any]:
        shape = {"type": "LineString", "coordinates": [[116, 39], [117, 39]]}
        return {"type": "Feature", "id": feature_id, "properties": {"name_zh": name}, "geometry": shape}

    names = {
        "corridors.geojson": ["甲乙高速", "甲辛高速铁路"],
        "base/railways.geojson": ["甲乙高速铁路", "甲丙高铁", "甲丁高铁", "甲丁高速铁路", "甲辛高速铁路"],
        "base/expressways.geojson": ["甲己高速公路"],
    }
    for file, each in names.items():
        features = [feature(f"{file}-{name}", name) for name in each]
        document = json.dumps({"type": "FeatureCollection", "features": features})
        (tmp_path / file).write_text(document, "utf-8")
    monkeypatch.setattr(paths, "GEODATA", tmp_path)
    asked = ("甲乙高铁", "甲丙高速铁路", "甲丁高铁", "甲乙高速公路", "甲己高速", "甲辛高铁", "高铁", "")
    found = [line.name_zh if (line := find_line(text)) is not None else "" for text in asked]
    assert found == ["甲乙高速铁路", "甲丙高铁", "甲丁高铁", "甲乙高速", "甲己高速公路", "", "", ""]


def test_python_says_what_differs_from_the_usual() -> None:
    near = Near(place="park", question=Question.NEAREST, kinds=(PlaceKind.PORT,))
    assert near.python().endswith('jjjmap.near(place="park", question="nearest", kinds=["port"])')
