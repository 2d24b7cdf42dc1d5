"""Maps that are drawn as SVG by a hidden page; in a real browser."""

import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
import pypdfium2
import pytest
from beside_qt import beside_qt
from made_layers import made_rows, made_view
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QApplication

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import RenderingFailed, RenderingStopped, RowsUnreadable
from jjjmap.export.pictures.pdf_files import page_count
from jjjmap.export.pictures.saving import save_picture
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import first_view
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import UserStyle
from jjjmap.layers.tables.filters import Condition, Filter, FilterOp
from jjjmap.maps.snapshot import Bounds, MapSnapshot
from jjjmap.web.renderer import WebRenderer

SHEET = Sheet(width_mm=210, height_mm=148, title="甲图")
HERE = Bounds(116.0, 39.0, 117.0, 40.0)
FIRMS = UserStyle(color="#ff00ee", label_column="name", label_min_zoom=1.0)

InThread = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def renderer(qapp: QApplication, catalogue: Catalogue, tmp_path: Path) -> Iterator[WebRenderer]:
    made = WebRenderer(lambda: catalogue, cache=tmp_path / "cache", limit_s=40)
    yield made
    made.close()


@pytest.fixture
def in_thread(qtbot: QtBot) -> InThread:
    return lambda work: beside_qt(qtbot, work)


def firms(*names: str, wanted: Filter | None = None, style: UserStyle = FIRMS) -> LayerRows:
    """Return firms that stand side by side in `HERE`."""
    count = len(names)
    table = FeatureTable(
        pa.table({"name": list(names)}),
        Geometry.POINT,
        lon=np.linspace(116.2, 116.8, count),
        lat=np.full(count, 39.5),
    )
    return made_rows(table, style=style, filter=wanted)


def map_of(rows: LayerRows | None = None, **fields: Any) -> MapSnapshot:
    """Return a map of what we ship and of a user's layer above it."""
    views = first_view(SHIPPED_LAYERS)
    if rows is None:
        return MapSnapshot(views, Language.ZH, HERE, **fields)
    return MapSnapshot(
        (*views, made_view(rows)), Language.ZH, HERE, rows_of={rows.stored.id: rows}.__getitem__, **fields
    )


