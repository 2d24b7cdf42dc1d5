"""What is left in the library after the process that wrote it was killed."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jjjmap.text.store.library import Library
from tests.text.small_library import put

ROOT = Path(__file__).parents[3]

WRITER = """
import sys
from pathlib import Path
from jjjmap.text.store.library import Library
from jjjmap.text.records import MentionStatus
from tests.text.small_library import mention_of, prose, put

with Library.open(Path(sys.argv[1])) as library:
    for number in range(int(sys.argv[2]), 10_000):
        # New documents, changed ones, decisions and removals, each a transaction.
        text = f"题目{number}\\n甲市有{number}家企业。\\n" + prose(number * 300, 60)
        stored = put(library, text, f"{number}.txt")
        mention = mention_of(library.document(stored.document_id), "130100")
        library.decide_mention(stored.document_id, mention, MentionStatus.CONFIRMED)
        stored = put(library, text + "后来补的一句。", f"{number}.txt")
        if number % 3 == 1:
            library.remove(stored.document_id)
        sys.stdout.write("stored\\n")
        sys.stdout.flush()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_library_whose_writer_is_killed_holds_whole_documents_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    seen: list[int] = []
    for round_ in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(round_ * 1000)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"stored\n"
        time.sleep(0.004 * round_)  # So that it falls into another moment each time.
        writer.kill()
        writer.wait()
        writer.stdout.close()
        seen.append(check(path))
    assert seen == sorted(seen)
    assert seen[-1] >= 8
    with Library.open(path) as library:
        put(library, "乙县还能写。")


def check(path: Path) -> int:
    """Check that every document is whole; return how many there are."""
    with Library.open(path) as library:
        ask = library.connection.execute
        assert ask("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert ask("PRAGMA foreign_key_check").fetchall() == []
        entries = library.documents()
        for entry in entries:
            document = library.document(entry.id)
            assert hashlib.sha256(library.original(entry.id)).hexdigest() == document.sha256
            assert document.text == library.original(entry.id).decode()
            assert (len(document.text), len(document.mentions), len(document.figures)) == (
                entry.characters,
                entry.mentions,
                entry.figures,
            )
        tables = ("contents", "pieces", "mentions", "figures", "decisions", "shingles")
        for table in tables:
            assert ask(
                f"SELECT count(*) FROM {table} WHERE document NOT IN (SELECT key FROM documents)"
            ).fetchone() == (0,)
        indexed = {row[0] for row in ask("SELECT document_id FROM search_texts_2")}
        assert indexed == {entry.id for entry in entries}
        return len(entries)
