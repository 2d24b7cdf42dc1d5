"""Projects, and the working folders that a program leaves which ends before its time."""

import json
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from jjjmap.errors import ProjectUnusable
from jjjmap.layers.opening.reading_worker import memory_cap
from jjjmap.layers.user_layer import stored_rows, with_usable_filter
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.project import opening
from jjjmap.project.opening import LAYERS, LIBRARY, open_project
from jjjmap.project.state import PlacingState, ProjectState, SavedView, SourceFile
from jjjmap.project.state_json import state_from_json, state_to_json
from jjjmap.project.view_snapshots import parse_moment
from jjjmap.project.working import About, WorkingFolder, read_home, write_home
from jjjmap.session.projects.open_place import stamp_from_json
from jjjmap.session.projects.recovery import find_recoverable
from jjjmap.settings import LayerSetting
from jjjmap.text.store.library import Library
from tests.fuzzing.mutations import Family
from tests.fuzzing.promises import Fault, KeptWorker, check_error, check_findings, untouched, watched
from tests.fuzzing.trial import Trial
from tests.project.made_projects import FIRMS, ROADS, made_home, save

STATE = ProjectState(
    language="zh",
    bounds_lonlat=(115.0, 38.0, 118.0, 41.0),
    layers=(LayerSetting(FIRMS, True, 0.5), LayerSetting(ROADS, False, 1.0)),
    pins=("130100", "bing-port"),
    views=(
        SavedView(
            id="view-0000000a",
            title="甲图",
            bounds_lonlat=(115.0, 38.0, 118.0, 41.0),
            layers=(LayerSetting(FIRMS, True, 1.0),),
            filters=((FIRMS, {"all": True, "conditions": []}), (ROADS, None)),
            moment="2024-03",
            chosen_id=f"{FIRMS}#3",
            document_id="doc-1",
            document_start=3,
            document_end=9,
        ),
        SavedView("view-0000000b", "乙图", (116.0, 39.0, 117.0, 40.0), ()),
    ),
    chosen_id=f"{FIRMS}#1",
    moment="2023",
    document_id="doc-2",
    document_start=0,
    document_end=4,
    layout="AAAA",
    placings=(PlacingState(FIRMS, (("名称", "name"),), ({"row": 1, "place": "x"},)),),
    sources=(SourceFile(FIRMS, "甲.csv", "ab" * 32, {"datum": "WGS-84"}),),
)


def check_state(state: ProjectState) -> None:
    """See that a state can be used, and be kept as it is."""
    again, wrong = state_from_json(json.loads(json.dumps(state_to_json(state), allow_nan=False)))
    if wrong or again != state:
        raise Fault(f"a state that cannot be kept: {wrong}")
    for moment in (state.moment, *(view.moment for view in state.views)):
        parse_moment(moment)


class Project(Trial):
    """A project's file, unpacked and loaded."""

    family = Family.SQLITE
    suite_mutants = 15

    def __init__(self, folder: Path) -> None:
        self._open = ExitStack()
        worker = KeptWorker(memory_cap())
        self._open.callback(worker.close)
        self._open.enter_context(watched(opening, by=worker))
        super().__init__(folder)

    def made_seeds(self) -> Sequence[bytes]:
        home = made_home(self.folder / "home")
        paths = [self.folder / "甲.jjj.gpkg", self.folder / "乙.jjj.gpkg"]
        save(home, paths[0], state=STATE)
        save(home, paths[1])
        return [path.read_bytes() for path in paths]

    def run(self, data: bytes) -> str:
        given, work = self.folder / "given", self.folder / "work"
        given.mkdir()
        work.mkdir()
        path = given / "甲.jjj.gpkg"
        path.write_bytes(data)
        try:
            with untouched(given):
                return self._tried(path, work)
        finally:
            shutil.rmtree(given)
            shutil.rmtree(work)

    def close(self) -> None:
        self._open.close()

    @staticmethod
    def _tried(path: Path, work: Path) -> str:
        try:
            opened = open_project(path, work, seconds=20.0)
        except ProjectUnusable as exc:
            check_error(exc, exc.detail)
            if list(work.iterdir()):
                raise Fault("something of a project that was refused is left") from exc
            return exc.reason
        check_findings(opened.findings)
        check_state(opened.state)
        store = UserLayerStore(work / LAYERS)
        layers, findings = store.load()
        if findings:
            raise Fault(f"a layer that was unpacked cannot be read: {findings[0].message}")
        for layer in layers:
            usable, told = with_usable_filter(layer)
            check_findings(told)
            rows = stored_rows(store, usable)
            if len(rows.table):
                rows.table.row(len(rows.table) - 1)
        with Library.open(work / LIBRARY) as library:
            for entry in library.documents():
                library.document(entry.id)
                library.original(entry.id)
            library.lessons()
            library.accepted_figures()
            library.lost_decisions()
        if (opened.layers, opened.documents) != (len(layers), len(library_entries(work / LIBRARY))):
            raise Fault("what was told is not what is there")
        return "read"


