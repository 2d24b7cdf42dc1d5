"""What a document seems to be called, who published it, when, and under which number; unknown stays empty."""

import itertools
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import PurePath

from jjjmap.text.documents.english_heading import day_in, is_byline, issuer_in
from jjjmap.text.records import DocumentDetails, DocumentFormat, RawText

_HEAD_LINES = 20
_FOOT_LINES = 12
_LONGEST_LINE = 400
"""Characters of a line that are looked at; details stand in short lines."""
_FIRST_YEAR, _LAST_YEAR = 1949, 2100


def guess_details(text: str, raw: RawText, file_name: str) -> DocumentDetails:
    """Guess the details of a document.

    Parameters
    ----------
    text
        The cleaned text.
    raw
        What the reader gave: the lines that the cleaning took out tell the source and the date.
    file_name
        Without folders; its stem is the title when nothing better is known.
    """
    stem = PurePath(file_name.replace("\\", "/")).name.rpartition(".")[0] or file_name
    head = _lines(text[:20_000].split("\n"), _HEAD_LINES)
    foot = _lines(reversed(text[-4_000:].split("\n")), _FOOT_LINES)[::-1]
    raw_head = _lines(raw.text[:20_000].split("\n"), 2 * _HEAD_LINES)
    raw_foot = _lines(reversed(raw.text[-4_000:].split("\n")), 2 * _FOOT_LINES)[::-1]
    title = _title(head, raw, (*raw_head, *raw_foot), stem)
    return DocumentDetails(
        title=title,
        issuer=_issuer(title, head, foot, raw_head, raw_foot),
        date=_date(head, foot, raw_head, raw, stem),
        number=_number(raw_head, title),
    )


def _lines(lines: Iterable[str], most: int) -> list[str]:
    """Return the first lines that say something, without the spaces around them."""
    bare = (line.strip() for line in lines)
    return [line[:_LONGEST_LINE] for line in itertools.islice(filter(None, bare), most)]


# -- Title -----------------------------------------------------------------------------------------

_LONGEST_TITLE = 80
_PROSE = re.compile(r"[。；][”’」』）)】]?|[，,].*[，,].*[，,]")
_NO_TITLE = re.compile(
    r"(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]\d{1,2}[）)]|\d{1,2}[、.．](?!\d)|第[一二三四五六七八九十百\d]{1,4}[章节条部分篇编]|"
    r"问题?[一二三四五六七八九十\d]{0,3}[：:]|答[：:]|附件|目\s?录|前\s?言|引\s?言|摘\s?要|导\s?语|编者按|【|"
    r"(?:时间|日期|来源|作者|发布|发文|文号|索引号|责编|责任编辑|编辑|记者|原标题|关键词|字号|浏览|点击|主题|图为|图[:：]|新华社|本报|人民日报)|"
    r"\d{4}[-/.年]|[-—=_*~]{3,}|https?:|www\.)|"
    r".*(?:[:：]|记者.{2,12}[摄报文]|摄)$"
)
_POLICY_WORD = re.compile(
    r"通知|意见|方案|规划|办法|条例|规定|细则|纲要|公告|通告|决定|行动计划|措施|报告|答记者问|解读|协议|指南|目录|函$|批复"
)
_ORIGINAL = re.compile(r"[（(]原标题\s?[:：]\s?([^（）()\n]{4,80})[）)]")
_SITE_SUFFIX = re.compile(r"\s?(?:[-_|–—]|\s-\s)\s?([^-_|–—]{2,24})$")
_MADE_BY_PROGRAM = re.compile(
    r"(?:microsoft word\s?-.*|untitled.*|无标题.*|新建.*|未命名.*|document\d*|文档\s?\d*|"
    r"word document|powerpoint.*|"
    r".*\.(?:docx?|pdf|wps|html?|txt|indd|qxd|cdr))",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    [
        "总体要求",
        "首页",
        "正文",
        "简介",
        "概述",
        "通知公告",
        "政策文件",
        "新闻",
        "要闻",
        "时政",
        "经济",
        "产业",
        "专题",
        "热点专题",
    ]
)
_GOES_ON = re.compile(r"(?:的|及|和|与|、|关于|关于印发|印发|等部门|办公厅|委员会|人民政府)$")


