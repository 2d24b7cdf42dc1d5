"""Commands on a project: its layers, its library, its map, and its saved views as pages, files and steps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pdf_made_by_hand import made_pdf

from jjjmap import paths
from jjjmap.export.pictures.pdf_files import page_count
from jjjmap.export.renderer import PrintedPages, Sheet
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.layer import first_view
from jjjmap.layers.opening.records import FileFormat, LayerFacts
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.user_layer import first_look
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.maps.snapshot import Bounds, MapSnapshot
from jjjmap.project.saving import save_project
from jjjmap.project.state import ProjectState, SavedView
from jjjmap.settings import LayerSetting
from jjjmap.web import headless

from .commands import answer, run
from .conftest import FakeExport

BATTERIES = Filter((Condition(FilterOp.EQUALS, "行业", ("电池",)),))
HERE, THERE = (115.5, 38.5, 117.0, 39.75), (117.0, 38.0, 119.5, 39.5)


def firms_layer(store: UserLayerStore) -> Any:
    table = FeatureTable(
        pa.table({"名称": ["甲厂", "乙厂", "丙厂"], "行业": ["电池", "轴承", "电池"]}),
        Geometry.POINT,
        np.array([116.0, 117.0, 118.0]),
        np.array([39.0, 40.0, 41.0]),
    )
    folder = store.new_folder()
    (folder / "rows").mkdir()
    write_table(folder / "rows", table)
    facts = LayerFacts(
        "企业", "企业.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, Geometry.POINT, table.columns,
        3, 0, 0, 0, (116.0, 39.0, 118.0, 41.0),
    )  # fmt: skip
    style = UserStyle()
    return store.adopt(folder / "rows", facts, style, first_look(facts, style))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A project with a list of firms, a document and three views."""
    root = tmp_path_factory.mktemp("project")
    store = UserLayerStore(root / "layers")
    stored = firms_layer(store)
    notice = root / "通知.txt"
    notice.write_text("关于轴承产业的通知\n\n支持雄安新区发展轴承产业，建设轴承园区。\n", "utf-8")
    assert run("read", str(notice), "--library", str(root / "library.sqlite")).exit_code == 0

    def layers(*shown: str) -> tuple[LayerSetting, ...]:
        ids = [*(layer.id for layer in SHIPPED_LAYERS), stored.id]
        return tuple(LayerSetting(each, each in shown, 1.0) for each in ids)

    views = (
        SavedView("view-00000001", "甲", HERE, layers("counties", "wings"), chosen_id="xiongan"),
        SavedView(
            "view-00000002", "港口, 2016", THERE, layers("ports", stored.id),
            ((stored.id, BATTERIES.to_json()),), "2016",
        ),
        SavedView("view-00000003", "丙", HERE, layers("counties")),
    )  # fmt: skip
    state = ProjectState(
        bounds_lonlat=HERE, layers=layers("zones", stored.id), views=views, chosen_id="xiongan", moment="2017"
    )
    path = root / "京津冀.jjj.gpkg"
    stamp = save_project(
        path,
        state=state,
        layers=[stored],
        store=store,
        library_path=root / "library.sqlite",
        expected=None,
    )
    assert stamp
    return path, stored.id


class FakeRenderer:
    def __init__(self) -> None:
        self.drawn: list[tuple[str, MapSnapshot]] = []

    def map_svg(self, snapshot: MapSnapshot, sheet: Sheet, *, cancelled: Callable[[], bool]) -> str:
        for view in snapshot.layers:
            if view.visible and view.layer.is_users:
                snapshot.rows_of(view.layer.id)
        self.drawn.append((sheet.title, snapshot))
        return "<svg/>"

    def printed(self, html: str, **_settings: Any) -> PrintedPages:
        return PrintedPages(made_pdf())


@pytest.fixture
def renderer(monkeypatch: pytest.MonkeyPatch) -> FakeRenderer:
    fake = FakeRenderer()
    monkeypatch.setattr(headless, "run_with_renderer", lambda work, **_settings: work(fake))
    return fake


def visible(snapshot: MapSnapshot) -> list[str]:
    return [view.layer.id for view in snapshot.layers if view.visible]


def test_export_of_a_project_is_its_map_with_its_layers_and_library(
    project: tuple[Path, str], exporter: FakeExport, tmp_path: Path
) -> None:
    path, layer_id = project
    before = path.read_bytes()
    document = answer("export", "--project", str(path), "-o", str(tmp_path / "map.html"))
    [snapshot] = exporter.snapshots
    assert visible(snapshot) == ["zones", layer_id]
    assert snapshot.bounds == Bounds(*HERE) and snapshot.moment == "2017"
    assert snapshot.selected_id == "xiongan"
    assert len(exporter.rows[layer_id].table) == 3
    assert exporter.libraries[0] is not None and exporter.libraries[0].path != paths.library_file()
    assert document["result"]["layers"] == ["zones", layer_id]
    assert path.read_bytes() == before


def test_what_is_said_beside_a_project_counts_more(
    project: tuple[Path, str], exporter: FakeExport, tmp_path: Path
) -> None:
    path, layer_id = project
    words = ("--layers", "企业,ports", "--bounds", "115,38,116,39", "--at", "2019")
    answer("export", "--project", str(path), *words, "-o", str(tmp_path / "map.html"))
    [snapshot] = exporter.snapshots
    assert layer_id in visible(snapshot) and "ports" in visible(snapshot) and "zones" not in visible(snapshot)
    assert snapshot.bounds == Bounds(115, 38, 116, 39) and snapshot.moment == "2019"