def words_of(svg: str) -> set[str]:
    """Return the texts that a reader sees or selects."""
    root = ElementTree.fromstring(svg.encode())
    return {"".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")}


def test_a_map_comes_as_an_svg_of_its_paper_with_title_marks_and_places(renderer, in_thread) -> None:
    svg = in_thread(lambda: renderer.map_svg(map_of(), SHEET))
    root = ElementTree.fromstring(svg.encode())
    assert (root.get("width"), root.get("height")) == ("210mm", "148mm")
    words = words_of(svg)
    assert {"甲图", "内部参考", "图例"} <= words
    assert any("示意图" in each for each in words)
    assert any("GS(2024)0650" in each for each in words)
    assert "<script" not in svg and "http://127" not in svg


def test_a_users_layer_is_drawn_in_its_colours_and_with_its_names(renderer, in_thread) -> None:
    svg = in_thread(lambda: renderer.map_svg(map_of(firms("甲厂", "乙厂")), SHEET))
    assert "#ff00ee" in svg.lower()
    assert {"甲厂", "乙厂"} <= words_of(svg)


def test_rows_that_the_filter_hides_are_nowhere_in_the_picture(renderer, in_thread) -> None:
    wanted = Filter((Condition(FilterOp.CONTAINS, "name", ("甲",)),))
    svg = in_thread(lambda: renderer.map_svg(map_of(firms("甲厂", "秘厂", wanted=wanted)), SHEET))
    assert "甲厂" in svg
    assert "秘厂" not in svg
    # The position of one symbol, not of two.
    assert len(re.findall(r"#ff00ee", svg, re.IGNORECASE)) == len(
        re.findall(
            r"#ff00ee", in_thread(lambda: renderer.map_svg(map_of(firms("甲厂")), SHEET)), re.IGNORECASE
        )
    )


def test_one_map_leaves_nothing_behind_for_the_next(renderer, in_thread) -> None:
    fresh = in_thread(lambda: renderer.map_svg(map_of(), SHEET))
    busy = replace(
        map_of(firms("甲厂")),
        language=Language.EN,
        bounds=Bounds(114.0, 38.0, 118.0, 41.0),
        selected_id="jia-zone",
        highlighted_ids=("yi-cluster", "jia-park"),
        highlight_title="甲",
        dimmed_ids=("xiongan",),
    )
    in_thread(lambda: renderer.map_svg(busy, replace(SHEET, text_scale=1.5)))
    assert in_thread(lambda: renderer.map_svg(map_of(), SHEET)) == fresh


def test_rows_that_changed_under_the_same_revision_are_drawn_anew(renderer, in_thread) -> None:
    first = in_thread(lambda: renderer.map_svg(map_of(firms("甲厂", "乙厂")), SHEET))
    wanted = Filter((Condition(FilterOp.CONTAINS, "name", ("乙",)),))
    other = replace(FIRMS, color="#00c0ff")
    second = in_thread(
        lambda: renderer.map_svg(map_of(firms("甲厂", "乙厂", wanted=wanted, style=other)), SHEET)
    )
    assert "甲厂" in first and "甲厂" not in second
    assert "乙厂" in second and "#00c0ff" in second.lower() and "#ff00ee" not in second.lower()


def test_rows_that_are_gone_are_told_as_such(renderer, in_thread) -> None:
    rows = firms("甲厂")

    def gone(layer_id: str) -> LayerRows:
        raise RowsUnreadable("企业", "gone")

    with pytest.raises(RowsUnreadable):
        in_thread(lambda: renderer.map_svg(replace(map_of(rows), rows_of=gone), SHEET))
    assert "甲厂" in in_thread(lambda: renderer.map_svg(map_of(rows), SHEET))


def test_a_layer_that_cannot_be_read_fails_the_map_instead_of_missing_on_it(
    qapp, catalogue, tmp_path, in_thread
) -> None:
    def broken(layer: object) -> bytes:
        raise OSError("gone")

    made = WebRenderer(lambda: catalogue, read_layer=broken, cache=tmp_path / "cache", limit_s=40)
    with pytest.raises(RenderingFailed) as failed:
        in_thread(lambda: made.map_svg(map_of(), SHEET))
    made.close()
    assert failed.value.reason == "page-failed"


def test_a_drawing_that_is_stopped_gives_way_to_the_next(renderer, in_thread) -> None:
    asked = iter([False, False, False, True])
    with pytest.raises(RenderingStopped):
        in_thread(lambda: renderer.map_svg(map_of(), SHEET, cancelled=lambda: next(asked, True)))
    assert "甲图" in in_thread(lambda: renderer.map_svg(map_of(), SHEET))


def test_a_page_that_ended_is_told_and_replaced(renderer, in_thread) -> None:
    fresh = in_thread(lambda: renderer.map_svg(map_of(), SHEET))
    process = renderer._drawer._view.page().renderProcessPid()

    def kill_while_it_draws() -> Any:
        os.kill(process, signal.SIGSTOP)  # It cannot have answered before it is killed.
        threading.Timer(0.3, os.kill, (process, signal.SIGKILL)).start()
        return renderer.map_svg(map_of(), SHEET)

    with pytest.raises(RenderingFailed) as failed:
        in_thread(kill_while_it_draws)
    assert failed.value.reason == "ended"
    assert in_thread(lambda: renderer.map_svg(map_of(), SHEET)) == fresh


def test_a_page_that_ends_during_five_exports_spoils_none_of_the_others(renderer, in_thread, qtbot) -> None:
    fresh = in_thread(lambda: renderer.map_svg(map_of(), SHEET))
    for delay_s in (0.0, 0.02, 0.05, 0.1, 0.2):
        view = renderer._drawer._view
        killing = threading.Timer(delay_s, os.kill, (view.page().renderProcessPid(), signal.SIGKILL))

        def kill_soon(killing: threading.Timer = killing) -> str:
            killing.start()
            try:
                return renderer.map_svg(map_of(), SHEET)
            except RenderingFailed as failed:
                return failed.reason

        # It was done before, or it says that the page ended; never half a map.
        assert in_thread(kill_soon) in (fresh, "ended")
        # One that was quicker than its end must not leave that to the next.
        killing.join()
        qtbot.waitUntil(lambda view=view: renderer._drawer._view is not view, timeout=20_000)
        assert in_thread(lambda: renderer.map_svg(map_of(), SHEET)) == fresh


def test_a_page_that_hangs_is_given_up_and_replaced(renderer, in_thread) -> None:
    in_thread(lambda: renderer.map_svg(map_of(), SHEET))
    renderer._drawer._view.page().runJavaScript("while (true) {}", 0, lambda _said: None)
    renderer._limit_s = 1.5
    with pytest.raises(RenderingFailed) as failed:
        in_thread(lambda: renderer.map_svg(map_of(), SHEET))
    assert failed.value.reason == "timeout"
    renderer._limit_s = 40.0
    assert "甲图" in in_thread(lambda: renderer.map_svg(map_of(), SHEET))


def test_two_threads_get_each_their_own_map(renderer, in_thread) -> None:
    titles = ("甲图", "乙图", "丙图")

    def draw_all() -> dict[str, str]:
        found: dict[str, str] = {}

        def draw(title: str) -> None:
            found[title] = renderer.map_svg(map_of(), replace(SHEET, title=title))

        threads = [threading.Thread(target=draw, args=(title,)) for title in titles]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    found = in_thread(draw_all)
    for title in titles:
        assert words_of(found[title]) & set(titles) == {title}


def test_a_pdf_has_one_page_of_selectable_text_and_the_same_bytes_again(
    renderer, in_thread, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    snapshot = map_of(firms("甲厂", "乙厂"))
    one, other, picture = tmp_path / "1.pdf", tmp_path / "2.pdf", tmp_path / "1.png"
    assert in_thread(lambda: save_picture(one, snapshot, SHEET, renderer))
    assert in_thread(lambda: save_picture(picture, snapshot, SHEET, renderer, dpi=96))
    assert in_thread(lambda: save_picture(other, snapshot, SHEET, renderer))
    assert one.read_bytes() == other.read_bytes()
    assert page_count(one.read_bytes()) == 1
    document = pypdfium2.PdfDocument(one)
    text = document[0].get_textpage().get_text_range()
    document.close()
    for word in ("甲图", "甲厂", "乙厂", "内部参考", "图例", "GS(2024)0650"):
        assert word in text, word
    assert picture.stat().st_size > 20_000


def test_hostile_names_stay_names(renderer, in_thread) -> None:
    hostile = "</text><script>alert(1)</script>${x}`\"'&\u202e"
    svg = in_thread(
        lambda: renderer.map_svg(
            map_of(firms(hostile, "乙厂")), replace(SHEET, title=hostile, subtitle="]]>")
        )
    )
    root = ElementTree.fromstring(svg.encode())
    assert not [each for each in root.iter() if each.tag.lower().endswith(("script", "foreignobject"))]
    assert not [name for each in root.iter() for name in each.attrib if name.lower().startswith("on")]
    assert any("<script>" in "".join(each.itertext()) for each in root.iter())


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="pdffonts and pdftotext of poppler-utils")
def test_other_programs_find_the_words_and_the_fonts_in_the_pdf(renderer, in_thread, tmp_path) -> None:
    path = tmp_path / "图.pdf"
    in_thread(lambda: save_picture(path, map_of(firms("甲厂", "乙厂")), SHEET, renderer))

    def said(*command: str) -> str:
        return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout

    text = said("pdftotext", str(path), "-")
    assert {"甲图", "甲厂", "乙厂", "内部参考"} <= set(text.split())
    # Emb, sub, uni: every font is in the file, and tells which characters its shapes stand for.
    fonts = said("pdffonts", str(path)).splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes +(yes|no) +yes ", line) for line in fonts)
    facts = said("pdfinfo", str(path))
    assert re.search(r"^Title: +甲图$", facts, re.MULTILINE)
    assert re.search(r"^Pages: +1$", facts, re.MULTILINE)
