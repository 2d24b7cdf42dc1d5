"""What is saved in a project comes back as it was: rows, looks, decisions, state."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from made_projects import AREAS, FIRMS, Home, made_home, opened, save

from jjjmap.errors import RowsUnreadable
from jjjmap.layers.opening.records import LayerSource, OpenOptions
from jjjmap.project.checking import check_project
from jjjmap.project.file_format import is_project, project_title
from jjjmap.project.state import PlacingState, ProjectState, SavedView, SourceFile
from jjjmap.settings import LayerSetting
from jjjmap.text.store.library import Library
from jjjmap.text.store.schema import INDEX_TABLE

pytestmark = pytest.mark.usefixtures("one_worker")

STATE = ProjectState(
    language="en",
    bounds_lonlat=(115.0, 38.0, 117.5, 40.0),
    layers=(LayerSetting("ports", True, 0.5), LayerSetting(FIRMS, False, 1.0)),
    pins=("130100",),
    views=(
        SavedView(
            "view-0123abcd",
            "港口 ${1} </script>",
            (116.0, 38.5, 117.0, 39.0),
            (LayerSetting(FIRMS, True, 0.25),),
            ((FIRMS, None),),
            moment="2024-05",
            chosen_id=f"{FIRMS}:3",
            document_id="doc-0123456789ab",
            document_start=3,
            document_end=9,
        ),
    ),
    chosen_id="130100",
    moment="2023",
    document_id="doc-0123456789ab",
    document_start=1,
    document_end=2,
    layout="AAEC",
    placings=(PlacingState(FIRMS, (("名称", "name"),), ({"row": 3, "lon": 116.5},)),),
    sources=(SourceFile(FIRMS, "数据/企业.csv", "ab" * 32, {"encoding": "gb18030"}),),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return made_home(tmp_path_factory.mktemp("home") / "data")


def test_every_layer_comes_back_byte_by_byte(home, tmp_path):
    path = tmp_path / "规划.jjj.gpkg"
    save(home, path)
    project, there = opened(path, tmp_path / "work")
    assert project.findings == ()
    assert project.layers == 4
    assert there.layers == tuple(replace(layer, generation=1) for layer in home.layers)
    for layer in home.layers:
        before, after = home.store.table_folder(layer), there.store.table_folder(layer)
        names = sorted(file.name for file in before.iterdir())
        assert names == sorted(file.name for file in after.iterdir())
        for name in names:
            assert (before / name).read_bytes() == (after / name).read_bytes()
    before_rejected, after_rejected = home.store.rejected_file(FIRMS), there.store.rejected_file(FIRMS)
    assert before_rejected and after_rejected
    assert before_rejected.read_bytes() == after_rejected.read_bytes()
    assert there.store.rejected_file(AREAS) is None


def test_documents_decisions_lessons_and_search_come_back(home, tmp_path):
    path = tmp_path / "规划.jjj.gpkg"
    save(home, path)
    project, there = opened(path, tmp_path / "work")
    assert project.documents == 2
    with Library.open(home.library) as before, Library.open(there.library) as after:
        entries = before.documents()
        assert after.documents() == entries
        assert [entry.details.title for entry in entries].count("甲市规划纲要") == 1
        for entry in entries:
            assert after.document(entry.id) == before.document(entry.id)
            assert after.original(entry.id) == before.original(entry.id)
            assert after.versions_of(entry.id) == before.versions_of(entry.id)
        assert after.lessons() == before.lessons() != ()
        assert after.accepted_figures() == before.accepted_figures() != ()
        assert after.quotations_about("bing-port") == before.quotations_about("bing-port") != ()
        assert rows_of(there.library) == rows_of(home.library)


def rows_of(library: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all that is in a library but where its documents were read from."""
    connection = sqlite3.connect(library)
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith("sqlite_")
    ]
    connection.execute("CREATE TEMP TABLE plain AS SELECT * FROM documents")
    connection.execute("UPDATE plain SET origin = ''")
    connection.execute(f"CREATE TEMP TABLE texts AS SELECT * FROM {INDEX_TABLE}")
    connection.execute("UPDATE texts SET key = 0")  # Which state of the index it was.
    stand_ins = {"documents": "plain", INDEX_TABLE: "texts"}
    found = {
        table: sorted(connection.execute(f"SELECT * FROM {stand_ins.get(table, table)}"), key=repr)
        for table in tables
    }
    connection.close()
    return found


