"""What the commands of analyses share: reading what goes in, and telling what came out.

What reads and writes layers is imported when a command runs: it takes longer than most commands to answer.
"""

from __future__ import annotations

import json
import math
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.cli.layers import told_before
from jjjmap.cli.messages import DONE_WITH_ERRORS, code_for, harmless, listed, write_findings
from jjjmap.cli.progress import progress_of
from jjjmap.cli.records import write_json
from jjjmap.cli.tables import table_lines
from jjjmap.export.datasets.feature_files import FEATURE_SUFFIXES
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.records import OpenOptions
from jjjmap.layers.provenance_texts import formula_texts, input_text, missing_text, provenance_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jjjmap.analysis.running import Analysis, InputLayer, Material, Outcome

ROWS_SHOWN = 40
"""So many rows of a result are printed; ``--json`` and ``-o`` have all."""
CELL_CHARS = 40
"""So much of a text is printed; ``--json`` and ``-o`` have all."""


class ReadInputs:
    """Files that an analysis reads, as layers; they live as long as the command."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.layers: dict[str, InputLayer] = {}
        self.findings: list[Finding] = []
        self.rejected = 0

    def read(self, source: str, options: OpenOptions | None = None) -> InputLayer:
        """Read a file as a layer whose id is its path, as it was typed.

        A file that mixes points, lines and polygons gives what it has most of; a finding says so.

        Raises
        ------
        LayerUnreadable
            It gives no layer.
        """
        from jjjmap.analysis.running import InputLayer
        from jjjmap.layers.feature_table import FeatureTable
        from jjjmap.layers.opening.reading_worker import LayerReader

        if source in self.layers:
            return self.layers[source]
        path, wanted = Path(source), options or OpenOptions()
        folder = self._folder / f"input-{len(self.layers)}"
        folder.mkdir()
        with LayerReader() as reader, progress_of(_("读取 {name}").format(name=path.name)) as tell:
            inspection = reader.inspect(path, wanted)
            answer = reader.read(path, inspection.options, folder, progress=tell)
        part = max(answer.parts, key=lambda part: part.facts.rows)
        table = FeatureTable.open(folder / part.folder, part.facts.geometry)
        read = InputLayer(source, part.facts.title, table, part.facts)
        self.layers[source] = read
        self.findings += [*told_before(inspection, wanted, can_be_asked=False), *answer.findings]
        if len(answer.parts) > 1:
            message = _("文件里点、线、面混在一起，只取了行数最多的一种。")
            self.findings.append(Finding(Severity.WARNING, "mixed-geometry", path.name, message))
        self.rejected += answer.rejected
        return read


@contextmanager
def inputs() -> Iterator[ReadInputs]:
    """Have a folder for what is read, as long as the command runs."""
    with ExitStack() as stack:
        yield ReadInputs(Path(stack.enter_context(TemporaryDirectory(prefix="jjjmap-"))))


def column_of(layer: InputLayer, name: str | None) -> str:
    """Return a column that was named, an empty text for none; a usage error for one that is not there."""
    names = [column.name for column in layer.table.columns]
    if not name or name in names:
        return name or ""
    message = _("没有名为“{name}”的列；这个文件的列：{names}。")
    raise click.UsageError(message.format(name=name, names=listed(names)))


def check_output(output: Path | None) -> None:
    """Refuse a file whose name does not say a format that we write."""
    if output is not None and output.suffix.lower() not in FEATURE_SUFFIXES:
        message = _("不能导出为“{suffix}”；现在可用的格式：{known}。")
        known = listed(FEATURE_SUFFIXES)
        raise click.UsageError(message.format(suffix=output.suffix or output.name, known=known))


def material_of(read: ReadInputs) -> Material:
    """Return what an analysis may use on the command line."""
    from jjjmap.analysis.running import Material
    from jjjmap.layers.boundaries import shipped_units

    catalogue, findings = load_catalogue(paths.RESOURCES)
    read.findings += findings
    return Material(catalogue, shipped_units(), read.layers)


def answer_analysis(analysis: Analysis, read: ReadInputs, output: Path | None, *, as_json: bool) -> int:
    """Run an analysis, write its layer if a file was named, and answer."""
    material = material_of(read)
    with progress_of(analysis.title(material)) as tell:
        outcome = analysis.run(material, tell, lambda: False)
    return answer_outcome(analysis, outcome, read, output, as_json=as_json)


def answer_outcome(
    analysis: Analysis, outcome: Outcome, read: ReadInputs, output: Path | None, *, as_json: bool
) -> int:
    """Write the layer of an outcome if a file was named, and answer."""
    if output is not None:
        save_outcome(output, analysis, outcome)
    findings = [*read.findings, *outcome.findings]
    if as_json:
        write_json(analysis.KIND, outcome_record(analysis, outcome, output), findings)
    else:
        click.echo(outcome_text(outcome))
        if output is not None:
            click.echo(_("已写出：{path}").format(path=output))
        write_findings(findings)
    return DONE_WITH_ERRORS if read.rejected else code_for(findings)


def save_outcome(path: Path, analysis: Analysis, outcome: Outcome) -> None:
    """Write the rows of an outcome, with how they were reckoned; raises ExportFailed."""
    from jjjmap.analysis.running import provenance_of
    from jjjmap.export.datasets.feature_files import save_features
    from jjjmap.export.dates import export_date

    method = provenance_pairs(provenance_of(analysis, outcome, export_date()))
    with progress_of(_("写出 {name}").format(name=path.name)) as tell:
        save_features(path, outcome.table, title=outcome.title, method=method, progress=tell)


def outcome_record(analysis: Analysis, outcome: Outcome, output: Path | None) -> dict[str, Any]:
    """Return what came of an analysis, as JSON shows it: rows without their shapes."""
    from jjjmap.layers.opening.records_json import to_json

    rows = [
        {name: _plain(value) for name, value in row.items()} for row in outcome.table.attributes.to_pylist()
    ]
    return {
        "title": outcome.title,
        "options": to_json(analysis),
        "rows": rows,
        "columns": [to_json(column) for column in outcome.columns],
        "inputs": [to_json(note) for note in outcome.inputs],
        "missing": [to_json(each) for each in outcome.missing],
        "notes": list(outcome.notes),
        "summary": json.loads(json.dumps(dict(outcome.summary))),
        "output": None if output is None else str(output),
        "python": analysis.python(),
    }


def outcome_text(outcome: Outcome) -> str:
    """Return an outcome for a person: its first rows as a table, then method and what is missing."""
    table = outcome.table.attributes
    shown = table.slice(0, ROWS_SHOWN).to_pylist()
    lines = [outcome.title, ""]
    header = [harmless(name) for name in table.column_names]
    lines += table_lines(header, [[_cell(row[name]) for name in table.column_names] for row in shown])
    if table.num_rows > ROWS_SHOWN:
        rest = table.num_rows - ROWS_SHOWN
        lines.append(_("……还有 {n} 行；-o 写出全部，--json 列出全部。").format(n=f"{rest:,}"))
    told = (
        (_("算法"), [*formula_texts(outcome.columns), *outcome.notes]),
        (_("没有算出"), [missing_text(each) for each in outcome.missing]),
        (_("所用数据"), [input_text(note) for note in outcome.inputs]),
    )
    for heading, sentences in told:
        if sentences:
            lines += ["", heading, *(f"  {sentence}" for sentence in sentences)]
    # Names and values are the user's, and of files from anywhere.
    return "\n".join(harmless(line) for line in lines)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: no NaN, and dates as texts."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (int, float, str, bool, type(None))) else str(value)


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "—"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    if type(value) is int:
        return f"{value:,}"
    text = harmless(" ".join(str(value).split()))
    return text if len(text) <= CELL_CHARS else f"{text[: CELL_CHARS - 1]}…"
