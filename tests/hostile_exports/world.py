"""A map whose every text is hostile: places, facts, chains, documents, users' layers, titles and filters."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import pyarrow as pa
from made_layers import made_rows, made_view
from text.hand_made import make_document, make_mention

from jjjmap.catalogue.models import (
    Catalogue,
    Chain,
    ChainNode,
    Figure,
    Passage,
    Place,
    PlaceKind,
    Precision,
    Qualifier,
    Source,
)
from jjjmap.export.options import ContentOptions
from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import Layer, LayerView
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.shipped_files import EMPTY_COLLECTION
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import CategoryLook, StyleMode, UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.maps.snapshot import Bounds, MapSnapshot
from jjjmap.text.store.library import Library

from .values import VALUES, tagged, utf8

COUNTY = "130209"
"""Where all of it lies; the shipped borders know it."""
HIDDEN = "SECRET-OF-A-HIDDEN-ROW"
"""In a row that the filter hides: no export may hold it."""
WEST, SOUTH, STEP = 118.30, 39.00, 0.03
COLUMNS = 8
"""Places in a row of the grid in which they lie."""
ROWS = 10
"""Of a users' layer that are shown."""


@dataclass(frozen=True)
class World:
    """What an export is made from, with n texts that each have a place, facts and a row of their own."""

    texts: tuple[str, ...]
    catalogue: Catalogue
    snapshot: MapSnapshot
    options: ContentOptions
    rows: dict[str, LayerRows]
    """By layer id."""

    def read_layer(self, layer: Layer) -> bytes:
        """Return the features of a layer that we ship."""
        if layer.id != "platforms":
            return EMPTY_COLLECTION
        features = [
            {
                "type": "Feature",
                "id": place.id,
                "properties": {
                    "name_zh": place.name_zh,
                    "name_en": place.name_en,
                    "short_zh": place.short_zh,
                    "short_en": place.short_en,
                    "category": place.category,
                    "precision": "site",
                },
                "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
            }
            for place in self.catalogue.places.values()
            if place.kind is PlaceKind.PLATFORM
        ]
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()

    def library(self) -> Library:
        """Return a library in memory with a document for each text; for the thread that asks."""
        library = Library.open(None)
        for number, text in enumerate(self.texts):
            said = utf8(tagged(text, "quotation"))
            whole = f"据报道，甲园与{said}有关。"
            mention = make_mention(whole, "甲园", place_id(number))
            title = utf8(tagged(text, "document"))
            document = make_document(f"{number}", whole, (mention,), title=title, date="2024-05-06")
            document = replace(document, sha256=f"{number:064}", file_name=f"{number}.txt")
            library.store(document, whole.encode())
        return library


def place_id(number: int) -> str:
    return f"h{number:02}"


def feature_id(number: int) -> str:
    return f"user-{number // ROWS:08x}#{number % ROWS}"


