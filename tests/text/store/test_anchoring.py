import pytest

from jjjmap.text.store.anchoring import AnchorText

OLD = "第一段说甲市的产业。第二段说乙县的公园和甲市的港口。第三段说丙港。"


def again(old: str, start: int, end: int, new: str) -> str | None:
    place = AnchorText(new).find(AnchorText(old).anchor(start, end))
    return None if place is None else f"{place[0]}:{new[place[0] : place[1]]}"


def test_words_are_found_where_they_stood() -> None:
    start = OLD.rindex("甲市")
    assert again(OLD, start, start + 2, OLD) == f"{start}:甲市"


def test_words_move_with_the_text_around_them() -> None:
    new = "新加的一段，也说甲市和乙县。" + OLD
    start = OLD.rindex("甲市")
    assert again(OLD, start, start + 2, new) == f"{new.rindex('甲市')}:甲市"


def test_of_two_places_with_the_same_surroundings_the_nearer_one_is_taken() -> None:
    old = ("甲市的产业发展。" * 40)[:-1] + "！"
    start = 8 * 20
    assert again(old, start, start + 2, old) == f"{start}:甲市"


def test_words_are_found_by_what_stands_before_when_what_is_behind_has_changed() -> None:
    new = OLD.replace("的港口。第三段说丙港。", "另有一座机场，第三段全部删去，改写成别的内容，与原来无关。")
    start = OLD.rindex("甲市")
    assert again(OLD, start, start + 2, new) == f"{new.rindex('甲市')}:甲市"


def test_words_whose_surroundings_are_all_gone_are_lost_and_not_guessed() -> None:
    start = OLD.rindex("甲市")
    assert (
        again(OLD, start, start + 2, "完全另写的一篇文章，恰好也提到甲市，但说的是别的事情，长度也不同。")
        is None
    )


def test_words_that_are_gone_are_lost() -> None:
    start = OLD.index("丙港")
    assert again(OLD, start, start + 2, OLD.replace("丙港", "丁港")) is None


def test_long_words_that_stand_once_need_no_surroundings() -> None:
    words = "京津冀产业协同发展实施方案"
    old = f"前面的话不一样{words}后面的话也不一样"
    start = old.index(words)
    new = f"另一篇文章说到{words}这个题目"
    assert again(old, start, start + len(words), new) == f"{new.index(words)}:{words}"


@pytest.mark.parametrize("name", ["丙\n港", "丙 港", "丙　　港"])
def test_white_space_inside_and_around_words_does_not_count(name: str) -> None:
    new = OLD.replace("丙港", name).replace("。", "。\n\n")
    start = OLD.index("丙港")
    assert again(OLD, start, start + 2, new) == f"{new.index(name)}:{name}"


def test_an_empty_text_and_an_empty_stretch_find_nothing() -> None:
    assert again(OLD, 3, 5, "") is None
    assert again(OLD, 3, 3, OLD) is None


def test_a_text_of_one_word_is_found_by_that_word() -> None:
    assert again("甲市", 0, 2, "甲市") == "0:甲市"


def test_a_letter_that_stands_everywhere_costs_no_more_than_a_look_at_the_nearest_ones() -> None:
    text = "甲" * 200_000
    anchors = AnchorText("乙甲乙")
    finder = AnchorText(text)
    assert all(finder.find(anchors.anchor(1, 2)) is None for _round in range(20))
