"""What the user says about mentions and figures."""

from dataclasses import replace
from decimal import Decimal

import pytest

from jjjmap.catalogue.models import Qualifier
from jjjmap.errors import DocumentUnknown
from jjjmap.text.records import FigureStatus, Mention, MentionStatus, SubjectKind
from jjjmap.text.store.library import FigureDecision, Library
from jjjmap.text.store.schema import INDEX_TABLE
from tests.text.small_library import SmallAnalyser, mention_of, prose, put, spans

TEXT = "某区域产业报告\n甲市有3家企业。乙县修了20公里路，甲市也出了力。\n丙港有5家企业。丁镇没有。\n"


def test_a_correction_a_rejection_and_taking_it_back(library: Library) -> None:
    stored = put(library, TEXT)
    mention = mention_of(library.document(stored.document_id), "130121")
    corrected = library.decide_mention(stored.document_id, mention, MentionStatus.CORRECTED, "130122")
    assert (corrected.subject_id, corrected.status) == ("130122", MentionStatus.CORRECTED)
    assert mention_of(library.document(stored.document_id), "130122") == corrected
    again = library.decide_mention(stored.document_id, corrected, MentionStatus.CORRECTED, "130123")
    rejected = library.decide_mention(stored.document_id, again, MentionStatus.REJECTED)
    assert (rejected.subject_id, rejected.status) == ("130121", MentionStatus.REJECTED)
    assert library.entry(stored.document_id).mentions == 4
    assert library.decide_mention(stored.document_id, rejected, MentionStatus.FOUND) == mention
    assert library.connection.execute("SELECT count(*) FROM decisions").fetchone() == (0,)


def test_a_mention_of_the_user_can_be_taken_back_altogether(library: Library) -> None:
    stored = put(library, TEXT)
    before = library.document(stored.document_id)
    start = TEXT.index("企业")
    own = Mention("firms", SubjectKind.PLACE, start, start + 2, "企业", 1.0, "name")
    added = library.decide_mention(stored.document_id, own, MentionStatus.CONFIRMED)
    assert library.entry(stored.document_id).mentions == 6
    library.decide_mention(stored.document_id, added, MentionStatus.FOUND)
    assert library.document(stored.document_id) == before


def test_the_index_follows_a_decision_that_changes_what_counts(library: Library) -> None:
    stored = put(library, TEXT)
    mention = mention_of(library.document(stored.document_id), "130121")

    def state() -> list[object]:
        return library.connection.execute(f"SELECT * FROM {INDEX_TABLE}").fetchall()

    before = state()
    confirmed = library.decide_mention(stored.document_id, mention, MentionStatus.CONFIRMED)
    assert state() == before
    rejected = library.decide_mention(stored.document_id, confirmed, MentionStatus.REJECTED)
    assert state() != before
    found = library.decide_mention(stored.document_id, rejected, MentionStatus.FOUND)
    # It is another state with the same content.
    assert [row[1:] for row in state()] == [row[1:] for row in before]  # type: ignore[index]
    library.decide_mention(stored.document_id, found, MentionStatus.CORRECTED, "130122")
    assert [row[1:] for row in state()] != [row[1:] for row in before]  # type: ignore[index]


def test_a_mention_that_does_not_stand_there_is_refused(library: Library) -> None:
    stored = put(library, TEXT)
    mention = mention_of(library.document(stored.document_id), "130121")
    with pytest.raises(ValueError, match="not at"):
        library.decide_mention(
            stored.document_id, replace(mention, start=mention.start + 1), MentionStatus.REJECTED
        )
    with pytest.raises(ValueError, match="needs a subject"):
        library.decide_mention(stored.document_id, mention, MentionStatus.CORRECTED)


def test_a_correction_teaches_later_documents_until_it_is_told_not_to(library: Library) -> None:
    stored = put(library, TEXT)
    document = library.document(stored.document_id)
    library.decide_mention(stored.document_id, mention_of(document, "130121"), MentionStatus.CORRECTED, "x")
    library.decide_mention(stored.document_id, mention_of(document, "bing-port"), MentionStatus.REJECTED)
    corrected, rejected = library.lessons()
    assert (corrected.words, corrected.subject_id, corrected.before, corrected.after) == (
        "乙县",
        "x",
        "有3家企业。",
        "修了20公里",
    )
    assert (rejected.words, rejected.is_rejection) == ("丙港", True)
    library.forget_lesson(corrected)
    assert library.lessons() == (rejected,)
    assert mention_of(library.document(stored.document_id), "x").status is MentionStatus.CORRECTED


def test_a_correction_to_another_kind_is_taken_back_with_the_kind(library: Library) -> None:
    stored = put(library, TEXT)
    mention = mention_of(library.document(stored.document_id), "130121")
    as_chain = library.decide_mention(
        stored.document_id, replace(mention, kind=SubjectKind.CHAIN), MentionStatus.CORRECTED, "hydrogen"
    )
    assert as_chain.kind is SubjectKind.CHAIN
    assert library.decide_mention(stored.document_id, as_chain, MentionStatus.FOUND) == mention


def test_of_two_mentions_at_one_place_only_the_one_meant_is_decided(library: Library) -> None:
    document = SmallAnalyser().read(TEXT.encode(), "报告.txt")
    twin = replace(mention_of(document, "130121"), subject_id="cluster-y")
    document = replace(
        document,
        mentions=tuple(sorted((*document.mentions, twin), key=lambda each: (each.start, each.subject_id))),
    )
    stored = library.store(document, TEXT.encode())
    library.decide_mention(stored.document_id, twin, MentionStatus.REJECTED)
    found = [each for each in library.document(stored.document_id).mentions if each.text == "乙县"]
    assert spans(found) == [("乙县", "130121", "found"), ("乙县", "cluster-y", "rejected")]