def position(number: int) -> tuple[float, float]:
    return WEST + STEP * (number % COLUMNS), SOUTH + STEP * (number // COLUMNS)


def hostile_world(
    texts: tuple[str, ...] = tuple(VALUES.values()), *, hidden_has_a_class: bool = False
) -> World:
    """Return a map with a place, facts, a chain, a document and a row for each text.

    Parameters
    ----------
    hidden_has_a_class
        Whether the row that the filter hides has a class of its own, called as its value, or is of the rest.
    """
    layers = [texts[start : start + ROWS] for start in range(0, len(texts), ROWS)]
    rows = {
        f"user-{number:08x}": hostile_rows(part, number, hidden_has_a_class)
        for number, part in enumerate(layers)
    }
    shipped = tuple(LayerView(layer, layer.id == "platforms", layer.opacity) for layer in SHIPPED_LAYERS)
    snapshot = MapSnapshot(
        (*shipped, *map(made_view, rows.values())),
        Language.ZH,
        Bounds(WEST - 0.05, SOUTH - 0.05, WEST + STEP * COLUMNS, SOUTH + STEP * (len(texts) / COLUMNS + 1)),
        selected_id=place_id(0),
        highlighted_ids=(place_id(1),),
        highlight_title=listed(texts, "highlight"),
        moment="2024",
        rows_of=rows.__getitem__,
    )
    return World(
        texts,
        hostile_catalogue([(text,) for text in texts]),
        snapshot,
        ContentOptions(title=listed(texts, "title")),
        rows,
    )


def listed(texts: tuple[str, ...], where: str) -> str:
    """Return one text that holds all of them."""
    return " ‖ ".join(tagged(text, where) for text in texts)


def hostile_rows(texts: tuple[str, ...], layer: int, hidden_has_a_class: bool) -> LayerRows:
    """Return a layer whose title, columns, values, classes and filter hold texts, and that hides a row."""
    first = layer * ROWS
    values = [utf8(tagged(text, "value")) for text in texts]
    spots = [position(first + row) for row in (*range(len(texts)), 0)]
    columns = {
        "名称": [*values, HIDDEN],
        "行业": [*(utf8(tagged(text, "industry")) for text in texts), HIDDEN],
    }
    columns |= {utf8(tagged(text, "column")): ["甲"] * len(spots) for text in texts}
    table = FeatureTable(
        pa.table(columns),
        Geometry.POINT,
        np.array([lon + STEP / 3 for lon, _lat in spots]),
        np.array([lat + STEP / 3 for _lon, lat in spots]),
    )
    looks = tuple(
        CategoryLook(value, "#d00000", tagged(text, "class"))
        for value, text in zip(values, texts, strict=True)
    )
    style = UserStyle(
        StyleMode.CATEGORISED,
        "名称",
        categories=looks,
        class_count=len(texts) + hidden_has_a_class,
        label_column="名称",
    )
    wanted = Filter(
        (
            Condition(FilterOp.ONE_OF, "名称", tuple(values)),
            *(Condition(FilterOp.STARTS, "名称", (tagged(text, "filter"),)) for text in texts),
        ),
        matches_any=True,
    )
    rows = made_rows(
        table,
        layer_id=f"user-{layer:08x}",
        title=listed(texts, "layer"),
        roles={"名称": ColumnRole.NAME, "行业": ColumnRole.INDUSTRY},
        style=style,
        filter=wanted,
    )
    assert rows.shown is not None and rows.shown.tolist() == [True] * len(texts) + [False]
    return rows


def hostile_catalogue(groups: Sequence[tuple[str, ...]]) -> Catalogue:
    """Return places and all that is said about them, for each group of texts its own."""
    county = Place(COUNTY, PlaceKind.COUNTY, "曹妃甸区", "Caofeidian", lon=118.45, lat=39.27)
    places, chains, nodes = {COUNTY: county}, {}, {}
    passages, figures, sources = {}, {}, {}
    for number, group in enumerate(groups):
        key = place_id(number)

        def at(where: str, group: tuple[str, ...] = group) -> str:
            # The catalogue's files are UTF-8, so no half of a character can come out of them.
            return utf8(listed(group, where))

        lon, lat = position(number)
        places[key] = Place(
            key,
            PlaceKind.PLATFORM,
            at("place"),
            at("english"),
            at("short"),
            at("short"),
            category=at("category"),
            lon=lon,
            lat=lat,
            precision=Precision.SITE,
            county_adcode=COUNTY,
            area_adcodes=(COUNTY,),
            aliases=(at("alias"),),
            industries=(at("branch"),),
            note_zh=at("note"),
            note_en=at("note"),
            source_ids=(f"s-{key}",),
        )
        url = "javascript:window.PWNED=1//" if number % 2 else "https://source.example/" + utf8(group[0])
        sources[f"s-{key}"] = Source(
            f"s-{key}", at("source"), at("publisher"), "2024-05-06", url, "original", "official", at("taken")
        )
        passages[f"p-{key}"] = Passage(
            f"p-{key}",
            "place-digest",
            "",
            at("heading"),
            at("heading"),
            at("passage"),
            at("passage"),
            (key,),
            (f"c-{key}",),
            (f"s-{key}",),
        )
        figures[f"f-{key}"] = Figure(
            f"f-{key}",
            key,
            at("indicator"),
            at("indicator"),
            Decimal("12.5"),
            Qualifier.EXACT,
            at("unit"),
            at("unit"),
            "2023",
            at("comparison"),
            at("comparison"),
            f"s-{key}",
            at("remark"),
            at("remark"),
        )
        chains[f"c-{key}"] = Chain(
            f"c-{key}",
            "",
            at("chain"),
            at("chain"),
            at("lead"),
            {"河北": at("role")},
            {"Hebei": at("role")},
            at("chokepoint"),
            at("chokepoint"),
            (f"s-{key}",),
        )
        nodes[f"n-{key}"] = ChainNode(
            f"n-{key}", f"c-{key}", at("node"), at("node"), "upstream", (key,), "-", (f"s-{key}",)
        )
    return Catalogue(places, {}, chains, nodes, passages, figures, sources)
