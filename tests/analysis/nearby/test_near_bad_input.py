"""Questions that cannot be answered say why and what to try."""

from collections.abc import Callable
from dataclasses import replace
from math import inf, nan

import pytest
import shapely
from nearby_layers import input_layer

from jjjmap.analysis.nearby import buffers, found_things, inside, overlaps, subjects
from jjjmap.analysis.nearby.near import Near, Question
from jjjmap.analysis.running import AnalysisImpossible, Outcome
from jjjmap.errors import PlaceUnknown

Ask = Callable[..., Outcome]
TABLE = input_layer("表", [None, None])
POINTS = input_layer("点", [shapely.Point(116, 39), shapely.Point(117, 39)])
AREAS = input_layer("面", [shapely.box(116, 39, 117, 40), shapely.box(117, 39, 118, 40)])
HIDDEN = input_layer("藏", [shapely.Point(116, 39)], shown=[False])


def why(ask: Ask, near: Near) -> str:
    with pytest.raises(AnalysisImpossible) as caught:
        ask(near, TABLE, POINTS, AREAS, HIDDEN)
    assert caught.value.finding.message.endswith("。")
    return caught.value.finding.code


@pytest.mark.parametrize("km", [0.0, -5.0, 1000.1, 1e300, inf, nan])
def test_a_distance_that_is_none_or_too_far_is_refused(ask: Ask, km: float) -> None:
    assert why(ask, Near(place="park", rings_km=(50.0, km))) == "km-invalid"
    assert why(ask, Near(place="park", question=Question.BUFFER, km=km)) == "km-invalid"
    assert why(ask, Near(line="rail-up", question=Question.CORRIDOR, km=km)) == "km-invalid"


def test_no_rings_too_many_rings_and_no_count_are_refused(ask: Ask) -> None:
    assert why(ask, Near(place="park", rings_km=())) == "rings-invalid"
    assert why(ask, Near(place="park", rings_km=tuple(float(km) for km in range(1, 40)))) == "rings-invalid"
    assert why(ask, Near(place="park", question=Question.NEAREST, count=0)) == "count-invalid"


@pytest.mark.parametrize("question", [q for q in Question if q is not Question.CORRIDOR])
def test_a_place_that_nobody_knows_is_named_with_what_is_alike(ask: Ask, question: Question) -> None:
    with pytest.raises(PlaceUnknown) as caught:
        ask(Near(place="parc", question=question, other="wing"))
    assert caught.value.wanted == "parc" and "park" in " ".join(caught.value.nearest)


def test_a_line_that_nobody_knows_is_named_with_lines_alike(ask: Ask) -> None:
    with pytest.raises(PlaceUnknown) as caught:
        ask(Near(line="甲丙路", question=Question.CORRIDOR))
    assert caught.value.nearest == ("甲乙路",)


def test_a_place_without_a_position_has_nothing_near(ask: Ask) -> None:
    for question in (Question.RINGS, Question.NEAREST, Question.INSIDE, Question.BUFFER):
        assert why(ask, Near(place="lost", question=question)) == "place-nowhere"


def test_nothing_asked_about_is_refused(ask: Ask) -> None:
    assert why(ask, Near()) == "subject-missing"
    assert why(ask, Near(lon=116.0)) == "subject-missing"
    assert why(ask, Near(question=Question.OVERLAP, place="wing")) == "other-missing"
    assert why(ask, Near(question=Question.OVERLAP, other="wing")) == "subject-no-area"
    assert why(ask, Near(question=Question.INSIDE, lon=116.0, lat=39.0)) == "subject-no-area"


@pytest.mark.parametrize(("lon", "lat"), [(nan, 39.0), (200.0, 39.0), (116.0, 90.0), (116.0, inf)])
def test_a_position_that_is_not_on_earth_is_refused(ask: Ask, lon: float, lat: float) -> None:
    assert why(ask, Near(lon=lon, lat=lat)) == "position-invalid"


def test_what_has_no_ground_has_nothing_inside_and_overlaps_nothing(ask: Ask) -> None:
    assert why(ask, Near(place="park", question=Question.INSIDE)) == "subject-no-area"
    assert why(ask, Near(place="park", other="wing", question=Question.OVERLAP)) == "subject-no-area"
    assert why(ask, Near("点", question=Question.INSIDE)) == "layer-no-areas"
    assert why(ask, Near("点", "面", question=Question.OVERLAP)) == "layer-no-areas"


