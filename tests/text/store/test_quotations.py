from collections.abc import Iterator
from dataclasses import replace

import pytest

from jjjmap.text.records import DocumentDetails, FigureStatus, MentionStatus
from jjjmap.text.store.library import Library
from tests.text.small_library import SmallAnalyser, mention_of, prose, put

TEXT = "题目\n甲市与甲市有3家企业。乙县没有。\n甲市又修了20公里路。丁镇也修。\n"


@pytest.fixture
def library() -> Iterator[Library]:
    with Library.open(None) as library:
        yield library


def test_a_sentence_stands_once_however_often_it_names_the_subject(library: Library) -> None:
    document = library.document(put(library, TEXT).document_id)
    quotations = library.quotations_about("130100")
    assert [quotation.sentence for quotation in quotations] == [
        "甲市与甲市有3家企业。",
        "甲市又修了20公里路。",
    ]
    assert [len(quotation.mentions) for quotation in quotations] == [2, 1]
    for quotation in quotations:
        assert document.text[quotation.sentence_start : quotation.sentence_end] == quotation.sentence
        for mention in quotation.mentions:
            assert quotation.sentence_start <= mention.start < mention.end <= quotation.sentence_end
        assert quotation.mention == quotation.mentions[0]
        assert quotation.entry.id == document.id
        assert quotation.versions == 1


def test_leads_rejected_and_doubtful_mentions_are_not_quoted_but_confirmed_ones_are(library: Library) -> None:
    document = SmallAnalyser().read(TEXT.encode(), "a.txt")
    leading = tuple(replace(mention, is_lead=mention.subject_id == "130121") for mention in document.mentions)
    stored = library.store(replace(document, mentions=leading), TEXT.encode())
    assert library.quotations_about("130121") == ()
    assert library.quotations_about("town-ding") == ()
    doubtful = mention_of(document, "town-ding")
    library.decide_mention(stored.document_id, doubtful, MentionStatus.CONFIRMED)
    assert len(library.quotations_about("town-ding")) == 1
    last = mention_of(document, "130100", 2)
    library.decide_mention(stored.document_id, last, MentionStatus.REJECTED)
    assert len(library.quotations_about("130100")) == 1


def test_a_corrected_mention_is_quoted_for_what_the_user_said(library: Library) -> None:
    stored = put(library, TEXT)
    library.decide_mention(
        stored.document_id,
        mention_of(library.document(stored.document_id), "130121"),
        MentionStatus.CORRECTED,
        "x",
    )
    assert library.quotations_about("130121") == ()
    assert library.quotations_about("x")[0].sentence == "乙县没有。"


def test_the_newest_document_speaks_first_and_the_limit_holds(library: Library) -> None:
    for year in (2021, 2024, 2022):
        text = f"甲市{year}年的事。" + prose(year * 50, 30)
        put(library, text, f"{year}.txt", details=DocumentDetails(str(year), date=str(year)))
    assert [quotation.entry.details.date for quotation in library.quotations_about("130100")] == [
        "2024",
        "2022",
        "2021",
    ]
    assert [quotation.entry.details.date for quotation in library.quotations_about("130100", 2)] == [
        "2024",
        "2022",
    ]
    assert library.quotations_about("130100", 0) == ()


def test_versions_of_one_text_say_a_sentence_once_and_tell_in_how_many_it_stands(library: Library) -> None:
    body = prose(0, 60)
    put(library, f"甲市有很多家工厂。{body}", "a.txt", details=DocumentDetails("a", date="2023"))
    put(
        library,
        f"甲市有很多家 工厂。甲市还有别的。{body}",
        "b.txt",
        details=DocumentDetails("b", date="2024"),
    )
    put(library, f"甲市有很多家工厂。{prose(900, 60)}", "c.txt", details=DocumentDetails("c", date="2022"))
    told = [
        (quotation.entry.details.title, "".join(quotation.sentence.split()), quotation.versions)
        for quotation in library.quotations_about("130100")
    ]
    assert told == [
        ("b", "甲市有很多家工厂。", 2),
        ("b", "甲市还有别的。", 1),
        ("c", "甲市有很多家工厂。", 1),
    ]


def test_of_versions_with_one_date_the_first_speaks_and_the_others_count(library: Library) -> None:
    body = prose(0, 60)
    for name in ("z", "a", "m"):
        stored = put(
            library,
            f"甲市有3家企业。{name}。{body}",
            f"{name}.txt",
            details=DocumentDetails(name, date="2024"),
        )
        (figure,) = library.document(stored.document_id).figures
        library.decide_figure(stored.document_id, figure, FigureStatus.ACCEPTED)
    (quotation,) = library.quotations_about("130100")
    assert (quotation.entry.details.title, quotation.entry.version_of, quotation.versions) == ("z", "", 3)
    (accepted,) = library.accepted_figures()
    assert (accepted.entry.details.title, accepted.versions) == ("z", 3)


def test_only_the_subject_itself_is_asked_for(library: Library) -> None:
    put(library, TEXT)
    assert {q.mention.subject_id for q in library.quotations_about("130100")} == {"130100"}


def test_only_accepted_figures_are_given_out_with_their_sentence(library: Library) -> None:
    stored = put(library, TEXT)
    firms, road = library.document(stored.document_id).figures
    assert library.accepted_figures() == ()
    library.decide_figure(stored.document_id, firms, FigureStatus.ACCEPTED, scope_id="130100")
    library.decide_figure(stored.document_id, road, FigureStatus.ACCEPTED)
    assert [figure.figure.text for figure in library.accepted_figures()] == ["3家", "20公里"]
    (about,) = library.accepted_figures("130100")
    assert (about.figure.unit, about.entry.id, about.versions) == ("家", stored.document_id, 1)
    assert "3家企业。" in about.sentence
    library.decide_figure(stored.document_id, about.figure, FigureStatus.REJECTED)
    assert library.accepted_figures("130100") == ()


def test_a_figure_accepted_in_two_versions_of_a_text_stands_once(library: Library) -> None:
    body = prose(0, 60)
    for name in ("a.txt", "b.txt"):
        stored = put(library, f"甲市有3家企业。{body}{name}甲市另有3家企业。", name)
        for figure in library.document(stored.document_id).figures:
            library.decide_figure(stored.document_id, figure, FigureStatus.ACCEPTED, scope_id="130100")
    found = library.accepted_figures("130100")
    assert [figure.versions for figure in found] == [2, 2]


def test_quotations_and_entries_are_found_by_index(library: Library) -> None:
    put(library, TEXT)
    plans = [
        row[3]
        for statement in (
            "SELECT 1 FROM documents d WHERE EXISTS"
            " (SELECT 1 FROM mentions m WHERE m.subject_id = ? AND m.document = d.key)",
            "SELECT text FROM mentions WHERE subject_id = ? AND document = 1",
        )
        for row in library.connection.execute(f"EXPLAIN QUERY PLAN {statement}", ("x",))
    ]
    assert any("mentions_by_subject" in plan for plan in plans)
    assert not any("SCAN m" in plan for plan in plans)
