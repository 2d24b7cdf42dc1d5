"""What was chosen at the last export is remembered, and nonsense in the file is not believed."""

import json
from pathlib import Path
from typing import Any

import pytest

from jjjmap.settings import ExportSettings, Settings, load_settings, save_settings


def test_what_was_chosen_comes_back(tmp_path: Path) -> None:
    chosen = ExportSettings(
        kind="picture",
        both_languages=False,
        tolerance_m=50.0,
        paper="",
        width_mm=338.67,
        height_mm=190.5,
        dpi=600,
        picture_suffix=".svg",
        data_suffix="",
        briefing_formats=("pdf", "docx"),
        page_template="/a",
        docx_template="/b.docx",
        with_quotations=False,
        with_library=False,
        columns_kept_home=(("user-00000001", ("电话", "法人")),),
    )
    save_settings(tmp_path / "settings.json", Settings(export=chosen))
    settings, trouble = load_settings(tmp_path / "settings.json")
    assert trouble is None and settings.export == chosen


def test_settings_of_an_earlier_version_have_none_and_are_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save_settings(path, Settings(export_folder="/a"))
    said = json.loads(path.read_text(encoding="utf-8"))
    del said["export"]
    path.write_text(json.dumps(said), encoding="utf-8")
    settings, trouble = load_settings(path)
    assert trouble is None and settings.export_folder == "/a" and settings.export == ExportSettings()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kind", 3),
        ("both_languages", "yes"),
        ("with_library", 1),
        ("tolerance_m", -1),
        ("tolerance_m", 1e9),
        ("width_mm", float("nan")),
        ("dpi", "300"),
        ("briefing_formats", "pdf"),
        ("briefing_formats", [1]),
        ("columns_kept_home", {"a": ["b"]}),
        ("columns_kept_home", [["a", "b"]]),
        ("columns_kept_home", [[1, ["b"]]]),
        ("columns_kept_home", [["a", ["b"]]] * 101),
    ],
)
def test_nonsense_is_set_aside_with_the_whole_file(tmp_path: Path, key: str, value: Any) -> None:
    path = tmp_path / "settings.json"
    save_settings(path, Settings())
    said = json.loads(path.read_text(encoding="utf-8"))
    said["export"][key] = value
    path.write_text(json.dumps(said), encoding="utf-8")
    settings, trouble = load_settings(path)
    assert settings == Settings() and trouble is not None
    assert (tmp_path / "settings.json.broken").is_file()
