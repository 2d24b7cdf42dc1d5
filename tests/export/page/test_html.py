import base64
import errno
import hashlib
import json
import os
import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jjjmap import __version__
from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import ExportFailed, ResourceMissing
from jjjmap.export.marks import Audience
from jjjmap.export.options import ContentOptions
from jjjmap.export.page import html_page
from jjjmap.export.page.html import map_html, save_map_html
from jjjmap.export.page.html_metadata import export_command
from jjjmap.export.page.html_page import content_policy
from jjjmap.i18n import Language
from jjjmap.layers.layer import Layer, LayerView
from jjjmap.maps.snapshot import MapSnapshot

from ..conftest import ReadPage
from ..hostile import HOSTILE, hostile_catalogue, hostile_features

ReadLayer = Callable[[Layer], bytes]


@pytest.fixture
def page(snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer) -> ReadPage:
    return ReadPage(map_html(snapshot, catalogue, read_layer=read_layer))


# The file


def test_nothing_is_fetched_from_anywhere(page: ReadPage) -> None:
    for tag, attributes in page.elements:
        assert not {"src", "href", "srcset", "data", "action", "style"} & attributes.keys(), (tag, attributes)
        assert not any(name.startswith("on") for name in attributes)
    for _attributes, style in page.all("style"):
        assert "@import" not in style
        assert re.findall(r"url\((?!data:)[^)]*\)", style) == []
    assert not any("sourceMappingURL" in script for script in page.scripts)


def test_the_policy_comes_first_and_allows_only_these_scripts(page: ReadPage) -> None:
    head = [tag for tag, _attributes in page.elements][:4]
    assert head == ["html", "head", "meta", "meta"]
    assert page.elements[2][1]["http-equiv"] == "Content-Security-Policy"
    assert page.text.index('charset="utf-8"') < 1024, "a browser looks no further for it"
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in page.scripts
    }
    directives = dict(part.strip().split(" ", 1) for part in page.policy.split(";"))
    assert set(directives.pop("script-src").split()) == hashes
    assert directives == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "connect-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_a_carriage_return_in_a_script_does_not_break_its_hash(page: ReadPage) -> None:
    # An HTML parser turns it into a line feed before the hash is taken.
    assert "\r" not in page.text


def test_scripts_and_policy_are_the_same_whatever_the_data(
    page: ReadPage, snapshot: MapSnapshot, catalogue: Catalogue
) -> None:
    other = ReadPage(
        map_html(
            replace(snapshot, language=Language.EN, selected_id="jia-park"),
            hostile_catalogue(catalogue),
            file_name=HOSTILE + ".html",
            read_layer=hostile_features,
        )
    )
    assert other.scripts == page.scripts
    assert other.policy == page.policy == content_policy()


def test_hostile_values_add_no_element(page: ReadPage, snapshot: MapSnapshot, catalogue: Catalogue) -> None:
    text = map_html(
        replace(snapshot, selected_id="jia-park"),
        hostile_catalogue(catalogue),
        file_name=HOSTILE + ".html",
        read_layer=hostile_features,
    )
    other = ReadPage(text)
    assert [tag for tag, _ in other.elements] == [tag for tag, _ in page.elements]
    assert [sorted(attributes) for _, attributes in other.elements] == [
        sorted(attributes) for _, attributes in page.elements
    ]
    assert other.content["details"]["places"]["jia-park"]["name"] == HOSTILE
    assert HOSTILE in other.all("title")[0][1]


