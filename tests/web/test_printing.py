"""What is printed, and what does not happen meanwhile; in a real browser."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from beside_qt import beside_qt
from pytestqt.qtbot import QtBot
from qtpy.QtWebEngineCore import QWebEngineScript
from qtpy.QtWidgets import QApplication

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import RenderingFailed, RenderingStopped
from jjjmap.export.pictures.papers import PAPERS
from jjjmap.export.pictures.pdf_files import page_count
from jjjmap.export.pictures.saving import sheet_html
from jjjmap.export.renderer import MeasuredPage
from jjjmap.i18n import Language
from jjjmap.web.printing import Print
from jjjmap.web.renderer import WebRenderer

A4 = {"width_mm": 210, "height_mm": 297}

Work = Callable[[], Any]


@pytest.fixture
def renderer(qapp: QApplication, catalogue: Catalogue, tmp_path: Path) -> Iterator[WebRenderer]:
    made = WebRenderer(lambda: catalogue, cache=tmp_path / "cache", limit_s=20)
    yield made
    made.close()


@pytest.fixture
def in_thread(qtbot: QtBot) -> Callable[[Work], Any]:
    return lambda work: beside_qt(qtbot, work)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text.replace("\r\n", "\n").strip()


def page_with(body: str, style: str = "@page{margin:10mm} body{margin:0}") -> str:
    return f'<!doctype html><meta charset="utf-8"><style>{style}</style><body>{body}</body>'


def block(key: str, rank: int, height_mm: int = 60) -> str:
    return f'<div data-drop="{key}" data-rank="{rank}" style="height:{height_mm}mm">{key}</div>'


def test_a_document_is_printed_with_its_text_and_its_own_margins(renderer, in_thread) -> None:
    style = "@page{size:A4;margin:20mm 30mm 1in 30mm} body{margin:0}"
    printed = in_thread(lambda: renderer.printed(page_with("雄安新区 Xiong’an", style), **A4))
    assert text_of(printed.pdf) == "雄安新区 Xiong’an"
    document = pypdfium2.PdfDocument(printed.pdf)
    page = document[0]
    assert page.get_size() == pytest.approx((595.3, 841.9), abs=0.6)
    left, _bottom, _right, top = page.get_textpage().get_charbox(0, loose=True)
    assert left == pytest.approx(30 / 25.4 * 72, abs=1.5)
    assert 841.9 - top == pytest.approx(20 / 25.4 * 72, abs=6)
    document.close()


def test_margins_of_a_paper_that_lies_are_where_the_document_wants_them(renderer, in_thread) -> None:
    style = "@page{margin:40mm 10mm 10mm 80mm} body{margin:0}"
    printed = in_thread(lambda: renderer.printed(page_with("甲", style), width_mm=297, height_mm=210))
    document = pypdfium2.PdfDocument(printed.pdf)
    assert document[0].get_size() == pytest.approx((841.9, 595.3), abs=0.6)
    left, _bottom, _right, top = document[0].get_textpage().get_charbox(0, loose=True)
    assert left == pytest.approx(80 / 25.4 * 72, abs=1.5)
    assert 595.3 - top == pytest.approx(40 / 25.4 * 72, abs=6)
    document.close()


def test_without_any_word_on_margins_there_are_none(renderer, in_thread) -> None:
    printed = in_thread(lambda: renderer.printed("<body style='margin:0'>甲", **A4))
    document = pypdfium2.PdfDocument(printed.pdf)
    assert document[0].get_textpage().get_charbox(0, loose=True)[0] == pytest.approx(0, abs=1)
    document.close()


def test_as_few_as_possible_are_left_out_the_highest_rank_first(renderer, in_thread) -> None:
    # 277 mm are free, for four blocks of 60 mm and the words above.
    blocks = block("one", 1) + block("five", 5) + block("two", 2) + block("four", 4) + block("three", 3)
    printed = in_thread(lambda: renderer.printed(page_with("<p>甲</p>" + blocks), one_page=True, **A4))
    assert printed.left_out == ("five",)
    assert page_count(printed.pdf) == 1
    assert [word for word in text_of(printed.pdf).split() if word != "甲"] == ["one", "two", "four", "three"]


def test_of_equal_rank_the_last_in_the_document_goes_first(renderer, in_thread) -> None:
    blocks = "".join(block(f"b{number}", 1, 100) for number in range(4))
    printed = in_thread(lambda: renderer.printed(page_with(blocks), one_page=True, **A4))
    assert printed.left_out == ("b3", "b2")
    assert text_of(printed.pdf).split() == ["b0", "b1"]


def test_what_fits_keeps_everything(renderer, in_thread) -> None:
    printed = in_thread(lambda: renderer.printed(page_with(block("a", 1)), one_page=True, **A4))
    assert printed.left_out == ()
    assert text_of(printed.pdf) == "a"


def test_what_is_too_long_whatever_is_left_out_comes_whole(renderer, in_thread) -> None:
    body = block("a", 1) + "<div style='height:400mm'>long</div>"
    printed = in_thread(lambda: renderer.printed(page_with(body), one_page=True, **A4))
    assert printed.left_out == ()
    assert page_count(printed.pdf) == 2
    assert text_of(printed.pdf).split() == ["a", "long"]


def test_several_pages_are_printed_where_they_are_allowed(renderer, in_thread) -> None:
    body = "".join(block(f"b{number}", 1, 200) for number in range(3))
    printed = in_thread(lambda: renderer.printed(page_with(body), **A4))
    assert page_count(printed.pdf) == 3
    assert printed.left_out == ()


def test_elements_inside_one_another_come_back_whole(renderer, in_thread) -> None:
    inner = block("inner", 9, 50)
    body = f'<div data-drop="outer" data-rank="5">{inner}<div style="height:150mm">outer</div></div>'
    printed = in_thread(lambda: renderer.printed(page_with(body + block("c", 1, 100)), one_page=True, **A4))
    assert printed.left_out == ("inner",)
    assert text_of(printed.pdf).split() == ["outer", "c"]


# Measuring


def test_what_is_measured_is_what_is_printed(renderer, in_thread) -> None:
    # Rules for a screen do not hold, and those for paper do.
    style = (
        "@page{margin:10mm} body{margin:0} @media screen{p{font-size:90pt}} @media print{p{font-size:12pt}}"
    )
    words = "".join(
        f"<p data-drop='p-{n}' data-rank='{n + 1}'>京津冀 Xiong’an {n} {'甲' * n}</p>" for n in range(60)
    )
    page = page_with(words, style)

    measured = in_thread(lambda: renderer.measured(page, **A4))
    printed = in_thread(lambda: renderer.printed(page, one_page=True, **A4))

    assert measured.left_out
    assert measured.left_out[: len(printed.left_out)] == printed.left_out
    assert len(measured.left_out) <= len(printed.left_out) + 1


def test_what_fits_is_measured_with_what_stays_free(renderer, in_thread) -> None:
    measured = in_thread(lambda: renderer.measured(page_with(block("a", 1, 100)), **A4))
    assert measured.left_out == ()
    assert measured.free_mm == pytest.approx(177, abs=1)


def test_what_fits_after_all_is_put_back(renderer, in_thread) -> None:
    # The large one must go, and then the small one, which was less precious, has room.
    body = block("a", 0, 200) + block("small", 2, 30) + block("large", 1, 90)
    measured = in_thread(lambda: renderer.measured(page_with(body), **A4))
    assert measured.left_out == ("large",)
    assert measured.free_mm == pytest.approx(47, abs=1)


def test_a_list_has_no_gap(renderer, in_thread) -> None:
    body = block("a", 0, 200) + block("row-1", 1, 90) + block("row-2", 2, 30) + block("other-1", 3, 30)
    measured = in_thread(lambda: renderer.measured(page_with(body), **A4))
    assert set(measured.left_out) == {"row-1", "row-2"}


def test_a_source_goes_with_the_last_of_what_needs_it_and_comes_back_with_it(renderer, in_thread) -> None:
    def source(key: str, rank: int, needed_by: str) -> str:
        marks = f'data-drop="{key}" data-rank="{rank}" data-needed-by="{needed_by}"'
        return f'<div {marks} style="height:10mm"></div>'

    body = (
        block("a", 0, 200)
        + block("small", 3, 30)
        + block("large", 2, 90)
        + source("of-both", 1, "small large")
        + source("of-large", 1, "large")
    )
    measured = in_thread(lambda: renderer.measured(page_with(body), **A4))
    assert set(measured.left_out) == {"large", "of-large"}


def test_what_is_too_long_is_measured_without_anything_left_out(renderer, in_thread) -> None:
    body = block("a", 1) + "<div style='height:400mm'>long</div>"
    assert in_thread(lambda: renderer.measured(page_with(body), **A4)) == MeasuredPage()


def test_measuring_leaves_the_document_as_it_was(renderer, in_thread) -> None:
    body = "".join(block(f"b{number}", 1, 100) for number in range(4))

    def work() -> tuple[bytes, bytes]:
        page = page_with(body, "@page{margin:10mm} body{margin:0} @media screen{div{color:red}}")
        before = renderer.printed(page, **A4).pdf
        renderer._loaded(page, lambda: False)
        renderer._asked_of_printer(lambda answer: renderer._printer.measure(190, 277, answer), lambda: False)
        wanted = Print(210, 297, (10, 10, 10, 10), 0)
        return before, renderer._asked_of_printer(
            lambda answer: renderer._printer.print(wanted, answer), lambda: False
        )

    before, after = in_thread(work)
    assert text_of(after) == text_of(before)
    assert page_count(after) == page_count(before) == 2


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.id)
def test_an_svg_fills_one_page_of_any_paper(paper, renderer, in_thread) -> None:
    size = {"width_mm": paper.width_mm, "height_mm": paper.height_mm}
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" preserveAspectRatio="none">'
        '<path d="M0 0H100V100H0Z" fill="#00f"/><text x="9" y="50">甲县</text></svg>'
    )
    page = sheet_html(svg, "甲", Language.ZH, **size)
    pdf = in_thread(lambda: renderer.printed(page, **size)).pdf
    assert page_count(pdf) == 1
    document = pypdfium2.PdfDocument(pdf)
    width, height = document[0].get_size()
    assert (width, height) == pytest.approx(
        (paper.width_mm / 25.4 * 72, paper.height_mm / 25.4 * 72), abs=0.6
    )
    picture = document[0].render(scale=0.2).to_numpy()
    assert picture[1, 1].tolist() == picture[-2, -2].tolist() == [255, 0, 0]  # blue, green, red
    document.close()


class _Counting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing on stderr."""


