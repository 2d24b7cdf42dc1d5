"""Results of analyses in words: what kind they are, method and sources, and the commands that repeat them."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jjjmap.analysis.python_calls import shown_letter
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.wording import date_text
from jjjmap.findings import Finding
from jjjmap.i18n import Language, _
from jjjmap.layers.provenance import InputNote, Provenance
from jjjmap.layers.provenance_texts import SHORT_HASH, missing_text, rows_text
from jjjmap.layers.stored_layer import StoredLayer
from jjjmap.ui.richtext import NOTHING, Markup, element, join, link
from jjjmap.ui.source_marks import SourceMarks

if TYPE_CHECKING:
    from jjjmap.analysis.running import Analysis

ANALYSIS_KINDS = ("summarize", "near", "hotspots", "gaps", "flows")
"""In the order of the menu."""
MADE_HERE = ".gpkg"
"""A layer that came from no file is called after itself: it has to be saved first."""


def kind_title(kind: str) -> str:
    """Return what an analysis is called; the word itself for one that nobody knows."""
    return {
        "summarize": _("汇总统计"),
        "near": _("周边与距离"),
        "hotspots": _("集聚识别"),
        "gaps": _("产业链缺口"),
        "flows": _("流向"),
    }.get(kind, kind[:40])


def kind_purpose(kind: str) -> str:
    """Return what an analysis is good for, in a sentence."""
    return {
        "summarize": _("按区县、市、省、功能区、格网或自己的面统计个数、合计、占比、增长、区位商和集中度。"),
        "near": _("看一个地点周围多少公里内有什么，最近的港口、机场和平台在哪里。"),
        "hotspots": _("在企业名单里找出集聚的地方，并与政策写明的集群对照。"),
        "gaps": _("把企业对到产业链环节，列出没有企业的环节和可以补链的地方。"),
        "flows": _("把“从哪里到哪里”的表画成带宽度的流向线。"),
    }.get(kind, "")


def empty_markup() -> Markup:
    """Return what is told where no analysis has been made yet, with a way to each."""
    rows = [
        element(
            "p",
            link("analyse", kind, kind_title(kind)),
            element("span", _("　{purpose}").format(purpose=kind_purpose(kind)), css="faint"),
        )
        for kind in ANALYSIS_KINDS
    ]
    end = _("每个结果都是一个图层，在这里留下表、图、算法和来源；数据变了可以重新计算。")
    return (
        element("h3", _("还没有分析结果"))
        + element("p", _("从菜单“分析”开始，或点下面的一项："), css="faint")
        + join(rows)
        + element("p", end, css="faint")
    )


def stale_sentence(changed: Sequence[str], gone: Sequence[str]) -> str:
    """Return why a result is out of date; empty if it is not."""
    said = []
    others = [title for title in changed if title not in gone]
    if others:
        said.append(_("“{titles}”已改变，下面仍是原来的结果。").format(titles=_("、").join(others)))
    if gone:
        said.append(_("“{titles}”已移除，不能重新计算。").format(titles=_("、").join(gone)))
    return "".join(said)


class MethodTexts:
    """Method and sources of one result as markup.

    Parameters
    ----------
    catalogue
        Has the sources.
    layers
        The inputs that are still open, by id.
    changed
        Titles of inputs that are other ones now.
    findings
        What was doubtful when it was made.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        provenance: Provenance,
        layers: Mapping[str, StoredLayer],
        changed: Sequence[str],
        findings: Sequence[Finding],
        language: Language,
    ) -> None:
        self._catalogue = catalogue
        self._provenance = provenance
        self._layers = layers
        self._changed = changed
        self._findings = findings
        self._language = language
        cited = [each for note in provenance.inputs for each in note.source_ids]
        cited += [each for note in provenance.columns for each in note.source_ids]
        self._sources = [each for each in dict.fromkeys(cited) if each in catalogue.sources]
        self.marks = SourceMarks(self._sources)

    def markup(self) -> Markup:
        """Return all of it."""
        made = self._provenance.made
        footer = _("{date} 计算，程序版本 {version}").format(
            date=date_text(made, self._language) if made else "—", version=self._provenance.program or "—"
        )
        return join(
            (
                self._formulas(),
                self._missing(),
                self._doubts(),
                self._inputs(),
                self._notes(),
                self._source_list(),
                element("p", footer, css="small"),
            )
        )

    def _formulas(self) -> Markup:
        reckoned = [note for note in self._provenance.columns if note.formula or note.reference]
        if not reckoned:
            return NOTHING
        rows = []
        for note in reckoned:
            parts: list[str | Markup] = [element("b", note.name)]
            if note.formula:
                parts.append(f" = {note.formula}")
            if note.unit and note.unit not in note.name:
                parts.append(element("span", _("　单位：{unit}").format(unit=note.unit), css="faint"))
            parts.append(self.marks.cite(note.source_ids))
            reference = element("span", note.reference, css="small") if note.reference else NOTHING
            between = element("br") if reference else NOTHING
            rows.append(element("li", join(parts), between, reference))
        return element("h4", _("算法")) + element("ul", join(rows))

    def _missing(self) -> Markup:
        told = self._provenance.missing
        if not told:
            return NOTHING
        rows = [element("li", missing_text(each)) for each in told]
        lead = _("下面的值没有算出来，表里是“—”，不是 0：")
        return element("h4", _("没有算出的值")) + element("p", lead, css="faint") + element("ul", join(rows))

    def _doubts(self) -> Markup:
        rows = [
            element("li", each.message, element("span", f" {each.hint}" if each.hint else "", css="faint"))
            for each in self._findings
        ]
        return element("h4", _("需要留意")) + element("ul", join(rows)) if rows else NOTHING

    def _inputs(self) -> Markup:
        rows = [element("li", self._input(note)) for note in self._provenance.inputs]
        return element("h4", _("所用数据")) + element("ul", join(rows)) if rows else NOTHING

    def _input(self, note: InputNote) -> Markup:
        stored = self._layers.get(note.layer_id)
        parts = [rows_text(note)] if note.rows or note.rows_used else []
        if stored is not None:
            facts = stored.facts
            named = " · ".join(part for part in (facts.source_name, facts.sublayer) if part)
            parts += [_("来自 {name}").format(name=named)] if named and named != note.title else []
            if facts.opened:
                parts.append(_("{date} 打开").format(date=date_text(facts.opened, self._language)))
        if note.sha256:
            parts.append(f"SHA-256 {note.sha256[:SHORT_HASH]}…")
        state = ""
        if note.layer_id and stored is None:
            state = _("（图层已移除）")
        elif stored is not None and (stored.title in self._changed or note.title in self._changed):
            state = _("（已改变）")
        remarks = [element("br") + line for line in note.note.split("\n") if line.strip()]
        return join(
            (
                element("b", note.title),
                state,
                self.marks.cite(note.source_ids),
                element("span", _("　{told}").format(told=_("；").join(parts)), css="faint")
                if parts
                else NOTHING,
                *remarks,
            )
        )

    def _notes(self) -> Markup:
        rows = [element("li", note) for note in self._provenance.notes]
        return element("h4", _("说明")) + element("ul", join(rows)) if rows else NOTHING

    def _source_list(self) -> Markup:
        rows = []
        for source_id in self._sources:
            source = self._catalogue.sources[source_id]
            more = " · ".join(
                part for part in (source.publisher, date_text(source.date, self._language)) if part
            )
            number = f"[{self.marks.number(source_id)}] "
            rows.append(
                element(
                    "p",
                    link("source", source_id, number, source.title),
                    element("span", f"　{more}", css="faint") if more else NOTHING,
                )
            )
        return element("h4", _("来源")) + join(rows) if rows else NOTHING


