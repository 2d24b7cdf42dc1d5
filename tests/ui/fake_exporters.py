"""What stands for the exporters in tests of the window."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from qtpy.QtCore import QBuffer, QIODevice
from qtpy.QtGui import QImage

from jjjmap.catalogue.models import Catalogue
from jjjmap.export.options import ContentOptions
from jjjmap.export.pictures.several import page_files
from jjjmap.export.renderer import Sheet
from jjjmap.maps.snapshot import MapSnapshot, NamedMap
from jjjmap.session.exporters import BriefingsWish
from jjjmap.session.tasks import Cancelled, Progress


class FakeExporters:
    """Writes a word, or fails, or waits to be cancelled; keeps what it was asked."""

    def __init__(self) -> None:
        self.snapshots: list[MapSnapshot] = []
        self.options: list[ContentOptions] = []
        self.sheets: list[Sheet] = []
        self.wishes: list[BriefingsWish] = []
        self.error: Exception | None = None
        self.waits = False
        self.size = 3_240_000
        self.is_prepared = False

    def prepare(self) -> None:
        self.is_prepared = True

    def close(self) -> None:
        self.is_prepared = False

    def save_html(
        self,
        path: Path,
        snapshot: MapSnapshot,
        catalogue: Catalogue,
        options: ContentOptions,
        *,
        progress: Progress,
        cancelled: Cancelled,
    ) -> bool:
        self.snapshots.append(snapshot)
        self.options.append(options)
        return self._write(path, b"map", progress, cancelled)

    def save_picture(
        self,
        path: Path,
        snapshot: MapSnapshot,
        sheet: Sheet,
        *,
        dpi: int,
        progress: Progress,
        cancelled: Cancelled,
    ) -> bool:
        assert self.is_prepared
        self.snapshots.append(snapshot)
        self.sheets.append(sheet)
        return self._write(path, _png(), progress, cancelled)

    def save_pictures(
        self,
        path: Path,
        maps: Sequence[NamedMap],
        sheet: Sheet,
        *,
        dpi: int,
        progress: Progress,
        cancelled: Cancelled,
    ) -> tuple[Path, ...]:
        assert self.is_prepared
        self.sheets.append(sheet)
        written: list[Path] = []
        for target, each in zip(page_files(path, (each.title for each in maps)), maps, strict=False):
            self.snapshots.append(each.snapshot)
            if not self._write(target, _png(), progress, cancelled):
                break
            written.append(target)
        return tuple(written)

    def picture_png(
        self, snapshot: MapSnapshot, sheet: Sheet, *, dpi: int, cancelled: Cancelled
    ) -> bytes | Literal[False]:
        assert self.is_prepared
        self.snapshots.append(snapshot)
        self.sheets.append(sheet)
        while self.waits and not cancelled():
            pass
        return False if cancelled() else _png()

    def save_data(
        self,
        path: Path,
        snapshot: MapSnapshot,
        catalogue: Catalogue,
        options: ContentOptions,
        *,
        progress: Progress,
        cancelled: Cancelled,
    ) -> bool:
        self.snapshots.append(snapshot)
        self.options.append(options)
        return self._write(path, b"data", progress, cancelled)

    def save_briefings(
        self,
        wish: BriefingsWish,
        snapshot: MapSnapshot,
        catalogue: Catalogue,
        *,
        progress: Progress,
        cancelled: Cancelled,
    ) -> tuple[Path, ...]:
        assert self.is_prepared
        self.wishes.append(wish)
        written: list[Path] = []
        for path in self.briefing_files(wish, catalogue):
            if not self._write(path, b"brief", progress, cancelled):
                break
            written.append(path)
        return tuple(written)

    def briefing_files(self, wish: BriefingsWish, catalogue: Catalogue) -> tuple[Path, ...]:
        return tuple(
            wish.folder / f"{place_id}.{each.value}" for place_id in wish.place_ids for each in wish.formats
        )

    def predicted_bytes(self, snapshot: MapSnapshot, catalogue: Catalogue, options: ContentOptions) -> int:
        if self.error is not None:
            raise self.error
        return self.size

    def _write(self, path: Path, data: bytes, progress: Progress, cancelled: Cancelled) -> bool:
        progress(0.5)
        while self.waits and not cancelled():
            pass
        if self.error is not None:
            raise self.error
        if cancelled():
            return False
        path.write_bytes(data)
        return True


def _png() -> bytes:
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())