@pytest.fixture
def listener() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Counting)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_hostile_document_runs_nothing_and_reaches_nothing(renderer, in_thread, listener) -> None:
    there = f"http://127.0.0.1:{listener.server_port}"
    body = f"""
      <p id="said">quiet</p>
      <script>document.getElementById("said").textContent = "RAN"</script>
      <script src="{there}/a.js"></script><script src="jjjmap://app/map.js"></script>
      <img src="{there}/b.png"><img src="x" onerror="document.getElementById('said').textContent = 'RAN'">
      <img src="jjjmap://app/index.html"><img src="file:///etc/hostname">
      <iframe src="{there}/c.html"></iframe>
      <iframe srcdoc="<script>parent.document.body.textContent='RAN'</script>"></iframe>
      <link rel="stylesheet" href="{there}/d.css"><style>@import url("{there}/e.css");
        p {{ background: url("{there}/f.png"); }}</style>
      <object data="{there}/g"></object><embed src="{there}/h">
      <meta http-equiv="refresh" content="0;url={there}/i">
      <svg><script>document.getElementById("said").textContent = "RAN"</script>
        <image href="{there}/j.png"/><use href="{there}/k.svg#x"/>
        <foreignObject><img src="{there}/l.png"></foreignObject></svg>
      <form action="{there}/m"><input autofocus onfocus="document.body.textContent='RAN'"></form>
      <a href="{there}/n" ping="{there}/o">link</a>"""
    printed = in_thread(lambda: renderer.printed(page_with(body), one_page=True, **A4))
    assert "quiet" in text_of(printed.pdf)
    assert "RAN" not in text_of(printed.pdf)
    assert listener.asked == []  # type: ignore[attr-defined]


