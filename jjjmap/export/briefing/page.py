"""The briefing as one page: an HTML file that holds everything itself, and the PDF printed from it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from jjjmap.catalogue.wording import contested_text, date_text
from jjjmap.errors import TemplateInvalid
from jjjmap.export.briefing.chart import chart_svg
from jjjmap.export.briefing.neighbours import distance_text
from jjjmap.export.briefing.records import BriefFirms, Briefing, BriefingMaps, Reference, Refs
from jjjmap.export.briefing.template import PageTemplate, load_template
from jjjmap.export.briefing.trimming import bounded, citing_keys, drop_key, drop_rank, reference_rank, trimmed
from jjjmap.export.pictures.pdf_files import About, finished_pdf, page_count
from jjjmap.export.renderer import Cancelled, Renderer
from jjjmap.i18n import Language, _, speaking

PAPER_MM = (210.0, 297.0)

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Nothing runs and nothing is fetched, whatever a template or a name may hold."""

_BEGINNING = re.compile(r"\s*<!doctype html>\s*<html(?: lang=\"[\w-]*\")?>\s*<head>", re.IGNORECASE)
"""A page that begins otherwise could have its head, and the policy in it, within a comment."""

_SVG_ROOT = re.compile(r"\s*<svg\b[^>]*>")

_MOST_ATTEMPTS = 4
_LONG_TITLE = 26
_LONGEST_TITLE = 44
"""Widths of a heading in Chinese characters from which on it is set smaller."""


def briefing_html(
    briefing: Briefing,
    maps: BriefingMaps,
    *,
    template_folder: Path | None = None,
    one_page: bool = False,
) -> str:
    """Return a briefing as an HTML document that needs no other file.

    Parameters
    ----------
    briefing
        What it says.
    maps
        The two maps as SVG; empty texts for a place that is nowhere.
    template_folder
        A user's template, see `template.load_template`; None for ours.
    one_page
        Whether it is made to be printed on a single sheet; else it is as long as it needs to be.

    Raises
    ------
    TemplateInvalid
        The template cannot be used, or leaves out a mark that every export carries.
    """
    with speaking(briefing.language):
        if one_page:
            briefing = bounded(briefing)
        template = load_template(template_folder, _filters(briefing))
        values = _variables(briefing, maps, template) | {"one_page": one_page}
        return _guarded(template.filled(values), briefing, template)


@dataclass(frozen=True, slots=True)
class PagePlan:
    """How a briefing is brought on one page."""

    left_out: frozenset[str] = frozenset()
    """Keys of its parts, as `trimming.trimmed` takes them."""
    free_mm: float = 0.0
    """Height of what stays empty at the end of the page."""


def plan_page(
    briefing: Briefing,
    maps: BriefingMaps,
    renderer: Renderer,
    *,
    template_folder: Path | None = None,
    cancelled: Cancelled = lambda: False,
) -> PagePlan:
    """Find out by measuring what must be left out: the least important first, but for what fits after all.

    Parameters
    ----------
    maps
        Only their sizes matter, see `maps.blank_maps`.

    Raises
    ------
    TemplateInvalid, RenderingStopped, RenderingFailed
        As for `briefing_pdf`.
    """
    gone: frozenset[str] = frozenset()
    # The page that tells what is missing may need a line more than the one from which it was taken out.
    for _attempt in range(_MOST_ATTEMPTS):
        html = briefing_html(trimmed(briefing, gone), maps, template_folder=template_folder, one_page=True)
        page = renderer.measured(html, width_mm=PAPER_MM[0], height_mm=PAPER_MM[1], cancelled=cancelled)
        if not page.left_out:
            return PagePlan(gone, page.free_mm)
        gone |= set(page.left_out)
    return PagePlan(gone)


def briefing_pdf(
    briefing: Briefing,
    maps: BriefingMaps,
    renderer: Renderer,
    *,
    plan: PagePlan | None = None,
    template_folder: Path | None = None,
    cancelled: Cancelled = lambda: False,
) -> bytes:
    """Return a briefing as a PDF of one A4 page, the same bytes each time if ``SOURCE_DATE_EPOCH`` is set.

    What does not fit is left out, and the page says so.

    Parameters
    ----------
    plan
        For maps of this size and this template; None to make one.

    Raises
    ------
    TemplateInvalid
        As for `briefing_html`.
    RenderingStopped, RenderingFailed
        As for `Renderer.printed`.
    """
    if plan is None:
        # Without what is drawn on the maps a page is measured many times faster.
        blank = BriefingMaps(_emptied(maps.locator), _emptied(maps.detail))
        plan = plan_page(briefing, blank, renderer, template_folder=template_folder, cancelled=cancelled)
    gone = plan.left_out
    # What is measured fits; but for a template of the user's that looks otherwise on paper. Then it is tried
    # out by printing.
    for attempt in range(_MOST_ATTEMPTS):
        pages = renderer.printed(
            briefing_html(trimmed(briefing, gone), maps, template_folder=template_folder, one_page=True),
            width_mm=PAPER_MM[0],
            height_mm=PAPER_MM[1],
            one_page=attempt > 0,
            cancelled=cancelled,
        )
        if not pages.left_out and (attempt > 0 or page_count(pages.pdf) <= 1):
            break
        gone |= set(pages.left_out)
    with speaking(briefing.language):
        title = f"{briefing.title} · {_words(briefing)['series']}"
    return finished_pdf(pages.pdf, About(title, briefing.language, " · ".join(briefing.marks.lines)))


def _emptied(svg: str) -> str:
    """Return a picture of the same size with nothing on it."""
    root = _SVG_ROOT.match(svg)
    return f"{root[0].rstrip('/>')}/>" if root else ""


