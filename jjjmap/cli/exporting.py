"""``jjjmap export``: the map as a page, a picture or data, without a window."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jjjmap import paths
from jjjmap.catalogue.chronology import Chronology, Moment
from jjjmap.catalogue.models import Catalogue, Place
from jjjmap.catalogue.names import find_place
from jjjmap.catalogue.store import load_catalogue
from jjjmap.cli.arguments import choose_layers, parse_bounds
from jjjmap.cli.documents import library_option
from jjjmap.cli.group import answer_options
from jjjmap.cli.library_leaving import no_library_option, takes_library
from jjjmap.cli.messages import DONE_WITH_ERRORS, code_for, listed, namesakes_findings, write_findings
from jjjmap.cli.progress import progress_of
from jjjmap.cli.records import write_json
from jjjmap.cli.users_layers import UsersLayers
from jjjmap.cli.users_library import users_library
from jjjmap.export.pictures.papers import LARGEST_MM, PAPERS, SMALLEST_MM, is_printable, paper_named
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _, speaking
from jjjmap.layers.layer import Layer
from jjjmap.layers.shipped_files import read_shipped_layer
from jjjmap.maps.snapshot import REGION_BOUNDS, MapSnapshot

if TYPE_CHECKING:
    from jjjmap.export.options import ContentOptions

PAGE_SUFFIXES = (".html", ".htm")
PICTURE_SUFFIXES = (".png", ".svg", ".pdf")
DATA_SUFFIXES = (".gpkg", ".geojson", ".xlsx")
"""Anything without a suffix is a folder of data."""


@dataclass(frozen=True, slots=True)
class _Paper:
    """What `--paper` and its like say of a picture."""

    width_mm: float
    height_mm: float
    has_legend: bool
    dpi: int
    title: str


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="要写的文件：.html 网页，.png .svg .pdf 图片，.gpkg .geojson .xlsx 数据；没有后缀的是数据文件夹。"
    "The file; one without a suffix is a folder of data.",
)
@click.option(
    "--layers",
    "layer_ids",
    metavar="A,B",
    help="要显示的图层，用逗号隔开：编号，或“我的数据”里图层的名称；底图总在。"
    "Layers to show on the basemap, parted by commas: ids, or titles of your own.",
)
@click.option(
    "--data",
    "data_files",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="打开这个数据文件，放在最上面，可重复。Open this data file and show it on top, repeatable.",
)
@click.option("--select", "selected", metavar="PLACE", help="选中的地点。The place chosen on the map.")
@click.option(
    "--highlight",
    "highlighted",
    multiple=True,
    metavar="PLACE",
    help="另外标出的地点，可重复。A place to mark as well, repeatable.",
)
@click.option(
    "--at",
    metavar="YEAR[-MM]",
    help="时间轴上的年份或月份；当时还没有的地点画得很淡。What did not exist yet is drawn faintly.",
)
@click.option("--bounds", metavar="W,S,E,N", help="视图范围：西,南,东,北，单位为度。View in degrees.")
@click.option(
    "--title",
    default="",
    help="图名；不写则用程序的名称，前面加上选中的地点。"
    "Title of the map; without it the program's own, after the chosen place.",
)
@click.option("--no-title", "is_untitled", is_flag=True, help="图片上不写图名。No title on a picture.")
@click.option(
    "--public",
    "is_public",
    is_flag=True,
    help="去掉“内部参考”标记，也不带文库；公开发布前应先送审。"
    "Without the mark 内部参考 and without the library.",
)
@click.option(
    "--columns",
    "column_choices",
    multiple=True,
    metavar="LAYER=A,B",
    help="这个图层只带出这些列，可重复；LAYER= 一列也不带。Only these columns of a layer leave, repeatable.",
)
@click.option(
    "--tolerance",
    "tolerance_m",
    type=click.FloatRange(min=0, max=100_000),
    default=0.0,
    metavar="METRES",
    help="自己的线和面可以简化多少米。How far your lines and borders may be moved.",
)
@click.option(
    "--languages",
    metavar="zh,en",
    help="网页里可以切换的语言；不写则两种都有。Languages that a page can switch to; both without it.",
)
@click.option(
    "--paper",
    default="A4",
    show_default=True,
    metavar="A4|A3|…|WxH",
    help="图片的纸张，或宽x高（毫米）。Paper of a picture, or width x height in millimetres.",
)
@click.option("--portrait", "is_portrait", is_flag=True, help="纸张竖放。Upright.")
@click.option("--no-legend", "has_legend", is_flag=True, flag_value=False, default=True, help="不要图例。")
@click.option(
    "--dpi",
    type=click.IntRange(96, 600),
    default=300,
    show_default=True,
    help="PNG 每英寸的点数。Of a PNG.",
)
@library_option
@no_library_option
@answer_options
def export(
    output: Path,
    layer_ids: str | None,
    data_files: tuple[Path, ...],
    selected: str | None,
    highlighted: tuple[str, ...],
    at: str | None,
    bounds: str | None,
    title: str,
    is_untitled: bool,
    is_public: bool,
    column_choices: tuple[str, ...],
    tolerance_m: float,
    languages: str | None,
    paper: str,
    is_portrait: bool,
    has_legend: bool,
    dpi: int,
    library_path: Path | None,
    is_without_library: bool,
    language: Language,
    as_json: bool,
) -> int:
    """导出地图：网页、图片或数据。Export the map as a page, a picture or data."""
    suffix = output.suffix.lower()
    known = (*PAGE_SUFFIXES, *PICTURE_SUFFIXES, *DATA_SUFFIXES)
    if suffix and suffix not in known:
        message = _("不能导出为“{suffix}”；现在可用的格式：{known}。")
        raise click.UsageError(message.format(suffix=output.suffix, known=listed(known)))
    if title and is_untitled:
        raise click.UsageError(_("--title 和 --no-title 不能一起用。"))
    with_library = takes_library(is_public, library_path, is_without_library)
    size_mm = _paper_size(paper, is_portrait)
    view = REGION_BOUNDS if bounds is None else parse_bounds(bounds)
    catalogue, findings = load_catalogue(paths.RESOURCES)

    def place_named(word: str) -> Any:
        named = find_place(catalogue, word)
        findings.extend(namesakes_findings(catalogue, word, named))
        return named.place

    findings = list(findings)
    place = place_named(selected) if selected is not None else None
    marked = [place_named(word) for word in highlighted]
    sheet = _Paper(*size_mm, has_legend, dpi, "" if is_untitled else title or _own_title(place, language))
    moment, dimmed_ids = _moment(catalogue, at)
    with UsersLayers() as users:
        opened = [layer for path in data_files for layer in users.open(path)]
        views = choose_layers(layer_ids, place, users.find, opened)
        snapshot = MapSnapshot(
            views,
            language,
            view,
            place.id if place is not None else "",
            tuple(each.id for each in marked),
            "、".join(each.name(language) for each in marked) if language is Language.ZH
            else ", ".join(each.name(language) for each in marked),
            moment,
            dimmed_ids,
            rows_of=users.rows_of,
        )  # fmt: skip
        shown = [each.layer for each in views if each.visible]
        options = _options(
            is_public,
            title,
            tolerance_m,
            _languages(languages),
            _columns(column_choices, users, shown),
            with_library,
        )
        with progress_of(_("导出地图")) as tell:
            broken = _save(output, snapshot, catalogue, options, sheet, library_path, tell)
        findings += [*users.findings, *broken]
        if is_public:
            from jjjmap.export.marks import publication_warning

            warning = publication_warning(language)
            findings.append(Finding(Severity.WARNING, "publication", output.name, warning))
        rejected = users.rejected
    size_bytes = _size_of(output)
    if as_json:
        result = {
            "file": str(output),
            "bytes": size_bytes,
            "layers": [layer.id for layer in shown],
            "selected": snapshot.selected_id or None,
            "highlighted": list(snapshot.highlighted_ids),
            "moment": snapshot.moment or None,
            "bounds": [view.west, view.south, view.east, view.north],
            "audience": options.audience.value,
        }
        write_json("export", result, findings)
    else:
        click.echo(_("已写出 {path}（{size:.1f} MB）。").format(path=output, size=size_bytes / 1e6))
        write_findings(findings)
    return DONE_WITH_ERRORS if rejected else code_for(findings)


def _save(
    output: Path,
    snapshot: MapSnapshot,
    catalogue: Catalogue,
    options: ContentOptions,
    paper: _Paper,
    library_path: Path | None,
    tell: Callable[[float], None],
) -> list[Finding]:
    """Write the file; return what of the shipped data was left out."""
    # What each kind of file takes is imported here: folium, GDAL and a browser are no use to the others.
    suffix = output.suffix.lower()
    broken: list[Finding] = []
    if suffix in PICTURE_SUFFIXES:
        from jjjmap.export.pictures.saving import save_picture
        from jjjmap.export.renderer import Renderer, Sheet
        from jjjmap.web.headless import run_with_renderer

        sheet = Sheet(
            paper.width_mm,
            paper.height_mm,
            title=paper.title,
            has_legend=paper.has_legend,
            audience=options.audience,
        )

        stop = threading.Event()

        def draw(renderer: Renderer) -> bool:
            return save_picture(
                output, snapshot, sheet, renderer, dpi=paper.dpi, progress=tell, cancelled=stop.is_set
            )

        run_with_renderer(draw, catalogue=catalogue, stop=stop)
        return broken
    with users_library(library_path, broken) if options.with_library else nullcontext() as library:

        def read_layer(layer: Layer) -> bytes:
            shipped = read_shipped_layer(layer, paths.GEODATA)
            broken.extend(shipped.findings)
            return shipped.data

        if suffix in PAGE_SUFFIXES:
            from jjjmap.export.page.html import save_map_html

            save_map_html(
                output,
                snapshot,
                catalogue,
                options=options,
                library=library,
                progress=tell,
                read_layer=read_layer,
            )
        else:
            from jjjmap.export.datasets.data_export import save_data

            save_data(
                output,
                snapshot,
                catalogue,
                options=options,
                library=library,
                progress=tell,
                read_layer=read_layer,
            )
    return broken


def _options(
    is_public: bool,
    title: str,
    tolerance_m: float,
    languages: tuple[Language, ...],
    columns: dict[str, tuple[str, ...]],
    with_library: bool,
) -> ContentOptions:
    from jjjmap.export.marks import Audience
    from jjjmap.export.options import ContentOptions

    audience = Audience.PUBLIC if is_public else Audience.INTERNAL
    return ContentOptions(audience, title, columns, tolerance_m, _command(), languages, with_library)


def _own_title(place: Place | None, language: Language) -> str:
    """Return the title of a map that was given none."""
    with speaking(language):
        title = _("京津冀产业协同地图")
    return title if place is None else f"{place.name(language)} · {title}"


def _command() -> str:
    """Return the command as it was given, without the folders of whoever gave it."""
    context = click.get_current_context()
    words = ["jjjmap", "export"]
    for parameter in context.command.params:
        value = context.params.get(parameter.name or "")
        source = context.get_parameter_source(parameter.name or "")
        if source is not click.core.ParameterSource.COMMANDLINE or parameter.name in (
            "as_json",
            "library_path",
        ):
            continue
        option = parameter.opts[-1]
        if isinstance(parameter, click.Option) and parameter.is_flag:
            words.append(option)
            continue
        for each in value if isinstance(value, tuple) else (value,):
            text = each.name if isinstance(each, Path) else getattr(each, "value", str(each))
            words += [f"{option}={text}"] if text.startswith("-") else [option, text]
    return shlex.join(words)


def _moment(catalogue: Catalogue, at: str | None) -> tuple[str, tuple[str, ...]]:
    """Return a moment in ISO 8601 and the places that did not exist yet."""
    if at is None:
        return "", ()
    year, _dash, month = at.partition("-")
    try:
        moment = Moment(int(year), int(month) if month else None)
    except ValueError:
        moment = Moment(0)
    if not 1900 <= moment.year <= 2100 or not 1 <= (moment.month or 1) <= 12:
        message = _("“{text}”不是年份或月份；写成 2017 或 2017-04。")
        raise click.UsageError(message.format(text=at))
    not_yet = Chronology(catalogue).not_yet(moment)
    return moment.iso, tuple(founding.place_id for founding in not_yet)


def _languages(said: str | None) -> tuple[Language, ...]:
    if said is None:
        return tuple(Language)
    try:
        return tuple(Language(word.strip()) for word in said.split(",") if word.strip())
    except ValueError:
        message = _("“{text}”里有不认识的语言；可用的：{known}。")
        raise click.UsageError(message.format(text=said, known=listed(Language))) from None


def _columns(said: Sequence[str], users: UsersLayers, shown: Sequence[Layer]) -> dict[str, tuple[str, ...]]:
    """Return the columns to pass on by layer id."""
    chosen: dict[str, tuple[str, ...]] = {}
    for each in said:
        title, equals, names = each.rpartition("=")
        layer = users.find(title)
        if not equals or layer is None or layer not in shown:
            message = _("--columns 写成 图层=列,列；图层要是导出的、自己的图层：{known}。")
            own = [layer.title_zh for layer in shown if layer.is_users]
            raise click.UsageError(message.format(known=listed(own)))
        wanted = tuple(name.strip() for name in names.split(",") if name.strip())
        there = [column.name for column in users.rows_of(layer.id).table.columns]
        for name in wanted:
            if name not in there:
                message = _("没有名为“{name}”的列；这个文件的列：{names}。")
                raise click.UsageError(message.format(name=name, names=listed(there)))
        chosen[layer.id] = wanted
    return chosen


def _paper_size(said: str, is_portrait: bool) -> tuple[float, float]:
    """Return width and height in millimetres of a paper's name, or of ``WxH``, which lies as it is said."""
    width, times, height = said.lower().replace("×", "x").partition("x")
    try:
        if times:
            size = float(width), float(height)
        else:
            paper = paper_named(said)
            paper = paper.upright() if is_portrait else paper
            size = paper.width_mm, paper.height_mm
    except (ValueError, KeyError):
        size = 0.0, 0.0
    if not is_printable(*size):
        message = _("不能用纸张“{text}”；写成 {known}，或宽x高（毫米，每边 {least} 到 {most}），如 297x210。")
        known = listed(paper.id for paper in PAPERS)
        limits = {"least": f"{SMALLEST_MM:g}", "most": f"{LARGEST_MM:g}"}
        raise click.UsageError(message.format(text=said, known=known, **limits))
    return size


def _size_of(path: Path) -> int:
    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return path.stat().st_size
