import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from project_rig import Rig, close_rigs, make_rig
from pytestqt.qtbot import QtBot

import jjjmap
from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import ProjectChanged, ProjectHeld, ProjectUnusable
from jjjmap.i18n import Language
from jjjmap.layers.styling.user_style import UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.project.state import SavedView
from jjjmap.session.projects.layout_seal import LayoutSeal
from jjjmap.session.projects.lock import project_lock

VIEW = SavedView("view-0123abcd", "县城", (115.0, 38.0, 117.0, 40.0), ())
STEEL = Filter((Condition(FilterOp.EQUALS, "行业", ("钢铁",)),))


@pytest.fixture
def rig(qtbot: QtBot, tmp_path: Path, catalogue: Catalogue) -> Iterator[Rig]:
    yield make_rig(qtbot, tmp_path, catalogue)
    close_rigs()


def folders(rig: Rig) -> list[str]:
    return sorted(each.name for each in rig.work.iterdir()) if rig.work.exists() else []


def fill(rig: Rig) -> str:
    """Do something of everything that a project remembers."""
    layer_id = rig.add_layer()
    session = rig.session
    session.user_layers.set_style(layer_id, UserStyle(color="#112233"))
    session.user_layers.set_filter(layer_id, STEEL)
    session.user_layers.rename(layer_id, "钢厂")
    session.layers.set_opacity(layer_id, 0.5)
    session.layers.set_visible("ports", not session.layers.view("ports").visible)
    session.pins.add("990001")
    session.views.put((VIEW,))
    session.selection.choose("990002", fly=False)
    session.preferences.change(view_bounds_lonlat=(115.0, 38.5, 116.0, 39.5))
    session.timeline.step(-1)
    rig.settle()
    return layer_id


def seen(rig: Rig) -> tuple[object, ...]:
    """Return what a person sees of what is open."""
    session = rig.session
    moment = session.timeline.moment
    return (
        tuple(
            (each.id, each.title, each.style, each.filter, each.facts.rows)
            for each in session.user_layers.layers
        ),
        session.layers.settings(),
        session.pins.place_ids,
        session.views.views,
        session.selection.chosen_id,
        session.preferences.settings.view_bounds_lonlat,
        moment.iso if moment is not None else "",
    )


def test_the_program_begins_at_home_where_nothing_is_ever_unsaved(rig: Rig) -> None:
    fill(rig)
    assert rig.project.is_home and not rig.project.is_modified and not rig.project.is_read_only
    assert (rig.project.path, rig.project.title, rig.project.holder) == (None, "", None)


def test_a_start_that_only_looks_leaves_no_working_folder(rig: Rig) -> None:
    rig.end()
    assert folders(rig) == [] and not (rig.home / "state.json").exists()


def test_the_home_keeps_pins_and_views_from_one_start_to_the_next(
    rig: Rig, tmp_path: Path, qtbot: QtBot, catalogue: Catalogue
) -> None:
    rig.session.pins.add("990001")
    rig.session.views.put((VIEW,))
    rig.session.selection.choose("990002", fly=False)
    rig.settle()
    assert len(folders(rig)) == 1
    rig.end()
    assert folders(rig) == []
    next_start = make_rig(qtbot, tmp_path, catalogue)
    assert next_start.session.pins.place_ids == ("990001",)
    assert next_start.session.views.views == (VIEW,)
    assert next_start.session.selection.chosen_id == ""
    assert next_start.project.recoverable() == ()


def test_a_project_brings_everything_back(
    rig: Rig, tmp_path: Path, qtbot: QtBot, catalogue: Catalogue
) -> None:
    rig.new()
    fill(rig)
    assert rig.project.is_modified
    before = seen(rig)
    path = tmp_path / "甲.jjj.gpkg"
    assert rig.save(path)
    assert (rig.project.path, rig.project.title, rig.project.is_modified) == (path, "甲", False)
    assert rig.session.preferences.settings.recent_projects == (str(path),)
    rig.end()
    assert folders(rig) == [] and not project_lock(path).path.exists()
    again = make_rig(qtbot, tmp_path, catalogue, "other.json")
    wanted: list[object] = []
    again.project.view_wanted.connect(wanted.append)
    opened = again.open(path)
    assert (opened.path, opened.findings, opened.missing, opened.is_recovered) == (path, (), (), False)
    assert seen(again) == before
    assert wanted == [(115.0, 38.5, 116.0, 39.5)]
    assert not again.project.is_modified and not again.project.is_home
    assert not again.session.history.undo_title