def _variables(briefing: Briefing, maps: BriefingMaps, template: PageTemplate) -> dict[str, Any]:
    width = sum(1.0 if ord(letter) > 0x2E7F else 0.55 for letter in briefing.title)
    chart = chart_svg(briefing.chart) if briefing.chart is not None else ""
    return {
        "b": briefing,
        "words": _words(briefing),
        "maps": {"locator": _address_of(maps.locator), "detail": _address_of(maps.detail)},
        # Made by us alone: its letters were escaped when it was drawn.
        "chart": Markup(chart),
        "style": Markup(template.style.replace("</", "<\\/")),
        "language_tag": briefing.language.html_tag,
        "title_class": "longest" if width > _LONGEST_TITLE else "long" if width > _LONG_TITLE else "",
    }


def _address_of(svg: str) -> str:
    """Return a map as the address of a picture: within the page, ids of two maps would meet."""
    if not svg:
        return ""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")


def _words(briefing: Briefing) -> Mapping[str, str]:
    is_chinese, title = briefing.language is Language.ZH, briefing.title
    colon, comma, pause = ("：", "、", "；") if is_chinese else (": ", ", ", "; ")
    return {
        "series": _("京津冀协同发展 · 地点简报"),
        "lead": _("概况"),
        "maps": _("左：周边情况；右：在京津冀的位置。示意图，范围和点位不可量测。"),
        "region_map": _("在京津冀的位置。示意图，范围和点位不可量测。"),
        "detail_alt": _("“{name}”及其周边的地图").format(name=title),
        "locator_alt": _("“{name}”在京津冀的位置").format(name=title),
        "figures": _("主要数据"),
        "no_figures": _("资料库中没有数据。"),
        "contested": _("说法不一"),
        "contested_text": contested_text(),
        "of_scope": _("{name}的数据"),
        "axis": _("纵轴不从零开始；空心点和虚线表示未定或说法不一"),
        "disagreement": _("说法不一——{name}："),
        "policy": _("政策与大事"),
        "policy_order": _("按来源日期，新的在前"),
        "no_policy": _("资料库中没有政策摘要。"),
        "undated": _("日期不详"),
        "quoted": _("“{text}”"),
        "document": _("——《{title}》原文"),
        "why": _("（{why}）"),
        "chains": _("产业链与卡点堵点"),
        "no_chains": _("资料库中没有它所在的产业链。"),
        "weak": _("卡点堵点："),
        "near": _("最近的港口、机场和两翼"),
        "firms": _("名单中的企业"),
        "groups": _("按“{column}”："),
        "among": _("其中有："),
        "filtered": _("筛选：{sentence}"),
        "list_from": _("名单文件：{file}"),
        "sources": _("来源"),
        "quality": _("〔{name}〕"),
        "colon": colon,
        "comma": comma,
        "pause": pause,
        "full_stop": "。" if is_chinese else ". ",
        "between": "" if is_chinese else " ",
    }


FILTER_NAMES = ("numbers", "date", "drop", "drop_with", "distance", "counted")
"""What a template may call, beside what jinja2 has."""


def _filters(briefing: Briefing) -> Mapping[str, Callable[..., Any]]:
    language = briefing.language
    ranks, citing = reference_rank(briefing), citing_keys(briefing)

    def drop(sort: str, position: int | None) -> Markup:
        key = sort if position is None else drop_key(sort, position)
        rank = drop_rank(sort, position or 0, beside_chart=briefing.chart is not None)
        return _attributes(key, rank)

    def drop_with(reference: Reference) -> Markup:
        """Let a source go with the last of what cites it; one that must stay has no mark."""
        number = reference.number
        marked = _attributes(f"reference-{number}", ranks.get(number, 0))
        needed_by = Markup(' data-needed-by="{}"').format(" ".join(citing.get(number, ())))
        return marked + needed_by if marked else marked

    return {
        "numbers": numbers_text,
        "date": lambda iso: date_text(iso, language),
        "drop": drop,
        "drop_with": drop_with,
        "distance": distance_text,
        "counted": _counted_text,
    }


def _attributes(key: str, rank: int) -> Markup:
    if not rank:
        return Markup("")
    return Markup(' data-drop="{}" data-rank="{}"').format(key, rank)


def numbers_text(refs: Refs) -> str:
    """Return the numbers of references as they are written: 1–3, 5."""
    runs = []
    for _offset, run in groupby(enumerate(sorted(set(refs))), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _at, number in run]
        if len(numbers) > 2:
            runs.append(f"{numbers[0]}–{numbers[-1]}")
        else:
            runs += [str(number) for number in numbers]
    return ",".join(runs)


def _counted_text(firms: BriefFirms) -> str:
    return _("{n} 家（名单显示 {of} 家）").format(n=f"{firms.total:,}", of=f"{firms.of:,}")


def _guarded(html: str, briefing: Briefing, template: PageTemplate) -> str:
    """Return a page in which nothing can run; raises TemplateInvalid if it hides what it must say.

    The policy is not the template's to choose, so it does not stand in it.
    """
    begin = _BEGINNING.match(html)
    if begin is None:
        raise TemplateInvalid(template.path, 0, _("模板须以 <!DOCTYPE html>、<html>、<head> 开头。"))
    for line in briefing.marks.lines:
        if str(escape(line)) not in html:
            raise TemplateInvalid(template.path, 0, _("模板里缺少必须写出的“{line}”。").format(line=line))
    meta = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    return f"{html[: begin.end()]}\n{meta}{html[begin.end() :]}"