def test_half_a_character_does_not_stop_the_press(renderer, in_thread) -> None:
    assert "甲" in text_of(in_thread(lambda: renderer.printed(page_with("甲\ud800"), **A4)).pdf)


def test_whoever_stops_is_not_kept_waiting_and_the_next_is_served(renderer, in_thread) -> None:
    asked = iter([False, True, True, True])
    with pytest.raises(RenderingStopped):
        in_thread(
            lambda: renderer.printed(page_with("甲" * 400_000), cancelled=lambda: next(asked, True), **A4)
        )
    with pytest.raises(RenderingStopped):
        in_thread(lambda: renderer.printed(page_with("甲"), cancelled=lambda: True, **A4))
    assert text_of(in_thread(lambda: renderer.printed(page_with("乙"), **A4)).pdf) == "乙"


def test_a_browser_that_ended_is_told_and_replaced(renderer, in_thread, qtbot) -> None:
    in_thread(lambda: renderer.printed(page_with("甲"), **A4))
    page = renderer._printer._page

    def kill_while_it_prints() -> Any:
        os.kill(page.renderProcessPid(), signal.SIGSTOP)  # It cannot have answered before it is killed.
        threading.Timer(0.3, os.kill, (page.renderProcessPid(), signal.SIGKILL)).start()
        return renderer.printed(page_with("乙"), **A4)

    with pytest.raises(RenderingFailed) as failed:
        in_thread(kill_while_it_prints)
    assert failed.value.reason in ("ended", "print-failed")
    assert text_of(in_thread(lambda: renderer.printed(page_with("丙"), **A4)).pdf) == "丙"


