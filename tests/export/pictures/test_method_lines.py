"""A picture says below how the layers on it were reckoned, as far as the paper has room."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from made_layers import made_rows, made_view
from pdf_made_by_hand import made_pdf

from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.pictures.method_lines import method_lines
from jjjmap.export.pictures.saving import SUFFIXES, save_picture
from jjjmap.export.pictures.several import save_pictures
from jjjmap.export.pictures.sheet_layouts import layout_of
from jjjmap.export.renderer import PrintedPages, Sheet
from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.provenance import ColumnNote, InputNote, Provenance
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import Density, StyleMode, UserStyle
from jjjmap.maps.snapshot import MapSnapshot, NamedMap
from jjjmap.paths import RESOURCES

MADE = Provenance(
    "summarize",
    {},
    "按县汇总",
    (InputNote("企业.csv", 1200, 1100, sha256="ab" * 32), InputNote("县界", 4, 4)),
    (ColumnNote("每平方公里", "density", "行数 ÷ 面积"), ColumnNote("产值", "total", "Σ 产值")),
    made="2026-01-02",
)
GRADUATED = UserStyle(StyleMode.GRADUATED, "每平方公里")


def result(
    number: int = 1, *, made: Provenance | None = MADE, style: UserStyle = GRADUATED, title: str = "企业密度"
) -> LayerRows:
    lon, lat = np.array([116.0, 116.1, 116.2]), np.array([39.0, 39.1, 39.2])
    columns = {"每平方公里": [1.5, 2.5, 9.0], "产值": [1, 2, 3]}
    table = FeatureTable(pa.table(columns), Geometry.POINT, lon, lat)
    rows = made_rows(table, layer_id=f"user-{number:08x}", title=title, style=style)
    return replace(rows, stored=replace(rows.stored, provenance=made))


def map_of(*layers: LayerRows, language: Language = Language.ZH) -> MapSnapshot:
    by_id = {rows.stored.id: rows for rows in layers}
    return MapSnapshot(tuple(map(made_view, layers)), language, rows_of=by_id.__getitem__)


class LinesOfSheets:
    """Draws nothing, and keeps the lines that would stand below each map."""

    def __init__(self) -> None:
        self.catalogue = load_catalogue(RESOURCES)[0]
        self.lines: list[list[str]] = []

    def map_svg(
        self, snapshot: MapSnapshot, sheet: Sheet, *, cancelled: Callable[[], bool] = lambda: False
    ) -> str:
        self.lines.append(layout_of(sheet, snapshot, self.catalogue)["lines"])
        return "<svg/>"

    def printed(
        self,
        html: str,
        *,
        width_mm: float,
        height_mm: float,
        one_page: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> PrintedPages:
        return PrintedPages(made_pdf())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_kind_of_picture_says_from_what_by_which_formula_and_when(suffix: str, tmp_path: Path) -> None:
    renderer = LinesOfSheets()
    save_picture(tmp_path / f"图{suffix}", map_of(result()), Sheet(), renderer, dpi=96)
    [[method, sketch, sources]] = renderer.lines
    assert method == (
        "企业密度：由企业.csv（1,200 行中用了 1,100 行）、县界（4 行，全部用上）算出；"
        "每平方公里 = 行数 ÷ 面积；计算日期：2026年1月2日"
    )
    assert sketch.startswith("示意图") and "GS(2024)0650" in sources


@pytest.mark.parametrize("suffix", [".pdf", ".svg"])
def test_each_of_several_maps_says_it_of_its_own_layers(suffix: str, tmp_path: Path) -> None:
    renderer = LinesOfSheets()
    maps = (NamedMap("甲", map_of(result())), NamedMap("乙", map_of(result(2, title="另一个"))))
    save_pictures(tmp_path / f"图{suffix}", maps, Sheet(), renderer)
    assert [lines[0].partition("：")[0] for lines in renderer.lines] == ["企业密度", "另一个"]


def test_a_formula_that_is_kept_back_is_not_told(tmp_path: Path) -> None:
    renderer, rows = LinesOfSheets(), result()
    kept = {rows.stored.id: ("产值",)}
    save_picture(tmp_path / "图.svg", map_of(rows), Sheet(), renderer, columns=kept)
    save_pictures(tmp_path / "图.pdf", [NamedMap("甲", map_of(rows))], Sheet(), renderer, columns=kept)
    for method, *_rest in renderer.lines:
        assert "企业.csv" in method and "2026年1月2日" in method
        assert "行数 ÷ 面积" not in method and "每平方公里" not in method


@pytest.mark.parametrize(
    "style",
    [
        UserStyle(column="每平方公里"),
        replace(GRADUATED, density=Density.HEAT),
        replace(GRADUATED, column="县"),
    ],
)
def test_a_column_that_does_not_colour_the_layer_has_no_formula_below(style: UserStyle) -> None:
    rows = result()
    [line] = method_lines(map_of(replace(rows, stored=replace(rows.stored, style=style))), Sheet())
    assert "企业.csv" in line and "÷" not in line


def test_layers_that_are_hidden_or_were_not_reckoned_say_nothing() -> None:
    shown = map_of(result(), result(2, made=None))
    hidden = replace(shown, layers=(replace(shown.layers[0], visible=False), shown.layers[1]))
    assert method_lines(hidden, Sheet()) == ()
    assert layout_of(Sheet(has_attribution=False), shown, load_catalogue(RESOURCES)[0])["lines"] == []


def test_of_many_layers_the_four_on_top_are_told_and_the_others_counted() -> None:
    layers = [result(number, title=f"结果{number}") for number in range(1, 8)]
    *told, more = method_lines(map_of(*layers), Sheet())
    assert [line.partition("：")[0] for line in told] == ["结果7", "结果6", "结果5", "结果4"]
    assert more == "另有 3 个分析结果，方法见网页或数据导出"
    assert len(method_lines(map_of(*layers[:4]), Sheet())) == 4


def test_a_small_paper_tells_of_fewer_layers_and_of_none_at_last() -> None:
    layers = [result(number) for number in range(1, 4)]
    *told, more = method_lines(map_of(*layers), Sheet(100, 80))
    assert 1 <= len(told) < 3 and more.startswith(f"另有 {3 - len(told)} 个")
    assert method_lines(map_of(*layers), Sheet(60, 50)) == ("3 个分析结果的方法见网页或数据导出",)
    assert method_lines(map_of(*layers), Sheet(text_scale=8)) == ("3 个分析结果的方法见网页或数据导出",)


def test_endless_names_and_formulas_are_cut_and_the_date_stays() -> None:
    made = replace(
        MADE,
        inputs=tuple(InputNote("很长\n的名字" * 400, 5, 5) for _number in range(9)),
        columns=(ColumnNote("每平方公里", "density", "a + " * 2000),),
    )
    [line] = method_lines(map_of(result(made=made, title="长" * 200)), Sheet())
    assert len(line) < 400 and "\n" not in line and line.count("…") == 5
    assert "等 9 项" in line and line.endswith("2026年1月2日")


def test_an_english_picture_says_it_in_english_whatever_language_is_in_use() -> None:
    [line] = method_lines(map_of(result(), language=Language.EN), Sheet())
    assert "1,200" in line and "用了" not in line and "2 Jan 2026" in line
