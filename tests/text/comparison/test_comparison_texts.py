"""The words for what two documents say differently."""

import pytest

from jjjmap.catalogue.models import Catalogue
from jjjmap.text.comparison.comparison_records import Change, ChangeKind, Comparison, Matter, Quotation, Side
from jjjmap.text.comparison.comparison_texts import ComparisonTexts, change_name, one_line, shortened
from jjjmap.text.comparison.listings import ListingKind


def side(name: str, in_list: ListingKind | None = None, **fields: str) -> Side:
    quotation = Quotation("doc-1", 0, len(name), name, 0, len(name), name)
    return Side(name, (quotation,), 1, in_list=in_list, **fields)  # type: ignore[arg-type]


@pytest.fixture
def texts(catalogue: Catalogue) -> ComparisonTexts:
    return ComparisonTexts(lambda each: catalogue.places[each].name_zh if each in catalogue.places else each)


MOVED = Change(
    ChangeKind.MOVED,
    Matter.CLUSTER,
    side("密码", ListingKind.CLUSTER),
    side("密码和密钥", ListingKind.CHAIN),
)


def test_a_move_is_told_with_both_lists(texts: ComparisonTexts) -> None:
    assert texts.change(MOVED) == "移动：密码，从集群名单到产业链名单（密码和密钥）"


def test_a_place_is_named_by_the_catalogue_where_its_words_do_not_say_it(texts: ComparisonTexts) -> None:
    assert texts.side(side("县城", subject_id="990001")) == "县城（甲县）"
    assert texts.side(side("甲", subject_id="990001")) == "甲"
    assert texts.side(side("某地", subject_id="nobody")) == "某地"


def test_the_summary_counts_what_it_does_not_tell(texts: ComparisonTexts) -> None:
    chains = [
        Change(ChangeKind.APPEARED, Matter.CHAIN, None, side(name, ListingKind.CHAIN)) for name in "子丑寅"
    ]
    places = [Change(ChangeKind.VANISHED, Matter.PLACE, side("甲县", subject_id="990001"), None)]
    told = texts.summary(Comparison("a", "b", (MOVED, *chains, *places), {Matter.PLACE: 4}))
    assert told == (
        "5 处不同，4 处相同；密码从集群名单移到产业链名单（密码和密钥）；"
        "集群和产业链新列出 3 个；其余不同：所提地点 1。"
    )
    assert "都相同" in texts.summary(Comparison("a", "b", (), {}))


def test_a_target_in_other_words_is_no_new_name() -> None:
    target = Change(ChangeKind.RENAMED, Matter.TARGET, side("更高"), side("更强"))
    assert change_name(target) == "改写" and change_name(MOVED) == "移动"


def test_what_would_steer_a_terminal_is_blank_and_long_names_lose_their_middle() -> None:
    assert one_line("甲\n\x1b[31m乙") == "甲  [31m乙"
    assert len(shortened("长" * 500)) < 100
