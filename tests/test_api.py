"""The public Python API: light to import, free of Qt, and as careful as the window."""

import inspect
import json
import subprocess
import sys
import types
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas
import pyarrow as pa
import pytest
import shapely

import jjjmap
from jjjmap.analysis.frames import frame_of, table_of
from jjjmap.analysis.python_calls import argument_name, layer_fields
from jjjmap.analysis.registry import KINDS, analysis_class
from jjjmap.analysis.running import AnalysisImpossible, InputLayer
from jjjmap.api import analyses
from jjjmap.errors import LayerUnknown, LayerUnreadable, PlaceUnknown, ProjectUnusable
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.records_json import from_json
from jjjmap.layers.style import Geometry
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from tests.project.made_projects import FIRMS, Home, firms, made_home, save

CHECKOUT = Path(__file__).resolve().parent.parent
CONTRACTS = pandas.DataFrame(
    {
        "卖方": ["北京", "北京", "天津", "火星"],
        "买方": ["天津", "石家庄", "北京", "天津"],
        "额": [3.5, 1.0, 2.0, 9.0],
    }
)
OD = {"origin": "卖方", "destination": "买方", "value": "额"}

WITHOUT_QT = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("qtpy", "PySide6", "PyQt5", "shiboken6"):
            raise ImportError("Qt is not installed here: " + name)
