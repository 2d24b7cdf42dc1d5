"""The commands about the user's documents, ``read`` and ``diff``, and what ``search`` finds in them.

What reads and stores documents is imported when a command runs: it takes longer than most commands to answer.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.cli.group import answer_options
from jjjmap.cli.messages import FAILED, code_for, explain, listed, write_findings
from jjjmap.cli.records import write_json
from jjjmap.errors import DocumentUnknown, QueryInvalid
from jjjmap.export.library.library_files import LIBRARY_SUFFIXES, save_library
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _

if TYPE_CHECKING:
    from jjjmap.text.fulltext.search import SearchAnswer
    from jjjmap.text.importing import Analyser, ImportReport
    from jjjmap.text.records import Document
    from jjjmap.text.store.library import Library

DOCUMENT = "document"
"""Kind of what ``search`` finds in the library."""

library_option = click.option(
    "--library",
    "library_path",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="文库；不写则用窗口所用的那个。The library's file; without it the one that the window uses.",
)


@click.command()
@click.argument("documents", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE|FOLDER]…")
@library_option
@click.option("--dry-run", is_flag=True, help="只读，不存入文库。Read without keeping anything.")
@click.option(
    "--export",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="把读到的提及和数字连同出处写成 .csv、.xlsx 或 .gpkg；不写文档则导出整个文库。"
    "Write mentions and figures with their citations; without a document all of the library.",
)
@answer_options
def read(
    documents: tuple[Path, ...],
    library_path: Path | None,
    dry_run: bool,
    output: Path | None,
    language: Language,
    as_json: bool,
) -> int:
    """读入政策文档：正文、地点、产业链和数字。Read policy documents: clean text, places, chains, figures.

    可读 txt、md、html、docx、pdf；文件夹会逐层读入。有文档读不了时退出码为 3。
    Folders are read with all that is in them. Exit code 3 if a document could not be read.
    """
    if output is not None and output.suffix.lower() not in LIBRARY_SUFFIXES:
        message = _("不能导出为“{suffix}”；现在可用的格式：{known}。")
        known = listed(LIBRARY_SUFFIXES)
        raise click.UsageError(message.format(suffix=output.suffix or output.name, known=known))
    if not documents and (output is None or dry_run):
        raise click.UsageError(_("请写出要读的文件或文件夹；只有 --export 时导出整个文库。"))
    kept_at = library_path if library_path is not None else paths.library_file()
    if not documents and not kept_at.exists():
        raise click.UsageError(_("没有文库 {path}。").format(path=kept_at))
    catalogue, findings = load_catalogue(paths.RESOURCES)
    from jjjmap.text.store.library import Library

    with Library.open(None if dry_run else kept_at) as library:
        if documents:
            # What the user has taught the library counts in a dry run as well.
            analyser = _analyser(catalogue, kept_at, None if dry_run else library)
            report = _import(documents, library, analyser)
            findings = [*findings, *report.findings]
            told = _told(library, report)
        else:
            told = [(library.document(entry.id), "kept") for entry in library.documents()]
        if output is not None:
            save_library(output, [document for document, _outcome in told], catalogue, language)
        if as_json:
            _answer_json(library, told, None if dry_run else kept_at, output, findings)
        else:
            from jjjmap.cli.document_texts import read_text

            kept = None if dry_run else kept_at
            click.echo(read_text(catalogue, told, language, kept_at=kept if documents else None))
            if output is not None:
                click.echo(
                    _("已写出 {path}（{size:.1f} MB）。").format(
                        path=output, size=output.stat().st_size / 1e6
                    )
                )
            write_findings(findings)
    return code_for(findings)


def _answer_json(
    library: Library,
    told: Sequence[tuple[Document, str]],
    kept_at: Path | None,
    output: Path | None,
    findings: Sequence[Finding],
) -> None:
    from jjjmap.cli.document_records import document_record

    records = []
    for document, outcome in told:
        versions = [entry.id for entry in library.versions_of(document.id) if entry.id != document.id]
        records.append(document_record(document, outcome=outcome, versions=versions))
    result = {
        "library": None if kept_at is None else str(kept_at),
        "export": None if output is None else str(output),
        "documents": records,
    }
    write_json("read", result, findings)


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@library_option
@answer_options
def diff(before: str, after: str, library_path: Path | None, language: Language, as_json: bool) -> int:
    """比较两份文档说了什么不同。Tell what two documents say differently.

    A 和 B 是文件，或文库里的文档（编号、文件名或标题）：地点、集群、产业链、目标和数字的出现、消失、更名、
    移到另一名单、数值变化。
    A and B are files, or documents of the library by id, file name or title.
    """
    catalogue, findings = load_catalogue(paths.RESOURCES)
    from jjjmap.text.comparison.comparing import compare_documents

    kept_at = library_path if library_path is not None else paths.library_file()
    analyser = _analyser(catalogue, kept_at, None)
    sides: list[Document] = []
    for wanted in (before, after):
        document, told = _document(wanted, kept_at, analyser)
        findings = [*findings, *told]
        if document is not None:
            sides.append(document)
    if len(sides) < 2:
        if as_json:
            write_json("diff", None, findings)
        else:
            write_findings(findings)
        return FAILED
    comparison = compare_documents(sides[0], sides[1], catalogue)
    if as_json:
        from jjjmap.cli.document_records import comparison_record

        write_json("diff", comparison_record(sides[0], sides[1], comparison), findings)
    else:
        from jjjmap.cli.document_texts import comparison_text

        click.echo(comparison_text(catalogue, sides[0], sides[1], comparison, language))
        write_findings(findings)
    return code_for(findings)


def _document(wanted: str, kept_at: Path, analyser: Analyser) -> tuple[Document | None, list[Finding]]:
    """Return a document of the library, or one read from a file and not kept; None where it gave no text."""
    from jjjmap.text.store.library import Library

    file = Path(wanted)
    if not file.is_file():
        if not kept_at.exists():
            raise DocumentUnknown(wanted)
        with Library.open(kept_at) as library:
            return library.document(library.find(wanted).id), []
    # A library of its own for each: two files with the same bytes are still two sides.
    with Library.open(None) as library:
        report = _import([file], library, analyser)
        documents = [document for document, _outcome in _told(library, report)]
        return (documents[0] if documents else None), list(report.findings)


def _analyser(catalogue: Catalogue, taught_at: Path, library: Library | None) -> Analyser:
    """Return what reads texts, with the lessons of a library, or of a library's file where none is open."""
    from jjjmap.text.importing import Analyser
    from jjjmap.text.store.library import Library

    if library is not None:
        return Analyser(catalogue, library.lessons())
    if not taught_at.exists():
        return Analyser(catalogue)
    with Library.open(taught_at) as teacher:
        return Analyser(catalogue, teacher.lessons())


