"""What an exported page says of itself, as lines."""

from jjjmap.cli.messages import listed
from jjjmap.export.page.html_check import MapFileFacts
from jjjmap.i18n import _

_LONGEST = 500


def page_facts_text(facts: MapFileFacts) -> str:
    """Return what `check FILE.html` found; the file is anybody's, so nothing of it steers a terminal."""
    bounds = ", ".join(f"{side:g}" for side in facts.bounds)
    rows = (
        (_("图名"), facts.title),
        (_("导出日期"), facts.created),
        (_("程序版本"), facts.version),
        (_("语言"), listed((facts.language, *facts.other_languages)) if facts.language else ""),
        (_("范围（西, 南, 东, 北）"), bounds),
        (_("图层"), listed(facts.layers)),
        (_("其中制图者自己的"), listed(facts.users_layers)),
        (_("有详情的地点"), f"{facts.places:,}"),
        (_("来源"), f"{facts.sources:,}"),
        (_("生成命令"), facts.command),
        (_("内容的 SHA-256"), facts.sha256),
        (_("文件大小"), _("{n} 字节").format(n=f"{facts.bytes:,}")),
    )
    return "\n".join(f"{name}: {_one_line(value)}" for name, value in rows if value)


def _one_line(text: str) -> str:
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
