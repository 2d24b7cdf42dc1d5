"""Links with their firms, gaps with ranked counties and every part of the score; bad lists are named."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from jjjmap.analysis.chain_gaps.candidates import Weights
from jjjmap.analysis.chain_gaps.gaps import Gaps, rule_text, rules_with
from jjjmap.analysis.registry import analysis_from_json
from jjjmap.analysis.running import AnalysisCancelled, AnalysisImpossible, InputLayer, Material, Outcome
from jjjmap.catalogue.chain_rules import ChainRule, RuleKind, Strength, shipped_rules
from jjjmap.catalogue.industry_codes import Vintage
from jjjmap.i18n import Language, speaking
from jjjmap.layers.opening.records_json import to_json
from jjjmap.layers.style import Geometry

from .conftest import RULES, MakeLayer

Wrap = Callable[[InputLayer], Material]

ASK = Gaps("a", "行业", ("企业", "范围"), ("car",), RULES)
ROWS = [
    ("甲车", "3612", "", "110101"),
    ("乙车", "C3611", "", "110101"),
    ("丙店", "5211", "", "110101"),
    ("丁件", "3670", "", "120101"),
    ("戊店", "5211", "", "120101"),
    ("己店", "5211", "", "130201"),
    ("外车", "3612", "", (100.0, 30.0)),
    ("无车", "3612", "", None),
]


def run(analysis: Gaps, material: Material) -> Outcome:
    return analysis.run(material, lambda _share: None, lambda: False)


def rows_of(outcome: Outcome, node_id: str) -> list[dict[str, Any]]:
    return [row for row in outcome.table.attributes.to_pylist() if row["node_id"] == node_id]


@pytest.fixture
def outcome(make_layer: MakeLayer, material: Wrap) -> Outcome:
    return run(ASK, material(make_layer(ROWS)))


def test_firms_in_the_region_are_counted_by_link_and_province(outcome: Outcome) -> None:
    row, *_places = rows_of(outcome, "car-1")

    assert (row["名单里的情况"], row["企业数"], row["折算企业数"]) == ("有企业", 2, 2.0)
    assert (row["北京企业数"], row["天津企业数"], row["河北企业数"]) == (2, 0, 0)
    assert row["企业最多的县区"] == "甲县 2"
    assert row["place_id"] is None
    assert outcome.summary["outside"] == outcome.summary["nowhere"] == 1


def test_links_without_core_firms_are_candidates_for_gaps_and_no_more(outcome: Outcome) -> None:
    assert outcome.summary["states"] == {
        "car-1": "firms",
        "car-2": "only-related",
        "car-3": "empty",
        "car-4": "no-rules",
    }
    assert outcome.summary["gaps"] == ["car-2", "car-3"]
    assert rows_of(outcome, "car-2")[0]["相关企业数"] == 1
    assert any("缺口只是候选" in note for note in outcome.notes)
    assert any("推断" in note for note in outcome.notes)
    assert any("图谱标出卡点" in note for note in outcome.notes)


def test_a_link_that_no_rule_speaks_of_is_empty_not_zero(outcome: Outcome) -> None:
    (row,) = rows_of(outcome, "car-4")

    assert row["企业数"] is None and row["相关企业数"] is None
    missing = {each.reason: each for each in outcome.missing}
    assert missing["no-rules"].units == ("场景",)


def test_candidates_are_ranked_by_a_score_whose_parts_are_shown(outcome: Outcome) -> None:
    _node, *places = rows_of(outcome, "car-2")
    by_place = {row["place_id"]: row for row in places}

    assert [row["候选名次"] for row in places] == [1, 2, 3, 4]
    assert [row["得分"] for row in places] == sorted((row["得分"] for row in places), reverse=True)
    for row in places:
        parts = [row[name] or 0.0 for name in ("专业化分", "距离分", "政策分")]
        assert row["得分"] == pytest.approx(sum(parts) / 3)
    # 2 of 3 firms there belong to the chain, 3 of 6 in the region.
    first = by_place["110101"]
    assert first["区位商"] == pytest.approx((2 / 3) / (3 / 6))
    assert first["专业化分"] == pytest.approx((4 / 3) / (7 / 3) * 2 / 4)
    assert first["到链上企业的中位距离"] == pytest.approx(0.0, abs=1e-6)
    assert first["距离分"] == pytest.approx(1.0)
    # The link's own place is a park in 乙县.
    second = by_place["120101"]
    assert (second["政策分"], second["policy_place_ids"], second["platform_ids"]) == (1.0, "park", "park")
    assert second["到链上企业的中位距离"] == pytest.approx(85.9, abs=0.2)
    assert second["距离分"] == pytest.approx(100 / (100 + second["到链上企业的中位距离"]))


def test_policy_counts_by_how_and_how_closely_it_names_a_county(outcome: Outcome) -> None:
    by_place = {row["place_id"]: row for row in rows_of(outcome, "car-3")[1:]}

    # A passage names 丙县; the cluster of the chain names its city, and so 丁县.
    assert by_place["130201"]["政策分"] == pytest.approx(0.8)
    assert by_place["130202"]["政策分"] == pytest.approx(0.3)
    assert by_place["130201"]["passage_ids"] == "p-1"
    assert by_place["130201"]["source_ids"] == "s-1|s-2|s-3"
    # Another cluster, and a passage on three chains, say nothing about this one.
    assert by_place["110101"]["政策分"] == 0.0
    assert by_place["110101"]["passage_ids"] == ""


def test_policy_and_sources_can_be_read_without_knowing_ids(outcome: Outcome) -> None:
    node, *places = rows_of(outcome, "car-3")
    by_place = {row["place_id"]: row for row in places}

    assert (node["支持的政策"], node["来源"]) == ("1 标题；2 标题", "s-1；s-2")
    assert (by_place["130201"]["支持的政策"], by_place["130201"]["来源"]) == ("1 标题", "s-1；s-2；s-3")
    assert by_place["110101"]["支持的政策"] is None


def test_who_a_row_is_about_stands_before_the_figures_and_ids_stand_last(outcome: Outcome) -> None:
    names = outcome.table.attributes.column_names

    assert names[:6] == ["环节", "类别", "产业链", "候选地", "候选名次", "得分"]
    assert names[6:11] == ["专业化分", "距离分", "政策分", "名单里的情况", "企业数"]
    assert all(name.endswith(("_id", "_ids")) for name in names[names.index("chain_id") :])


def test_a_county_whose_name_others_have_is_told_with_its_city(make_layer: MakeLayer, material: Wrap) -> None:
    given = material(make_layer(ROWS))
    places = given.catalogue.places
    namesake = replace(places["110101"], name_zh="丙县")
    given = replace(given, catalogue=replace(given.catalogue, places={**places, "110101": namesake}))

    named = {row["place_id"]: row["候选地"] for row in rows_of(run(ASK, given), "car-3")[1:]}

    assert (named["130201"], named["130202"]) == ("丙县（丙市）", "丁县")


def test_many_chains_are_counted_in_the_title(make_layer: MakeLayer, material: Wrap) -> None:
    given = material(make_layer(ROWS))

    assert replace(ASK, chains=("car", "drug")).title(given) == "名单：车链、药链的环节与缺口"
    assert replace(ASK, chains=("car", "drug", "empty")).title(given) == "名单：3 条产业链的环节与缺口"


def test_a_county_without_firms_has_no_quotient(outcome: Outcome) -> None:
    by_place = {row["place_id"]: row for row in rows_of(outcome, "car-3")[1:]}

    assert by_place["130202"]["区位商"] is None
    assert by_place["130202"]["专业化分"] is None
    missing = {each.reason: each for each in outcome.missing}
    assert "丁县" in missing["zero-denominator"].units


def test_candidates_are_drawn_and_links_are_not(outcome: Outcome) -> None:
    placed = outcome.table.has_position().tolist()

    assert outcome.table.geometry is Geometry.POLYGON
    assert placed == [row["place_id"] is not None for row in outcome.table.attributes.to_pylist()]


def test_rows_without_link_are_counted_and_named(outcome: Outcome) -> None:
    (finding,) = [each for each in outcome.findings if each.code == "rows-unassigned"]

    assert "3 行" in finding.message and "丙店、戊店、己店" in finding.message
    assert outcome.summary["unassigned"] == 3


def test_formulas_references_and_inputs_are_told(outcome: Outcome) -> None:
    notes = {note.measure: note for note in outcome.columns}

    assert [note.name for note in outcome.columns] == outcome.table.attributes.column_names
    assert "ISARD" in notes["location_quotient"].reference
    assert "KARNEY" in notes["km"].reference
    assert "专业化分" in notes["score"].formula
    assert outcome.inputs[0].rows == 8 and outcome.inputs[0].rows_used == 6
    assert outcome.inputs[1].source_ids == ("std-gbt4754", "std-gbt4754-2011-2017")
    assert outcome.inputs[1].rows_used == 5  # One rule is about another chain.
    assert outcome.chart is not None and outcome.chart.series[0][1] == (2.0, 0.0, 0.0, None)


def test_the_same_rows_give_the_same_answer(make_layer: MakeLayer, material: Wrap, outcome: Outcome) -> None:
    again = run(ASK, material(make_layer(ROWS)))

    assert again.table.attributes.equals(outcome.table.attributes)


def test_hidden_rows_do_not_count(make_layer: MakeLayer, material: Wrap) -> None:
    shown = [row[0] != "甲车" for row in ROWS]

    assert rows_of(run(ASK, material(make_layer(ROWS, shown=shown))), "car-1")[0]["企业数"] == 1


def test_a_firm_of_two_links_counts_once_in_each_and_half(make_layer: MakeLayer, material: Wrap) -> None:
    rules = (*RULES, ChainRule("car-3", RuleKind.CODE, "361"))
    outcome = run(Gaps("a", "行业", (), ("car",), rules), material(make_layer(ROWS)))

    assert [rows_of(outcome, node)[0]["折算企业数"] for node in ("car-1", "car-3")] == [1.0, 1.0]
    assert [rows_of(outcome, node)[0]["企业数"] for node in ("car-1", "car-3")] == [2, 2]
    assert any("平均分摊" in note for note in outcome.notes)


def test_a_chain_without_any_firm_has_no_distance(make_layer: MakeLayer, material: Wrap) -> None:
    outcome = run(ASK, material(make_layer([("店", "5211", "", "130201")])))

    places = rows_of(outcome, "car-2")[1:]
    assert places and all(row["距离分"] is None for row in places)
    told = {each.column: each for each in outcome.missing if each.reason == "no-firms"}
    assert set(told) == {"距离分", "到链上企业的中位距离"}
    assert "名单里没有这些产业链的核心企业（车链）" in told["距离分"].text


def test_a_chain_whose_firms_are_all_elsewhere_has_no_distance(make_layer: MakeLayer, material: Wrap) -> None:
    rows = [("店", "5211", "", "130201"), ("外车", "3612", "", (100.0, 30.0))]

    (told,) = (each for each in run(ASK, material(make_layer(rows))).missing if each.column == "距离分")

    assert told.reason == "no-firms-inside" and "（车链）没有一家落在区域内" in told.text


def test_a_gap_that_nothing_speaks_for_has_no_candidates(make_layer: MakeLayer, material: Wrap) -> None:
    outcome = run(
        Gaps("a", "行业", (), ("drug",), RULES), material(make_layer([("店", "5211", "", "130201")]))
    )

    assert len(outcome.table) == 1
    assert outcome.table.geometry is None
    assert [each.reason for each in outcome.missing] == ["no-candidates"]


def test_weights_change_the_order(make_layer: MakeLayer, material: Wrap) -> None:
    policy = Gaps("a", "行业", (), ("car",), RULES, weights=Weights(0.0, 0.0, 1.0), places=1)

    assert rows_of(run(policy, material(make_layer(ROWS))), "car-3")[1]["place_id"] == "130201"


def test_all_chains_are_asked_about_without_a_choice(make_layer: MakeLayer, material: Wrap) -> None:
    outcome = run(Gaps("a", "行业", rules=RULES), material(make_layer(ROWS)))

    assert set(outcome.summary["states"]) == {"car-1", "car-2", "car-3", "car-4", "drug-1"}
    (finding,) = [each for each in outcome.findings if each.code == "chain-without-nodes"]
    assert "空链" in finding.message


@pytest.mark.parametrize(
    ("analysis", "code"),
    [
        (Gaps("a", "行业", (), ("empty",), RULES), "chain-without-nodes"),
        (Gaps("a", "行业", (), ("none",), RULES), "unknown-chain"),
        (Gaps("a", "", (), ("car",), RULES), "no-columns"),
        (Gaps("a", "没有", (), ("car",), RULES), "no-column"),
        (Gaps("a", "行业", ("没有",), ("car",), RULES), "no-column"),
        (Gaps("a", "行业", (), ("car",), RULES, places=0), "count-invalid"),
        (Gaps("a", "行业", (), ("car",), RULES, weights=Weights(0, 0, 0)), "weights-invalid"),
        (Gaps("a", "行业", (), ("car",), RULES, weights=Weights(-1, 1, 1)), "weights-invalid"),
        (Gaps("a", "行业", (), ("car",), RULES, weights=Weights(float("nan"), 1, 1)), "weights-invalid"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_name(
    make_layer: MakeLayer, material: Wrap, analysis: Gaps, code: str
) -> None:
    with pytest.raises(AnalysisImpossible) as refused:
        run(analysis, material(make_layer(ROWS)))

    assert refused.value.finding.code == code


def test_an_empty_list_and_one_without_positions_are_refused(make_layer: MakeLayer, material: Wrap) -> None:
    for rows, code in (([], "no-rows"), ([("甲", "3612", "", None)], "no-positions")):
        with pytest.raises(AnalysisImpossible) as refused:
            run(ASK, material(make_layer(rows)))
        assert refused.value.finding.code == code


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (["3610", "3612"], "industry-mixed-vintages"),
        (["3610", "0111"], "industry-vintage-2011"),
        (["3962", "0111"], "industry-vintage-unclear"),
        (["9999", "3612"], "industry-unknown"),
        ([111, 3612, 3611, 3620, 3630, 3640], "industry-lost-zeros"),
        (["新能源车整车制造", "3612"], "industry-names"),
        ([None, "3612"], "industry-empty"),
        (["36", "3612"], "industry-too-coarse"),
    ],
)
def test_doubtful_columns_are_told(
    make_layer: MakeLayer, material: Wrap, codes: list[Any], code: str
) -> None:
    rules = tuple(rule for rule in RULES if rule.key != "36")
    layer = make_layer([("甲", value, "", "110101") for value in codes])

    outcome = run(Gaps("a", "行业", (), ("car",), rules), material(layer))

    assert code in {finding.code for finding in outcome.findings}


def test_the_edition_can_be_said(make_layer: MakeLayer, material: Wrap) -> None:
    layer = make_layer([("甲", "3962", "", "110101")])
    said = Gaps("a", "行业", (), ("car",), RULES, Vintage.OF_2011)

    assert rows_of(run(ASK, material(layer)), "car-2")[0]["企业数"] == 1
    # In 2011 the code meant semiconductors.
    assert rows_of(run(said, material(layer)), "car-2")[0]["企业数"] == 0


def test_a_rule_that_cannot_be_used_is_told(make_layer: MakeLayer, material: Wrap) -> None:
    rules = (*RULES, ChainRule("car-9", RuleKind.CODE, "3612"), ChainRule("car-1", RuleKind.CODE, "0000"))

    outcome = run(Gaps("a", "行业", (), ("car",), rules), material(make_layer(ROWS)))

    assert [each.code for each in outcome.findings].count("rule-unusable") == 2


def test_it_stops_when_it_is_asked_to(make_layer: MakeLayer, material: Wrap) -> None:
    with pytest.raises(AnalysisCancelled):
        ASK.run(material(make_layer(ROWS)), lambda _share: None, lambda: True)


def test_it_can_be_kept_and_run_again() -> None:
    asked = Gaps("a", "行业", ("范围",), ("car",), RULES, Vintage.OF_2011, 3, Weights(2.0, 1.0, 0.5))

    assert analysis_from_json("gaps", to_json(asked)) == asked
    assert asked.with_layers({"a": "名单.csv"}).layer_ids == ("名单.csv",)


def test_the_command_line_says_all_of_it() -> None:
    changed = (*shipped_rules()[1:], ChainRule("robot-2", RuleKind.KEYWORD, "谐波", Strength.RELATED))
    asked = Gaps("f.csv", "行业", (), ("robot",), changed, Vintage.OF_2011, 3, Weights(2.0, 1.0, 0.5))

    said = asked.arguments()

    assert said[:2] == ("gaps", "f.csv")
    assert said[2:7] == ("--chain", "robot", "--industry", "行业", "--no-text")
    assert said[7:11] == (
        "--rule",
        f"-{rule_text(shipped_rules()[0])}",
        "--rule",
        "+robot-2,keyword,related,谐波",
    )
    assert said[11:] == ("--vintage", "2011", "--places", "3", "--weights", "2,1,0.5")
    assert set(rules_with(shipped_rules(), (said[8], said[10]))) == set(changed)
    assert 'jjjmap.gaps(\n    "f.csv",' in asked.python()


@pytest.mark.parametrize(
    "change", ["robot-2,code,core,1", "+robot-2,code,core", "+a,b,core,c", "+a,code,d,c", ""]
)
def test_changes_that_are_none_are_refused(change: str) -> None:
    with pytest.raises(ValueError):
        rules_with((), (change,))


def test_it_speaks_english(make_layer: MakeLayer, material: Wrap) -> None:
    with speaking(Language.EN):
        outcome = run(ASK, material(make_layer(ROWS)))

    assert rows_of(outcome, "car-1")[0]["chain_id"] == "car"
    assert "Link 1" in outcome.chart.labels if outcome.chart is not None else False


def refusal(analysis: Gaps, material: Material) -> str:
    with pytest.raises(AnalysisImpossible) as caught:
        run(analysis, material)
    assert caught.value.finding.message
    return caught.value.finding.code


def test_a_list_of_somewhere_else_has_no_gaps_here(make_layer: MakeLayer, material: Wrap) -> None:
    rows = [("外车", "3612", "", (100.0, 30.0)), ("无车", "3612", "", None)]

    assert refusal(ASK, material(make_layer(rows))) == "no-rows-inside"


def test_a_column_without_any_industry_shows_no_gaps(make_layer: MakeLayer, material: Wrap) -> None:
    given = material(make_layer([("甲", "很好", "", "110101"), ("乙", None, "", "120101")]))

    assert refusal(Gaps("a", "行业", (), ("car",), RULES), given) == "industry-unreadable"
    # With words to look for, something can be said.
    assert run(ASK, given).summary["gaps"] == ["car-1", "car-2", "car-3"]


def test_a_gap_with_firms_that_have_no_position_is_doubted(make_layer: MakeLayer, material: Wrap) -> None:
    rows = [("无车", "3612", "", None), ("外车", "3612", "", (100.0, 30.0)), ("丙店", "5211", "", "110101")]

    outcome = run(ASK, material(make_layer(rows)))

    (finding,) = (each for each in outcome.findings if each.code == "gap-rows-nowhere")
    assert "整车（1 行）" in finding.message
    assert rows_of(outcome, "car-1")[0]["名单里的情况"] == "缺口候选：名单里没有区域内的企业"


def test_weights_that_add_up_to_no_number_are_refused(make_layer: MakeLayer, material: Wrap) -> None:
    asked = replace(ASK, weights=Weights(1e308, 1e308, 1e308))

    assert refusal(asked, material(make_layer(ROWS))) == "weights-invalid"


def test_changes_are_cleaned_as_the_table_is() -> None:
    changed = rules_with((), ("+car-1,keyword,core,ＡＧＶ", "+car-1,code,core,C3612"))

    assert [rule.key for rule in changed] == ["agv", "3612"]
