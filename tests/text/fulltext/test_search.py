"""Tests of the search in the library: what is found, how it is grouped, and that nothing stays behind."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from jjjmap.errors import QueryInvalid
from jjjmap.text.fulltext import search_memory
from jjjmap.text.fulltext.query import Word
from jjjmap.text.fulltext.search import SNIPPET_CHARS, SearchAnswer, search_library, snippet_of, word_spans
from jjjmap.text.normal_form import fold
from jjjmap.text.records import MentionStatus
from jjjmap.text.store.library import Library
from jjjmap.text.store.schema import INDEX_TABLE, transaction

from ..searched import make_document, store


@pytest.fixture
def library() -> Iterator[Library]:
    with Library.open(None) as opened:
        yield opened


class Names:
    """Stands for the catalogue: 甲县 and 乙县 lie in 大市."""

    def named(self, name: str) -> tuple[str, ...]:
        return {"甲县": ("jia",), "乙县": ("yi",), "大市": ("big",)}.get(name, ())

    def inside(self, subject_id: str) -> tuple[str, ...]:
        return ("jia", "yi") if subject_id == "big" else ()

    def of_kind(self, kind: str) -> tuple[str, ...]:
        return ("jia",) if kind == "port" else ()


def found(library: Library, query: str, **filters: object) -> set[tuple[str, str]]:
    """Return titles and passages of all hits."""
    answer = search_library(library, query, limit=None, hits_per_document=10**6, **filters)  # type: ignore[arg-type]
    hits = {(group.entry.details.title, hit.passage_id) for group in answer.documents for hit in group.hits}
    assert answer.total == len(hits) == sum(group.count for group in answer.documents)
    assert answer.document_total == len(answer.documents)
    return hits


def shown(answer: SearchAnswer) -> list[str]:
    """Return what is marked in all snippets."""
    return [hit.snippet[a:b] for group in answer.documents for hit in group.hits for a, b in hit.marks]


@pytest.fixture
def three(library: Library) -> Library:
    store(
        library,
        make_document(
            "氢能规划",
            "氢能产业在甲县。",
            "风电在乙县和甲县。",
            "Hydrogen plans for a New  Area",
            date="2023-05",
        ),
        make_document("年报", "港口与氢能。", "港口在丙镇。", "增长15.8%，共25114.4亿元。", date="2024"),
        make_document("无日期", "*甲县乙县的风电，没有别的。"),
    )
    return library


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("氢", {("氢能规划", "p1"), ("年报", "p1")}),
        ("氢能", {("氢能规划", "p1"), ("年报", "p1")}),
        ("氢能产业在甲县。", {("氢能规划", "p1")}),
        ("氢能 港口", {("年报", "p1")}),
        ("氢能 OR 风电", {("氢能规划", "p1"), ("氢能规划", "p2"), ("年报", "p1"), ("无日期", "p1")}),
        ("氢能 -港口", {("氢能规划", "p1")}),
        ("在 非 (风电 或 港口)", {("氢能规划", "p1")}),
        ("HYDROGEN", {("氢能规划", "p3")}),
        ("new area", {("氢能规划", "p3")}),
        ('"new area"', {("氢能规划", "p3")}),
        ("rea", set()),
        ("25114.4", {("年报", "p3")}),
        ("亿", {("年报", "p3")}),
        ("114", set()),
        ("％", {("年报", "p3")}),
        ("，", {("年报", "p3"), ("无日期", "p1")}),
        ("風電", {("氢能规划", "p2"), ("无日期", "p1")}),
        ("地点:jia", {("氢能规划", "p1"), ("氢能规划", "p2")}),
        ("地点:town-3", {("年报", "p2")}),
        ("类型:乡镇", {("年报", "p2")}),
        ("类型:place 风电", {("氢能规划", "p2"), ("无日期", "p1")}),
        ("日期:2023 在", {("氢能规划", "p1"), ("氢能规划", "p2")}),
        ("日期:2023-06..2024 氢", {("年报", "p1")}),
        ("日期:2024", {("年报", "p1"), ("年报", "p2"), ("年报", "p3")}),
        ("在 -日期:2023", {("年报", "p2")}),
        ("没有的词", set()),
        ("\U00020000", set()),
    ],
)  # fmt: skip
def test_every_operator_finds_its_paragraphs(three: Library, query: str, hits: set[tuple[str, str]]) -> None:
    assert found(three, query) == hits


def test_filters_beside_the_query_narrow_it(three: Library) -> None:
    (first,) = [entry.id for entry in three.documents() if entry.details.title == "氢能规划"]
    assert found(three, "风电", place_ids=["jia"]) == {("氢能规划", "p2")}
    assert found(three, "风电", kinds=["place"]) == {("氢能规划", "p2"), ("无日期", "p1")}
    assert found(three, "氢能", after="2024") == {("年报", "p1")}
    assert found(three, "氢能", before="2023") == {("氢能规划", "p1")}
    assert found(three, "氢能", document_ids=[first]) == {("氢能规划", "p1")}
    assert found(three, "", place_ids=["town-3"]) == {("年报", "p2")}
    assert found(three, "-风电", place_ids=["yi", "jia"]) == {("氢能规划", "p1")}


def test_names_in_a_query_mean_what_the_catalogue_says(three: Library) -> None:
    everything = {("氢能规划", "p1"), ("氢能规划", "p2"), ("无日期", "p1")}
    assert found(three, "地点:大市", subjects=Names()) == everything
    assert found(three, "地点:大市", subjects=Names(), includes_inside=False) == set()
    assert found(three, "类型:port", subjects=Names()) == {("氢能规划", "p1"), ("氢能规划", "p2")}
    for query, reason in (("地点:某地", "unknown-place"), ("类型:某类", "unknown-kind")):
        with pytest.raises(QueryInvalid) as caught:
            search_library(three, query, subjects=Names())
        assert caught.value.reason == reason


@pytest.mark.parametrize("query", ["", "  ", "-氢能", "NOT 地点:jia"])
def test_a_query_that_wants_nothing_is_refused(three: Library, query: str) -> None:
    with pytest.raises(QueryInvalid) as caught:
        search_library(three, query)
    assert caught.value.reason == "nothing-wanted"


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ('" NEAR(', 0), ('"', None), ("*", 0), ("^氢", 0), ("氢*", 0), ("氢能\0港口", 1), ("\ud800", 0),
        ("NEAR(氢能 港口, 3)", 0), ("title:氢", 0), ("(((((", None), ("'", 0), ("%", 1), ("_", 0),
        ("' OR 1=1 --", 0), ("<b>氢</b>", 0),
    ],
)  # fmt: skip
def test_signs_of_other_query_languages_are_letters_here(
    three: Library, query: str, total: int | None
) -> None:
    if total is not None:
        assert search_library(three, query).total == total
        return
    with pytest.raises(QueryInvalid) as caught:
        search_library(three, query)
    assert caught.value.reason == "nothing-wanted"


def test_offsets_say_where_the_words_stand_in_the_text(three: Library) -> None:
    for query in ("甲县", "氢", "area", "风电 甲县", "亿元"):
        for group in search_library(three, query).documents:
            text = three.document(group.entry.id).text
            for hit in group.hits:
                assert text[hit.start : hit.end].lower() in query
                assert any(hit.snippet[a:b].lower() in query for a, b in hit.marks)


def test_words_that_white_space_breaks_are_found_and_marked_with_it(library: Library) -> None:
    store(library, make_document("断行", "建设曹妃\n甸 示范区，实现 25114.4亿元。"))
    assert shown(search_library(library, "曹妃甸示范区")) == ["曹妃 甸 示范区"]
    assert shown(search_library(library, "实现25114.4亿元")) == ["实现 25114.4亿元"]
    (group,) = search_library(library, "曹妃甸").documents
    assert group.hits[0].snippet == "建设曹妃 甸 示范区，实现 25114.4亿元。"
    assert library.text_between(group.entry.id, group.hits[0].start, group.hits[0].end) == "曹妃\n甸"


def test_the_places_of_the_paragraphs_are_counted_without_leads_and_rejected_mentions(three: Library) -> None:
    assert search_library(three, "风电").places == {"yi": 2, "jia": 1}
    assert search_library(three, "在").places == {"jia": 2, "town-3": 1, "yi": 1}
    store(three, make_document("又", "风电，甲县乙县丙镇。", status=MentionStatus.REJECTED))
    assert search_library(three, "风电").places == {"yi": 2, "jia": 1}


def test_a_decision_on_a_mention_is_seen_by_the_next_search(three: Library) -> None:
    assert search_library(three, "港口").places == {"town-3": 1}
    (entry,) = [entry for entry in three.documents() if entry.details.title == "年报"]
    (mention,) = three.document(entry.id).mentions
    three.decide_mention(entry.id, mention, MentionStatus.REJECTED)
    assert search_library(three, "港口").places == {}


def test_the_best_documents_come_first(library: Library) -> None:
    store(
        library,
        make_document("旧文", "氢能。", date="2019"),
        make_document("新文", "这里也说到氢能。", date="2024"),
        make_document("常说", "氢能一。", "氢能二。", date="2015"),
        make_document("氢能专章", "只说一次氢能的文章。", date="2010"),
    )
    answer = search_library(library, "氢能")
    assert [group.entry.details.title for group in answer.documents] == ["氢能专章", "常说", "新文", "旧文"]
    assert answer.documents[0].title_marks == ((0, 2),)


def test_a_title_is_found_although_the_text_does_not_say_it(library: Library) -> None:
    store(library, make_document("低空经济白皮书", "第一章。", date="2024"))
    answer = search_library(library, "低空")
    assert (answer.total, answer.document_total) == (0, 1)
    assert answer.documents[0].hits == ()
    assert search_library(library, "低空 日期:2023").documents == ()
    assert search_library(library, "低空", after="2025").documents == ()


def test_limits_hide_hits_but_not_their_number(library: Library) -> None:
    store(
        library,
        *(
            make_document(f"文{name}", *[f"{name * 9}氢能{name * 5}{k}" for k in "甲乙丙丁戊"])
            for name in "一二三四五六七"
        ),
    )
    answer = search_library(library, "氢能", limit=2, hits_per_document=3)
    assert (answer.total, answer.document_total) == (35, 7)
    assert [(group.count, len(group.hits)) for group in answer.documents] == [(5, 3), (5, 3)]


def test_versions_of_one_text_stand_in_one_group_and_count_once(library: Library) -> None:
    body = [
        f"第{n}条，甲县的氢能要在第{n * 7}年办成，由第{n * 13}组负责，写入第{n * 31}号台账。"
        for n in range(40)
    ]
    store(
        library,
        make_document("初版", *body, date="2020"),
        make_document("转载", *body, "编辑：某人。", date="2021"),
    )
    (newer, older) = library.documents()
    assert older.version_of == "" and newer.version_of == older.id
    answer = search_library(library, "氢能")
    assert (answer.total, answer.document_total, len(answer.documents)) == (40, 1, 1)
    assert answer.documents[0].entry.id == older.id
    assert [(other.entry.id, other.count) for other in answer.documents[0].versions] == [(newer.id, 40)]
    assert answer.places == {"jia": 40}
    assert [group.entry.id for group in search_library(library, "编辑").documents] == [newer.id]


def test_a_document_that_was_removed_leaves_no_hits_and_comes_back_with_its_own(three: Library) -> None:
    (entry,) = [entry for entry in three.documents() if entry.details.title == "年报"]
    before = found(three, "港口 OR 氢能")
    removed = three.remove(entry.id)
    assert found(three, "港口") == set()
    rows = three.connection.execute(f"SELECT document_id, form FROM {INDEX_TABLE}").fetchall()
    assert entry.id not in {document_id for document_id, _form in rows}
    assert not any("港口" in form.decode("utf-16-le") for _document_id, form in rows)
    three.restore(removed)
    assert found(three, "港口 OR 氢能") == before


def test_what_is_removed_and_stored_between_searches_is_seen_by_each(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_memory, "SEGMENT_LETTERS", 24)
    ids = store(library, *(make_document(f"文{n}", f"氢能{n}甲县", "风电", "港口") for n in range(6)))
    assert search_library(library, "氢能").total == 6
    for left, document_id in enumerate(reversed(ids)):
        library.remove(document_id)
        assert search_library(library, "氢能").total == 5 - left
        assert search_library(library, "风电 OR 港口").total == 2 * (5 - left)
        assert search_library(library, "氢能").places == ({"jia": 5 - left} if left < 5 else {})
    for count in range(1, 9):
        store(library, make_document(f"新{count}", f"氢能{count}甲县，乙县"))
        answer = search_library(library, "氢能")
        assert (answer.total, answer.places) == (count, {"jia": count, "yi": count})
        assert {shown[-1] for shown in (hit.snippet for group in answer.documents for hit in group.hits)} == {
            "县"
        }


def test_what_a_transaction_that_failed_had_stored_is_forgotten(library: Library) -> None:
    store(library, make_document("一", "氢能。"))
    with pytest.raises(RuntimeError), transaction(library.connection, library.path):
        store(library, make_document("二", "氢能与风电。"))
        assert search_library(library, "氢能").total == 2
        raise RuntimeError
    assert search_library(library, "氢能").total == 1
    store(library, make_document("三", "氢能与港口。"))
    assert search_library(library, "氢能").total == 2
    assert search_library(library, "风电").total == 0


def test_a_search_leaves_no_transaction_open(library: Library) -> None:
    store(library, make_document("一", "氢能。"))
    search_library(library, "氢能")
    assert not library.connection.in_transaction


@pytest.mark.parametrize(
    "spoil",
    [
        (f"DROP TABLE {INDEX_TABLE}",),
        (f"DROP TABLE {INDEX_TABLE}", "CREATE TABLE search_parts (key)", "CREATE TABLE search_blocks (key)"),
        (f"DELETE FROM {INDEX_TABLE} WHERE key = 2",),
    ],
)
def test_an_index_that_is_missing_or_older_is_made_anew(tmp_path: Path, spoil: tuple[str, ...]) -> None:
    path = tmp_path / "library.sqlite"
    with Library.open(path) as library:
        store(library, *(make_document(f"文{n}", "氢能在甲县。", "*甲县乙县的风电。") for n in range(3)))
        before = found(library, "氢能 OR 地点:yi"), search_library(library, "在").places
        for statement in spoil:
            library.connection.execute(statement)
    with Library.open(path) as library:
        assert (found(library, "氢能 OR 地点:yi"), search_library(library, "在").places) == before
        tables = {name for (name,) in library.connection.execute("SELECT name FROM sqlite_schema")}
        assert tables & {"search_parts", "search_blocks", INDEX_TABLE} == {INDEX_TABLE}


@pytest.mark.parametrize("size", [13, 40, 2000])
def test_a_word_longer_than_is_compared_at_once_is_found_as_a_whole(library: Library, size: int) -> None:
    word = ("产业链协同" * size)[:size]
    store(library, make_document("一", f"前{word}后", word[:-1] + "别", "别" + word[1:], f"a{word}"))
    assert {number for _title, number in found(library, word)} == {"p1", "p4"}
    assert search_library(library, "空" * size).total == 0


def test_a_very_long_word_in_a_paragraph_of_its_letter_takes_no_time(library: Library) -> None:
    store(library, make_document("一", "空" * 500_000 + "。" + "空" * 500_000))
    assert search_library(library, "空" * 2000).total == 1
    assert search_library(library, "空" * 1999 + "话").total == 0


def test_another_connection_sees_what_was_stored(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("library") / "library.db"
    with Library.open(path) as writer, Library.open(path) as reader:
        store(writer, make_document("一", "氢能。"))
        assert search_library(reader, "氢能").total == 1
        (document_id,) = store(writer, make_document("二", "氢能又。"))
        assert search_library(reader, "氢能").total == 2
        writer.remove(document_id)
        assert search_library(reader, "氢能").total == 1


def test_the_index_finds_what_looking_through_all_texts_finds(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_memory, "SEGMENT_LETTERS", 1500)
    dice = random.Random(4)
    letters = "产业链协同氢能港口甲乙aB5，。"
    documents = [
        make_document(
            f"文{n}",
            *("".join(dice.choices(letters, k=dice.randint(1, 30))) for _p in range(dice.randint(1, 45))),
        )
        for n in range(25)
    ]
    ids = store(library, *documents)
    for gone in ids[3:20:4]:
        library.remove(gone)
    left = [document for document in documents if document.id not in ids[3:20:4]]
    for _query in range(150):
        one, two, three = ("".join(dice.choices(letters[:11], k=dice.randint(1, 3))) for _word in range(3))
        for query, fits in (
            (one, lambda has: has[0]),
            (f"{one} {two}", lambda has: has[0] and has[1]),
            (f"{one} OR {two}", lambda has: has[0] or has[1]),
            (f"{one} -{two}", lambda has: has[0] and not has[1]),
            (f"{one} ({two} | -{three})", lambda has: has[0] and (has[1] or not has[2])),
        ):
            wanted = set()
            for document in left:
                for passage in document.passages:
                    text = document.text[passage.start : passage.end]
                    if fits([word in text for word in (one, two, three)]):
                        wanted.add((document.details.title, passage.id))
            assert found(library, query) == wanted, query


def test_words_and_numbers_are_found_where_they_begin_as_their_pattern_says(library: Library) -> None:
    dice = random.Random(5)
    texts = ["".join(dice.choices("ab1,. 产\n", k=dice.randint(1, 12))) for _text in range(800)]
    store(library, make_document("一", *texts))
    for word in map(Word, ("a", "b", "ab", "1", "11", "1.1", "1,1", "a1", "1a", "a b", "1 1", "产a", "产")):
        pattern = word.pattern
        wanted = {
            ("一", f"p{number}")
            for number, text in enumerate(texts, 1)
            if (word.text in fold(text) if pattern is None else pattern.search(fold(text)))
        }
        assert wanted and found(library, f'"{word.text}"') == wanted, word


def test_a_long_paragraph_gives_a_short_snippet_with_most_of_the_words() -> None:
    text = "氢能" + "空话" * 200 + "氢能与港口，" + "空话" * 200
    snippet, marks = snippet_of(text, word_spans(text, [Word("氢能"), Word("港口")]))
    assert len(snippet) <= SNIPPET_CHARS + 2
    assert [snippet[start:end] for start, end in marks] == ["氢能", "港口"]
    assert snippet[0] == snippet[-1] == "…"


def test_a_paragraph_of_megabytes_is_searched_in_passing(library: Library) -> None:
    store(library, make_document("长", "空" * 1_000_000 + "氢能" + "话 " * 500_000))
    (group,) = search_library(library, "氢能").documents
    assert (group.hits[0].start, group.hits[0].end) == (1_000_000, 1_000_002)
    assert len(group.hits[0].snippet) <= SNIPPET_CHARS + 2


def test_markup_in_a_text_stays_text(library: Library) -> None:
    store(library, make_document("恶意", "<script>alert('氢能')</script>"))
    (group,) = search_library(library, "氢能").documents
    assert group.hits[0].snippet == "<script>alert('氢能')</script>"
    assert group.hits[0].marks == ((15, 17),)
