"""A firm goes to the links that its code and its words speak for, each with the evidence."""

import pytest

from jjjmap.analysis.chain_gaps.assignment import Assigner, Assignment
from jjjmap.catalogue.chain_rules import ChainRule, RuleKind, Strength
from jjjmap.catalogue.industries import shipped_industries
from jjjmap.catalogue.models import ChainNode

NODES = {
    node_id: ChainNode(node_id, node_id[0], node_id, node_id, "midstream", (), "-", ())
    for node_id in ("a-1", "a-2", "a-3", "b-1")
}
CODE, WORD, CORE, RELATED = RuleKind.CODE, RuleKind.KEYWORD, Strength.CORE, Strength.RELATED


def assigner(*rules: tuple[str, RuleKind, str, Strength]) -> Assigner:
    return Assigner([ChainRule(*rule) for rule in rules], NODES, shipped_industries())


def nodes(assigned: tuple[Assignment, ...]) -> dict[str, float]:
    return {each.node_id: each.share for each in assigned}


def test_the_longest_code_counts() -> None:
    made = assigner(("a-1", CODE, "27", CORE), ("a-2", CODE, "276", CORE))

    assert nodes(made.assign(("2761",), "")) == {"a-2": 1.0}
    assert nodes(made.assign(("2720",), "")) == {"a-1": 1.0}
    assert made.assign(("3612",), "") == ()


def test_core_comes_before_related_of_the_same_length() -> None:
    assigned = assigner(("a-1", CODE, "3491", CORE), ("a-2", CODE, "3491", RELATED)).assign(("3491",), "")

    assert [(each.node_id, each.strength, each.share) for each in assigned] == [
        ("a-1", CORE, 1.0),
        ("a-2", RELATED, 0.0),
    ]


def test_a_firm_of_several_links_is_shared_evenly() -> None:
    made = assigner(("a-1", CODE, "36", CORE), ("a-2", CODE, "36", CORE))

    assert nodes(made.assign(("3612",), "")) == {"a-1": 0.5, "a-2": 0.5}


def test_words_decide_between_the_links_of_a_code() -> None:
    made = assigner(("a-1", CODE, "36", CORE), ("a-2", CODE, "36", CORE), ("a-2", WORD, "汽车电子", CORE))

    assigned = made.assign(("3612",), "汽车电子研发")

    assert nodes(assigned)["a-2"] == 1.0
    assert assigned[1].evidence == "3612→36 “汽车电子”"


def test_words_are_found_whatever_their_width_and_case() -> None:
    made = assigner(("a-1", WORD, "agv小车", CORE))

    assert nodes(made.assign((), "生产ＡＧＶ小车")) == {"a-1": 1.0}
    assert made.assign((), "") == ()


def test_a_firm_may_belong_to_several_chains() -> None:
    made = assigner(("a-1", CODE, "3612", CORE), ("b-1", WORD, "氢", CORE))

    assert nodes(made.assign(("3612",), "氢能汽车")) == {"a-1": 1.0, "b-1": 1.0}


def test_a_section_holds_all_its_codes() -> None:
    assert nodes(assigner(("a-1", CODE, "C", RELATED)).assign(("3612",), "")) == {"a-1": 0.0}


def test_a_code_that_may_be_several_goes_wherever_one_of_them_goes() -> None:
    made = assigner(("a-1", CODE, "3611", CORE), ("a-2", CODE, "3612", CORE))

    assert nodes(made.assign(("3611", "3612", "3620"), "")) == {"a-1": 0.5, "a-2": 0.5}


@pytest.mark.parametrize(
    ("codes", "is_coarse"), [(("36",), True), (("C",), True), (("3612",), False), ((), False)]
)
def test_codes_that_are_too_coarse_are_known(codes: tuple[str, ...], is_coarse: bool) -> None:
    assert assigner(("a-1", CODE, "361", CORE)).is_too_coarse(codes) is is_coarse


def test_signs_in_words_are_no_patterns() -> None:
    assert assigner(("a-1", WORD, "a+b(c", CORE)).assign((), "xa+b(cx")[0].node_id == "a-1"


def test_a_word_takes_no_firm_from_the_link_of_its_code() -> None:
    made = assigner(("a-1", CODE, "3612", CORE), ("a-2", WORD, "自动驾驶", CORE))

    assert nodes(made.assign(("3612",), "新能源车、自动驾驶")) == {"a-1": 0.5, "a-2": 0.5}


def test_words_choose_among_the_links_of_a_code_and_add_others() -> None:
    made = assigner(
        ("a-1", CODE, "36", CORE),
        ("a-2", CODE, "36", CORE),
        ("a-2", WORD, "车身", RELATED),
        ("a-3", WORD, "内饰", CORE),
    )

    assigned = made.assign(("3612",), "车身和内饰")

    assert nodes(assigned) == {"a-1": 0.0, "a-2": 0.5, "a-3": 0.5}


def test_a_word_within_a_longer_one_of_its_chain_does_not_count() -> None:
    made = assigner(
        ("a-1", WORD, "燃料电池", CORE), ("a-2", WORD, "燃料电池汽车", CORE), ("b-1", WORD, "电池", CORE)
    )

    assert nodes(made.assign((), "氢燃料电池汽车")) == {"a-2": 1.0, "b-1": 1.0}
    assert nodes(made.assign((), "燃料电池、燃料电池汽车")) == {"a-1": 0.5, "a-2": 0.5, "b-1": 1.0}
