import json
import threading

import numpy as np
import pyarrow as pa
import pytest
import shapely

from jjjmap.errors import PageMissing
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry, LayerStyle, SymbolClass
from jjjmap.layers.styling.user_style import Density
from jjjmap.maps.drawing.drawn_layer import FANNED, HIDDEN, SELECTED, DrawnLayer
from jjjmap.maps.drawing.mercator import px_per_unit, to_degrees, unit_at
from jjjmap.maps.drawing.payload import pack, unpack

LON = np.array([116.0, 116.5, np.nan, 116.5, 117.0])
LAT = np.array([39.0, 39.5, np.nan, 39.5, 40.0])


@pytest.fixture
def points():
    names = pa.table({"name": ["甲厂", "乙厂", "丙厂", None, "  "], "value": [1.5, 2.0, None, 4.0, 5.0]})
    return DrawnLayer(FeatureTable(names, Geometry.POINT, LON, LAT))


@pytest.fixture
def areas():
    shapes = [shapely.box(115, 38, 117, 40), shapely.box(116, 39, 116.2, 39.2), None]
    wkb = pa.chunked_array([pa.array(shapely.to_wkb(shapes), pa.binary())])
    return DrawnLayer(FeatureTable(pa.table({"name": ["甲县", "乙县", "丙县"]}), Geometry.POLYGON, wkb=wkb))


def rows_of(layer):
    return unpack(layer.answer(("rows.bin",)))


def test_arrays_come_back_as_they_were_packed():
    facts, arrays = unpack(
        pack({"名": 1}, a=np.arange(3, dtype=np.uint8), b=np.array([1.5]), c=np.empty(0, np.int32))
    )
    assert facts == {"名": 1}
    assert arrays["a"].tolist() == [0, 1, 2] and arrays["b"].tolist() == [1.5] and len(arrays["c"]) == 0


def test_rows_stand_in_the_order_of_the_points(points):
    points.set_rows(
        np.array([0, 1, 2, 3, 4], np.uint8),
        np.array([10, 11, 12, 13, 14], np.uint8),
        np.array([True, False, False, False, False]),
        np.array([True, True, False, False, False]),
    )
    _facts, positions = unpack(points.answer(("points.bin",)))
    facts, rows = rows_of(points)
    assert len(positions["x"]) == len(rows["cls"]) == 4
    assert sorted(zip(rows["cls"], rows["size"], rows["flags"], strict=True)) == [
        (0, 10, HIDDEN | SELECTED),
        (1, 11, SELECTED | FANNED),
        (3, 13, FANNED),
        (4, 14, 0),
    ]
    assert positions["x"][rows["cls"] == 4] == positions["x"].max()
    assert facts["density"] == "none" and facts["has_labels"] is False


def test_hits_are_rows_nearest_first_without_hidden_ones(points):
    assert points.hits(116.5, 39.5, 10, 4) == [1, 3]
    points.set_hidden(np.array([False, True, False, False, False]))
    assert points.hits(116.5, 39.5, 10, 4) == [3]
    assert points.hits(118.5, 39.5, 10, 4) == []


def test_a_larger_symbol_is_hit_farther_from_its_middle(points):
    style = LayerStyle((SymbolClass("*", "", "", size_px=40.0),))
    aside = 116.0 + 18 * 360 / 256 / 2**10
    assert points.hits(aside, 39.0, 10, 2) == []
    points.set_rows(np.zeros(5, np.uint8), style=style)
    assert points.hits(aside, 39.0, 10, 2) == [0]
    points.set_rows(np.zeros(5, np.uint8), np.full(5, 10, np.uint8), style=style)
    assert points.hits(aside, 39.0, 10, 2) == []


def test_areas_are_hit_from_small_to_large_without_hidden_ones(areas):
    assert areas.hits(116.1, 39.1, 9, 3) == [1, 0]
    areas.set_hidden(np.array([False, True, False]))
    assert areas.hits(116.1, 39.1, 9, 3) == [0]


def test_hexagons_count_what_is_shown(points):
    facts, arrays = unpack(points.answer(("hex", "5.bin")))
    assert arrays["count"].sum() == facts["total"] == 4
    points.set_hidden(np.array([True, False, False, False, False]))
    facts, arrays = unpack(points.answer(("hex", "5.bin")))
    assert arrays["count"].sum() == facts["total"] == 3
    assert len(facts["labels"]) == len(facts["colors"]) > arrays["cls"].max()


def test_nothing_shown_makes_no_hexagons(points):
    points.set_hidden(np.ones(5, bool))
    facts, arrays = unpack(points.answer(("hex", "9.bin")))
    assert (facts["total"], len(arrays["x"])) == (0, 0)


