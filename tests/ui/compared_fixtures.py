"""Two invented documents that say different things of the same matters, for tests of what compares them."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from jjjmap.session.documents.library import LibrarySession

EARLIER = (
    "甲园规划\n\n聚焦芯片、密码、医药、电力装备等重点领域，着力打造产业集群。\n\n"
    "协同培育织机、密钥、水泥、纺纱机等六条重点产业链。\n\n甲园现有300家企业。乙县也来了。\n"
)
LATER = (
    "甲园新规划\n\n“五群”即芯片、操作系统、医药、电力装备5个产业集群。\n\n"
    "六链即织机、密码和密钥、水泥、高端纺纱机等重点产业链。\n\n甲园现有500家企业。甲县功能区更好。\n"
)
TEXTS = {"earlier.txt": EARLIER, "later.txt": LATER}
DATES = {"earlier.txt": "2021-05-06", "later.txt": "2023-02"}


def fill(library: LibrarySession, folder: Path, qtbot: QtBot) -> tuple[str, str]:
    """Import both and return their ids, the earlier first."""
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with qtbot.waitSignal(library.import_ended, timeout=30_000):
        library.import_paths([folder])
    qtbot.waitUntil(lambda: not library.is_importing)
    ids = {entry.file_name: entry.id for entry in library.entries()}
    for name, date in DATES.items():
        library.set_details(ids[name], title=f"<b>{name}</b>", date=date, issuer="某日报")
    return ids["earlier.txt"], ids["later.txt"]
