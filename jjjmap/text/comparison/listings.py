"""Enumerations that a text makes of industrial chains and of clusters, with where each name stands."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class ListingKind(StrEnum):
    """What an enumeration is one of."""

    CHAIN = "chain"
    CLUSTER = "cluster"


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One name of an enumeration."""

    text: str
    """``document.text[start:end]``, with the spaces and line breaks that stand in it."""
    start: int
    end: int
    name: str
    """Without spaces and line breaks, in half-width letters, without 产业链 or 集群 behind it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """An enumeration of at least two names."""

    kind: ListingKind
    items: tuple[ListedItem, ...]
    start: int
    """Of the first item."""
    end: int
    """Of the last item."""
    announced: int = 0
    """How many the text says there are (六条重点产业链); 0 if it does not say."""


LONGEST_NAME = 24
"""In characters: what is longer is no name but the half of a sentence."""
MOST_ITEMS = 60

_LONGEST_CLAUSE = 1200
"""Clauses that are longer are no prose; looking for names in them would only take time."""

# Full-width and half-width marks mean the same; a name is looked for without either.
_SAME_MARKS = str.maketrans(
    {
        ",": "，",
        ";": "；",
        ":": "：",
        "(": "（",
        ")": "）",
        "!": "！",
        "?": "？",
        "﹑": "、",
        "､": "、",
        "｡": "。",
        "〔": "（",
        "〕": "）",
        "[": "（",
        "]": "）",
        "【": "（",
        "】": "）",
        "「": "“",
        "」": "”",
        "『": "“",
        "』": "”",
        "‘": "“",
        "’": "”",
    }
)
_STOPS = re.compile("[。；！？\n]")
_CLAUSE_MARKS = re.compile("[，：（）]")
_QUOTES = "“”\"'"

_NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十百]{1,4})"
_DIGITS = {letter: number for number, letter in enumerate("零一二三四五六七八九") if letter != "零"} | {
    "两": 2
}

# What may stand between the last name and the word that says what they all are.
_ATTRIBUTE = (
    r"(?:重点|优势|特色|主导|支柱|战略性?|新兴|未来|关键|核心|标志性|现代化?|高端|先进|制造业?|中小企业|"
    r"世界级?|国家级?|国际|省级|市级|区域|跨区域|京津冀|三地|[百千万]亿级?|万亿级?|协同|创新|发展|产业|工业|"
    r"具有[^、，]{0,10}?的|有[^、，]{0,8}?竞争力的|的)"
)
_ATTRIBUTES = rf"{_ATTRIBUTE}{{0,6}}?"
_HEAD_NOUN = r"(?P<noun>产业链条?|产业集群|集群|链条)"
_NICKNAME = rf"[“\"']?{_NUMBER}大?(?P<nick>[链群])(?![条体众])[”\"']?"
_COUNT = rf"(?P<count>{_NUMBER})(?:条|个|大|类)"

_ADVERB = (
    r"(?:着力|加快|全力|重点|努力|协同|联合|共同|合力|大力|积极|持续|推动|推进|逐步|不断|进一步|力争|来|以)"
)
_GOAL = (
    rf"，?{_ADVERB}{{0,3}}(?:打造|建设|建成|培育|构建|形成|壮大|发展|做强|做大|做强做大|做大做强|共建|创建|集聚)"
    rf"(?P<aim>[^、，]{{0,24}}?){_HEAD_NOUN}(?=[，：（）”\"]|发展|建设|$)"
)

# Behind the last name: 等六条重点产业链 · 6条重点产业链 · 等产业链 · 产业链 · “六链”.
_TAIL = re.compile(rf"等?(?:{_COUNT})?{_ATTRIBUTES}(?:{_HEAD_NOUN}|{_NICKNAME})")
# 等重点领域，着力打造世界级先进制造业集群 · 为重点，打造……集群 · 为主导的产业集群.
_FIELDS = re.compile(
    rf"(?:等?(?:{_COUNT})?{_ATTRIBUTES}(?:领域|方向|赛道|行业|产业|方面)|等?为(?:重点|主导|核心|代表|引领|特色|支撑|主)的?)"
    rf"(?:{_GOAL}|{_ATTRIBUTES}(?:产业链条?|产业集群|集群))"
)
_END_OF_LAST = re.compile(rf"等|(?:{_COUNT})|{_NICKNAME}|为(?:重点|主导|核心|代表|引领|特色|支撑|主)")

# Before the first name.
_VERB = (
    r"(?:培育|聚焦|围绕|瞄准|包括|包含|涵盖|涉及|打造|建设|建成|建强|壮大|抓好|谋划|布局|绘制|共建|做强|做大|做优|形成|"
    r"推进|推动|加快|支持|提升|实施|完善|发展|深耕|锁定|突出|依托|立足|构建|开展|集中在|集中于|分布在|选择|选取|选定|"
    r"明确|确定|优选|梳理|强化|延伸|锻造|联动|协作|深化|针对|促进|引导|编制|组织|落实|分别是|分别为|即是|也就是|"
    r"统筹|着力|携手|联合|协同|重点|主要|优先|率先|有序|持续|积极|大力|全力|共同|首批|即|指|为|是|在|对|将|把|以|就|有|的|如)"
)
_VERBS = re.compile(_VERB)
# In the middle of an enumeration these say that something else is being told.
_STRONG_VERBS = re.compile(
    r"(?:培育|聚焦|围绕|瞄准|打造|建设|壮大|抓好|谋划|布局|共建|做强|做大|推进|推动|加快|支持|提升|实施|完善|构建|开展|强化|深化|促进|引导|落实|优化|加强|健全|提高|扩大|拓展|推广)"
)
_OWNER = re.compile(r"(?:京津冀|三地|区域|全国|全省|全市|我国|我省|我市|国家|本市|本省)(?:地区|区域)?的?")
_SINGLE_VERBS = frozenset("即指为是在对将把以就有的如")
_ANNOUNCED = re.compile(
    rf"(?:(?P<count>{_NUMBER})(?:条|个|大|类)?)?{_ATTRIBUTES}(?:{_HEAD_NOUN}|(?P<nick>[链群]))[”\"']?"
    r"(?:图谱|名单|体系|建设|发展|培育|布局)?(?:主要)?(?:包括|包含|涵盖|分别是|分别为|指的是|即|指|为|是|有|如下)?$"
)
_OWN_HEAD = re.compile(r"(?:产业链条?|产业集群|集群)$")
_ONLY_ATTRIBUTES = re.compile(rf"(?:{_ATTRIBUTE}|数字|相关|若干|一批|供应|创新|价值)*(?:链)?")
_CONJUNCTION = re.compile("以及|和|与|及")


def find_listings(text: str, *, whole_names: Collection[str] = ()) -> tuple[Listing, ...]:
    """Return the enumerations of chains and clusters in a text, in its order.

    Parameters
    ----------
    text
        Line breaks and spaces inside names do no harm; an empty line ends a sentence.
    whole_names
        Names known to hold 和 or 与 of their own, as `ListedItem.name` has them: at the end of an enumeration
        it is else taken for the word before the last name, unless the announced number says otherwise.

    Notes
    -----
    Time grows with the length of the text alone: each clause is looked at once, and long ones not at all.
    """
    flat, positions = _flatten(text)
    known = {_name_of(name) for name in whole_names}
    drafts = [
        draft
        for start, end in _sentences(flat)
        if "、" in flat[start:end]
        for draft in _drafts(flat, start, end)
    ]
    for draft in drafts:
        known.update(flat[start:end] for start, end in draft.spans[:-1])
    found = []
    for draft in drafts:
        items = tuple(_item(text, flat, positions, start, end) for start, end in draft.split(flat, known))
        found.append(Listing(draft.kind, items, items[0].start, items[-1].end, draft.announced))
    return tuple(found)


def name_parts(name: str) -> tuple[str, ...]:
    """Return what 和, 与 or 及 join in a name; the name alone where nothing is joined."""
    parts = tuple(part for part in _CONJUNCTION.split(name) if part)
    return parts if len(parts) > 1 and all(len(part) > 1 for part in parts) else (name,)


# ------------------------------------------------------------------------------------------- one text


def _flatten(text: str) -> tuple[str, list[int]]:
    """Return a text without spaces inside sentences and with one kind of marks, and where each letter stood.

    One line break is a space, since newspapers break lines inside words; an empty line stays a break.
    """
    letters: list[str] = []
    positions: list[int] = []
    for match in re.finditer(r"\s+|[^\s]+", text):
        stretch = match.group()
        if stretch.isspace():
            if stretch.count("\n") > 1:
                letters.append("\n")
                positions.append(match.start())
            elif letters and _parts_latin(letters[-1], text[match.end() : match.end() + 1]):
                letters.append(" ")
                positions.append(match.start())
            continue
        letters.extend(stretch.translate(_SAME_MARKS))
        positions.extend(range(match.start(), match.end()))
    return "".join(letters), positions


def _parts_latin(before: str, after: str) -> bool:
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()


def _sentences(flat: str) -> Iterator[tuple[int, int]]:
    start = 0
    for stop in _STOPS.finditer(flat):
        yield start, stop.start()
        start = stop.end()
    yield start, len(flat)


@dataclass(slots=True)
class _Draft:
    """An enumeration whose last piece may still be two names."""

    kind: ListingKind
    spans: list[tuple[int, int]]
    announced: int

    def split(self, flat: str, known: Collection[str]) -> list[tuple[int, int]]:
        """Return the names, the last piece parted where 和 stands before the last of them."""
        start, end = self.spans[-1]
        last = flat[start:end]
        joins = [
            join for join in _CONJUNCTION.finditer(last) if join.start() > 1 and join.end() < len(last) - 1
        ]
        if not joins or last in known:
            return self.spans
        if self.announced:
            if len(self.spans) + 1 != self.announced:
                return self.spans
        elif len(joins) > 1 or _ends_alike(last[: joins[0].start()], last[joins[0].end() :]):
            return self.spans  # 新能源汽车和智能网联汽车 is one.
        join = joins[-1]
        return [*self.spans[:-1], (start, start + join.start()), (start + join.end(), end)]


def _ends_alike(first: str, second: str) -> bool:
    return first[-2:] == second[-2:]


def _drafts(flat: str, start: int, end: int) -> Iterator[_Draft]:
    """Yield the enumerations of one sentence."""
    marks = [start - 1, *(start + mark.start() for mark in _CLAUSE_MARKS.finditer(flat[start:end])), end]
    clauses = [(before + 1, after) for before, after in pairwise(marks)]
    for number, (clause_start, clause_end) in enumerate(clauses):
        if clause_end - clause_start > _LONGEST_CLAUSE or "、" not in flat[clause_start:clause_end]:
            continue
        draft = _draft(flat, start, clauses, number, end)
        if draft is not None:
            yield draft


def _draft(
    flat: str, sentence_start: int, clauses: list[tuple[int, int]], number: int, sentence_end: int
) -> _Draft | None:
    clause_start, clause_end = clauses[number]
    spans = _pieces(flat, clause_start, clause_end)
    last_start = spans[-1][0]
    # What says that the names are chains may stand in the next clause.
    ahead = flat[last_start : min(sentence_end, clause_end + 60)]
    kind, announced, last_end = _read_tail(ahead, clause_end - last_start)
    before = flat[max(sentence_start, clause_start - 40) : max(sentence_start, clause_start - 1)]
    first_start, kind_before, announced_before = _read_head(flat, spans[0], before)
    if kind is None:
        kind, announced = kind_before, announced_before
        if kind is None:
            return _self_headed(flat, spans, first_start)
    spans[0] = (first_start, spans[0][1])
    spans[-1] = (last_start, last_start + last_end)
    spans = [_trimmed(flat, *span) for span in spans]
    while spans and spans[-1][0] >= spans[-1][1]:
        return None
    if not _are_names(flat, spans):
        return None
    return _Draft(kind, spans, announced or announced_before)


def _pieces(flat: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces = []
    while True:
        mark = flat.find("、", start, end)
        if mark < 0:
            pieces.append((start, end))
            return pieces
        pieces.append((start, mark))
        start = mark + 1


def _read_tail(ahead: str, length: int) -> tuple[ListingKind | None, int, int]:
    """Return what the words behind the last name make of them all, how many they say, where the name ends.

    Parameters
    ----------
    ahead
        From the beginning of the last piece to some way into the next clause.
    length
        Of the last piece.
    """
    piece = ahead[: min(length, LONGEST_NAME + 16)]
    for mark in _END_OF_LAST.finditer(piece):
        for pattern in (_TAIL, _FIELDS):
            found = pattern.match(ahead, mark.start())
            if found is not None:
                return _kind_of(found), _count_of(found), mark.start()
        if mark.group().startswith("等"):
            return None, 0, mark.start()
    # 氢能、机器人产业链: nothing stands between name and noun but perhaps 重点.
    noun = re.search(rf"(?<!供应)({_ATTRIBUTES}){_HEAD_NOUN}", piece)
    if noun is not None and noun.start() > 1 and not piece[: noun.start()].endswith(("和", "与", "及")):
        return _kind_of(noun), 0, noun.start()
    return None, 0, len(piece)


def _kind_of(found: re.Match[str]) -> ListingKind:
    words = found.group()
    is_cluster = words.rstrip("”\"'").endswith(("集群", "群"))
    return ListingKind.CLUSTER if is_cluster else ListingKind.CHAIN


def _count_of(found: re.Match[str]) -> int:
    groups = found.groupdict()
    if groups.get("count"):
        return _number(groups["count"])
    nickname = re.search(rf"{_NUMBER}(?=大?[链群][”\"']?$)", found.group()) if groups.get("nick") else None
    return _number(nickname.group()) if nickname is not None else 0


def _number(printed: str) -> int:
    if printed.isdecimal():
        return int(printed)
    tens, ten, ones = printed.partition("十")
    if ten:
        return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
    return _DIGITS.get(printed, 0)


def _read_head(flat: str, first: tuple[int, int], before: str) -> tuple[int, ListingKind | None, int]:
    """Return where the first name begins, and what the words before it say that the names are."""
    start, end = first
    start = max(start, end - 4 * LONGEST_NAME)
    piece = flat[start:end]
    begin = 0
    for verb in _VERBS.finditer(piece):
        # A name may begin with such letters, but it does not end with them: two letters must be left.
        if verb.end() > len(piece) - 2:
            break
        if verb.group() in _SINGLE_VERBS and not _may_lead(piece, verb):
            continue
        begin = verb.end()
    announcement = piece[:begin] if begin else before
    if begin:
        owner = _OWNER.match(piece, begin)
        if owner is not None and len(piece) - owner.end() > 1:
            begin = owner.end()
    found = _ANNOUNCED.search(announcement[-40:])
    if found is None:
        return start + begin, None, 0
    kind = ListingKind.CLUSTER if "群" in found.group() else ListingKind.CHAIN
    printed = found.group("count")
    return start + begin, kind, _number(printed) if printed else 0


def _may_lead(piece: str, verb: re.Match[str]) -> bool:
    """Tell whether a single letter stands as a word of its own: 即, and 为 in 分为, not in 行为."""
    if verb.group() in "即指的" or not verb.start():
        return True
    return piece[: verb.start()].endswith(
        ("链", "群", "分", "”", '"', "领域", "产业", "重点", "点", "别", "主", "其中", "方向")
    )


def _self_headed(flat: str, spans: list[tuple[int, int]], first_start: int) -> _Draft | None:
    """Return names that each say what they are: 甲产业链、乙产业链; all of one kind."""
    spans = [(first_start, spans[0][1]), *spans[1:]]
    ends = []
    for start, end in spans:
        # Behind the last one the sentence goes on.
        found = re.match(r".{1,24}?(?:产业链条?|集群)", flat[start : min(end, start + LONGEST_NAME + 6)])
        if found is None:
            break
        ends.append((start, start + found.end()))
    named = [_trimmed(flat, *span) for span in ends]
    if len(named) < 2 or not _are_names(flat, named):
        return None
    are_clusters = {flat[start:end].endswith("群") for start, end in named}
    if len(are_clusters) > 1 or any(
        end != whole[1] for (_s, end), whole in zip(ends[:-1], spans, strict=False)
    ):
        return None
    return _Draft(ListingKind.CLUSTER if are_clusters.pop() else ListingKind.CHAIN, named, 0)


def _trimmed(flat: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (flat[start] in _QUOTES or flat[start] == " "):
        start += 1
    while end > start and (flat[end - 1] in _QUOTES or flat[end - 1] == " "):
        end -= 1
    return start, end


def _are_names(flat: str, spans: list[tuple[int, int]]) -> bool:
    if not 2 <= len(spans) <= MOST_ITEMS:
        return False
    for number, (start, end) in enumerate(spans):
        name = flat[start:end]
        if not 2 <= len(name) <= LONGEST_NAME or not any(letter.isalpha() for letter in name):
            return False
        if number and _STRONG_VERBS.match(name):
            return False
        if _ONLY_ATTRIBUTES.fullmatch(_OWN_HEAD.sub("", name)) or name.endswith(
            ("创新链", "供应链", "价值链", "资金链", "人才链")
        ):
            return False
    return True


def _item(text: str, flat: str, positions: list[int], start: int, end: int) -> ListedItem:
    first, last = positions[start], positions[end - 1] + 1
    return ListedItem(text[first:last], first, last, _name_of(flat[start:end]))


def _name_of(printed: str) -> str:
    name = "".join(printed.split()).strip(_QUOTES)
    return _OWN_HEAD.sub("", name) or name
