"""Reads a simple style of QGIS (QML): one symbol, categories, or ranges of a column, and labels."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.style import REST
from jjjmap.layers.styling.class_labels import shortened
from jjjmap.layers.styling.qgis_symbols import PX_OF_UNIT
from jjjmap.layers.styling.qgis_symbols_reader import SymbolLook, look_of, note, number_of
from jjjmap.layers.styling.style_json import MOST_CATEGORIES, checked
from jjjmap.layers.styling.user_style import CategoryLook, Scheme, StyleMode, UserStyle
from jjjmap.layers.styling.written_styles import zoom_at

MOST_BYTES = 16 << 20
"""Of a file that is read; embedded pictures make some large."""
MOST_TAGS = 400_000
"""Of a file that is read: some hundred symbols have ten thousand, and a million take four seconds."""

_UNBOUND = 1e300
"""An upper end beyond this is none."""
_DEFAULT = UserStyle()
_MOMENT = re.compile(r"""(?:epoch|format_date)\("((?:[^"]|"")+)"(?:, '[^']*')?\)(?:/86400000|/1000)?""")
"""How `qml` writes dates and times."""
_QUOTED = re.compile(r'"((?:[^"]|"")+)"')


@dataclass(frozen=True, slots=True)
class QmlAnswer:
    """What a QML file says."""

    style: UserStyle | None
    """None if it cannot be understood; the findings say why."""
    findings: tuple[Finding, ...] = ()
    """What was left out."""


