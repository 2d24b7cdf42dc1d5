"""Invented prose for the tests of cleaning, and what becomes of a text."""

from jjjmap.text.documents.cleaning import clean, find_steps
from jjjmap.text.records import CleaningKind
from tests.text.document_files import as_raw

PROSE = "甲县和乙县联合印发了产业协同发展实施方案，提出到2030年建成三个园区，并建立定期会商机制。"
MORE = "会议强调，要加强区域联动，优化营商环境，推动项目落地见效，更好服务企业发展。"
COLUMN = (
    "近年来，在两县的共同推动下，区域产\n业协同发展取得成效。2022年，两县\n"
    "地区工业增加值实现 25114.4亿元，是\n"
    "2013年的1.5倍，年均增长4.5%，占全\n市比重为6.3%。三地强化优质企业培\n育，筑牢工业稳增长压舱石。"
)


def cleaned(text: str, **fields: tuple[int, ...]) -> str:
    """Return a text after all steps of its cleaning."""
    return clean(as_raw(text, **fields))[1].text  # type: ignore[arg-type]


def kinds(text: str, **fields: tuple[int, ...]) -> list[CleaningKind]:
    """Return the kinds of the steps that a text needs."""
    return [step.kind for step in find_steps(as_raw(text, **fields))]  # type: ignore[arg-type]