def test_the_same_map_makes_the_same_file(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1513728000")
    first = map_html(snapshot, catalogue, read_layer=read_layer)
    assert first == map_html(snapshot, catalogue, read_layer=read_layer)
    assert "2017-12-20" in first
    assert __version__ in first


@pytest.mark.parametrize("epoch", ["9" * 30, "9" * 5000, "253402300800", "yesterday"])
def test_a_day_beyond_the_calendar_is_an_export_that_failed(
    tmp_path: Path,
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    read_layer: ReadLayer,
    monkeypatch: pytest.MonkeyPatch,
    epoch: str,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(ExportFailed, match="SOURCE_DATE_EPOCH"):
        save_map_html(tmp_path / "a.html", snapshot, catalogue, read_layer=read_layer)
    assert list(tmp_path.iterdir()) == []


def test_no_path_of_this_machine_is_in_the_file(
    tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    path = tmp_path / "甲.html"
    save_map_html(path, snapshot, catalogue, read_layer=read_layer)
    read = ReadPage(path.read_text("utf-8"))
    for text in (read.text, read.block("map-data").decode()):
        assert str(tmp_path) not in text
        assert str(Path.cwd()) not in text


def test_the_footer_warns_and_names_the_source_of_the_borders(page: ReadPage) -> None:
    assert "本图为示意，未经地图审核，公开使用前请送审或换用标准地图。" in page.text
    assert "GS(2024)0650号" in page.content["config"]["texts"]["attribution"]
    assert page.content["config"]["texts"]["schematic"] == "示意图"


# What is inside


def test_visible_layers_and_the_units_are_inside(page: ReadPage) -> None:
    layers = {layer["id"]: layer["visible"] for layer in page.content["config"]["layers"]}
    assert layers == {"counties": True, "cities": False, "provinces": False, "zones": True, "platforms": True}
    assert page.content["features"]["layers"].keys() == layers.keys()


def test_order_opacity_bounds_and_selection_are_those_of_the_window(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    views = tuple(replace(view, opacity=0.25) for view in reversed(snapshot.layers))
    changed = replace(snapshot, layers=views, selected_id="jia-zone")
    content = ReadPage(map_html(changed, catalogue, read_layer=read_layer)).content
    assert [layer["id"] for layer in content["config"]["layers"]] == [
        "platforms", "zones", "provinces", "cities", "counties",
    ]  # fmt: skip
    assert {layer["opacity"] for layer in content["config"]["layers"]} == {0.25}
    assert content["config"]["bounds"] == [116.0, 39.0, 116.2, 39.1]
    assert content["selected"] == "jia-zone"


def test_a_chosen_place_of_a_hidden_layer_has_its_details(
    snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    chosen = replace(snapshot, selected_id="yi-cluster")
    assert (
        "yi-cluster"
        in ReadPage(map_html(chosen, catalogue, read_layer=read_layer)).content["details"]["places"]
    )


def test_features_that_the_catalogue_does_not_know_are_drawn_but_not_listed(
    page: ReadPage, snapshot: MapSnapshot, read_layer: ReadLayer
) -> None:
    content = ReadPage(map_html(snapshot, Catalogue(), read_layer=read_layer)).content
    assert content["index"] == [] and content["details"]["places"] == {}
    assert content["features"] == page.content["features"]


def test_the_list_of_places_follows_the_groups_of_layers(page: ReadPage) -> None:
    assert page.content["index"] == [
        ["四大战略合作功能区", ["jia-zone"]],
        ["承接平台", ["jia-park"]],
        ["县（市、区）界", ["990001", "990002"]],
    ]


def test_the_command_names_what_is_needed_and_survives_a_shell(snapshot: MapSnapshot) -> None:
    words = shlex.split(export_command(replace(snapshot, selected_id="jia-park"), "a b'; rm -rf ~.html"))
    assert words == [
        "jjjmap", "export", "--layers", "counties,zones,platforms", "--select", "jia-park",
        "--bounds=116,39,116.2,39.1", "--lang", "zh", "-o", "a b'; rm -rf ~.html",
    ]  # fmt: skip


def test_the_whole_shipped_map_fits_into_half_a_megabyte(catalogue: Catalogue) -> None:
    from jjjmap.layers.layer import first_view
    from jjjmap.layers.shipped import SHIPPED_LAYERS

    text = map_html(MapSnapshot(first_view(SHIPPED_LAYERS), Language.ZH), catalogue)
    assert len(text.encode()) < 500_000


# Writing it


def test_progress_rises_to_the_end(
    tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer
) -> None:
    shares: list[float] = []
    path = tmp_path / "a.html"
    assert save_map_html(path, snapshot, catalogue, progress=shares.append, read_layer=read_layer) is True
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("asked", [0, 2, 6, 9])
def test_a_cancelled_export_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, snapshot: MapSnapshot, catalogue: Catalogue, read_layer: ReadLayer, asked: int
) -> None:
    path = tmp_path / "a.html"
    path.write_text("old")
    answers = iter([False] * asked)
    written = save_map_html(
        path, snapshot, catalogue, cancelled=lambda: next(answers, True), read_layer=read_layer
    )
    assert written is False
    assert next(answers, "all used") == "all used"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_export_says_why_and_leaves_the_old_file(
    tmp_path: Path,
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    read_layer: ReadLayer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "a.html"
    path.write_text("old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportFailed) as failure:
        save_map_html(path, snapshot, catalogue, read_layer=read_layer)
    assert (failure.value.path, failure.value.reason) == (path, "超出了磁盘配额。")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_script_of_ours_is_an_export_that_failed(
    tmp_path: Path,
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    read_layer: ReadLayer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing() -> tuple[str, ...]:
        raise ResourceMissing("web/details.js", "no such file")

    monkeypatch.setattr(html_page, "page_styles", missing)
    with pytest.raises(ExportFailed, match=r"details\.js"):
        save_map_html(tmp_path / "a.html", snapshot, catalogue, read_layer=read_layer)
    assert list(tmp_path.iterdir()) == []


def test_a_layer_without_its_file_is_logged_and_left_empty(
    snapshot: MapSnapshot, catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    view = snapshot.layers[-1]
    gone = LayerView(replace(view.layer, file="gone.geojson"), True, 1.0)
    content: dict[str, Any] = ReadPage(map_html(replace(snapshot, layers=(gone,)), catalogue)).content
    assert content["features"]["layers"] == {view.layer.id: []}
    assert "gone.geojson" in caplog.text


def test_data_blocks_are_json(page: ReadPage) -> None:
    assert json.loads(page.block("map-data")) == page.content
    assert len(page.block("map-steps")) == 8 * sum(page.content["features"]["arc_sizes"])


def test_the_command_says_what_was_set_on_the_map(snapshot):
    changed = replace(snapshot, highlighted_ids=("jia-park",), moment="2017-04")
    options = ContentOptions(title="图; rm -rf ~", tolerance_m=20.0, with_library=False)
    words = shlex.split(export_command(changed, "图.html", options))
    assert words[words.index("--highlight") + 1] == "jia-park"
    assert words[words.index("--at") + 1] == "2017-04"
    assert "--title=图; rm -rf ~" in words
    assert words[words.index("--tolerance") + 1] == "20"
    assert "--no-library" in words and "--public" not in words
    public = shlex.split(export_command(changed, "图.html", ContentOptions(Audience.PUBLIC)))
    assert "--public" in public and "--no-library" not in public
