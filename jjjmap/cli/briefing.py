"""``jjjmap brief``: a page about each of one, several or all places, without a window."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jjjmap import paths
from jjjmap.catalogue.details import Describer
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.catalogue.names import find_place
from jjjmap.catalogue.store import load_catalogue
from jjjmap.cli.documents import library_option
from jjjmap.cli.group import answer_options
from jjjmap.cli.library_leaving import no_library_option, takes_library
from jjjmap.cli.messages import DONE_WITH_ERRORS, code_for, listed, namesakes_findings, write_findings
from jjjmap.cli.progress import progress_of
from jjjmap.cli.projects import project_option, unpacked_project
from jjjmap.cli.records import write_json
from jjjmap.cli.users_layers import UsersLayers
from jjjmap.cli.users_library import users_library
from jjjmap.errors import LayerUnknown
from jjjmap.export.marks import Audience, publication_warning
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _, speaking

if TYPE_CHECKING:
    from jjjmap.export.renderer import Renderer
    from jjjmap.layers.layer_rows import LayerRows

FORMATS = ("pdf", "docx", "html")

WORD_SUFFIX = ".docx"


@click.command()
@click.argument("names", nargs=-1, metavar="[PLACE]…")
@click.option("--all", "all_places", is_flag=True, help="所有地点（行政区除外）。All places but units.")
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([kind.value for kind in PlaceKind]),
    multiple=True,
    metavar="KIND",
    help="这一类的全部地点，可重复。All places of this kind, repeatable. "
    f"[{' '.join(kind.value for kind in PlaceKind)}]",
)
@click.option(
    "--within", metavar="PLACE", help="位于此地之内的全部地点。All places inside this unit or area."
)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="写到这个文件夹，没有则新建。The folder to write to; made if it is missing.",
)
@click.option(
    "--format",
    "formats",
    default="pdf",
    show_default=True,
    metavar="pdf,docx,html",
    help="格式，用逗号隔开。Formats, parted by commas.",
)
@click.option(
    "--template",
    "templates",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="PATH",
    help="自己的模板，可重复：.docx 用于 Word；文件夹或 .j2 用于 PDF 和网页。"
    "A template of your own, repeatable: a .docx for Word, a folder or .j2 for PDF and HTML.",
)
@click.option(
    "--firms",
    "firm_lists",
    multiple=True,
    metavar="LAYER|FILE",
    help="统计各地企业的名单：“我的数据”里图层的编号或名称，或数据文件，可重复。"
    "A list to sum up within each place: a layer of yours or a data file, repeatable.",
)
@click.option(
    "--public",
    "is_public",
    is_flag=True,
    help="去掉“内部参考”标记，也不带文库；公开发布前应先送审。"
    "Without the mark 内部参考 and without the library.",
)
@library_option
@no_library_option
@project_option
@answer_options
def brief(
    names: tuple[str, ...],
    all_places: bool,
    kinds: tuple[str, ...],
    within: str | None,
    folder: Path,
    formats: str,
    templates: tuple[Path, ...],
    firm_lists: tuple[str, ...],
    is_public: bool,
    library_path: Path | None,
    is_without_library: bool,
    project_path: Path | None,
    language: Language,
    as_json: bool,
) -> int:
    """写出地点简报，每个地点一页。Write one-page briefings about places.

    PLACE 是编号、中英文名称或别名；也可以用 --all、--kind、--within 选出许多地点。
    PLACE is an id, a name in Chinese or English, or an alias; --all, --kind and --within choose many.
    """
    with_library = takes_library(is_public, library_path, is_without_library)
    wanted_formats = _formats(formats)
    page_template, docx_template = _templates(templates)
    catalogue, loaded = load_catalogue(paths.RESOURCES)
    findings = list(loaded)
    places = _places(catalogue, names, all_places, kinds, within, findings)
    audience = Audience.PUBLIC if is_public else Audience.INTERNAL
    # Imported here: a browser takes longer to import than most commands take to answer.
    from jjjmap.export.briefing.saving import save_briefings
    from jjjmap.web.headless import run_with_renderer

    stop = threading.Event()
    written: tuple[Path, ...] = ()
    with (
        unpacked_project(project_path, library_path) as project,
        UsersLayers(project.layers_folder if project is not None else None) as users,
    ):
        if project is not None:
            findings += project.findings
            library_path = project.library_path
        firms = _firms(users, firm_lists)

        def work(renderer: Renderer) -> tuple[Path, ...]:
            nonlocal written
            # In this thread: a library is used where it was opened, and so is a language.
            with (
                speaking(language),
                users_library(library_path, findings) if with_library else nullcontext() as library,
                progress_of(_("写简报")) as tell,
            ):
                written = save_briefings(
                    (place.id for place in places),
                    folder,
                    wanted_formats,
                    catalogue=catalogue,
                    language=language,
                    renderer=renderer,
                    library=library,
                    firms=firms,
                    audience=audience,
                    page_template=page_template,
                    docx_template=docx_template,
                    progress=tell,
                    cancelled=stop.is_set,
                )
            return written

        try:
            run_with_renderer(work, catalogue=catalogue, stop=stop)
        except KeyboardInterrupt:
            click.echo(
                _("已写完 {n} 个文件：{names}").format(n=len(written), names=_listed(written)), err=True
            )
            raise
        findings += users.findings
        rejected = users.rejected
    if is_public:
        findings.append(Finding(Severity.WARNING, "publication", folder.name, publication_warning(language)))
    if as_json:
        result = {
            "folder": str(folder),
            "places": [place.id for place in places],
            "formats": list(wanted_formats),
            "files": [str(path) for path in written],
            "bytes": sum(path.stat().st_size for path in written),
            "audience": audience.value,
        }
        write_json("brief", result, findings)
    else:
        click.echo(_("已写出 {n} 个文件到 {folder}：").format(n=len(written), folder=folder))
        for path in written:
            click.echo(f"  {path.name}")
        write_findings(findings)
    return DONE_WITH_ERRORS if rejected else code_for(findings)


def _formats(text: str) -> tuple[str, ...]:
    words = tuple(word.strip().lower() for word in text.split(",") if word.strip())
    for word in words:
        if word not in FORMATS:
            message = _("简报没有“{format}”格式；可用的格式：{known}。")
            raise click.UsageError(message.format(format=word, known=listed(FORMATS)))
    if not words:
        raise click.UsageError(_("请写明格式：{known}。").format(known=listed(FORMATS)))
    return tuple(dict.fromkeys(words))


def _templates(templates: Sequence[Path]) -> tuple[Path | None, Path | None]:
    """Return the template of the page and that of the Word file."""
    words = [path for path in templates if path.suffix.lower() == WORD_SUFFIX]
    pages = [path for path in templates if path.suffix.lower() != WORD_SUFFIX]
    if len(words) > 1 or len(pages) > 1:
        raise click.UsageError(_("Word 模板和页面模板各只能写一个。"))
    return (pages[0] if pages else None), (words[0] if words else None)


def _places(
    catalogue: Catalogue,
    names: Sequence[str],
    all_places: bool,
    kinds: Sequence[str],
    within: str | None,
    findings: list[Finding],
) -> list[Place]:
    """Return the places that were asked for; what is to be told of their names goes to `findings`."""

    def named(word: str) -> Place:
        found = find_place(catalogue, word)
        findings.extend(namesakes_findings(catalogue, word, found))
        return found.place

    is_choice = all_places or bool(kinds) or within is not None
    if bool(names) == is_choice:
        message = _("请写明地点，或用 --all、--kind、--within 选择；两者不能一起用。")
        raise click.UsageError(message)
    if names:
        return list({place.id: place for place in map(named, names)}.values())
    candidates: Iterable[Place] = catalogue.places.values()
    if within is not None:
        candidates = Describer(catalogue).inside(named(within).id)
    order = list(PlaceKind)
    chosen = sorted(
        (place for place in candidates if (place.kind in kinds if kinds else not place.kind.is_unit)),
        key=lambda place: (order.index(place.kind), place.id),
    )
    if not chosen:
        raise click.UsageError(_("没有符合条件的地点。"))
    return chosen


def _firms(users: UsersLayers, words: Sequence[str]) -> tuple[LayerRows, ...]:
    """Return the lists that were named: layers of the user's, else data files."""
    layers = []
    for word in words:
        known = users.find(word)
        if known is not None:
            layers.append(known)
        elif Path(word).exists():
            layers.extend(users.open(Path(word)))
        else:
            raise LayerUnknown(word, tuple(users.titles()))
    return tuple(users.rows_of(layer.id) for layer in layers)


def _listed(written: Sequence[Path]) -> str:
    return listed(path.name for path in written) or "—"