def library_entries(path: Path) -> tuple[object, ...]:
    """Return what is in a library."""
    with Library.open(path) as library:
        return library.documents()


class _Left(Trial):
    """One file of a working folder that was left."""

    family = Family.JSON
    suite_mutants = 80
    name: str

    def __init__(self, folder: Path) -> None:
        self._parent = folder / "work"
        super().__init__(folder)

    def run(self, data: bytes) -> str:
        self._parent.mkdir()
        try:
            return self._tried(data)
        finally:
            shutil.rmtree(self._parent)

    def _tried(self, data: bytes) -> str:
        folder = _working_folder(self._parent)
        (folder.root / self.name).write_bytes(data)
        found = find_recoverable(self._parent, None)
        if not found:
            return self._lost(folder)
        (recoverable,) = found
        try:
            check_state(recoverable.left.state)
            stamp_from_json(recoverable.left.about.stamp)
            f"{recoverable.started:%Y-%m-%d %H:%M} {recoverable.last_change:%X} {recoverable.loss_s:.0f}"
            for action in recoverable.actions:
                f"{action.title} {action.time:%X}".encode()
            self._goes_on(recoverable.folder)
        finally:
            recoverable.folder.close()
            recoverable.lock.release()
        return "read"

    def _lost(self, folder: WorkingFolder) -> str:
        raise Fault("unsaved work is not offered")

    @staticmethod
    def _goes_on(folder: WorkingFolder) -> None:
        """See that what is done from now on is kept."""
        number = folder.number
        folder.append("2024-05-06T08:00:00+08:00", "接着做", {"chosen_id": "130200"})
        left = folder.read()
        if left.number != number + 1 or left.state.chosen_id != "130200":
            raise Fault("what was done after a recovery is not kept")


def _working_folder(parent: Path) -> WorkingFolder:
    folder = WorkingFolder.create(parent)
    stamp = {"size": 1, "mtime_ns": 2, "sha256": "ab"}
    folder.write_about(About("/a/甲.jjj.gpkg", "甲", False, "2024-05-06T07:00:00+08:00", stamp, 0, True))
    folder.write_state(STATE)
    for number in range(3):
        said = {"chosen_id": f"13010{number}", "pins": ["130100"], "views": state_to_json(STATE)["views"]}
        folder.append(f"2024-05-06T07:0{number}:00+08:00", f"第 {number} 步", said)
    folder.close()
    return folder


class Journal(_Left):
    family, name = Family.JSON_LINES, "journal.jsonl"

    def made_seeds(self) -> Sequence[bytes]:
        self._parent.mkdir()
        whole = (_working_folder(self._parent).root / self.name).read_bytes()
        shutil.rmtree(self._parent)
        return [whole, whole[: len(whole) // 2]]


class StateFile(_Left):
    name = "state.json"

    def made_seeds(self) -> Sequence[bytes]:
        self._parent.mkdir()
        folder = _working_folder(self._parent)
        whole = (folder.root / self.name).read_bytes()
        folder.write_state(ProjectState())
        shutil.rmtree(self._parent)
        return [whole, json.dumps(json.loads(whole), indent=1).encode()]


class AboutFile(_Left):
    name = "about.json"

    def made_seeds(self) -> Sequence[bytes]:
        self._parent.mkdir()
        whole = (_working_folder(self._parent).root / self.name).read_bytes()
        shutil.rmtree(self._parent)
        return [whole, whole.replace(b" ", b"")]

    def _lost(self, folder: WorkingFolder) -> str:
        """Who cannot say what it is for cannot be offered; unless it says that all is saved, it stays."""
        if folder.root.exists():
            return "unreadable"
        return "saved"


class HomeState(Trial):
    """What is remembered beside the home."""

    family = Family.JSON
    suite_mutants = 300

    def made_seeds(self) -> Sequence[bytes]:
        path = self.folder / "state.json"
        write_home(path, STATE)
        first = path.read_bytes()
        write_home(path, replace(STATE, views=()))
        return [first, path.read_bytes()]

    def run(self, data: bytes) -> str:
        path = self.folder / "state.json"
        path.write_bytes(data)
        with untouched(self.folder):
            state = read_home(path)
        check_state(state)
        return "read" if state.views or state.pins else "nothing"
