"""Sources after GB/T 7714-2015, and a place or a figure with its sources as one line to paste.

What is not known is left out: no author, page or day of access is made up. The marks of the standard are the
same in both languages of the program. A remark such as （转载） stays with the publisher: a copy is not taken
for the original, nor who copied it for the author.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from jjjmap.catalogue.details import containing_units, via_name
from jjjmap.catalogue.models import Catalogue, Figure, Place, Source
from jjjmap.catalogue.wording import figure_text, kind_name, period_text, position_text
from jjjmap.i18n import Language, in_language, speaking

_NEWSPAPER = re.compile(
    r"(?<![通公简学情])(?:报|报海外版)$|\b(?:daily|times|post|herald|gazette)$", re.IGNORECASE
)
_JOURNAL = re.compile(r"(?:学报|周刊|月刊|季刊|杂志|期刊)$|\bjournal$", re.IGNORECASE)
_STANDARD = re.compile(r"\b(?:GB|GB/T|GB/Z|DB\d{2}|DB\d{2}/T|ISO|HJ|JT/T)\s?\d{3,}")
_REPORT = re.compile(r"(?:报告|公报|白皮书|蓝皮书|统计公报|report|communiqué)$", re.IGNORECASE)
_PAPER = re.compile(
    r"(?:意见|通知|通告|公告|办法|方案|规划|纲要|条例|规定|细则|决定|批复|要点|协议|备忘录|计划|清单|名单)$"
)
_AUTHORITY = re.compile(r"(?:省|市|区|县|部|委|委员会|局|厅|府|院|办|办公室|领导小组|工作组)$")
_COPIED = re.compile(r"转载|镜像|网|客户端|公众号|聚合|汇编|摘录")
_SITE = re.compile(
    r"(?:网|网站|客户端|公众号|号|频道|在线|社|电视台|论坛|百科|新闻|发布|云)$|\.(?:com|cn|net|org)$",
    re.IGNORECASE,
)
_COPIABLE = (_NEWSPAPER, _JOURNAL, _SITE, re.compile("媒体$"))
_REMARK = re.compile(r"（[^（）]*）$|\([^()]*\)$")
_PASSED_ON = re.compile(
    r"(?P<by>[^（）()]+(?:转[载引发]|(?<=[社网报台站号端刊])转(?![载引发])))(?P<of>[^（）()]{2,})"
)
"""A copy that says of what: A转B, A转载B."""
_COPYIST = re.compile(r"(?:转载|镜像)$")
"""Who copied it, where nobody says from whom."""
_NAMES = re.compile(r"[\u4e00-\u9fff]{2,4}(?:、[\u4e00-\u9fff]{2,4}){1,5}")
"""Two to six persons; the standard parts them by commas."""


def reference_to_source(source: Source, *, with_address: bool = True) -> str:
    """Return a source as an entry of a list of references.

    Parameters
    ----------
    source
        Of the catalogue, or a document of the user's.
    with_address
        Whether the address of an original stands at the end, without a full stop behind it. Mirrors and
        reposts have none: `Source.link`.

    Returns
    -------
    str
        One line. An article of a newspaper is ``[N]``, of a journal ``[J]``, a report ``[R]``, a standard
        ``[S]``, a data set ``[DB]``, a page of the web ``[EB/OL]``, any other paper ``[Z]``; ``/OL`` follows
        where an address does. Names of papers and journals stand behind the title as the place where it was
        printed, those of other publishers in front of it.
    """
    title, publisher, date = _part(source.title), _publisher(source), _part(source.date)
    if _NAMES.fullmatch(publisher):
        publisher = publisher.replace("、", ", ")
    link = _address(source.link) if with_address else ""
    kind = _kind(source)
    # A page of the web is on line by its nature, also where we may not link what we saw of it.
    mark = f"[{kind}/OL]" if kind == "EB" or link else f"[{kind}]"
    if kind in ("N", "J"):
        return _sentence("", f"{title}{mark}", ", ".join(part for part in (publisher, date) if part), link)
    if kind == "EB" or link:
        # For what stands on line the date is that of the page, which the standard sets in brackets.
        date = f"({date})" if date else ""
    if _COPYIST.search(_without_remarks(publisher)):
        return _sentence("", f"{title}{mark}", ", ".join(part for part in (publisher, date) if part), link)
    return _sentence(publisher, f"{title}{mark}", date, link)


def references_to(catalogue: Catalogue, source_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the references to sources, each once, in the order given; unknown ids are left out."""
    return tuple(
        reference_to_source(catalogue.sources[source_id])
        for source_id in dict.fromkeys(source_ids)
        if source_id in catalogue.sources
    )


