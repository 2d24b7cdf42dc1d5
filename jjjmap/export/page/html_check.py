"""Checks a map that was exported as HTML: whether it is whole, runs our scripts only, and asks for nothing.

The file may come from anywhere, so nothing in it is believed and nothing of it is run: sizes are bounded, and
it is read by a scanner that knows only what our exports are made of.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jjjmap
from jjjmap.export.files import reason_text
from jjjmap.export.html_policy import asks_for_nothing, directives_of, is_script_hash, script_hash
from jjjmap.export.page.html_blocks import inflated
from jjjmap.export.page.html_page import (
    ABOUT_BLOCK,
    COMMAND_META,
    HASH_META,
    assembled,
    page_scripts,
    payload_digest,
)
from jjjmap.export.page.html_scanner import Element, MarkupForeign, elements_of
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _

MAX_FILE_BYTES = 512 * 2**20
MAX_JSON_BYTES = 128 * 2**20
"""Of one block of JSON, inflated; the map of all that we ship takes one."""
MAX_INFLATED_BYTES = 2 * 2**30
"""Of all blocks together."""

_REFERRING = frozenset(
    {
        "src", "href", "srcset", "data", "action", "formaction", "style", "poster", "background", "ping",
        "srcdoc", "xlink:href", "cite", "longdesc", "usemap", "manifest", "target",
    }
)  # fmt: skip
"""Attributes that lead out of a file, or hold what does; our exports have none of them."""

_KNOWN_TAGS = frozenset(
    {
        "html", "head", "meta", "title", "style", "body", "noscript", "p", "header", "h1", "div", "main",
        "section", "aside", "footer", "strong", "details", "summary", "code", "script",
    }
)  # fmt: skip
_STYLE_ADDRESS = re.compile(r"@import|url\((?!\s*['\"]?data:)|expression\(|\bbehavior\s*:", re.IGNORECASE)
_VERSION = re.compile(r"jjjmap ([0-9A-Za-z.+!_-]{1,40})")


@dataclass(frozen=True, slots=True)
class MapFileFacts:
    """What an exported map says of itself; what could not be read is empty."""

    bytes: int = 0
    version: str = ""
    """Of the program that wrote it."""
    title: str = ""
    language: str = ""
    other_languages: tuple[str, ...] = ()
    created: str = ""
    """ISO 8601."""
    command: str = ""
    sha256: str = ""
    """Of the payload, as it is."""
    bounds: tuple[float, ...] = ()
    """West, south, east, north in degrees."""
    layers: tuple[str, ...] = ()
    """Titles of the visible layers, from the bottom up."""
    users_layers: tuple[str, ...] = ()
    """Those among them that the mapmaker brought."""
    places: int = 0
    """That have details."""
    sources: int = 0
    scripts_are_ours: bool = False
    """They are, to the letter, those that this version writes; of another version's file that is unknown."""
    scripts_fit_policy: bool = False
    """They are those that the file's own policy allows, and it lets them reach nothing outside the file."""
    hash_holds: bool = False
    """The data are those of which the file holds the hash."""


@dataclass
class _File:
    """What the scanner found."""

    name: str
    metas: dict[str, str] = field(default_factory=dict)
    policy: str = ""
    policy_comes_first: bool = False
    title: str = ""
    scripts: list[str] = field(default_factory=list)
    blocks: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def note(self, code: str, message: str, hint: str = "", severity: Severity = Severity.ERROR) -> None:
        self.findings.append(Finding(severity, code, self.name, message, hint))


