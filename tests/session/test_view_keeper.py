"""Saved views: what they remember, what going to one changes, and that all of it can be taken back."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pytestqt.qtbot import QtBot

from jjjmap.catalogue.models import Catalogue, Milestone
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.layer import LayerView, first_view
from jjjmap.layers.opening.records import FileFormat, LayerFacts
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.layers.user_layer import as_layer, first_look
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.project.state import MAX_TITLE_CHARS, MAX_VIEWS, SavedView
from jjjmap.session.documents.library import LibrarySession
from jjjmap.session.layers.analyses import Analyses
from jjjmap.session.layers.drawn_layers import DrawnLayers
from jjjmap.session.layers.joins import Joins
from jjjmap.session.layers.layer_stack import LayerStack
from jjjmap.session.layers.placing import Placing
from jjjmap.session.layers.user_features import UserFeatures
from jjjmap.session.layers.user_layers import UserLayers
from jjjmap.session.preferences import Preferences
from jjjmap.session.selection import Selection
from jjjmap.session.session import Session
from jjjmap.session.tasks import TaskRunner
from jjjmap.session.timeline import Timeline
from jjjmap.session.view_keeper import ViewKeeper
from jjjmap.session.workspace import Workspace

BATTERIES = Filter((Condition(FilterOp.EQUALS, "行业", ("电池",)),))
HERE = (115.5, 38.5, 117.0, 39.75)


@pytest.fixture
def layer_id(tmp_path: Path) -> str:
    """Three firms, kept on disk."""
    table = FeatureTable(
        pa.table({"名称": ["甲厂", "乙厂", "丙厂"], "行业": ["电池", "轴承", "电池"]}),
        Geometry.POINT,
        np.array([116.0, 117.0, 118.0]),
        np.array([39.0, 40.0, 41.0]),
    )
    store = UserLayerStore(tmp_path / "layers")
    folder = store.new_folder()
    (folder / "rows").mkdir()
    write_table(folder / "rows", table)
    facts = LayerFacts(
        "企业", "企业.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, Geometry.POINT, table.columns,
        3, 0, 0, 0, (116.0, 39.0, 118.0, 41.0),
    )  # fmt: skip
    style = UserStyle()
    return store.adopt(folder / "rows", facts, style, first_look(facts, style)).id


@pytest.fixture
def session(qtbot: QtBot, catalogue: Catalogue, tmp_path: Path, layer_id: str) -> Session:
    """A session with a list of firms on top."""
    milestones = (
        Milestone("ms-1", "2011-04-01", "设立甲县功能区", "Zone founded", ("jia-zone",), "daily"),
        Milestone("ms-2", "2017", "某事", "Something", (), "daily"),
    )
    dated = replace(catalogue, milestones={each.id: each for each in milestones})
    workspace, tasks = Workspace(dated), TaskRunner()
    users = UserLayers(UserLayerStore(tmp_path / "layers"), tasks)
    top = LayerView(as_layer(users.stored(layer_id)), True, 1.0)
    stack = LayerStack((*first_view(SHIPPED_LAYERS), top))
    made = Session(
        workspace=workspace,
        timeline=Timeline(workspace),
        layers=stack,
        user_layers=users,
        drawn_layers=DrawnLayers(users, stack),
        user_features=UserFeatures(workspace, users),
        joins=Joins(workspace, users),
        placing=Placing(workspace, users),
        analyses=Analyses(workspace, users),
        selection=Selection(),
        tasks=tasks,
        library=LibrarySession(workspace, tasks, tmp_path / "library.sqlite"),
        preferences=Preferences(tmp_path / "settings.json"),
    )
    made.preferences.change(view_bounds_lonlat=HERE)
    return made


@pytest.fixture
def keeper(session: Session) -> ViewKeeper:
    return ViewKeeper(session)


@pytest.fixture
def told(keeper: ViewKeeper) -> list[str]:
    sentences: list[str] = []
    keeper.told.connect(sentences.append)
    return sentences


def titles(keeper: ViewKeeper) -> list[str]:
    return [view.title for view in keeper.views]


def test_a_view_remembers_box_layers_filters_moment_and_choice(
    session: Session, keeper: ViewKeeper, layer_id: str
) -> None:
    session.user_layers.set_filter(layer_id, BATTERIES)
    session.layers.set_visible("ports", False)
    session.timeline.go_to(0)
    session.selection.choose("jia-park", fly=False)
    view = keeper.add("港口")
    assert view is not None
    assert view.bounds_lonlat == HERE and view.chosen_id == "jia-park"
    assert {each.id: each.visible for each in view.layers}["ports"] is False
    assert view.layers[-1].id == layer_id
    assert view.filters == ((layer_id, BATTERIES.to_json()),)
    moment = session.timeline.moment
    assert moment is not None and view.moment == moment.iso


def test_going_to_a_view_brings_all_of_it_back(session: Session, keeper: ViewKeeper, layer_id: str) -> None:
    session.user_layers.set_filter(layer_id, BATTERIES)
    session.layers.set_visible("ports", False)
    session.layers.set_opacity("zones", 0.25)
    session.layers.move_to(layer_id, 0)
    session.timeline.go_to(0)
    session.selection.choose("jia-park", fly=False)
    view = keeper.add("甲")
    assert view is not None
    session.user_layers.set_filter(layer_id, None)
    session.layers.set_visible("ports", True)
    session.layers.set_opacity("zones", 1.0)
    session.layers.move_to(layer_id, 99)
    session.timeline.reset()
    session.selection.clear()
    boxes: list[tuple[float, ...]] = []
    keeper.bounds_wanted.connect(lambda *box: boxes.append(box))
    keeper.go_to(view.id)
    assert keeper.now("甲", view.id) == view
    assert boxes == [HERE]


def test_going_to_a_view_is_one_step_that_goes_back_and_forth(
    session: Session, keeper: ViewKeeper, layer_id: str
) -> None:
    first = keeper.add("甲")
    assert first is not None
    session.user_layers.set_filter(layer_id, BATTERIES)
    session.layers.set_visible("ports", False)
    session.selection.choose("jia-zone", fly=False)
    before, history = keeper.now("", "view-00000000"), session.history
    keeper.go_to(first.id)
    assert history.undo_title == "转到视图：甲"
    history.undo()
    assert keeper.now("", "view-00000000") == before
    history.redo()
    assert keeper.now("甲", first.id) == first


def test_names_order_content_and_removal_can_be_taken_back(session: Session, keeper: ViewKeeper) -> None:
    ids = [view.id for title in "甲乙丙" if (view := keeper.add(title)) is not None]
    keeper.rename(ids[0], "  甲\n县 ")
    assert titles(keeper) == ["甲 县", "乙", "丙"]
    keeper.move(ids[0], 99)
    assert titles(keeper) == ["乙", "丙", "甲 县"]
    session.layers.set_visible("ports", False)
    keeper.update(ids[1])
    changed = keeper.view(ids[1])
    assert changed is not None and not {each.id: each.visible for each in changed.layers}["ports"]
    keeper.remove(ids[2])
    assert titles(keeper) == ["乙", "甲 县"]
    assert session.history.undo_title == "删除视图：丙"
    session.history.undo()
    assert titles(keeper) == ["乙", "丙", "甲 县"]
    session.history.undo()
    old = keeper.view(ids[1])
    assert old is not None and {each.id: each.visible for each in old.layers}["ports"]


def test_what_changes_nothing_is_no_step(session: Session, keeper: ViewKeeper) -> None:
    view = keeper.add("甲")
    assert view is not None
    title = session.history.undo_title
    keeper.rename(view.id, "甲")
    keeper.rename(view.id, "  ")
    keeper.move(view.id, 0)
    keeper.rename("view-ffffffff", "乙")
    keeper.go_to("view-ffffffff")
    assert titles(keeper) == ["甲"] and session.history.undo_title == title


def test_views_without_a_title_get_one_that_is_free(keeper: ViewKeeper) -> None:
    for _number in range(2):
        keeper.add()
    keeper.remove(keeper.views[0].id)
    keeper.add()
    assert titles(keeper) == ["视图 2", "视图 3"]


def test_a_title_is_one_bounded_line(keeper: ViewKeeper) -> None:
    view = keeper.add("a\tb\u202e" + "长" * 500)
    assert view is not None
    assert view.title.startswith("a b 长") and len(view.title) == MAX_TITLE_CHARS


def test_there_are_not_more_views_than_a_project_keeps(
    session: Session, keeper: ViewKeeper, told: list[str]
) -> None:
    session.views.put(SavedView(f"view-{n:08x}", str(n), HERE, ()) for n in range(MAX_VIEWS))
    assert keeper.add("多") is None
    assert len(keeper.views) == MAX_VIEWS and str(MAX_VIEWS) in told[0]


def test_what_is_gone_is_passed_over_and_told(
    session: Session, keeper: ViewKeeper, told: list[str], layer_id: str
) -> None:
    session.selection.choose(f"{layer_id}#2", fly=False)
    view = keeper.add("甲")
    assert view is not None
    session.user_layers.layer_removed.connect(session.layers.remove)
    session.user_layers.remove(layer_id)
    session.selection.clear()
    keeper.go_to(view.id)
    assert session.selection.chosen_id == ""
    assert told == ["视图“甲”：当时选中的地点已经没有了。"]


def test_a_filter_that_nobody_can_read_is_told_and_changes_nothing(
    session: Session, keeper: ViewKeeper, told: list[str], layer_id: str
) -> None:
    session.views.put([SavedView("view-00000001", "坏", HERE, (), ((layer_id, {"conditions": "x"}),))])
    keeper.go_to("view-00000001")
    assert session.user_layers.filter(layer_id) is None
    assert told == ["视图“坏”：图层“企业”的筛选用不上。"]


def test_a_layer_that_came_later_is_not_shown_in_an_earlier_view(
    session: Session, keeper: ViewKeeper, layer_id: str
) -> None:
    known = tuple(each for each in session.layers.settings() if each.id != layer_id)
    session.views.put([SavedView("view-00000001", "早", HERE, known)])
    keeper.go_to("view-00000001")
    assert session.layers.view(layer_id).visible is False
    assert session.layers.views[-1].layer.id == layer_id


def test_a_document_is_part_of_a_view_only_while_it_is_seen(session: Session) -> None:
    session.library.open_document("doc-1", 5, 9)
    assert ViewKeeper(session).now().document_id == ""
    seen = ViewKeeper(session, lambda: True).now()
    assert (seen.document_id, seen.document_start, seen.document_end) == ("doc-1", 5, 9)


def test_a_document_that_is_gone_is_told(session: Session, keeper: ViewKeeper, told: list[str]) -> None:
    session.views.put([SavedView("view-00000001", "文", HERE, (), document_id="doc-1")])
    keeper.go_to("view-00000001")
    assert told == ["视图“文”：当时打开的文档已经没有了。"]


@pytest.mark.parametrize("moment", ["2015", "2016-04", ""])
def test_the_moment_comes_back_by_year_by_month_and_not_at_all(
    session: Session, keeper: ViewKeeper, moment: str
) -> None:
    session.timeline.go_to(0)
    session.views.put([SavedView("view-00000001", "时", HERE, (), moment=moment)])
    keeper.go_to("view-00000001")
    shown = session.timeline.moment
    assert (shown.iso if shown is not None else "") == moment
