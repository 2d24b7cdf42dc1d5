"""How fast documents are read, cleaned, linked and stored, in MB of UTF-8 a second.

    .venv/bin/python benchmarks/text_speed.py [MEGABYTES]

Two kinds of text: ``ordinary``, five real articles (../shared/seeds beside the checkout, left out where they
are not at hand), and ``dense``, the labelled passages in tests/text/labels, shuffled: some ten times as many
figures and three times as many mentions. Digits are others in each copy. jionlp and cpca, which read place
names out of Chinese texts too, are given a part of the same text if they are installed.
"""

import hashlib
import importlib
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.text.documents.cleaning import apply_steps, find_steps
from jjjmap.text.importing import Analyser
from jjjmap.text.names.gazetteer import build_gazetteer
from jjjmap.text.names.mentions import MentionFinder
from jjjmap.text.numbers.figures import find_figures
from jjjmap.text.records import DocumentFormat, RawText
from jjjmap.text.store.library import Library

CHECKOUT = Path(__file__).resolve().parent.parent
SEEDS = CHECKOUT.parent / "shared" / "seeds"
sys.path.insert(0, str(CHECKOUT / "tests"))
from text.labelled import load_labelled  # noqa: E402

DOCUMENT_CHARS = 6000
PEER_CHARS = 60_000
PEERS = {"jionlp": "recognize_location", "cpca": "transform_text_with_addrs"}


def ordinary_documents(megabytes: float) -> list[str]:
    """Return copies of the articles, together of the size asked for; none if they are not at hand."""
    articles = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    chance = random.Random(4)
    documents, size = [], 0.0
    while articles and size < megabytes * 1e6:
        documents.append(_with_other_digits(articles[len(documents) % len(articles)], chance))
        size += len(documents[-1].encode())
    return documents


def dense_documents(megabytes: float) -> list[str]:
    """Return texts of some thousand characters, together of the size that was asked for."""
    chance = random.Random(4)
    passages = [passage.text for name in ("dev", "heldout") for passage in load_labelled(name)]
    documents, size = [], 0.0
    while size < megabytes * 1e6:
        lines: list[str] = []
        while sum(map(len, lines)) < DOCUMENT_CHARS:
            lines.append(_with_other_digits(chance.choice(passages), chance))
        documents.append("\n\n".join(lines))
        size += len(documents[-1].encode())
    return documents


def _with_other_digits(text: str, chance: random.Random) -> str:
    return re.sub(r"\d", lambda _digit: str(chance.randint(1, 9)), text)


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print the figures."""
    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    made: list[Analyser] = []
    made.append(Analyser(catalogue))
    first = RawText("唐山2023年", DocumentFormat.TXT)
    taken = seconds(lambda: made[0].analyse(first, "a.txt", sha256="0" * 64, size_bytes=1))
    print(f"the first document, with all that is made for it once: {taken:.2f} s")
    finder = MentionFinder(build_gazetteer(catalogue))
    for name, make in (("ordinary", ordinary_documents), ("dense", dense_documents)):
        if texts := make(megabytes):
            print(f"\n{name}")
            measure(texts, made[0], finder)


def measure(texts: list[str], analyser: Analyser, finder: MentionFinder) -> None:
    """Print the figures of one kind of text."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    raws = [RawText(text, DocumentFormat.TXT, "utf-8") for text in texts]
    cleaned = [apply_steps(raw.text, find_steps(raw)).text for raw in raws]
    mentions = [finder.find(text) for text in cleaned]
    print(f"{len(texts)} documents, {size:.2f} MB, {sum(map(len, mentions))} mentions")

    def show(stage: str, work: Callable[[], object]) -> float:
        taken = seconds(work)
        print(f"{stage:<28}{taken / size:8.3f} s/MB {size / taken:8.2f} MB/s")
        return taken

    show("cleaning", lambda: [apply_steps(raw.text, find_steps(raw)) for raw in raws])
    linking = show("mentions", lambda: [finder.find(text) for text in cleaned])
    show("figures", lambda: [find_figures(*each) for each in zip(cleaned, mentions, strict=True)])
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder) / "library.sqlite") as library:

        def read_all() -> None:
            with library.batch():
                for number, raw in enumerate(raws):
                    data = raw.text.encode()
                    digest = hashlib.sha256(data).hexdigest()
                    document = analyser.analyse(raw, f"{number}.txt", sha256=digest, size_bytes=len(data))
                    library.store(document, data)

        show("all of it, stored", read_all)
    part = "".join(cleaned)[:PEER_CHARS]
    part_size = len(part.encode()) / 1e6
    for name, function in PEERS.items():
        try:
            read = getattr(importlib.import_module(name), function)
        except ImportError:
            print(f"{name}: not installed")
            continue
        lines = [line for line in part.splitlines() if line]
        taken = 0.0
        for line in lines:
            start = time.perf_counter()
            try:
                read(line)
            except Exception as error:  # cpca raises on a text without any place.
                print(f"{name}: {type(error).__name__}") if taken == 0 else None
            taken += time.perf_counter() - start
        ratio = (taken / part_size) / (linking / size)
        print(f"{name:<28}{taken / part_size:8.3f} s/MB, {ratio:.1f} × as long as our mentions")


if __name__ == "__main__":
    main()
