"""Tests of what became of targets."""

import pytest

from jjjmap.catalogue.models import Catalogue
from jjjmap.text.comparison.comparison_records import Matter

from ..hand_made import make_document
from .compared import APPEARED, CHANGED, RENAMED, VANISHED, compare, figures_of, told


def test_targets_are_told_apart_from_facts(catalogue: Catalogue) -> None:
    facts = {"indicator": "企业"}
    before = figures_of(
        "a",
        "2022年企业100家，力争到2025年达到300家。",
        ("100家", "100", "家", {**facts, "period": "2022"}),
        ("300家", "300", "家", {**facts, "period": "2025"}),
    )
    after = figures_of(
        "b",
        "2022年企业100家，力争到2025年达到400家。",
        ("100家", "100", "家", {**facts, "period": "2022"}),
        ("400家", "400", "家", {**facts, "period": "2025"}),
    )
    comparison = compare(before, after, catalogue)
    (change,) = comparison.changes
    assert (change.kind, change.matter) == (CHANGED, Matter.TARGET)
    assert change.before and change.before.horizon == "2025"
    assert comparison.unchanged[Matter.FIGURE] == 1


def test_targets_are_compared_clause_by_clause(catalogue: Catalogue) -> None:
    before = make_document("a", "到2025年，分工定位更加清晰，创新能力显著增强，协同机制更加健全。")
    after = make_document("b", "到2025年，分工定位更加清晰，创新能力明显增强，绿色转型取得成效。")
    assert told(compare(before, after, catalogue)) == {
        (RENAMED, "创新能力显著增强", "创新能力明显增强"),
        (VANISHED, "协同机制更加健全", ""),
        (APPEARED, "", "绿色转型取得成效"),
    }


def test_a_target_without_a_counterpart_is_told_as_one(catalogue: Catalogue) -> None:
    text = "近年成效明显。力争到2030年，建成世界级港口群，航运能力大幅提高。"
    comparison = compare(make_document("a", "近年成效明显。"), make_document("b", text), catalogue)
    ((kind, _before, after),) = told(comparison)
    assert (kind, after) == (APPEARED, "力争到2030年，建成世界级港口群，航运能力大幅提高。")


@pytest.mark.parametrize(
    "text",
    [
        "截至2022年底，建成园区多个，企业集聚成势。",
        "占比由一半提升至2021年的七成，增势明显。",
        "2014年至2023年，投资年年增长，成效明显。",
        "主要目标和重点任务是什么？",
    ],
)
def test_what_was_reached_is_no_target(text: str, catalogue: Catalogue) -> None:
    comparison = compare(make_document("a", text), make_document("b", "无。"), catalogue)
    assert comparison.about(Matter.TARGET) == ()


def test_what_lies_before_the_date_of_the_document_is_no_target(catalogue: Catalogue) -> None:
    text = "到2020年，协同机制更加健全，创新能力显著增强。"
    late = make_document("a", text, date="2024-03-01")
    assert compare(late, make_document("b", "无。"), catalogue).about(Matter.TARGET) == ()
    early = make_document("a", text, date="2018-03-01")
    assert len(compare(early, make_document("b", "无。"), catalogue).about(Matter.TARGET)) == 1
