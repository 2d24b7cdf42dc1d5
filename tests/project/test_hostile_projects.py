"""A project may come from anybody: nothing of it runs, what is broken is told, and the rest opens."""

import json
import random
import shutil
import sqlite3
import struct
import time
import zlib
from pathlib import Path

import pyarrow as pa
import pytest
from made_projects import FIRMS, ROADS, Home, codes, firms, made_home, opened, save

from jjjmap.errors import ProjectUnusable
from jjjmap.findings import Severity
from jjjmap.project.file_format import is_project
from jjjmap.project.opening import open_project
from jjjmap.project.state import ProjectState
from jjjmap.text.store.library import Library

pytestmark = pytest.mark.usefixtures("one_worker")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    path = folder / "规划.jjj.gpkg"
    save(made_home(folder / "home"), path)
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    (tmp_path / "given").mkdir()
    return Path(shutil.copy(whole, tmp_path / "given" / whole.name))


def change(path: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    """Change a project by hand, as somebody would who knows SQL."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA writable_schema = ON")
    for statement in statements:
        connection.execute(statement, values)
    connection.commit()
    connection.close()


def refused(path: Path, folder: Path) -> ProjectUnusable:
    """Return why a project does not open; its file is untouched, and nothing is left of it."""
    before, names = path.read_bytes(), sorted(each.name for each in path.parent.iterdir())
    folder.mkdir()
    with pytest.raises(ProjectUnusable) as told:
        open_project(path, folder)
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir()) == names
    assert list(folder.iterdir()) == []
    return told.value


def test_opening_leaves_the_file_and_its_folder_as_they_were(path, tmp_path):
    before, moment = path.read_bytes(), path.stat().st_mtime_ns
    opened(path, tmp_path / "work")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, moment)
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert sorted(each.name for each in (tmp_path / "work").iterdir()) == ["layers", "library.sqlite"]


def test_a_file_with_a_journal_is_read_as_that_says_and_not_changed(path, tmp_path):
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("UPDATE jjjmap_project SET value = '{\"chosen_id\": \"neu\"}' WHERE key = 'state'")
    connection.commit()
    (tmp_path / "copy").mkdir()
    for each in path.parent.iterdir():  # As a program leaves it that was killed.
        shutil.copy(each, tmp_path / "copy" / each.name)
    connection.close()
    copy = tmp_path / "copy" / path.name
    before = {each.name: each.read_bytes() for each in copy.parent.iterdir()}
    assert len(before) == 3
    project, _there = opened(copy, tmp_path / "work")
    assert project.state.chosen_id == "neu"
    assert {each.name: each.read_bytes() for each in copy.parent.iterdir()} == before


def test_a_newer_project_is_refused_untouched(path, tmp_path):
    change(path, "UPDATE jjjmap_project SET value = '2' WHERE key = 'version'")
    told = refused(path, tmp_path / "work")
    assert (told.reason, told.detail) == ("newer", "2")


def test_a_project_with_a_newer_library_is_refused_untouched(path, tmp_path):
    change(path, "UPDATE jjjmap_project SET value = '99' WHERE key = 'library_version'")
    assert refused(path, tmp_path / "work").reason == "newer"


def test_an_older_project_is_brought_forward(path, monkeypatch):
    from jjjmap.project import file_format

    monkeypatch.setattr(
        file_format,
        "MIGRATIONS",
        (
            lambda state: {**state, "chosen_id": state["chosen_id"] + "1"},
            lambda state: {**state, "pins": ["2"]},
        ),
    )
    assert file_format.brought_forward({"chosen_id": ""}, 1) == {"chosen_id": "1", "pins": ["2"]}
    assert file_format.brought_forward({"chosen_id": ""}, 2) == {"chosen_id": "", "pins": ["2"]}
    assert file_format.brought_forward({"chosen_id": ""}, 3) == {"chosen_id": ""}


@pytest.mark.parametrize("said", ["", "0", "-1", "1e3", "一", "9" * 5_000, "１"])
def test_a_version_that_is_no_number_is_refused(path, tmp_path, said):
    change(path, "UPDATE jjjmap_project SET value = ? WHERE key = 'version'", values=(said,))
    assert refused(path, tmp_path / "work").reason in ("altered", "newer")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.jjj.gpkg", b"", "not-a-project"),
        ("a.jjj.gpkg", b"SQLite format 3\0" + b"\0" * 200, "not-a-project"),
        ("a.jjj.gpkg", b"<OGRVRTDataSource/>", "not-a-project"),
        ("a.jjj.gpkg", b"SQLite format 3\0" + b"\0" * 52 + b"GPKG" + b"\0" * 28, "damaged"),
    ],
)
def test_other_files_of_that_name_are_refused(tmp_path, name, content, reason):
    (tmp_path / "given").mkdir()
    path = tmp_path / "given" / name
    path.write_bytes(content)
    assert refused(path, tmp_path / "work").reason == reason


def test_a_geopackage_of_others_is_no_project(path, tmp_path):
    change(path, "DROP TABLE jjjmap_project")
    assert is_project(path)  # By name and head; only the worker looks inside.
    assert refused(path, tmp_path / "work").reason == "not-a-project"


def test_what_is_no_file_is_refused(tmp_path):
    (tmp_path / "a.jjj.gpkg").mkdir()
    (tmp_path / "work").mkdir()
    for name, reason in (("a.jjj.gpkg", "not-a-project"), ("b.jjj.gpkg", "missing")):
        with pytest.raises(ProjectUnusable) as told:
            open_project(tmp_path / name, tmp_path / "work")
        assert told.value.reason == reason
        assert not is_project(tmp_path / name)


TABLES = (
    "jjjmap_project",
    "jjjmap_layers",
    "jjjmap_chunks",
    "jjjmap_edited",
    "jjjmap_library_documents",
    "jjjmap_library_contents",
    "jjjmap_library_mentions",
)


@pytest.mark.parametrize("table", TABLES)
def test_a_view_in_place_of_a_table_is_not_asked(path, tmp_path, table):
    change(
        path,
        f"ALTER TABLE {table} RENAME TO hidden",
        f"CREATE VIEW {table} AS SELECT * FROM hidden WHERE randomblob(1000000000) IS NOT NULL",
    )
    start = time.monotonic()
    assert refused(path, tmp_path / "work").reason in ("altered", "not-a-project")
    assert time.monotonic() - start < 60


@pytest.mark.parametrize("table", TABLES)
def test_a_column_that_reckons_something_is_not_asked(path, tmp_path, table):
    connection = sqlite3.connect(path)
    (statement,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    connection.close()
    bomb = statement.rstrip(")") + ", x GENERATED ALWAYS AS (hex(zeroblob(500000000))) VIRTUAL)"
    if table in ("jjjmap_project", "jjjmap_chunks"):
        bomb = statement.replace("NOT NULL", "NOT NULL DEFAULT (zeroblob(5))", 1)
    change(path, "UPDATE sqlite_master SET sql = ? WHERE name = ?", values=(bomb, table))
    assert refused(path, tmp_path / "work").reason in ("altered", "damaged")


def test_a_virtual_table_in_place_of_a_table_is_not_asked(path, tmp_path):
    change(path, "DROP TABLE jjjmap_edited", "CREATE VIRTUAL TABLE jjjmap_edited USING fts5(layer)")
    assert refused(path, tmp_path / "work").reason == "altered"


def test_views_and_triggers_of_others_do_no_harm(path, tmp_path):
    change(
        path,
        "CREATE VIEW evil AS SELECT load_extension('/tmp/evil.so')",
        "CREATE TRIGGER evil AFTER INSERT ON jjjmap_project BEGIN SELECT writefile('/tmp/evil', 'x'); END",
        "CREATE VIRTUAL TABLE evil_text USING fts5(x)",
    )
    project, _there = opened(path, tmp_path / "work")
    assert project.findings == ()
    assert (project.layers, project.documents) == (4, 2)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE jjjmap_layers SET record = '[]' WHERE id = ?", "project-layer-broken"),
        ("UPDATE jjjmap_layers SET record = 'null' WHERE id = ?", "project-layer-broken"),
        ("UPDATE jjjmap_layers SET record = x'00ff' WHERE id = ?", "project-layer-broken"),
        ("UPDATE jjjmap_layers SET record = 17 WHERE id = ?", "project-layer-broken"),
        ("UPDATE jjjmap_layers SET record = '{}' WHERE id = ?", "project-layer-broken"),
        (
            "UPDATE jjjmap_layers SET record = replace(record, '\"version\": 1', '\"version\": 99')"
            " WHERE id = ?",
            "project-layer-broken",
        ),
        ("UPDATE jjjmap_layers SET id = '../../../evil' WHERE id = ?", "project-layer-broken"),
        ("UPDATE jjjmap_layers SET columns = '{\"a\": 1}' WHERE id = ?", "project-layer-broken"),
        ("UPDATE jjjmap_chunks SET data = zeroblob(100) WHERE layer = ?", "project-layer-mended"),
        ("UPDATE jjjmap_chunks SET data = 'text' WHERE layer = ?", "project-layer-mended"),
        ("UPDATE jjjmap_chunks SET size = size + 1 WHERE layer = ?", "project-layer-mended"),
        ("UPDATE jjjmap_chunks SET checksum = 1 WHERE layer = ?", "project-layer-mended"),
        ("UPDATE jjjmap_chunks SET number = 3 WHERE layer = ?", "project-layer-mended"),
        ("DELETE FROM jjjmap_chunks WHERE layer = ?", "project-layer-mended"),
    ],
)
def test_a_broken_layer_is_told_and_the_rest_opens(path, tmp_path, statement, code):
    change(path, statement, values=(FIRMS,))
    project, there = opened(path, tmp_path / "work")
    assert code in codes(project)
    assert project.documents == 2
    layers = {layer.id for layer in there.layers}
    assert ROADS in layers
    assert (FIRMS in layers) == (code == "project-layer-mended")
    assert not (tmp_path / "evil").exists()
    if FIRMS in layers:
        # From the table for other programs: the same rows, under the same names.
        assert there.table(FIRMS).attributes["产值"].to_pylist() == firms().attributes["产值"].to_pylist()
        assert set(there.table(FIRMS).attributes.column_names) == set(firms().attributes.column_names)


def test_pieces_that_say_they_are_huge_are_refused(path, tmp_path):
    change(path, "UPDATE jjjmap_chunks SET size = 1 << 40 WHERE number = 0")
    assert refused(path, tmp_path / "work").reason == "altered"


def test_pieces_that_are_huge_together_are_refused(path, tmp_path):
    change(
        path,
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5000)"
        " INSERT INTO jjjmap_chunks SELECT 'x', 'x', x, 4194304, 0, x'00' FROM n",
    )
    assert refused(path, tmp_path / "work").reason == "too-large"


def test_arrow_files_that_lie_are_not_believed(path, tmp_path):
    sink = pa.BufferOutputStream()
    table = firms().attributes
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    offsets = struct.pack("<4i", 0, 4, 8, 12)
    content = sink.getvalue().to_pybytes()
    assert offsets in content
    # One in the middle that leads far beyond the texts: nobody looks at it who takes the file at its word.
    content = content.replace(offsets, struct.pack("<4i", 0, 0x7FFFFF00, 8, 12), 1)
    packed = pa.Codec("zstd", 1).compress(content, asbytes=True)
    change(
        path,
        "UPDATE jjjmap_chunks SET size = ?, checksum = ?, data = ?"
        " WHERE layer = ? AND file = 'attributes.arrow'",
        values=(len(content), zlib.crc32(content), packed, FIRMS),
    )
    project, there = opened(path, tmp_path / "work")
    assert "project-layer-mended" in codes(project)
    assert len(there.table(FIRMS)) == 30


@pytest.mark.parametrize(
    "said",
    [
        "",
        "null",
        "[" * 100_000,
        '{"views": ' + "[" * 50_000,
        json.dumps(
            {"views": [{"id": "x"}], "bounds_lonlat": [0, 0, 1e999, 1], "pins": {"a": 1}, "layout": 5}
        ),
        json.dumps({"language": ["zh"], "chosen_id": "\ud800", "sources": [{"layer_id": "a"}]}),
    ],
)
def test_a_broken_state_is_told_and_the_rest_opens(path, tmp_path, said):
    change(path, "UPDATE jjjmap_project SET value = ? WHERE key = 'state'", values=(said,))
    project, _there = opened(path, tmp_path / "work")
    assert codes(project) == ["project-state"]
    assert (project.layers, project.documents) == (4, 2)
    assert project.state.layout == ""


def test_paths_of_sources_cannot_lead_out(path, tmp_path):
    sources = [
        {"layer_id": FIRMS, "path": said, "sha256": "", "options": {}}
        for said in ("../../etc/passwd", "/etc/passwd", "C:\\Windows\\a", "\\\\evil\\share\\a", "ok/a.csv")
    ]
    said = json.dumps({"sources": sources})
    change(path, "UPDATE jjjmap_project SET value = ? WHERE key = 'state'", values=(said,))
    project, _there = opened(path, tmp_path / "work")
    assert [source.path for source in project.state.sources] == ["passwd", "passwd", "a", "a", "ok/a.csv"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE jjjmap_library_contents SET original = zeroblob(40) WHERE document = 1",
        "UPDATE jjjmap_library_contents SET original = 'text' WHERE document = 1",
        "UPDATE jjjmap_library_contents SET raw = x'789c' WHERE document = 1",
        "DELETE FROM jjjmap_library_contents WHERE document = 1",
        "UPDATE jjjmap_library_documents SET id = 'doc-000000000000' WHERE key = 1",
        "UPDATE jjjmap_library_documents SET id = '<img src=x onerror=alert(1)>' WHERE key = 1",
        "UPDATE jjjmap_library_documents SET title = replace(printf('%600s', ''), ' ', 'x') WHERE key = 1",
        "UPDATE jjjmap_library_documents SET date = 'tomorrow' WHERE key = 1",
        "UPDATE jjjmap_library_documents SET file_name = '../a.txt' WHERE key = 1",
        "UPDATE jjjmap_library_documents SET imported_at = 'x' WHERE key = 1",
        "UPDATE jjjmap_library_documents SET sketch = x'' WHERE key = 1",
        "UPDATE jjjmap_library_documents SET sha256 = 'x' WHERE key = 1",
        "UPDATE jjjmap_library_pieces SET start = start + 1 WHERE document = 1",
        "UPDATE jjjmap_library_pieces SET text = '' WHERE document = 1",
        "UPDATE jjjmap_library_mentions SET start = -5 WHERE document = 1",
        'UPDATE jjjmap_library_mentions SET "end" = 1 << 50 WHERE document = 1',
        "UPDATE jjjmap_library_mentions SET text = '<b>' WHERE document = 1",
        "UPDATE jjjmap_library_mentions SET confidence = 7e300 WHERE document = 1",
        "UPDATE jjjmap_library_mentions SET kind = 'evil' WHERE document = 1",
        "UPDATE jjjmap_library_mentions SET status = '' WHERE document = 1",
        "UPDATE jjjmap_library_figures SET body = '[]' WHERE document = 1",
        "UPDATE jjjmap_library_figures SET body = json_set(body, '$[0]', '1e999999999') WHERE document = 1",
        "UPDATE jjjmap_library_figures SET body = json_set(body, '$[0]', 'NaN') WHERE document = 1",
        "UPDATE jjjmap_library_figures SET body = json_set(body, '$[3]', '7') WHERE document = 1",
        "UPDATE jjjmap_library_figures SET body = json_set(body, '$[10]', json('{}')) WHERE document = 1",
    ],
)
def test_a_broken_document_is_told_and_the_rest_opens(path, tmp_path, statement):
    change(path, statement)
    project, there = opened(path, tmp_path / "work")
    assert "project-document-broken" in codes(project)
    assert (project.layers, project.documents) == (4, 1)
    with Library.open(there.library) as library:
        (entry,) = library.documents()
        assert library.document(entry.id).text.startswith("甲市规划")
        assert len(library.lessons()) == 0


@pytest.mark.parametrize(
    ("statement", "documents"),
    [
        ("UPDATE jjjmap_library_documents SET key = 'x' WHERE key = 1", 1),
        ("UPDATE jjjmap_library_documents SET key = 9223372036854775807 WHERE key = 1", 1),
        ("UPDATE jjjmap_library_documents SET title = NULL WHERE key = 1", 1),
        ("UPDATE jjjmap_library_mentions SET document = 77 WHERE document = 1", 2),
        ("UPDATE jjjmap_library_decisions SET body = '{}' WHERE about = 'mention'", 2),
        ("UPDATE jjjmap_library_decisions SET body = '[' WHERE about = 'figure'", 2),
        ("UPDATE jjjmap_library_decisions SET about = 'evil'", 2),
        ("UPDATE jjjmap_library_shingles SET hash = 'x'", 2),
        ("INSERT INTO jjjmap_library_documents SELECT * FROM jjjmap_library_documents", 2),
    ],
)
def test_broken_rows_of_the_library_are_told_and_the_rest_opens(path, tmp_path, statement, documents):
    change(path, statement)
    project, there = opened(path, tmp_path / "work")
    assert "project-library-rows-broken" in codes(project)
    assert project.documents == documents
    with Library.open(there.library) as library:
        for entry in library.documents():
            assert library.document(entry.id).text
        library.lessons()
        library.accepted_figures()


def test_a_text_that_inflates_beyond_measure_is_left_out(path, tmp_path):
    squeezed = zlib.compressobj(9)
    bomb = b"".join([*(squeezed.compress(bytes(1 << 20)) for _ in range(260)), squeezed.flush()])
    change(path, "UPDATE jjjmap_library_contents SET raw = ? WHERE document = 1", values=(bomb,))
    project, _there = opened(path, tmp_path / "work")
    assert project.documents == 1
    assert "project-document-broken" in codes(project)


def test_documents_that_are_versions_of_one_another_in_a_ring_open(path, tmp_path):
    change(path, "UPDATE jjjmap_library_documents SET root = 3 - key, alike = 3 - key")
    project, there = opened(path, tmp_path / "work")
    with Library.open(there.library) as library:
        assert len(library.documents()) == project.documents == 2


def test_a_worker_that_is_too_slow_is_given_up(path, tmp_path):
    (tmp_path / "work").mkdir()
    with pytest.raises(ProjectUnusable) as told:
        open_project(path, tmp_path / "work", seconds=0.01)
    assert told.value.reason == "timeout"
    assert list((tmp_path / "work").iterdir()) == []


def test_cancelling_leaves_nothing(path, tmp_path):
    (tmp_path / "work").mkdir()
    asked = iter([False, True])
    with pytest.raises(ProjectUnusable) as told:
        open_project(path, tmp_path / "work", cancelled=lambda: next(asked, True))
    assert told.value.reason == "cancelled"
    assert list((tmp_path / "work").iterdir()) == []


def test_a_damaged_project_opens_in_part_or_is_refused_in_a_sentence(path, tmp_path):
    """Bit flips, cuts and splices: no crash, no hang, no row that the window could not read."""
    chance = random.Random(7)
    data = path.read_bytes()
    outcomes = {"whole": 0, "part": 0, "refused": 0}
    for number in range(25):
        mutant = bytearray(data)
        match number % 5:
            case 0 | 1 | 2:
                for _ in range(1 << chance.randint(0, 8)):
                    mutant[chance.randrange(100, len(mutant))] ^= 1 << chance.randrange(8)
            case 3:
                del mutant[chance.randrange(len(mutant)) :]
            case 4:
                start, length = chance.randrange(len(mutant)), chance.randrange(1, 20_000)
                mutant[start : start + length] = mutant[-length:]
        path.write_bytes(mutant)
        work = tmp_path / f"work{number}"
        work.mkdir()
        try:
            project = open_project(path, work, seconds=60)
        except ProjectUnusable as exc:
            assert exc.reason in ("damaged", "altered", "not-a-project", "newer", "too-large"), exc
            outcomes["refused"] += 1
            continue
        there = Home(work)
        assert len(there.layers) == project.layers
        for layer in there.layers:
            there.table(layer.id)
        with Library.open(there.library) as library:
            assert len(library.documents()) == project.documents
            for entry in library.documents():
                library.document(entry.id)
            library.lessons()
        is_whole = (project.layers, project.documents) == (4, 2)
        assert is_whole or any(finding.severity is Severity.ERROR for finding in project.findings)
        outcomes["whole" if is_whole else "part"] += 1
    assert outcomes["refused"] and outcomes["whole"]


def test_titles_that_are_code_come_back_as_text(tmp_path):
    title = "'); DROP TABLE jjjmap_layers; --<script>alert(1)</script>${7*7}`|layername=x"
    home = Home(tmp_path / "home")
    (tmp_path / "home").mkdir()
    home.add(FIRMS, title, firms())
    home.add(ROADS, title, firms())
    path = tmp_path / "a'b\"c%23?.jjj.gpkg"
    save(home, path, state=ProjectState(chosen_id=title))
    project, there = opened(path, tmp_path / "work")
    assert [layer.title for layer in there.layers] == [title, title]
    assert (project.state.chosen_id, project.findings) == (title, ())