def test_a_figure_is_accepted_corrected_rejected_and_given_back(library: Library) -> None:
    stored = put(library, TEXT)
    figure = library.document(stored.document_id).figures[0]
    accepted = library.decide_figure(stored.document_id, figure, FigureStatus.ACCEPTED)
    assert accepted == replace(figure, status=FigureStatus.ACCEPTED)
    corrected = library.decide_figure(
        stored.document_id,
        accepted,
        FigureStatus.ACCEPTED,
        value=Decimal("30"),
        qualifier=">",
        scope_id="130100",
    )
    assert (corrected.value, corrected.qualifier, corrected.status) == (
        Decimal(30),
        Qualifier.MORE,
        FigureStatus.CORRECTED,
    )
    assert library.document(stored.document_id).figures[0] == corrected
    assert library.entry(stored.document_id).accepted_figures == 1
    rejected = library.decide_figure(stored.document_id, corrected, FigureStatus.REJECTED)
    assert library.entry(stored.document_id).figures == 2
    assert library.decide_figure(stored.document_id, rejected, FigureStatus.FOUND) == figure


@pytest.mark.parametrize(
    "changes", [{"start": 3}, {"value": "viel"}, {"value": "NaN"}, {"qualifier": "?"}, {"role": "main"}]
)
def test_a_change_of_a_figure_that_is_none_is_refused(library: Library, changes: dict[str, object]) -> None:
    stored = put(library, TEXT)
    document = library.document(stored.document_id)
    with pytest.raises(ValueError):
        library.decide_figure(stored.document_id, document.figures[0], FigureStatus.ACCEPTED, **changes)
    assert library.document(stored.document_id) == document


def test_many_figures_are_decided_at_once_as_one_after_another(library: Library) -> None:
    stored, other = put(library, TEXT), put(library, TEXT + prose(3, 9), "别的.txt")
    figures = library.document(stored.document_id).figures
    wanted = (
        FigureDecision(figures[0], FigureStatus.ACCEPTED, {"scope_id": "130100"}),
        FigureDecision(figures[1], FigureStatus.ACCEPTED),
        FigureDecision(figures[1], FigureStatus.REJECTED),
        FigureDecision(figures[2], FigureStatus.ACCEPTED),
    )
    decided = library.decide_figures(stored.document_id, wanted)
    for each in wanted:
        library.decide_figure(other.document_id, each.figure, each.status, **each.changes)
    here, there = (library.document(each.document_id).figures for each in (stored, other))
    assert [figure.status for figure in here] == [
        FigureStatus.CORRECTED,
        FigureStatus.REJECTED,
        FigureStatus.ACCEPTED,
    ]
    assert here == there[:3]
    assert decided == (here[0], replace(here[1], status=FigureStatus.ACCEPTED), here[1], here[2])
    entry = library.entry(stored.document_id)
    assert (entry.figures, entry.accepted_figures) == (2, 2)
    back = library.decide_figures(
        stored.document_id, [FigureDecision(figure, FigureStatus.FOUND) for figure in here]
    )
    assert back == figures == library.document(stored.document_id).figures


def test_a_figure_that_is_gone_does_not_keep_the_others_from_being_decided(library: Library) -> None:
    stored = put(library, TEXT)
    figure, other, _last = library.document(stored.document_id).figures
    gone = replace(other, start=other.start + 1)
    decided = library.decide_figures(
        stored.document_id, [FigureDecision(each, FigureStatus.REJECTED) for each in (gone, figure)]
    )
    assert decided == (None, replace(figure, status=FigureStatus.REJECTED))
    with pytest.raises(ValueError, match="no figure at"):
        library.decide_figure(stored.document_id, gone, FigureStatus.REJECTED)


def test_one_change_that_is_none_keeps_all_figures_as_they_were(library: Library) -> None:
    stored = put(library, TEXT)
    document = library.document(stored.document_id)
    with pytest.raises(ValueError, match="no number"):
        library.decide_figures(
            stored.document_id,
            (
                FigureDecision(document.figures[0], FigureStatus.ACCEPTED),
                FigureDecision(document.figures[1], FigureStatus.ACCEPTED, {"value": "viel"}),
            ),
        )
    assert library.document(stored.document_id) == document
    with pytest.raises(DocumentUnknown):
        library.decide_figures("doc-000000000000", ())


def test_many_decisions_read_the_text_once(library: Library) -> None:
    stored = put(library, TEXT)
    figures = library.document(stored.document_id).figures
    asked: list[str] = []
    library.connection.set_trace_callback(asked.append)
    library.decide_figures(
        stored.document_id, [FigureDecision(figure, FigureStatus.ACCEPTED) for figure in figures]
    )
    library.connection.set_trace_callback(None)
    assert sum("FROM pieces" in each for each in asked) == 1
    assert sum(each.startswith("COMMIT") for each in asked) == 1


def test_a_correction_to_what_the_words_are_marked_for_already_doubles_nothing(library: Library) -> None:
    stored = put(library, TEXT)
    mention = mention_of(library.document(stored.document_id), "130121")
    twin = replace(mention, subject_id="130122")
    library.decide_mention(stored.document_id, twin, MentionStatus.CONFIRMED)
    library.decide_mention(stored.document_id, mention, MentionStatus.CORRECTED, "130122")
    marked = [
        (each.subject_id, each.status)
        for each in library.document(stored.document_id).mentions
        if each.start == mention.start and each.end == mention.end
    ]
    assert sorted(marked) == [("130121", MentionStatus.REJECTED), ("130122", MentionStatus.CONFIRMED)]
