"""What an export says of itself: whom it is for, that it is a sketch, where its borders come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jjjmap.i18n import Language, in_language
from jjjmap.maps.config import map_texts


class Audience(StrEnum):
    """Whom an export is for."""

    INTERNAL = "internal"
    """The default: it carries the mark 内部参考."""
    PUBLIC = "public"
    """The user has said that it will be published, and was told what that asks for."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The lines that an export carries, in one language."""

    audience: Audience
    internal: str
    """内部参考; empty for a public one."""
    schematic: str
    """示意图."""
    unapproved: str
    """That the map was not reviewed."""
    attribution: str
    """Sources of the basemap, the 审图号 of its borders first."""

    @property
    def lines(self) -> tuple[str, ...]:
        """All of them that say something, in the order in which they are written."""
        return tuple(
            line for line in (self.internal, self.schematic, self.unapproved, self.attribution) if line
        )


def marks_of(audience: Audience, language: Language) -> Marks:
    """Return the marks of an export."""
    _ = in_language(language)
    texts = map_texts(language)
    return Marks(
        audience,
        _("内部参考") if audience is Audience.INTERNAL else "",
        texts["schematic"],
        _("本图为示意，未经地图审核，公开使用前请送审或换用标准地图。"),
        texts["attribution"],
    )


def publication_warning(language: Language) -> str:
    """Return what the user is told before an export loses its mark 内部参考."""
    _ = in_language(language)
    return _(
        "公开发布地图前，应按《地图管理条例》送审并取得审图号；本程序画的图是示意图，没有送审。"
        "摘要是本程序编写的，不是文件原文；点位和范围有些是推定的。"
    )