def test_names_are_offered_where_there_are_any_and_rows_are_shown(points):
    zoom, x, y = 3, 6, 3
    assert json.loads(points.answer(("labels", "3", "6", "3.json"))) == []
    points.set_rows(np.zeros(5, np.uint8), label_column="name")
    whole = json.loads(points.answer(("labels", str(zoom), str(x), f"{y}.json")))
    assert [text for _row, _x, _y, text in whole] == ["甲厂"]
    near = [
        points.answer(("labels", "12", str(tx), f"{ty}.json"))
        for tx in range(3367, 3381)
        for ty in range(1550, 1570)
    ]
    texts = {label[3] for data in near for label in json.loads(data)}
    assert texts == {"甲厂", "乙厂"}
    points.set_hidden(np.array([True, False, False, False, False]))
    assert [label[3] for label in json.loads(points.answer(("labels", "3", "6", "3.json")))] == ["乙厂"]


def test_a_long_name_is_cut_and_a_number_is_short():
    table = FeatureTable(pa.table({"t": ["甲" * 500], "v": [0.1 + 0.2]}), Geometry.POINT, LON[:1], LAT[:1])
    layer = DrawnLayer(table)
    for column, text in (("t", "甲" * 59 + "…"), ("v", "0.3")):
        layer.set_rows(np.zeros(1, np.uint8), label_column=column)
        assert json.loads(layer.answer(("labels", "0", "0", "0.json")))[0][3] == text


def test_about_tells_bounds_and_how_much_can_be_drawn(points, areas):
    assert json.loads(points.answer(("about.json",)))["bounds"] == pytest.approx([116, 39, 117, 40], abs=1e-6)
    about = json.loads(areas.answer(("about.json",)))
    assert (about["total"], about["drawable"]) == (3, 2)
    assert about["bounds"] == pytest.approx([115, 38, 117, 40], abs=1e-6)


@pytest.mark.parametrize(
    "parts",
    [
        (),
        ("points.bin", ""),
        ("tiles", "7000", "105", "48.bin"),
        ("hex", "-1.bin"),
        ("hex", "23.bin"),
        ("hex", "５.bin"),
        ("hex", "5"),
        ("labels", "3", "8", "0.json"),
        ("labels", "3", "1", "1.bin"),
    ],
)
def test_any_other_path_is_missing(points, parts):
    with pytest.raises(PageMissing):
        points.answer(parts)


def test_areas_have_tiles_and_no_points(areas):
    facts, arrays = unpack(areas.answer(("tiles", "7000", "105", "48.bin")))
    assert facts["closed"] is True and arrays["rows"].tolist() == [0, 1]
    for parts in (("points.bin",), ("hex", "5.bin"), ("tiles", "7000", "128", "0.bin")):
        with pytest.raises(PageMissing):
            areas.answer(parts)


def test_rows_of_another_length_are_refused(points):
    with pytest.raises(ValueError, match="3 for 5 rows"):
        points.set_rows(np.zeros(3, np.uint8))


def test_a_plain_table_is_not_drawn():
    with pytest.raises(ValueError):
        DrawnLayer(FeatureTable(pa.table({"a": [1]})))


def test_an_unknown_label_column_writes_nothing(points):
    points.set_rows(np.zeros(5, np.uint8), label_column="gone", density=Density.HEX)
    facts, _rows = rows_of(points)
    assert facts["has_labels"] is False and facts["density"] == "hex"