def test_the_state_comes_back(home, tmp_path):
    path = tmp_path / "规划.jjj.gpkg"
    save(home, path, state=STATE)
    project, _there = opened(path, tmp_path / "work")
    assert project.state == STATE
    assert project.findings == ()
    assert (project.title, project.version) == ("规划", 1)


def test_a_project_of_nothing_opens(tmp_path):
    path = tmp_path / "空.jjj.gpkg"
    save(Home(tmp_path / "nothing"), path)
    project, there = opened(path, tmp_path / "work")
    assert (project.layers, project.documents, project.findings) == (0, 0, ())
    assert is_project(path)
    with Library.open(there.library) as library:
        assert library.documents() == ()


def test_a_project_opened_and_saved_again_holds_the_same(home, tmp_path):
    save(home, tmp_path / "一.jjj.gpkg", state=STATE)
    first, there = opened(tmp_path / "一.jjj.gpkg", tmp_path / "work")
    save(there, tmp_path / "二.jjj.gpkg", state=first.state)
    second, again = opened(tmp_path / "二.jjj.gpkg", tmp_path / "again")
    assert second.state == first.state
    assert again.layers == there.layers
    assert rows_of(again.library) == rows_of(there.library)


def test_no_path_of_the_computer_stands_in_the_file(home, tmp_path):
    (layer,) = (each for each in home.layers if each.id == FIRMS)
    source = LayerSource(str(tmp_path / "别处" / "企业.csv"), OpenOptions(encoding="gb18030"))
    state = ProjectState(
        sources=(
            SourceFile(FIRMS, str(tmp_path / "项目" / "数据" / "企业.csv"), "", {}),
            SourceFile(AREAS, "/home/somebody/机密/县.gpkg", "", {}),
        )
    )
    (tmp_path / "项目").mkdir()
    path = tmp_path / "项目" / "规划.jjj.gpkg"
    home.store.save(replace(layer, source=source))
    try:
        save(home, path, state=state)
    finally:
        home.store.save(layer)
    data = path.read_bytes()
    for secret in (b"somebody", "机密".encode(), "别处".encode(), str(tmp_path).encode()):
        assert secret not in data
    project, there = opened(path, tmp_path / "work")
    assert [source.path for source in project.state.sources] == ["数据/企业.csv", "县.gpkg"]
    assert all(layer.source is None for layer in there.layers)


def test_documents_below_the_project_are_known_by_their_paths(tmp_path):
    (tmp_path / "项目").mkdir()
    home = made_home(tmp_path / "home")
    connection = sqlite3.connect(home.library)
    connection.execute(
        "UPDATE documents SET origin = ? WHERE key = 2", (str(tmp_path / "项目" / "文件" / "甲.txt"),)
    )
    connection.commit()
    connection.close()
    path = tmp_path / "项目" / "规划.jjj.gpkg"
    save(home, path)
    _project, there = opened(path, tmp_path / "work")
    connection = sqlite3.connect(there.library)
    origins = [origin for (origin,) in connection.execute("SELECT origin FROM documents ORDER BY key")]
    connection.close()
    assert origins == [str(tmp_path / "项目" / "规划.txt"), str(tmp_path / "项目" / "文件" / "甲.txt")]


def test_rows_that_are_gone_are_told_before_anything_is_written(tmp_path):
    home = made_home(tmp_path / "home")
    layers = home.layers
    (home.store.table_folder(layers[0]) / "attributes.arrow").unlink()
    with pytest.raises(RowsUnreadable):
        save(home, tmp_path / "规划.jjj.gpkg")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home"]


def test_checking_tells_what_is_in_a_project(home, tmp_path):
    path = tmp_path / "规划.jjj.gpkg"
    save(home, path, state=STATE)
    facts, findings = check_project(path)
    assert findings == ()
    assert (facts.title, facts.documents, facts.views, facts.former_versions) == ("规划", 2, 1, 0)
    assert {(layer.title, layer.geometry, layer.rows) for layer in facts.layers} == {
        ("企业", "point", 30),
        ("mentions", "line", 2),
        ("jjjmap_chunks", "polygon", 2),
        ('表"格', "", 2),
    }


def test_names_of_projects():
    assert project_title(Path("甲.jjj.gpkg")) == project_title(Path("甲.JJJ.GPKG~2")) == "甲"
    assert project_title(Path("甲.gpkg")) == "甲.gpkg"