sys.meta_path.insert(0, Blocker())
import jjjmap
before = set(sys.modules)
assert not {"numpy", "pandas", "jjjmap.api", "jjjmap.catalogue.models"} & before, sorted(before)
import pandas
table = pandas.DataFrame({"a": ["北京"], "b": ["天津"]})
assert len(jjjmap.places("wing")) and len(jjjmap.figures("雄安新区")) and len(jjjmap.sources())
result = jjjmap.flows(table, origin="a", destination="b")
assert len(result.gdf) == 1 and "jjjmap.explore" in result.explore().get_root().render()
assert len(jjjmap.locate(pandas.DataFrame({"地址": ["三河市燕郊镇"]}))) == 1
rooms = {name.split(".")[1] for name in sys.modules if name.startswith("jjjmap.")}
assert not rooms & {"ui", "web", "session"}, rooms
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with four layers and two documents."""
    root = tmp_path_factory.mktemp("api")
    home: Home = made_home(root / "home")
    path = root / "规划.jjj.gpkg"
    save(home, path)
    return path


# ---- what it is to import ----


def test_it_works_where_qt_cannot_be_imported_and_loads_nothing_heavy_by_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_QT], cwd=CHECKOUT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr


def test_everything_it_offers_is_there_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in jjjmap.__all__:
        assert name in dir(jjjmap)
        thing = getattr(jjjmap, name)
        assert name == "__version__" or inspect.getdoc(thing)
    with pytest.raises(AttributeError):
        _ = jjjmap.no_such_thing  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        _ = jjjmap._private  # type: ignore[attr-defined]


# ---- facts ----


def test_places_come_by_kind_and_by_where_they_lie() -> None:
    platforms = jjjmap.places("platform", within="唐山市")
    assert {place.kind.value for place in platforms} == {"platform"}
    frame = platforms.to_gdf()
    assert frame.crs.to_epsg() == 4326
    assert len(frame) == len(platforms) == len(platforms.to_frame())
    assert (frame["sources"].str.len() > 0).all()
    assert not any(place.kind.is_unit for place in jjjmap.places())
    assert len(jjjmap.places("county")) == 199


def test_areas_of_units_and_wings_are_polygons() -> None:
    assert set(jjjmap.places("wing").to_gdf(areas=True).geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    [beijing] = [
        each for each in jjjmap.places("province").to_gdf(areas=True).itertuples() if each.id == "110000"
    ]
    assert beijing.geometry.contains(shapely.Point(116.4, 39.9))
    assert jjjmap.places("innovation_centre").to_gdf(areas=True).geometry.isna().any()


def test_an_unknown_kind_or_place_says_what_there_is() -> None:
    with pytest.raises(ValueError, match="platform"):
        jjjmap.places("parks")
    with pytest.raises(PlaceUnknown) as caught:
        jjjmap.places(within="曹妃店")
    assert any("曹妃甸" in note for note in caught.value.__notes__)


def test_every_figure_names_its_source() -> None:
    frame = jjjmap.figures().to_frame()
    assert len(frame) == len(jjjmap.figures())
    assert (frame["source_id"] != "").all() and (frame["reference"] != "").all()
    assert frame["value"].dtype == np.float64
    known = set(jjjmap.sources().to_frame()["source_id"])
    assert set(frame["source_id"]) <= known
    some = jjjmap.figures("曹妃甸").to_frame()
    assert 0 < len(some) < len(frame) and set(some["place_id"]) == {"caofeidian"}


def test_passages_are_digests_with_places_and_sources() -> None:
    frame = jjjmap.passages("雄安新区").to_frame()
    assert 0 < len(frame) < len(jjjmap.passages())
    assert all("xiongan" in ids.split("|") for ids in frame["place_ids"])
    assert (frame["sources"] != "").all()
    assert len(jjjmap.passages("氢能"))


def test_facts_are_told_in_the_language_that_was_chosen() -> None:
    jjjmap.use_language("en")
    assert jjjmap.places("port").to_frame()["name"].str.contains("Port").all()
    with pytest.raises(ValueError):
        jjjmap.use_language("fr")


def test_hostile_texts_stay_texts_where_a_notebook_shows_tables() -> None:
    table = pandas.DataFrame({"a": ["北京"], "b": ["天津"], "来源": ["<img src=x onerror=alert(1)>"]})
    shown = jjjmap.flows(table, origin="a", destination="b")._repr_html_()
    assert "<img" not in shown and "&lt;img" in shown


# ---- reading ----


def test_a_file_of_chinese_excel_becomes_a_frame_with_what_was_found(tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_bytes(
        "名称,人数,经度,纬度\n甲厂,12,116.5,39.5\n乙厂,,117.0,39.1\n丙厂,3,没有,\n".encode("gb18030")
    )
    frame = jjjmap.read_file(path)
    assert frame.crs.to_epsg() == 4326 and len(frame) == 2
    assert frame["人数"].isna().tolist() == [False, True]
    assert frame.attrs["source"]["rejected"] == 1  # 丙厂, whose longitude is none.
    assert str(frame["人数"].dtype) == "Int64"
    assert frame.attrs["source"]["encoding"] == "gb18030" and frame.attrs["source"]["file"] == "企业.csv"
    assert json.dumps(frame.attrs)  # Plain values, as geopandas writes them into Parquet.
    assert all({"severity", "code", "message"} <= set(finding) for finding in frame.attrs["findings"])
    assert jjjmap.read_file(path, encoding="gb18030")["名称"].tolist() == ["甲厂", "乙厂"]


def test_a_file_that_is_none_says_why(tmp_path: Path) -> None:
    with pytest.raises(LayerUnreadable) as caught:
        jjjmap.read_file(tmp_path / "无.csv")
    assert caught.value.__notes__
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(LayerUnreadable) as caught:
        jjjmap.read_file(tmp_path / "坏.xlsx")
    assert caught.value.__notes__


def test_nothing_is_left_behind_in_the_folder_of_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = tmp_path / "流.csv"
    CONTRACTS.to_csv(path, index=False)
    jjjmap.flows(path, **OD)
    with jjjmap.open_project(project) as opened:
        opened.layer("企业").to_gdf()
    assert list(tmp_path.iterdir()) == [path]


# ---- frames ----


def test_frames_of_any_crs_become_positions_in_degrees() -> None:
    points = geopandas.GeoDataFrame(
        {"n": [1, 2, 3]}, geometry=[shapely.Point(116.0, 39.0), None, shapely.Point()], crs="EPSG:4326"
    )
    table = table_of(points.to_crs("EPSG:3857"))
    assert table.geometry is Geometry.POINT
    assert table.lon[0] == pytest.approx(116.0) and np.isnan(table.lon[1:]).all()
    back = frame_of(table)
    assert back.geometry.isna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("shape", "geometry"),
    [(shapely.LineString([(0, 0), (1, 1)]), Geometry.LINE), (shapely.box(0, 0, 1, 1), Geometry.POLYGON)],
)
def test_lines_and_polygons_come_back_as_they_were(shape: Any, geometry: Geometry) -> None:
    frame = geopandas.GeoDataFrame({"名": ["甲"]}, geometry=[shape], crs=4326)
    table = table_of(frame)
    assert table.geometry is geometry
    assert frame_of(table).geometry.iloc[0].equals(shape)


def test_values_of_every_sort_become_values_that_a_layer_may_have() -> None:
    frame = pandas.DataFrame(
        {
            "整": pandas.array([1, None], dtype="Int64"),
            "类": pandas.Categorical(["甲", None]),
            "时": pandas.to_datetime(["2024-01-01", None]),
            "乱": [[1, 2], {"a": 1}],
            "混": [1, "x"],
            "期": pandas.period_range("2024", periods=2, freq="Y"),
        }
    )
    table = table_of(frame)
    assert table.attributes.column("整").to_pylist() == [1, None]
    assert table.attributes.column("类").to_pylist() == ["甲", None]
    assert table.attributes.column("乱").to_pylist()[0] == "[1, 2]"
    assert table.attributes.column("混").to_pylist() == ["1", "x"]
    assert len(frame_of(table)) == 2


def test_a_table_with_longitude_and_latitude_has_positions() -> None:
    table = table_of(pandas.DataFrame({"经度": [116.0, 999.0], "纬度": [39.0, 39.0]}))
    assert table.geometry is Geometry.POINT
    assert table.has_position().tolist() == [True, False]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(1, 1)]), "CRS"),
        (
            geopandas.GeoDataFrame(
                {"a": [1, 2]}, geometry=[shapely.Point(1, 1), shapely.box(0, 0, 1, 1)], crs=4326
            ),
            "混在一起",
        ),
        (geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.MultiPoint([(1, 1)])], crs=4326), "explode"),
        (pandas.DataFrame([[1, 2]], columns=["a", "a"]), "同名"),
    ],
)
def test_frames_that_cannot_be_taken_say_why(frame: pandas.DataFrame, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        table_of(frame)


def test_an_empty_cell_of_whole_numbers_is_no_number() -> None:
    table = FeatureTable(pa.table({"n": pa.array([1, None]), "b": pa.array([True, None]), "t": ["x", None]}))
    frame = frame_of(table)
    assert (
        frame["n"].isna().tolist()
        == frame["b"].isna().tolist()
        == frame["t"].isna().tolist()
        == [False, True]
    )
    assert frame["n"].iloc[0] == 1 and str(frame["n"].dtype) == "Int64"


# ---- analyses ----


def test_a_result_has_rows_formulas_inputs_and_what_is_missing() -> None:
    result = jjjmap.flows(CONTRACTS, **OD)
    assert result.gdf.crs.to_epsg() == 4326
    assert result.gdf.geometry.geom_type.unique().tolist() == ["LineString"]
    assert list(result.to_frame().columns) == [note.name for note in result.columns]
    assert result.inputs[0].rows == 4 and result.inputs[0].rows_used == 3
    assert result.missing[0].units == ("火星",)
    assert "flow-place-unknown" in {finding.code for finding in result.findings}
    assert result.gdf.attrs["formulas"]["净流量"] == "甲→乙 − 乙→甲"
    assert result.provenance.analysis == "flows" and result.summary["flows"] == 3
    assert result.chart is not None and result.chart.labels[0] == "北京市→天津市"
    assert "3 rows" in repr(result)


def test_rows_are_given_as_file_frame_layer_places_or_result(tmp_path: Path, project: Path) -> None:
    path = tmp_path / "流.csv"
    CONTRACTS.to_csv(path, index=False)
    from_file = jjjmap.flows(path, **OD)
    assert from_file.to_frame()["来源"].tolist() == ["流.csv"] * 3
    again = jjjmap.flows(jjjmap.read_file(path), **OD)
    assert again.to_frame().equals(from_file.to_frame())
    assert len(jjjmap.flows(from_file, origin="终点", destination="起点").gdf) == 3
    with jjjmap.open_project(project) as opened, pytest.raises(AnalysisImpossible):
        jjjmap.flows(opened.layer("企业"), origin="名称", destination="行业")
    with pytest.raises(TypeError, match="GeoDataFrame"):
        jjjmap.flows([1, 2], **OD)


def test_what_cannot_be_answered_says_why_in_the_notes_of_the_error() -> None:
    with pytest.raises(AnalysisImpossible) as caught:
        jjjmap.flows(CONTRACTS, origin="卖方", destination="没有")
    assert any("没有" in note for note in caught.value.__notes__) and len(caught.value.__notes__) == 2


def test_an_option_that_there_is_not_names_those_there_are() -> None:
    with pytest.raises(TypeError, match=r"no option 'orign'; there are: .*origin"):
        jjjmap.flows(CONTRACTS, orign="卖方")
    with pytest.raises(ValueError, match="'kde'"):
        jjjmap.hotspots(CONTRACTS, method="no-such-method")
    with pytest.raises(ValueError, match="flows"):
        jjjmap.options("flow")
    with pytest.raises(TypeError, match="twice"):
        jjjmap.near(CONTRACTS, subject_layer=CONTRACTS)


@pytest.mark.parametrize("kind", KINDS)
def test_options_are_the_fields_of_the_analysis_as_plain_values(kind: str) -> None:
    options = jjjmap.options(kind)
    assert list(options) == [argument_name(field.name) for field in fields(analysis_class(kind))]
    assert json.dumps(options)


NOT_DEFAULT: dict[str, dict[str, Any]] = {
    "summarize": {"by": "cities", "measures": ["rows", "share"], "category": '行"业'},
    "near": {"place": "xiongan", "rings_km": [10.0, 20.0]},
    "hotspots": {"method": "dbscan", "eps_km": 2.5, "seed": 7},
    "gaps": {"industry": "行业", "text": ["名称", "范围"]},
    "flows": {"origin": "卖\n方", "destination": "买方", "relocations": True, "top": 5},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("with_options", [False, True])
def test_the_python_that_an_analysis_shows_asks_for_the_same_analysis(
    kind: str, with_options: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = analysis_class(kind)
    layers = {name: f"{at}.csv" for at, name in enumerate(layer_fields(made))}
    analysis = from_json(made, {**layers, **(NOT_DEFAULT[kind] if with_options else {})})
    table = FeatureTable(pa.table({"a": [1]}))

    def read(value: str, name: str) -> tuple[InputLayer, list[Any]]:
        return InputLayer(value, value, table, None), []  # type: ignore[arg-type]

    monkeypatch.setattr(analyses, "_input", read)
    asked: list[Any] = []

    def call(layer: Any = None, **said: Any) -> None:
        asked.append(analyses._asked(kind, layer, said)[0])

    code = analysis.python()
    assert code.startswith("import jjjmap\n")
    exec(code.removeprefix("import jjjmap"), {"jjjmap": types.SimpleNamespace(**{kind: call})})
    assert asked == [analysis]


# ---- looking and saving ----


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".parquet", ".csv", ".xlsx", ".html"])
def test_a_result_is_saved_as_its_suffix_says(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"流{suffix}"
    assert jjjmap.flows(CONTRACTS, **OD).save(path) == path
    assert path.stat().st_size > 500


def test_other_suffixes_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.gpkg"):
        jjjmap.flows(CONTRACTS, **OD).save(tmp_path / "流.docx")


def test_a_map_is_whole_in_itself_and_holds_no_text_as_markup() -> None:
    hostile = "</script><img src=x onerror=alert(1)>${1}`"
    frame = geopandas.GeoDataFrame({"名": [hostile]}, geometry=[shapely.Point(116, 39)], crs=4326)
    html = jjjmap.explore(frame, "名", title=hostile).get_root().render()
    # branca renders what it is given for a template a second time.
    assert "77700007" not in jjjmap.explore(frame, title="{{7777*9991}}{% raw %}{#").get_root().render()
    assert "<img" not in html and "</script><" not in html.replace("</script>\n", "")
    assert "http://" not in html and "https://" not in html
    assert "GS(2024)0650" in html.encode().decode("unicode_escape", "replace")


def test_a_column_colours_the_map_by_number_or_by_category() -> None:
    frame = geopandas.GeoDataFrame(
        {"类": ["甲", "乙", "甲"], "数": [1.0, 5.0, None]},
        geometry=geopandas.points_from_xy([116, 117, 118], [39, 39, 39]),
        crs=4326,
    )

    def labels(column: str) -> list[str]:
        html = jjjmap.explore(frame, column).get_root().render()
        data = json.loads(html[html.index("jjjmap.explore(") :].split(", ", 1)[1].split(");")[0])
        return [look["label"] for look in data["classes"]]

    assert labels("") == ["全部"]
    assert labels("类") == ["甲", "乙"]
    assert labels("数")[-1] == "无数据"
    with pytest.raises(ValueError, match="没有"):
        jjjmap.explore(frame, "没有")


def test_what_cannot_be_drawn_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="locate"):
        jjjmap.explore(pandas.DataFrame({"a": [1]}))
    monkeypatch.setattr("jjjmap.maps.exploring.MOST_ROWS", 2)
    with pytest.raises(ValueError, match="3"):
        jjjmap.flows(CONTRACTS, **OD).explore()


# ---- placing ----


def test_firms_are_placed_from_a_frame_or_a_file(tmp_path: Path) -> None:
    rows = pandas.DataFrame(
        {"企业名称": ["甲有限公司", "乙厂"], "注册地址": ["唐山市曹妃甸区唐海镇", "某处"]}
    )
    placed = jjjmap.locate(rows, explain=True)
    assert placed["unit"].tolist() == ["曹妃甸区", ""]
    assert placed.geometry.isna().tolist() == [False, True]
    assert placed.attrs["columns"]["address"] == "注册地址" and placed["explanation"].iloc[0]
    path = tmp_path / "名单.csv"
    rows.to_csv(path, index=False)
    assert jjjmap.locate(path)["unit"].tolist() == ["曹妃甸区", ""]
    with pytest.raises(ValueError, match="没有能落位的列"):
        jjjmap.locate(pandas.DataFrame({"数": [1]}))


# ---- projects ----


def test_a_project_gives_its_layers_documents_and_where_they_came_from(project: Path) -> None:
    before = project.read_bytes()
    with jjjmap.open_project(project) as opened:
        assert opened.title == "规划" and "4 layers" in repr(opened)
        layer = opened.layer("企业")
        assert layer is opened.layer(FIRMS) or layer == opened.layer(FIRMS)
        assert (layer.rows, layer.geometry, layer.provenance) == (30, "point", None)
        frame = layer.to_gdf()
        assert (
            frame.crs.to_epsg() == 4326 and len(frame) == 30 and frame.attrs["source"]["file"] == "企业.csv"
        )
        wanted = Filter((Condition(FilterOp.MORE, "产值", ("10",)),)).matches(firms())
        assert len(layer.to_gdf(shown_only=True)) == int(wanted.sum()) < 30
        assert layer.as_input().filter_words
        documents = opened.documents()
        assert "甲市规划纲要" in documents["title"].tolist()
        assert "甲市" in opened.document_text(documents["id"].iloc[0])
        with pytest.raises(LayerUnknown):
            opened.layer("没有")
    assert project.read_bytes() == before


def test_a_file_that_is_no_project_says_why(tmp_path: Path) -> None:
    (tmp_path / "x.jjj.gpkg").write_bytes(b"nothing")
    with pytest.raises(ProjectUnusable) as caught:
        jjjmap.open_project(tmp_path / "x.jjj.gpkg")
    assert caught.value.__notes__


def test_a_layer_of_a_project_is_drawn_as_it_is_styled(project: Path) -> None:
    with jjjmap.open_project(project) as opened:
        html: Callable[[], str] = opened.layer("企业").explore().get_root().render
        assert "\\u6c22\\u80fd" in html()  # 氢能, a category of its style.
