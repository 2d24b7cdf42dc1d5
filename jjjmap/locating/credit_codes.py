"""统一社会信用代码 (GB 32100-2015): whether one is right, and where it was given."""

import csv
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from typing import cast

import numpy as np

from jjjmap import paths
from jjjmap.errors import ResourceMissing
from jjjmap.layers.unit_names import shipped_old_codes

logger = logging.getLogger(__name__)

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 characters; I, O, S, V and Z are left out, for they look like digits."""

_LETTERS = frozenset(LETTERS)
_VALUES = {letter: value for value, letter in enumerate(LETTERS)}
_WEIGHTS = tuple(3**place % 31 for place in range(17))
_LOOK_ALIKE = str.maketrans("IOSVZ", "10502")
_VALUE_OF_BYTE = np.full(256, -1, np.int32)
for _letter, _value in _VALUES.items():
    _VALUE_OF_BYTE[[ord(_letter), ord(_letter.lower())]] = _value
_NOT_CODE = re.compile(r"[\s\-_'’‘\"“”.·,，:：]+")

PROVINCES = {
    "10": "国家市场监督管理总局",
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区",
    "21": "辽宁省", "22": "吉林省", "23": "黑龙江省", "31": "上海市", "32": "江苏省", "33": "浙江省",
    "34": "安徽省", "35": "福建省", "36": "江西省", "37": "山东省", "41": "河南省", "42": "湖北省",
    "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省", "50": "重庆市", "51": "四川省",
    "52": "贵州省", "53": "云南省", "54": "西藏自治区", "61": "陕西省", "62": "甘肃省", "63": "青海省",
    "64": "宁夏回族自治区", "65": "新疆维吾尔自治区", "66": "新疆生产建设兵团", "71": "台湾省",
    "81": "香港特别行政区", "82": "澳门特别行政区",
}  # fmt: skip
NATIONAL = "10"
"""Registered with the authority of the whole country: that tells no place."""
_REGION = ("11", "12", "13")


@dataclass(frozen=True, slots=True)
class CreditCode:
    """What a code says."""

    text: str
    """Without spaces, in capitals."""
    problem: str = ""
    """Empty if it is right; else ``length``, ``letters``, ``check``, ``old`` (15 digits, before 2015) or
    ``rounded`` (a spreadsheet made a number of it)."""
    authority: str = ""
    """Digits 3–8: the unit whose authority gave it; empty where they cannot be read."""


def read_credit_code(text: str) -> CreditCode:
    """Return what a cell with a code says; full-width characters, spaces and small letters do not matter.

    Where the check character is wrong nothing in the code is believed. Letters that look like digits are
    taken for these, and are told of; if the check character fits then, the authority is read.
    """
    code = text if len(text) == 18 and text.isascii() and text.isalnum() else _plain(text)
    code = code.upper()
    if not code:
        return CreditCode("")
    if len(code) != 18 and re.fullmatch(r"\d[\d.]*E\+?\d+", code):
        return CreditCode(code, "rounded")
    if len(code) == 15 and code.isdigit():
        return CreditCode(code, "old", code[:6] if code[:2] in PROVINCES else "")
    if len(code) != 18:
        return CreditCode(code, "length")
    mended = code.translate(_LOOK_ALIKE)
    problem = "" if mended == code else "letters"
    if not _LETTERS.issuperset(mended):
        return CreditCode(code, "letters")
    if mended[17] != check_character(mended[:17]):
        return CreditCode(code, problem or "check")
    authority = mended[2:8]
    is_known = authority.isdigit() and authority[:2] in PROVINCES
    return CreditCode(code, problem, authority if is_known else "")


def read_credit_codes(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Return problem and authority of n codes, as `read_credit_code` does; all at once, for long lists."""
    found: list[tuple[str, str] | None] = [None] * len(texts)
    whole = [row for row, text in enumerate(texts) if len(text) == 18 and text.isascii()]
    if whole:
        letters = np.frombuffer("".join([texts[row] for row in whole]).encode("ascii"), np.uint8)
        values = _VALUE_OF_BYTE[letters.reshape(-1, 18)]
        totals = values[:, :17] @ np.array(_WEIGHTS, np.int32)
        is_right = (values.min(axis=1) >= 0) & (-totals % 31 == values[:, 17])
        for place in np.flatnonzero(is_right).tolist():
            row = whole[place]
            authority = texts[row][2:8]
            known = authority if authority.isdigit() and authority[:2] in PROVINCES else ""
            found[row] = ("", known)
    for row, one in enumerate(found):
        if one is None:
            code = read_credit_code(texts[row])
            is_idle = not code.text and bool(texts[row])
            found[row] = ("length" if is_idle else code.problem, code.authority)
    return cast(list[tuple[str, str]], found)


def check_character(first: str) -> str:
    """Return the 18th character for the first 17.

    Raises
    ------
    KeyError
        One of them is not among `LETTERS`.
    """
    total = sum(map(mul, map(_VALUES.__getitem__, first), _WEIGHTS))
    return LETTERS[-total % 31]


def _plain(text: str) -> str:
    # NFKC would be dearer: only the wide forms of ASCII occur.
    narrow = "".join(chr(ord(letter) - 0xFEE0) if "！" <= letter <= "～" else letter for letter in text[:64])
    return _NOT_CODE.sub("" if "E+" not in narrow.upper() else " ", narrow).replace(" ", "").upper()


@dataclass(frozen=True, slots=True)
class Authority:
    """Where an authority registers firms."""

    codes: tuple[str, ...]
    """Prefixes of GB/T 2260 codes of today, one of them if several."""
    kind: str
    """``county``, ``old``, ``zone``, ``shared``, ``city``, ``province``, ``national``, ``outside`` or
    ``unknown``."""
    note: str = ""
    """The zone's id, or the name of a province elsewhere."""


@cache
def _special_codes() -> dict[str, Authority]:
    file = paths.RESOURCES / "locating" / "registration_codes.csv"
    found = {}
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                found[row["code"]] = Authority(tuple(row["adcodes"].split("|")), row["kind"], row["note"])
    except OSError as error:
        logger.warning("Codes of authorities are missing: %s", error)
    try:
        for old, code in shipped_old_codes().items():
            found.setdefault(old, Authority((code,), "old"))
    except ResourceMissing as error:
        logger.warning("Old codes of units are missing: %s", error)
    return found


def authority_of(code: str, counties: frozenset[str]) -> Authority:
    """Return what unit six digits stand for, in the units of today.

    Parameters
    ----------
    code
        Digits 3–8 of a credit code, or a code of GB/T 2260, old ones as well.
    counties
        Codes of the counties of the region.
    """
    special = _special_codes().get(code)
    if special is not None:
        return special
    if code in counties:
        return Authority((code,), "county")
    province = code[:2]
    if province == NATIONAL:
        return Authority((), "national", PROVINCES[NATIONAL])
    if province not in _REGION:
        return (
            Authority((), "outside", PROVINCES[province])
            if province in PROVINCES
            else Authority((), "unknown")
        )
    if province == "13" and any(county.startswith(code[:4]) for county in counties):
        return Authority((code[:4],), "city")
    return Authority((province,), "province")
