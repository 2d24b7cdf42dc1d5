"""A printed page as a PNG of any size: drawn band by band, so that memory does not grow with the picture."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from jjjmap.errors import RenderingFailed, RenderingStopped

_BAND_PIXELS: Final = 4_000_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_UP: Final = 2
"""Filter of PNG: each row as its difference to the one above. Maps are made of plain areas."""

_pdfium_in_use = threading.Lock()
"""PDFium is for one thread at a time."""


def page_png(
    pdf: bytes,
    width_px: int,
    height_px: int,
    dpi: float,
    *,
    texts: Mapping[str, str],
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> bytes:
    """Return the first page of a PDF as a PNG.

    Parameters
    ----------
    width_px, height_px
        Of the picture, which the page fills.
    dpi
        Told to whoever prints the picture.
    texts
        What the picture says of itself, by PNG keyword such as ``Title``.
    progress
        Called with the share that is done, 0…1.

    Raises
    ------
    RenderingStopped
        `cancelled` said yes.
    RenderingFailed
        The PDF cannot be drawn.
    """
    out = io.BytesIO()
    out.write(_PNG)
    _write(out, b"IHDR", struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0))
    _write(out, b"sRGB", b"\0")
    per_metre = round(dpi / 0.0254)
    _write(out, b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
    for keyword, text in texts.items():
        if text:
            said = text.encode("utf-8", errors="replace").replace(b"\0", b" ")
            _write(out, b"iTXt", keyword.encode("ascii") + b"\0\0\0\0\0" + said)
    packer = zlib.compressobj(6)
    above = np.zeros((1, width_px * 3), np.uint8)
    done = 0
    for band in _bands(pdf, width_px, height_px):
        if cancelled():
            raise RenderingStopped
        filtered = np.empty((len(band), width_px * 3 + 1), np.uint8)
        filtered[:, 0] = _UP
        # Bytes run over, as PNG wants it.
        filtered[:, 1:] = band - np.concatenate([above, band[:-1]])
        above = band[-1:]
        packed = packer.compress(filtered.tobytes())
        if packed:
            _write(out, b"IDAT", packed)
        done += len(band)
        progress(done / height_px)
    _write(out, b"IDAT", packer.flush())
    _write(out, b"IEND", b"")
    return out.getvalue()


def _bands(pdf: bytes, width_px: int, height_px: int) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield the page from top to bottom, rows × (red, green, blue of each pixel)."""
    import pypdfium2

    rows = max(1, _BAND_PIXELS // width_px)
    for top in range(0, height_px, rows):
        # Opened anew for each: between two of them another thread may have its turn.
        with _pdfium_in_use:
            try:
                document = pypdfium2.PdfDocument(pdf)
                try:
                    band = _band(document, width_px, height_px, top, min(rows, height_px - top))
                finally:
                    document.close()
            except pypdfium2.PdfiumError as exc:
                raise RenderingFailed("print-failed") from exc
        yield band


def _band(document: Any, width_px: int, height_px: int, top: int, rows: int) -> npt.NDArray[np.uint8]:
    import pypdfium2.raw as pdfium
    from pypdfium2 import PdfBitmap

    page = document[0]
    bitmap = PdfBitmap.new_native(width_px, rows, pdfium.FPDFBitmap_BGR, rev_byteorder=True)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width_px, rows)
        pdfium.FPDF_RenderPageBitmap(
            bitmap.raw, page.raw, 0, -top, width_px, height_px, 0, pdfium.FPDF_REVERSE_BYTE_ORDER
        )
        pixels: npt.NDArray[np.uint8] = bitmap.to_numpy()
        return pixels.reshape(rows, width_px * 3).copy()
    finally:
        bitmap.close()
        page.close()


def _write(out: io.BytesIO, kind: bytes, data: bytes) -> None:
    out.write(struct.pack(">I", len(data)) + kind + data)
    out.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))))