def test_saving_the_home_makes_a_project_of_it_and_leaves_the_home_as_it_was(
    rig: Rig, tmp_path: Path
) -> None:
    layer_id = fill(rig)
    before = seen(rig)
    assert rig.save(tmp_path / "甲.jjj.gpkg")
    assert not rig.project.is_home and not rig.project.is_modified
    assert seen(rig) == before
    rig.session.user_layers.rename(layer_id, "另一个名")
    rig.settle()
    assert rig.project.is_modified
    with rig.qtbot.waitSignal(rig.project.opened):
        rig.project.close_project()
    assert rig.project.is_home
    assert rig.session.user_layers.stored(layer_id).title == "钢厂"
    assert seen(rig)[:4] == before[:4]


def test_a_new_project_is_empty_and_has_no_file(rig: Rig) -> None:
    fill(rig)
    rig.new()
    assert rig.session.user_layers.layers == ()
    assert rig.session.library.entries() == ()
    assert rig.session.pins.place_ids == () and rig.session.views.views == ()
    assert (rig.project.path, rig.project.is_home, rig.project.is_modified) == (None, False, False)


def test_the_language_of_a_project_comes_with_it(rig: Rig, tmp_path: Path) -> None:
    rig.new()
    rig.session.workspace.set_language(Language.EN)
    assert rig.save(tmp_path / "a.jjj.gpkg")
    rig.session.workspace.set_language(Language.ZH)
    rig.open(tmp_path / "a.jjj.gpkg")
    assert rig.session.workspace.language is Language.EN
    assert rig.session.preferences.settings.language == "zh"
    rig.project.close_project()
    rig.qtbot.waitUntil(lambda: rig.project.is_home)
    assert rig.session.workspace.language is Language.ZH


def test_the_layout_goes_into_the_project_and_comes_back(rig: Rig, tmp_path: Path) -> None:
    applied: list[str] = []
    rig.project.connect_layout(lambda: "QUJD", applied.append)
    rig.new()
    assert rig.save(tmp_path / "a.jjj.gpkg")
    rig.open(tmp_path / "a.jjj.gpkg")
    assert applied == ["QUJD"]


@pytest.mark.parametrize("seal", ["", "0" * 64 + ":", ":", "縣:"])
def test_a_layout_that_was_not_written_here_is_kept_from_qt(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seal: str
) -> None:
    applied: list[str] = []
    rig.project.connect_layout(lambda: "QUJD", applied.append)
    rig.new()
    with monkeypatch.context() as patched:
        patched.setattr(LayoutSeal, "seal", lambda _self, layout: seal + layout)
        assert rig.save(tmp_path / "a.jjj.gpkg")
    rig.open(tmp_path / "a.jjj.gpkg")
    assert applied == []


def test_the_seal_of_layouts_outlasts_the_program_and_is_for_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "state" / "layout-key"
    assert LayoutSeal(path).unseal(":QUJD") == "" and not path.exists()
    sealed = LayoutSeal(path).seal("QUJD")
    assert LayoutSeal(path).unseal(sealed) == "QUJD"
    assert LayoutSeal(path).unseal(sealed + "A") == ""
    assert LayoutSeal(tmp_path / "other").unseal(sealed) == ""
    assert LayoutSeal(path).seal("") == ""
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_looking_about_is_no_change(rig: Rig) -> None:
    rig.new()
    rig.session.selection.choose("990001", fly=False)
    rig.session.timeline.step(-1)
    rig.session.preferences.change(view_bounds_lonlat=(115.0, 38.0, 116.0, 39.0))
    rig.qtbot.wait(1100)
    assert not rig.project.is_modified


