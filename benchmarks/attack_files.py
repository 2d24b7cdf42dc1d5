"""Hostile files before stock readers and before ours: what is opened that should not be, and what it costs.

Each is read in a process of its own. A server on this machine counts who asks it for something.
"""

import hashlib
import http.server
import json
import multiprocessing
import os
import pickle
import resource
import stat
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIMIT_S = 60.0
BOMB_MB = 300

POINT = '{"type":"Feature","properties":{"name":"secret"},"geometry":{"type":"Point","coordinates":[116,39]}}'
COLLECTION = f'{{"type":"FeatureCollection","features":[{POINT}]}}'


class Listener:
    """A server of this machine that gives the same GeoJSON to all, and counts them."""

    def __init__(self) -> None:
        self.hits = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.hits += 1
                self.send_response(200)
                self.send_header("Content-Length", str(len(COLLECTION)))
                self.end_headers()
                self.wfile.write(COLLECTION.encode())

            do_HEAD = do_POST = do_GET

            def log_message(self, format: str, *values: Any) -> None:
                """Say nothing: the table does."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Hear no more."""
        self._server.shutdown()
        self._server.server_close()


@dataclass(frozen=True)
class Outcome:
    """What a reader made of a file."""

    said: str
    seconds: float
    peak_mb: float


def _stock(path: str) -> str:
    import pyogrio

    try:
        frame = pyogrio.read_dataframe(path)
    except Exception as exc:  # Whatever it is, it was refused.
        return f"refused ({type(exc).__name__})"
    return f"OPENED, {len(frame)} rows"


def _stock_sheet(path: str) -> str:
    import pandas

    try:
        frame = pandas.read_excel(path)
    except Exception as exc:
        return f"refused ({type(exc).__name__})"
    return f"OPENED, {len(frame)} rows"


def _stock_pickle(path: str) -> str:
    import pandas

    try:
        pandas.read_pickle(path)
    except Exception as exc:
        return f"refused ({type(exc).__name__})"
    return "OPENED"


def _ours(path: str) -> str:
    from jjjmap.errors import JjjmapError
    from jjjmap.layers.opening.reading_worker import LayerReader
    from jjjmap.layers.opening.records import OpenOptions

    with tempfile.TemporaryDirectory() as target, LayerReader() as reader:
        try:
            answer = reader.read(Path(path), OpenOptions(datum="WGS-84", swap_axes=False), Path(target))
        except JjjmapError as exc:
            return f"refused ({getattr(exc, 'reason', type(exc).__name__)})"
        return f"opened, {answer.accepted} rows"


def _timed(work: Callable[[str], str], path: str, pipe: Any) -> None:
    start = time.perf_counter()
    said = work(path)
    taken = time.perf_counter() - start
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    pipe.send(Outcome(said, taken, most / 1024))


