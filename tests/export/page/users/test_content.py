"""What leaves with a user's layer: the rows that are shown, the columns that may, borders in one piece."""

import base64
import json
import zlib
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
import shapely
from made_layers import made_rows

from jjjmap.catalogue.models import Catalogue
from jjjmap.export.options import ContentOptions
from jjjmap.export.page.users.content import predicted_bytes, user_content, user_texts
from jjjmap.export.page.users.shapes import STEP_BITS, Arcs, cut_into_arcs
from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.maps.drawing.mercator import WORLD
from jjjmap.maps.drawing.outlines import read_outlines
from jjjmap.maps.drawing.payload import unpack

from ...user_layers import content_of, firms, parcels, roads, shapes, snapshot_of

LAYER = "user-0000000a"
HYDROGEN = Filter((Condition(FilterOp.EQUALS, "行业", ("氢能",)),))


def everything(content: Any) -> bytes:
    """Return all that leaves, readable."""
    texts = [json.dumps(content.content, ensure_ascii=False).encode()]
    return b"".join([*texts, *(zlib.decompress(data) for data in content.blocks.values())])


def test_a_row_that_the_filter_hides_stays_at_home(catalogue: Catalogue) -> None:
    rows = made_rows(firms(), filter=HYDROGEN)
    content = content_of(catalogue, rows)
    assert rows.shown is not None
    left = everything(content)
    for row in range(len(rows.table)):
        name = str(rows.table.attributes.column("企业名称")[row]).encode()
        assert (name in left) == bool(rows.shown[row])
    assert "汽车".encode() not in left
    assert content.content["layers"][0]["rows"] == int(rows.shown.sum())
    hidden, shown = int(np.flatnonzero(~rows.shown)[3]), int(np.flatnonzero(rows.shown)[3])
    assert content.id_in_file(f"{LAYER}#{hidden}") == ""
    assert content.id_in_file(f"{LAYER}#{shown}") == f"{LAYER}#3"
    assert content.id_in_file("beijing") == "" and content.id_in_file("user-00000bad#3") == ""


def test_a_column_that_is_kept_back_stays_at_home(catalogue: Catalogue) -> None:
    style = UserStyle(StyleMode.CATEGORISED, "行业", label_column="企业名称")
    rows = made_rows(firms(), style=style)
    options = ContentOptions(columns={LAYER: ("成立年份", "注册资本")})
    content = content_of(catalogue, rows, options=options)
    (layer,) = content.content["layers"]
    assert layer["columns"] == ["注册资本", "成立年份"]
    assert layer["title_columns"] == [] and layer["label_column"] is None
    left = everything(content)
    assert "企业名称".encode() not in left and "有限公司".encode() not in left and "氢能".encode() not in left
    assert (
        content_of(catalogue, rows, options=ContentOptions(columns={LAYER: ()})).content["layers"][0][
            "columns"
        ]
        == []
    )


def test_a_hidden_layer_and_a_plain_table_stay_at_home(catalogue: Catalogue) -> None:
    table = FeatureTable(firms().attributes)
    plain = made_rows(table, layer_id="user-0000000b")
    snapshot = snapshot_of(made_rows(firms()), plain)
    assert user_content(snapshot, catalogue).layer_ids == (LAYER,)
    assert user_content(snapshot_of(plain), catalogue).blocks == {}


def test_the_same_layer_gives_the_same_bytes(catalogue: Catalogue) -> None:
    for make in (firms, parcels, roads):
        once, twice = (content_of(catalogue, made_rows(make())) for _turn in range(2))
        assert once.blocks == twice.blocks and once.content == twice.content


def test_work_ends_when_asked(catalogue: Catalogue) -> None:
    class Stop(Exception):
        pass

    told: list[float] = []

    def tick(share: float) -> None:
        told.append(share)
        if share > 0.3:
            raise Stop

    with pytest.raises(Stop):
        user_content(
            snapshot_of(made_rows(firms()), made_rows(roads(), layer_id="user-0000000b")),
            catalogue,
            tick=tick,
        )
    assert told == sorted(told)


