"""What two documents say differently, in words: for the command line, the window and tables alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jjjmap.i18n import Language, _
from jjjmap.i18n import language as language_in_use
from jjjmap.text.comparison.comparison_records import (
    Change,
    ChangeKind,
    Comparison,
    Matter,
    Side,
)
from jjjmap.text.comparison.listings import ListingKind

NAME_CHARS = 80
"""A name or a sentence in the place of one is shortened to about so many characters."""

NOTABLE_FIRST = (
    ChangeKind.MOVED,
    ChangeKind.REPLACED,
    ChangeKind.RENAMED,
    ChangeKind.CHANGED,
    ChangeKind.APPEARED,
    ChangeKind.VANISHED,
)
"""Changes as a reader wants to hear of them: what became of something before what is new."""

_TOLD_ONE_BY_ONE = 2
"""In a summary so many of a kind are told in a sentence of their own."""

NameOf = Callable[[str], str]
"""Returns what the catalogue calls a subject; empty, or the id itself, if it does not know it."""


class ComparisonTexts:
    """Writes about changes in the language in use."""

    def __init__(self, name_of: NameOf) -> None:
        self._name_of = name_of

    def change(self, change: Change) -> str:
        """Return a change in one sentence."""
        before, after = self._sides(change)
        match change.kind:
            case ChangeKind.APPEARED:
                text = _("出现：{after}").format(after=after)
            case ChangeKind.VANISHED:
                text = _("消失：{before}").format(before=before)
            case ChangeKind.RENAMED if change.matter is Matter.TARGET:
                text = _("改写：{before} → {after}").format(before=before, after=after)
            case ChangeKind.RENAMED:
                text = _("更名：{before} → {after}").format(before=before, after=after)
            case ChangeKind.MOVED:
                sentence = _("移动：{before}，从{old}到{new}（{after}）")
                if before == after:
                    sentence = _("移动：{before}，从{old}到{new}")
                text = sentence.format(
                    before=before, after=after, old=list_name(change.before), new=list_name(change.after)
                )
            case ChangeKind.REPLACED:
                text = _("替换：{after} 取代 {before}").format(before=before, after=after)
            case ChangeKind.CHANGED:
                text = _("变化：{before} → {after}").format(before=before, after=after)
        if change.joined and change.kind is ChangeKind.RENAMED:
            text += _("（合并或拆分：{names}）").format(names=_listed(change.joined))
        return text

    def side(self, side: Side) -> str:
        """Return what one document calls it, with what tells it from others."""
        figure = side.figure
        if figure is not None:
            about = (self._known(figure.scope_id), one_line(figure.indicator), figure.period)
            told = _listed(part for part in about if part)
            name = one_line(figure.text)
            return _("{name}（{about}）").format(name=name, about=told) if told else name
        name = shortened(one_line(side.name))
        if side.horizon:
            return _("{name}（{year}）").format(name=name, year=side.horizon)
        known = self._known(side.subject_id) if side.in_list is None else ""
        # 廊坊 says enough; of two places in one composite name the reader must be told which is meant.
        is_telling = known and one_line(side.name) not in known
        return _("{name}（{about}）").format(name=name, about=known) if is_telling else name

    def summary(self, comparison: Comparison) -> str:
        """Return in a line or two what is most worth knowing of all changes."""
        if not comparison.changes:
            return _("两份文档说的地点、集群、产业链、目标和数字都相同。")
        same = sum(comparison.unchanged.values())
        parts = [_("{n} 处不同，{same} 处相同").format(n=len(comparison.changes), same=same)]
        listings = [
            change for change in comparison.changes if change.matter in (Matter.CHAIN, Matter.CLUSTER)
        ]
        for change in [each for each in listings if each.kind is ChangeKind.MOVED][:_TOLD_ONE_BY_ONE]:
            before, after = self._sides(change)
            told = _("{before}从{old}移到{new}（{after}）")
            if before == after:
                told = _("{before}从{old}移到{new}")
            old, new = list_name(change.before), list_name(change.after)
            parts.append(told.format(before=before, after=after, old=old, new=new))
        for change in [each for each in listings if each.kind is ChangeKind.REPLACED][:_TOLD_ONE_BY_ONE]:
            before, after = self._sides(change)
            parts.append(_("{after}取代{before}").format(before=before, after=after))
        counted = {
            ChangeKind.RENAMED: _("更名 {n} 个"),
            ChangeKind.APPEARED: _("新列出 {n} 个"),
            ChangeKind.VANISHED: _("不再列出 {n} 个"),
        }
        numbers = {kind: sum(change.kind is kind for change in listings) for kind in counted}
        told_counts = [counted[kind].format(n=number) for kind, number in numbers.items() if number]
        if told_counts:
            parts.append(_("集群和产业链{counts}").format(counts=_("，").join(told_counts)))
        rest = [
            f"{matter_name(matter)} {len(comparison.about(matter))}"
            for matter in (Matter.PLACE, Matter.TARGET, Matter.FIGURE)
            if comparison.about(matter)
        ]
        if rest:
            parts.append(_("其余不同：{counts}").format(counts=_listed(rest)))
        return _("；").join(parts) + _("。")

    def _sides(self, change: Change) -> tuple[str, str]:
        before, after = ("" if side is None else self.side(side) for side in (change.before, change.after))
        return before, after

    def _known(self, subject_id: str) -> str:
        name = self._name_of(subject_id) if subject_id else ""
        return "" if name == subject_id else name


def matter_name(matter: Matter) -> str:
    """Return what a change is about, in a word."""
    return {
        Matter.CHAIN: _("产业链"),
        Matter.CLUSTER: _("集群"),
        Matter.PLACE: _("所提地点"),
        Matter.TARGET: _("政策目标"),
        Matter.FIGURE: _("数字"),
    }[matter]


def change_name(change: Change) -> str:
    """Return what became of something, in a word."""
    if change.kind is ChangeKind.RENAMED and change.matter is Matter.TARGET:
        return _("改写")
    return {
        ChangeKind.APPEARED: _("出现"),
        ChangeKind.VANISHED: _("消失"),
        ChangeKind.RENAMED: _("更名"),
        ChangeKind.MOVED: _("移动"),
        ChangeKind.REPLACED: _("取代"),
        ChangeKind.CHANGED: _("数值变化"),
    }[change.kind]


def list_name(side: Side | None) -> str:
    """Return in which list a name stands; empty for what is in none."""
    lists = {ListingKind.CHAIN: _("产业链名单"), ListingKind.CLUSTER: _("集群名单")}
    return lists[side.in_list] if side is not None and side.in_list is not None else ""


def shortened(text: str) -> str:
    """Return a text without its middle where it is long."""
    return text if len(text) <= NAME_CHARS else f"{text[: NAME_CHARS - 20]}…{text[-16:]}"


def one_line(text: str) -> str:
    """Return a text without line breaks and without what would steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))


def _listed(names: Iterable[str]) -> str:
    return ("、" if language_in_use() is Language.ZH else ", ").join(names)
