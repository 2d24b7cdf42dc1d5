"""Texts that an enemy would put wherever a user or a file may put a text, and how they are found again."""

import re
import unicodedata

CANARY = "window.PWNED"
"""What script in a value would set, if it ran."""

VALUES = {
    "script": "<script>window.PWNED=1</script>",
    "image with a handler": '<img src=x onerror="window.PWNED=1">',
    "SVG with a handler": '<svg onload=window.PWNED=1><a href="javascript:window.PWNED=1">x</a></svg>',
    "end of a script": "</script></title></style></textarea><script>window.PWNED=1</script>",
    "style and frame": "<style>*{display:none}</style><iframe srcdoc='<script>parent.PWNED=1</script>'>",
    "end of CDATA": "甲]]><x>--><!--",
    "entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;&amp;&#60;',
    "template literal": "${window.PWNED=1}",
    "back-ticks": "`+(window.PWNED=1)+`${1}`",
    "replacement pattern": "$&$1$`$'$$",
    "jinja expression": "{{7*7}}{{''.__class__.__mro__}}",
    "jinja statement": "{% for x in range(9) %}{{x}}{% endfor %}{# 注 #}",
    "format": "%s%n%(x)s{n}{0}{0.__class__}{title}",
    "QGIS expression": "[% 7*7 %][%env('HOME')%]",
    "formula =": "=cmd|' /C calc'!A0",
    "formula link": '=HYPERLINK("https://evil.example/","甲")',
    "formula +": "+1+cmd|'x'!A0",
    "formula -": "-2+3+cmd|'x'!A0",
    "formula @": "@SUM(1+1)*cmd|'x'!A0",
    "formula, wide": "＝1+1＋cmd",
    "formula after tab": "\t=1+1+cmd|'x'!A0",
    "formula after CR": "\r=1+2+cmd|'x'!A0",
    "formula after NUL": "\x00=1+3+cmd|'x'!A0",
    "field of Word": '{ HYPERLINK "https://evil.example" \\o } { DDEAUTO c:\\\\cmd.exe "/k calc" }',
    "PDF object": ") /OpenAction << /S /JavaScript /JS (app.alert(1)) >> (",
    "link": "[点](javascript:window.PWNED=1) ![](https://evil.example/p.png) javascript:window.PWNED=1",
    "quotes": "'\"&<>",
    "bidi": "甲\u202egpj.exe\u202c\u2066乙\u200f",
    "zero width": "甲\u200b\u200d\ufeff\u00ad园",
    "NUL": "甲\x00乙",
    "control": "甲\x07\x08\x1b]0;PWNED\x07\x1b[31m乙\x7f\x9b丙",
    "lone surrogate": "甲\ud800乙\udfff丙",
    "no character": "甲\ufffe\uffff乙",
    "line separators": "甲\u2028乙\u2029丙\x85丁",
    "newline": "甲\n乙\r\n丙",
    "path": "../../../etc/passwd",
    "Windows path": "..\\..\\x:y|z*?",
    "device": "CON",
    "trailing dots": "甲 ...",
}

TURNED = {"bidi": "甲exe.jpg乙"}
"""What is seen of a text that turns itself round."""

LONG_CHARS = 100_000
LONG = "长" + "abc<b>=${x}" * (LONG_CHARS // 11) + "尾"

_SENTENCE_END = re.compile(r"[!?;。\n\r\x85\u2028\u2029]")
_DROPPED = re.compile(r"[\s?\ufffd\ufffe\uffff\u2190-\u21ff]")


def tagged(value: str, position: str) -> str:
    """Return a value that also says where it was put, so that it is not taken for one elsewhere."""
    if position == "quotation":
        # Sentences are quoted, so what ends one cannot stand in it.
        value = _SENTENCE_END.sub("", value)
    if position == "filter":
        value = value[:14]  # What a filter asks for is told in short.
    return f"{value}·{position}"


def bare(text: str) -> str:
    """Return the letters of a text: without blanks, marks and what formats put in the place of odd ones."""
    seen = "".join(letter for letter in text if unicodedata.category(letter)[0] != "C")
    return _DROPPED.sub("", seen)


def utf8(text: str) -> str:
    """Return a text without half characters, which no table of a user's layer can hold."""
    return text.encode("utf-8", "ignore").decode()
