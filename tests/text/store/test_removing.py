"""Documents that go and come back."""

from jjjmap.text.records import FigureStatus, MentionStatus
from jjjmap.text.store.library import Library, Outcome
from tests.text.small_library import mention_of, prose, put

TEXT = "某区域产业报告\n甲市有3家企业。乙县修了20公里路，甲市也出了力。\n丙港有5家企业。丁镇没有。\n"


def test_a_removed_document_leaves_nothing_and_comes_back_whole(library: Library) -> None:
    stored = put(library, TEXT + prose(0, 20))
    document = library.document(stored.document_id)
    library.decide_mention(stored.document_id, mention_of(document, "130121"), MentionStatus.REJECTED)
    library.decide_figure(stored.document_id, document.figures[0], FigureStatus.ACCEPTED)
    put(library, TEXT + prose(0, 20) + "再改。")
    before, entry = library.document(stored.document_id), library.entry(stored.document_id)
    original = library.original(stored.document_id)
    removed = library.remove(stored.document_id)
    assert library.documents() == ()
    tables = [
        row[0] for row in library.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    ]
    left = {name for name in tables if library.connection.execute(f"SELECT 1 FROM {name}").fetchone()}
    assert left <= {"sqlite_sequence"}
    library.restore(removed)
    assert library.document(stored.document_id) == before
    assert library.entry(before.id) == entry
    assert library.original(before.id) == original
    assert put(library, TEXT + prose(0, 20) + "再改。").outcome is Outcome.UNCHANGED


def test_a_document_that_was_imported_again_meanwhile_makes_way_for_the_restored_one(
    library: Library,
) -> None:
    stored = put(library, TEXT)
    library.set_details(stored.document_id, title="我的题目")
    removed = library.remove(stored.document_id)
    put(library, TEXT, "新名.txt")
    library.restore(removed)
    assert [(entry.details.title, entry.file_name) for entry in library.documents()] == [
        ("我的题目", "报告.txt")
    ]
