"""Briefings, pictures and data files: how long they take and how large they are, against what others need.

    .venv/bin/python benchmarks/briefings.py [--places N] [--firms N] [--only briefings,pictures,data]
        [--json]

Briefings are of places spread over all kinds but units; the clock of the first row starts before the browser
does. Pictures are A4 landscape, of the layers shown at first start with invented firms on top; data files are
of the same map, with all figures, passages, sources and styles of ours. Peers:

- for a briefing, Chromium printing the finished page of ours from its command line, a process each, and
  LibreOffice making PDF of our Word files, one process for all: they find maps and text ready-made;
- for a picture, matplotlib with the same frames in the same colours (``GeoDataFrame.plot`` and ``savefig``),
  without names, legend, scale or sources;
- for data, geopandas writing the rows of the same layers through pyogrio (``to_file``), and pandas the firms
  through openpyxl (``to_excel``); no styles, figures, passages or sources.

Ratios are theirs to ours, for a file each: above 1 ours is smaller or sooner. The
machine's load is printed first and last.
"""

import argparse
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from invented_firms import COLOR, RADIUS_PX, firms_frame, firms_rows, firms_table, firms_view, size_of

from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.briefing.saving import FORMATS, save_briefings
from jjjmap.export.datasets.data_export import save_data
from jjjmap.export.pictures.papers import A4, MM_PER_INCH
from jjjmap.export.pictures.saving import save_picture
from jjjmap.export.renderer import Renderer, Sheet
from jjjmap.i18n import Language
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.style import Geometry
from jjjmap.maps.snapshot import REGION_BOUNDS, MapSnapshot
from jjjmap.paths import GEODATA, RESOURCES
from jjjmap.web.headless import run_with_renderer

PARTS = ("briefings", "pictures", "data")
TARGET_S = 30.0
"""For 24 briefings as PDF."""
DPI = 300
PEER_PRINTS = 5
PEER_LIMIT_S = 120.0

Row = dict[str, Any]


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def row(part: str, what: str, seconds: float, size: int, **more: Any) -> Row:
    """Return a line of a table."""
    return {"part": part, "what": what, "seconds": seconds, "bytes": size, **more}


# ---- briefings ----


