"""Texts that nobody thought of: drawn by lot from the letters and tricks that enemies write with."""

from random import Random

SEED = 20260930
COUNT = 500

_LETTERS = (
    *"<>\"'&`${}()[]/\\;:=+-@#%|*!?.,_~^ \t\n\r\x00\x07\x0b\x1b\x7f\x85",
    *"甲乙园ａ＝＜＞＆＂aZ0\u00a0\u00ad\u200b\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff",
    *"\u0301\u0e33\ufdfd\u1f1e\U0001f468\U000e0041\U00020bb7\ufffd\ufffe\uffff\ud800\udfff",
)
_TRICKS = (
    "<script>", "</script>", "<img src=x onerror=window.PWNED=1>", "<svg onload=window.PWNED=1>",
    "<style>", "</style>", "</title>", "</textarea>", "<!--", "-->", "]]>", "<![CDATA[", "<?xml", "<!DOCTYPE",
    "&lt;", "&#60;", "&amp;amp;", "&nosuch;", "<iframe srcdoc='", "<a href=", "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0>", "javascript:window.PWNED=1", "data:text/html,<script>",
    "${window.PWNED=1}", "`${1}`", "'+(window.PWNED=1)+'", '"-(window.PWNED=1)-"', "\\'", '\\"', "\\u003c",
    "{{7*7}}", "{%", "%}", "{#", "{0}", "{n}", "%s", "%(x)s", "%00", "%2e%2e%2f", "../", "..\\", "file:///",
    "__proto__", "constructor", "null", "NaN", "=1+1", "=HYPERLINK(1)", "+cmd|", "@SUM(", "-2+3", "[%7*7%]",
    "[x](javascript:1)", "![](http://evil.example/)", "$\\frac{1}{2}$", "$$", "\\x", "<b>", "<br/>", "<td>",
    "http://127.0.0.1:9/", "\x1b]0;PWNED\x07", "\x1b[31m", "';DROP TABLE x;--", '"."', "<w:t>", "</w:p>",
    ") /JS (x) >>", "&J", "&&", "\\line", "//", "/*", "*/",
)  # fmt: skip
_LONG = ("长", "W", "<", "\u0301", "&", "(", "{", "`")


def random_texts(count: int = COUNT, seed: int = SEED) -> tuple[str, ...]:
    """Return texts, the same for a seed; each has a letter or digit, so that it is seen somewhere."""
    lot = Random(seed)
    texts = []
    for number in range(count):
        pieces = [lot.choice(_TRICKS if lot.random() < 0.4 else _LETTERS) for _ in range(lot.randint(1, 9))]
        if lot.random() < 0.04:
            pieces.insert(lot.randint(0, len(pieces)), lot.choice(_LONG) * lot.randint(20, 40))
        # Its number makes it unlike all others; where it stands, the text begins and ends with anything.
        pieces.insert(lot.randint(0, len(pieces)), f"№{number}")
        texts.append("".join(pieces))
    return tuple(texts)
