"""Invented layers of a user, a page that holds nothing else, and the program's answers to compare."""

import base64
import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from made_layers import made_view

from jjjmap.catalogue.models import Catalogue
from jjjmap.export.options import ContentOptions
from jjjmap.export.page.users.content import UserContent, user_content, user_texts
from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.style import Geometry
from jjjmap.maps.assets import LOCAL_SCRIPTS, web_file
from jjjmap.maps.drawing.drawn_layer import DrawnLayer
from jjjmap.maps.snapshot import MapSnapshot

from .conftest import Browser


def firms(count: int = 400) -> FeatureTable:
    """Points round two towns of Hebei, every tenth on one spot, one without position and one at 0°/0°."""
    chance = np.random.default_rng(7)
    towns = np.array([[115.9, 38.9], [118.4, 39.2]])[chance.integers(0, 2, count)]
    lon, lat = (towns + chance.normal(0, 0.1, (count, 2))).round(6).T
    lon[::10], lat[::10] = 116.0, 39.0
    lon[3], lat[3] = np.nan, np.nan
    lon[4], lat[4] = 0.0, 0.0
    capital = (chance.integers(1, 90_000, count) / 100).tolist()
    capital[5] = None
    attributes = {
        "企业名称": [f"{'甲乙丙丁'[i % 4]}县第{i}机械有限公司" for i in range(count)],
        "行业": ["氢能" if i % 3 else "汽车" for i in range(count)],
        "注册资本": capital,
        "成立年份": (1990 + chance.integers(0, 34, count)).tolist(),
        "上市": [None if i % 5 == 0 else bool(i % 2) for i in range(count)],
    }
    return FeatureTable(pa.table(attributes), Geometry.POINT, lon, lat)


def shapes(geometry: Geometry, wkb: list[bytes | None], **columns: Any) -> FeatureTable:
    column = pa.chunked_array([pa.array(wkb, pa.binary())])
    names = columns or {"名称": [f"第{i}块" for i in range(len(wkb))]}
    return FeatureTable(pa.table(names), geometry, wkb=column)


def parcels(side: int = 12) -> FeatureTable:
    """Polygons with common winding borders; one with an island in it, one in two parts, one without shape."""

    def bent(ring: np.ndarray) -> np.ndarray:
        # By position alone: what two parcels share bends alike in both.
        lon, lat = ring.T
        return ring + 0.004 * np.stack([np.sin(lat * 97) + np.sin(lon * 53), np.cos(lon * 89)], axis=1)

    def square(west: float, south: float, width: float) -> np.ndarray:
        share = np.linspace(0, 1, 9)[:-1, None]
        corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) * width + (west, south)
        return np.concatenate(
            [corners[i] + share * (corners[i + 1] - corners[i]) for i in range(4)] + [corners[:1]]
        )

    width = 1.2 / side
    made: list[Any] = []
    for i in range(side):
        for j in range(side):
            outer = square(115.5 + i * width, 38.5 + j * width, width)
            inner = square(115.5 + (i + 0.3) * width, 38.5 + (j + 0.3) * width, width * 0.4)
            if (i, j) == (2, 3):
                made += [shapely.Polygon(bent(outer), [bent(inner)[::-1]]), shapely.Polygon(bent(inner))]
            else:
                made.append(shapely.Polygon(bent(outer)))
    made[5] = shapely.MultiPolygon([made[5], shapely.Polygon(bent(square(119.0, 39.0, 0.05)))])
    made[8] = shapely.Polygon(square(116.2, 39.2, 1e-9))  # Smaller than any step.
    wkb = [shapely.to_wkb(shape) for shape in made]
    return shapes(Geometry.POLYGON, [*wkb, None])


def roads(count: int = 60) -> FeatureTable:
    """Lines that cross, meet, and run together for a while."""
    chance = np.random.default_rng(3)
    trunk = np.stack([np.linspace(115, 118, 40), 39 + 0.1 * np.sin(np.linspace(0, 9, 40))], axis=1)
    made = []
    for i in range(count):
        away = trunk[20] + np.cumsum(chance.normal(0, 0.02, (15, 2)), axis=0)
        made.append(shapely.LineString(np.concatenate([trunk[i % 15 : 21], away])))
    made[7] = shapely.MultiLineString([made[7], shapely.LineString(trunk[30:])])
    return shapes(Geometry.LINE, [shapely.to_wkb(line) for line in made])


def snapshot_of(*layers: LayerRows, language: Language = Language.ZH) -> MapSnapshot:
    """Return a map that shows layers of a user and nothing else."""
    by_id = {rows.stored.id: rows for rows in layers}
    return MapSnapshot(
        tuple(made_view(rows) for rows in layers), language, rows_of=lambda layer_id: by_id[layer_id]
    )


def content_of(
    catalogue: Catalogue, *layers: LayerRows, options: ContentOptions | None = None
) -> UserContent:
    return user_content(snapshot_of(*layers), catalogue, options or ContentOptions())


def drawn_alone(rows: LayerRows) -> DrawnLayer:
    """Return how the program draws the rows that the filter lets through, if there were no others."""
    kept = np.arange(len(rows.table)) if rows.shown is None else np.flatnonzero(rows.shown)
    sizes, marked = rows.styled.size_of_row_px, np.isin(kept, rows.marked)
    layer = DrawnLayer(rows.table.take(kept))
    layer.set_rows(
        rows.styled.class_of_row[kept], None if sizes is None else sizes[kept], None, marked,
        style=rows.styled.style, density=rows.stored.style.density,
        label_column=rows.stored.style.label_column,
    )  # fmt: skip
    return layer


class LocalPage:
    """A page with users' layers in it and no map."""

    def __init__(self, browser: Browser, folder: Path, content: UserContent) -> None:
        self._browser = browser
        scripts = "\n".join(web_file(name).decode() for name in ("unpack.js", "stamps.js", *LOCAL_SCRIPTS))
        blocks = "".join(
            f'<script type="application/octet-stream" id="{name}">{base64.b64encode(data).decode()}</script>'
            for name, data in content.blocks.items()
        )
        words = json.dumps([content.content, user_texts(Language.ZH)], ensure_ascii=False)
        page = f"""<!doctype html><meta charset="utf-8"><p id="words">{html.escape(words)}</p>{blocks}
<script>{scripts}
const [users, texts] = JSON.parse(document.getElementById("words").textContent);
const local = new jjjmap.LocalFeatures(users, (name) => jjjmap.inflated(name), texts);
const inLetters = (buffer) => {{
  let letters = "";
  for (const byte of new Uint8Array(buffer)) letters += String.fromCharCode(byte);
  return btoa(letters);
}};
</script>"""
        path = folder / "local.html"
        path.write_text(page, encoding="utf-8")
        browser.open(path)

    def value(self, promise: str) -> Any:
        """Return what an expression, perhaps a promise, comes to."""
        found = self._browser.driver.execute_async_script(
            f"const done = arguments[0]; (async () => {promise})()"
            ".then((value) => done({value}), (error) => done({error: String(error.stack)}));"
        )
        assert "error" not in found, found["error"]
        return found.get("value")

    def answer(self, layer: str, what: str) -> bytes:
        path = f"/features/{layer}/1/{what}"
        return base64.b64decode(self.value(f"inLetters(await local.fetchBytes({json.dumps(path)}))"))

    def hits(self, lon: float, lat: float, zoom: float) -> list[str]:
        found: list[Mapping[str, str]] = self.value(f"local.hits({lon}, {lat}, {zoom})")
        return [each["feature_id"] for each in found]
