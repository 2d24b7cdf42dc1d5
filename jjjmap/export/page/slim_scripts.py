"""Our scripts without remarks and needless spaces: what the file of an exported map carries of them."""

import re

_TOKEN = re.compile(
    r"""
    (?P<remark>//[^\n]*|/\*.*?\*/)
    | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<template>`)
    | (?P<space>\s+)
    | (?P<word>[\w$\#]+)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_BEFORE_PATTERN = frozenset("(,=:[!&|?{};+-*%<>~^")
"""After one of these signs a slash begins a pattern; after anything else it divides."""
_GOES_ON_AFTER = frozenset(";{,([=&|?:")
_GOES_ON_BEFORE = frozenset("})].?:&|")
"""Beside these no statement ends, or it ends without a line end as well."""
_WORDS_BEFORE_PATTERN = frozenset({"return", "typeof", "case", "in", "of"})


def slim(script: str) -> str:
    """Return a script that does the same, without remarks and with no more space than it needs.

    It knows texts, templates and patterns, but no grammar: a line end stays where a statement may end there.
    """
    out: list[str] = []
    last = ""  # The last token that is no space.
    gap = ""  # Space since then.
    at = 0
    while at < len(script):
        found = _TOKEN.match(script, at)
        assert found is not None  # The last branch takes any letter.
        kind, piece = found.lastgroup, found[0]
        if kind in ("space", "remark"):
            gap = "\n" if "\n" in gap + piece else gap or " "
            at = found.end()
            continue
        if piece == "/" and (last[-1:] in _BEFORE_PATTERN or last in ("", *_WORDS_BEFORE_PATTERN)):
            pattern = _PATTERN.match(script, at)
            piece = pattern[0] if pattern else piece
        elif kind == "template":
            piece = script[at : _template_end(script, at)]
        # A block ends its last statement by itself; what is empty after a parenthesis is a statement, though.
        if piece == "}" and last == ";" and out[-3] != ")":
            del out[-2:]
        out += (_kept(gap, last, piece), piece)
        last, gap = piece, ""
        at += len(piece)
    return "".join(out)


def slim_style(style: str) -> str:
    """Return a style sheet that says the same, without remarks and needless space."""
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    style = re.sub(r"\s+", " ", style)
    return re.sub(r" ?([{};,]) ?", r"\1", style).replace(": ", ":").replace(";}", "}\n").strip()


def _kept(gap: str, last: str, piece: str) -> str:
    """Return what must remain of the space between two tokens."""
    if not gap or not last:
        return ""
    if gap == "\n":
        return "" if last in _GOES_ON_AFTER or piece in _GOES_ON_BEFORE else "\n"
    is_word = (last[-1] + piece[0]).replace("$", "a").replace("#", "a").replace("_", "a").isalnum()
    return " " if is_word or (last[-1] == piece[0] and piece[0] in "+-/") else ""


def _template_end(script: str, start: int) -> int:
    """Return where a template ends, with all that stands in its holes, templates among it."""
    at, depth = start + 1, 0
    while at < len(script):
        letter = script[at]
        if letter == "\\":
            at += 1
        elif letter == "`":
            if depth == 0:
                return at + 1
            at = _template_end(script, at) - 1
        elif script.startswith("${", at):
            depth += 1
            at += 1
        elif depth and letter in "{}":
            depth += 1 if letter == "{" else -1
        elif depth and letter in "\"'":
            found = _TOKEN.match(script, at)
            at = found.end() - 1 if found is not None else at
        at += 1
    raise ValueError("a template does not end")