def _title(head: Sequence[str], raw: RawText, around: Iterable[str], stem: str) -> str:
    for line in around:
        match = _ORIGINAL.search(line)
        if match:
            return _tidy_title(match.group(1))
    own = _own_title(raw, head)
    candidates: list[tuple[float, int, str]] = []
    for index, line in enumerate(head):
        if len(line) >= 25 and _PROSE.search(line):
            break
        if _may_be_title(line):
            candidates.append((_likeness(line), -index if line.isascii() else index, line))
    if own:
        return own
    if candidates:
        # The last of equals: it stands nearest to the text. In English the first, for headings follow.
        _, index, line = max(candidates)
        return _tidy_title(_whole_title(head, abs(index), line))
    return _tidy_title(stem.replace("_", " "))


def _may_be_title(line: str) -> bool:
    return (
        4 <= len(line) <= _LONGEST_TITLE
        and not _NO_TITLE.match(line)
        and not is_byline(line)
        and line not in _GENERIC
        and not (line[-1] in "。；，,;、" or (line[0] in "（(" and line[-1] in "）)"))
        and sum(map(str.isalpha, line)) >= len(line) / 2
        and not _NUMBER.fullmatch(line)
    )


def _likeness(line: str) -> float:
    score = min(len(line), 24) / 24
    if _POLICY_WORD.search(line):
        score += 0.5
    if "关于" in line:
        score += 0.3
    return round(score, 1)


def _whole_title(head: Sequence[str], index: int, line: str) -> str:
    """Return a title with the lines that it is spread over."""
    while index > 0 and _GOES_ON.search(head[index - 1]) and _may_be_title(head[index - 1]):
        index -= 1
        line = head[index] + line
    while _GOES_ON.search(line) and index + 1 < len(head) and len(head[index + 1]) <= 40:
        index += 1
        if head[index] in line:
            break
        line += head[index]
    return line


def _own_title(raw: RawText, head: Sequence[str]) -> str:
    """Return the title that the file gives itself, if it is one."""
    title = " ".join(raw.title.split())
    if len(title) < 4 or _MADE_BY_PROGRAM.fullmatch(title) or title in _GENERIC:
        return ""
    bare_head = ["".join(line.split()) for line in head]
    # Pages add the name of their site, often more than one; what stands in the text is the title.
    shortened = title
    for _ in range(3):
        if "".join(shortened.split()) in bare_head:
            return _tidy_title(shortened)
        match = _SITE_SUFFIX.search(shortened)
        if not match or match.start() < 4:
            break
        shortened = shortened[: match.start()]
    if raw.format is DocumentFormat.HTML:
        return _tidy_title(shortened)
    # Those of docx and pdf are often left over from another document: believed only if the text agrees.
    bare = "".join(title.split())
    return (
        _tidy_title(title)
        if any(bare in line or (len(line) > 5 and line in bare) for line in bare_head)
        else ""
    )


def _tidy_title(title: str) -> str:
    title = _TITLE_NUMBER.sub("", " ".join(title.split()))
    return (
        title.strip(" -_|·《》")[:_LONGEST_TITLE]
        if title.count("《") != 1 or title[0] == "《"
        else title[:_LONGEST_TITLE]
    )


# -- Number ----------------------------------------------------------------------------------------

