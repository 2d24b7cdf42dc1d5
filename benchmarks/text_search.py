"""Time to search five million characters of Chinese, against SQLite's FTS5 and a scan of all texts.

    .venv/bin/python benchmarks/text_search.py [CHARACTERS]

The texts are made of names of the catalogue, words of industrial policy and rare characters, with
frequencies as in real ones (Zipf), by a generator with a fixed seed. The queries are stretches of the texts,
so that common words are asked for as often as they stand there, and words drawn by frequency and evenly, with
AND, OR, NOT and filters. Ours is timed with all that a window shows: paragraphs, counts by document and
place, order, snippets with marks; each query when it is asked first, then all once more. The peers:
FTS5 over single letters without contents gives the numbers of all rows, which is what counting would begin
with; FTS5 with trigrams (which cannot see words of one or two letters: those it scans for with LIKE) and LIKE
give a count and sixty rows.
"""

import gc
import hashlib
import json
import random
import sqlite3
import string
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from page_timing import median, percentile_95

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.text.fulltext.query import Word
from jjjmap.text.fulltext.search import index_of, search_library
from jjjmap.text.fulltext.search_index import create, index_document
from jjjmap.text.fulltext.tally import tally_mentions
from jjjmap.text.normal_form import fold
from jjjmap.text.records import (
    Document,
    DocumentDetails,
    DocumentFormat,
    Mention,
    RawText,
    SubjectKind,
    TextPassage,
)
from jjjmap.text.store.library import Library

SEED = 4
PEER_QUERIES = 40
"""The peers are slow; of each kind of query they get so many."""

