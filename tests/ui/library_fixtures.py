"""Invented documents in a real library, for tests of what shows them."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from jjjmap.session.documents.library import LibrarySession
from jjjmap.text.store.library_records import DocumentEntry

PARK = "甲园建成投产\n\n甲园已有300家企业。乙县也来了。\n\n甲县功能区另有20家企业。\n"
BEARINGS = "乙县的轴承\n\n乙县有40家轴承厂，与甲园相邻。\n\n乙县还有钢厂。\n\n乙县有港。\n\n乙县有路。\n"
SPACED = "甲园招商\n\n　　甲园　还有　5家企业，\n以后会更多。\n"

TEXTS = {"park.txt": PARK, "bearings.txt": BEARINGS, "spaced.txt": SPACED}
DETAILS = {
    "park.txt": {"title": "甲园建成", "date": "2021-05-06", "issuer": "某日报"},
    "bearings.txt": {"title": "乙县轴承", "date": "2022-03", "number": "甲政〔2022〕3号"},
    "spaced.txt": {"title": "<b>招商</b>"},
}


def fill(library: LibrarySession, folder: Path, qtbot: QtBot) -> None:
    """Import the documents and set what is known about them."""
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with qtbot.waitSignal(library.import_ended, timeout=30_000):
        library.import_paths([folder])
    qtbot.waitUntil(lambda: not library.is_importing)
    for name, details in DETAILS.items():
        library.set_details(entry_of(library, name).id, **details)


def entry_of(library: LibrarySession, file_name: str) -> DocumentEntry:
    (found,) = [entry for entry in library.entries() if entry.file_name == file_name]
    return found
