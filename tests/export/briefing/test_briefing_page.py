"""The page of a briefing: one file in which nothing runs, from our template or a user's."""

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import TemplateInvalid
from jjjmap.export.briefing import chart
from jjjmap.export.briefing.chart import chart_png, chart_svg
from jjjmap.export.briefing.contents import brief_place
from jjjmap.export.briefing.page import POLICY, PagePlan, briefing_html, briefing_pdf, numbers_text, plan_page
from jjjmap.export.briefing.records import Briefing, BriefingMaps
from jjjmap.export.briefing.template import OUR_FOLDER, PAGE, STYLE
from jjjmap.export.renderer import MeasuredPage, PrintedPages
from jjjmap.i18n import Language

from .made_briefings import made_briefing, made_series

MAPS = BriefingMaps("<svg xmlns='http://www.w3.org/2000/svg'/>", "<svg xmlns='http://www.w3.org/2000/svg'/>")
NOWHERE = BriefingMaps("", "")
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 1234*1234 }}${1234*1234}`x`</style>\"'"


@pytest.fixture
def briefing(catalogue: Catalogue) -> Briefing:
    return brief_place(catalogue, "jia-park", Language.ZH)


class Tags(HTMLParser):
    """Collects elements and attributes, and complains of what is closed but was not opened."""

    VOID = frozenset({"meta", "img", "br", "link", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_says_what_the_briefing_says(briefing: Briefing) -> None:
    html = briefing_html(briefing, MAPS)

    assert html.startswith('<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta http-equiv')
    for text in ("甲园", "1,011.5亿元", "甲县建园", "内部参考", "示意图", briefing.marks.attribution):
        assert text in html
    assert html.count("data:image/svg+xml;base64,") == 2
    Tags(html)


def test_nothing_runs_and_nothing_is_fetched(briefing: Briefing) -> None:
    tags = Tags(briefing_html(briefing, MAPS))

    assert POLICY in dict(tags.attributes).values() or any(value == POLICY for _n, value in tags.attributes)
    assert not {"script", "iframe", "object", "embed", "link", "base", "form"} & set(tags.names)
    assert not [name for name, _value in tags.attributes if name.startswith("on")]
    addresses = [value or "" for name, value in tags.attributes if name in ("src", "srcset", "xlink:href")]
    assert all(address.startswith(("data:image/svg+xml;base64,", "#")) for address in addresses)


def test_hostile_names_stay_names(briefing: Briefing) -> None:
    hostile = replace(
        briefing,
        title=HOSTILE,
        subtitle=HOSTILE,
        evidence=HOSTILE,
        chart_title=HOSTILE,
        notes=(HOSTILE,),
        left_out=(HOSTILE,),
        facts=tuple(replace(fact, label=HOSTILE, text=HOSTILE) for fact in briefing.facts),
        figures=tuple(
            replace(each, indicator=HOSTILE, value=HOSTILE, note=HOSTILE) for each in briefing.figures
        ),
        passages=tuple(replace(each, title=HOSTILE, text=HOSTILE, why=HOSTILE) for each in briefing.passages),
        references=tuple(replace(each, text=HOSTILE, quality=HOSTILE) for each in briefing.references),
    )

    html = briefing_html(hostile, MAPS)

    tags = Tags(html)
    assert "script" not in tags.names
    assert tags.names.count("img") == 2
    assert tags.names.count("style") == 1
    assert "1522756" not in html
    assert "{{ 1234*1234 }}" in html


def test_the_same_briefing_gives_the_same_page(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")

    pages = {briefing_html(brief_place(catalogue, "jia-park", Language.EN), MAPS) for _time in range(2)}

    assert len(pages) == 1
    assert "2020" in pages.pop()


def test_a_place_that_is_nowhere_has_a_page_without_maps(briefing: Briefing) -> None:
    tags = Tags(briefing_html(briefing, NOWHERE))

    assert "img" not in tags.names


def test_a_place_without_anything_has_a_page_that_says_so(briefing: Briefing) -> None:
    bare = replace(briefing, facts=(), figures=(), passages=(), chains=(), references=(), chart=None)

    html = briefing_html(bare, NOWHERE)

    for text in ("资料库中没有数据。", "资料库中没有政策摘要。", "资料库中没有它所在的产业链。"):
        assert text in html


def test_numbers_of_references_are_written_as_ranges() -> None:
    assert numbers_text((3, 1, 2, 5, 7, 8)) == "1–3,5,7,8"


# The chart


def test_the_chart_is_text_and_always_the_same(briefing: Briefing) -> None:
    assert briefing.chart is not None
    svg = chart_svg(briefing.chart)

    assert svg == chart_svg(briefing.chart)
    assert svg.startswith("<svg")
    assert ">1,011.5<" in svg
    assert ">2023<" in svg
    assert "<style" not in svg
    png = chart_png(briefing.chart, dpi=100)
    assert png.startswith(b"\x89PNG")
    assert png == chart_png(briefing.chart, dpi=100)


# Templates of the user's


def write_template(folder: Path, text: str) -> Path:
    (folder / PAGE).write_text(text, encoding="utf-8")
    return folder


def test_a_users_template_takes_the_place_of_ours(briefing: Briefing, tmp_path: Path) -> None:
    ours = (OUR_FOLDER / PAGE).read_text(encoding="utf-8")
    (tmp_path / STYLE).write_text("h1 { color: teal }", encoding="utf-8")
    folder = write_template(tmp_path, ours.replace("<h1 ", "<p>某办</p><h1 "))

    html = briefing_html(briefing, MAPS, template_folder=folder)

    assert "<p>某办</p>" in html
    assert "h1 { color: teal }" in html
    assert POLICY in html


def test_a_single_file_will_do_and_then_has_our_style(briefing: Briefing, tmp_path: Path) -> None:
    page = tmp_path / "mine.j2"
    page.write_text((OUR_FOLDER / PAGE).read_text(encoding="utf-8"), encoding="utf-8")

    assert "--blue" in briefing_html(briefing, MAPS, template_folder=page)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("{% if %}", 3),
        ("{{ b.title", 4),
        ("{{ b.no_such_part }}", 3),
        ("{{ nothing }}", 3),
        ("{{ 1 / 0 }}", 3),
        ("{% include 'other.j2' %}", 3),
        ("{% include '../../secret.j2' %}", 3),
    ],
)
def test_a_fault_in_a_template_is_told_with_its_line(
    briefing: Briefing, tmp_path: Path, line: str, number: int
) -> None:
    folder = write_template(tmp_path, f"<!DOCTYPE html>\n<html><head></head>\n{line}\n</html>")

    with pytest.raises(TemplateInvalid) as caught:
        briefing_html(briefing, MAPS, template_folder=folder)

    assert caught.value.line == number
    assert caught.value.path == tmp_path / PAGE
    assert caught.value.reason


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ b.__class__.__init__.__globals__ }}",
        "{{ cite.__globals__ }}",
        "{% for i in range(10**9) %}x{% endfor %}",
    ],
)
def test_a_template_cannot_reach_beyond_the_page(briefing: Briefing, tmp_path: Path, line: str) -> None:
    folder = write_template(tmp_path, f"<!DOCTYPE html><html><head></head>\n{line}\n</html>")

    with pytest.raises(TemplateInvalid):
        briefing_html(briefing, MAPS, template_folder=folder)


