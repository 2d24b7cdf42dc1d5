"""Styles from and for QGIS: asks for the file, reads or writes it, and tells what got lost on the way."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import QStandardPaths
from qtpy.QtWidgets import QFileDialog, QWidget

from jjjmap.atomic_files import replace_file
from jjjmap.errors import ExportFailed
from jjjmap.i18n import _
from jjjmap.layers.styling.qml import to_qml
from jjjmap.layers.styling.qml_reader import MOST_BYTES, QmlAnswer, read_qml
from jjjmap.layers.styling.sld import to_sld
from jjjmap.layers.styling.written_styles import AppliedStyle, StyleFile
from jjjmap.ui.dialogs.replacing import with_suffix

SUFFIXES = (".qml", ".sld")


class StyleFiles:
    """The questions; tests replace them."""

    @classmethod
    def ask_to_open(cls, parent: QWidget | None) -> Path | None:
        """Return the QML file that the user wants to read, or None."""
        chosen, _kind = QFileDialog.getOpenFileName(
            parent, _("读入样式"), _documents(), _("QGIS 样式 (*.qml)")
        )
        return Path(chosen) if chosen else None

    @classmethod
    def ask_to_save(cls, parent: QWidget | None, name: str) -> Path | None:
        """Return the file that the user wants to write, ending in one of `SUFFIXES`, or None."""
        qml, sld = _("QGIS 样式 (*.qml)"), _("SLD 1.1 样式 (*.sld)")
        safe = "".join(letter for letter in name if letter.isalnum() or letter in " -_")[:60].strip()
        start = Path(_documents()) / f"{safe or 'jjjmap'}.qml"
        chosen, kind = QFileDialog.getSaveFileName(parent, _("保存样式"), str(start), f"{qml};;{sld}")
        return with_suffix(parent, chosen, SUFFIXES, ".sld" if kind == sld else ".qml") if chosen else None


def read_style(path: Path) -> QmlAnswer:
    """Read a QML file; raises OSError."""
    with path.open("rb") as file:
        return read_qml(file.read(MOST_BYTES + 1))


def write_style(path: Path, applied: AppliedStyle, name: str) -> StyleFile:
    """Write a style as QML or SLD, as the suffix says; raises ExportFailed, the old file stays then."""
    written = to_sld(applied, name) if path.suffix.lower() == ".sld" else to_qml(applied)
    try:
        replace_file(path, written.data)
    except OSError as exc:
        raise ExportFailed(path, exc.strerror or str(exc)) from exc
    return written


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
