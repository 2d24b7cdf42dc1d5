"""Sheets of paper, drawn as SVG by a real map page."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from map_driver import MapDriver
from sheet_drawer import (
    BLUE,
    RED,
    SVG,
    USERS_ID,
    SheetDrawer,
    group,
    points,
    polygons,
    texts,
    users_style,
    with_layers,
)

from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import Language
from jjjmap.layers.style import LabelStyle
from jjjmap.layers.styling.user_style import Density
from jjjmap.maps.bridge import SheetFailed, ShowTally, TalliedPoint, TallyClass
from jjjmap.maps.snapshot import REGION_BOUNDS, Bounds
from jjjmap.paths import RESOURCES

BARE = Sheet(120, 90, has_legend=False, has_scale_bar=False, has_north_arrow=False, has_attribution=False)


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(RESOURCES)[0]


@pytest.fixture
def drawer(map_page: MapDriver, catalogue):
    yield SheetDrawer(map_page, catalogue)
    assert [text for level, text in map_page.console if level >= 40] == []


def number(element, name):
    return float(element.get(name))


def test_a_sheet_has_the_size_of_its_paper_and_all_that_stands_around_the_map(drawer):
    root = drawer.root(drawer.page.snapshot, Sheet(297, 210, "京津冀示意图", "协同发展"))
    assert (root.get("width"), root.get("height")) == ("297mm", "210mm")
    said = texts(root)
    for wanted in (
        "京津冀示意图",
        "协同发展",
        "内部参考",
        "图例",
        "北",
        "0",
        "雄安新区",
        "港口",
        "约 1 公里",
    ):
        assert wanted in said, wanted
    whole = "".join(said)
    assert "未经地图审核" in whole and "GS(2024)0650号" in whole and "制图日期" in whole
    assert root.find(SVG + "title").text == "京津冀示意图"
    assert root.get("font-family").startswith('"Noto Sans CJK SC"')


def test_everything_but_layers_of_very_many_points_is_a_path_or_a_text(drawer):
    root = drawer.root(drawer.page.snapshot)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "defs", "symbol", "clipPath", "rect", "g", "path", "text", "use"
    }  # fmt: skip
    assert drawer.drawn.rastered_layers == ()


def test_the_same_sheet_is_the_same_text_whatever_was_drawn_in_between(drawer):
    shown = drawer.page.snapshot
    first = drawer.text(shown)
    drawer.text(replace(shown, selected_id="xiongan", bounds=Bounds(115.5, 38.5, 117, 39.5)), BARE)
    assert drawer.text(shown) == first


def test_ids_of_two_sheets_differ_so_that_both_may_stand_in_one_document(drawer):
    ids = [
        set(re.findall(r' id="([^"]+)"', drawer.text(drawer.page.snapshot, sheet)))
        for sheet in (BARE, Sheet())
    ]
    assert ids[0] and not ids[0] & ids[1]


def test_a_sheet_refers_to_nothing_outside_and_runs_nothing(drawer):
    svg = drawer.text(drawer.page.snapshot)
    assert "<script" not in svg and "javascript:" not in svg and not re.search(r"\son\w+=", svg)
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', svg))
    assert all(link.startswith("#") for link in re.findall(r"url\(([^)]*)\)", svg))
    ids = set(re.findall(r' id="([^"]+)"', svg))
    assert {link[1:] for link in re.findall(r'(?:href="|url\()(#[^")]*)', svg)} <= ids


def test_hostile_titles_stay_texts(drawer):
    title = "</text><script>alert(1)</script>${x}`\"'&\u0000\ud83d\u0007]]>"
    root = drawer.root(
        drawer.page.snapshot, Sheet(title=title.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    )
    assert "<script>alert(1)</script>" in "".join(texts(root))
    assert not [element for element in root.iter() if "script" in element.tag]


def test_a_selected_name_is_found_once_as_its_halo_is_hidden(drawer):
    root = drawer.root(drawer.page.snapshot)
    named = [element for element in root.iter(SVG + "text") if element.text == "雄安新区"]
    assert [element.get("aria-hidden") for element in named] == ["true", None]
    assert "user-select:none" in named[0].get("style")


def test_names_and_symbols_are_those_of_the_window_at_that_zoom(drawer):
    root = drawer.root(drawer.page.snapshot, BARE)
    arranged = drawer.page.ask(
        "(({symbols, labels}) => [symbols.length, labels.map(({text}) => text)])"
        "(jjjmap.page.overlay.arrangement())"
    )
    drawn = group(root, "symbols-and-names")
    assert sorted(texts(drawn)) == sorted(arranged[1])
    assert len(list(drawn.iter(SVG + "use"))) == arranged[0]


def test_layers_keep_their_order_and_hidden_ones_are_not_drawn(drawer):
    root = drawer.root(with_layers(drawer.page.snapshot, "land", "provinces", "counties"))
    drawn = [
        element.get("id").partition("-")[2]
        for element in root.iter(SVG + "g")
        if "-areas-" in (element.get("id") or "")
    ]
    order = [view.layer.id for view in drawer.page.snapshot.layers if view.visible]
    assert (
        drawn == [f"areas-{name}" for name in order if f"areas-{name}" in drawn]
        and "areas-provinces" in drawn
    )


def test_no_name_leaves_the_frame(drawer):
    root = drawer.root(replace(drawer.page.snapshot, bounds=Bounds(116.2, 39.4, 116.9, 39.9)), BARE)
    width, height = (float(value) for value in root.get("viewBox").split()[2:])
    named = [element for element in group(root, "symbols-and-names").iter(SVG + "text")]
    assert named
    for element in named:
        reach = len(element.text) * number(element, "font-size") / 2.6
        assert reach - 4 < number(element, "x") < width - reach + 4
        assert 4 < number(element, "y") < height


def test_the_legend_names_only_what_the_frame_shows(drawer):
    root = drawer.root(replace(drawer.page.snapshot, bounds=Bounds(114.2, 37.8, 114.9, 38.3)))
    said = texts(group(root, "legend"))
    assert "图例" in said and "港口" not in said
    everything = texts(group(drawer.root(drawer.page.snapshot), "legend"))
    assert "机场" in everything


@pytest.mark.parametrize("size", [(297, 210), (210, 297), (338.67, 190.5), (100, 80)])
@pytest.mark.parametrize("bounds", [REGION_BOUNDS, Bounds(116.2, 39.0, 118.2, 39.5)])
def test_the_legend_never_covers_the_frame(drawer, size, bounds):
    root = drawer.root(replace(drawer.page.snapshot, bounds=bounds), Sheet(*size, title="标题"))
    whole = [float(value) for value in root.get("viewBox").split()[2:]]
    frame = next(element for element in root.iter(SVG + "g") if element.get("transform"))
    left, top = (float(value) for value in re.findall(r"[\d.]+", frame.get("transform")))
    clip = frame[0].get("clip-path")[5:-1]
    rect = next(e for e in root.iter(SVG + "clipPath") if e.get("id") == clip)[0]
    right, bottom = left + number(rect, "width"), top + number(rect, "height")
    box = group(root, "legend")[0].get("d")
    x, y, wide, tall = (
        float(value) for value in re.match(r"M([\d.]+) ([\d.]+)l([\d.]+) 0 0 ([\d.]+)", box).groups()
    )
    assert x >= right or y >= bottom
    assert x + wide <= whole[0] and y + tall <= whole[1] and right <= whole[0] and bottom <= whole[1]
    assert (right - left) * (bottom - top) > 0.3 * whole[0] * whole[1]


def test_a_legend_without_room_says_how_many_rows_are_missing(drawer):
    shown = drawer.users(
        points(np.linspace(115.2, 117.8, 120), np.linspace(38.2, 39.8, 120)), users_style(120)
    )
    said = "".join(texts(group(drawer.root(shown, Sheet(100, 80)), "legend")))
    missing = int(re.search(r"另有\s*(\d+)\s*项", said)[1])
    assert missing + len(re.findall(r"类\d", said)) == 120 and missing > 0


def test_a_long_legend_is_set_in_columns_and_complete(drawer):
    shown = drawer.users(points(np.linspace(115.2, 117.8, 60), np.linspace(38.2, 39.8, 60)), users_style(60))
    said = texts(group(drawer.root(shown), "legend"))
    assert [text for text in said if re.fullmatch(r"类\d+", text)] == [f"类{i}" for i in range(60)]


def test_long_titles_are_wrapped_beside_the_mark(drawer):
    title = "京津冀协同发展重点领域空间布局" * 4
    root = drawer.root(drawer.page.snapshot, Sheet(title=title))
    lines = [
        element
        for element in root.iter(SVG + "text")
        if element.text and element.text in title and len(element.text) > 5
    ]
    assert "".join(line.text for line in lines) == title and len(lines) == 2
    mark = next(element for element in root.iter(SVG + "text") if element.text == "内部参考")
    for line in lines:
        assert len(line.text) * number(line, "font-size") + number(line, "x") < number(mark, "x") - 20


def test_the_scale_bar_is_round_and_as_long_as_it_says(drawer):
    drawer.root(replace(drawer.page.snapshot, bounds=Bounds(116, 39, 117, 40)))
    assert drawer.page.ask("[937, 4999, 5000, 120000, 30].map(jjjmap.roundLength)") == [
        500,
        2000,
        5000,
        100000,
        20,
    ]
    metres, px, per_px = drawer.page.ask(
        "(() => { const v = new jjjmap.SheetView(9, 100000, 50000, 600, 400);"
        " const [lat, lng] = v.unproject(300, 200);"
        " const [x] = v.project(lat, lng + 1);"
        " return [111320 * Math.cos(lat * Math.PI / 180), x - 300, v.metresPerPx]; })()"
    )
    assert metres / px == pytest.approx(per_px, rel=0.002)


def test_users_points_are_symbols_where_they_are(drawer):
    root = drawer.root(drawer.users(points([116.0, 117.0], [39.0, 39.0]), opacity=0.5), BARE)
    drawn = group(root, USERS_ID)
    uses = list(drawn.iter(SVG + "use"))
    assert drawn.get("opacity") == "0.5" and len(uses) == 2
    symbols = {
        element.get("id"): ElementTree.tostring(element, "unicode") for element in root.iter(SVG + "symbol")
    }
    link = "{http://www.w3.org/1999/xlink}href"
    inside = [symbols[use.get(link)[1:]] for use in uses]
    assert [sum(color in each for each in inside) for color in (RED, BLUE)] == [1, 1]
    width = number(uses[1], "x") - number(uses[0], "x")
    assert abs(width) == pytest.approx(90 * 96 / 25.4 / 2 * np.cos(np.radians(39)), rel=0.02)


def test_rows_that_the_filter_hides_and_marks_are_as_in_the_window(drawer):
    hidden, selected = np.array([True, False, False]), np.array([False, True, False])
    shown = drawer.users(points([116.0, 117.0, 117.5], [39, 39, 38.5]), hidden=hidden, selected=selected)
    root = drawer.root(shown, BARE)
    assert len(list(group(root, USERS_ID).iter(SVG + "use"))) == 2
    assert "#ffec78" in ElementTree.tostring(root, "unicode")  # The ring of the chosen one.


def test_a_filter_that_changed_is_heeded_by_the_next_sheet(drawer):
    shown = drawer.users(points([116.0, 117.0], [39.0, 39.0]))
    revision = f"{USERS_ID}/0"
    assert len(list(group(drawer.root(shown, BARE), USERS_ID).iter(SVG + "use"))) == 2
    drawer.page.drawn[revision].set_hidden(np.array([True, False]))
    assert len(list(group(drawer.root(shown, BARE), USERS_ID).iter(SVG + "use"))) == 1


def test_very_many_points_become_one_picture_and_it_is_said(drawer):
    rng = np.random.default_rng(7)
    shown = drawer.users(points(rng.uniform(115, 118, 20_500), rng.uniform(38, 40, 20_500)))
    root = drawer.root(shown, BARE)
    images = list(root.iter(SVG + "image"))
    assert drawer.drawn.rastered_layers == (USERS_ID,) and len(images) == 1
    assert images[0].get("{http://www.w3.org/1999/xlink}href").startswith("data:image/png;base64,")


def test_polygons_across_many_tiles_are_one_path_each_without_seams(drawer):
    shapes = [shapely.box(115.1, 38.1, 117.9, 39.9), shapely.Point(116.5, 39).buffer(0.4)]
    root = drawer.root(drawer.users(polygons(shapes)), Sheet(297, 210))
    paths = list(group(root, USERS_ID).iter(SVG + "path"))
    assert len(paths) == 2
    assert paths[0].get("d").count("Z") == 1 and {paths[0].get("fill"), paths[1].get("fill")} == {RED, BLUE}


def test_names_of_users_features_are_written(drawer):
    shown = drawer.users(
        points([116.0, 117.0], [39, 39]), users_style(label=LabelStyle()), label_column="name"
    )
    root = drawer.root(shown, BARE)
    assert sorted(texts(group(root, f"names-{USERS_ID}"))) == ["企业0", "企业1"]


@pytest.mark.parametrize("density", [Density.HEX, Density.HEAT])
def test_densities_are_drawn_and_explained(drawer, density):
    rng = np.random.default_rng(3)
    shown = drawer.users(
        points(rng.uniform(115, 118, 900), rng.uniform(38, 40, 900)), users_style(1), density=density
    )
    root = drawer.root(shown)
    drawn, said = group(root, USERS_ID), texts(group(root, "legend"))
    if density is Density.HEX:
        assert len(list(drawn.iter(SVG + "path"))) > 20 and any("六边形" in text for text in said)
    else:
        assert len(list(drawn.iter(SVG + "image"))) == 1 and "密" in said
    assert drawer.drawn.rastered_layers == ()


def test_selection_highlight_tally_and_dimming_are_drawn(drawer):
    tally = ShowTally(
        "提到次数",
        (TallyClass("1–9 次", "#fde725", "#000000", 12.0),),
        (),
        (TalliedPoint("x", 0, "", "7", 116.0, 39.0),),
    )
    shown = replace(
        drawer.page.snapshot,
        selected_id="xiongan",
        highlighted_ids=("beijing-subcenter",),
        highlight_title="氢能链上",
        dimmed_ids=("binhai",),
        tally=tally,
    )
    root = drawer.root(shown)
    assert group(root, "selected") is not None and group(root, "highlighted") is not None
    assert texts(group(root, "counted-places")) == ["7"]
    said = texts(group(root, "legend"))
    assert {"提到次数", "1–9 次", "氢能链上"} <= set(said)


def test_hatching_stays_lines_within_its_outline(drawer):
    drawer.page.open()
    found = drawer.page.ask(
        "(() => { const c = new jjjmap.SvgContext(); c.rect(0, 0, 14, 14);"
        " c.fillStyle = c.hatch('#123456', 7); c.fill();"
        " return [c.markup, c.defs]; })()"
    )
    assert found[1] == "" and "pattern" not in found[0] and 'stroke="#123456"' in found[0]
    lines = re.findall(r"M([\d.]+) ([\d.]+)l([\d.]+) -([\d.]+)", found[0])
    assert [(float(x) + float(y)) for x, y, _, _ in lines] == [7, 14, 21]
    assert all(float(x) + float(dx) <= 14 and float(y) - float(dy) >= 0 for x, y, dx, dy in lines)


def test_paths_follow_moving_turning_and_scaling(drawer):
    drawer.page.open()
    d = drawer.page.ask(
        "(() => { const c = new jjjmap.SvgContext(); c.save();"
        " c.translate(10, 20); c.scale(2); c.rotate(Math.PI / 2);"
        " c.moveTo(1, 0); c.lineTo(1, 1); c.lineWidth = 3; c.setLineDash([1, 2]); c.stroke(); c.restore();"
        " c.fillRect(0, 0, 1, 1); return c.markup; })()"
    )
    assert 'd="M10 22l-2 0"' in d and 'stroke-width="6"' in d and 'stroke-dasharray="2 4"' in d
    assert 'fill="#000000" d="M0 0l1 0 0 1 -1 0Z"' in d


def test_styles_that_are_no_colours_become_black(drawer):
    drawer.page.open()
    markup = drawer.page.ask(
        "['url(https://example.org/x)', '#12g', 'red\" onload=\"x', 'rgba(1,2,300,0.5)'].map((style) => {"
        " const c = new jjjmap.SvgContext(); c.fillStyle = style; c.fillRect(0, 0, 1, 1); return c.markup; })"
    )
    assert [re.search(r'fill="([^"]*)"', each)[1] for each in markup] == ["#000000"] * 3 + ["#0102ff"]
    assert all("example" not in each and "onload" not in each for each in markup)


def test_a_layer_that_cannot_be_fetched_fails_the_sheet_and_not_the_next_one(drawer):
    shown = drawer.users(points([116.0], [39.0]))
    layer = drawer.page.drawn.pop(f"{USERS_ID}/0")
    answer = drawer.ask(shown, BARE)
    assert isinstance(answer, SheetFailed) and USERS_ID in answer.reason
    drawer.page.drawn[f"{USERS_ID}/0"] = layer
    assert group(drawer.root(shown, BARE), USERS_ID) is not None
    drawer.page.console.clear()  # The page reports the address that was not there.


def test_english_sheets_speak_english(drawer):
    said = texts(drawer.root(replace(drawer.page.snapshot, language=Language.EN), Sheet(title="Map")))
    assert {"N", "Legend"} <= set(said) and any(text.endswith(" km") for text in said)


def test_text_scale_makes_everything_larger_alike(drawer):
    shown = drawer.page.snapshot
    one, two = (drawer.root(shown, Sheet(300 * k, 200 * k, text_scale=k)) for k in (1, 2))
    assert one.get("viewBox") == two.get("viewBox")
    assert texts(one) == texts(two)


def test_only_the_last_sheet_is_kept(drawer):
    drawer.text(drawer.page.snapshot, BARE)
    first = drawer.number
    drawer.text(drawer.page.snapshot, BARE)
    assert drawer.page.ask(f"jjjmap.sheetText({first})") == ""
