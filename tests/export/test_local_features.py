"""Users' layers in an exported page: its answers are those of the program, row by row and tile by tile."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from made_layers import made_rows

from jjjmap.analysis.whereabouts import whereabouts
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.options import ContentOptions
from jjjmap.i18n import Language, speaking
from jjjmap.layers.boundaries import shipped_units
from jjjmap.layers.feature_ids import feature_id
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.feature_words import attribute_text, extent_text, feature_title, shape_of
from jjjmap.layers.named_places import subjects_of
from jjjmap.layers.provenance import ColumnNote, InputNote, Provenance
from jjjmap.layers.provenance_texts import provenance_pairs
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import Density, StyleMode, UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.maps.drawing.drawn_layer import SELECTED
from jjjmap.maps.drawing.mercator import TILE_PX, px_per_unit, unit_at
from jjjmap.maps.drawing.payload import unpack
from jjjmap.paths import RESOURCES

from .conftest import Browser
from .user_layers import LocalPage, content_of, drawn_alone, firms, parcels, roads

pytestmark = pytest.mark.web

LAYER = "user-0000000a"
HOSTILE_TEXTS = ("</script><script>alert(1)</script>", "`${1}`", "=1+1", "\u202e甲")
CROSSED = [(115.9, 38.9), (116.0, 39.0), (118.4, 39.2), (116.21, 38.97), (115.7, 38.7)]


@pytest.fixture(scope="module")
def facts() -> Catalogue:
    """Return the real catalogue, for the counties are real."""
    return load_catalogue(RESOURCES)[0]


def assert_same(found: bytes, wanted: bytes, *, but: tuple[str, ...] = ()) -> None:
    """Two payloads hold the same facts and arrays."""
    (facts, arrays), (other_facts, other) = unpack(found), unpack(wanted)
    assert {key: facts[key] for key in facts if key not in but} == {
        key: other_facts[key] for key in other_facts if key not in but
    }
    assert list(arrays) == list(other)
    for name, array in arrays.items():
        if name not in but:
            np.testing.assert_array_equal(array, other[name], err_msg=name)


def tiles_at(zoom: float, *positions: tuple[float, float]) -> list[tuple[int, int, int]]:
    """Return the tiles that hold positions: thousandths of a zoom, column, row."""
    side = TILE_PX / px_per_unit(zoom)
    units = [unit_at(*position) for position in positions]
    return list(dict.fromkeys((round(zoom * 1000), int(x // side), int(y // side)) for x, y in units))


STYLES = {
    "one class": UserStyle(label_column="企业名称"),
    "proportional": UserStyle(StyleMode.PROPORTIONAL, "注册资本"),
    "categories": UserStyle(StyleMode.CATEGORISED, "行业", label_column="成立年份"),
    "hexagons": UserStyle(density=Density.HEX),
}
BIG = Filter((Condition(FilterOp.MORE, "注册资本", ("300",)),))


@pytest.mark.parametrize("filtered", [False, True], ids=["all rows", "filtered"])
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
def test_points_are_drawn_as_in_the_program(
    chromium: Browser, tmp_path: Path, facts: Catalogue, style: UserStyle, filtered: bool
) -> None:
    rows = made_rows(firms(), style=style, filter=BIG if filtered else None, marked=(5, 7, 8, 20, 30))
    page, program = LocalPage(chromium, tmp_path, content_of(facts, rows)), drawn_alone(rows)
    assert_same(page.answer(LAYER, "points.bin"), program.answer(("points.bin",)), but=("bounds",))
    found, wanted = page.answer(LAYER, "rows.bin"), program.answer(("rows.bin",))
    # How small symbols become is told of all rows, as in the window.
    assert_same(found, wanted, but=("scales",) if filtered else ())
    about, wanted_about = (
        json.loads(each) for each in (page.answer(LAYER, "about.json"), program.answer(("about.json",)))
    )
    assert about["bounds"] == pytest.approx(wanted_about.pop("bounds"), abs=1e-9)
    assert {key: about[key] for key in wanted_about} == wanted_about
    for zoom in (4, 9, 13):
        assert_same(page.answer(LAYER, f"hex/{zoom}.bin"), program.answer(("hex", f"{zoom}.bin")))
    for zoom in (7, 10, 14):
        for _z, column, row in tiles_at(zoom, *CROSSED):
            where = "labels", str(zoom), str(column), f"{row}.json"
            assert json.loads(page.answer(LAYER, "/".join(where))) == json.loads(program.answer(where))


@pytest.mark.parametrize("style", [UserStyle(), UserStyle(size_px=20.0)], ids=["small", "large"])
def test_a_click_on_points_finds_what_the_program_finds(
    chromium: Browser, tmp_path: Path, facts: Catalogue, style: UserStyle
) -> None:
    rows = made_rows(firms(), style=style)
    page, program = LocalPage(chromium, tmp_path, content_of(facts, rows)), drawn_alone(rows)
    page.answer(LAYER, "about.json")
    chance = np.random.default_rng(1)
    found_any = 0
    for zoom in (6.0, 9.25, 12.0):
        for lon, lat in [*CROSSED, *(CROSSED[0] + chance.normal(0, 0.05, (8, 2))).tolist()]:
            wanted = [feature_id(LAYER, row) for row in program.hits(lon, lat, zoom, 6.0)][:50]
            assert page.hits(lon, lat, zoom) == wanted
            found_any += len(wanted)
    assert found_any > 100


@pytest.mark.parametrize("make", [parcels, roads])
def test_tiles_are_cut_as_in_the_program(
    chromium: Browser, tmp_path: Path, facts: Catalogue, make: Any
) -> None:
    rows = made_rows(make(), style=UserStyle(label_column="名称"), marked=(1,))
    page, program = LocalPage(chromium, tmp_path, content_of(facts, rows)), drawn_alone(rows)
    assert_same(page.answer(LAYER, "rows.bin"), program.answer(("rows.bin",)))
    cut = 0
    for zoom in (2.0, 6.0, 8.437, 10.0, 13.0, 18.0):
        for z, column, row in tiles_at(zoom, *CROSSED):
            where = "tiles", str(z), str(column), f"{row}.bin"
            found, wanted = page.answer(LAYER, "/".join(where)), program.answer(where)
            assert_same(found, wanted)
            cut += len(unpack(wanted)[1]["x"])
        for _z, column, row in tiles_at(int(zoom), *CROSSED):
            where = "labels", str(int(zoom)), str(column), f"{row}.json"
            names, wanted_names = (
                json.loads(each) for each in (page.answer(LAYER, "/".join(where)), program.answer(where))
            )
            assert [name[3] for name in names] == [name[3] for name in wanted_names]
    assert cut > 500
    chance = np.random.default_rng(1)
    for zoom in (7.0, 12.5):
        for lon, lat in [*CROSSED, *(CROSSED[3] + chance.normal(0, 0.2, (12, 2))).tolist()]:
            wanted_rows = program.hits(lon, lat, zoom, 6.0)[:50]
            assert page.hits(lon, lat, zoom) == [feature_id(LAYER, row) for row in wanted_rows]


def test_what_the_page_says_of_a_row_is_what_the_window_says(
    chromium: Browser, tmp_path: Path, facts: Catalogue
) -> None:
    rows = made_rows(firms(), filter=BIG)
    content = content_of(facts, rows)
    page = LocalPage(chromium, tmp_path, content)
    table, units = rows.table, shipped_units()
    shown = np.flatnonzero(rows.shown)
    assert 100 < len(shown) < 400
    for row in [int(shown[0]), int(shown[7]), int(shown[-1]), *(each for each in (4, 5) if each in shown)]:
        told = page.value(f"local.details({json.dumps(content.id_in_file(feature_id(LAYER, row)))})")
        assert told["title"] == feature_title(rows.stored.facts, table, row)
        with speaking(Language.ZH):
            wanted = [[name, attribute_text(name, value)] for name, value in table.row(row).items()]
        assert told["attributes"] == wanted
        lon, lat = float(table.lon[row]), float(table.lat[row])
        assert (told["lon"], told["lat"]) == pytest.approx((lon, lat), abs=1e-7)
        where = whereabouts(lon, lat, facts, units)
        assert told["area"] == list(where.subject_ids) and told["units"] == list(where.unit_ids)
        assert told["near_border"] == where.near_border
        assert told["is_outside"] == (not where.county_id)
        assert [(key, wind, rough) for key, _km, wind, rough in told["near"]] == [
            (near.place_id, near.direction.value, near.is_rough) for near in where.near
        ]
        assert [near[1] for near in told["near"]] == pytest.approx([near.km for near in where.near], rel=1e-6)
        assert {*told["area"], *(near[0] for near in told["near"])} <= set(content.place_ids)


@pytest.mark.parametrize("make", [parcels, roads])
def test_extents_are_told_as_in_the_window(
    chromium: Browser, tmp_path: Path, facts: Catalogue, make: Any
) -> None:
    rows = made_rows(make())
    page = LocalPage(chromium, tmp_path, content_of(facts, rows))
    for row in (0, 5, 7):
        told = page.value(f"local.details('{LAYER}#{row}')")
        shape = shape_of(rows.table, row)
        assert shape is not None
        with speaking(Language.ZH):
            assert told["extent"] == extent_text(rows.table.geometry, shape)
        point = shape.representative_point()
        assert (told["lon"], told["lat"]) == pytest.approx((point.x, point.y), abs=1e-6)


def test_values_read_as_in_the_window(chromium: Browser, tmp_path: Path, facts: Catalogue) -> None:
    values: dict[str, list[Any]] = {
        "数": [0.1, 1234567.891, 1e20, 1.5e-7, 0.0078125, -2.5, None, 2000.0, float("nan"), float("inf")],
        "量": [1, 1999, 123456789, -1234567, 0, None, 2**40, 5, 6, 7],
        "大数": [2**60, *range(9)],
        "编号": [123456, *range(9)],
        "日期": pa.array([None, *range(9)], pa.date32()),
        "时刻": pa.array(range(10), pa.timestamp("s", "UTC")),
        "文": [*HOSTILE_TEXTS, " a \n b ", "", None, "长" * 3000, "é", "𠮷"],
        "金额": pa.array([None, "1234.50", *["7.10"] * 8]).cast(pa.decimal128(10, 2)),
        "空": pa.nulls(10),
    }  # fmt: skip
    rows = made_rows(FeatureTable(pa.table(values), Geometry.POINT, np.full(10, 116.0), np.full(10, 39.0)))
    page = LocalPage(chromium, tmp_path, content_of(facts, rows))
    for row in range(10):
        with speaking(Language.ZH):
            wanted = [[name, attribute_text(name, value)] for name, value in rows.table.row(row).items()]
            title = feature_title(rows.stored.facts, rows.table, row)
        assert page.value(f"local.details('{LAYER}#{row}')")["attributes"] == wanted
        assert page.value(f"local.title('{LAYER}#{row}')") == title
    assert chromium.console() == []


def test_search_looks_at_names_before_other_texts(
    chromium: Browser, tmp_path: Path, facts: Catalogue
) -> None:
    count = 5
    table = FeatureTable(
        pa.table(
            {"名称": ["丙氢能", "氢能甲", "乙", "Delta 氢能", "戊"], "行业": ["", "", "氢能", "", "汽车"]}
        ),
        Geometry.POINT, np.linspace(115.0, 116.0, count), np.full(count, 39.0),
    )  # fmt: skip
    page = LocalPage(chromium, tmp_path, content_of(facts, made_rows(table)))
    assert [each["title"] for each in page.value("local.search('氢能', 9)")] == [
        "氢能甲",
        "丙氢能",
        "Delta 氢能",
        "乙",
    ]
    assert [each["title"] for each in page.value("local.search(' delta  氢 ', 9)")] == ["Delta 氢能"]
    assert len(page.value("local.search('氢能', 2)")) == 2
    assert page.value("local.search('  ', 9)") == []
    (found,) = page.value("local.search('汽车', 9)")
    assert (found["lon"], found["lat"]) == pytest.approx((116.0, 39.0), abs=1e-7)


def test_nobody_is_hit_in_a_layer_that_was_not_drawn(
    chromium: Browser, tmp_path: Path, facts: Catalogue
) -> None:
    lower, upper = made_rows(firms()), made_rows(parcels(), layer_id="user-0000000b")
    page = LocalPage(chromium, tmp_path, content_of(facts, lower, upper))
    assert page.hits(116.0, 39.0, 9.0) == []
    page.answer("user-0000000b", "about.json")
    assert [each.split("#")[0] for each in page.hits(116.0, 39.0, 9.0)] == ["user-0000000b"]
    page.answer(LAYER, "about.json")
    found = [each.split("#")[0] for each in page.hits(116.0, 39.0, 9.0)]
    assert found[0] == "user-0000000b" and found[-1] == LAYER
    assert page.value(f"local.hits(116.0, 39.0, 9.0, ['{LAYER}']).map((each) => each.layer_id)")[0] == LAYER
    assert page.value("local.details('beijing')") is None
    assert page.value(f"local.has('{LAYER}#400')") is False


def test_choosing_marks_a_row_as_the_window_does(chromium: Browser, tmp_path: Path, facts: Catalogue) -> None:
    first, second = made_rows(firms(), marked=(1, 2)), made_rows(roads(), layer_id="user-0000000b")
    page = LocalPage(chromium, tmp_path, content_of(facts, first, second))

    def marked(layer: str) -> int:
        return int((unpack(page.answer(layer, "rows.bin"))[1]["flags"] & SELECTED).astype(bool).sum())

    assert page.value(f"local.select('{LAYER}#2')") == [] and marked(LAYER) == 2
    assert page.value("local.select('')") == [] and marked(LAYER) == 2
    changed = page.value("local.select('user-0000000b#9')")
    assert changed == [{"layer_id": LAYER, "revision": 1}, {"layer_id": "user-0000000b", "revision": 1}]
    assert (marked(LAYER), marked("user-0000000b")) == (0, 1)
    assert page.value("local.select('beijing')") == [{"layer_id": "user-0000000b", "revision": 1}]
    assert marked("user-0000000b") == 0


@pytest.mark.parametrize("make", [firms, parcels, roads])
def test_an_empty_layer_draws_nothing_and_fails_nowhere(
    chromium: Browser, tmp_path: Path, facts: Catalogue, make: Any
) -> None:
    rows = made_rows(make(), filter=Filter((Condition(FilterOp.IN_BOX, bounds=(1.0, 1.0, 2.0, 2.0)),)))
    page = LocalPage(chromium, tmp_path, content_of(facts, rows))
    assert json.loads(page.answer(LAYER, "about.json")) == {"total": 0, "drawable": 0, "bounds": None}
    assert len(unpack(page.answer(LAYER, "rows.bin"))[1]["cls"]) == 0
    what = "points.bin" if rows.table.geometry is Geometry.POINT else "tiles/6000/52/24.bin"
    assert len(unpack(page.answer(LAYER, what))[1]["x"]) == 0
    assert page.hits(116.0, 39.0, 9.0) == [] and page.value("local.search('甲', 9)") == []
    assert page.value(f"local.details('{LAYER}#0')") is None


def test_how_a_layer_was_reckoned_goes_with_its_features_without_columns_kept_back(
    chromium: Browser, tmp_path: Path, facts: Catalogue
) -> None:
    rows = made_rows(firms(20))
    columns = (ColumnNote("注册资本", "total", "Σ <b>资本</b>", "万元"), ColumnNote("行业", "share", "n/N"))
    made = Provenance("summarize", {}, "汇总", (InputNote("甲.csv", 30, 20),), columns, notes=("示意。",))
    rows = replace(rows, stored=replace(rows.stored, provenance=made))
    options = ContentOptions(columns={LAYER: ("企业名称", "注册资本")})
    page = LocalPage(chromium, tmp_path, content_of(facts, rows, options=options))
    method = page.value(f"local.details('{LAYER}#0')")["method"]
    assert method == [list(pair) for pair in provenance_pairs(made.about(("企业名称", "注册资本")))]
    assert "Σ <b>资本</b>" in str(method) and "甲.csv" in str(method) and "n/N" not in str(method)


def test_a_row_of_a_result_speaks_of_the_place_that_it_names_as_in_the_window(
    chromium: Browser, tmp_path: Path, facts: Catalogue
) -> None:
    table = firms(10)  # The fourth is nowhere.
    ids = pa.array(["130600", None, "zz", "130600", *[None] * 6])
    table = replace(table, attributes=table.attributes.append_column("编号", ids))
    rows = made_rows(table)
    plain = LocalPage(chromium, tmp_path, content_of(facts, rows))
    lies_in = [plain.value(f"local.details('{LAYER}#{row}')")["area"] for row in range(4)]
    made = Provenance("summarize", {}, "汇总", columns=(ColumnNote("编号", "id"),))
    rows = replace(rows, stored=replace(rows.stored, provenance=made))
    page = LocalPage(chromium, tmp_path, content_of(facts, rows))
    subjects = [page.value(f"local.details('{LAYER}#{row}')")["area"] for row in range(4)]
    wanted = [list(subjects_of(("130600",) if row in (0, 3) else (), lies_in[row])) for row in range(4)]
    assert subjects == wanted and subjects[0][0] == "130600" == subjects[3][0] != lies_in[0][0]
    kept_back = ContentOptions(columns={LAYER: ("企业名称",)})
    page = LocalPage(chromium, tmp_path, content_of(facts, rows, options=kept_back))
    assert page.value(f"local.details('{LAYER}#0')")["area"] == lies_in[0]
