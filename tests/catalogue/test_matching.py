"""Tests of words and where they stand in a text."""

import pytest

from jjjmap.catalogue.matching import fold, merged, snippet, spans_of, words_of


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("Xiong'an", "xiongan"),
        ("Xiong’an", "XIONGAN"),
        ("亦庄·永清", "亦庄永清"),
        ("滨海—中关村", "滨海-中关村"),
        ("ＡＢＣ１２３", "abc123"),
        ("Běijīng", "beijing"),
        ("2017（年）", "2017(年)"),
    ],
)
def test_case_width_accents_and_apostrophes_do_not_matter(printed: str, typed: str) -> None:
    assert fold(printed) == fold(typed)


def test_words_are_parted_by_any_space_and_each_counts_once() -> None:
    assert [word.text for word in words_of("  曹妃甸　港 Port port ")] == ["曹妃甸", "港", "port"]
    assert words_of("  ' ") == ()


def test_what_is_typed_without_end_is_cut() -> None:
    assert len(words_of(" ".join(f"w{n}" for n in range(50)))) == 8
    assert len(words_of("港" * 10_000)[0].text) == 200


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("河北雄安新区", "雄安", ["雄安"]),
        ("Xiong'an New Area", "xiongan", ["Xiong'an"]),
        ("a plan for an area", "an", ["an"]),
        ("国家AI试验区", "ai", ["AI"]),
        ("超25,114.4亿元", "25114", ["25,114"]),
        ("12025年、2025年", "2025", ["2025"]),
        ("港口与港区", "港", ["港", "港"]),
        ("天津港", "天津 津港", ["天津港"]),
        ("Ⅳ期㎡", "m2", ["㎡"]),
    ],
)
def test_spans_cover_what_was_typed_as_it_is_printed(text: str, typed: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in spans_of(text, words_of(typed))] == marked


def test_touching_spans_become_one() -> None:
    assert merged([(4, 6), (0, 2), (2, 3), (5, 9)]) == ((0, 3), (4, 9))


def test_a_snippet_shows_the_words_and_says_where_it_was_cut() -> None:
    text = "一" * 60 + "雄安" + "二" * 60
    shown = snippet(text, words_of("雄安"), chars=40)
    assert shown.startswith("…") and shown.endswith("…")
    assert "雄安" in shown
    assert len(shown) <= 24
    assert snippet("短句。", words_of("雄安"), chars=40) == "短句。"


def test_a_snippet_does_not_cut_through_a_latin_word() -> None:
    text = "Beginning " + "word " * 40 + "hydrogen " + "more " * 40
    shown = snippet(text, words_of("hydrogen"), chars=60)
    assert shown.removeprefix("…").split()[0] == "word"
    assert "hydrogen" in shown