def test_a_browser_that_hangs_is_given_up_and_replaced(renderer, in_thread) -> None:
    in_thread(lambda: renderer.printed(page_with("甲"), **A4))
    world = QWebEngineScript.ScriptWorldId.ApplicationWorld
    renderer._printer._page.runJavaScript("while (true) {}", world, lambda _said: None)
    renderer._limit_s = 1.0
    with pytest.raises(RenderingFailed) as failed:
        in_thread(lambda: renderer.printed(page_with("乙"), **A4))
    assert failed.value.reason == "timeout"
    renderer._limit_s = 20.0
    assert text_of(in_thread(lambda: renderer.printed(page_with("丙"), **A4)).pdf) == "丙"


def test_whoever_waits_while_everything_is_closed_is_told(qapp, catalogue, tmp_path) -> None:
    made = WebRenderer(lambda: catalogue, cache=tmp_path / "cache")
    reasons: list[str] = []

    def ask() -> None:
        for _again in range(2):
            try:
                made.printed(page_with("甲"), **A4)
            except RenderingFailed as exc:
                reasons.append(exc.reason)

    thread = threading.Thread(target=ask)
    thread.start()
    # The loop does not turn, so nobody can have been served before this.
    while not made._main_thread._waited_for:
        pass
    made.close()
    thread.join(10)
    assert reasons == ["ended", "ended"]


def test_the_windows_thread_is_not_let_wait_for_itself(renderer) -> None:
    with pytest.raises(RuntimeError):
        renderer.printed(page_with("甲"), **A4)
