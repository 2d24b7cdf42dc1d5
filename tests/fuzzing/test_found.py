"""Mutants that did harm once: each was found by ``make fuzz``, and does none any more."""

import json
import sqlite3
import struct
from pathlib import Path

import pyarrow as pa
import pytest

from jjjmap.errors import LayerUnreadable
from jjjmap.i18n import Language, use_language
from jjjmap.layers.opening import reading_worker
from jjjmap.layers.opening.reading_worker import LayerReader
from jjjmap.layers.opening.reasons import REASONS, reason_sentence
from jjjmap.layers.opening.records import OpenOptions
from jjjmap.layers.opening.records_json import to_json
from jjjmap.layers.user_layer_store import RECORD, UserLayerStore
from jjjmap.project.state_json import state_from_json
from jjjmap.settings import Settings, load_settings, save_settings
from tests.fuzzing.data_trials import Kmz
from tests.fuzzing.project_trials import AboutFile, Journal, Project
from tests.fuzzing.record_trials import SettingsFile
from tests.layers.opening.sound_files import sound
from tests.project.made_projects import FIRMS, made_home

pytestmark = pytest.mark.usefixtures("qapp")


def changed(seed: bytes, **values: object) -> bytes:
    return json.dumps({**json.loads(seed), **values}).encode()


def test_a_folder_whose_name_is_no_text_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(data_folder="/a/\udcff甲", export_folder="/b/\udc80")
    save_settings(path, settings)
    assert load_settings(path) == (settings, None)
    assert "甲" in path.read_text("utf-8")


def test_settings_of_any_length_are_set_aside_with_a_short_sentence(tmp_path: Path) -> None:
    trial = SettingsFile(tmp_path)
    for value in ("9" * 5_000, "\udcff" * 40):
        assert trial.run(changed(trial.seeds[0], version=value)) == "set-aside"


@pytest.mark.parametrize(
    "time", ["0001-01-01", "9999-12-31T23:59:59-23:59", "2024-02-30", "", "0001-01-01T00:00:00+23:59"]
)
def test_a_time_that_cannot_be_said_does_not_keep_work_from_being_recovered(
    tmp_path: Path, time: str
) -> None:
    trial = AboutFile(tmp_path)
    assert trial.run(changed(trial.seeds[0], started=time)) == "read"
    (tmp_path / "other").mkdir()
    trial = Journal(tmp_path / "other")
    first, *rest = trial.seeds[0].split(b"\n")
    assert trial.run(b"\n".join((changed(first, time=time), *rest))) == "read"


@pytest.mark.parametrize("field", ["placings", "sources", "views"])
def test_a_state_that_could_not_be_saved_is_not_taken(field: str) -> None:
    odd = {"x": [1, {"y": float("inf")}]}
    view = {"id": "view-0000000a", "title": "甲", "bounds_lonlat": [1, 2, 3, 4], "layers": []}
    said = {
        "placings": [{"layer_id": "a", "roles": [], "corrections": [odd]}],
        "sources": [{"layer_id": "a", "path": "", "sha256": "", "options": odd}],
        "views": [{**view, "filters": [["a", odd]]}],
    }
    state, wrong = state_from_json({field: said[field]})
    assert wrong == (field,) and getattr(state, field) == ()


def test_a_title_with_a_nul_is_shown_without(tmp_path: Path) -> None:
    home = made_home(tmp_path)
    record = tmp_path / "layers" / FIRMS / RECORD
    record.write_bytes(changed(record.read_bytes(), title="a\0b"))
    assert [layer.title for layer in home.layers if layer.id == FIRMS] == ["a\ufffdb"]


def test_one_row_of_a_project_that_is_no_text_does_not_close_the_project(tmp_path: Path) -> None:
    trial = Project(tmp_path)
    path = tmp_path / "changed.jjj.gpkg"
    path.write_bytes(trial.seeds[0])
    connection = sqlite3.connect(path)
    connection.execute("UPDATE jjjmap_project SET value = CAST(X'80FF' AS TEXT) WHERE key = 'program'")
    connection.commit()
    connection.close()
    assert trial.run(path.read_bytes()) == "read"
    trial.close()


def test_members_that_begin_before_their_archive_are_damage_and_no_lack_of_rights(tmp_path: Path) -> None:
    data = bytearray(sound(tmp_path, ".kmz").read_bytes())
    end = data.rindex(b"PK\x05\x06")
    (begin,) = struct.unpack_from("<I", data, end + 16)
    struct.pack_into("<I", data, end + 16, begin + 500)
    (tmp_path / "work").mkdir()
    trial = Kmz(tmp_path / "work")
    assert trial.run(bytes(data)) == "damaged"
    trial.close()


@pytest.mark.parametrize(("suffix", "share"), [(".fgb", 0.93), (".fgb", 0.5)])
def test_what_the_libraries_call_a_failure_to_read_is_damage_and_no_lack_of_rights(
    tmp_path: Path, suffix: str, share: float
) -> None:
    path = sound(tmp_path, suffix)
    data = bytearray(path.read_bytes())
    at = int(len(data) * share)
    data[at : at + 60] = b"\xff" * 60
    path.write_bytes(data)
    (tmp_path / "out").mkdir()
    with LayerReader() as reader, pytest.raises(LayerUnreadable) as told:
        reader.read(path, reader.inspect(path).options, tmp_path / "out")
    assert told.value.reason == "damaged"


@pytest.mark.parametrize("language", list(Language))
def test_the_longest_reason_is_still_a_sentence(language: Language) -> None:
    use_language(language)
    for reason in REASONS:
        assert len(reason_sentence(reason, "x" * 1_000)) < 280


@pytest.mark.parametrize("found", [pa.ArrowException("Unknown error: Wrapping"), pa.ArrowInvalid("offsets")])
def test_what_is_found_broken_in_a_batch_is_damage_of_the_file(
    found: pa.ArrowException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_of: object) -> None:
        raise found

    monkeypatch.setattr(reading_worker, "inspect_file", stumble)
    request = {"act": "inspect", "path": str(tmp_path / "甲.fgb"), "scratch": str(tmp_path), "language": "zh"}
    said = reading_worker.answer({**request, "options": to_json(OpenOptions())}, lambda _share: None)
    assert said["unreadable"] == "damaged"


def test_a_layer_whose_version_is_a_novel_is_told_in_a_sentence(tmp_path: Path) -> None:
    home = made_home(tmp_path / "home")
    record = home.root / "layers" / FIRMS / RECORD
    record.write_bytes(changed(record.read_bytes(), version="x" * 20_000))
    (told,) = UserLayerStore(home.root / "layers").load()[1]
    assert len(told.message) < 300
