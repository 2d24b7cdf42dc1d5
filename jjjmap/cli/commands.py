"""The commands: what the window knows and makes, without a display.

Every command answers in words or, with ``--json``, as one JSON document. The language is that of ``--lang``;
without it English where the environment (``LC_ALL``, ``LC_MESSAGES``, ``LANG``) says so, else Chinese.

Exit codes: 0 done; 1 failed, or ``check`` found errors; 2 wrong usage; 3 done, but broken data was left out.
"""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from jjjmap import __version__, paths
from jjjmap.analysis.crosscheck import cross_check
from jjjmap.analysis.crosscheck_texts import contradictions_as_findings
from jjjmap.analysis.matrix import figure_matrix
from jjjmap.catalogue.chain_graph import chain_graph
from jjjmap.catalogue.details import Describer
from jjjmap.catalogue.models import Chain, Passage, Place, PlaceKind
from jjjmap.catalogue.names import find_place
from jjjmap.catalogue.pinyin import load_readings
from jjjmap.catalogue.search import HitGroup, SearchIndex
from jjjmap.catalogue.search_entries import SearchKind
from jjjmap.catalogue.store import load_catalogue
from jjjmap.cli.briefing import brief
from jjjmap.cli.documents import DOCUMENT, diff, library_option, read, search_documents
from jjjmap.cli.exporting import PAGE_SUFFIXES, export
from jjjmap.cli.figures_check import figures_record, figures_text
from jjjmap.cli.flowing import flows
from jjjmap.cli.gapping import gaps
from jjjmap.cli.group import AnsweringGroup, answer_options
from jjjmap.cli.hotspotting import hotspots
from jjjmap.cli.layers import layer
from jjjmap.cli.locating import locate
from jjjmap.cli.messages import DONE, FAILED, code_for, namesakes_findings, write_findings
from jjjmap.cli.nearing import near
from jjjmap.cli.projects import project_option, unpacked_project
from jjjmap.cli.records import (
    chain_record,
    details_record,
    group_record,
    passage_record,
    place_record,
    write_json,
)
from jjjmap.cli.subject_texts import chain_text, passage_text
from jjjmap.cli.subjects import find_subject
from jjjmap.cli.summarizing import summarize
from jjjmap.cli.texts import details_text, places_text, search_text
from jjjmap.findings import Severity
from jjjmap.i18n import Language, _
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.project.file_format import has_project_name


@click.group(cls=AnsweringGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jjjmap")
def cli() -> None:
    """京津冀产业协同地图。Places, policy digests and figures of Beijing–Tianjin–Hebei, each with its source.

    不带命令运行 jjjmap 会打开窗口。Without a command, jjjmap opens its window.
    """


cli.add_command(read)
cli.add_command(diff)
cli.add_command(layer)
cli.add_command(locate)
cli.add_command(summarize)
cli.add_command(near)
cli.add_command(hotspots)
cli.add_command(gaps)
cli.add_command(flows)
cli.add_command(export)
cli.add_command(brief)


@cli.command()
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([kind.value for kind in PlaceKind]),
    multiple=True,
    metavar="KIND",
    help="只列这一类，可重复；行政区要写明 province、city 或 county 才列。"
    "Only this kind, repeatable; administrative units are listed only when asked for. "
    f"[{' '.join(kind.value for kind in PlaceKind)}]",
)
@click.option(
    "--within",
    metavar="PLACE",
    help="只列位于此地（行政区、两翼、功能区……）之内的；集群则列成员。Only those inside this unit or area.",
)
@answer_options
def places(kinds: tuple[str, ...], within: str | None, language: Language, as_json: bool) -> int:
    """列出地点。List places."""
    catalogue, findings = load_catalogue(paths.RESOURCES)
    candidates: Iterable[Place] = catalogue.places.values()
    if within is not None:
        named = find_place(catalogue, within)
        findings = [*findings, *namesakes_findings(catalogue, within, named)]
        candidates = Describer(catalogue).inside(named.place.id)
    order = list(PlaceKind)
    chosen = sorted(
        (place for place in candidates if (place.kind in kinds if kinds else not place.kind.is_unit)),
        key=lambda place: (order.index(place.kind), place.id),
    )
    if as_json:
        records = [place_record(catalogue, place) for place in chosen]
        write_json("places", {"places": records}, findings)
    else:
        click.echo(places_text(catalogue, chosen, language))
        write_findings(findings)
    return code_for(findings)


