"""Numbers as they are written: 1,234.5, １２, 三万五千, 一点五亿, 3万5千, and what 万 and 亿 stand for."""

from __future__ import annotations

import re
from decimal import Decimal

MULTIPLES = {
    "十": Decimal(10),
    "百": Decimal(100),
    "千": Decimal(1000),
    "万": Decimal(10**4),
    "十万": Decimal(10**5),
    "百万": Decimal(10**6),
    "千万": Decimal(10**7),
    "亿": Decimal(10**8),
    "十亿": Decimal(10**9),
    "百亿": Decimal(10**10),
    "千亿": Decimal(10**11),
    "万亿": Decimal(10**12),
}
"""What may stand between a number and its unit."""

MOST_DIGITS = 18
"""Longer runs of digits are serial numbers or nonsense, never figures."""
MOST_NUMERALS = 16
"""The same for Chinese numerals."""

_DIGITS = {
    "〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
    "九": 9,
}  # fmt: skip
_SMALL = {"十": 10, "百": 100, "千": 1000}
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_MIXED = re.compile(r"([0-9.,，]+)(万亿|千亿|百亿|亿|千万|百万|万|千|百)")
_TRAILING = re.compile(r"(.*?)(万亿|千亿|百亿|亿|千万|百万|万)$")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")


def parse_arabic(text: str) -> Decimal | None:
    """Return the value of digits with or without commas; None if it is no number or too long for one."""
    digits = text.translate(_FULL_WIDTH).replace(",", "").replace("，", "")
    if len(digits) > MOST_DIGITS or not _PLAIN.fullmatch(digits):
        return None
    return Decimal(digits)


def parse_mixed(text: str) -> Decimal | None:
    """Return the value of digits with 万 and 亿 between and behind them: 3万5千, 1.2万亿, 2亿3000万."""
    total, at, last = Decimal(0), 0, None
    for part in _MIXED.finditer(text):
        number, multiple = parse_arabic(part[1]), MULTIPLES[part[2]]
        if part.start() != at or number is None or (last is not None and number * multiple >= last):
            return None
        total, at, last = total + number * multiple, part.end(), multiple
    if at == len(text):
        return total if last is not None else None
    rest = parse_arabic(text[at:])
    if rest is None or (last is not None and rest >= last):
        return None
    return total + rest


def parse_chinese(text: str) -> Decimal | None:
    """Return the value of Chinese numerals; None if they are none, or only about: 两三, 十几, 三五."""
    if not text or text[0] == "点" or len(text) > MOST_NUMERALS:
        return None
    whole, point, decimals = text.partition("点")
    if point:
        trailing = _TRAILING.fullmatch(decimals)
        multiple = MULTIPLES[trailing[2]] if trailing else Decimal(1)
        digits = [_DIGITS.get(letter) for letter in (trailing[1] if trailing else decimals)]
        value = _parse_whole(whole)
        if value is None or not digits or None in digits:
            return None
        return Decimal(f"{value}.{''.join(map(str, digits))}") * multiple
    value = _parse_whole(whole)
    return None if value is None else Decimal(value)


def _parse_whole(text: str) -> int | None:
    total = section = 0
    digit: int | None = None
    last_multiple = 10**9
    after_zero = False
    for letter in text:
        if letter in _DIGITS:
            value = _DIGITS[letter]
            if value == 0:
                # 一千零五十; a zero elsewhere belongs to digits spelt one by one, as in years.
                if digit is not None or not (section or total):
                    return 0 if text in ("零", "〇") else None
                after_zero = True
                continue
            if digit is not None:
                return None
            digit = value
        elif letter in _SMALL:
            multiple = _SMALL[letter]
            if digit is None and not (letter == "十" and section % 100 == 0):
                return None
            if section and section % (multiple * 10):
                return None
            section += (digit if digit is not None else 1) * multiple
            digit, last_multiple, after_zero = None, multiple, False
        elif letter in "万亿":
            section += digit or 0
            digit, after_zero = None, False
            if letter == "万":
                if section == 0:
                    return None
                total += section * 10**4
                last_multiple = 10**4
            else:
                if total + section == 0:
                    return None
                total = (total + section) * 10**8
                last_multiple = 10**8
            section = 0
        else:
            return None
    if digit is not None:
        # 三万五 says 35000; 三万零五 says 30005; 二十五 is plain.
        colloquial = last_multiple in (100, 1000, 10**4, 10**8) and not after_zero
        section += digit * (last_multiple // 10) if colloquial else digit
    return total + section


def split_chinese(text: str) -> tuple[str, str]:
    """Return Chinese numerals without the 万 or 亿 that they end with, and that: 一点五亿 → 一点五, 亿."""
    for multiple in ("万亿", "亿", "万"):
        head = text.removesuffix(multiple)
        if head != text and parse_chinese(head) is not None:
            return head, multiple
    return text, ""