def test_a_corridor_of_which_only_units_are_known_has_no_along(ask: Ask) -> None:
    assert why(ask, Near(line="road-units", question=Question.CORRIDOR)) == "corridor-without-line"
    assert why(ask, Near(line="park", question=Question.CORRIDOR)) == "place-no-line"
    assert why(ask, Near("面", question=Question.CORRIDOR)) == "layer-no-lines"


def test_who_looks_for_nothing_gets_no_zeros(ask: Ask) -> None:
    for question in (Question.RINGS, Question.NEAREST):
        near = Near(place="park", question=question, with_places=False)
        assert why(ask, near) == "nothing-to-look-for"
    itself = Near("面", question=Question.INSIDE, with_places=False, layers=("面",))
    assert why(ask, itself) == "nothing-to-look-for"


def test_a_plain_table_has_no_distances(ask: Ask) -> None:
    for near in (
        Near("表"),
        Near("表", question=Question.BUFFER),
        Near(place="park", layers=("表",)),
        Near("表", question=Question.INSIDE),
    ):
        assert why(ask, near) == "layer-without-geometry"


def test_a_layer_of_which_nothing_is_shown_is_refused(ask: Ask) -> None:
    assert why(ask, Near("藏")) == why(ask, Near("藏", question=Question.BUFFER)) == "layer-empty"


def test_too_many_rows_are_refused_with_what_to_do(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "MOST_ROWS", 1)
    monkeypatch.setattr(buffers, "MOST_ROWS", 1)
    monkeypatch.setattr(inside, "MOST_AREAS", 1)
    monkeypatch.setattr(overlaps, "MOST_AREAS", 1)
    assert why(ask, Near("点")) == why(ask, Near("点", question=Question.BUFFER)) == "too-many-rows"
    assert why(ask, Near("面", question=Question.INSIDE)) == "too-many-rows"
    assert why(ask, Near("面", "面", question=Question.OVERLAP)) == "too-many-rows"
    monkeypatch.setattr(overlaps, "MOST_AREAS", 2)
    monkeypatch.setattr(overlaps, "MOST_PAIRS", 3)
    assert why(ask, Near("面", "面", question=Question.OVERLAP)) == "too-many-pairs"


def test_too_long_a_list_is_refused_while_counts_are_not(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found_things, "MOST_LISTED", 2)
    monkeypatch.setattr(inside, "MOST_LISTED", 2)
    assert why(ask, Near(place="park", as_list=True)) == "too-many-found"
    assert why(ask, Near(place="whole", question=Question.INSIDE, as_list=True)) == "too-many-found"
    assert why(ask, Near(line="rail-up", question=Question.CORRIDOR, km=100.0)) == "too-many-found"
    assert len(ask(Near(place="park")).table) == 3


def test_a_polygon_that_crosses_itself_is_mended_before_it_is_asked(ask: Ask) -> None:
    bow = input_layer("结", [shapely.Polygon([(116, 39), (117, 40), (117, 39), (116, 40)])])
    outcome = ask(Near("结", question=Question.OVERLAP, other="990101"), bow)
    # Half of the county: two triangles.
    assert outcome.summary["share_of_second_pct"] == pytest.approx(50, abs=1)
    assert len(ask(Near("结", question=Question.INSIDE), bow).table) == 1
    buffers_of = ask(Near("结", question=Question.BUFFER, km=3.0), bow)
    for note in (outcome.notes, buffers_of.inputs[0].note.split("\n")):
        assert any("已修好再用" in sentence for sentence in note)


SPIKED = shapely.Polygon([(116, 39), (117, 40), (117, 39), (116, 40), (116, 39.5), (115, 39.5), (116, 39.5)])
"""Two triangles and a spike that has no ground: mended as it is, polygons and a line."""
TRIANGLES = shapely.MultiPolygon([
    shapely.Polygon([(116, 39), (116.5, 39.5), (116, 40)]),
    shapely.Polygon([(117, 39), (117, 40), (116.5, 39.5)]),
])  # fmt: skip