def file_names(
    layer_ids: Sequence[str], provenance: Provenance, layers: Mapping[str, StoredLayer]
) -> dict[str, str]:
    """Return what layers are called on the command line and in Python: the names of their files, by id.

    Two files of one name are told by their paths. A layer that came from no file is called after itself.
    """
    titles = {note.layer_id: note.title for note in provenance.inputs}
    named: dict[str, tuple[str, str]] = {}
    for layer_id in layer_ids:
        stored = layers.get(layer_id)
        if stored is not None and stored.source is not None:
            named[layer_id] = (Path(stored.source.path).name, stored.source.path)
        else:
            title = stored.title if stored is not None else titles.get(layer_id, "")
            safe = "".join("_" if letter in '\\/:*?"<>|' or letter < " " else letter for letter in title)
            named[layer_id] = (f"{safe.strip() or layer_id}{MADE_HERE}",) * 2
    used = Counter(name for name, _path in named.values())
    return {layer_id: path if used[name] > 1 else name for layer_id, (name, path) in named.items()}


def shell_command(analysis: Analysis) -> str:
    """Return the command line that does the same, ready to be run in bash or zsh."""
    return " ".join(_shell_word(word) for word in ("jjjmap", *analysis.arguments()))


def _shell_word(word: str) -> str:
    """Return a word as a shell takes it, with nothing in it that would steer a terminal it is pasted into.

    A name of a column may hold the character that deletes a line, and a command of its own behind it.
    """
    if word.isprintable():
        return shlex.quote(word)
    said = (f"\\{letter}" if letter in "\\'" else shown_letter(letter) for letter in word)
    return f"$'{''.join(said)}'"


def command_remarks(provenance: Provenance, layers: Mapping[str, StoredLayer]) -> str:
    """Return what has to be known before a command is run elsewhere; empty for nothing."""
    said = []
    made = [
        note.title
        for note in provenance.inputs
        if note.layer_id and (note.layer_id not in layers or layers[note.layer_id].source is None)
    ]
    if made:
        said.append(
            _("“{titles}”不是从文件打开的，请先用“另存为…”存成文件。").format(
                titles=_("、").join(dict.fromkeys(made))
            )
        )
    if any(note.filter_key for note in provenance.inputs):
        said.append(_("窗口里的筛选不在命令里：请先把筛选后的行另存为文件，否则会算全部行。"))
    return "\n".join(said)
