"""Words of the library: what a document is called, what became of a file, what its cleaning did."""

from __future__ import annotations

from jjjmap.catalogue.wording import date_text
from jjjmap.i18n import Language, _
from jjjmap.text.records import CleaningKind, SubjectKind
from jjjmap.text.store.library_records import DocumentEntry, Outcome
from jjjmap.text.store.versions import Likeness

UNKNOWN = "—"
"""Where nothing is known; an empty cell would look like a fault."""

MOSTLY = 0.5
"""Two texts that share less than this are told by how much of one stands in the other."""

_KB, _MB = 1_000, 1_000_000


def title_of(entry: DocumentEntry) -> str:
    """Return the title of a document, or the name of its file if it has none."""
    return entry.details.title or entry.file_name


def dated_title(entry: DocumentEntry, language: Language) -> str:
    """Return title, issuer and date in one line, as far as they are known."""
    date = date_text(entry.details.date, language) if entry.details.date else ""
    about = _("，").join(filter(None, (entry.details.issuer, date)))
    return _("{title}（{about}）").format(title=title_of(entry), about=about) if about else title_of(entry)


def figures_short(entry: DocumentEntry) -> str:
    """Return how many figures a document has and how many were accepted, for a narrow cell."""
    accepted = f" ✓{entry.accepted_figures}" if entry.accepted_figures else ""
    return f"{entry.figures}{accepted}"


def percent(share: float) -> str:
    """Return a share as a percentage; nearly all is not all."""
    whole = round(share * 100)
    return f"{min(whole, 99) if share < 1 else whole}%"


def likeness_text(likeness: Likeness, title: str) -> str:
    """Return how a document is like another one, in a few words: as a whole, or as a part of it."""
    if likeness.resemblance >= MOSTLY:
        return _("≈{share} {title}").format(share=percent(likeness.resemblance), title=title)
    if likeness.share >= likeness.other_share:
        return _("{share} 出自 {title}").format(share=percent(likeness.share), title=title)
    return _("含 {share} 的 {title}").format(share=percent(likeness.other_share), title=title)


def size_text(size_bytes: int) -> str:
    """Return the size of a file in the units of file managers."""
    if size_bytes >= _MB:
        return f"{size_bytes / _MB:.1f} MB"
    return f"{size_bytes / _KB:.1f} kB" if size_bytes >= _KB else _("{n} 字节").format(n=size_bytes)


def outcome_name(outcome: Outcome) -> str:
    """Return what became of a file, in one word."""
    return {
        Outcome.NEW: _("新文件"),
        Outcome.UNCHANGED: _("已有"),
        Outcome.UPDATED: _("已更新"),
        Outcome.VERSION: _("版本"),
    }[outcome]


def cleaning_name(kind: CleaningKind) -> str:
    """Return what a step of the cleaning does."""
    return {
        CleaningKind.BOILERPLATE: _("去掉网页栏目、按钮和页脚"),
        CleaningKind.PAGE_HEADERS: _("去掉页眉和页码"),
        CleaningKind.REPEATS: _("去掉重复的行"),
        CleaningKind.JOINED_LINES: _("接上断开的行"),
        CleaningKind.SPACES: _("去掉多余的空格"),
    }[kind]


def subject_kind_name(kind: SubjectKind) -> str:
    """Return what a mention may name, as a group."""
    return {
        SubjectKind.PLACE: _("图上地点"),
        SubjectKind.TOWN: _("城镇"),
        SubjectKind.CHAIN: _("产业链"),
    }[kind]
