"""The command ``summarize``: rows counted and measured by county, city, province, zone, hexagon or polygon.

What reads rows and counts them is imported when the command runs: most commands answer sooner than that.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jjjmap.analysis.measures.registry import MEASURES
from jjjmap.cli.arguments import refuse_over_source
from jjjmap.cli.group import answer_options
from jjjmap.cli.messages import listed
from jjjmap.cli.outcomes import ReadInputs, answer_outcome, check_output, inputs, material_of
from jjjmap.cli.progress import progress_of
from jjjmap.export.datasets.feature_files import FEATURE_SUFFIXES
from jjjmap.i18n import Language, _
from jjjmap.layers.opening.database_address import is_database_url, parse_url
from jjjmap.layers.opening.records import OpenOptions

if TYPE_CHECKING:
    from jjjmap.analysis.running import Outcome
    from jjjmap.analysis.summaries.counters import Access
    from jjjmap.analysis.summaries.summarize import Summarize
    from jjjmap.layers.opening.postgis import PostgisReader

_COLUMN = "COLUMN"
_LAYER = "layer:"
_WRONG_WORDS = (
    "by-unknown",
    "by-without-areas",
    "measure-unknown",
    "measure-needs",
    "column-unknown",
    "category-unknown",
    "classification-unknown",
    "period-unknown",
    "unit-unknown",
    "unit-ambiguous",
    "period-order",
    "one-period",
    "too-many-compared",
    "unit-columns-unusable",
    "no-position",
    "no-such-layer",
    "no-table",
    "scheduler-address",
    "scheduler-files",
    "scheduler-unusable",
)
"""Findings that other words on the command line would avoid: they are wrong usage."""
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("source", metavar="LAYER")
@click.option(
    "--by",
    default="counties",
    show_default=True,
    metavar="UNITS",
    help="counties、cities、provinces、places:类别,…、hex:公里 或 layer:文件。What rows are summed up by.",
)
@click.option("--area-name", default="", metavar=_COLUMN, help="--by layer 的名称列。Names of its polygons.")
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="MEASURE",
    help=f"指标，可写几次；第一个用来着色。May be given several times. [{' '.join(MEASURES)}]",
)
@click.option("--category", default="", metavar=_COLUMN, help="类别列。Column of the category.")
@click.option(
    "--of",
    "categories",
    multiple=True,
    metavar="CATEGORY",
    help="列出哪些类别，可写几次；不写则取最大的 5 个。Which categories get columns.",
)
@click.option(
    "--classification", default="", metavar="NAME", help="industry：类别是 GB/T 4754 行业。Of the category."
)
@click.option(
    "--level",
    default="",
    metavar="LEVEL",
    help="行业归并到 section、division、group 或 class。Level of industries.",
)
@click.option("--period", default="", metavar=_COLUMN, help="时期列；日期取年份。Column of the period.")
@click.option("--from", "base", default="", metavar="PERIOD", help="基期；不写取最早。The earlier period.")
@click.option("--to", "end", default="", metavar="PERIOD", help="末期；不写取最近。The later period.")
@click.option("--weight", default="", metavar=_COLUMN, help="加总的数值列。Numbers to add up.")
@click.option(
    "--unit-column",
    "unit_columns",
    multiple=True,
    metavar=_COLUMN,
    help="写着地区名称或代码的列，由大到小；不写则按位置。Columns that name the unit.",
)
@click.option(
    "--compare", multiple=True, metavar="PLACE", help="图里比较的单元，最多 10 个。Units of the chart."
)
@click.option(
    "--sublayer", default="", metavar="NAME", help="图层、工作表，或数据库的表。Layer, sheet or table."
)
@click.option("--lon", default="", metavar=_COLUMN, help="Parquet 的经度列。Of Parquet files, in degrees.")
@click.option("--lat", default="", metavar=_COLUMN, help="Parquet 的纬度列。Of Parquet files, in degrees.")
@click.option(
    "--scheduler", default="", metavar="ADDRESS", help="用 Dask 集群统计：tcp://… 或 tls://…。Count there."
)
@click.option("--tls-ca", type=_FILE, metavar="FILE", help="集群的 CA 证书（PEM）。Of the cluster.")
@click.option("--tls-cert", type=_FILE, metavar="FILE", help="本机的证书（PEM）。Certificate.")
@click.option("--tls-key", type=_FILE, metavar="FILE", help="本机的私钥（PEM）。Private key.")
@click.option(
    "-o",
    "--output",
    type=_FILE,
    metavar="FILE",
    help=f"结果图层；后缀决定格式。The result as a layer. [{' '.join(FEATURE_SUFFIXES)}]",
)
@answer_options
def summarize(
    source: str,
    by: str,
    area_name: str,
    measures: tuple[str, ...],
    category: str,
    categories: tuple[str, ...],
    classification: str,
    level: str,
    period: str,
    base: str,
    end: str,
    weight: str,
    unit_columns: tuple[str, ...],
    compare: tuple[str, ...],
    sublayer: str,
    lon: str,
    lat: str,
    scheduler: str,
    tls_ca: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    output: Path | None,
    language: Language,
    as_json: bool,
) -> int:
    """按区县、市、省、功能区、六边形或自己的面汇总：数量、合计、区位商等。Sum up and measure by unit.

    LAYER 是能打开的文件、Parquet 文件或文件夹（逐批读，不占内存），或 postgresql:// 地址（由数据库统计）。
    没有算出来的值是空的，并说明原因；单元外和没有位置的行另外计数。
    LAYER is any file that can be opened, Parquet (a file or a folder, read batch by batch), or a database.
    """
    check_output(output)
    refuse_over_source(Path(source), output)
    if bool(lon) != bool(lat):
        raise click.UsageError(_("--lon 和 --lat 要一起写。"))
    if not scheduler and (tls_ca or tls_cert or tls_key):
        raise click.UsageError(_("--tls-ca、--tls-cert、--tls-key 只和 --scheduler 一起用。"))
    from jjjmap.analysis.counting.scheduler import scheduler_at
    from jjjmap.analysis.running import AnalysisImpossible
    from jjjmap.analysis.summaries.counters import Access
    from jjjmap.analysis.summaries.summarize import Summarize

    with inputs() as read:
        area_file = by.removeprefix(_LAYER) if by.startswith(_LAYER) else ""
        analysis = Summarize(
            source,
            by="layer" if area_file else by,
            area_layer_id=area_file,
            area_name=area_name,
            measures=_measures(measures),
            category=category,
            of=categories,
            classification=classification,
            category_level=level,
            period=period,
            base=base,
            end=end,
            weight=weight,
            unit_columns=unit_columns,
            compare=compare,
            sublayer=sublayer,
            lon=lon,
            lat=lat,
            scheduler=scheduler,
        )
        ca, certificate, key = ("" if path is None else str(path) for path in (tls_ca, tls_cert, tls_key))
        # The address without the password is what is asked about; here is the one that was typed.
        access = Access(lambda _address: _open_database(source), ca, certificate, key)
        try:
            # Before anything is read: that may take long.
            analysis.check()
            if scheduler:
                scheduler_at(scheduler, ca=ca, certificate=certificate, key=key)
            analysis = _read(analysis, read)
            outcome = _run(analysis, read, access)
        except AnalysisImpossible as exc:
            if exc.finding.code not in _WRONG_WORDS:
                raise
            said = " ".join(text for text in (exc.finding.message, exc.finding.hint) if text)
            raise click.UsageError(said) from exc
        return answer_outcome(analysis, outcome, read, output, as_json=as_json)


def _measures(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the measures, each once; several may be said at once, parted by commas."""
    words = [word.strip() for each in said for word in each.split(",")]
    found = tuple(dict.fromkeys(word for word in words if word)) or ("rows",)
    for word in found:
        if word not in MEASURES:
            message = _("没有“{measure}”这种指标；可用：{known}。")
            raise click.UsageError(message.format(measure=word, known=listed(MEASURES)))
    return found