@cli.command()
@click.argument("place", metavar="PLACE")
@answer_options
def show(place: str, language: Language, as_json: bool) -> int:
    """显示一个地点、一条产业链或一条政策的全部内容。Show all about a place, a chain or an item of the policy.

    PLACE 是编号、中英文名称或别名，例如 曹妃甸、氢能、T2。
    PLACE is an id, a name in Chinese or English, or an alias; for an item of the policy its number will do.
    """
    catalogue, findings = load_catalogue(paths.RESOURCES)
    match find_subject(catalogue, place):
        case Chain(id=chain_id):
            graph = chain_graph(catalogue, chain_id)
            record, text = chain_record(catalogue, graph, language), chain_text(catalogue, graph, language)
        case Passage() as passage:
            record, text = passage_record(catalogue, passage), passage_text(catalogue, passage, language)
        case named:
            findings = [*findings, *namesakes_findings(catalogue, place, named)]
            details = Describer(catalogue).describe(named.place.id)
            record = details_record(catalogue, details, language)
            text = details_text(catalogue, details, language)
    if as_json:
        write_json("show", record, findings)
    else:
        click.echo(text)
        write_findings(findings)
    return code_for(findings)


@cli.command()
@click.argument("words", nargs=-1, required=True, metavar="WORDS…")
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(
        [kind.value for kind in SearchKind if kind not in (SearchKind.LAYER, SearchKind.COMMAND)]
    ),
    multiple=True,
    help="只搜这一类，可重复；document 是文库里的文档。Only this kind, repeatable.",
)
@click.option(
    "--place",
    "place_names",
    multiple=True,
    metavar="PLACE",
    help="只搜文档中提到此地的段落，可重复。Only paragraphs of documents that name this place.",
)
@click.option(
    "--after", default="", metavar="DATE", help="只搜此日及以后的文档。Only documents from this date on."
)
@click.option(
    "--before", default="", metavar="DATE", help="只搜此日及以前的文档。Only documents up to this date."
)
@library_option
@project_option
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="每类最多列几条。The most hits of one kind.",
)
@answer_options
def search(
    words: tuple[str, ...],
    kinds: tuple[str, ...],
    place_names: tuple[str, ...],
    after: str,
    before: str,
    library_path: Path | None,
    project_path: Path | None,
    limit: int,
    language: Language,
    as_json: bool,
) -> int:
    """搜索地点、集群、产业链、政策、数据、来源和文档。Search the catalogue and the user's documents.

    几个词须同时出现；地名可用拼音或首字母。文档里还可用“短语”、OR、NOT 和括号。
    All words must occur; names may be spelled or abbreviated in pinyin. In documents "phrases", OR, NOT and
    brackets are understood as well.
    """
    catalogue, findings = load_catalogue(paths.RESOURCES)
    readings, unreadable = load_readings(paths.RESOURCES)
    findings = [*findings, *unreadable]
    query = " ".join(words)
    is_narrowed = bool(place_names or after or before)
    known_kinds = [SearchKind(kind) for kind in kinds if kind != DOCUMENT]
    groups: tuple[HitGroup, ...] = ()
    if not is_narrowed and (known_kinds or not kinds):
        index = SearchIndex(catalogue, readings)
        groups = index.search(query, language, kinds=known_kinds, limit=limit)
    found = None
    if not kinds or DOCUMENT in kinds:
        place_ids = []
        for name in place_names:
            named = find_place(catalogue, name)
            findings = [*findings, *namesakes_findings(catalogue, name, named)]
            place_ids.append(named.place.id)
        must_answer = is_narrowed or (DOCUMENT in kinds and not known_kinds)
        span = (after, before)
        with unpacked_project(project_path, library_path) as project:
            kept_at = library_path if project is None else project.library_path
            found, told = search_documents(
                catalogue, kept_at, query, place_ids, span, limit=limit, must_answer=must_answer
            )
        findings = [*findings, *(project.findings if project is not None else ()), *told]
    if as_json:
        records = [group_record(group) for group in groups]
        if found is not None and found.documents:
            from jjjmap.cli.document_records import document_group_record

            records.append(document_group_record(found))
        write_json("search", {"query": query, "groups": records}, findings)
    else:
        blocks = [search_text(groups, query)] if groups else []
        if found is not None and found.documents:
            from jjjmap.cli.document_texts import found_text

            blocks.append(found_text(found))
        click.echo("\n\n".join(blocks) if blocks else search_text((), query))
        write_findings(findings)
    return code_for(findings)


