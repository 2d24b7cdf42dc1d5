"""The command ``gaps``: firms on the links of chains, links without firms, and candidate counties."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jjjmap import paths
from jjjmap.catalogue.chain_rules import MOST_BYTES, ChainRule, rules_from_csv, shipped_rules, user_rules
from jjjmap.catalogue.industries import shipped_industries
from jjjmap.catalogue.industry_codes import Vintage
from jjjmap.catalogue.store import load_catalogue
from jjjmap.cli.arguments import refuse_over_source
from jjjmap.cli.group import answer_options
from jjjmap.cli.messages import DONE_WITH_ERRORS, code_for, write_findings
from jjjmap.cli.outcomes import (
    ReadInputs,
    check_output,
    column_of,
    inputs,
    material_of,
    outcome_record,
    outcome_text,
    save_outcome,
)
from jjjmap.cli.progress import progress_of
from jjjmap.cli.records import write_json
from jjjmap.cli.tables import table_lines
from jjjmap.export.datasets.feature_files import FEATURE_SUFFIXES, save_features
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _
from jjjmap.layers.opening.records import ColumnRole, OpenOptions

if TYPE_CHECKING:
    from jjjmap.analysis.chain_gaps.candidates import Weights
    from jjjmap.analysis.chain_gaps.gaps import Gaps
    from jjjmap.analysis.running import InputLayer, Material, Outcome

_NODES = ("chain", "node", "state", "firms", "related_firms", "beijing", "tianjin", "hebei", "top")
_PLACES = ("node", "rank", "place", "score", "specialisation", "distance", "policy", "km", "platforms")
"""Columns that are printed, by measure; ``-o`` and ``--json`` have all."""


@click.command()
@click.argument("source", metavar="FILE")
@click.option(
    "--chain", "chains", multiple=True, metavar="CHAIN", help="产业链的编号，可重复；不写则全部。By id."
)
@click.option("--industry", metavar="COLUMN", help="行业代码或名称列；不写则判断。GB/T 4754 codes or names.")
@click.option("--no-industry", is_flag=True, help="不用行业列。Do without industries.")
@click.option(
    "--text", multiple=True, metavar="COLUMN", help="找关键词的列，可重复；不写则用名称列。Names, scopes."
)
@click.option("--no-text", is_flag=True, help="不找关键词。Do without words.")
@click.option(
    "--vintage",
    type=click.Choice([each.value for each in Vintage]),
    default=Vintage.AUTO.value,
    help="行业代码是哪一版。The edition of the codes.",
)
@click.option(
    "--table",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    metavar="CSV",
    help="自己的环节对应表。A table of rules of your own.",
)
@click.option("--own-table", is_flag=True, help="用窗口里保存的对应表。The table that the window keeps.")
@click.option(
    "--rule",
    "changes",
    multiple=True,
    metavar="±NODE,KIND,STRENGTH,KEY",
    help="加上或去掉一条对应，可重复。Add or take away one rule.",
)
@click.option(
    "--places", type=click.IntRange(1, 50), metavar="N", help="每个缺口几个候选地，默认 5。How many."
)
@click.option(
    "--weights", metavar="S,D,P", help="专业化、距离、政策的权重，默认 1,1,1。Weights of the score."
)
@click.option(
    "--unassigned",
    "unassigned_path",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"写出没有归入环节的行。Rows that belong to no link. [{' '.join(FEATURE_SUFFIXES)}]",
)
@click.option("--sublayer", default="", metavar="NAME", help="工作表。The sheet of a workbook.")
@click.option("--encoding", default="", help="文字编码；不写则判断。Guessed without it, e.g. gb18030.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"结果图层；后缀决定格式。The result as a layer. [{' '.join(FEATURE_SUFFIXES)}]",
)
@answer_options
def gaps(
    source: str,
    chains: tuple[str, ...],
    industry: str | None,
    no_industry: bool,
    text: tuple[str, ...],
    no_text: bool,
    vintage: str,
    table: Path | None,
    own_table: bool,
    changes: tuple[str, ...],
    places: int | None,
    weights: str | None,
    unassigned_path: Path | None,
    sublayer: str,
    encoding: str,
    output: Path | None,
    language: Language,
    as_json: bool,
) -> int:
    """产业链环节与缺口：企业归到环节，没有企业的环节给出候选县区。Links of chains without firms.

    行业、关键词与环节的对应是推断，缺口只是候选：名单里没有不等于现实里没有。
    What belongs to which link is inferred; a link without firms in a list is a candidate, no more.
    """
    for path in (output, unassigned_path):
        check_output(path)
    refuse_over_source(Path(source), output, unassigned_path)
    with inputs() as read:
        # What can be refused is refused before a long list is read.
        rules, parts = _rules(table, own_table, changes, read), _weights(weights)
        layer = read.read(source, OpenOptions(sublayer=sublayer, encoding=encoding))
        # Imported here, as all that reckons.
        from jjjmap.analysis.chain_gaps.gaps import Gaps

        analysis = Gaps(
            layer.id,
            "" if no_industry else column_of(layer, industry) or _with_role(layer, ColumnRole.INDUSTRY),
            () if no_text else _texts(layer, text),
            chains,
            rules,
            Vintage(vintage),
            places or Gaps.places,
            parts,
        )
        material = material_of(read)
        with progress_of(analysis.title(material)) as tell:
            outcome = analysis.run(material, tell, lambda: False)
        saved = _save_unassigned(unassigned_path, analysis, material)
        if output is not None:
            save_outcome(output, analysis, outcome)
        findings = [*read.findings, *outcome.findings]
        if as_json:
            record = outcome_record(analysis, outcome, output)
            record["unassigned_file"] = None if saved is None else str(saved)
            write_json(analysis.KIND, record, findings)
        else:
            click.echo(_text(outcome))
            for path in filter(None, (output, saved)):
                click.echo(_("已写出：{path}").format(path=path))
            write_findings(findings)
        del layer, material, outcome
    return DONE_WITH_ERRORS if read.rejected else code_for(findings)


def _with_role(layer: InputLayer, role: ColumnRole) -> str:
    return next((column.name for column in layer.facts.columns if column.role is role), "")


def _texts(layer: InputLayer, named: tuple[str, ...]) -> tuple[str, ...]:
    if named:
        return tuple(dict.fromkeys(column_of(layer, name) for name in named))
    guessed = _with_role(layer, ColumnRole.NAME)
    return (guessed,) if guessed else ()


def _rules(
    table: Path | None, own_table: bool, changes: tuple[str, ...], read: ReadInputs
) -> tuple[ChainRule, ...]:
    """Return the rules that are asked for; none for those that we ship."""
    from jjjmap.analysis.chain_gaps.gaps import rules_with

    if table is not None and own_table:
        raise click.UsageError(_("--table 和 --own-table 只能用一个。"))
    rules: tuple[ChainRule, ...] = ()
    if table is not None or own_table:
        nodes = load_catalogue(paths.RESOURCES)[0].chain_nodes
        if table is not None:
            with table.open("rb") as file:
                rules, findings = rules_from_csv(
                    file.read(MOST_BYTES + 1), table.name, nodes, shipped_industries()
                )
        else:
            rules, findings = user_rules(nodes, shipped_industries())
            if not rules:
                message = _("没有自己的对应表，或没有一条能用：用的是本项目推断的表。")
                findings = [*findings, Finding(Severity.WARNING, "no-own-table", "", message)]
        read.findings += findings
        if not rules and table is not None:
            raise click.UsageError(
                _("{name} 里没有能用的对应关系：{why}").format(
                    name=table.name, why=_("；").join(each.message for each in findings[:3])
                )
            )
    if not changes:
        return rules
    try:
        return rules_with(rules or shipped_rules(), changes)
    except ValueError as exc:
        message = _("看不懂“{text}”；写成 ±环节编号,code 或 keyword,core 或 related,代码或关键词。")
        raise click.UsageError(message.format(text=str(exc)[:80])) from None


def _weights(text: str | None) -> Weights:
    from jjjmap.analysis.chain_gaps.candidates import Weights

    if text is None:
        return Weights()
    try:
        specialisation, distance, policy = (float(part) for part in text.split(","))
    except ValueError:
        raise click.UsageError(_("--weights 要三个用逗号隔开的数。")) from None
    return Weights(specialisation, distance, policy)


def _save_unassigned(path: Path | None, analysis: Gaps, material: Material) -> Path | None:
    if path is None:
        return None
    layer = analysis.layer(material)
    rows = analysis.unassigned_rows(material)
    with progress_of(_("写出 {name}").format(name=path.name)) as tell:
        save_features(path, layer.table.take(rows), title=layer.title, progress=tell)
    return path


def _text(outcome: Outcome) -> str:
    """Return an outcome for a person: the links, then the candidates of each gap, then the method."""
    from dataclasses import replace

    names = {note.measure: note.name for note in outcome.columns}
    rows = outcome.table.attributes.to_pylist()
    nodes = [row for row in rows if row["place_id"] is None]
    places = [row for row in rows if row["place_id"] is not None]
    lines = [outcome.title, "", *_lines(nodes, [names[each] for each in _NODES])]
    if places:
        lines += ["", _("缺口的候选县区："), *_lines(places, [names[each] for each in _PLACES])]
    method = outcome_text(replace(outcome, table=outcome.table.take([]))).split("\n", 3)
    return "\n".join((*lines, method[-1]))


def _lines(rows: list[dict[str, Any]], columns: list[str]) -> list[str]:
    return table_lines(columns, [[_cell(row[name]) for name in columns] for row in rows])


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    return (
        f"{value:.3g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
    )
