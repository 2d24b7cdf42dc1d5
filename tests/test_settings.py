"""Tests of the settings file."""

import json
from pathlib import Path

import pytest

from jjjmap.settings import LayerSetting, Settings, SettingsTrouble, load_settings, save_settings

FULL = Settings(
    language="en",
    view_bounds_lonlat=(115.0, 38.0, 118.0, 40.5),
    layers=(LayerSetting("sea", True, 1.0), LayerSetting("ports", False, 0.4)),
    export_folder="/tmp/地图",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jjjmap" / "settings.json"


def test_settings_come_back_as_they_were_saved(path: Path) -> None:
    save_settings(path, FULL)
    assert load_settings(path) == (FULL, None)


def test_no_file_means_defaults_without_a_word(path: Path) -> None:
    assert load_settings(path) == (Settings(), None)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "null",
        "\ufeff{}",
        '{"version": 99}',
        '{"version": 1}',
        json.dumps(
            {"version": 1, "language": 3, "view_bounds_lonlat": None, "layers": [], "export_folder": ""}
        ),
        '{"version":1,"language":"zh","view_bounds_lonlat":[NaN,1,2,3],"layers":[],"export_folder":""}',
        '{"version":1,"language":"zh","view_bounds_lonlat":[9,1,2,3],"layers":[],"export_folder":""}',
        '{"version":1,"language":"zh","view_bounds_lonlat":null,"layers":[{"id":"a"}],"export_folder":""}',
        '{"version":1,"language":"zh","view_bounds_lonlat":null,"layers":7,"export_folder":""}',
        "[" * 100_000,
    ],
)
def test_a_broken_file_is_kept_and_defaults_are_used(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    settings, trouble = load_settings(path)
    assert settings == Settings()
    assert trouble is not None and trouble.reason and trouble.kept_as == "settings.json.broken"
    assert path.with_name("settings.json.broken").read_text(encoding="utf-8") == text
    assert not path.exists()


def test_a_file_that_is_no_text_is_kept_too(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\xfe\x00\x00")
    assert load_settings(path)[1] is not None


def test_a_file_that_cannot_be_read_is_kept_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_settings(path, FULL)
    written = path.read_bytes()

    def no_permission(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", no_permission)
        settings, trouble = load_settings(path)
    assert settings == Settings()
    assert trouble == SettingsTrouble("Permission denied", "settings.json.broken")
    save_settings(path, Settings(language="en"))
    assert path.with_name("settings.json.broken").read_bytes() == written


def test_what_can_be_neither_read_nor_set_aside_is_not_written_over(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_settings(path, FULL)
    written = path.read_bytes()

    def no_permission(_path: Path, *_target: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", no_permission)
        patched.setattr(Path, "replace", no_permission)
        assert load_settings(path)[1] == SettingsTrouble("Permission denied", "")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", no_permission)
        patched.setattr("jjjmap.settings._set_aside", lambda _path: "")
        with pytest.raises(OSError, match="Permission denied"):
            save_settings(path, Settings(language="en"))
    assert path.read_bytes() == written
    assert [each.name for each in path.parent.iterdir()] == ["settings.json"]


def test_a_folder_in_the_place_of_the_file_is_left_alone(path: Path) -> None:
    path.mkdir(parents=True)
    trouble = load_settings(path)[1]
    assert trouble is not None and trouble.kept_as == ""
    with pytest.raises(OSError, match=r"irectory|denied"):
        save_settings(path, FULL)
    assert path.is_dir()


def test_a_save_that_fails_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_settings(path, FULL)
    before = path.read_bytes()

    def no_room(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_room)
    with pytest.raises(OSError, match="No space"):
        save_settings(path, Settings())
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["settings.json"]


def test_an_answer_about_a_datum_is_remembered(tmp_path):
    path = tmp_path / "settings.json"
    save_settings(path, Settings(datums=(("0badcafe", "GCJ-02"),), data_folder="数据"))
    settings, trouble = load_settings(path)
    assert trouble is None
    assert settings.datums == (("0badcafe", "GCJ-02"),)
    assert settings.data_folder == "数据"


@pytest.mark.parametrize("said", ["GCJ-02", [["only one"]], [[1, "GCJ-02"]], [["a", "b", "c"]]])
def test_datums_that_are_no_pairs_of_texts_set_the_settings_aside(tmp_path, said):
    path = tmp_path / "settings.json"
    save_settings(path, Settings())
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "datums": said}), "utf-8")
    settings, trouble = load_settings(path)
    assert settings == Settings()
    assert trouble is not None and "datums" in trouble.reason