def test_what_is_done_while_it_saves_is_unsaved(rig: Rig, tmp_path: Path) -> None:
    rig.new()
    rig.add_layer()
    saved: list[Path] = []
    rig.project.saved.connect(saved.append)
    rig.project.save_as(tmp_path / "a.jjj.gpkg")
    rig.session.pins.add("990001")
    rig.qtbot.waitUntil(lambda: bool(saved), timeout=20_000)
    assert rig.project.is_modified
    assert rig.save()
    assert not rig.project.is_modified
    rig.open(tmp_path / "a.jjj.gpkg")
    assert rig.session.pins.place_ids == ("990001",)


def test_a_second_window_opens_read_only_and_knows_who_has_it(
    rig: Rig, tmp_path: Path, qtbot: QtBot, catalogue: Catalogue
) -> None:
    path = tmp_path / "a.jjj.gpkg"
    rig.new()
    assert rig.save(path)
    second = make_rig(qtbot, tmp_path / "second", catalogue)
    second.open(path)
    holder = second.project.holder
    assert second.project.is_read_only and holder is not None
    assert (holder.pid, holder.lock_path) == (os.getpid(), tmp_path / ".a.jjj.gpkg.lock")
    second.session.pins.add("990001")
    second.settle()
    before = path.read_bytes()
    assert not second.save()
    (error,) = second.failures
    assert isinstance(error, ProjectHeld) and error.pid == os.getpid()
    assert path.read_bytes() == before and second.project.is_modified
    assert second.save(tmp_path / "b.jjj.gpkg")
    assert not second.project.is_read_only and second.project.title == "b"
    assert rig.save()
    rig.end()
    second.open(path)
    assert not second.project.is_read_only
    second.end()


HOLDING = """
import sys
from pathlib import Path
from jjjmap.session.projects.lock import project_lock
lock = project_lock(Path(sys.argv[1]))
assert lock.take()
print("taken", flush=True)
sys.stdin.read()
"""


def test_another_process_has_it_alone_until_it_ends_and_however_it_ends(rig: Rig, tmp_path: Path) -> None:
    path = tmp_path / "a.jjj.gpkg"
    rig.new()
    assert rig.save(path)
    with rig.qtbot.waitSignal(rig.project.opened):
        rig.project.close_project()
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(jjjmap.__file__).parents[1])},
    )
    with other:
        assert other.stdout is not None and other.stdout.readline() == "taken\n"
        rig.open(path)
        holder = rig.project.holder
        assert rig.project.is_read_only and holder is not None and holder.pid == other.pid
        assert not rig.save()
        other.kill()
    rig.open(path)
    assert not rig.project.is_read_only and rig.project.holder is None
    assert rig.save()


def test_a_link_to_the_project_that_is_open_is_the_project(rig: Rig, tmp_path: Path) -> None:
    path, link = tmp_path / "a.jjj.gpkg", tmp_path / "link.jjj.gpkg"
    rig.new()
    assert rig.save(path)
    link.symlink_to(path)
    rig.open(link)
    assert not rig.project.is_read_only
    assert rig.save() and link.is_symlink()


def test_a_project_that_others_hold_is_not_saved_over(rig: Rig, tmp_path: Path) -> None:
    path = tmp_path / "a.jjj.gpkg"
    path.write_bytes(b"x")
    lock = project_lock(path)
    assert lock.take()
    rig.new()
    assert not rig.save(path)
    assert isinstance(rig.failures[0], ProjectHeld) and path.read_bytes() == b"x"
    lock.release()


def test_opening_the_project_that_is_open_reads_it_anew(rig: Rig, tmp_path: Path) -> None:
    path = tmp_path / "a.jjj.gpkg"
    rig.new()
    assert rig.save(path)
    rig.session.pins.add("990001")
    rig.settle()
    rig.open(path)
    assert not rig.project.is_read_only and not rig.project.is_modified
    assert rig.session.pins.place_ids == ()


