"""Time to answer while somebody types, against SQLite's full-text search over the same words.

    .venv/bin/python benchmarks/search.py [RUNS]

Every beginning of every query is a search of its own, as in the search box: 雄, 雄安, … The peer is the
usual choice: an FTS5 table in memory, Chinese cut into single characters, phrases, the last word open at its
end, the best 40 rows and how many there are of each kind, readings of names as one more column. It gives bare
rows; ours are ranked by names, grouped and marked, ready to be shown.
"""

import sqlite3
import sys
import time
from collections.abc import Callable

from page_timing import median, percentile_95

from jjjmap import paths
from jjjmap.catalogue.matching import fold
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.pinyin import Readings, is_han, letters_of, load_readings
from jjjmap.catalogue.search import SearchIndex
from jjjmap.catalogue.search_entries import entries_of
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language

QUERIES = (
    "雄安新区", "曹妃甸 港", "xa", "cfd", "xiongan", "xiong an", "zhongguancun", "大兴机场", "氢能",
    "hydrogen", "工业增加值", "天津 机场", "tianjin port", "2025", "25114.4", "生物医药 沧州", "T1.1",
    "新能源汽车", "中国民航报", "industrial value added", "binhai", "石家庄", "链长", "data centre", "x",
    "港", "an",
)  # fmt: skip


def beginnings(query: str) -> list[str]:
    """Return what stands in the box after each key."""
    return [query[:end] for end in range(1, len(query) + 1) if query[end - 1] != " "]


def cut(text: str) -> str:
    """Return a text with its Chinese characters as words of their own."""
    return "".join(f" {letter} " if is_han(letter) else letter for letter in fold(text))


def make_peer(catalogue: Catalogue, readings: Readings) -> sqlite3.Connection:
    """Return a database with the words that our index holds."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE hits USING fts5(kind UNINDEXED, id UNINDEXED, words, sounds)")
    for entry in entries_of(catalogue):
        sounds = (
            letters_of(name.printed, each) for name in entry.names for each in readings.get(name.printed, ())
        )
        row = (entry.kind.value, entry.id, cut(entry.blob), " ".join(sounds))
        base.execute("INSERT INTO hits VALUES (?, ?, ?, ?)", row)
    return base


def ask_peer(base: sqlite3.Connection, query: str) -> None:
    """Search the database."""
    phrases = ['"' + " ".join(cut(word).split()).replace('"', '""') + '"' for word in query.split()]
    wanted = " AND ".join(phrases) + " *"
    base.execute(
        "SELECT kind, id, words FROM hits WHERE hits MATCH ? ORDER BY rank LIMIT 40", (wanted,)
    ).fetchall()
    base.execute("SELECT kind, count(*) FROM hits WHERE hits MATCH ? GROUP BY kind", (wanted,)).fetchall()


def timed_ms(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def main() -> int:
    """Measure both in turn; print medians and 95th percentiles."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    readings, _unreadable = load_readings(paths.RESOURCES)
    reading_ms = [timed_ms(lambda: load_readings(paths.RESOURCES)) for _run in range(runs)]
    # The words of the kinds are translated once in a process, so the first is the one that a user waits for.
    making_ms = [timed_ms(lambda: SearchIndex(catalogue, readings)) for _run in range(runs)]
    peer_making_ms = [timed_ms(lambda: make_peer(catalogue, readings)) for _run in range(runs)]
    index, base = SearchIndex(catalogue, readings), make_peer(catalogue, readings)
    ours_ms, peer_ms = [], []
    typed = [start for query in QUERIES for start in beginnings(query)]
    for _run in range(runs):
        for text in typed:
            peer_ms.append(timed_ms(lambda text=text: ask_peer(base, text)))  # type: ignore[misc]
            ours_ms.append(timed_ms(lambda text=text: index.search(text, Language.ZH)))  # type: ignore[misc]
    print(f"to make, ms: readings {median(reading_ms):.1f}, index {median(making_ms):.1f} (first")
    print(f"  {making_ms[0]:.1f}); SQLite FTS5, our entries included, {median(peer_making_ms):.1f}")
    for who, taken in (("jjjmap", ours_ms), ("SQLite FTS5", peer_ms)):
        worst = max(taken)
        print(
            f"{who}: {len(taken)} searches, ms: p50 {median(taken):.2f}, "
            f"p95 {percentile_95(taken):.2f}, worst {worst:.2f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
