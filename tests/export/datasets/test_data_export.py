"""Data of a map: only what may leave, in every format, the same twice, all or nothing."""

import errno
import io
import json
import os
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import openpyxl
import pyarrow as pa
import pyogrio
import pytest
import shapely
from made_layers import made_rows, made_view

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import DocumentUnknown, ExportFailed, LibraryUnusable, ResourceMissing, RowsUnreadable
from jjjmap.export.datasets.data_export import save_data
from jjjmap.export.marks import Audience
from jjjmap.export.options import ContentOptions
from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import Layer
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.text.store.library import Library

from ..hostile import HOSTILE, hostile_catalogue

ReadLayer = Callable[[Layer], bytes]
FORMATS = ("map.gpkg", "map.geojson", "map.xlsx", "map")


def firms(**options: Any) -> LayerRows:
    """Six firms: one hidden by the filter if there is one, one nowhere, one whose name is a formula."""
    attributes = pa.table(
        {
            "名称": ["甲厂", "乙厂", "密厂", "=1+1", "[% 6*7 %]", HOSTILE],
            "FID": [1, 2, 3, 4, 5, None],
            "fid": ["a", "b", "c", "d", "e", "f"],
            "layer": ["x"] * 6,
            "产值（万元）": [1.5, 20.0, 3.0, None, 9.0, 100.0],
        }
    )
    lon = np.array([116.02, 116.12, 116.05, 116.06, np.nan, 116.07])
    lat = np.array([39.02, 39.02, 39.05, 39.06, np.nan, 39.07])
    return made_rows(FeatureTable(attributes, Geometry.POINT, lon, lat), **options)


def areas(**options: Any) -> LayerRows:
    shapes = [shapely.box(116, 39, 116.1, 39.1), shapely.box(116.1, 39, 116.2, 39.1)]
    wkb = pa.chunked_array([pa.array(shapely.to_wkb(np.array(shapes, dtype=object)), pa.binary())])
    table = FeatureTable(pa.table({"产值": [1.0, None]}), Geometry.POLYGON, wkb=wkb)
    return made_rows(table, layer_id="user-0000000b", title="县域", **options)


def with_users(snapshot: MapSnapshot, *layers: LayerRows) -> MapSnapshot:
    rows = {each.stored.id: each for each in layers}
    views = (*snapshot.layers, *(made_view(each, opacity=0.5) for each in layers))
    return replace(snapshot, layers=views, rows_of=rows.__getitem__)