def test_many_threads_get_the_same_answers():
    drawn = np.random.default_rng(3)
    table = FeatureTable(
        pa.table({"a": np.arange(20_000)}),
        Geometry.POINT,
        drawn.uniform(115, 118, 20_000),
        drawn.uniform(38, 41, 20_000),
    )
    layer, answers = DrawnLayer(table), []
    threads = [
        threading.Thread(
            target=lambda: answers.append((layer.answer(("points.bin",)), layer.answer(("hex", "9.bin"))))
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6 and len(set(answers)) == 1


def crowd(count, **rows):
    table = FeatureTable(
        pa.table({"name": [f"第{i}厂" for i in range(count + 1)]}),
        Geometry.POINT,
        np.append(np.full(count, 116.0), 117.0),
        np.append(np.full(count, 39.0), 39.0),
    )
    layer = DrawnLayer(table)
    layer.set_rows(np.zeros(count + 1, np.uint8), **rows)
    return layer


def drawn_places(layer):
    """Return where each row's symbol is drawn beside its position, in pixels at full size."""
    _facts, arrays = rows_of(layer)
    assert (arrays["flags"][arrays["fan"]] & FANNED).all()
    index = layer._point_index()
    rows = index.order[arrays["fan"]]
    return dict(zip(rows.tolist(), zip(arrays["fan_dx"] / 8, arrays["fan_dy"] / 8, strict=True), strict=True))


@pytest.mark.parametrize("zoom", [6.0, 9.4, 15.0, 21.0])
def test_a_click_on_a_symbol_that_was_spread_out_finds_its_row(zoom):
    layer = crowd(60)
    degrees_a_pixel = 360 / 256 / 2**zoom
    for row, (dx, dy) in drawn_places(layer).items():
        _x, y = unit_at(116.0, 39.0)
        lat = to_degrees(0, y + dy / px_per_unit(zoom))[1]
        assert layer.hits(116.0 + dx * degrees_a_pixel, lat, zoom, 1.0)[0] == row
    assert layer.hits(117.0, 39.0, zoom, 1.0) == [60]


def test_what_is_hidden_leaves_no_gap_and_one_alone_stands_at_its_position():
    layer = crowd(60)
    places = drawn_places(layer)
    hidden = np.zeros(61, bool)
    hidden[:50] = True
    layer.set_hidden(hidden)
    assert sorted(drawn_places(layer).values()) == sorted(places[row] for row in range(10))
    hidden[:59] = True
    layer.set_hidden(hidden)
    assert "fan" not in rows_of(layer)[1] and not (rows_of(layer)[1]["flags"] & FANNED).any()
    assert layer.hits(116.0, 39.0, 15.0, 1.0) == [59]


def test_large_symbols_stand_in_the_middle_and_no_small_one_lies_on_another():
    sizes = np.tile(np.array([6, 12, 30], np.uint8), 20)
    layer = crowd(60, size_of_row_px=np.append(sizes, np.uint8(6)))
    places = drawn_places(layer)
    away = {row: np.hypot(*place) for row, place in places.items()}
    assert max(away[row] for row in away if row % 3 == 2) < min(away[row] for row in away if row % 3 == 0)
    for one in places:
        for other in range(one):
            apart = np.hypot(*np.subtract(places[one], places[other]))
            assert apart > 0.75 * float(min(sizes[one], sizes[other]))


def test_beyond_so_many_points_of_a_spot_the_rest_lie_on_the_rim():
    facts, _rows = rows_of(crowd(250))
    assert facts["is_crowded"] is False
    layer = crowd(900)
    facts, _rows = rows_of(layer)
    assert facts["is_crowded"] is True
    away = np.array([np.hypot(*place) for place in drawn_places(layer).values()])
    assert len(away) == 900 and away.max() < 100 and np.count_nonzero(away > away.max() - 0.3) > 600


def test_points_that_share_no_position_need_no_further_bytes():
    _facts, arrays = rows_of(
        DrawnLayer(FeatureTable(pa.table({"a": [1, 2]}), Geometry.POINT, LON[:2], LAT[:2]))
    )
    assert set(arrays) == {"cls", "flags"}


def test_a_density_counts_points_where_they_are():
    assert "fan" not in rows_of(crowd(60, density=Density.HEX))[1]


def test_names_stand_beside_symbols_that_were_spread_out():
    layer = crowd(60, label_column="name")
    places = drawn_places(layer)
    x, y = (int(axis) >> 32 - 12 for axis in unit_at(116.0, 39.0))
    labels = json.loads(layer.answer(("labels", "12", str(x), f"{y}.json")))
    assert len(labels) > 1
    for row, _x, _y, text, dx, dy in labels:
        assert text == f"第{row}厂" and (dx, dy) == places[row]


def test_the_page_learns_which_of_few_points_are_chosen():
    selected = np.zeros(61, bool)
    selected[[3, 60]] = True
    layer = crowd(60, selected=selected)
    facts, arrays = rows_of(layer)
    assert {row for row, _place in facts["chosen"]} == {3, 60}
    assert all(arrays["flags"][place] & SELECTED for _row, place in facts["chosen"])
    layer.set_selected(np.append(np.ones(60, bool), False))
    assert len(rows_of(layer)[0]["chosen"]) == 60


def test_a_crowd_on_few_spots_is_drawn_smaller_only_where_spots_are_close():
    drawn = np.random.default_rng(8)
    spot = drawn.integers(0, 200, 60_000)
    lon, lat = drawn.uniform(114, 119, 200)[spot], drawn.uniform(37, 41, 200)[spot]
    layer = DrawnLayer(FeatureTable(pa.table({"a": spot}), Geometry.POINT, lon, lat))
    scales = rows_of(layer)[0]["scales"]
    assert scales[6] < 0.5 and scales[13] == 1.0