_YEAR_BOX = r"[〔\[［【（(]\s?(?:19|20)\d\d\s?[〕\]］】）)]"
_NUMBER = re.compile(rf"[\u4e00-\u9fff]{{1,16}}\s?{_YEAR_BOX}\s?第?\s?\d{{1,5}}\s?号")
_TITLE_NUMBER = re.compile(rf"\s?[（(]\s?{_NUMBER.pattern}\s?[）)]$")
_NUMBER_LABEL = re.compile(rf"(?:文\s?号|发文字号|文件编号|发文号)\s?[:：]\s?({_NUMBER.pattern})")
_YEAR_NUMBER = re.compile(r"(?:[\u4e00-\u9fff]{2,24}?(?:公告|令|通告)\s?)?((?:19|20)\d\d年第\s?\d{1,5}\s?号)")


def _number(head: Sequence[str], title: str) -> str:
    for line in head:
        match = _NUMBER_LABEL.search(line)
        if match:
            return _without_spaces(match.group(1))
    for line in head:
        # A line that is the number, or the title with it; what a sentence cites is another document's.
        if len(line) > 25 and _PROSE.search(line):
            break
        match = _NUMBER.fullmatch(line.strip("（）()"))
        if match:
            return _without_spaces(match.group())
        behind = _TITLE_NUMBER.search(line)
        if behind and title and line.startswith(title[:8]):
            return _without_spaces(behind.group().strip("（）() "))
        found = _YEAR_NUMBER.fullmatch(line.strip("（）()"))
        if found:
            return _without_spaces(found.group(1))
    return ""


def _without_spaces(text: str) -> str:
    return "".join(text.split())


# -- Issuer ----------------------------------------------------------------------------------------

_SOURCE = re.compile(
    r"(?:信息来源|稿件来源|文章来源|来\s?源|发布机构|发文机关|发文单位|发布单位|制发机关|发布机关)\s?[:：]\s?[【\[]?"
    r"([^\s:：,，。；;|｜/【】\[\]()（）]{2,30})"
)
_BODY = (
    r"(?:[\u4e00-\u9fff]{2,24}?(?:人民政府办公厅|人民政府办公室|人民政府|委员会办公厅|委员会办公室|委员会|发展改革委|经济和信息化局|"
    r"工业和信息化厅|工业和信息化部|财政部|科技部|商务部|农业农村部|国务院办公厅|国务院|办公厅|办公室|协同办|发改委|经信局|工信局|工信厅|"
    r"工信部|统计局|[厅部局委]))"
)
_TITLE_BODY = re.compile(
    rf"({_BODY})(?:等[\u4e00-\u9fff]{{0,8}}(?:部门|单位))?\s?(?:关于|印发|发布|负责同志|有关负责|负责人|新闻发言人|公告|令)"
)
_TITLE_BODY_EARLY = re.compile(
    r"(国务院|工业和信息化部|国家发展改革委)(?:办公厅)?\s?(?:关于|印发|发布|负责同志|有关负责|负责人)"
)
_SIGNATURE = re.compile(rf"(?:{_BODY}\s{{0,4}}){{1,4}}")
_AGENCY = re.compile(r"[（(]?(新华社)[\u4e00-\u9fff]{2,8}\d{1,2}月\d{1,2}日电")


def _issuer(
    title: str, head: Sequence[str], foot: Sequence[str], raw_head: Sequence[str], raw_foot: Sequence[str]
) -> str:
    for line in (*raw_head, *raw_foot[-8:]):
        match = _SOURCE.search(line[:200])
        if match:
            return _without_label(match.group(1))
    for pattern in (_TITLE_BODY_EARLY, _TITLE_BODY):
        match = pattern.match(title)
        if match:
            return match.group(1)
    for line, below in itertools.pairwise(foot):
        if len(line) <= 60 and _SIGNATURE.fullmatch(line) and _whole_date(below):
            return line.split()[0]
    for line in head:
        match = _AGENCY.search(line[:60])
        if match:
            return match.group(1)
    return next(filter(None, map(issuer_in, raw_head)), "")


def _without_label(source: str) -> str:
    """Cut off what follows without a gap: 来源:新华网作者:…."""
    return re.split(r"作者|编辑|责编|点击|时间|日期|发布", source)[0].strip("《》“”\"'") or source