def check_map_html(path: Path) -> tuple[MapFileFacts, tuple[Finding, ...]]:
    """Check an exported map without opening it in a browser.

    Returns
    -------
    MapFileFacts
        What could be read.
    tuple of Finding
        What is wrong, errors first; empty if all is well. Never raises for a bad file.
    """
    file = _File(path.name)
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            file.note("html-too-large", _("文件超过 {n} MB，没有检查。").format(n=MAX_FILE_BYTES // 2**20))
            return MapFileFacts(bytes=size), tuple(file.findings)
        # Line ends may have been changed on the way; to a browser they are the same.
        text = _with_unix_lines(path.read_bytes().decode("utf-8"))
    except OSError as exc:
        file.note("html-unreadable", _("文件读不了：{reason}").format(reason=reason_text(exc)))
        return MapFileFacts(), tuple(file.findings)
    except UnicodeDecodeError:
        file.note("html-not-ours", _("文件不是 UTF-8 编码，不是本程序导出的地图。"))
        return MapFileFacts(bytes=size), tuple(file.findings)
    _scan(text, file)
    version = _VERSION.fullmatch(file.metas.get("generator", ""))
    if version is None and file.metas.get("generator", "").startswith("jjjmap"):
        file.findings.clear()
        file.note(
            "html-generator-altered",
            _("写着程序版本的标记不是本程序写的，导出之后被改过。"),
            _("请向发件人要原来的文件"),
        )
        return MapFileFacts(bytes=size, title=file.title), tuple(file.findings)
    if version is None:
        file.findings.clear()
        file.note("html-not-ours", _("这不是本程序导出的地图网页。"))
        return MapFileFacts(bytes=size, title=file.title), tuple(file.findings)
    facts = MapFileFacts(
        bytes=size,
        version=version[1],
        title=file.title,
        command=file.metas.get(COMMAND_META, ""),
        sha256=payload_digest(file.blocks),
    )
    facts = replace(facts, hash_holds=_check_hash(file, facts))
    is_ours, fits = _check_scripts(file, facts)
    facts = replace(facts, scripts_are_ours=is_ours, scripts_fit_policy=fits)
    content = _content_of(file)
    facts = _with_content(file, facts, content)
    is_sound = all(finding.severity is Severity.INFO for finding in file.findings)
    if is_sound and facts.scripts_are_ours and not _is_as_written(text, file, content):
        file.note(
            "html-words-differ",
            _("图名、标记或图外的文字与数据里记的不同：导出之后被改过。"),
            _("请向发件人要原来的文件"),
        )
    return facts, tuple(sorted(file.findings, key=lambda finding: list(Severity).index(finding.severity)))


def _scan(text: str, file: _File) -> None:
    try:
        for number, element in enumerate(elements_of(text)):
            _take(element, number, file)
    except MarkupForeign as exc:
        file.note(
            "html-foreign-markup",
            _("第 {n} 个字符处的标记不是本程序写的，后面的没有检查。").format(n=exc.at),
            _("请向发件人要原来的文件"),
        )


def _take(element: Element, number: int, file: _File) -> None:
    """Note what one element holds, and what it must not hold."""
    attributes = element.attributes
    for name in attributes:
        if name.startswith("on") or name in _REFERRING:
            file.note(
                "html-foreign-address",
                _("<{tag}> 有不该有的属性 {name}。").format(tag=element.tag, name=name),
                _("它可能引用文件以外的东西或运行代码"),
            )
    if element.tag not in _KNOWN_TAGS:
        file.note("html-foreign-markup", _("有不该有的标记 <{tag}>。").format(tag=element.tag))
    elif element.tag == "meta":
        _take_meta(attributes, number, file)
    elif element.tag == "title":
        file.title = html.unescape(element.content)
    elif element.tag == "style":
        if _STYLE_ADDRESS.search(element.content):
            file.note("html-foreign-address", _("样式引用了文件以外的地址。"))
    elif element.tag == "script":
        if "type" not in attributes:
            file.scripts.append(element.content)
        elif attributes["type"] not in ("application/octet-stream", "application/ld+json"):
            file.note("html-foreign-script", _("有类型不明的脚本：{type}").format(type=attributes["type"]))
        elif not attributes.get("id") or attributes["id"] in file.blocks:
            file.note("html-damaged", _("有一段数据没有编号，或编号重复。"))
        else:
            file.blocks[attributes["id"]] = element.content


def _take_meta(attributes: dict[str, str], number: int, file: _File) -> None:
    content = html.unescape(attributes.get("content", ""))
    if attributes.get("http-equiv", "").lower() == "content-security-policy" and not file.policy:
        file.policy = content
        file.policy_comes_first = number == 2  # After <html> and <head>.
    elif "http-equiv" in attributes:
        file.note("html-foreign-address", _("有不该有的 http-equiv 标记。"))
    elif "name" in attributes:
        file.metas.setdefault(attributes["name"], content)


def _check_hash(file: _File, facts: MapFileFacts) -> bool:
    said = file.metas.get(HASH_META, "")
    if said == facts.sha256:
        return True
    message = _("数据与文件里记下的 SHA-256 不符：导出之后被改过，或者没有传完整。")
    file.note("html-hash-differs", message, _("请向发件人要原来的文件"))
    return False


def _check_scripts(file: _File, facts: MapFileFacts) -> tuple[bool, bool]:
    """Say whether scripts and policy are those that this program writes, and whether they fit one another."""
    hashes = [script_hash(script) for script in file.scripts]
    said = directives_of(file.policy)
    allowed = said.pop("script-src", "").split()
    is_closed = file.policy_comes_first and all(map(is_script_hash, allowed)) and asks_for_nothing(said)
    if not is_closed:
        file.note(
            "html-policy",
            _("内容安全策略缺失、被放宽，或不在文件开头。"),
            _("打开这个文件时，脚本可能访问网络"),
        )
    fits = is_closed and sorted(hashes) == sorted(allowed)
    if is_closed and not fits:
        file.note(
            "html-foreign-script",
            _("脚本与内容安全策略里的摘要不符：有的脚本被改过、添上或拿掉。"),
            _("不要在浏览器里打开它"),
        )
    if facts.version != jjjmap.__version__:
        if fits:
            file.note("html-other-version", _other_version_text(facts), severity=Severity.INFO)
        return False, fits
    is_ours = tuple(file.scripts) == page_scripts(_has_users_layers(file))
    if not is_ours and fits:
        file.note("html-foreign-script", _("脚本与本程序写的不同。"), _("不要在浏览器里打开它"))
    return is_ours and fits, fits


def _other_version_text(facts: MapFileFacts) -> str:
    """Return what can be said of scripts that this version did not write."""
    return _(
        "文件由 jjjmap {version} 导出，本程序是 {ours}。脚本与文件自己的内容安全策略相符，没有只改其一；"
        "但脚本和策略若一起被改，只有 {version} 版才查得出。"
    ).format(version=facts.version, ours=jjjmap.__version__)


def _is_as_written(text: str, file: _File, content: Any) -> bool:
    """Whether the data make this very file again, to the letter."""
    blocks = {name: letters for name, letters in file.blocks.items() if name != ABOUT_BLOCK}
    again = assembled(
        blocks,
        file.blocks[ABOUT_BLOCK],
        content["cover"],
        file.metas.get(COMMAND_META, ""),
        Language(content["config"]["language"]),
        with_users_layers=_has_users_layers(file),
    )
    return text == _with_unix_lines(again)


def _with_unix_lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _has_users_layers(file: _File) -> bool:
    return any(name.startswith("u0-") for name in file.blocks)


def _content_of(file: _File) -> Any:
    """Return the content in the file's own language; blocks of data that cannot be read are noted."""
    content: Any = None
    left = MAX_INFLATED_BYTES
    for name, letters in file.blocks.items():
        if name == ABOUT_BLOCK:
            continue
        is_json = name == "map-data" or name.startswith("words-")
        data, size = inflated(letters, min(left, MAX_JSON_BYTES if is_json else left), keeps=is_json)
        left -= size
        if data is None:
            file.note("html-damaged", _("数据“{name}”读不出来，或者大得离谱。").format(name=name[:40]))
        elif is_json:
            read = _json_of(file, name, data.decode("utf-8", "replace"))
            content = read if name == "map-data" else content
    for name in ("map-data", "map-steps"):
        if name not in file.blocks:
            file.note("html-damaged", _("文件里缺少数据“{name}”。").format(name=name))
    return content


def _with_content(file: _File, facts: MapFileFacts, content: Any) -> MapFileFacts:
    """Add what the data say."""
    about = _json_of(file, ABOUT_BLOCK, file.blocks.get(ABOUT_BLOCK, ""))
    try:
        return _filled(facts, about, content)
    except (KeyError, TypeError, ValueError, AttributeError):
        file.note("html-damaged", _("数据不是本程序写的样子。"))
        return facts


def _json_of(file: _File, name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        file.note("html-damaged", _("数据“{name}”不是 JSON。").format(name=name[:40]))
        return None


def _filled(facts: MapFileFacts, about: Any, content: Any) -> MapFileFacts:
    if content is None or about is None:
        return facts
    config, details = content["config"], content["details"]
    shown = [layer for layer in config["layers"] if layer["visible"]]
    return replace(
        facts,
        language=str(config["language"]),
        other_languages=tuple(str(each[0]) for each in content["languages"][1:]),
        created=str(about.get("dateCreated", "")),
        bounds=tuple(float(side) for side in config["bounds"]),
        layers=tuple(str(layer["title"]) for layer in shown),
        users_layers=tuple(str(layer["title"]) for layer in shown if "renderer" in layer),
        places=len(details["places"]),
        sources=len(details["sources"]),
    )