def place_citation(catalogue: Catalogue, place: Place, language: Language) -> str:
    """Return a place as one line: name, kind, where it is and how sure that is, and its sources.

    Notes
    -----
    A place without a source of its own says so rather than borrowing one.
    """
    _ = in_language(language)
    with speaking(language):
        kind, position = kind_name(place.kind), position_text(place)
    other = place.name_en if language is Language.ZH else place.name_zh
    name, comma = place.name(language), "，" if language is Language.ZH else ", "
    titled = _("{name}（{other}）").format(name=name, other=other) if other and other != name else name
    units = [unit.name(language) for unit in containing_units(catalogue, place)]
    # As addresses are written: from the province down in Chinese, upwards in English.
    where = "".join(reversed(units)) if language is Language.ZH else comma.join(units)
    code = _("行政区划代码 {code}").format(code=place.id) if place.kind.is_unit else ""
    said = comma.join(part for part in (titled, kind, where, code) if part and part != name)
    return _with_sources((said, position), references_to(catalogue, place.source_ids), language)


def figure_citation(catalogue: Catalogue, figure: Figure, language: Language) -> str:
    """Return a figure as one line: whose it is, what it counts, period, value, comparison, and its source."""
    _ = in_language(language)
    comma = "，" if language is Language.ZH else ", "
    scope = via_name(catalogue, figure.scope_id, language)
    indicator = figure.indicator(language)
    head = _("{part}：{indicator}").format(part=scope, indicator=indicator) if scope else indicator
    parts = (
        head,
        period_text(figure.period, language),
        figure_text(figure, language),
        figure.comparison(language),
    )
    doubt = _("各来源说法不一，或数据经过修订。") if figure.contested else ""
    said = (comma.join(_part(part) for part in parts if part), figure.note(language), doubt)
    return _with_sources(said, references_to(catalogue, (figure.source_id,)), language)


def _with_sources(said: tuple[str, ...], references: tuple[str, ...], language: Language) -> str:
    """Return sentences and the sources behind them on one line; empty sentences are left out."""
    _ = in_language(language)
    stop = "。" if language is Language.ZH else ". "
    text = stop.join(_part(sentence) for sentence in said if sentence)
    if not references:
        return _("{said}。来源：资料库没有记下。").format(said=text)
    # The address of a source keeps no full stop, so none of them has one.
    listed = ("；" if language is Language.ZH else "; ").join(entry.rstrip(".") for entry in references)
    return _("{said}。来源：{references}").format(said=text, references=listed)


def _kind(source: Source) -> str:
    """Return the letter of the standard for what a source is."""
    title = _part(source.title)
    publisher = _without_remarks(_publisher(source))
    printed_by = re.split(r"[/，]", publisher)[0].strip()
    if source.quality == "dataset" or source.link_kind in ("dataset", "repository"):
        return "DB"
    if _STANDARD.search(title):
        return "S"
    if _NEWSPAPER.search(printed_by):
        return "N"
    if _JOURNAL.search(printed_by):
        return "J"
    is_site = bool(_SITE.search(publisher))
    # A title in 〔〕 is our description of a page: its last word says nothing of what kind the page is.
    if not is_site and not title.startswith("〔"):
        bare = _without_remarks(title)
        if _REPORT.search(bare):
            return "R"
        if _PAPER.search(bare) and _AUTHORITY.search(publisher):
            return "Z"
    is_copied = bool(_COPIED.search(source.publisher))
    return "EB" if is_site or is_copied or source.url else "Z"


def _publisher(source: Source) -> str:
    """Return who published a source; of A转B that is B, and A a remark behind it."""
    publisher = _part(source.publisher)
    passed_on = _PASSED_ON.fullmatch(publisher)
    # Else 转 may be part of another word: only a paper or a site can have been copied.
    if passed_on is None or not any(sort.search(passed_on["of"]) for sort in _COPIABLE):
        return publisher
    return f"{passed_on['of'].strip()}（{passed_on['by'].strip()}）"


def _without_remarks(text: str) -> str:
    """Return a name or title without the remarks in brackets at its end."""
    while (shorter := _REMARK.sub("", text).strip()) != text and shorter:
        text = shorter
    return text


def _address(link: str) -> str:
    """Return an address with its spaces and characters beyond ASCII escaped: it is one word in a line."""
    return quote(link, safe="%/:?#[]@!$&'()*+,;=-._~")


def _sentence(before: str, titled: str, after: str, link: str) -> str:
    """Join parts with full stops, as the standard wants it, without doubling those that are there."""
    said = "".join(f"{part.rstrip('.')}. " for part in (before, titled, after) if part)
    return f"{said}{link}" if link else said.rstrip()


def _part(text: str) -> str:
    return " ".join(text.split()).rstrip("。.")