def chosen_places(catalogue: Catalogue, count: int) -> list[str]:
    """Return ids of places spread over all kinds but units."""
    ids = sorted(
        (place.id for place in catalogue.places.values() if not place.kind.is_unit),
        key=lambda place_id: (catalogue.places[place_id].kind.value, place_id),
    )
    return [ids[number * len(ids) // count] for number in range(count)]


def briefing_rows(
    catalogue: Catalogue, count: int, folder: Path, renderer: Renderer, started: float
) -> list[Row]:
    """Write briefings as PDF, and then in all formats; `started` is when the browser was asked for."""
    places = chosen_places(catalogue, count)
    found = []
    begun = started
    for formats in (("pdf",), FORMATS):
        ticks: list[float] = []

        def tell(share: float, ticks: list[float] = ticks) -> None:
            ticks.append(time.perf_counter())

        target = folder / "-".join(formats)
        files = save_briefings(
            places, target, formats, catalogue=catalogue, language=Language.ZH, renderer=renderer,
            progress=tell,
        )  # fmt: skip
        seconds = time.perf_counter() - begun
        each = sorted(later - earlier for earlier, later in itertools.pairwise(ticks))
        found.append(
            row(
                "briefings",
                f"{count} places as {', '.join(formats)}",
                seconds,
                size_of(target),
                files=len(files),
                first_place_s=ticks[1] - begun,
                median_place_s=statistics.median(each),
                slowest_place_s=each[-1],
                median_file_bytes={
                    suffix: int(
                        statistics.median(f.stat().st_size for f in files if f.suffix == f".{suffix}")
                    )
                    for suffix in formats
                },
            )
        )
        begun = time.perf_counter()
    return found


def printing_peers(folder: Path, count: int) -> list[Row]:
    """Let others make PDF of what we have written in all formats; a file each."""
    written, made, of = folder / "-".join(FORMATS), folder / "peers", f"{count} places as pdf"
    made.mkdir()
    found = []
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        found.append({"part": "briefings", "what": "chromium", "over": "not run: no chromium on the path"})
    else:
        seconds, sizes = [], []
        for page in sorted(written.glob("*.html"))[:PEER_PRINTS]:
            pdf = made / f"{page.stem}.pdf"
            command = [
                chromium, "--headless=new", "--no-pdf-header-footer", "--disable-gpu",
                "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={made / 'profile'}",
                f"--print-to-pdf={pdf}", page.as_uri(),
            ]  # fmt: skip
            if hasattr(os, "geteuid") and os.geteuid() == 0:
                command.insert(1, "--no-sandbox")
            seconds.append(timed(lambda command=command: run_quietly(command)))  # type: ignore[misc]
            sizes.append(pdf.stat().st_size)
        found.append(
            row("briefings", "chromium --print-to-pdf, a file", statistics.median(seconds),
                int(statistics.median(sizes)), of=of)
        )  # fmt: skip
    soffice = shutil.which("soffice")
    if soffice is None:
        found.append({"part": "briefings", "what": "soffice", "over": "not run: no soffice on the path"})
        return found
    words = [str(path) for path in sorted(written.glob("*.docx"))]
    profile = f"-env:UserInstallation={(made / 'office').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(made / "words"), *words]
    found.append(
        row("briefings", f"soffice --convert-to pdf, {len(words)} files", timed(lambda: run_quietly(command)),
            size_of(made / "words"), files=len(words), of=of)
    )  # fmt: skip
    return found


def run_quietly(command: Sequence[str]) -> None:
    """Run a program and raise if it fails."""
    subprocess.run(command, check=True, capture_output=True, timeout=PEER_LIMIT_S)


# ---- pictures and data ----


def map_of(table: FeatureTable) -> MapSnapshot:
    """Return the map at first start with firms on top."""
    rows = firms_rows(table)
    views = (*first_view(SHIPPED_LAYERS), firms_view(rows))
    return MapSnapshot(views, Language.ZH, rows_of=lambda layer_id: rows)


def frames(table: FeatureTable) -> dict[str, Any]:
    """Return the visible layers as geopandas reads them, and the firms, by id."""
    import geopandas

    found = {}
    for view in first_view(SHIPPED_LAYERS):
        if view.visible:
            frame = geopandas.read_file(GEODATA / view.layer.file)
            if len(frame):
                found[view.layer.id] = frame
    return {**found, "firms": firms_frame(table)}


def picture_rows(snapshot: MapSnapshot, folder: Path, renderer: Renderer) -> list[Row]:
    """Write the map as pictures; the first of all is written twice, and the browser warm the second time."""
    sheet = Sheet(A4.width_mm, A4.height_mm, title="京津冀企业分布")
    found = []
    for suffix, what in (("svg", "svg, first"), ("svg", "svg"), ("pdf", "pdf"), ("png", f"png, {DPI} dpi")):
        path = folder / f"map.{suffix}"
        seconds = timed(lambda path=path: save_picture(path, snapshot, sheet, renderer, dpi=DPI))  # type: ignore[misc]
        found.append(row("pictures", what, seconds, path.stat().st_size))
    return found


def plotted_rows(table: FeatureTable, folder: Path) -> list[Row]:
    """Write the same frames with matplotlib."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    shown, found = frames(table), []
    styles = {layer.id: layer for layer in SHIPPED_LAYERS}

    def plot(path: Path) -> None:
        size = (A4.width_mm / MM_PER_INCH, A4.height_mm / MM_PER_INCH)
        figure, axes = pyplot.subplots(figsize=size, dpi=DPI)
        for order, (name, frame) in enumerate(shown.items()):
            if name == "firms":
                frame.plot(ax=axes, color=COLOR, markersize=RADIUS_PX**2, zorder=order)
                continue
            style = styles[name].style
            for value, rows in frame.groupby(style.attribute) if style.attribute else (("*", frame),):
                symbol = style.class_for(str(value))
                look: dict[str, Any] = {"linewidth": symbol.width_px * 0.75, "zorder": order}
                if styles[name].geometry is Geometry.LINE:
                    look["color"] = symbol.stroke or symbol.fill
                else:
                    look |= {"facecolor": symbol.fill or "none", "edgecolor": symbol.stroke or "none"}
                rows.plot(ax=axes, **look)
        axes.set_xlim(REGION_BOUNDS.west, REGION_BOUNDS.east)
        axes.set_ylim(REGION_BOUNDS.south, REGION_BOUNDS.north)
        axes.set_axis_off()
        figure.savefig(path)
        pyplot.close(figure)

    for suffix in ("svg", "pdf", "png"):
        path = folder / f"plot.{suffix}"
        seconds = timed(lambda path=path: plot(path))  # type: ignore[misc]
        of = f"png, {DPI} dpi" if suffix == "png" else suffix
        found.append(row("pictures", f"matplotlib {suffix}", seconds, path.stat().st_size, of=of))
    return found


def data_rows(snapshot: MapSnapshot, catalogue: Catalogue, folder: Path) -> list[Row]:
    """Write the map as data in every format."""
    found = []
    for name in ("map.gpkg", "map.geojson", "map.xlsx", "map"):
        path = folder / name
        seconds = timed(lambda path=path: save_data(path, snapshot, catalogue))  # type: ignore[misc]
        found.append(row("data", path.suffix.lstrip(".") or "folder", seconds, size_of(path)))
    return found


def written_rows(table: FeatureTable, folder: Path) -> list[Row]:
    """Write the rows of the same layers with geopandas and pandas."""
    import pandas

    shown = frames(table)
    firms = shown["firms"].drop(columns="geometry")

    def package(path: Path) -> None:
        for name, frame in shown.items():
            frame.to_file(path, layer=name, driver="GPKG")

    def together(path: Path) -> None:
        labelled = [frame.assign(layer=name) for name, frame in shown.items()]
        pandas.concat(labelled).to_file(path, driver="GeoJSON")

    def apart(path: Path) -> None:
        path.mkdir()
        for name, frame in shown.items():
            frame.to_file(path / f"{name}.geojson", driver="GeoJSON")
        firms.to_csv(path / "firms.csv", index=False)

    writers: tuple[tuple[str, str, str, Callable[[Path], None]], ...] = (
        ("geopandas gpkg", "gpkg", "rows.gpkg", package),
        ("geopandas geojson", "geojson", "rows.geojson", together),
        ("pandas xlsx, firms only", "xlsx", "rows.xlsx", lambda path: firms.to_excel(path, index=False)),
        ("geopandas geojson, csv", "folder", "rows", apart),
    )
    found = []
    for what, of, name, write in writers:
        path = folder / name
        seconds = timed(lambda write=write, path=path: write(path))  # type: ignore[misc]
        found.append(row("data", what, seconds, size_of(path), of=of))
    return found


# ---- the tables ----

MEASURED = ("seconds", "bytes")


def per_file(found: Row, name: str) -> float:
    """Return a figure of a row for one of its files."""
    return float(found[name]) / int(found.get("files", 1))


def print_rows(rows: Sequence[Row]) -> None:
    """Print all lines, those of peers with ratios to ours."""
    ours = {(each["part"], each["what"]): each for each in rows}
    for part in dict.fromkeys(each["part"] for each in rows):
        print(f"\n{part}\n{'':<34} {'s':>8} {'':>7} {'bytes':>12} {'':>7}")
        for each in (each for each in rows if each["part"] == part):
            if "over" in each:
                print(f"{each['what']:<34} {each['over']}")
                continue
            same = ours.get((part, each.get("of", "")))
            ratios = [
                f"{per_file(each, name) / per_file(same, name):.2f}x" if same else "" for name in MEASURED
            ]
            line = f"{each['what']:<34} {each['seconds']:>8.2f} {ratios[0]:>7}"
            line += f" {each['bytes']:>12,} {ratios[1]:>7}"
            if "median_place_s" in each:
                sizes = ", ".join(f"{name} {size:,}" for name, size in each["median_file_bytes"].items())
                line += (
                    f"  {each['files']} files; a place: first {each['first_place_s']:.2f} s, median"
                    f" {each['median_place_s']:.2f}, slowest {each['slowest_place_s']:.2f};"
                    f" median bytes {sizes}"
                )
            print(line.rstrip())


def load() -> str:
    """Return how busy the machine is, in words."""
    average = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return f"{os.cpu_count()} cores, load {average}"


def main() -> int:
    """Print the tables; the exit code tells whether the target for 24 briefings is met."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--places", type=int, default=24)
    asked.add_argument("--firms", type=int, default=10_000)
    asked.add_argument("--only", default=",".join(PARTS), help="parts, parted by commas")
    asked.add_argument("--json", action="store_true", help="print nothing but the rows as JSON")
    options = asked.parse_args()
    parts = options.only.split(",")
    before = load()
    catalogue = load_catalogue(RESOURCES)[0]
    table = firms_table(options.firms)
    snapshot = map_of(table)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        started = time.perf_counter()

        def drawn(renderer: Renderer) -> None:
            if "briefings" in parts:
                rows.extend(briefing_rows(catalogue, options.places, folder, renderer, started))
            if "pictures" in parts:
                rows.extend(picture_rows(snapshot, folder, renderer))

        if {"briefings", "pictures"} & set(parts):
            run_with_renderer(drawn, catalogue=catalogue)
        if "briefings" in parts:
            rows.extend(printing_peers(folder, options.places))
        if "pictures" in parts:
            rows.extend(plotted_rows(table, folder))
        if "data" in parts:
            rows.extend(data_rows(snapshot, catalogue, folder))
            rows.extend(written_rows(table, folder))
    if options.json:
        print(json.dumps({"before": before, "after": load(), "rows": rows}, ensure_ascii=False, indent=1))
    else:
        print(before)
        print_rows(rows)
        print(f"\n{load()}")
    pdfs = [each for each in rows if each["what"].endswith("as pdf")]
    if pdfs and options.places <= 24 and pdfs[0]["seconds"] > TARGET_S:
        raise SystemExit(f"target missed: {options.places} briefings as PDF within {TARGET_S:g} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
