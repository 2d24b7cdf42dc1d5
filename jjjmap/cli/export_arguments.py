"""What ``jjjmap export`` takes beside a word: a moment, languages, columns, a paper."""

from __future__ import annotations

from collections.abc import Sequence

import click

from jjjmap.catalogue.chronology import Chronology, Moment
from jjjmap.catalogue.models import Catalogue, Place
from jjjmap.cli.messages import listed
from jjjmap.cli.users_layers import UsersLayers
from jjjmap.export.pictures.papers import LARGEST_MM, PAPERS, SMALLEST_MM, is_printable, paper_named
from jjjmap.i18n import Language, _, speaking
from jjjmap.layers.layer import Layer


def moment_of(catalogue: Catalogue, at: str | None) -> tuple[str, tuple[str, ...]]:
    """Return a moment in ISO 8601 and the places that did not exist yet."""
    if at is None:
        return "", ()
    year, _dash, month = at.partition("-")
    try:
        moment = Moment(int(year), int(month) if month else None)
    except ValueError:
        moment = Moment(0)
    if not 1900 <= moment.year <= 2100 or not 1 <= (moment.month or 1) <= 12:
        message = _("“{text}”不是年份或月份；写成 2017 或 2017-04。")
        raise click.UsageError(message.format(text=at))
    not_yet = Chronology(catalogue).not_yet(moment)
    return moment.iso, tuple(founding.place_id for founding in not_yet)


def languages_of(said: str | None) -> tuple[Language, ...]:
    """Return the languages that a page can switch to: all by default."""
    if said is None:
        return tuple(Language)
    try:
        return tuple(Language(word.strip()) for word in said.split(",") if word.strip())
    except ValueError:
        message = _("“{text}”里有不认识的语言；可用的：{known}。")
        raise click.UsageError(message.format(text=said, known=listed(Language))) from None


def columns_of(said: Sequence[str], users: UsersLayers, shown: Sequence[Layer]) -> dict[str, tuple[str, ...]]:
    """Return the columns to pass on by layer id."""
    chosen: dict[str, tuple[str, ...]] = {}
    for each in said:
        title, equals, names = each.rpartition("=")
        layer = users.find(title)
        if not equals or layer is None or layer not in shown:
            message = _("--columns 写成 图层=列,列；图层要是导出的、自己的图层：{known}。")
            own = [layer.title_zh for layer in shown if layer.is_users]
            raise click.UsageError(message.format(known=listed(own)))
        wanted = tuple(name.strip() for name in names.split(",") if name.strip())
        there = [column.name for column in users.rows_of(layer.id).table.columns]
        for name in wanted:
            if name not in there:
                message = _("没有名为“{name}”的列；这个文件的列：{names}。")
                raise click.UsageError(message.format(name=name, names=listed(there)))
        chosen[layer.id] = wanted
    return chosen


def paper_size(said: str, is_portrait: bool) -> tuple[float, float]:
    """Return width and height in millimetres of a paper's name, or of ``WxH``, which lies as it is said."""
    width, times, height = said.lower().replace("×", "x").partition("x")
    try:
        if times:
            size = float(width), float(height)
        else:
            paper = paper_named(said)
            paper = paper.upright() if is_portrait else paper
            size = paper.width_mm, paper.height_mm
    except (ValueError, KeyError):
        size = 0.0, 0.0
    if not is_printable(*size):
        message = _("不能用纸张“{text}”；写成 {known}，或宽x高（毫米，每边 {least} 到 {most}），如 297x210。")
        known = listed(paper.id for paper in PAPERS)
        limits = {"least": f"{SMALLEST_MM:g}", "most": f"{LARGEST_MM:g}"}
        raise click.UsageError(message.format(text=said, known=known, **limits))
    return size


def own_title(place: Place | None, language: Language) -> str:
    """Return the title of a map that was given none."""
    with speaking(language):
        title = _("京津冀产业协同地图")
    return title if place is None else f"{place.name(language)} · {title}"