@pytest.fixture
def save(
    tmp_path: Path, catalogue: Catalogue, read_layer: ReadLayer, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """Save a map below a name and return the path."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")

    def saved(snapshot: MapSnapshot, name: str, **options: Any) -> Path:
        path = tmp_path / name
        assert save_data(
            path, snapshot, options.pop("catalogue", catalogue), read_layer=read_layer, **options
        )
        return path

    return saved


def all_text(path: Path) -> str:
    """Return everything that an export says, as one text."""
    if path.is_dir():
        return "\n".join(file.read_text("utf-8") for file in sorted(path.iterdir()))
    if path.suffix == ".gpkg":
        with sqlite3.connect(path) as connection:
            # The project lies in it as an archive, in hexadecimal letters.
            projects = connection.execute("SELECT content FROM qgis_projects").fetchall()
            packed = (zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) for (content,) in projects)
            told = (each.read(name).decode() for each in packed for name in each.namelist())
            return "\n".join((*connection.iterdump(), *told))
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    return path.read_text("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_rows_that_the_filter_hides_never_leave(
    snapshot: MapSnapshot, save: Callable[..., Path], name: str
) -> None:
    rows = firms(filter=Filter((Condition(FilterOp.LESS, "FID", ("3",)),)))
    said = all_text(save(with_users(snapshot, rows), name))
    assert "甲厂" in said
    assert "密厂" not in said


@pytest.mark.parametrize("name", FORMATS)
def test_columns_that_stay_at_home_are_not_written(
    snapshot: MapSnapshot, save: Callable[..., Path], name: str
) -> None:
    rows = firms(style=UserStyle(StyleMode.CATEGORISED, "fid", label_column="名称"))
    options = ContentOptions(columns={rows.stored.id: ("FID", "产值（万元）")})
    said = all_text(save(with_users(snapshot, rows), name, options=options))
    assert "产值（万元）" in said
    assert "甲厂" not in said
    assert "名称" not in said


@pytest.mark.parametrize("name", FORMATS)
def test_a_filter_by_a_column_that_stays_at_home_is_told_by_its_numbers_only(
    snapshot: MapSnapshot, save: Callable[..., Path], name: str
) -> None:
    rows = firms(filter=Filter((Condition(FilterOp.CONTAINS, "名称", ("甲厂",)),)))
    shown = with_users(snapshot, rows)
    assert "1 / 6 行：“名称”包含“甲厂”" in all_text(save(shown, name))
    options = ContentOptions(columns={rows.stored.id: ("FID",)})
    said = all_text(save(shown, f"kept-{name}", options=options))
    assert "1 / 6 行：条件未附上" in said
    assert "甲厂" not in said
    assert "名称" not in said


def test_a_column_called_as_ours_gives_way_and_takes_no_others_place(
    snapshot: MapSnapshot, save: Callable[..., Path]
) -> None:
    columns = {"layer": ["甲"], "layer_": ["乙"], "价": [Decimal("1.50")]}
    table = FeatureTable(pa.table(columns), Geometry.POINT, np.array([116.0]), np.array([39.0]))
    path = save(with_users(snapshot, made_rows(table)), "map.geojson")
    said = json.loads(path.read_text("utf-8"))["features"]
    ours = next(each["properties"] for each in said if each["properties"]["layer"] == "企业")
    assert ours == {"layer": "企业", "layer__": "甲", "layer_": "乙", "价": 1.5}


def test_a_position_beyond_all_numbers_is_in_no_box(snapshot: MapSnapshot, save: Callable[..., Path]) -> None:
    lon, lat = np.array([116.0, np.inf]), np.array([39.0, 39.0])
    rows = made_rows(FeatureTable(pa.table({"名称": ["甲", "乙"]}), Geometry.POINT, lon, lat))
    users_alone = replace(with_users(snapshot, rows), layers=(made_view(rows),))
    assert json.loads(save(users_alone, "map.geojson").read_text("utf-8"))["bbox"] == [
        116.0,
        39.0,
        116.0,
        39.0,
    ]


def test_a_file_that_comes_into_the_folder_meanwhile_is_kept(
    snapshot: MapSnapshot, save: Callable[..., Path]
) -> None:
    path = save(snapshot, "map")

    def put_a_file(_share: float) -> None:
        (path / "mine.txt").write_text("mine")

    with pytest.raises(ExportFailed, match="别的文件"):
        save(snapshot, "map", progress=put_a_file)
    assert (path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_bears_the_marks(snapshot: MapSnapshot, save: Callable[..., Path], name: str) -> None:
    said = all_text(save(snapshot, name))
    for line in ("内部参考", "示意图", "GS(2024)0650号", "未经地图审核", "jjjmap export", "2023-11-14"):
        assert line in said, line
    public = all_text(save(snapshot, name, options=ContentOptions(audience=Audience.PUBLIC)))
    assert "内部参考" not in public
    assert "未经地图审核" in public


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_map_makes_the_same_bytes(
    snapshot: MapSnapshot, save: Callable[..., Path], name: str
) -> None:
    def contents(path: Path) -> dict[str, bytes]:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        return {file.name: file.read_bytes() for file in files}

    shown = with_users(snapshot, firms(), areas())
    first = contents(save(shown, name))
    assert contents(save(shown, name)) == first


@pytest.mark.parametrize("name", FORMATS)
def test_a_stop_leaves_the_old_file_and_no_debris(
    tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer, name: str
) -> None:
    path = tmp_path / name
    if not path.suffix:
        path.mkdir()
    else:
        path.write_text("old")
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    shown = with_users(snapshot, firms())
    assert not save_data(path, shown, catalogue, read_layer=read_layer, cancelled=cancelled)
    assert list(tmp_path.iterdir()) == [path]
    assert list(path.iterdir()) == [] if path.is_dir() else path.read_text() == "old"


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_leaves_the_old_file_and_no_debris(
    tmp_path: Path,
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    read_layer: ReadLayer,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    path = tmp_path / name
    if path.suffix:
        path.write_text("old")

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportFailed, match="磁盘已满"):
        save_data(path, snapshot, catalogue, read_layer=read_layer)
    assert [entry.name for entry in tmp_path.iterdir()] == ([name] if path.suffix else [])


def test_what_cannot_be_written_is_said_in_words(
    tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    for name, reason in (
        ("map.shp", "不支持这种格式"),
        ("nowhere/map.gpkg", "文件夹不存在"),
        ("full", "文件夹里有别的文件"),
    ):
        with pytest.raises(ExportFailed, match=reason):
            save_data(tmp_path / name, snapshot, catalogue)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(ExportFailed, match="SOURCE_DATE_EPOCH"):
        save_data(tmp_path / "map.gpkg", snapshot, catalogue)
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"


def test_rows_that_are_gone_are_named(
    tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    def gone(_layer_id: str) -> LayerRows:
        raise RowsUnreadable("企业", "no file")

    shown = replace(with_users(snapshot, firms()), rows_of=gone)
    with pytest.raises(ExportFailed, match="企业"):
        save_data(tmp_path / "map.gpkg", shown, catalogue, read_layer=read_layer)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "map.geojson"])
@pytest.mark.parametrize("broken", ["library", "sqlite", "gone"])
def test_a_library_that_cannot_be_read_is_named(
    tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer, name: str, broken: str
) -> None:
    class Broken(Library):
        def quotations_about(self, *_arguments: Any, **_options: Any) -> Any:
            if broken == "gone":
                raise DocumentUnknown("d1")
            if broken == "sqlite":
                raise sqlite3.OperationalError("disk I/O error")
            raise LibraryUnusable(self.path, "文库正被占用。")

    with Broken.open(tmp_path / "mine.db") as library:
        with pytest.raises(ExportFailed) as caught:
            save_data(tmp_path / name, snapshot, catalogue, read_layer=read_layer, library=library)
        assert caught.value.path == tmp_path / name
        assert "文库 mine.db" in caught.value.reason
        assert "磁盘" not in caught.value.reason
    assert not (tmp_path / name).exists()


def test_a_missing_file_of_ours_is_named(tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue) -> None:
    def missing(layer: Layer) -> bytes:
        raise ResourceMissing(f"{layer.id}.geojson", "no such file")

    with pytest.raises(ExportFailed, match="重新安装"):
        save_data(tmp_path / "map.gpkg", snapshot, catalogue, read_layer=missing)


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_texts_stay_texts(
    snapshot: MapSnapshot, save: Callable[..., Path], catalogue: Catalogue, name: str
) -> None:
    rows = firms(title=HOSTILE, style=UserStyle(StyleMode.CATEGORISED, "名称", label_column="名称"))
    options = ContentOptions(title="[% 6*7 %]" + HOSTILE)
    path = save(with_users(snapshot, rows), name, catalogue=hostile_catalogue(catalogue), options=options)
    said = all_text(path)
    assert "PWNED" in said
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds
        assert "e" not in kinds
    if path.is_dir():
        package = json.loads((path / "datapackage.json").read_bytes())
        assert all((path / resource["path"]).parent == path for resource in package["resources"])
        assert "<script" not in (path / "README.zh.md").read_text("utf-8")
    if path.suffix == ".geojson":
        json.loads(path.read_bytes())
    if path.suffix == ".gpkg":
        with sqlite3.connect(path) as connection:
            styles = [row[0] for row in connection.execute("SELECT styleQML FROM layer_styles")]
        # QGIS takes what stands in [% … %] of a label for a formula.
        assert not any('label="[%' in style for style in styles)


def test_geojson_is_what_rfc_7946_wants(snapshot: MapSnapshot, save: Callable[..., Path]) -> None:
    said = json.loads(save(with_users(snapshot, firms(), areas()), "map.geojson").read_bytes())
    assert said["type"] == "FeatureCollection"
    assert "crs" not in said
    assert said["bbox"] == [116.0, 39.0, 116.2, 39.1]
    ids = [feature["id"] for feature in said["features"]]
    assert len(set(ids)) == len(ids)
    assert {feature["properties"]["layer"] for feature in said["features"]} == {
        "counties", "zones", "platforms", "企业", "县域",
    }  # fmt: skip
    for feature in said["features"]:
        if feature["geometry"] and feature["geometry"]["type"] == "Polygon":
            assert shapely.LinearRing(feature["geometry"]["coordinates"][0]).is_ccw
    nowhere = [feature for feature in said["features"] if feature["geometry"] is None]
    assert [feature["properties"]["名称"] for feature in nowhere] == ["[% 6*7 %]"]
    assert said["features"][-2]["properties"].get("layer_") is None
    assert "GS(2024)0650号" in said["jjjmap"]["attribution"]


def test_a_geopackage_holds_layers_and_facts(snapshot: MapSnapshot, save: Callable[..., Path]) -> None:
    path = save(with_users(snapshot, firms(), areas()), "地图.gpkg")
    names = [name for name, _kind in pyogrio.list_layers(path)]
    assert names[:5] == ["counties", "zones", "企业", "县域", "platforms"]
    assert names[5:9] == ["figures", "passages", "mentions", "sources"]
    parks = geopandas.read_file(path, layer="platforms")
    assert parks.crs.equals("EPSG:4326", ignore_axis_order=True)
    assert parks.loc[0, "sources"] == "甲县建园[N/OL]. 某日报, 2021-05-06. https://example.org/d"
    assert parks.loc[0, "evidence_text"]
    figures = pyogrio.read_dataframe(path, layer="figures")
    assert len(figures) == 12
    assert set(figures["source_id"]) == {"daily", "copy"}
    assert figures.loc[11, "qualifier"] == "more"
    firm = geopandas.read_file(path, layer="企业")
    # SQLite finds columns whatever the case, and keeps “fid” for the number of the row.
    assert set(firm.columns) == {"名称", "FID_2", "fid_3", "layer", "产值（万元）", "geometry"}
    assert len(firm) == 6


def test_a_geopackage_has_one_default_style_for_each_layer(
    snapshot: MapSnapshot, save: Callable[..., Path]
) -> None:
    path = save(with_users(snapshot, firms(), areas()), "map.gpkg")
    with sqlite3.connect(path) as connection:
        styles = connection.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML, styleSLD FROM layer_styles"
        ).fetchall()
        moments = connection.execute("SELECT DISTINCT last_change FROM gpkg_contents").fetchall()
        broken = connection.execute("PRAGMA integrity_check").fetchone()
    assert [style[:3] for style in styles] == [
        (name, "geom", 1) for name in ("counties", "zones", "企业", "县域", "platforms")
    ]
    assert all("<qgis" in qml and "StyledLayerDescriptor" in sld for *_head, qml, sld in styles)
    assert moments == [("2023-11-14T22:13:20.000Z",)]
    assert broken == ("ok",)


def test_simplified_areas_keep_their_common_border(snapshot: MapSnapshot, save: Callable[..., Path]) -> None:
    edge = [(116.1, 39 + step / 1000) for step in range(101)]
    bent = [(x + (0.0001 if number % 2 else 0.0), y) for number, (x, y) in enumerate(edge)]
    left = shapely.Polygon([(116.0, 39.0), *bent, (116.0, 39.1)])
    right = shapely.Polygon([(116.2, 39.0), *bent, (116.2, 39.1)])
    wkb = pa.chunked_array([pa.array(shapely.to_wkb(np.array([left, right], dtype=object)), pa.binary())])
    rows = made_rows(FeatureTable(pa.table({"n": [1, 2]}), Geometry.POLYGON, wkb=wkb), title="县")
    path = save(with_users(snapshot, rows), "map.gpkg", options=ContentOptions(tolerance_m=500.0))
    frame = geopandas.read_file(path, layer="县")
    assert frame.geometry.count_coordinates().max() < 20
    assert shapely.coverage_is_valid(frame.geometry.to_numpy())


# GDAL says of a line among areas that it is unusual in a GeoPackage, and writes it.
@pytest.mark.filterwarnings("ignore:A geometry of type:RuntimeWarning")
@pytest.mark.parametrize("name", FORMATS)
def test_odd_shapes_do_not_stop_an_export(
    snapshot: MapSnapshot, save: Callable[..., Path], name: str
) -> None:
    with np.errstate(invalid="ignore"):
        nowhere = shapely.Polygon([(116.0, 39.0), (np.nan, 39.0), (116.1, 39.1)])
    line = shapely.LineString([(116.0, 39.0), (116.05, 39.00001), (116.1, 39.0)])
    cells = [*map(shapely.to_wkb, (shapely.box(116, 39, 116.1, 39.1), nowhere, line)), None]
    # Cut off in the middle.
    wkb = pa.chunked_array([pa.array([*cells, cells[0][:40]], pa.binary())])
    attributes = pa.table({"名称": ["块", "无处", "线", "空", "断"]})
    rows = made_rows(FeatureTable(attributes, Geometry.POLYGON, wkb=wkb), title="县")
    for tolerance_m in (0.0, 100.0):
        options = ContentOptions(tolerance_m=tolerance_m)
        said = all_text(save(with_users(snapshot, rows), name, options=options))
        assert all(word in said for word in ("块", "无处", "断"))
        if name == "map.geojson":
            features = json.loads(said)["features"]
            shapes = {each["properties"].get("名称"): each["geometry"] for each in features}
            assert len(shapes["线"]["coordinates"]) == (2 if tolerance_m else 3)
            assert shapes["无处"] is shapes["空"] is shapes["断"] is None


def test_a_folder_describes_all_that_is_in_it(snapshot: MapSnapshot, save: Callable[..., Path]) -> None:
    shown = with_users(snapshot, firms())
    folder = save(shown, "data")
    package = json.loads((folder / "datapackage.json").read_bytes())
    listed = {resource["path"] for resource in package["resources"]} | set(package["jjjmap"]["files"])
    assert listed | {"datapackage.json"} == {entry.name for entry in folder.iterdir()}
    for resource in package["resources"]:
        assert resource["bytes"] == (folder / resource["path"]).stat().st_size
        assert resource["name"].isascii()
    figures = next(resource for resource in package["resources"] if resource["name"] == "figures")
    header = (folder / "figures.csv").read_text("utf-8-sig").splitlines()[0].split(",")
    assert [field["name"] for field in figures["schema"]["fields"]] == header
    # A folder of ours is replaced, with what was in it.
    save(snapshot, "data")
    assert not (folder / "企业.geojson").exists()
    assert "Jia" not in (folder / "README.zh.md").read_text("utf-8")
    assert "Schematic map" in (folder / "README.en.md").read_text("utf-8")


def test_a_workbook_gives_each_figure_with_its_source(
    snapshot: MapSnapshot, save: Callable[..., Path]
) -> None:
    book = openpyxl.load_workbook(save(with_users(snapshot, firms()), "map.xlsx"))
    assert book.sheetnames == ["说明", "数字", "政策条目", "提及", "来源", "企业"]
    sheet = book["数字"]
    titles = [cell.value for cell in sheet[1]]
    first = dict(zip(titles, (cell.value for cell in sheet[2]), strict=True))
    assert first["数值"] == 1001.5
    assert first["来源"] == "甲县建园"
    assert first["参考文献"].startswith("甲县建园[N/OL]")
    names = [cell.value for cell in book["企业"]["A"]]
    assert "=1+1" in names
    assert all(cell.data_type == "s" for cell in book["企业"]["A"])


def test_a_workbook_has_a_sheet_for_a_plain_table_and_reads_none_of_our_layers(
    tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue
) -> None:
    def unwanted(layer: Layer) -> bytes:
        raise AssertionError(layer.id)

    years = FeatureTable(pa.table({"年份": [2023, 2024]}))
    plain = made_rows(years, layer_id="user-0000000c", title="产值表")
    shown = with_users(snapshot, firms(), plain)
    assert save_data(tmp_path / "map.xlsx", shown, catalogue, read_layer=unwanted)
    book = openpyxl.load_workbook(tmp_path / "map.xlsx")
    assert set(book.sheetnames[-2:]) == {"企业", "产值表"}
    rows = [[cell.value for cell in row] for row in book["产值表"].iter_rows()]
    assert rows == [["年份", "来源"], *([year, "用户数据：产值表.csv"] for year in (2023, 2024))]


def test_english_maps_speak_english(snapshot: MapSnapshot, save: Callable[..., Path]) -> None:
    path = save(replace(snapshot, language=Language.EN), "map.gpkg")
    figures = pyogrio.read_dataframe(path, layer="figures")
    assert set(figures["indicator"]) == {"Output", "Firms"}
    with sqlite3.connect(path) as connection:
        titles = [row[0] for row in connection.execute("SELECT identifier FROM gpkg_contents")]
    assert "Receiving platforms" in titles