def test_views_are_the_pages_of_a_pdf(
    project: tuple[Path, str], renderer: FakeRenderer, tmp_path: Path
) -> None:
    path, layer_id = project
    target = tmp_path / "图.pdf"
    document = answer("export", "--project", str(path), "--views", "all", "-o", str(target))
    assert page_count(target.read_bytes()) == 3
    assert [title for title, _snapshot in renderer.drawn] == ["甲", "港口, 2016", "丙"]
    first, second, _third = (snapshot for _title, snapshot in renderer.drawn)
    assert set(visible(first)) == {"counties", "wings"}
    assert set(visible(second)) == {"ports", layer_id} and second.moment == "2016"
    assert second.rows_of(layer_id).shown_count == 2
    assert (first.selected_id, second.selected_id) == ("xiongan", "")
    assert document["result"]["views"] == ["甲", "港口, 2016", "丙"]
    assert document["result"]["files"] == [str(target)]
    assert set(document["result"]["layers"]) == {"counties", "wings", "ports", layer_id}


def test_views_are_named_and_ordered_as_they_are_said(
    project: tuple[Path, str], renderer: FakeRenderer, tmp_path: Path
) -> None:
    path, _layer_id = project
    target = tmp_path / "图.svg"
    document = answer("export", "--project", str(path), "--views", "丙, view-00000001", "-o", str(target))
    assert document["result"]["files"] == [str(tmp_path / "图-01-丙.svg"), str(tmp_path / "图-02-甲.svg")]
    assert all(Path(name).is_file() for name in document["result"]["files"])
    assert not target.exists()
    assert document["result"]["bytes"] == sum(
        Path(name).stat().st_size for name in document["result"]["files"]
    )


def test_a_title_with_a_comma_is_one_view(
    project: tuple[Path, str], renderer: FakeRenderer, tmp_path: Path
) -> None:
    path, _layer_id = project
    answer("export", "--project", str(path), "--views", "港口, 2016", "-o", str(tmp_path / "图.pdf"))
    assert [title for title, _snapshot in renderer.drawn] == ["港口, 2016"]


def test_views_are_steps_of_a_page_with_the_rows_of_the_project(
    project: tuple[Path, str], exporter: FakeExport, tmp_path: Path
) -> None:
    path, layer_id = project
    answer("export", "--project", str(path), "--views", "all", "-o", str(tmp_path / "map.html"))
    [snapshot], [options] = exporter.snapshots, exporter.options
    assert [named.title for named in options.views] == ["甲", "港口, 2016", "丙"]
    assert set(visible(snapshot)) == {"counties", "wings"} and snapshot.bounds == Bounds(*HERE)
    assert "--views all" in options.command and str(path.parent) not in options.command
    assert layer_id in {view.layer.id for view in snapshot.layers}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--views", "all", "-o", "a.pdf"), "--project"),
        (("--project", "P", "--views", "all", "-o", "a.gpkg"), "只用于网页和图片"),
        (("--project", "P", "--views", "all", "--layers", "ports", "-o", "a.pdf"), "--layers"),
        (("--project", "P", "--views", "all", "--bounds=1,2,3,4", "-o", "a.pdf"), "--bounds"),
        (("--project", "P", "--views", "丁", "-o", "a.pdf"), "没有名为“丁”的视图"),
        (("--project", "P", "--views", " , ", "-o", "a.pdf"), "all，或视图的名称"),
        (("--project", "P", "--library", "l.sqlite", "-o", "a.pdf"), "项目里有自己的文库"),
    ],
)
def test_what_does_not_go_together_is_refused_with_a_reason(
    project: tuple[Path, str],
    words: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("export", *(str(project[0]) if word == "P" else word for word in words))
    assert result.exit_code == 2 and said in result.output
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_project_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "不是.jjj.gpkg"
    wrong.write_text("no", "utf-8")
    result = run("export", "--project", str(wrong), "-o", str(tmp_path / "a.html"))
    assert result.exit_code == 1 and "不是.jjj.gpkg" in result.output
    assert not (tmp_path / "a.html").exists()


def test_search_looks_into_the_documents_of_a_project(project: tuple[Path, str]) -> None:
    path, _layer_id = project
    found = answer("search", "轴承园区", "--project", str(path), "--kind", "document")["result"]["groups"]
    assert found and "通知" in str(found)
    assert not paths.library_file().exists()


def test_the_project_of_a_command_leaves_nothing_behind(
    project: tuple[Path, str], exporter: FakeExport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _layer_id = project
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    beside = sorted(each.name for each in path.parent.iterdir())
    answer("export", "--project", str(path), "-o", str(tmp_path / "map.html"))
    assert not list(scratch.iterdir())
    assert sorted(each.name for each in path.parent.iterdir()) == beside


def test_layers_that_the_project_does_not_know_are_as_at_first_start() -> None:
    from jjjmap.cli.projects import views_of_project

    known = SHIPPED_LAYERS[0]
    views = views_of_project(ProjectState(layers=(LayerSetting(known.id, not known.visible, 1.0),)), ())
    assert {view.layer.id: view.visible for view in views} == {
        view.layer.id: (not known.visible if view.layer is known else view.visible)
        for view in first_view(SHIPPED_LAYERS)
    }