def _import(documents: Sequence[Path], library: Library, analyser: Analyser) -> ImportReport:
    from jjjmap.text.importing import import_paths

    with click.progressbar(length=100, label=_("读入文档"), file=sys.stderr) as bar:

        def show_progress(share: float) -> None:
            bar.update(max(0, round(share * 100) - bar.pos))

        return import_paths(documents, library, analyser, progress=show_progress)


def _told(library: Library, report: ImportReport) -> list[tuple[Document, str]]:
    """Return the documents of an import, each once, with what became of it."""
    outcomes = {imported.document_id: imported.outcome.value for imported in reversed(report.imported)}
    order = dict.fromkeys(imported.document_id for imported in report.imported)
    return [(library.document(document_id), outcomes[document_id]) for document_id in order]


def search_documents(
    catalogue: Catalogue,
    library_path: Path | None,
    query: str,
    place_ids: Sequence[str],
    span: tuple[str, str],
    *,
    limit: int,
    must_answer: bool,
) -> tuple[SearchAnswer | None, list[Finding]]:
    """Return what the library has for a query; None where there is no library, or the query is none for it.

    Parameters
    ----------
    catalogue
        Knows what names in the query mean.
    library_path
        The library's file; None for the one that the window uses.
    query
        As it was typed.
    place_ids
        Only paragraphs that name one of these.
    span
        First and last date of the documents, each may be empty.
    limit
        The most documents.
    must_answer
        Whether nothing else than documents was asked for: then what is missing or wrong is told plainly.

    Raises
    ------
    QueryInvalid
        The query cannot be understood, and nothing else was asked for.
    """
    kept_at = library_path if library_path is not None else paths.library_file()
    if not kept_at.exists():
        if not must_answer and library_path is None:
            return None, []
        message = _("没有文库 {path}。").format(path=kept_at.name)
        hint = _("用 jjjmap read 读入文档后再搜。")
        return None, [Finding(Severity.WARNING, "library-missing", kept_at.name, message, hint)]
    from jjjmap.text.fulltext.search import search_library
    from jjjmap.text.fulltext.subjects import CatalogueSubjects
    from jjjmap.text.store.library import Library

    with Library.open(kept_at) as library:
        try:
            answer = search_library(
                library,
                query,
                place_ids=place_ids,
                after=span[0],
                before=span[1],
                limit=limit,
                subjects=CatalogueSubjects.with_towns(catalogue),
            )
        except QueryInvalid as exc:
            if must_answer:
                raise
            # The catalogue takes any words; what it found is told all the same.
            finding, _code = explain(exc)
            return None, [replace(finding, severity=Severity.WARNING)]
    return answer, []