def test_a_file_that_somebody_changed_is_not_saved_over_unless_it_is_wanted(rig: Rig, tmp_path: Path) -> None:
    path, other = tmp_path / "a.jjj.gpkg", tmp_path / "b.jjj.gpkg"
    rig.new()
    assert rig.save(other)
    rig.session.pins.add("990001")
    rig.settle()
    assert rig.save(path)
    other.replace(path)
    foreign = path.read_bytes()
    rig.session.pins.add("990002")
    rig.settle()
    assert not rig.save()
    assert isinstance(rig.failures[-1], ProjectChanged)
    assert path.read_bytes() == foreign and rig.project.is_modified
    assert rig.save(over_changed=True)
    assert (tmp_path / "a.jjj.gpkg~1").read_bytes() == foreign
    assert not rig.project.is_modified


def test_an_older_version_is_opened_to_be_saved_under_the_project_s_name(rig: Rig, tmp_path: Path) -> None:
    path = tmp_path / "a.jjj.gpkg"
    rig.new()
    rig.session.pins.add("990001")
    rig.settle()
    assert rig.save(path)
    rig.session.pins.clear()
    rig.settle()
    assert rig.save()
    with rig.qtbot.waitSignal(rig.project.opened, timeout=20_000):
        rig.project.open_version(tmp_path / "a.jjj.gpkg~1")
    rig.settle()
    assert rig.session.pins.place_ids == ("990001",)
    assert rig.project.path == path and rig.project.is_modified and not rig.project.is_read_only
    assert rig.save()
    rig.open(path)
    assert rig.session.pins.place_ids == ("990001",)


def test_a_former_version_that_is_opened_by_its_name_is_saved_in_the_project_s_place(
    rig: Rig, tmp_path: Path
) -> None:
    path = tmp_path / "a.jjj.gpkg"
    rig.new()
    rig.session.pins.add("990001")
    rig.settle()
    assert rig.save(path)
    rig.session.pins.clear()
    rig.settle()
    assert rig.save()
    rig.project.close_project()
    rig.qtbot.waitUntil(lambda: rig.project.is_home)
    rig.open(tmp_path / "a.jjj.gpkg~1")
    assert rig.project.path == path and rig.project.is_modified
    rig.session.pins.add("990002")
    rig.settle()
    assert rig.save()
    rig.open(path)
    assert rig.session.pins.place_ids == ("990001", "990002")
    assert not (tmp_path / "a.jjj.gpkg~1~1").exists()


def test_a_former_version_is_not_saved_over_a_project_that_came_after_it_was_opened(
    rig: Rig, tmp_path: Path
) -> None:
    path = tmp_path / "a.jjj.gpkg"
    rig.new()
    assert rig.save(path)
    rig.project.close_project()
    rig.qtbot.waitUntil(lambda: rig.project.is_home)
    path.rename(tmp_path / "a.jjj.gpkg~1")
    rig.open(tmp_path / "a.jjj.gpkg~1")
    path.write_bytes(b"somebody's")
    assert not rig.save()
    assert isinstance(rig.failures[-1], ProjectChanged) and path.read_bytes() == b"somebody's"


def test_what_is_done_while_something_else_is_being_opened_is_kept(
    rig: Rig, tmp_path: Path, catalogue: Catalogue
) -> None:
    first, second = tmp_path / "a.jjj.gpkg", tmp_path / "b.jjj.gpkg"
    rig.new()
    assert rig.save(second)
    assert rig.save(first)
    with rig.qtbot.waitSignal(rig.project.opened, timeout=20_000) as news:
        rig.project.open(second)
        rig.session.pins.add("990001")
    rig.settle()
    assert news.args[0].keeps_earlier and rig.session.pins.place_ids == ()
    rig.session.pins.add("990002")
    assert not rig.open(first).keeps_earlier  # What was done before it was asked for was asked about.
    (found,) = rig.project.recoverable()
    assert found.path == first and found.left.state.pins == ("990001",)
    rig.project.discard(found)
    assert len(folders(rig)) == 1


