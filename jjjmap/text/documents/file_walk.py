"""Which files of what the user dropped are read: folders are walked, other formats counted."""

import os
import stat
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.text.documents.formats import format_of
from jjjmap.text.store.library_rows import storable

MAX_FILES = 5_000
"""Of one import."""
MAX_DEPTH = 40
"""Folders inside one another."""

_SUFFIXES_TOLD = 5
_ASIDE = ("~$", ".")
"""How names begin that a program or the system put aside."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that is to be read."""

    path: Path
    shown: str
    """As findings name it: without the folders above what the user chose."""
    size_bytes: int


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What a walk came to."""

    files: tuple[FoundFile, ...]
    findings: tuple[Finding, ...]


def find_files(paths: Iterable[Path]) -> FoundFiles:
    """Return the files to read, each once: in the order given, those of a folder by name.

    A file that the user named is always among them, whatever it is; its reader says what is wrong with it.
    In folders hidden files and what links lead to are passed over, and formats that nobody reads are counted.
    """
    walk = _Walk()
    for path in paths:
        if path.is_dir():
            walk.folder(path)
        else:
            walk.add(path, path.name)
    return FoundFiles(tuple(walk.files), (*walk.findings, *walk.summary()))


class _Walk:
    def __init__(self) -> None:
        self.files: list[FoundFile] = []
        self.findings: list[Finding] = []
        self._seen: set[str] = set()
        self._unknown: Counter[str] = Counter()
        self._links = 0
        self._too_many = False

    def add(self, path: Path, shown: str) -> None:
        place = str(path.absolute())
        if place in self._seen:
            return
        if len(self.files) >= MAX_FILES:
            self._too_many = True
            return
        self._seen.add(place)
        try:
            size = path.stat().st_size
        except OSError:
            size = 0  # Whoever reads it says what is wrong.
        self.files.append(FoundFile(path, storable(shown), size))

    def folder(self, root: Path) -> None:
        before = len(self.files)
        passed = sum(self._unknown.values())
        # The folder that the user chose may be a link; what lies in it may not lead out of it.
        for folder, folders, names in os.walk(root, onerror=self._unreadable, followlinks=False):
            inside = Path(folder).relative_to(root)
            folders[:] = sorted(name for name in folders if not name.startswith(_ASIDE))
            if len(inside.parts) >= MAX_DEPTH:
                folders.clear()
            self._links += sum(Path(folder, name).is_symlink() for name in folders)
            for name in sorted(names):
                self._look_at(Path(folder, name), (Path(root.name) / inside / name).as_posix())
            if self._too_many:
                break
        if len(self.files) == before and sum(self._unknown.values()) == passed and not self._too_many:
            self.findings.append(
                Finding(
                    Severity.WARNING,
                    "no-documents",
                    storable(root.name),
                    _("文件夹里没有可读的文件。"),
                    _("可以读取 txt、md、html、docx、pdf。"),
                )
            )

    def _look_at(self, path: Path, shown: str) -> None:
        if path.name.startswith(_ASIDE):
            return
        try:
            mode = path.lstat().st_mode
        except OSError as error:
            self._unreadable(error)
            return
        if stat.S_ISLNK(mode):
            self._links += 1
        elif format_of(path) is None or not stat.S_ISREG(mode):
            self._unknown[path.suffix.lower() or _("无后缀")] += 1
        else:
            self.add(path, shown)

    def _unreadable(self, error: OSError) -> None:
        self.findings.append(
            Finding(
                Severity.ERROR,
                "folder-unreadable",
                storable(Path(os.fsdecode(error.filename)).name) if error.filename else "",
                _("无法打开：{reason}。").format(reason=error.strerror or str(error)),
                _("请检查权限，或先复制到自己的文件夹。"),
            )
        )

    def summary(self) -> list[Finding]:
        told: list[Finding] = []
        if self._unknown:
            common = self._unknown.most_common()
            common.sort(key=lambda pair: (-pair[1], pair[0]))
            kinds = "、".join(f"{storable(suffix)[:20]} {count}" for suffix, count in common[:_SUFFIXES_TOLD])
            told.append(
                Finding(
                    Severity.INFO,
                    "other-formats",
                    "",
                    _("跳过了 {n} 个不能读的文件（{kinds}）。").format(
                        n=sum(self._unknown.values()),
                        kinds=kinds + ("……" if len(common) > _SUFFIXES_TOLD else ""),
                    ),
                    _("可以读取 txt、md、html、docx、pdf。"),
                )
            )
        if self._links:
            told.append(
                Finding(
                    Severity.INFO,
                    "links-skipped",
                    "",
                    _("跳过了 {n} 个链接（快捷方式）。").format(n=self._links),
                    _("需要的话，请直接选择它们指向的文件。"),
                )
            )
        if self._too_many:
            told.append(
                Finding(
                    Severity.WARNING,
                    "too-many-files",
                    "",
                    _("一次最多读 {n} 个文件，其余的没有读。").format(n=MAX_FILES),
                    _("请分几次导入。"),
                )
            )
        return told
