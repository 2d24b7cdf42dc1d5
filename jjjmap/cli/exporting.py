"""``jjjmap export``: the map as a page, a picture or data, without a window."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.names import find_place
from jjjmap.catalogue.store import load_catalogue
from jjjmap.cli.arguments import choose_layers, parse_bounds
from jjjmap.cli.documents import library_option
from jjjmap.cli.export_arguments import columns_of, languages_of, moment_of, own_title, paper_size
from jjjmap.cli.group import answer_options
from jjjmap.cli.library_leaving import no_library_option, takes_library
from jjjmap.cli.messages import DONE_WITH_ERRORS, code_for, listed, namesakes_findings, write_findings
from jjjmap.cli.progress import progress_of
from jjjmap.cli.projects import (
    bounds_of,
    chosen_views,
    named_maps,
    project_option,
    unpacked_project,
    views_of_project,
)
from jjjmap.cli.records import write_json
from jjjmap.cli.users_layers import UsersLayers
from jjjmap.cli.users_library import users_library
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _
from jjjmap.layers.layer import Layer, LayerView, first_view
from jjjmap.layers.shipped_files import read_shipped_layer
from jjjmap.maps.snapshot import REGION_BOUNDS, MapSnapshot, NamedMap

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
@project_option
@click.option(
    "--views",
    "wanted_views",
    metavar="all|NAME,…",
    help="项目里保存的视图：PDF 每个一页，PNG 和 SVG 每个一个文件，网页里逐个切换。"
    "Saved views of the project: pages of a PDF, a PNG or SVG each, or steps in a page.",
)
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
    project_path: Path | None,
    wanted_views: str | None,
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
    size_mm = paper_size(paper, is_portrait)
    _refuse_beside_views(wanted_views, project_path, suffix)
    asked_bounds = parse_bounds(bounds) if bounds is not None else None
    catalogue, findings = load_catalogue(paths.RESOURCES)

    def place_named(word: str) -> Any:
        named = find_place(catalogue, word)
        findings.extend(namesakes_findings(catalogue, word, named))
        return named.place

    findings = list(findings)
    place = place_named(selected) if selected is not None else None
    marked = [place_named(word) for word in highlighted]
    with (
        unpacked_project(project_path, library_path) as project,
        UsersLayers(project.layers_folder if project is not None else None) as users,
    ):
        state = project.state if project is not None else None
        if project is not None:
            findings += project.findings
            library_path = project.library_path
        if state is not None and place is None and state.chosen_id in catalogue.places:
            place = catalogue.places[state.chosen_id]
        moment, dimmed_ids = moment_of(
            catalogue, at if at is not None or state is None else state.moment or None
        )
        kept = users.layers() if state is not None and layer_ids is None else ()
        opened = [layer for path in data_files for layer in users.open(path)]
        if state is not None and layer_ids is None:
            views = (
                *views_of_project(state, first_view(kept)),
                *(LayerView(layer, True, layer.opacity) for layer in opened),
            )
        else:
            views = choose_layers(layer_ids, place, users.find, opened)
        view = asked_bounds or bounds_of(state) or REGION_BOUNDS
        sheet = _Paper(*size_mm, has_legend, dpi, "" if is_untitled else title or own_title(place, language))
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
        maps: tuple[NamedMap, ...] = ()
        if wanted_views is not None and state is not None:
            maps = named_maps(chosen_views(state, wanted_views), snapshot, catalogue)
            # Rows are those of the project's own filters where one file has to do for all views.
            snapshot = replace(maps[0].snapshot, rows_of=users.rows_of)
            sheet = replace(sheet, title="" if is_untitled else title or own_title(None, language))
            view = snapshot.bounds
        seen = (snapshot, *(each.snapshot for each in maps))
        shown_ids = {each.layer.id for one in seen for each in one.layers if each.visible}
        shown = [each.layer for each in views if each.layer.id in shown_ids]
        options = _options(
            is_public,
            title,
            tolerance_m,
            languages_of(languages),
            columns_of(column_choices, users, shown),
            with_library,
            maps if len(maps) > 1 else (),
        )
        with progress_of(_("导出地图")) as tell:
            broken = _save(output, snapshot, catalogue, options, sheet, library_path, tell, maps)
        findings += [*users.findings, *broken]
        if is_public:
            from jjjmap.export.marks import publication_warning

            warning = publication_warning(language)
            findings.append(Finding(Severity.WARNING, "publication", output.name, warning))
        rejected = users.rejected
    files = _files(output, maps)
    size_bytes = sum(map(_size_of, files))
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
        if maps:
            result |= {"views": [each.title for each in maps], "files": [str(each) for each in files]}
        write_json("export", result, findings)
    else:
        for each in files:
            click.echo(_("已写出 {path}（{size:.1f} MB）。").format(path=each, size=_size_of(each) / 1e6))
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
    maps: tuple[NamedMap, ...] = (),
) -> list[Finding]:
    """Write the file, or those of several maps; return what of the shipped data was left out."""
    # What each kind of file takes is imported here: folium, GDAL and a browser are no use to the others.
    suffix = output.suffix.lower()
    broken: list[Finding] = []
    if suffix in PICTURE_SUFFIXES:
        from jjjmap.export.pictures.saving import save_picture
        from jjjmap.export.pictures.several import save_pictures
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
            if maps:
                return bool(
                    save_pictures(
                        output,
                        maps,
                        sheet,
                        renderer,
                        dpi=paper.dpi,
                        columns=options.columns,
                        progress=tell,
                        cancelled=stop.is_set,
                    )
                )
            return save_picture(
                output,
                snapshot,
                sheet,
                renderer,
                dpi=paper.dpi,
                columns=options.columns,
                progress=tell,
                cancelled=stop.is_set,
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
    views: tuple[NamedMap, ...] = (),
) -> ContentOptions:
    from jjjmap.export.marks import Audience
    from jjjmap.export.options import ContentOptions

    audience = Audience.PUBLIC if is_public else Audience.INTERNAL
    return ContentOptions(audience, title, columns, tolerance_m, _command(), languages, with_library, views)


def _refuse_beside_views(wanted: str | None, project_path: Path | None, suffix: str) -> None:
    """Raise UsageError where `--views` stands beside what views bring themselves, or what has none."""
    if wanted is None:
        return
    if project_path is None:
        raise click.UsageError(_("--views 要和 --project 一起用：视图保存在项目里。"))
    if suffix not in (*PAGE_SUFFIXES, *PICTURE_SUFFIXES):
        raise click.UsageError(_("--views 只用于网页和图片。"))
    given = click.get_current_context().params
    for name in ("layer_ids", "data_files", "selected", "highlighted", "at", "bounds"):
        if given.get(name):
            option = next(each.opts[-1] for each in export.params if each.name == name)
            message = _("--views 和 {option} 不能一起用：视图有自己的图层、范围、时间和选中的地点。")
            raise click.UsageError(message.format(option=option))


def _files(output: Path, maps: Sequence[NamedMap]) -> tuple[Path, ...]:
    """Return what was written."""
    if not maps or output.suffix.lower() not in PICTURE_SUFFIXES:
        return (output,)
    from jjjmap.export.pictures.several import page_files

    return page_files(output, (each.title for each in maps))


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


def _size_of(path: Path) -> int:
    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return path.stat().st_size
