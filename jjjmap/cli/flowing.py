"""The command ``flows``: an origin–destination table, or a placed list of firms, as curved links."""

from __future__ import annotations

from pathlib import Path

import click

from jjjmap.cli.arguments import refuse_over_source
from jjjmap.cli.group import answer_options
from jjjmap.cli.outcomes import answer_analysis, check_output, column_of, inputs
from jjjmap.export.datasets.feature_files import FEATURE_SUFFIXES
from jjjmap.i18n import Language, _
from jjjmap.layers.opening.records import OpenOptions

_COLUMN = "COLUMN"


@click.command()
@click.argument("source", metavar="FILE")
@click.option("--from", "origin", metavar=_COLUMN, help="起点列：地名、旧名或区划代码。Column of the origin.")
@click.option("--to", "destination", metavar=_COLUMN, help="终点列。Column of the destination.")
@click.option("--from-lon", "origin_lon", metavar=_COLUMN, help="起点经度列（度，WGS-84）。In degrees.")
@click.option("--from-lat", "origin_lat", metavar=_COLUMN, help="起点纬度列。In degrees.")
@click.option("--to-lon", "destination_lon", metavar=_COLUMN, help="终点经度列。In degrees.")
@click.option("--to-lat", "destination_lat", metavar=_COLUMN, help="终点纬度列。In degrees.")
@click.option(
    "--value", metavar=_COLUMN, help="相加的数值列；不写则数行。Added up; rows are counted without."
)
@click.option("--period", metavar=_COLUMN, help="时期列（年）：各期分开算。Flows of each period apart.")
@click.option("--category", metavar=_COLUMN, help="类别列：各类分开算。Flows of each category apart.")
@click.option(
    "--source", "source_column", metavar=_COLUMN, help="出处列；不写则找名为“来源”的列。Where rows were read."
)
@click.option(
    "--relocations",
    is_flag=True,
    help="FILE 是 jjjmap locate 的结果：从登记区县到地址区县。A list that locate has placed.",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    metavar="N",
    help="只画最大的 N 条，其余说明条数。Only the largest; how many are left out is told.",
)
@click.option("--sublayer", default="", metavar="NAME", help="工作表。The sheet of a workbook.")
@click.option("--encoding", default="", help="文字编码；不写则判断。Guessed without it, e.g. gb18030.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"结果图层；后缀决定格式。The links as a layer. [{' '.join(FEATURE_SUFFIXES)}]",
)
@answer_options
def flows(
    source: str,
    origin: str | None,
    destination: str | None,
    origin_lon: str | None,
    origin_lat: str | None,
    destination_lon: str | None,
    destination_lat: str | None,
    value: str | None,
    period: str | None,
    category: str | None,
    source_column: str | None,
    relocations: bool,
    top: int | None,
    sublayer: str,
    encoding: str,
    output: Path | None,
    language: Language,
    as_json: bool,
) -> int:
    """流向：从哪里到哪里、多少，净流量和总流量，带箭头的曲线。Flows between places as curved links.

    同起点、同终点的行相加；认不得的地名逐个列出，起讫同地的只计数。加 --relocations 时用落位名单的迁移线索。
    Rows of the same way are added up; names that are not known are listed, what stays in place is counted.
    """
    check_output(output)
    refuse_over_source(Path(source), output)
    if not relocations and not ((origin or origin_lon) and (destination or destination_lon)):
        raise click.UsageError(_("请用 --from 和 --to 写明起点列和终点列；落位名单可以用 --relocations。"))
    with inputs() as read:
        layer = read.read(source, OpenOptions(sublayer=sublayer, encoding=encoding))
        # Imported here, as all that reckons.
        from jjjmap.analysis.flows.flows import Flows

        analysis = Flows(
            layer.id,
            origin=column_of(layer, origin),
            destination=column_of(layer, destination),
            value=column_of(layer, value),
            period=column_of(layer, period),
            category=column_of(layer, category),
            source=column_of(layer, source_column),
            relocations=relocations,
            top=top or 0,
            origin_lon=column_of(layer, origin_lon),
            origin_lat=column_of(layer, origin_lat),
            destination_lon=column_of(layer, destination_lon),
            destination_lat=column_of(layer, destination_lat),
        )
        del layer
        return answer_analysis(analysis, read, output, as_json=as_json)
