"""The command ``locate``: places a list of firms without any network.

What reads lists and knows names is imported when the command runs: most commands answer sooner than that.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.cli.arguments import refuse_over_source
from jjjmap.cli.group import answer_options
from jjjmap.cli.messages import DONE_WITH_ERRORS, code_for, listed, write_findings
from jjjmap.cli.progress import progress_of
from jjjmap.cli.records import write_json
from jjjmap.export.datasets.feature_files import FEATURE_SUFFIXES
from jjjmap.export.files import write_atomically
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _
from jjjmap.layers.opening.records import ColumnRole, Inspection, OpenOptions, ReadAnswer

if TYPE_CHECKING:
    from jjjmap.locating.placing import Placements

_PLACING_ROLES = (
    ColumnRole.NAME,
    ColumnRole.ADDRESS,
    ColumnRole.ZONE,
    ColumnRole.REGION,
    ColumnRole.CODE,
    ColumnRole.CREDIT_CODE,
)
_COLUMN = "COLUMN"


@click.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"落位结果；后缀决定格式。The list with its places. [{' '.join(FEATURE_SUFFIXES)}]",
)
@click.option("--name", metavar=_COLUMN, help="名称列；不写则判断，下同。Column of the firm's name.")
@click.option("--address", metavar=_COLUMN, help="地址列。Column of the address.")
@click.option("--zone", metavar=_COLUMN, help="园区列。Column of the park or development zone.")
@click.option("--region", metavar=_COLUMN, help="行政区列（名称）。Column of the unit's name.")
@click.option("--code", metavar=_COLUMN, help="统一社会信用代码列。Column of the credit code.")
@click.option("--unit-code", metavar=_COLUMN, help="行政区划代码列。Column of the GB/T 2260 code.")
@click.option("--sublayer", default="", metavar="NAME", help="工作表。The sheet of a workbook.")
@click.option("--encoding", default="", help="文字编码；不写则判断。Guessed without it, e.g. gb18030.")
@click.option(
    "--explain", is_flag=True, help="加一列，用句子说明依据。Say in sentences why each row is there."
)
@click.option(
    "--rejected",
    "rejected_path",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="把没能读入的行存成 CSV。Save the rejected rows as CSV.",
)
@answer_options
def locate(
    source: Path,
    output: Path,
    name: str | None,
    address: str | None,
    zone: str | None,
    region: str | None,
    code: str | None,
    unit_code: str | None,
    sublayer: str,
    encoding: str,
    explain: bool,
    rejected_path: Path | None,
    language: Language,
    as_json: bool,
) -> int:
    """离线为企业名单落位：园区、乡镇、区县，附依据和把握。Place a list of firms offline.

    加上的列：level、place_id、place、unit_code、unit、precision、confidence、evidence、disagreement、
    relocation_lead、candidates、reason。有行没能读入时退出码为 3；没有落位的行只作提示。
    Exit code 3 if rows could not be read; rows without a place are told as a warning.
    """
    if output.suffix.lower() not in FEATURE_SUFFIXES:
        message = _("不能导出为“{suffix}”；现在可用的格式：{known}。")
        raise click.UsageError(
            message.format(suffix=output.suffix or output.name, known=listed(FEATURE_SUFFIXES))
        )
    refuse_over_source(source, output, rejected_path)
    asked = {
        ColumnRole.NAME: name,
        ColumnRole.ADDRESS: address,
        ColumnRole.ZONE: zone,
        ColumnRole.REGION: region,
        ColumnRole.CREDIT_CODE: code,
        ColumnRole.CODE: unit_code,
    }
    with tempfile.TemporaryDirectory(prefix="jjjmap-") as made:
        # A function of its own: what is mapped from that folder must be let go before Windows removes it.
        result, findings = _located(
            source,
            output,
            OpenOptions(sublayer=sublayer, encoding=encoding),
            asked,
            Path(made),
            language=language,
            explain=explain,
            rejected_path=rejected_path,
        )
    if as_json:
        write_json("locate", result, findings)
    else:
        click.echo(_summary(result))
        write_findings(findings)
    return DONE_WITH_ERRORS if result["rejected"] else code_for(findings)


def _located(
    source: Path,
    output: Path,
    options: OpenOptions,
    asked: Mapping[ColumnRole, str | None],
    folder: Path,
    *,
    language: Language,
    explain: bool,
    rejected_path: Path | None,
) -> tuple[dict[str, Any], list[Finding]]:
    """Place a list and write what came of it; return the answer and what there is to say."""
    import pyarrow as pa

    from jjjmap.export.datasets.feature_files import save_features
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.opening.reading_worker import LayerReader
    from jjjmap.locating.placed_table import columns_by_role, placed_table
    from jjjmap.locating.placing import Locator

    catalogue, _findings = load_catalogue(paths.RESOURCES)
    with LayerReader() as reader:
        inspection = reader.inspect(source, options)
        roles = _roles(inspection, asked)
        # Positions that the list has itself are not what is asked for: all rows are read as a table.
        options = replace(inspection.options, roles=roles)
        with progress_of(_("读取数据")) as tell:
            answer = reader.read(source, options, folder, progress=tell)
    # Rows with lines stand apart from those with points: the list is all of them.
    tables = [FeatureTable.open(folder / part.folder, part.facts.geometry) for part in answer.parts]
    table = FeatureTable(pa.concat_tables([each.attributes for each in tables], promote_options="permissive"))
    with progress_of(_("落位")) as tell:
        placements = Locator(catalogue).place_rows(columns_by_role(table, roles), progress=tell)
    assert placements is not None  # Nobody can cancel it.
    placed = placed_table(table, placements, language, explain=explain)
    assert placed is not None
    with progress_of(_("写出 {name}").format(name=output.name)) as tell:
        title = answer.parts[0].facts.title if len(tables) == 1 else source.stem
        save_features(output, placed, title=title, progress=tell)
    saved = None
    if rejected_path is not None and answer.rejected_file:
        write_atomically(rejected_path, (folder / answer.rejected_file).read_bytes())
        saved = rejected_path
    findings = [*answer.findings, *placing_findings(placements, source.name)]
    return placements_record(source, output, roles, answer, placements, saved), findings


def placing_findings(placements: Placements, where: str) -> list[Finding]:
    """Return what a person should look at: rows without place, ambiguous ones, doubtful ones, leads."""
    from jjjmap.locating.records import Reason

    outside = int((placements.reason == Reason.OUTSIDE).sum())
    counts = (
        (
            "rows-unplaced",
            Severity.WARNING,
            int(placements.unplaced().sum()) - outside,
            _("{n} 行没有落位：没有认得的地名，或没有内容。"),
            _("补上地址、园区或行政区，或者在窗口里逐行指定。"),
        ),
        (
            "rows-outside",
            Severity.INFO,
            outside,
            _("{n} 行在京津冀以外，没有落位。"),
            "",
        ),
        (
            "rows-ambiguous",
            Severity.WARNING,
            int(placements.ambiguous().sum()),
            _("{n} 行有歧义，候选在 candidates 列。"),
            _("加上写明城市的列，例如 --region。"),
        ),
        (
            "rows-doubtful",
            Severity.INFO,
            int(placements.doubtful().sum()),
            _("{n} 行把握低，建议核对。"),
            "",
        ),
        (
            "relocation-leads",
            Severity.INFO,
            int(placements.leads().sum()),
            _("{n} 行的登记地与地址不在同一区县：可能是迁移线索。"),
            "",
        ),
    )
    return [
        Finding(severity, code, where, message.format(n=f"{n:,}"), hint)
        for code, severity, n, message, hint in counts
        if n
    ]


def placements_record(
    source: Path,
    output: Path,
    roles: tuple[tuple[str, ColumnRole], ...],
    answer: ReadAnswer,
    placements: Placements,
    rejected_file: Path | None,
) -> dict[str, Any]:
    """Return what came of placing a list, as JSON shows it."""
    from jjjmap.locating.records import Level, Reason

    return {
        "file": str(source),
        "output": str(output),
        "columns": {role.value: name for name, role in roles if role in _PLACING_ROLES},
        "rows": len(placements),
        "rejected": answer.rejected,
        "rejected_file": None if rejected_file is None else str(rejected_file),
        "levels": {level.word: int((placements.level == level).sum()) for level in Level},
        "outside": int((placements.reason == Reason.OUTSIDE).sum()),
        "doubtful": int(placements.doubtful().sum()),
        "relocation_leads": int(placements.leads().sum()),
    }


def _summary(result: Mapping[str, Any]) -> str:
    from jjjmap.locating.evidence import level_name
    from jjjmap.locating.records import Level

    lines = [_("{name}：{n} 行").format(name=Path(result["output"]).name, n=f"{result['rows']:,}")]
    for level in reversed(Level):
        count = result["levels"][level.word]
        if count:
            lines.append(f"  {level_name(level)}  {count:,}")
    return "\n".join(lines)


def _roles(
    inspection: Inspection, asked: Mapping[ColumnRole, str | None]
) -> tuple[tuple[str, ColumnRole], ...]:
    """Return the columns that places are told by: those that were named, the others guessed."""
    names = [column.name for column in inspection.columns]
    chosen = {role: name for role, name in asked.items() if name is not None}
    for name in chosen.values():
        if name not in names:
            message = _("没有名为“{name}”的列；这个文件的列：{names}。")
            raise click.UsageError(message.format(name=name, names=listed(names)))
    guessed = inspection.options.roles or ()
    if not guessed:
        guessed = tuple((column.name, column.role) for column in inspection.columns)
    for name, role in guessed:
        if role in _PLACING_ROLES and role not in chosen and name not in chosen.values():
            chosen[role] = name
    if not chosen:
        message = _(
            "没有能落位的列；请用 --address、--name、--zone、--region 或 --code 写明。这个文件的列：{names}。"
        )
        raise click.UsageError(message.format(names=listed(names)))
    return tuple((name, role) for role, name in chosen.items())
