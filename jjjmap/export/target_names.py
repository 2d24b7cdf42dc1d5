"""Whether a file can stand where the user wants it: said before the work begins, not after it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from jjjmap.i18n import _

LONGEST_NAME_BYTES = 255
"""What common file systems take."""

_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


def name_trouble(name: str) -> str:
    """Return why a file cannot have this name on every system, in the language in use; empty if it can.

    Parameters
    ----------
    name
        With its suffix, without folders.
    """
    if not name.strip() or name.strip(".") == "":
        return _("请给出文件名。")
    found = _FORBIDDEN.search(name)
    if found is not None:
        letter = found.group()
        if letter < " ":
            return _("文件名里有看不见的控制字符。")
        return _("文件名里不能有“{letter}”。").format(letter=letter)
    if name != name.rstrip(" ."):
        return _("文件名不能以空格或句点结尾。")
    if _RESERVED.fullmatch(name):
        return _("“{name}”是 Windows 保留的名字，请换一个。").format(name=name)
    if len(os.fsencode(name)) > LONGEST_NAME_BYTES:
        return _("文件名太长。")
    return ""


def file_trouble(path: Path) -> str:
    """Return why a file cannot be written, in the language in use; empty if nothing speaks against it."""
    trouble = name_trouble(path.name) or folder_trouble(path.parent)
    if not trouble and path.is_dir():
        return _("这个名字是一个文件夹。")
    if not trouble and path.exists() and not os.access(path, os.W_OK):
        return _("这个文件是只读的。")
    return trouble


def folder_trouble(folder: Path, *, may_be_made: bool = False) -> str:
    """Return why nothing can be written into a folder; empty if nothing speaks against it.

    Parameters
    ----------
    folder
        Where files are to stand.
    may_be_made
        Whether a folder that is missing is made, in one that is there.
    """
    if not folder.is_absolute():
        return _("请给出文件夹的完整路径。")
    if folder.exists() and not folder.is_dir():
        return _("“{folder}”不是文件夹。").format(folder=folder)
    if not folder.exists():
        if not may_be_made:
            return _("文件夹“{folder}”不存在。").format(folder=folder)
        return name_trouble(folder.name) or folder_trouble(folder.parent)
    if not os.access(folder, os.W_OK | os.X_OK):
        return _("文件夹“{folder}”不能写入。").format(folder=folder)
    return ""
