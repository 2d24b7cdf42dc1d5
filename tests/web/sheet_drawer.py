"""Draws sheets of paper in a real map page."""

from dataclasses import replace
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import shapely
from map_driver import WAIT_MS, MapDriver

from jjjmap.catalogue.models import Catalogue
from jjjmap.export.pictures.sheet_layouts import layout_of
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import Layer, LayerGroup, LayerView
from jjjmap.layers.style import Geometry, LabelStyle, LayerStyle, SymbolClass
from jjjmap.maps.bridge import (
    NO_TALLY,
    Configure,
    DimFeatures,
    DrawSheet,
    HighlightPlaces,
    SelectFeature,
    SheetDrawn,
    SheetFailed,
)
from jjjmap.maps.drawing.drawn_layer import DrawnLayer
from jjjmap.maps.showing import calls_showing
from jjjmap.maps.snapshot import Bounds, MapSnapshot

SVG = "{http://www.w3.org/2000/svg}"
USERS_ID = "user-0000000a"
RED, BLUE = "#d00000", "#0000d0"
WHERE = Bounds(115, 38, 118, 40)
A4 = Sheet()


class NoFilter:
    """Rows of a user's layer that no filter limits and no analysis made."""

    stored = SimpleNamespace(provenance=None)

    def filter_sentence(self, name_of):
        return ""


def users_style(count: int = 2, label: LabelStyle | None = None) -> LayerStyle:
    return LayerStyle(
        tuple(
            SymbolClass(str(i), f"类{i}", f"class {i}", (RED, BLUE)[i % 2], "#222222", 1.0, 0.8, size_px=8.0)
            for i in range(count)
        ),
        label=label,
    )


def points(lon, lat) -> FeatureTable:
    names = [f"企业{i}" for i in range(len(lon))]
    return FeatureTable(pa.table({"name": names}), Geometry.POINT, np.array(lon, float), np.array(lat, float))


def polygons(shapes) -> FeatureTable:
    wkb = pa.chunked_array([pa.array(shapely.to_wkb(shapes), pa.binary())])
    names = [f"区{i}" for i in range(len(shapes))]
    return FeatureTable(pa.table({"name": names}), Geometry.POLYGON, wkb=wkb)


class SheetDrawer:
    """Draws sheets one after the other in the same page."""

    def __init__(self, page: MapDriver, catalogue: Catalogue) -> None:
        self.page = page
        self.catalogue = catalogue
        self.number = 0
        self.drawn: SheetDrawn | None = None

    def users(self, table, style=None, *, opacity=1.0, **rows):
        """Return a snapshot with a user's layer alone."""
        style = style or users_style()
        layer = DrawnLayer(table)
        classes = (np.arange(len(table)) % len(style.classes)).astype(np.uint8)
        layer.set_rows(classes, style=style, **rows)
        self.page.drawn[f"{USERS_ID}/{self.number}"] = layer
        view = LayerView(
            Layer(
                USERS_ID, "企业", "Firms", LayerGroup.USER, "", table.geometry, style, revision=self.number
            ),
            True,
            opacity,
        )
        return MapSnapshot((view,), Language.ZH, WHERE, rows_of=lambda layer_id: NoFilter())

    def ask(self, snapshot: MapSnapshot, sheet: Sheet) -> SheetDrawn | SheetFailed:
        self.number += 1
        self.page.snapshot = snapshot
        if not self.page.view.channel.is_ready:
            self.page.open()
        for call in (
            Configure(self.page.config()),
            SelectFeature(""),
            HighlightPlaces(()),
            DimFeatures(()),
            NO_TALLY,
            *calls_showing(snapshot, self.catalogue),
            DrawSheet(self.number, layout_of(sheet, snapshot, self.catalogue)),
        ):
            self.page.send(call)

        def answers():
            said = self.page.of(SheetDrawn) + self.page.of(SheetFailed)
            return [event for event in said if event.number == self.number]

        self.page.qtbot.waitUntil(lambda: bool(answers()), timeout=WAIT_MS)
        return answers()[0]

    def text(self, snapshot: MapSnapshot, sheet: Sheet = A4) -> str:
        """Return a sheet as SVG."""
        answer = self.ask(snapshot, sheet)
        assert isinstance(answer, SheetDrawn), answer
        self.drawn = answer
        svg = self.page.ask(f"jjjmap.sheetText({self.number})")
        assert len(svg) == answer.length
        return svg

    def root(self, snapshot: MapSnapshot, sheet: Sheet = A4) -> ElementTree.Element:
        return ElementTree.fromstring(self.text(snapshot, sheet))


def texts(element: ElementTree.Element) -> list[str]:
    """Return what is written, halos aside."""
    return [found.text or "" for found in element.iter(SVG + "text") if found.get("aria-hidden") is None]


def group(root: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next(
        (found for found in root.iter(SVG + "g") if (found.get("id") or "").partition("-")[2] == name), None
    )


def with_layers(snapshot: MapSnapshot, *ids: str) -> MapSnapshot:
    """Return the same with these layers visible and all others hidden."""
    return replace(
        snapshot, layers=tuple(replace(view, visible=view.layer.id in ids) for view in snapshot.layers)
    )