@pytest.mark.parametrize("question", [Question.RINGS, Question.BUFFER, Question.INSIDE, Question.OVERLAP])
def test_a_polygon_with_a_spike_answers_as_its_ground_does(ask: Ask, question: Question) -> None:
    near = Near("面", question=question, other="990101", km=5.0, rings_km=(5.0,))
    spiked, ground = (ask(near, input_layer("面", [shape])) for shape in (SPIKED, TRIANGLES))
    words = [note.measure for note in ground.columns]
    areas = [
        name for note, name in zip(words, ground.table.attributes.column_names, strict=True) if "km2" in note
    ]
    assert areas
    for name in areas:
        told, wanted = (each.table.attributes.column(name).to_pylist() for each in (spiked, ground))
        assert told == pytest.approx(wanted, rel=1e-4)


def test_a_spiked_polygon_is_found_along_a_line(ask: Ask) -> None:
    near = Near(line="rail-up", question=Question.CORRIDOR, km=1.0, with_places=False, layers=("面",))
    outcome = ask(near, input_layer("面", [SPIKED]))
    assert outcome.table.attributes.column("距离 km").to_pylist() == [0.0]


LOST = input_layer(
    "散",
    [shapely.Point(1e9, 1e9), shapely.Point(116, 95), shapely.Point(116.5, 39.5), None, None],
    shown=[True, True, True, True, False],
)


def test_rows_that_are_not_on_earth_are_told_as_lost_and_hidden_ones_are_not(ask: Ask) -> None:
    found = ask(Near(place="park", with_places=False, layers=("散",)), LOST)
    assert [(each.reason, each.count) for each in found.missing] == [("row-without-position", 3)]
    assert found.inputs[-1].rows_used == 1
    made = ask(Near("散", question=Question.BUFFER, km=5.0), LOST)
    sizes = made.table.attributes.column("缓冲区面积 km²").to_pylist()
    assert [size is None for size in sizes] == [True, True, False, True]
    assert (made.missing[0].count, made.summary["rows"]) == (3, 1)
    together = ask(Near("散", rings_km=(5.0,)), LOST)
    assert any("有 3 行没有可用的位置" in note for note in together.notes)


def test_an_area_without_ground_is_lost_and_has_no_zero(ask: Ask) -> None:
    flat = shapely.Polygon([(116, 39), (117, 40), (116, 39)])
    layer = input_layer("面", [shapely.box(116, 39, 117, 40), shapely.Polygon(), flat])
    inner = ask(Near("面", question=Question.INSIDE), layer)
    assert len(inner.table) == 1 and any("有 2 行没有可用的位置" in note for note in inner.notes)
    made = ask(Near("面", question=Question.BUFFER, km=5.0), layer)
    assert made.table.attributes.column("缓冲区面积 km²").to_pylist()[1:] == [None, None]
    shared = ask(Near("面", question=Question.OVERLAP, other="wing"), layer)
    assert any("有 2 行没有可用的位置" in note for note in shared.notes)
    assert why(lambda near, *_layers: ask(near, input_layer("空", [shapely.Polygon()])), Near("空")) == (
        "layer-empty"
    )


def test_what_lies_beyond_180_degrees_is_found_and_not_drawn(ask: Ask) -> None:
    east = input_layer("东", [shapely.Point(-179.9, 0.0)])
    near = Near(lon=179.9, lat=0.0, rings_km=(50.0,), with_places=False, layers=("东",))
    listed = ask(replace(near, as_list=True), east)
    assert listed.table.attributes.column("距离 km").to_pylist() == pytest.approx([22.264], abs=1e-3)
    polar = replace(near, lat=89.5, as_list=True, rings_km=(100.0,))
    found = ask(polar, input_layer("东", [shapely.Point(0.0, 89.8)]))
    assert found.table.attributes.column("距离 km").to_pylist() == pytest.approx([78.2], abs=0.1)
    for asked in (near, Near(lon=179.9, lat=0.0, question=Question.BUFFER), polar):
        drawn = replace(asked, as_list=False)
        with pytest.raises(AnalysisImpossible) as caught:
            ask(drawn, east)
        assert caught.value.finding.code == "beyond-map"
    with pytest.raises(AnalysisImpossible) as caught:
        ask(Near("东", question=Question.BUFFER), east)
    assert caught.value.finding.code == "beyond-map"