class _Left(Exception):
    """The file cannot be understood; carries the finding."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.finding = Finding(Severity.ERROR, code, "QML", message, hint)


def read_qml(data: bytes) -> QmlAnswer:
    """Return the style that a QML file describes.

    Nothing in the file is run or fetched: expressions, pictures and other files are left out and told.
    """
    notes: dict[str, Finding] = {}
    try:
        root = _root(data)
        renderer = root.find("renderer-v2")
        if renderer is None:
            raise _Left("style-no-symbols", _("这个样式文件里没有符号。"), _simple_hint())
        style = _style(renderer, notes)
    except _Left as left:
        return QmlAnswer(None, (left.finding,))
    style = _with_labels(root, style, notes)
    opacity = number_of(root.findtext("layerOpacity"), 1.0)
    style = replace(style, fill_opacity=style.fill_opacity * min(max(opacity, 0.0), 1.0))
    return QmlAnswer(checked(style), tuple(notes.values()))


def _root(data: bytes) -> Element:
    if len(data) > MOST_BYTES or data.count(b"<") > MOST_TAGS:
        raise _Left("style-too-large", _("样式文件太大，没有读取。"))
    try:
        # The document type is what QGIS writes; entities and outside files are refused.
        root: Element = fromstring(data, forbid_dtd=False)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as exc:
        raise _Left(
            "style-no-xml",
            _("这不是 QGIS 样式文件，或者文件不完整。"),
            _("请在 QGIS 的图层属性里用“保存样式”另存为 .qml。"),
        ) from exc
    if root.tag != "qgis":
        raise _Left(
            "style-no-qml", _("这不是 QGIS 样式文件。"), _("请在 QGIS 的图层属性里用“保存样式”另存为 .qml。")
        )
    return root


def _simple_hint() -> str:
    return _("能读取的是单一符号、分类和分级三种矢量样式。")


def _style(renderer: Element, notes: dict[str, Finding]) -> UserStyle:
    looks = {
        str(symbol.get("name")): look_of(symbol, notes) for symbol in renderer.iterfind("symbols/symbol")
    }
    if not looks:
        raise _Left("style-no-symbols", _("这个样式文件里没有符号。"), _simple_hint())
    match renderer.get("type"):
        case "singleSymbol":
            return _from(next(iter(looks.values())))
        case "categorizedSymbol":
            return _categorised(renderer, looks, notes)
        case "graduatedSymbol":
            return _graduated(renderer, looks, notes)
    kind = shortened(renderer.get("type") or "")
    raise _Left("style-not-simple", _("“{kind}”类样式读不了。").format(kind=kind), _simple_hint())


def _from(look: SymbolLook) -> UserStyle:
    return replace(
        _DEFAULT,
        color=look.color or _DEFAULT.color,
        stroke=look.stroke,
        width_px=look.width_px,
        size_px=look.size_px,
        shape=look.shape,
        fill_opacity=look.opacity,
    )


def _categorised(renderer: Element, looks: dict[str, SymbolLook], notes: dict[str, Finding]) -> UserStyle:
    column = _column(renderer)
    rows = list(renderer.iterfind("categories/category"))
    found: dict[str, CategoryLook] = {}
    for row in rows:
        look = looks.get(row.get("symbol", ""), SymbolLook())
        value = row.get("value", "")
        key = REST if row.get("type") == "NULL" or value in ("", "NULL") else value
        label = "" if row.get("label") == value else row.get("label", "")
        found.setdefault(key, CategoryLook(key, look.color, shortened(label), look.shape))
        _note_hidden(row, notes)
    if len(found) > MOST_CATEGORIES:
        note(
            notes,
            "style-categories-left-out",
            _("样式里有 {n} 个类别，只读了前 {kept} 个。").format(n=len(found), kept=MOST_CATEGORIES),
        )
    first = looks.get(rows[0].get("symbol", ""), SymbolLook()) if rows else SymbolLook()
    return replace(
        _from(first),
        mode=StyleMode.CATEGORISED,
        column=column,
        categories=tuple(found.values()),
        # No more than the file names: all others are left to its class for the rest.
        class_count=max(len(found) - (REST in found), 1),
    )


def _graduated(renderer: Element, looks: dict[str, SymbolLook], notes: dict[str, Finding]) -> UserStyle:
    column = _column(renderer)
    rows = []
    for row in renderer.iterfind("ranges/range"):
        lower, upper = number_of(row.get("lower"), None), number_of(row.get("upper"), None)
        if lower is not None and upper is not None:
            rows.append((lower, upper, row))
        _note_hidden(row, notes)
    if not rows:
        raise _Left("style-no-ranges", _("这个样式里没有分级的范围。"), _simple_hint())
    if renderer.get("graduatedMethod") == "GraduatedSize":
        note(notes, "style-sizes-left-out", _("按大小分级没有读取，各级大小相同。"))
    rows.sort(key=lambda row: (row[0], row[1]))
    uppers = [upper for _lower, upper, _row in rows]
    if any(lower > upper for (_l, upper, _r), (lower, _u, _s) in pairwise(rows)):
        note(
            notes,
            "style-gaps-closed",
            _("样式的各级之间有空隙，空隙里的值归入上面一级。"),
        )
    classes = []
    for number, (_lower, _upper, row) in enumerate(rows):
        look = looks.get(row.get("symbol", ""), SymbolLook())
        classes.append(CategoryLook(str(number), look.color, shortened(row.get("label", "")), look.shape))
    first = looks.get(rows[0][2].get("symbol", ""), SymbolLook())
    last = looks.get(rows[-1][2].get("symbol", ""), SymbolLook())
    is_wider = last.width_px > first.width_px and renderer.find("symbols/symbol[@type='line']") is not None
    return replace(
        _from(first),
        mode=StyleMode.GRADUATED,
        max_width_px=last.width_px if is_wider else 0.0,
        column=column,
        scheme=Scheme.MANUAL,
        class_count=len(rows),
        breaks=tuple(upper for upper in uppers[:-1] if upper < _UNBOUND),
        categories=tuple(classes),
    )


def _column(renderer: Element) -> str:
    """Return the column that decides; an expression that is more than a name cannot be reckoned."""
    said = (renderer.get("attr") or "").strip()
    quoted = _QUOTED.fullmatch(said) or _MOMENT.fullmatch(said)
    if quoted:
        return quoted[1].replace('""', '"')
    if not said:
        raise _Left("style-no-column", _("样式没有说按哪一列分类。"), _simple_hint())
    return said


def _with_labels(root: Element, style: UserStyle, notes: dict[str, Finding]) -> UserStyle:
    if root.get("labelsEnabled") == "0":
        return style
    text = root.find("labeling[@type='simple']/settings/text-style")
    if text is None:
        if root.find("labeling") is not None:
            note(notes, "style-labels-left-out", _("按规则标注没有读取。"))
        return style
    name = text.get("fieldName", "")
    quoted = _QUOTED.fullmatch(name)
    if text.get("isExpression") == "1" and not quoted:
        note(notes, "style-labels-left-out", _("按表达式标注没有读取。"))
        return style
    size = number_of(text.get("fontSize"), None)
    factor = PX_OF_UNIT.get(text.get("fontSizeUnit", "Point"), 1.0)
    rendering = root.find("labeling/settings/rendering")
    min_zoom = 0.0
    if rendering is not None and rendering.get("scaleVisibility") == "1":
        scale = number_of(rendering.get("scaleMax"), 0.0)
        min_zoom = zoom_at(scale) if scale >= 1.0 else 0.0
    return replace(
        style,
        label_column=quoted[1].replace('""', '"') if quoted else name,
        label_size_px=size * factor if size else style.label_size_px,
        label_min_zoom=round(min_zoom, 1),
    )


def _note_hidden(row: Element, notes: dict[str, Finding]) -> None:
    if row.get("render") == "false":
        note(notes, "style-hidden-shown", _("样式里关闭了的类别也会画出来；可以用筛选去掉它们。"))
