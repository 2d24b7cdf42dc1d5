"""Invented layers and documents, and a project of them."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from text.small_library import put

from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.opening.records import Column, ColumnRole, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.classify import apply_style
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore
from jjjmap.project.opening import OpenedProject, open_project
from jjjmap.project.saving import save_project
from jjjmap.project.stamps import FileStamp
from jjjmap.project.state import ProjectState
from jjjmap.text.records import FigureStatus, MentionStatus
from jjjmap.text.store.library import Library
from jjjmap.worker_process import WorkerProcess, WorkerStopped

FIRMS, ROADS, AREAS, LIST = "user-0000000a", "user-0000000b", "user-0000000c", "user-0000000d"
TEXT = "甲市规划\n\n甲市与乙县共建丙港，新增12家企业，铺设30公里管道。\n\n乙县有45家企业。"


@dataclass
class Home:
    """Layers and a library, as the program keeps them."""

    root: Path

    @property
    def store(self) -> UserLayerStore:
        return UserLayerStore(self.root / "layers")

    @property
    def library(self) -> Path:
        return self.root / "library.sqlite"

    @property
    def layers(self) -> tuple[StoredLayer, ...]:
        layers, findings = self.store.load()
        assert not findings
        return layers

    def table(self, layer_id: str) -> FeatureTable:
        (stored,) = (layer for layer in self.layers if layer.id == layer_id)
        return FeatureTable.open(self.store.table_folder(stored), stored.facts.geometry)

    def add(self, layer_id: str, title: str, table: FeatureTable, **options: Any) -> StoredLayer:
        """Keep a table as a layer."""
        folder = self.store.new_folder()
        (folder / "part").mkdir()
        write_table(folder / "part", table)
        rejected = None
        if options.pop("with_rejected", False):
            rejected = folder / "rejected.csv"
            rejected.write_text("\ufeff行,原因\n7,坐标不是数字\n", encoding="utf-8")
        columns = tuple(
            Column(column.name, column.kind, ColumnRole.NAME if column.name == "名称" else ColumnRole.NONE)
            for column in table.columns
        )
        facts = LayerFacts(
            title, f"{title}.csv", "", FileFormat.CSV, "gb18030", "", "WGS-84", 0.0, table.geometry, columns,
            len(table), int((~table.has_position()).sum()) if table.geometry else 0, 0, 1 if rejected else 0,
            (115.0, 38.0, 118.0, 41.0) if table.geometry else None, "ab" * 32, "2026-01-02",
        )  # fmt: skip
        style = options.pop("style", UserStyle())
        stored = self.store.adopt(
            folder / "part",
            facts,
            style,
            apply_style(table, style).style,
            rejected=rejected,
            layer_id=layer_id,
        )
        wanted = options.pop("filter", None)
        if wanted is not None:
            stored = replace(stored, filter=wanted.to_json())
            self.store.save(stored)
        return stored


def firms(rows: int = 30) -> FeatureTable:
    """Return points, one of them nowhere, with columns of many types, and of names that others dislike."""
    number = np.arange(rows)
    lon, lat = 115.0 + number * 0.01, 38.0 + number * 0.02
    lon[3] = lat[3] = np.nan
    return FeatureTable(
        pa.table(
            {
                "名称": [f"厂{each}\x00尾" if each == 5 else f"厂{each}" for each in number],
                "行业": pa.array([("氢能", "医药", None)[each % 3] for each in number]).dictionary_encode(),
                "产值": pa.array(number * 1.5),
                "小数": pa.array(number.astype("int8")),
                "成立": pa.array(number.astype("int32") + 15_000, pa.date32()),
                "上市": pa.array([bool(each % 2) for each in number]),
                "fid": pa.array(number * 10),
                "FID": pa.array([f"甲'{each}\"" for each in number]),
                "空": pa.nulls(rows),
            }
        ),
        Geometry.POINT,
        lon,
        lat,
    )


def roads() -> FeatureTable:
    """Return lines."""
    lines = [shapely.LineString([(115, 38), (116, 39)]), None]
    wkb = pa.chunked_array([pa.array([None if each is None else each.wkb for each in lines], pa.binary())])
    return FeatureTable(pa.table({"名称": ["一路", "无处路"]}), Geometry.LINE, wkb=wkb)


def areas() -> FeatureTable:
    """Return polygons."""
    wkb = pa.chunked_array([pa.array([shapely.box(115, 38, 116, 39).wkb, shapely.box(117, 38, 118, 39).wkb])])
    return FeatureTable(pa.table({"名称": ["甲县", "乙县"], "人口": [1.5, None]}), Geometry.POLYGON, wkb=wkb)


def made_home(root: Path) -> Home:
    """Keep four layers and two documents, with decisions of the user's."""
    home = Home(root)
    root.mkdir(exist_ok=True)
    wanted = Filter((Condition(FilterOp.MORE, "产值", ("10",)),))
    style = UserStyle(mode=StyleMode.CATEGORISED, column="行业", label_column="名称")
    home.add(FIRMS, "企业", firms(), style=style, filter=wanted, with_rejected=True)
    home.add(ROADS, "mentions", roads())
    home.add(AREAS, "jjjmap_chunks", areas())
    home.add(LIST, '表"格', FeatureTable(pa.table({"名称": ["一", "二"]})))
    with Library.open(home.library) as library:
        kept = put(library, TEXT, "规划.txt", origin="/home/somebody/文档/规划.txt")
        first = library.document(kept.document_id)
        put(library, TEXT + "另有补充说明若干，乙县除外。", "规划二稿.txt")
        library.decide_mention(first.id, first.mentions[0], MentionStatus.CORRECTED, "bing-port")
        library.decide_mention(first.id, first.mentions[1], MentionStatus.REJECTED)
        library.decide_figure(first.id, first.figures[0], FigureStatus.ACCEPTED, indicator="工厂")
        library.set_details(first.id, title="甲市规划纲要", date="2024-05")
    return home


def save(home: Home, path: Path, **options: Any) -> FileStamp:
    """Save a project of all that is there."""
    options = {"state": ProjectState(), "expected": None, **options}
    stamp = save_project(path, layers=home.layers, store=home.store, library_path=home.library, **options)
    assert stamp
    return stamp


def opened(path: Path, folder: Path) -> tuple[OpenedProject, Home]:
    """Open a project in a folder, which is made."""
    folder.mkdir()
    return open_project(path, folder), Home(folder)


def codes(project: OpenedProject) -> list[str]:
    """Return what was found, in short."""
    return [finding.code for finding in project.findings]


class OneWorker:
    """Stands for `WorkerProcess`: one process for all projects of a file of tests, anew when it has died."""

    def __init__(self) -> None:
        self._process: WorkerProcess | None = None

    def __call__(self, module: str, **caps: int) -> "OneWorker":
        if self._process is None:
            self._process = WorkerProcess(module, **caps)
        return self

    def ask(self, request: dict[str, Any], seconds: float, **told: Any) -> dict[str, Any]:
        assert self._process is not None
        try:
            return self._process.ask(request, seconds, **told)
        except WorkerStopped:
            self.close()
            raise

    def end(self, *, gently: bool) -> None:
        """Go on: the next project comes to the same process."""

    def close(self) -> None:
        if self._process is not None:
            self._process.end(gently=False)
            self._process = None