# -- Date ------------------------------------------------------------------------------------------

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?(?:年|[-/.])\s?(\d{1,2})\s?(?:月|[-/.])\s?(\d{1,2})(?!\d)\s?日?")
_CHINESE_DAY = re.compile(
    r"([二一][〇○零九八七六五四三二一]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_LABELLED = re.compile(r"(?:发布时间|发布日期|发文日期|成文日期|印发日期|更新时间|时\s?间|日\s?期)\s?[:：]")
_BYLINE = re.compile(r"来\s?源\s?[:：]|作者\s?[:：]|记者|浏览|点击|字号|^[（(]?(?:19|20)\d\d\D")
_DATELINE = re.compile(
    r"(?:新华社|人民网|中新社|中新网|央视网|本报|【)[^。，]{0,24}?(?<!\d)(\d{1,2})月(\d{1,2})日\s?(?:电|讯|】)"
)
_FILE_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.年]?([01]\d)[-_.月]?([0-3]\d)(?!\d)")
_CHINESE_DIGITS = {
    char: digit for digit, chars in enumerate(("〇○零", *"一二三四五六七八九")) for char in chars
}


def _date(head: Sequence[str], foot: Sequence[str], raw_head: Sequence[str], raw: RawText, stem: str) -> str:
    for line in raw_head:
        label = _LABELLED.search(line)
        if label and (found := _first_day(line[label.end() : label.end() + 30])):
            return found
    if raw.format is DocumentFormat.HTML and raw.date:
        return raw.date
    for line in raw_head:
        if (
            len(line) <= 120
            and not _PROSE.search(line)
            and _BYLINE.search(line)
            and (found := _first_day(line))
        ):
            return found
    # The day below the signature, and the day below the title.
    for line in (*reversed(foot), *head):
        if found := _whole_date(line):
            return found
    from_name = _FILE_DAY.search(stem)
    named = _iso(*(int(part) for part in from_name.groups())) if from_name else ""
    for line in raw_head:
        match = _DATELINE.search(line[:120])
        if match:
            return _dateline_day(match, line, named, raw)
    return named or next(filter(None, map(day_in, raw_head)), "")


def _dateline_day(match: re.Match[str], line: str, named: str, raw: RawText) -> str:
    """Return the day of a dateline, which seldom tells the year; empty if nothing else tells it."""
    full = _DAY.search(line[:120])
    year = full.group(1) if full else (named or raw.date)[:4]
    return _iso(int(year), int(match.group(1)), int(match.group(2))) if year else ""


def _whole_date(line: str) -> str:
    """Return the day that a line is, and nothing besides."""
    bare = "".join(line.split()).strip("（）()")
    if len(bare) > 20:
        return ""
    match = _DAY.fullmatch(bare)
    if match:
        return _iso(*(int(part) for part in match.groups()))
    match = _CHINESE_DAY.fullmatch(bare)
    return _chinese_day(match) if match else ""


def _first_day(text: str) -> str:
    match = _DAY.search(text)
    if match:
        return _iso(*(int(part) for part in match.groups()))
    match = _CHINESE_DAY.search(text)
    return _chinese_day(match) if match else ""


def _chinese_day(match: re.Match[str]) -> str:
    year = int("".join(str(_CHINESE_DIGITS[char]) for char in match.group(1)))
    return _iso(year, _below_hundred(match.group(2)), _below_hundred(match.group(3)))


def _below_hundred(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    value = _CHINESE_DIGITS[ones] if ones else 0
    return value + (10 * (_CHINESE_DIGITS.get(tens, 1)) if ten else 0)


def _iso(year: int, month: int, day: int) -> str:
    try:
        found = date(year, month, day)
    except ValueError:
        return ""
    return found.isoformat() if _FIRST_YEAR <= year <= _LAST_YEAR else ""