def _read(analysis: Summarize, read: ReadInputs) -> Summarize:
    """Read what is to be read whole; return the question about it, without any password."""
    from dataclasses import replace

    from jjjmap.analysis.summaries.counters import is_streamed

    if analysis.area_layer_id:
        read.read(analysis.area_layer_id)
    source = analysis.layer_id
    if is_database_url(source):
        from jjjmap.cli.databases import password_findings

        url = parse_url(source)
        read.findings += password_findings(url)
        return replace(analysis, layer_id=url.address.url, sublayer=analysis.sublayer or url.table)
    if is_streamed(source) and (Path(source).is_dir() or not analysis.unit_columns):
        return analysis
    if analysis.lon:
        hint = _("先用 jjjmap layer 文件 --lon … --lat … -o 新文件 写明坐标列。")
        raise click.UsageError(_("--lon 和 --lat 只用于 Parquet。") + hint)
    read.read(source, OpenOptions(sublayer=analysis.sublayer))
    return analysis


def _run(analysis: Summarize, read: ReadInputs, access: Access) -> Outcome:
    material = material_of(read)
    with progress_of(analysis.title(material)) as tell:
        return analysis.run_with(material, tell, lambda: False, access)


def _open_database(source: str) -> tuple[PostgisReader, str | None]:
    """Return a reader of the database that was named, and the password that it was opened with."""
    from jjjmap.cli.databases import open_reader

    return open_reader(parse_url(source))
