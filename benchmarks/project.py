"""How long a project takes to save and to open, beside geopandas with its layer alone, in one run.

    .venv/bin/python benchmarks/project.py [ROWS [DOCUMENTS]]

The layer has 12 columns and one point a row; the documents are as long as newspaper articles on the subject,
a third passages full of places and figures (tests/text/labels, with other digits in each), the rest invented
words: together they name as many places as such articles do, and three times as many figures. Ours writes and
reads all of it, the exact rows beside those for other programs; opening starts a process of its own and makes
the index of the library anew; in a project of others it checks every row and document first.
Theirs is ``GeoDataFrame.to_file`` and ``geopandas.read_file`` of the layer alone, without documents, in this
process. Best of three.
"""

import hashlib
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import shapely

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.layers.feature_table import FeatureTable, write_table
from jjjmap.layers.opening.records import FileFormat, LayerFacts
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.classify import apply_style
from jjjmap.layers.styling.user_style import StyleMode, UserStyle
from jjjmap.layers.user_layer_store import StoredLayer, UserLayerStore
from jjjmap.project.opening import open_project
from jjjmap.project.saving import save_project
from jjjmap.project.state import ProjectState
from jjjmap.text.importing import Analyser
from jjjmap.text.records import DocumentFormat, RawText
from jjjmap.text.store.library import Library

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT / "tests"))
from text.labelled import load_labelled  # noqa: E402
from text.small_library import prose  # noqa: E402

ROWS, DOCUMENTS = 100_000, 500
DENSE_CHARS, FILLING_SENTENCES = 1_000, 115
TURNS = 3


def made_table(rows: int) -> FeatureTable:
    """Return invented firms: 12 columns of texts, dates and numbers."""
    chance = np.random.default_rng(5)
    columns: dict[str, pa.Array] = {
        "名称": pa.array([f"甲县第{number * 7919 % rows}号企业" for number in range(rows)]),
        "地址": pa.array([f"乙市丙路{number % 997}号{number % 31}室" for number in range(rows)]),
        "代码": pa.array([f"91130100MA{number:08d}" for number in range(rows)]),
        "法人": pa.array([f"人{number * 31 % 5_003}" for number in range(rows)]),
        "行业": pa.array([("氢能", "机器人", "医药", "钢铁")[number % 4] for number in range(rows)]),
        "成立": pa.array(chance.integers(10_000, 20_000, rows).astype("int32"), pa.date32()),
    }
    for name in ("产值", "利润", "面积"):
        columns[name] = pa.array(chance.uniform(0, 1e4, rows).round(2))
    for name in ("人数", "专利", "年份"):
        columns[name] = pa.array(chance.integers(1, 9_999, rows))
    lon, lat = chance.uniform(114, 119, rows), chance.uniform(37, 42, rows)
    return FeatureTable(pa.table(columns), Geometry.POINT, lon, lat)


def stored_layer(store: UserLayerStore, table: FeatureTable) -> StoredLayer:
    """Keep a table as a layer, with a style by category."""
    folder = store.new_folder()
    (folder / "part").mkdir()
    write_table(folder / "part", table)
    facts = LayerFacts(
        "企业", "企业.csv", "", FileFormat.CSV, "utf-8", "", "WGS-84", 0.0, Geometry.POINT, table.columns,
        len(table), 0, 0, 0, (114.0, 37.0, 119.0, 42.0),
    )  # fmt: skip
    style = UserStyle(mode=StyleMode.CATEGORISED, column="行业")
    return store.adopt(folder / "part", facts, style, apply_style(table, style).style)


def fill_library(path: Path, documents: int) -> int:
    """Store documents; return how many mentions and figures there are."""
    chance = random.Random(4)
    passages = [passage.text for name in ("dev", "heldout") for passage in load_labelled(name)]
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    analyser = Analyser(catalogue)
    found = 0
    with Library.open(path) as library, library.batch():
        for number in range(documents):
            lines: list[str] = []
            while sum(map(len, lines)) < DENSE_CHARS:
                lines.append(re.sub(r"\d", lambda _digit: str(chance.randint(1, 9)), chance.choice(passages)))
            text = "\n\n".join((*lines, prose(number * FILLING_SENTENCES, FILLING_SENTENCES)))
            data = text.encode()
            digest = hashlib.sha256(data).hexdigest()
            raw = RawText(text, DocumentFormat.TXT, "utf-8")
            document = analyser.analyse(raw, f"{number}.txt", sha256=digest, size_bytes=len(data))
            found += len(document.mentions) + len(document.figures)
            library.store(document, data)
    return found


def best(work: Callable[[], object]) -> float:
    """Return the shortest time of a few."""
    taken = []
    for _turn in range(TURNS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Print the figures."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    documents = int(sys.argv[2]) if len(sys.argv) > 2 else DOCUMENTS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_STATE_HOME"] = name  # What projects are known here is none of the user's business.
        store, library = UserLayerStore(folder / "layers"), folder / "library.sqlite"
        table = made_table(rows)
        layer = stored_layer(store, table)
        found = fill_library(library, documents)
        path = folder / "P.jjj.gpkg"

        def save() -> None:
            assert save_project(
                path, state=ProjectState(), layers=(layer,), store=store, library_path=library, expected=None
            )

        def open_it() -> None:
            with tempfile.TemporaryDirectory(dir=folder) as room:
                opened = open_project(path, Path(room))
                assert (opened.layers, opened.documents, opened.findings) == (1, documents, ())

        def open_as_foreign() -> None:
            paths.work_folder().with_name("known-projects.json").unlink(missing_ok=True)
            open_it()

        saved, read_first = best(save), best(open_as_foreign)
        read = best(open_it)
        frame = geopandas.GeoDataFrame(
            table.attributes.to_pandas(), geometry=shapely.points(table.lon, table.lat), crs=4326
        )
        theirs = folder / "theirs.gpkg"

        def write() -> None:
            theirs.unlink(missing_ok=True)
            frame.to_file(theirs)

        written, read_file = best(write), best(lambda: geopandas.read_file(theirs))
        megabytes = path.stat().st_size / 1e6
        their_megabytes = theirs.stat().st_size / 1e6
        print(f"{rows:,} features × 12 columns, {documents} documents with {found:,} mentions and figures")
        print(f"{'':<24}{'save':>8}{'open':>8}{'MB':>8}")
        print(f"{'project, known':<24}{saved:7.2f}s{read:7.2f}s{megabytes:8.1f}")
        print(f"{'project, of others':<24}{'':8}{read_first:7.2f}s")
        print(f"{'geopandas, layer alone':<24}{written:7.2f}s{read_file:7.2f}s{their_megabytes:8.1f}")
        print(f"{'ratio':<24}{saved / written:7.2f} {read / read_file:7.2f} ")


if __name__ == "__main__":
    main()
