from array import array
from pathlib import Path

import pytest

from jjjmap.text.store.versions import Sketch, compare_sketches, is_edited, is_short, letters_of, sketch_of
from tests.text.small_library import prose

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"


def like(mine: str, other: str):  # type: ignore[no-untyped-def]
    return compare_sketches(sketch_of(mine), sketch_of(other), "doc-other")


def test_line_breaks_punctuation_width_and_capitals_say_nothing() -> None:
    assert letters_of("ＡＢ c，\n（１２）北 京！") == "abc12北京"


def test_the_same_text_is_alike_altogether() -> None:
    likeness = like(prose(0, 50), prose(0, 50).replace("\n", ""))
    assert (likeness.resemblance, likeness.share, likeness.other_share) == (1.0, 1.0, 1.0)
    assert likeness.document_id == "doc-other"


def test_a_part_stands_in_the_whole_but_not_the_whole_in_the_part() -> None:
    likeness = like(prose(0, 40), prose(0, 160))
    assert likeness.share == pytest.approx(1.0, abs=0.02)
    assert likeness.other_share == pytest.approx(0.25, abs=0.06)
    assert likeness.is_version


@pytest.mark.parametrize("shared", [0.2, 0.5, 0.8])
def test_shares_of_long_texts_are_estimated_within_a_few_hundredths(shared: float) -> None:
    count = 1000
    other = prose(0, int(count * shared)) + prose(5000, count - int(count * shared))
    likeness = like(prose(0, count), other)
    assert likeness.share == pytest.approx(shared, abs=0.06)


def test_different_texts_are_no_versions() -> None:
    assert not like(prose(0, 100), prose(1000, 100)).is_version


def test_a_sketch_is_small_and_survives_the_library() -> None:
    sketch = sketch_of(prose(0, 3000))
    assert len(sketch.hashes) == 1024
    assert not sketch.is_whole
    assert len(sketch.to_bytes()) == 8193
    assert Sketch.from_bytes(sketch.to_bytes()) == sketch
    assert all(-(1 << 63) <= probe < 1 << 63 for probe in sketch.probes)


@pytest.mark.parametrize("text", ["", "一二三四", "\n \n", "。" * 9])
def test_a_text_too_short_for_a_sketch_has_an_empty_one_and_is_like_nothing(text: str) -> None:
    assert sketch_of(text) == Sketch(array("Q"), is_whole=True)
    assert like(text, text) is None


def test_a_text_that_repeats_itself_has_few_hashes_and_all_of_them() -> None:
    sketch = sketch_of("京津冀协同发展" * 50_000)
    assert len(sketch.hashes) == 7
    assert sketch.is_whole


def test_a_few_words_in_common_are_too_little_to_say() -> None:
    assert like("甲市建设港口和机场", prose(0, 400) + "甲市建设港口和机场") is None


def test_short_texts_are_compared_letter_by_letter() -> None:
    assert is_short(sketch_of("天津建设港口。"))
    assert is_edited("天津建设港口。", "天津建设大港口。")
    assert not is_edited("天津建设港口。", "关于放假的通知。")


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds lie beside the checkout only where it is developed")
def test_the_seeds_fall_into_one_text_in_three_versions_and_two_others() -> None:
    sketches = [
        sketch_of((SEEDS / f"seed-00{number}.txt").read_text(encoding="utf-8")) for number in range(5)
    ]
    versions = {
        (one, other)
        for one in range(5)
        for other in range(one + 1, 5)
        if (likeness := compare_sketches(sketches[one], sketches[other], "")) and likeness.is_version
    }
    assert versions == {(0, 1), (0, 2), (1, 2)}
