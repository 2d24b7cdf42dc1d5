"""The command ``near``: spatial questions about a place, a position, a line, or rows of a file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jjjmap import paths
from jjjmap.catalogue.models import PlaceKind
from jjjmap.catalogue.names import find_place
from jjjmap.catalogue.store import load_catalogue
from jjjmap.cli.arguments import refuse_over_source
from jjjmap.cli.group import answer_options
from jjjmap.cli.messages import namesakes_findings
from jjjmap.cli.outcomes import ReadInputs, answer_analysis, check_output, inputs
from jjjmap.errors import PlaceUnknown
from jjjmap.export.datasets.feature_files import FEATURE_SUFFIXES
from jjjmap.i18n import Language, _
from jjjmap.layers.opening.sniffing import SUFFIXES

if TYPE_CHECKING:
    from jjjmap.analysis.nearby.near import Question

_RINGS = "50,100,200"


@click.command()
@click.argument("subject", metavar="[PLACE|FILE]", required=False, default="")
@click.option("--at", metavar="LON,LAT", help="不是地点，而是这个经纬度（WGS-84）。A position in degrees.")
@click.option("--name", metavar="TEXT", help="这个位置叫什么，用于 --at。What the position is called.")
@click.option("--rings", metavar="KM,KM…", help=f"几公里以内各有什么；不写问题时为 {_RINGS}。Within rings.")
@click.option("--nearest", is_flag=True, help="每类最近的，距离和方向。The nearest of each kind.")
@click.option(
    "--count", type=click.IntRange(1, 100), metavar="N", help="每类几个，用于 --nearest。How many of each."
)
@click.option("--inside", is_flag=True, help="地点的范围或面文件的每个面里有什么。What lies in an area.")
@click.option("--overlap", metavar="PLACE|FILE", help="与它重叠的面积和份额。Overlap and shares of both.")
@click.option("--buffer", "buffer_km", type=float, metavar="KM", help="多少公里的缓冲区。A geodesic buffer.")
@click.option(
    "--corridor",
    metavar="LINE|FILE",
    help="沿这条走廊、铁路、高速公路（示意）或线文件有什么，按里程排列。What lies along a line.",
)
@click.option("--km", type=float, metavar="KM", help="离线多远以内，用于 --corridor，默认 20。How far aside.")
@click.option(
    "--layer",
    "layers",
    multiple=True,
    metavar="FILE",
    help="自己的数据，也算在要找的之内，可重复。Look through this file as well.",
)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([kind.value for kind in PlaceKind]),
    multiple=True,
    metavar="KIND",
    help=f"只找这一类地点，可重复。Only this kind. [{' '.join(kind.value for kind in PlaceKind)}]",
)
@click.option("--no-places", is_flag=True, help="不找资料库的地点，只找 --layer。Only the files.")
@click.option("--list", "as_list", is_flag=True, help="逐个列出，而不是每环、每区一行。One row a thing.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"结果图层；后缀决定格式。The result as a layer. [{' '.join(FEATURE_SUFFIXES)}]",
)
@answer_options
def near(
    subject: str,
    at: str | None,
    name: str | None,
    rings: str | None,
    nearest: bool,
    count: int | None,
    inside: bool,
    overlap: str | None,
    buffer_km: float | None,
    corridor: str | None,
    km: float | None,
    layers: tuple[str, ...],
    kinds: tuple[str, ...],
    no_places: bool,
    as_list: bool,
    output: Path | None,
    language: Language,
    as_json: bool,
) -> int:
    """周边：几公里以内、最近的、区内、重叠、缓冲区、沿线。What is near a place, in it, or along a line.

    PLACE 是编号、名称或别名；FILE 是自己的数据，各行合在一起问（--buffer 和 --inside 逐行）。距离都是椭球面
    上的测地线；只知道在哪个县的写“约”，线是示意的也写明。Distances are geodesic; what is rough says so.
    """
    # Imported here, as all that reckons.
    from jjjmap.analysis.nearby.near import Near, Question

    asked = {
        Question.RINGS: rings is not None,
        Question.NEAREST: nearest,
        Question.INSIDE: inside,
        Question.OVERLAP: overlap is not None,
        Question.BUFFER: buffer_km is not None,
        Question.CORRIDOR: corridor is not None,
    }
    wanted = [question for question, is_asked in asked.items() if is_asked]
    if len(wanted) > 1:
        names = _("、").join(f"--{question.value}" for question in wanted)
        raise click.UsageError(_("一次只能问一个问题：{names}。").format(names=names))
    question = wanted[0] if wanted else Question.RINGS
    if _looks_like_position(subject):
        message = _("“{text}”是经纬度，不是地点：请写 --at={text}。")
        raise click.UsageError(message.format(text=subject.replace("，", ",").replace(" ", "")))
    if subject and at:
        raise click.UsageError(_("地点和 --at 只能写一个。"))
    if not subject and not at and question is not Question.CORRIDOR:
        raise click.UsageError(_("请写地点、文件，或 --at 经度,纬度。"))
    if name is not None and not at:
        raise click.UsageError(_("--name 只用于 --at；地点和文件有自己的名称。"))
    if count is not None and question is not Question.NEAREST:
        raise click.UsageError(_("--count 只用于 --nearest。"))
    if km is not None and question is not Question.CORRIDOR:
        raise click.UsageError(_("--km 只用于 --corridor；缓冲区写 --buffer KM。"))
    if at and question is Question.CORRIDOR:
        raise click.UsageError(_("--corridor 的里程从地点算起，不能写 --at。"))
    if (layers or kinds or no_places) and question in (Question.OVERLAP, Question.BUFFER):
        raise click.UsageError(_("--overlap 和 --buffer 不找东西：不能写 --layer、--kind 和 --no-places。"))
    if as_list and question not in (Question.RINGS, Question.INSIDE):
        raise click.UsageError(_("--list 只用于 --rings 和 --inside。"))
    if no_places and kinds:
        raise click.UsageError(_("写了 --no-places，就不能写 --kind。"))
    if no_places and not layers:
        raise click.UsageError(_("写了 --no-places，就要用 --layer 写明找什么。"))
    check_output(output)
    for source in (subject, overlap or "", corridor or "", *layers):
        if _is_file(source):
            refuse_over_source(Path(source), output)
    lon, lat = (None, None) if at is None else _position(at)
    distance = buffer_km if buffer_km is not None else 20.0 if km is None else km
    with inputs() as read:
        line_file = corridor if corridor is not None and _is_file(corridor) else ""
        subject_file = subject if _is_file(subject) else ""
        if corridor is not None and subject_file:
            raise click.UsageError(_("--corridor 前面只能写地点；要找的数据写在 --layer 后面。"))
        place, line = ("", "") if subject_file else _place_or_line(read, subject, question)
        if corridor is not None and not line_file:
            line = corridor
        analysis = Near(
            _read(read, line_file or subject_file),
            _read(read, overlap if overlap is not None and _is_file(overlap) else ""),
            place=place,
            lon=lon,
            lat=lat,
            name=name or "",
            question=question,
            other="" if overlap is None or _is_file(overlap) else _place_id(read, overlap),
            line=line,
            rings_km=_rings(rings if rings is not None else _RINGS),
            km=distance,
            kinds=tuple(map(PlaceKind, kinds)),
            with_places=not no_places,
            layers=tuple(dict.fromkeys(_read(read, layer) for layer in layers)),
            count=count or 1,
            as_list=as_list,
        )
        return answer_analysis(analysis, read, output, as_json=as_json)


def _is_file(text: str) -> bool:
    """Whether a text names a file of data rather than a place."""
    return bool(text) and Path(text).suffix.lower() in SUFFIXES


def _read(read: ReadInputs, source: str) -> str:
    return read.read(source).id if source else ""


def _place_id(read: ReadInputs, text: str) -> str:
    """Return the id of a place, and tell whom else the text may mean; raises PlaceUnknown."""
    if not text:
        return ""
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    named = find_place(catalogue, text)
    read.findings += namesakes_findings(catalogue, text, named)
    return named.place.id


def _place_or_line(read: ReadInputs, text: str, question: Question) -> tuple[str, str]:
    """Return the id of a place, or of a line that we ship; raises PlaceUnknown."""
    from jjjmap.analysis.nearby.near import Question
    from jjjmap.analysis.nearby.shipped_lines import find_line

    try:
        return _place_id(read, text), ""
    except PlaceUnknown:
        line = find_line(text)
        if line is None or question is Question.CORRIDOR:
            raise
        # An everyday name stays as it is: the answer says which line was taken for it.
        return "", line.id if line.is_called(text) else text


def _looks_like_position(text: str) -> bool:
    try:
        return len([float(part) for part in text.replace("，", ",").split(",")]) == 2
    except ValueError:
        return False


def _position(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        lon = lat = math.nan
    if not (-180 <= lon <= 180 and -90 < lat < 90):
        message = _("--at 的“{text}”不是经纬度；写成 116.4,39.9，经度在前。")
        raise click.UsageError(message.format(text=text))
    return lon, lat


def _rings(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        message = _("--rings 的“{text}”不是公里数；写成 50,100,200。")
        raise click.UsageError(message.format(text=text)) from None
