"""Collect the sentences of the program, compile their English: updates ``jjjmap.po``, writes ``jjjmap.mo``.

With ``--check`` it changes nothing, and fails if either would change or a sentence has no English.
"""

import argparse
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
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
    catalogue = Catalog(locale="en", project="jjjmap", charset="utf-8")
    for sentence in sentences:
        known = english.get(sentence)
        catalogue.add(sentence, known.string if known else "")
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """Return the text form, without dates, so that the same sentences give the same bytes."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, omit_header=False, sort_output=True)
    dates = (b'"POT-Creation-Date', b'"PO-Revision-Date')
    return b"".join(
        line for line in buffer.getvalue().splitlines(keepends=True) if not line.startswith(dates)
    )


def as_mo(catalogue: Catalog) -> bytes:
    """Return the compiled form, made from the text form so that it holds no dates either."""
    buffer = io.BytesIO()
    write_mo(buffer, read_po(io.BytesIO(as_po(catalogue)), locale="en"))
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