def test_saving_a_project_under_its_own_name_asks_too_if_somebody_changed_it(
    rig: Rig, tmp_path: Path
) -> None:
    path = tmp_path / "a.jjj.gpkg"
    rig.new()
    assert rig.save(path)
    path.write_bytes(b"somebody's")
    assert not rig.save(path)
    assert isinstance(rig.failures[-1], ProjectChanged) and path.read_bytes() == b"somebody's"


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\0" + b"\xff" * 5000, None])
def test_a_file_that_is_no_project_leaves_everything_as_it_is(
    data: bytes | None, rig: Rig, tmp_path: Path
) -> None:
    layer_id = fill(rig)
    before, path = seen(rig), tmp_path / "bad.jjj.gpkg"
    if data is not None:
        path.write_bytes(data)
    with rig.qtbot.waitSignal(rig.project.failed, timeout=20_000):
        rig.project.open(path)
    rig.settle()
    assert isinstance(rig.failures[0], ProjectUnusable)
    assert seen(rig) == before and rig.project.is_home and rig.session.user_layers.holds(layer_id)
    assert not project_lock(path).path.exists()
    assert len(folders(rig)) == 1


def test_a_project_holds_no_absolute_paths_nor_names_of_this_computer(rig: Rig, tmp_path: Path) -> None:
    path = tmp_path / "a.jjj.gpkg"
    rig.new()
    fill(rig)
    assert rig.save(path)
    data = path.read_bytes()
    for secret in (str(tmp_path), str(Path.home()), "work-"):
        assert secret.encode() not in data


def test_what_runs_is_stopped_before_something_else_is_open(rig: Rig) -> None:
    ran: list[bool] = []

    def work(_progress: object, cancelled: object) -> object:
        while not cancelled():  # type: ignore[operator]
            pass
        ran.append(rig.session.user_layers.store is store)
        return False

    store = rig.session.user_layers.store
    rig.session.tasks.start("算", work, on_success=lambda _none: None, on_failure=lambda _error: None)  # type: ignore[arg-type]
    rig.new()
    assert ran == [True] and rig.session.user_layers.store is not store


def test_a_file_of_a_layer_that_is_gone_is_named(rig: Rig, tmp_path: Path) -> None:
    source = tmp_path / "数据" / "厂.geojson"
    source.parent.mkdir()
    source.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"n":1},'
        '"geometry":{"type":"Point","coordinates":[116,39]}}]}',
        encoding="utf-8",
    )
    from jjjmap.layers.opening.records import OpenOptions

    rig.new()
    with rig.qtbot.waitSignal(rig.session.user_layers.opened, timeout=30_000):
        rig.session.user_layers.open(source, OpenOptions())
    rig.settle()
    path = tmp_path / "a.jjj.gpkg"
    assert rig.save(path)
    assert rig.project.missing_files() == ()
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    path.replace(moved / "a.jjj.gpkg")
    (missing,) = rig.open(moved / "a.jjj.gpkg").missing
    assert (missing.title, missing.name, missing.path) == ("厂", "厂.geojson", moved / "数据" / "厂.geojson")
    task = rig.project.relink(missing.layer_id, source)
    assert task is not None
    rig.settle()
    assert rig.project.missing_files() == () and rig.project.is_modified
    assert rig.session.user_layers.holds(missing.layer_id)


def test_a_home_that_becomes_a_project_knows_where_the_files_of_its_layers_are(
    rig: Rig, tmp_path: Path
) -> None:
    from jjjmap.layers.opening.records import OpenOptions

    source = tmp_path / "下载" / "厂.csv"
    source.parent.mkdir()
    source.write_text("名称,经度,纬度\n甲,116,39\n", encoding="utf-8")
    with rig.qtbot.waitSignal(rig.session.user_layers.opened, timeout=30_000):
        rig.session.user_layers.open(source, OpenOptions())
    rig.settle()
    folder = tmp_path / "项目"
    folder.mkdir()
    assert rig.project.is_home and rig.save(folder / "a.jjj.gpkg")
    rig.settle()
    assert not rig.project.is_home and rig.project.missing_files() == ()
    assert [Path(each.path) for each in rig.session.user_layers.sources()] == [source]