def rings_of(arcs: Arcs) -> list[npt.NDArray[np.int64]]:
    """Put the strands together again, as the page does."""
    rings = []
    for start, stop in pairwise(arcs.arc_at):
        parts = []
        for i in range(start, stop):
            number = arcs.arc[i]
            corners = np.stack([arcs.x, arcs.y], 1)[arcs.corner_at[number] : arcs.corner_at[number + 1]]
            parts.append(corners[::-1] if arcs.is_backwards[i] else corners)
        for before, after in pairwise(parts):
            assert (before[-1] == after[0]).all()
        rings.append(np.concatenate([part[:-1] for part in parts] + [parts[-1][-1:]]))
    return rings


@pytest.mark.parametrize("make", [parcels, roads])
def test_arcs_put_together_are_the_shapes(make: Any) -> None:
    table = make()
    outlines = read_outlines(table.wkb, table.geometry is Geometry.POLYGON)
    arcs = cut_into_arcs(outlines)
    for ring, (start, stop) in zip(rings_of(arcs), pairwise(outlines.corner_at), strict=True):
        wanted = np.stack([outlines.x, outlines.y], 1)[start:stop].astype(np.int64) >> STEP_BITS
        if outlines.closed:
            wanted = np.concatenate([wanted, wanted[:1]])
        changes = np.ones(len(wanted), bool)
        changes[1:] = (wanted[1:] != wanted[:-1]).any(axis=1)
        if changes.sum() > 3:  # What is smaller than a step keeps all of its corners.
            wanted = wanted[changes]
        np.testing.assert_array_equal(ring, wanted)


def test_common_borders_are_stored_once() -> None:
    table = parcels()
    outlines = read_outlines(table.wkb, True)
    assert len(cut_into_arcs(outlines).x) < 0.65 * len(outlines.x)


def polygons_of(arcs: Arcs) -> list[Any]:
    """Return the parcels that have an area."""
    polygons = [shapely.Polygon(ring) for ring in rings_of(arcs)]
    return [polygon for polygon in polygons if polygon.area > 0]


def test_simplified_neighbours_neither_part_nor_overlap() -> None:
    side = 8
    # Two columns of parcels, without the one that has an island in it.
    table = shapes(Geometry.POLYGON, [wkb.as_py() for wkb in parcels(side).wkb[: 2 * side]])
    assert table.wkb is not None
    arcs = cut_into_arcs(read_outlines(table.wkb, True))
    thin = arcs.simplified(400.0)
    assert len(thin.x) < 0.6 * len(arcs.x)
    before, after = polygons_of(arcs), polygons_of(thin)
    assert len(before) == len(after) and all(polygon.is_valid for polygon in after)
    whole = shapely.union_all(after)
    assert sum(polygon.area for polygon in after) - whole.area < 1e-9 * whole.area
    holes, holes_before = (
        sum(len(part.interiors) for part in shapely.get_parts(each))
        for each in (whole, shapely.union_all(before))
    )
    assert holes == holes_before


@pytest.mark.parametrize("make", [parcels, roads])
@pytest.mark.parametrize("tolerance_m", [50.0, 1_000.0, 1e6])
def test_no_corner_moves_farther_than_the_tolerance(make: Any, tolerance_m: float) -> None:
    table = make()
    arcs = cut_into_arcs(read_outlines(table.wkb, table.geometry is Geometry.POLYGON))
    # Metres a step at 39°, the latitude of the layers; held at the southern edge, so a little less here.
    step_m = np.cos(np.radians(39.0)) * 2 * np.pi * 6_378_137.0 / WORLD * (1 << STEP_BITS)
    for old, new in zip(rings_of(arcs), rings_of(arcs.simplified(tolerance_m)), strict=True):
        away = shapely.distance(shapely.points(old), shapely.LineString(new))
        assert away.max() * step_m <= tolerance_m * 1.01
        assert not arcs.closed or len(new) > 3 or len(old) == len(new)


@pytest.mark.parametrize("columns", [None, ("行业",)])
@pytest.mark.parametrize("count", [60, 3_000, 45_000])
def test_the_predicted_length_is_near_the_truth(
    catalogue: Catalogue, count: int, columns: tuple[str, ...] | None
) -> None:
    options = ContentOptions(columns={} if columns is None else {LAYER: columns})
    assert_predicted(catalogue, firms(count), options)


@pytest.mark.parametrize("make", [parcels, roads])
def test_the_predicted_length_of_shapes_is_near_the_truth(catalogue: Catalogue, make: Any) -> None:
    assert_predicted(catalogue, make(), ContentOptions())
    assert_predicted(catalogue, make(), ContentOptions(tolerance_m=500.0))