def test_a_template_that_writes_without_end_is_stopped(
    briefing: Briefing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jjjmap.export.briefing.template.MAX_PAGE_CHARS", 100_000)
    loops = "{% for i in range(9999) %}{% for j in range(9999) %}xxxxxxxxxx{% endfor %}{% endfor %}"

    with pytest.raises(TemplateInvalid, match="太长"):
        briefing_html(briefing, MAPS, template_folder=write_template(tmp_path, loops))


def test_marks_cannot_be_left_out(briefing: Briefing, tmp_path: Path) -> None:
    folder = write_template(
        tmp_path, "<!DOCTYPE html>\n<html>\n<head></head><body>{{ b.title }}</body></html>"
    )

    with pytest.raises(TemplateInvalid, match="内部参考"):
        briefing_html(briefing, MAPS, template_folder=folder)


def test_a_policy_cannot_be_hidden_in_a_comment(briefing: Briefing, tmp_path: Path) -> None:
    lines = "{% for line in b.marks.lines %}{{ line }}{% endfor %}"
    folder = write_template(tmp_path, f"<!-- <head> --><html><head></head>{lines}</html>")

    with pytest.raises(TemplateInvalid, match="DOCTYPE"):
        briefing_html(briefing, MAPS, template_folder=folder)


def test_a_template_that_is_not_there_or_not_text_is_told(briefing: Briefing, tmp_path: Path) -> None:
    with pytest.raises(TemplateInvalid, match="找不到"):
        briefing_html(briefing, MAPS, template_folder=tmp_path)
    (tmp_path / PAGE).write_bytes("<p>\n京津冀".encode("gb18030"))
    with pytest.raises(TemplateInvalid) as caught:
        briefing_html(briefing, MAPS, template_folder=tmp_path)
    assert caught.value.line == 2


# Printing


class Press:
    """A browser that finds that some parts do not fit, at first; what it prints may be longer than a page."""

    def __init__(self, *measured: MeasuredPage, tried: tuple[PrintedPages, ...] = ()) -> None:
        self.answers = iter((*measured, *[MeasuredPage()] * 9))
        self.tried = iter((*tried, *[PrintedPages(b"%PDF")] * 9))
        self.measured_pages: list[str] = []
        self.pages: list[tuple[str, bool]] = []

    def measured(self, html: str, **_how: object) -> MeasuredPage:
        self.measured_pages.append(html)
        return next(self.answers)

    def printed(self, html: str, *, one_page: bool = False, **_how: object) -> PrintedPages:
        self.pages.append((html, one_page))
        return next(self.tried)


@pytest.fixture
def one_page_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jjjmap.export.briefing.page.finished_pdf", lambda pdf, about: pdf)
    monkeypatch.setattr("jjjmap.export.briefing.page.page_count", lambda pdf: pdf.count(b"%"))


@pytest.mark.usefixtures("one_page_each")
def test_what_does_not_fit_is_left_out_and_the_page_says_so(briefing: Briefing) -> None:
    press = Press(MeasuredPage(("figure-1", "reference-2")))

    assert briefing_pdf(briefing, MAPS, press) == b"%PDF"  # type: ignore[arg-type]

    first, second = press.measured_pages
    ((printed, _one_page),) = press.pages
    assert "超300家" in first
    assert "超300家" not in second
    assert "超300家" not in printed
    assert "限于篇幅略去 1 项数据" in printed


@pytest.mark.usefixtures("one_page_each")
def test_what_fits_is_measured_and_printed_once(briefing: Briefing) -> None:
    press = Press()

    briefing_pdf(briefing, MAPS, press)  # type: ignore[arg-type]

    assert len(press.measured_pages) == 1
    assert [one_page for _html, one_page in press.pages] == [False]


@pytest.mark.usefixtures("one_page_each")
def test_a_page_is_measured_with_empty_maps_of_the_same_size(briefing: Briefing) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="8mm"><path d="M0 0"/></svg>'
    press = Press()

    briefing_pdf(briefing, BriefingMaps(svg, svg), press)  # type: ignore[arg-type]

    pictures = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", press.measured_pages[0])
    assert len(pictures) == 2
    for picture in pictures:
        (root,) = ElementTree.fromstring(base64.b64decode(picture)).iter()  # Nothing is in it.
        assert (root.get("width"), root.get("height")) == ("9mm", "8mm")


@pytest.mark.usefixtures("one_page_each")
def test_a_page_that_is_longer_on_paper_than_it_was_measured_is_tried_out_by_printing(
    briefing: Briefing,
) -> None:
    press = Press(tried=(PrintedPages(b"%%"), PrintedPages(b"%", ("figure-1",)), PrintedPages(b"%")))

    assert briefing_pdf(briefing, MAPS, press) == b"%"  # type: ignore[arg-type]

    assert [one_page for _html, one_page in press.pages] == [False, True, True]
    assert "超300家" not in press.pages[-1][0]


@pytest.mark.usefixtures("one_page_each")
def test_what_is_too_long_whatever_is_left_out_comes_whole(briefing: Briefing) -> None:
    press = Press(tried=(PrintedPages(b"%%"), PrintedPages(b"%%")))

    assert briefing_pdf(briefing, MAPS, press) == b"%%"  # type: ignore[arg-type]

    assert len(press.pages) == 2


@pytest.mark.usefixtures("one_page_each")
def test_a_plan_is_not_made_twice(briefing: Briefing) -> None:
    press = Press(MeasuredPage(("figure-1",)), MeasuredPage((), 7.5))

    plan = plan_page(briefing, MAPS, press)  # type: ignore[arg-type]
    briefing_pdf(briefing, MAPS, press, plan=plan)  # type: ignore[arg-type]

    assert plan == PagePlan(frozenset({"figure-1"}), 7.5)
    assert len(press.measured_pages) == 2
    assert "超300家" not in press.pages[0][0]


def test_a_source_names_what_it_goes_with(briefing: Briefing) -> None:
    # The third passage may go, and what it alone cites with it; the first one stays.
    passage = replace(briefing.passages[0], refs=(8,))
    sources = tuple(replace(briefing.references[0], number=number) for number in (8, 9))
    passages = (passage, passage, replace(passage, refs=(8, 9)), replace(passage, refs=(9,)))
    long = replace(briefing, passages=passages, references=sources)

    page = briefing_html(long, MAPS, one_page=True)

    assert re.findall(r'data-drop="(reference-\d+)" data-rank="(\d+)" data-needed-by="([^"]*)"', page) == [
        ("reference-9", "379", "passage-2 passage-3")
    ]
    assert {"passage-2", "passage-3"} <= set(re.findall(r'data-drop="([\w-]+)"', page))


def test_whatever_a_list_is_called_leaves_room_on_a_single_sheet() -> None:
    made = made_briefing()
    long = replace(made.firms[0], layer_title="子" * 900, source_name="丑" * 900, filter_sentence="寅" * 900)
    titled = (made.passages[0], replace(made.passages[1], title="卯" * 900))
    briefing = replace(made, firms=(long,), passages=titled)

    sheet = briefing_html(briefing, MAPS, one_page=True)

    assert [sheet.count(letter) for letter in "子丑寅卯"] == [59, 59, 159, 59]
    # What is as long as it needs to be says all.
    assert briefing_html(briefing, MAPS).count("寅") == 900


def test_a_map_of_the_whole_region_stands_alone_beside_the_facts(briefing: Briefing) -> None:
    page = briefing_html(briefing, BriefingMaps("", "<svg xmlns='http://www.w3.org/2000/svg'/>"))

    assert page.count("<img") == 1
    assert 'class="overview"' in page
    assert 'src=""' not in page


def test_charts_are_the_same_however_many_threads_draw_them() -> None:
    series = [replace(made_series(), points=made_series().points[: 2 + n % 2]) for n in range(8)]
    alone = [chart_svg(each) for each in series[:2]]
    chart._svg_of.cache_clear()

    def drawn(number: int) -> str:
        chart._svg_of.cache_clear()
        return chart_svg(series[number])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drawn, range(8))) == alone * 4
    assert all("<text" in svg for svg in alone)
