"""Write how the names of the catalogue are read: updates ``resources/catalogue/pinyin.csv``.

A name that has a reading keeps it, for a person may have mended it; new names are read by pypinyin, those of
administrative units as ``units.csv`` has them. Names that are no longer in use are dropped.
With ``--check`` it changes nothing, and fails if the file would change; that needs no pypinyin.
"""

import argparse
import csv
import io
import sys
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from jjjmap.catalogue.pinyin import HEADER, PINYIN_FILE, is_han, load_readings, names_to_read  # noqa: E402
from jjjmap.catalogue.store import load_catalogue  # noqa: E402

RESOURCES = ROOT / "resources"


def toneless(text: str) -> str:
    """Return pinyin in small letters without tones, spaces and apostrophes; ü is typed as v."""
    plain = unicodedata.normalize("NFD", text.lower()).replace("u\u0308", "v")
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())


def unit_pinyin() -> dict[str, str]:
    """Return the pinyin of administrative units by name, as printed."""
    with (RESOURCES / "catalogue/units.csv").open(encoding="utf-8", newline="") as file:
        return {row["name_zh"]: row["pinyin"] for row in csv.DictReader(file)}


def read_name(name: str, official: str) -> str:
    """Return the reading of a new name.

    Parameters
    ----------
    name
        In Chinese.
    official
        Its pinyin in whole words, with tones; empty if not known. Where pypinyin reads the name otherwise,
        this one stands.
    """
    from pypinyin import Style, lazy_pinyin, pinyin

    letters = [letter for letter in name if is_han(letter)]
    usual = [s for s, c in zip(lazy_pinyin(list(name)), name, strict=True) if is_han(c)]
    whole = lazy_pinyin(name, errors=lambda rest: list(rest))
    if len(whole) == len(name):
        usual = [s for s, c in zip(whole, name, strict=True) if is_han(c)]
    wanted = toneless(official)
    if not wanted or "".join(usual) == wanted:
        return " ".join(usual)
    for choice in _choices([pinyin(c, style=Style.NORMAL, heteronym=True)[0] for c in letters]):
        if "".join(choice) == wanted:
            return " ".join(choice)
    raise ValueError(f"{name}: {official} is none of its readings")


def _choices(columns: list[list[str]]) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    for column in columns:
        rows = [[*row, syllable] for row in rows for syllable in column]
    return rows


def as_csv(rows: list[tuple[str, str]]) -> str:
    """Return the text of the file."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return buffer.getvalue()


def main() -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, only compare")
    wants_check = parser.parse_args().check
    catalogue, _findings = load_catalogue(RESOURCES)
    known, findings = load_readings(RESOURCES)
    for finding in findings:
        print(finding.where, finding.message, file=sys.stderr)
    names = names_to_read(catalogue)
    if wants_check:
        for name in sorted(set(names) ^ set(known)):
            print("no reading for:" if name in names else "not in use:", name, file=sys.stderr)
        if findings or set(names) != set(known):
            print("stale: run python tools/build_pinyin.py", file=sys.stderr)
            return 1
        return 0
    official = unit_pinyin()
    rows = [
        (name, "|".join(known[name]) if name in known else read_name(name, official.get(name, "")))
        for name in names
    ]
    (RESOURCES / PINYIN_FILE).write_text(as_csv(rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