def assert_predicted(catalogue: Catalogue, table: FeatureTable, options: ContentOptions) -> None:
    snapshot = snapshot_of(made_rows(table))
    content = user_content(snapshot, catalogue, options)
    words = zlib.compress(json.dumps(content.content, ensure_ascii=False).encode())
    truth = sum(len(base64.b64encode(data)) for data in (*content.blocks.values(), words))
    assert predicted_bytes(snapshot, options) == pytest.approx(truth, rel=0.25, abs=3_000)


def test_numbers_of_few_decimals_are_whole_ones(catalogue: Catalogue) -> None:
    content = content_of(catalogue, made_rows(firms()))
    facts, arrays = unpack(zlib.decompress(content.blocks["u0-c2"]))
    assert facts["decimals"] == 2 and len(arrays["value"]) <= 3 * 400
    facts, arrays = unpack(zlib.decompress(content.blocks["u0-c1"]))
    assert bytes(arrays["plain"]).decode() in ("汽车氢能", "氢能汽车") and len(arrays["code"]) == 400


def test_whole_numbers_beyond_any_sign_are_told_as_texts(catalogue: Catalogue) -> None:
    numbers = pa.array([2**64 - 1, 5, None], pa.uint64())
    table = FeatureTable(pa.table({"n": numbers}), Geometry.POINT, np.full(3, 116.0), np.full(3, 39.0))
    content = content_of(catalogue, made_rows(table))
    facts, arrays = unpack(zlib.decompress(content.blocks["u0-c0"]))
    assert facts["kind"] == "text"
    assert bytes(arrays["plain"]).decode() == "18,446,744,073,709,551,6155"


with np.errstate(invalid="ignore"):
    NOT_A_NUMBER = shapely.Polygon([(116, 39), (float("nan"), 39), (116, 40)])

ODD_SHAPES = {
    "none": None,
    "empty": shapely.Polygon(),
    "not a number": NOT_A_NUMBER,
    "crossing itself": shapely.Polygon([(116, 39), (117, 40), (117, 39), (116, 40)]),
    "flat": shapely.Polygon([(116, 39), (117, 39), (116, 39)]),
    "a line": shapely.LineString([(116, 39), (117, 39)]),
    "several kinds": shapely.GeometryCollection([shapely.Point(116, 39), shapely.box(116, 39, 116.1, 39.1)]),
    "beyond the world": shapely.box(-500, -100, 500, 100),
    "good": shapely.box(116, 39, 116.1, 39.1),
}


@pytest.mark.parametrize("odd", ODD_SHAPES)
def test_an_odd_shape_spoils_nothing(catalogue: Catalogue, odd: str) -> None:
    wkb = [
        None if shape is None else shapely.to_wkb(shape) for shape in (ODD_SHAPES[odd], ODD_SHAPES["good"])
    ]
    rows = made_rows(shapes(Geometry.POLYGON, wkb))
    content = content_of(catalogue, rows, options=ContentOptions(tolerance_m=100.0))
    assert content.content["layers"][0]["rows"] == 2
    _facts, arrays = unpack(zlib.decompress(content.blocks["u0-place"]))
    assert len(arrays["rows"]) in (1, 2)
    assert predicted_bytes(snapshot_of(rows)) > 0


@pytest.mark.parametrize("make", [firms, parcels, roads])
def test_a_layer_whose_rows_are_all_hidden_is_empty(catalogue: Catalogue, make: Any) -> None:
    nothing = Filter((Condition(FilterOp.IN_BOX, bounds=(1.0, 1.0, 2.0, 2.0)),))
    rows = made_rows(make(), filter=nothing, marked=(1,))
    content = content_of(catalogue, rows)
    (layer,) = content.content["layers"]
    assert layer["rows"] == 0 and len(layer["grounds"]) == 1
    assert predicted_bytes(snapshot_of(rows)) < 5_000


def test_words_are_there_in_both_languages() -> None:
    chinese, english = user_texts(Language.ZH), user_texts(Language.EN)
    assert chinese["area"] == "面积 {km2} 平方公里" and "{n}" in chinese["row"]
    for name, text in english.items():
        assert text.isascii() or "km" in text, name
        assert [hole in text for hole in ("{n}", "{km}", "{km2}")] == [
            hole in chinese[name] for hole in ("{n}", "{km}", "{km2}")
        ]