def outcome(work: Callable[[str], str], path: str) -> Outcome:
    """Return what a reader makes of a file in a fresh process."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_timed, args=(work, path, there))
    start = time.perf_counter()
    child.start()
    there.close()
    try:
        found: Outcome = here.recv() if here.poll(LIMIT_S) else Outcome("HANGS", LIMIT_S, 0.0)
    except EOFError:
        found = Outcome("its process DIED", time.perf_counter() - start, 0.0)
    if child.is_alive():
        child.join(2)
        child.kill()
    child.join()
    return found


class _Shell:
    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (self.command,)


def hostile_files(folder: Path, address: str) -> Iterator[tuple[str, str, Callable[[str], str]]]:
    """Write the files; yield the attack, the path as a user gives it, and the stock reader of its kind."""
    victim = folder / "victim.geojson"
    victim.write_text(COLLECTION)

    def kept(name: str, text: str) -> str:
        (folder / name).write_text(text)
        return str(folder / name)

    def vrt(source: str) -> str:
        return (
            f'<OGRVRTDataSource><OGRVRTLayer name="victim"><SrcDataSource>{source}</SrcDataSource>'
            "</OGRVRTLayer></OGRVRTDataSource>"
        )

    def pipeline(source: str) -> str:
        return json.dumps(
            {
                "type": "gdal_streamed_alg",
                "command_line": f"gdal vector pipeline ! read {source} ! reproject --dst-crs EPSG:4326",
            }
        )

    for suffix in ("geojson", "kml", "csv", "gpkg"):
        yield f"VRT as .{suffix}: another file", kept(f"vrt.{suffix}", vrt(str(victim))), _stock
    remote = f"{address}/victim.geojson"
    yield "VRT as .geojson: network", kept("net.geojson", vrt(f"/vsicurl/{remote}")), _stock
    yield "GDALG as .geojson: another file", kept("alg.geojson", pipeline(str(victim))), _stock
    yield "GDALG as .geojson: network", kept("algnet.geojson", pipeline(f"/vsicurl/{remote}")), _stock
    wfs = f"<OGRWFSDataSource><URL>{address}/wfs</URL></OGRWFSDataSource>"
    yield "WFS description as .geojson", kept("wfs.geojson", wfs), _stock
    crs = {"type": "link", "properties": {"href": f"{address}/crs", "type": "proj4"}}
    linked = {**json.loads(COLLECTION), "crs": crs}
    yield "GeoJSON with a CRS link", kept("crs.geojson", json.dumps(linked)), _stock
    yield "http:// as a path", remote, _stock
    yield "/vsicurl/ as a path", f"/vsicurl/{remote}", _stock
    yield "GeoJSON text as a path", COLLECTION, _stock
    yield "VRT text as a path", vrt(str(victim)), _stock
    link = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link><href>%s</href></Link>'
    link += "</NetworkLink><Placemark><name>a</name><Point><coordinates>116,39</coordinates></Point>"
    link += "</Placemark></Document></kml>"
    yield "KML with a NetworkLink", kept("link.kml", link % remote), _stock
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 50}">' for n in range(9))
    bomb = (
        f"<?xml version='1.0'?><!DOCTYPE kml [{entities}]><kml><Document><name>&e8;</name></Document></kml>"
    )
    yield "KML, entity bomb", kept("bomb.kml", bomb), _stock
    outside = "<?xml version='1.0'?><!DOCTYPE kml [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
    outside += "<kml><Document><Placemark><name>&e;</name><Point><coordinates>116,39</coordinates></Point>"
    outside += "</Placemark></Document></kml>"
    yield "KML, entity of another file", kept("outside.kml", outside), _stock

    with zipfile.ZipFile(folder / "slip.zip", "w") as archive:
        archive.writestr("../../slipped.kml", "<kml/>")
        archive.writestr("C:\\slipped.kml", "<kml/>")
    yield "zip with names that climb out", str(folder / "slip.zip"), _stock
    with zipfile.ZipFile(folder / "links.zip", "w") as archive:
        link_entry = zipfile.ZipInfo("a.geojson")
        link_entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link_entry, str(victim))
    yield "zip with a symbolic link", str(folder / "links.zip"), _stock
    with (
        zipfile.ZipFile(folder / "bomb.kmz", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("doc.kml", "w") as entry,
    ):
        # In pieces: the memory of this process would count as that of its children.
        entry.write(b"<kml><Document><!--")
        for _megabyte in range(BOMB_MB):
            entry.write(b" " * (1 << 20))
        entry.write(b"--></Document></kml>")
    yield (
        f"KMZ of {BOMB_MB} MB in {(folder / 'bomb.kmz').stat().st_size >> 10} kB",
        str(folder / "bomb.kmz"),
        _stock,
    )
    yield _sheet_bomb(folder), str(folder / "bomb.xlsx"), _stock_sheet
    nested = '{"type":"GeometryCollection","geometries":[' * 5_000 + "]}" * 5_000
    yield "GeoJSON nested 5,000 deep", kept("deep.geojson", nested), _stock
    (folder / "shell.pkl").write_bytes(pickle.dumps(_Shell(f"touch {folder}/ran")))
    yield "pickle that runs a command", str(folder / "shell.pkl"), _stock_pickle


def _sheet_bomb(folder: Path) -> str:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["lon", "lat"])  # type: ignore[union-attr]
    book.save(folder / "small.xlsx")
    with (
        zipfile.ZipFile(folder / "small.xlsx") as small,
        zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as big,
    ):
        for entry in small.infolist():
            head, end, tail = small.read(entry).partition(b"</sheetData>")
            with big.open(entry.filename, "w") as written:
                written.write(head)
                if end:
                    rows = b'<row r="2"><c r="A2"><v>1</v></c></row>' * 25_000
                    for _megabyte in range(BOMB_MB):
                        written.write(rows)
                written.write(end + tail)
    return f"workbook of {BOMB_MB} MB in {(folder / 'bomb.xlsx').stat().st_size >> 10} kB"


def file_rows() -> Iterator[tuple[str, str, str]]:
    """Yield each attack, and what stock readers and ours made of it: answer, requests, seconds, memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        listener = Listener()
        try:
            for attack, path, stock in hostile_files(folder, listener.address):
                cells = []
                for work in (stock, _ours):
                    before, listener.hits = _digest(path), 0
                    found = outcome(work, path)
                    cell = f"{found.said}; {found.seconds:.1f} s, {found.peak_mb:.0f} MB"
                    if listener.hits:
                        cell += f"; {listener.hits} REQUESTS"
                    ran = folder / "ran"
                    if ran.exists():
                        cell += "; the command RAN"
                        ran.unlink()
                    if _digest(path) != before:
                        cell += "; the file was CHANGED"
                    cells.append(cell)
                yield attack, *cells
        finally:
            listener.close()


def _digest(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""
