"""The GeoPackage in a real QGIS: everything opens, in the window's order and colours."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from made_layers import made_rows, made_view

from jjjmap.catalogue.models import Catalogue
from jjjmap.export.datasets.data_export import save_data
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import Layer
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.style import Geometry, Shape
from jjjmap.layers.styling.user_style import CategoryLook, Scheme, StyleMode, UserStyle
from jjjmap.maps.snapshot import MapSnapshot

HERE = Path(__file__).parent
Opened = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def qgis_python() -> str:
    """A Python that has QGIS; that of the system, where Debian puts it."""
    for python in filter(None, (os.environ.get("QGIS_PYTHON"), "/usr/bin/python3", shutil.which("python3"))):
        if not Path(python).exists():
            continue
        asked = subprocess.run([python, "-c", "import qgis.core"], capture_output=True, check=False)
        if asked.returncode == 0:
            return python
    pytest.skip("no QGIS: neither $QGIS_PYTHON nor the system's Python has qgis.core (Debian: python3-qgis)")


@pytest.fixture
def opened(
    qgis_python: str, tmp_path: Path, catalogue: Catalogue, read_layer: Callable[[Layer], bytes]
) -> Opened:
    """Export a map, open it in QGIS, and return what it says."""

    def run(snapshot: MapSnapshot, *spots: str) -> dict[str, Any]:
        path = tmp_path / "地图.gpkg"
        assert save_data(path, snapshot, catalogue, read_layer=read_layer)
        environment = {"QT_QPA_PLATFORM": "offscreen", "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        done = subprocess.run(
            [qgis_python, HERE / "opened_by_qgis.py", path, tmp_path / "map.png", *spots],
            capture_output=True,
            env=environment,
            timeout=100,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        said: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
        assert not said["errors"]
        return said

    return run


def squares(values: list[float | None], **options: Any) -> LayerRows:
    """Return a row of squares from 116° E on, each 0.05° wide."""
    shapes = [shapely.box(116 + at * 0.05, 39.0, 116.05 + at * 0.05, 39.1) for at in range(len(values))]
    wkb = pa.chunked_array([pa.array(shapely.to_wkb(np.array(shapes, dtype=object)), pa.binary())])
    table = FeatureTable(pa.table({'产值"万': pa.array(values, pa.float64())}), Geometry.POLYGON, wkb=wkb)
    return made_rows(table, layer_id="user-0000000b", title="县域", **options)


def with_users(snapshot: MapSnapshot, *layers: LayerRows) -> MapSnapshot:
    rows = {each.stored.id: each for each in layers}
    views = (*snapshot.layers, *(made_view(each) for each in layers))
    return replace(snapshot, layers=views, rows_of=rows.__getitem__)


def test_a_project_opens_as_the_window_shows_it(opened: Opened, snapshot: MapSnapshot) -> None:
    said = opened(snapshot, "116.15,39.02")
    assert said["read"]
    assert said["crs"] == "EPSG:3857"
    assert said["title"] == "京津冀产业协同地图"
    assert said["order"] == ["承接平台", "四大战略合作功能区", "县（市、区）界"]
    layers = said["layers"]
    assert all(layer["valid"] for layer in layers.values())
    assert {"数字", "政策条目", "提及", "来源"} < set(layers)
    assert layers["承接平台"]["renderer"] == "categorizedSymbol"
    assert layers["承接平台"]["legend"] == ["协同创新", "现代制造业", "服务业", "农业合作", "其他"]
    assert layers["承接平台"]["labels"]
    assert layers["数字"]["features"] == 12
    assert said["colors"]["116.15,39.02"] == "#fbfaf7"  # 乙县, as the window paints counties.
    assert said["layouts"] == ["京津冀产业协同地图"]
    assert said["printed"] == [0]


def test_a_layer_brings_its_style_without_the_project(opened: Opened, snapshot: MapSnapshot) -> None:
    rows = squares([1.0, 5.0, 9.0], style=UserStyle(StyleMode.GRADUATED, '产值"万', class_count=3))
    for layer in opened(with_users(snapshot, rows))["layers"].values():
        assert layer["default"] == layer["legend"]


def test_ranges_and_rows_without_a_value_have_the_colours_of_the_window(
    opened: Opened, snapshot: MapSnapshot
) -> None:
    style = UserStyle(
        StyleMode.GRADUATED,
        '产值"万',
        Scheme.MANUAL,
        breaks=(2.0,),
        fill_opacity=1.0,
        no_data_color="#bdbdbd",
    )
    rows = squares([1.0, 2.0, 9.0, None], style=style)
    spots = [f"{116.012 + at * 0.05:.3f},39.02" for at in range(4)]
    said = opened(with_users(snapshot, rows), *spots)
    low, high, missing = rows.styled.style.classes
    assert [said["colors"][spot] for spot in spots] == [low.fill, low.fill, high.fill, missing.fill]
    assert len(said["layers"]["县域"]["legend"]) == 3


def test_every_shape_is_drawn_in_its_colour(opened: Opened, snapshot: MapSnapshot) -> None:
    shapes = list(Shape)
    colors = [f"#{0x10 + number * 0x0F:02x}5e{0xC0 - number * 0x0F:02x}" for number in range(len(shapes))]
    lon = 116.01 + 0.016 * np.arange(len(shapes) + 1)
    attributes = pa.table({"行业": [*shapes, None]})
    table = FeatureTable(attributes, Geometry.POINT, lon, np.full(len(lon), 39.05))
    looks = tuple(
        CategoryLook(shape.value, color, shape=shape) for shape, color in zip(shapes, colors, strict=True)
    )
    style = UserStyle(
        StyleMode.CATEGORISED, "行业", categories=looks, class_count=len(shapes), size_px=50, fill_opacity=1.0
    )
    rows = made_rows(table, style=style)
    spots = [f"{at:.3f},39.05" for at in lon]
    said = opened(replace(snapshot, layers=(made_view(rows),), rows_of=lambda _layer_id: rows), *spots)
    assert [said["colors"][spot] for spot in spots] == [*colors, style.no_data_color]


def test_what_did_not_exist_yet_is_pale(opened: Opened, snapshot: MapSnapshot) -> None:
    shown = replace(snapshot, dimmed_ids=("990002",), moment="2015")
    said = opened(shown, "116.15,39.02")
    assert said["colors"]["116.15,39.02"] == "#f3f2f0"
