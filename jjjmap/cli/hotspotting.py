"""The command ``hotspots``: where rows of a list crowd together, and whether policy names a cluster there.

What reckons is imported when the command runs: most commands answer sooner than that.
"""

from __future__ import annotations

from pathlib import Path

import click

from jjjmap.analysis.hotspots.options import CoarseRows, Correction, Measure, Method, Neighbours
from jjjmap.cli.arguments import refuse_over_source
from jjjmap.cli.group import answer_options
from jjjmap.cli.outcomes import answer_analysis, check_output, column_of, inputs
from jjjmap.export.datasets.feature_files import FEATURE_SUFFIXES
from jjjmap.i18n import Language

_COLUMN = "COLUMN"


@click.command()
@click.argument("source", metavar="FILE")
@click.option(
    "--method",
    type=click.Choice([method.value for method in Method]),
    required=True,
    help="方法：核密度、DBSCAN、HDBSCAN、局部莫兰指数、Getis-Ord。How hotspots are looked for.",
)
@click.option(
    "--by",
    default="",
    metavar="counties|hex:KM|rows",
    help="按区县、六边形（对边公里数）或面图层自己的面；kde 不写则画轮廓。"
    "Areas of local statistics; outlines of a density without it.",
)
@click.option(
    "--measure",
    type=click.Choice([measure.value for measure in Measure]),
    default=Measure.AMOUNT.value,
    help="比较行数（或合计）、占比或密度。What is compared: amount, share or density.",
)
@click.option(
    "--category", default="", metavar=_COLUMN, help="行业、产业链等类别的列。Column of the category."
)
@click.option(
    "--of",
    "values",
    multiple=True,
    metavar="VALUE",
    help="类别的值，可重复；27* 表示以 27 开头。Value of the category, repeatable; 27* for a beginning.",
)
@click.option("--weight", default="", metavar=_COLUMN, help="数值列；不写则数行数。Column of amounts.")
@click.option(
    "--bandwidth",
    "bandwidth_km",
    type=float,
    default=0.0,
    metavar="KM",
    help="核密度的带宽；不写按 Scott 规则。Bandwidth of the kernel; Scott's rule without it.",
)
@click.option(
    "--eps",
    "eps_km",
    type=float,
    default=3.0,
    metavar="KM",
    help="DBSCAN 的邻域半径。Reach of a neighbour. [3]",
)
@click.option(
    "--min",
    "min_points",
    type=int,
    default=5,
    metavar="N",
    help="DBSCAN 的最少点数、HDBSCAN 一簇的最少行数。Least points. [5]",
)
@click.option(
    "--neighbours",
    type=click.Choice([kind.value for kind in Neighbours]),
    default=Neighbours.QUEEN.value,
    help="邻接：边界相接、最近的 k 个、一定距离内。Which areas are neighbours. [queen]",
)
@click.option("--nearest", type=int, default=6, metavar="K", help="最近的几个。How many nearest. [6]")
@click.option(
    "--band", "band_km", type=float, default=50.0, metavar="KM", help="形心距离。Distance of middles. [50]"
)
@click.option("--permutations", type=int, default=9_999, metavar="N", help="置换次数。Permutations. [9999]")
@click.option("--seed", type=int, default=1, metavar="N", help="随机种子。Seed of the permutations. [1]")
@click.option(
    "--alpha", type=float, default=0.05, metavar="P", help="显著性水平。Level of significance. [0.05]"
)
@click.option(
    "--correction",
    type=click.Choice([correction.value for correction in Correction]),
    default=Correction.FDR.value,
    help="多重检验的校正。Correction for testing many areas. [fdr]",
)
@click.option(
    "--coarse-rows",
    type=click.Choice([choice.value for choice in CoarseRows]),
    default=CoarseRows.LEAVE_OUT.value,
    help="位置只到区县的行：不计入或照算。Rows placed only to the county. [leave-out]",
)
@click.option(
    "--compare-policy",
    "policy",
    default="",
    metavar="CLUSTER|all",
    help="与资料库的产业集群对照：编号、名称或 all。Compare with a cluster of the catalogue, or all.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"结果图层；后缀决定格式。The resulting layer. [{' '.join(FEATURE_SUFFIXES)}]",
)
@answer_options
def hotspots(
    source: str,
    method: str,
    by: str,
    measure: str,
    category: str,
    values: tuple[str, ...],
    weight: str,
    bandwidth_km: float,
    eps_km: float,
    min_points: int,
    neighbours: str,
    nearest: int,
    band_km: float,
    permutations: int,
    seed: int,
    alpha: float,
    correction: str,
    coarse_rows: str,
    policy: str,
    output: Path | None,
    language: Language,
    as_json: bool,
) -> int:
    """名单在哪里集聚，有多确定，政策有没有在那里点名集群。Where a list is concentrated, and how sure that is.

    局部统计给出伪 p 值和多重检验校正；与政策对照时，名单里没有不等于实际没有。
    Local statistics come with pseudo p-values corrected for many tests; that a list is silent about a place
    does not mean that nothing is there.
    """
    from jjjmap.analysis.hotspots.hotspots import Hotspots

    check_output(output)
    refuse_over_source(Path(source), output)
    analysis = Hotspots(
        source,
        Method(method),
        by,
        Measure(measure),
        category,
        values,
        weight,
        bandwidth_km,
        eps_km,
        min_points,
        Neighbours(neighbours),
        nearest,
        band_km,
        permutations,
        seed,
        alpha,
        Correction(correction),
        CoarseRows(coarse_rows),
        policy,
    )
    problem = analysis.problem()
    if problem:
        raise click.UsageError(problem)
    with inputs() as read:
        layer = read.read(source)
        column_of(layer, category)
        column_of(layer, weight)
        return answer_analysis(analysis, read, output, as_json=as_json)
