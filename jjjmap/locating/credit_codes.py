"""统一社会信用代码 (GB 32100-2015): whether one is right, and where it was given."""

import csv
import logging
import re
from dataclasses import dataclass
from functools import cache
from operator import mul

from jjjmap import paths

logger = logging.getLogger(__name__)

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 characters; I, O, S, V and Z are left out, for they look like digits."""

_LETTERS = frozenset(LETTERS)
_VALUES = {letter: value for value, letter in enumerate(LETTERS)}
_WEIGHTS = tuple(3**place % 31 for place in range(17))
_LOOK_ALIKE = str.maketrans("IOSVZ", "10502")
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

    Where the check character is wrong, or letters stand that are none, the authority is read all the same:
    a slip rarely changes a county into another one of the region, and whoever uses it is told of the problem.
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
    authority = code[2:8].translate(_LOOK_ALIKE)
    if not authority.isdigit() or authority[:2] not in PROVINCES:
        authority = ""
    if not _LETTERS.issuperset(code):
        return CreditCode(code, "letters", authority)
    return CreditCode(code, "" if code[17] == check_character(code[:17]) else "check", authority)


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
    """The old name, the zone's id, or the name of a province elsewhere."""


@cache
def _special_codes() -> dict[str, Authority]:
    file = paths.RESOURCES / "locating" / "registration_codes.csv"
    found = {}
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                found[row["code"]] = Authority(tuple(row["adcodes"].split("|")), row["kind"], row["note"])
    except OSError as error:
        logger.warning("Old codes of authorities are missing: %s", error)
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