@cli.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "--figures",
    "figures_only",
    is_flag=True,
    help="核对数据本身：多个来源是否一致、倍数和增幅等能否算回去；有没注明的不一致时退出码为 1。"
    "Hold the figures against one another instead; exit code 1 if they contradict without being marked.",
)
@answer_options
def check(path: Path | None, figures_only: bool, language: Language, as_json: bool) -> int:
    """检查数据、项目或导出的网页；有错误时退出码为 1。Check data, a project or an exported page; 1 on errors.

    PATH 是含有 geodata/ 和 resources/ 的文件夹、项目文件（.jjj.gpkg）或导出的 .html 文件；
    不写则检查程序自带的数据。
    PATH is a folder with geodata/ and resources/, a project (.jjj.gpkg) or an exported .html file; without
    it the shipped data are checked.
    """
    if path is not None and path.suffix.lower() in PAGE_SUFFIXES and not figures_only:
        return _check_page(path, as_json)
    if path is not None and has_project_name(path) and not figures_only:
        # Imported here, as below.
        from jjjmap.cli.project_check import check_project_file

        return check_project_file(path, as_json)
    resources, geodata = paths.RESOURCES, paths.GEODATA
    if path is not None:
        resources, geodata = path / "resources", path / "geodata"
        if not resources.is_dir() and not geodata.is_dir():
            message = _("“{path}”不是含有 geodata/ 和 resources/ 的文件夹。")
            raise click.UsageError(message.format(path=path))
    if figures_only:
        return _check_figures(resources, path, language, as_json)
    # Imported here: shapely takes longer to import than most commands take to answer.
    from jjjmap.layers.checks import check_shipped

    click.echo(_("正在检查……"), err=True)
    catalogue, findings = load_catalogue(resources)
    findings = [*findings, *check_shipped(catalogue, geodata)]
    units = sum(place.kind.is_unit for place in catalogue.places.values())
    result = {
        "path": None if path is None else str(path),
        "places": len(catalogue.places) - units,
        "units": units,
        "passages": len(catalogue.passages),
        "figures": len(catalogue.figures),
        "sources": len(catalogue.sources),
        "layers": len(SHIPPED_LAYERS),
        "errors": sum(finding.severity is Severity.ERROR for finding in findings),
        "warnings": sum(finding.severity is Severity.WARNING for finding in findings),
    }
    if as_json:
        write_json("check", result, findings)
    else:
        write_findings(findings, to_stderr=False)  # Here they are the answer.
        counts = _(
            "检查了 {places} 个地点、{units} 个行政区、{passages} 条政策摘要、"
            "{figures} 个数据、{sources} 个来源、{layers} 个图层。"
        )
        click.echo(counts.format(**result))
        verdict = _("错误 {errors} 个，可疑 {warnings} 个。") if findings else _("没有发现问题。")
        click.echo(verdict.format(**result))
    return FAILED if result["errors"] else DONE


def _check_page(path: Path, as_json: bool) -> int:
    """Answer ``check FILE.html``: whether an exported map is whole, and runs nothing but our scripts."""
    if not path.is_file():
        raise click.UsageError(_("没有文件“{path}”。").format(path=path))
    from jjjmap.cli.page_texts import page_facts_text
    from jjjmap.export.page.html_check import check_map_html

    facts, findings = check_map_html(path)
    is_sound = not any(finding.severity is Severity.ERROR for finding in findings)
    if as_json:
        write_json("check", {"path": str(path), **asdict(facts)}, findings)
    else:
        write_findings(findings, to_stderr=False)  # Here they are the answer.
        click.echo(page_facts_text(facts))
        if any(finding.code == "html-not-ours" for finding in findings):
            click.echo(_("没有核对：这里只核对本程序导出的地图网页；简报网页里没有脚本，不用核对。"))
        elif not is_sound:
            click.echo(_("这个文件不可信，请勿转发。"))
        elif facts.scripts_are_ours:
            click.echo(_("文件完整，只运行本程序的脚本。"))
        else:
            click.echo(_("文件完整，脚本与它自己的内容安全策略相符；是别的版本写的，不能逐字核对。"))
    return DONE if is_sound else FAILED


def _check_figures(resources: Path, path: Path | None, language: Language, as_json: bool) -> int:
    """Answer ``check --figures``; what differs and is marked as contested is told, but is no failure."""
    catalogue, findings = load_catalogue(resources)
    checks, matrix = cross_check(catalogue), figure_matrix(catalogue)
    findings = [*findings, *contradictions_as_findings(catalogue, checks, language)]
    if as_json:
        record = figures_record(catalogue, checks, matrix, language)
        write_json("check", {"path": None if path is None else str(path), **record}, findings)
    else:
        click.echo(figures_text(catalogue, checks, matrix, language))
        write_findings(findings, to_stderr=False)  # Here they are the answer.
    return FAILED if any(finding.severity is Severity.ERROR for finding in findings) else DONE