WORDS = [
    "的",
    "和",
    "在",
    "了",
    "为",
    "是",
    "与",
    "产业",
    "发展",
    "京津冀",
    "协同",
    "创新",
    "企业",
    "建设",
    "推动",
    "工业",
    "制造",
    "先进",
    "集群",
    "高质量",
    "技术",
    "项目",
    "区域",
    "重点",
    "科技",
    "北京",
    "天津",
    "河北",
    "三地",
    "服务",
    "数字",
    "经济",
    "新能源",
    "汽车",
    "氢能",
    "生物医药",
    "机器人",
    "集成电路",
    "人工智能",
    "产业链",
    "供应链",
    "疏解",
    "转移",
    "承接",
    "平台",
    "园区",
    "雄安新区",
    "城市",
    "交通",
    "一体化",
    "生态",
    "绿色",
    "低碳",
    "改革",
    "开放",
    "政策",
    "支持",
    "提升",
    "能力",
    "水平",
    "加快",
    "实施",
    "方案",
    "规划",
    "目标",
    "任务",
    "成果",
    "转化",
    "研发",
    "中心",
    "基地",
    "示范",
    "应用",
    "场景",
    "标准",
    "市场",
    "投资",
    "亿元",
    "增长",
    "同比",
    "全国",
    "国家",
    "战略",
    "通过",
    "进一步",
    "形成",
    "优势",
    "资源",
    "合作",
    "机制",
    "共建",
    "共享",
    "联合",
    "打造",
    "培育",
    "壮大",
    "龙头",
    "专精特新",
    "装备",
    "材料",
    "钢铁",
    "石化",
    "港口",
    "物流",
    "机场",
    "铁路",
    "医疗",
    "教育",
    "文化",
    "旅游",
    "就业",
    "人才",
    "资金",
    "金融",
    "土地",
    "空间",
    "布局",
    "结构",
    "优化",
    "升级",
    "智能",
    "网联",
    "安全",
    "应急",
    "网络",
    "信息",
    "通信",
    "卫星",
    "低空",
    "AI",
    "5G",
]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words by frequency, and what some of them name."""

    words: list[str]
    weights: list[float]
    """Added up."""
    places: dict[str, str]


def make_vocabulary(catalogue: Catalogue, dice: random.Random) -> Vocabulary:
    """Return common words first, then names among rare words."""
    places = {
        name: place.id
        for place in catalogue.places.values()
        for name in (place.name_zh, place.short_zh)
        if name
    }
    names = sorted(places)
    dice.shuffle(names)
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 6000)]
    dice.shuffle(letters)
    # The commonest letter of Chinese is one in twenty-five, but it is among the words above.
    shares = [1 / (rank + 20) for rank in range(len(letters))]
    rare = [
        "".join(dice.choices(letters, shares, k=dice.choice((1, 2, 2, 2, 3, 4)))) for _word in range(30_000)
    ]
    # One name in some fifty characters, as in the texts that this is for.
    mixed = [word for n, name in enumerate(names) for word in (name, *rare[7 * n : 7 * n + 7])]
    words = [*WORDS, *mixed, *rare[7 * len(names) :]]
    weights, total = [], 0.0
    for rank in range(len(words)):
        total += 1 / (rank + 8)
        weights.append(total)
    return Vocabulary(words, weights, places)


def make_documents(vocabulary: Vocabulary, characters: int, dice: random.Random) -> list[Document]:
    """Return documents of some thousand characters each, with mentions where names stand."""
    documents: list[Document] = []
    made = 0
    while made < characters:
        pieces: list[str] = []
        passages: list[TextPassage] = []
        mentions: list[Mention] = []
        length, target = 0, int(dice.lognormvariate(8.3, 0.7))
        while length < target:
            start = length
            for number, word in enumerate(
                dice.choices(vocabulary.words, cum_weights=vocabulary.weights, k=dice.randint(20, 120)), 1
            ):
                place = vocabulary.places.get(word)
                if place is not None:
                    end = length + len(word)
                    mentions.append(Mention(place, SubjectKind.PLACE, length, end, word, 1.0, "name"))
                piece = word + ("。" if number % 31 == 0 else "，" if number % 9 == 0 else "")
                pieces.append(piece)
                length += len(piece)
            passages.append(TextPassage(f"p{len(passages) + 1}", start, length))
            pieces.append("\n")
            length += 1
        text = "".join(pieces)
        made += len(text)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        documents.append(
            Document(
                id=f"doc-{sha256[:12]}",
                details=DocumentDetails(text[:18].strip(), date=str(2014 + len(documents) % 11)),
                file_name=f"{len(documents)}.txt",
                sha256=sha256,
                size_bytes=len(text.encode()),
                raw=RawText("", DocumentFormat.TXT),
                steps=(),
                text=text,
                passages=tuple(passages),
                mentions=tuple(mentions),
                figures=(),
            )
        )
    return documents


def make_queries(
    documents: Sequence[Document], vocabulary: Vocabulary, dice: random.Random
) -> dict[str, list[str]]:
    """Return different queries by kind."""

    def stretch() -> str:
        text = dice.choice(documents).text
        start = dice.randrange(len(text))
        return "".join(letter for letter in text[start : start + dice.randint(1, 8)] if letter.isalnum())

    def word() -> str:
        common = dice.choices(vocabulary.words, cum_weights=vocabulary.weights)[0]
        return common if dice.random() < 0.7 else dice.choice(vocabulary.words)

    places = sorted(set(vocabulary.places.values()))
    makers: dict[str, Callable[[], str]] = {
        "single letters": lambda: stretch()[:1],
        "stretches of 1-8": stretch,
        "words": word,
        "AND": lambda: " ".join(word() for _word in range(dice.randint(2, 3))),
        "OR": lambda: " OR ".join(word() for _word in range(dice.randint(2, 3))),
        "NOT": lambda: f"{word()} -{word()}",
        "filters": lambda: (
            f"{word()} " + dice.choice([f"地点:{dice.choice(places)}", "日期:2016..2019", "类型:地点"])
        ),
    }
    queries = {}
    for kind, make in makers.items():
        made: dict[str, None] = {}
        for _attempt in range(3000):
            query = make().strip()
            if query and not query.startswith("-"):
                made[query] = None
            if len(made) == 120:
                break
        queries[kind] = list(made)
    return queries


def timed_ms(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def size_mb(path: Path) -> float:
    """Return how large a database is, its log included."""
    return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*")) / 1e6


def line(who: str, taken: Sequence[float]) -> str:
    """Return the figures of one contender."""
    return f"{who:<42}{len(taken):>5}{median(taken):>9.2f}{percentile_95(taken):>9.2f}{max(taken):>9.2f}"


def open_database(path: Path) -> sqlite3.Connection:
    """Return a new database, set alike for all."""
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = NORMAL")
    return base


def index_all(base: sqlite3.Connection, documents: Sequence[Document]) -> None:
    """Index documents in our way, one transaction a document."""
    for document in documents:
        base.execute("BEGIN")
        index_document(base, document)
        base.execute("COMMIT")


# ------------------------------------------------------------------------------------------------ peers


def make_trigrams(folder: Path, documents: Sequence[Document]) -> sqlite3.Connection:
    """Return paragraphs in FTS5 with its own tokenizer for any language."""
    return make_peer(folder / "trigram.db", "fts5(text, tokenize='trigram')", documents, lambda text: text)


def make_letters(folder: Path, documents: Sequence[Document]) -> sqlite3.Connection:
    """Return paragraphs in FTS5, each letter a word, signs too."""
    signs = "".join(sign for sign in string.punctuation if sign not in "\"'")
    table = f"fts5(text, content='', tokenize=\"ascii tokenchars '{signs}'\")"
    return make_peer(folder / "letters.db", table, documents, lambda text: " ".join(fold(text)))


def make_peer(
    path: Path, table: str, documents: Sequence[Document], cut: Callable[[str], str]
) -> sqlite3.Connection:
    """Return a database with the paragraphs of all documents, one transaction a document."""
    base = open_database(path)
    base.execute(f"CREATE VIRTUAL TABLE hits USING {table}")
    for document in documents:
        base.execute("BEGIN")
        base.executemany(
            "INSERT INTO hits VALUES (?)",
            ((cut(document.text[passage.start : passage.end]),) for passage in document.passages),
        )
        base.execute("COMMIT")
    return base


def ask_match(base: sqlite3.Connection, phrase: str) -> None:
    """Count the paragraphs with a phrase and fetch sixty."""
    base.execute("SELECT count(*) FROM hits WHERE hits MATCH ?", (phrase,)).fetchall()
    base.execute("SELECT rowid, text FROM hits WHERE hits MATCH ? LIMIT 60", (phrase,)).fetchall()


def ask_trigrams(base: sqlite3.Connection, word: str) -> None:
    """Ask FTS5 if the word is long enough, else look through all."""
    if len(word) < 3:
        ask_like(base, word)
    else:
        ask_match(base, f'"{word}"')


def ask_letters(base: sqlite3.Connection, word: str) -> None:
    """Ask FTS5 for all paragraphs with the letters in a row, as numbers that one can count with."""
    phrase = '"' + " ".join(fold(word)) + '"'
    ask = "SELECT json_group_array(rowid) FROM hits WHERE hits MATCH ?"
    np.array(json.loads(base.execute(ask, (phrase,)).fetchone()[0]), np.int64)


def ask_like(base: sqlite3.Connection, word: str) -> None:
    """Look through all paragraphs."""
    # The plus keeps SQLite from asking the trigrams, which find nothing for words of one or two letters.
    base.execute("SELECT count(*) FROM hits WHERE +text LIKE ?", (f"%{word}%",)).fetchall()
    base.execute("SELECT rowid, text FROM hits WHERE +text LIKE ? LIMIT 60", (f"%{word}%",)).fetchall()


def main() -> int:
    """Make everything, ask everything, print medians, 95th percentiles and the worst."""
    characters = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
    dice = random.Random(SEED)
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    vocabulary = make_vocabulary(catalogue, dice)
    documents = make_documents(vocabulary, characters, dice)
    queries = make_queries(documents, vocabulary, dice)
    text_mb = sum(document.size_bytes for document in documents) / 1e6
    passages = sum(len(document.passages) for document in documents)
    mentions = sum(len(document.mentions) for document in documents)
    print(
        f"{len(documents)} documents, {passages} paragraphs, {mentions} mentions, {text_mb:.1f} MB of UTF-8"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = Library.open(folder / "library.db")
        for document in documents:
            library.store(document, document.sha256.encode())
        ours = open_database(folder / "ours.db")
        create(ours)
        built = {"jjjmap": timed_ms(lambda: index_all(ours, documents)) / 1000}
        ours.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sizes = {"jjjmap": size_mb(folder / "ours.db")}
        peers: dict[str, sqlite3.Connection] = {}

        def make(
            who: str, maker: Callable[[Path, Sequence[Document]], sqlite3.Connection], file: str
        ) -> None:
            def work() -> None:
                peers[who] = maker(folder, documents)

            built[who] = timed_ms(work) / 1000
            peers[who].execute("PRAGMA wal_checkpoint(TRUNCATE)")
            sizes[who] = size_mb(folder / file)

        make("FTS5 trigram", make_trigrams, "trigram.db")
        make("FTS5 single letters", make_letters, "letters.db")
        for who in built:
            per_mb = built[who] / text_mb
            print(f"{who:<22} to index {built[who]:6.2f} s ({per_mb:.3f} s/MB), {sizes[who]:6.1f} MB")
        # Python would look through the documents above for rubbish while it searches.
        documents.clear()
        gc.collect()
        first_ms = timed_ms(lambda: search_library(library, "第一次"))
        print(f"first search, which reads the texts: {first_ms:.0f} ms")
        print(f"{'ms':<42}{'n':>5}{'p50':>9}{'p95':>9}{'worst':>9}")
        first_time: list[float] = []
        for kind, asked in queries.items():
            taken = [timed_ms(lambda query=query: search_library(library, query)) for query in asked]  # type: ignore[misc]
            first_time += taken
            print(line(f"jjjmap, {kind}", taken))
        print(line("jjjmap, all, asked first", first_time))
        again = [
            timed_ms(lambda query=query: search_library(library, query))  # type: ignore[misc]
            for asked in queries.values()
            for query in asked
        ]
        print(line("jjjmap, all, asked again", again))
        tallies = [timed_ms(lambda: tally_mentions(library)) for _run in range(5)]
        tallies_of = [timed_ms(lambda: tally_mentions(library, query="产业")) for _run in range(5)]
        index = index_of(library)
        for kind in ("single letters", "stretches of 1-8", "words"):
            words = [Word(fold(query)) for query in queries[kind]]
            matched = [timed_ms(lambda word=word: index.holding(word)) for word in words]  # type: ignore[misc]
            print(line(f"jjjmap, only matching, {kind}", matched))
        print(line("jjjmap, tally", tallies))
        print(line("jjjmap, tally of a query", tallies_of))
        for who, ask in (
            ("FTS5 trigram", ask_trigrams),
            ("FTS5 single letters", ask_letters),
            ("LIKE", ask_like),
        ):
            base = peers.get(who, peers["FTS5 trigram"])
            for kind in ("single letters", "stretches of 1-8", "words"):
                asked = queries[kind][:PEER_QUERIES]
                theirs = [timed_ms(lambda word=word, base=base, ask=ask: ask(base, word)) for word in asked]  # type: ignore[misc]
                same = [timed_ms(lambda word=word: search_library(library, word)) for word in asked]  # type: ignore[misc]
                print(line(f"{who}, {kind}", theirs))
                print(line("  beside it jjjmap, all of the answer", same))
        library.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
