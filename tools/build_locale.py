"""Collect the sentences of the program, compile their English: updates ``jjjmap.po``, writes ``jjjmap.mo``.

With ``--check`` it changes nothing, and fails if either would change or a sentence has no English.
"""

import argparse
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""Babel writes dates into both forms; a fixed one makes the same sentences give the same bytes on any day."""
PO_FILE = ROOT / "resources/locale/en/LC_MESSAGES/jjjmap.po"
MO_FILE = PO_FILE.with_suffix(".mo")


def collect_sentences() -> list[str]:
    """Return every sentence that the code marks with ``_()``, sorted."""
    found = extract_from_dir(str(ROOT / "jjjmap"), method_map=[("**.py", "python")], keywords={"_": None})
    return sorted({str(message) for _file, _line, message, *_ in found})


def read_english() -> Catalog:
    """Return the English sentences; empty at the very start."""
    if not PO_FILE.is_file():
        return Catalog(locale="en")
    with PO_FILE.open("rb") as file:
        return read_po(file, locale="en")


def catalogue_of(sentences: list[str], english: Catalog) -> Catalog:
    """Return the sentences in use, each with its English as far as there is one."""
    catalogue = Catalog(
        locale="en",
        project="jjjmap",
        charset="utf-8",
        fuzzy=False,
        header_comment="# English of jjjmap; tools/build_locale.py collects the sentences from the code.",
        last_translator="jjjmap",
        language_team="jjjmap",
        msgid_bugs_address="-",
        creation_date=MADE,
        revision_date=MADE,
    )
    for sentence in sentences:
        known = english.get(sentence)
        catalogue.add(sentence, known.string if known else "")
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """Return the text form."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, omit_header=False, sort_output=True)
    return buffer.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Return the compiled form."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main() -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, only compare")
    wants_check = parser.parse_args().check
    catalogue = catalogue_of(collect_sentences(), read_english())
    untranslated = [message.id for message in catalogue if message.id and not message.string]
    for sentence in untranslated:
        print("no English for:", sentence, file=sys.stderr)
    if not wants_check:
        PO_FILE.parent.mkdir(parents=True, exist_ok=True)
        PO_FILE.write_bytes(as_po(catalogue))
        MO_FILE.write_bytes(as_mo(catalogue))
        return 1 if untranslated else 0
    is_stale = not PO_FILE.is_file() or PO_FILE.read_bytes() != as_po(catalogue)
    is_stale = is_stale or not MO_FILE.is_file() or MO_FILE.read_bytes() != as_mo(catalogue)
    if is_stale:
        print("stale: run python tools/build_locale.py", file=sys.stderr)
    return 1 if untranslated or is_stale else 0


if __name__ == "__main__":
    sys.exit(main())
