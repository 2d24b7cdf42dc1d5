"""Flows: what is added up, what is told instead of drawn, and how the result says where it comes from."""

from dataclasses import replace

import pytest
import shapely

from jjjmap.analysis.flows.flows import Flows
from jjjmap.analysis.python_calls import python_call
from jjjmap.analysis.registry import analysis_from_json
from jjjmap.analysis.running import AnalysisCancelled, AnalysisImpossible
from jjjmap.i18n import Language, use_language
from jjjmap.layers.opening.records_json import to_json
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.classify import apply_style
from jjjmap.layers.styling.user_style import StyleMode
from tests.analysis.flows.conftest import Run, by_way, layer_of

CONTRACTS = {
    "卖方": ["北京", "北京市", "110000", "北京", "天津", "北京", "石家庄"],
    "买方": ["天津", "天津市", "河北", "津冀", "北京", "北京", "天津"],
    "成交额（亿元）": [3.0, 4.5, 2.0, 10.0, 2.5, 50.0, None],
}

AB = {"a": ["北京"], "b": ["天津"]}
FROM_TO = {"origin": "a", "destination": "b"}


def test_rows_of_the_same_way_are_added_up_however_the_ends_are_called(run: Run) -> None:
    rows = by_way(run(CONTRACTS, origin="卖方", destination="买方", value="成交额（亿元）"))
    assert rows["北京市", "天津市"]["成交额（亿元）"] == 7.5
    assert rows["北京市", "天津市"]["条数"] == 2
    assert rows["北京市", "河北省"]["成交额（亿元）"] == 2.0
    assert rows["北京市", "天津市、河北省"]["终点编号"] == "120000+130000"


def test_net_gross_and_share_are_reckoned_by_hand(run: Run) -> None:
    rows = by_way(run(CONTRACTS, origin="卖方", destination="买方", value="成交额（亿元）"))
    there, back = rows["北京市", "天津市"], rows["天津市", "北京市"]
    assert (there["反向（亿元）"], there["净流量（亿元）"], there["总流量（亿元）"]) == (2.5, 5.0, 10.0)
    assert (back["反向（亿元）"], back["净流量（亿元）"], back["总流量（亿元）"]) == (7.5, -5.0, 10.0)
    # 7.5 + 2 + 10 + 2.5, without the 50 that stay in Beijing.
    assert there["占比（%）"] == pytest.approx(7.5 / 22 * 100)


def test_a_flow_without_any_value_is_empty_not_zero_and_told(run: Run) -> None:
    outcome = run(CONTRACTS, origin="卖方", destination="买方", value="成交额（亿元）")
    row = by_way(outcome)["石家庄市", "天津市"]
    assert row["成交额（亿元）"] is None and row["净流量（亿元）"] is None and row["占比（%）"] is None
    assert row["条数"] == 1
    [missing] = [each for each in outcome.missing if each.reason == "no-value"]
    assert missing.units == ("石家庄市→天津市",)
    assert outcome.summary["rows_without_value"] == 1


def test_the_opposite_without_value_leaves_the_net_open(run: Run) -> None:
    table = {"a": ["北京", "天津"], "b": ["天津", "北京"], "v": [1.0, None]}
    outcome = run(table, origin="a", destination="b", value="v")
    row = by_way(outcome)["北京市", "天津市"]
    assert (row["v"], row["反向"], row["净流量"], row["总流量"]) == (1.0, None, None, None)
    assert "no-opposite-value" in {each.reason for each in outcome.missing}


def test_what_stays_where_it_is_is_counted_and_told_but_not_drawn(run: Run) -> None:
    outcome = run(CONTRACTS, origin="卖方", destination="买方", value="成交额（亿元）")
    assert ("北京市", "北京市") not in by_way(outcome)
    assert outcome.summary["self_flows"] == [{"place": "北京市", "rows": 1, "total": 50.0}]
    assert any("起讫同地 1 行" in note and "北京市 50 亿元" in note for note in outcome.notes)


def test_without_a_value_column_rows_are_counted(run: Run) -> None:
    outcome = run(CONTRACTS, origin="卖方", destination="买方")
    row = by_way(outcome)["北京市", "天津市"]
    assert (row["条数"], row["反向"], row["净流量"]) == (2, 1, 1)
    assert [note.measure for note in outcome.columns if note.name == "条数"] == ["rows"]
    assert outcome.chart is not None and outcome.chart.series[0][0] == "条数"


def test_names_that_nobody_knows_are_told_with_candidates(run: Run) -> None:
    table = {"a": ["北京", "通卅区", "新华区", "", "北京"], "b": ["天津", "天津", "天津", "天津", "上海"]}
    outcome = run(table, origin="a", destination="b")
    findings = {
        finding.code: finding
        for finding in outcome.findings
        if "通卅" in finding.message or "新华" in finding.message
    }
    assert "通州区" in findings["flow-place-unknown"].hint
    assert "石家庄市新华区" in findings["flow-place-ambiguous"].hint
    assert {(each.column, each.reason, each.units) for each in outcome.missing} == {
        ("起点", "unknown-place", ("通卅区",)),
        ("起点", "ambiguous-place", ("新华区",)),
        ("终点", "unknown-place", ("上海",)),
    }
    assert (outcome.summary["rows_used"], outcome.summary["rows_unknown"], outcome.summary["rows_empty"]) == (
        1,
        3,
        1,
    )
    assert outcome.inputs[0].rows_used == 1 and outcome.inputs[0].rows == 5


def test_a_name_of_a_district_and_a_province_is_the_province_and_told(run: Run) -> None:
    outcome = run({"a": ["河北"], "b": ["北京"]}, origin="a", destination="b")
    assert ("河北省", "北京市") in by_way(outcome)
    assert "flow-name-shared" in {finding.code for finding in outcome.findings}


def test_more_unknown_names_than_can_be_told_are_summed_up(run: Run) -> None:
    names = [f"无此地{n}号" for n in range(30)]
    outcome = run({"a": ["北京", *names], "b": ["天津"] * 31}, origin="a", destination="b")
    codes = [finding.code for finding in outcome.findings]
    assert codes.count("flow-place-unknown") == 20
    [rest] = [finding for finding in outcome.findings if finding.code == "flow-places-unknown"]
    assert "10" in rest.message


def test_only_the_rows_that_the_filter_shows_flow(run: Run) -> None:
    table = {"a": ["北京", "北京"], "b": ["天津", "天津"]}
    outcome = run(layer_of(table, shown=[True, False]), origin="a", destination="b")
    assert by_way(outcome)["北京市", "天津市"]["条数"] == 1
    assert "甲" in outcome.inputs[0].note


def test_the_largest_are_drawn_and_the_rest_is_never_silent(run: Run) -> None:
    outcome = run(CONTRACTS, origin="卖方", destination="买方", value="成交额（亿元）", top=2)
    assert list(by_way(outcome)) == [("北京市", "天津市、河北省"), ("北京市", "天津市")]
    [finding] = [each for each in outcome.findings if each.code == "flows-left-out"]
    assert "其余 3 条未画" in finding.message and f"{4.5 / 22 * 100:.1f}%" in finding.message
    assert any("其余 3 条未画" in note for note in outcome.notes)
    assert outcome.summary["flows"] == 5 and outcome.summary["left_out"] == 3
    # What goes the other way was cut off; it counts all the same.
    assert by_way(outcome)["北京市", "天津市"]["反向（亿元）"] == 2.5


def test_periods_and_categories_stand_apart_and_share_is_of_the_period(run: Run) -> None:
    table = {
        "a": ["北京"] * 4, "b": ["天津"] * 3 + ["河北省"], "年": [2020, 2021, 2021, 2021],
        "类": ["甲", "甲", "乙", "甲"], "v": [1, 2, 3, 5],
    }  # fmt: skip
    outcome = run(table, origin="a", destination="b", value="v", period="年", category="类")
    rows = [
        (row["终点"], row["年"], row["类"], row["v"], row["占比（%）"])
        for row in outcome.table.attributes.to_pylist()
    ]
    assert rows == [
        ("河北省", "2021", "甲", 5, 50.0),
        ("天津市", "2021", "乙", 3, 30.0),
        ("天津市", "2021", "甲", 2, 20.0),
        ("天津市", "2020", "甲", 1, 100.0),
    ]
    shapes = outcome.table.shapes
    assert len({shape.wkb for shape in shapes[1:]}) == 3  # Beside one another, not upon one another.


def test_sums_that_are_zero_have_no_share(run: Run) -> None:
    outcome = run({"a": ["北京"], "b": ["天津"], "v": [0.0]}, origin="a", destination="b", value="v")
    row = by_way(outcome)["北京市", "天津市"]
    assert row["v"] == 0 and row["占比（%）"] is None
    assert [each.reason for each in outcome.missing] == ["zero-denominator"]


def test_below_zero_is_told(run: Run) -> None:
    outcome = run({"a": ["北京"], "b": ["天津"], "v": [-2.0]}, origin="a", destination="b", value="v")
    assert "flows-negative" in {finding.code for finding in outcome.findings}


def test_sums_do_not_depend_on_the_order_of_rows(run: Run) -> None:
    values = [0.1] * 10 + [1e16, -1e16]
    for order in (values, values[::-1]):
        table = {"a": ["北京"] * 12, "b": ["天津"] * 12, "v": order}
        assert by_way(run(table, origin="a", destination="b", value="v"))["北京市", "天津市"]["v"] == 1.0


def test_numbers_that_came_as_texts_are_read_and_the_rest_is_told(run: Run) -> None:
    table = {"a": ["北京"] * 3, "b": ["天津"] * 3, "v": ["1,200", "3.5", "约十"]}
    outcome = run(table, origin="a", destination="b", value="v")
    assert by_way(outcome)["北京市", "天津市"]["v"] == 1203.5
    assert outcome.summary["rows_without_value"] == 1


def test_ends_may_be_told_by_positions(run: Run) -> None:
    table = {
        "厂": ["甲厂", "甲厂", "乙厂"], "x": [116.5, 116.5, float("nan")], "y": [39.9, 39.9, 39.0],
        "到x": [117.2, 117.2, 117.2], "到y": [39.1, 39.1, 99.0],
    }  # fmt: skip
    outcome = run(
        table, origin="厂", origin_lon="x", origin_lat="y", destination_lon="到x", destination_lat="到y"
    )
    [row] = outcome.table.attributes.to_pylist()
    assert (row["起点"], row["终点"], row["条数"]) == ("甲厂", "117.2000, 39.1000", 2)
    assert row["起点编号"] == "116.50000,39.90000"
    assert row["距离（公里）"] == pytest.approx(107.3, abs=0.5)
    assert "flow-position-invalid" in {finding.code for finding in outcome.findings}
    assert not any("代表点（省" in note for note in outcome.notes)


def test_every_flow_says_where_it_was_read(run: Run) -> None:
    table = {
        "a": ["北京"] * 8, "b": ["天津"] * 7 + ["河北省"],
        "来源": [f"年报{n}" for n in range(7)] + [None],
    }  # fmt: skip
    rows = by_way(run(layer_of(table, sheet="2023"), origin="a", destination="b"))
    assert rows["北京市", "河北省"]["来源"] == "技术合同.xlsx（2023）"
    assert rows["北京市", "天津市"]["来源"] == (
        "年报0；年报1；年报2；年报3；年报4等 7 处（见 技术合同.xlsx（2023））"
    )


def test_widths_grow_with_the_values_and_lines_end_in_arrows(run: Run) -> None:
    outcome = run(CONTRACTS, origin="卖方", destination="买方", value="成交额（亿元）")
    assert outcome.table.geometry is Geometry.LINE
    assert outcome.style.mode is StyleMode.GRADUATED and outcome.style.arrow
    styled = apply_style(outcome.table, outcome.style)
    widths = [styled.style.classes[number].width_px for number in styled.class_of_row]
    assert widths[:4] == sorted(widths[:4], reverse=True) and widths[0] == 9.0


def test_one_value_alone_has_one_width(run: Run) -> None:
    outcome = run({"a": ["北京"], "b": ["天津"]}, origin="a", destination="b")
    assert outcome.style.mode is StyleMode.SINGLE
    assert apply_style(outcome.table, outcome.style).count_of_class == (1,)


def test_names_of_columns_that_clash_are_told_apart(run: Run) -> None:
    table = {"起点": ["北京"], "终点": ["天津"], "条数": [3]}
    outcome = run(table, origin="起点", destination="终点", value="条数")
    row = outcome.table.attributes.to_pylist()[0]
    assert (row["条数"], row["条数_2"]) == (3, 1)


def test_formulas_and_the_convention_are_told(run: Run) -> None:
    outcome = run(CONTRACTS, origin="卖方", destination="买方", value="成交额（亿元）")
    formulas = {note.measure: note.formula for note in outcome.columns}
    assert formulas["net"] == "甲→乙 − 乙→甲"
    assert [note.name for note in outcome.columns] == outcome.table.attributes.column_names
    assert "右侧" in outcome.notes[0]


def test_the_result_is_told_in_english(run: Run) -> None:
    use_language(Language.EN)
    outcome = run({"a": ["北京"], "b": ["天津"]}, origin="a", destination="b")
    assert "Beijing" in outcome.table.attributes.to_pylist()[0].values()


@pytest.mark.parametrize(
    ("table", "options", "code"),
    [
        (AB, {}, "flows-no-ends"),
        (AB, {"origin": "a", "destination": "c"}, "flows-no-column"),
        (AB, {"origin": "a", "origin_lon": "a", "destination": "b"}, "flows-half-position"),
        ({"a": ["无此地"], "b": ["天津"]}, FROM_TO, "flows-no-rows"),
        ({"a": ["天津"], "b": ["天津"]}, FROM_TO, "flows-only-within"),
        (AB | {"v": ["无"]}, FROM_TO | {"value": "v"}, "flows-no-values"),
        (AB | {"v": [True]}, FROM_TO | {"value": "v"}, "flows-not-numbers"),
        (AB, {"relocations": True}, "flows-not-placed"),
    ],
)  # fmt: skip
def test_what_cannot_be_reckoned_says_why(run: Run, table: dict, options: dict, code: str) -> None:
    with pytest.raises(AnalysisImpossible) as caught:
        run(table, **options)
    assert caught.value.finding.code == code
    assert caught.value.finding.message.endswith("。")


def test_it_stops_when_it_is_told_to(run: Run) -> None:
    with pytest.raises(AnalysisCancelled):
        run(CONTRACTS, origin="卖方", destination="买方", cancelled=True)


# ---- relocations ----

PLACED = {
    "统一社会信用代码": [
        "91110108MA01ABCD1X", "91110108MA01ABCD2Y", "91120191MA01ABCD3Z", "91310115MA01ABCD4W",
        "91130209MA01ABCD55",
    ],
    "unit_code": ["131003", "131003", "131003", "131003", "130209"],
    "relocation_lead": [True, True, True, True, False],
}  # fmt: skip


def test_leads_flow_from_where_firms_are_registered_to_where_they_are(run: Run) -> None:
    outcome = run(PLACED, relocations=True)
    rows = by_way(outcome)
    assert rows["海淀区", "广阳区"]["企业数"] == 2
    assert rows["天津市", "广阳区"]["企业数"] == 1  # The authority of a zone tells only the municipality.
    assert outcome.summary["outside"] == 1
    assert outcome.title == "迁移线索：技术合同"
    assert any("只是迁移线索" in note for note in outcome.notes)
    assert any("1 家登记在京津冀以外" in note for note in outcome.notes)
    assert any("1 家的登记机关只能认到市或省" in note for note in outcome.notes)


@pytest.mark.parametrize("language", list(Language))
def test_a_list_with_columns_for_people_is_known_too(run: Run, language: Language) -> None:
    from jjjmap.i18n import in_language

    said = in_language(language)
    table = {
        "统一社会信用代码": PLACED["统一社会信用代码"],
        said("落位区划代码"): PLACED["unit_code"],
        said("迁移线索"): ["是", "true", "", None, "否"],
    }
    assert by_way(run(table, relocations=True))["海淀区", "广阳区"]["企业数"] == 2


def test_a_list_without_leads_says_so(run: Run) -> None:
    with pytest.raises(AnalysisImpossible) as caught:
        run({**PLACED, "relocation_lead": [False] * 5}, relocations=True)
    assert caught.value.finding.code == "flows-no-leads"


# ---- run again ----


def test_command_line_and_python_say_the_same() -> None:
    flows = Flows("流.csv", origin="卖方", destination="买方", value="额", period="年", top=20)
    assert flows.arguments() == (
        "flows", "流.csv", "--from", "卖方", "--to", "买方", "--value", "额", "--period", "年", "--top", "20",
    )  # fmt: skip
    assert flows.python() == (
        "import jjjmap\n\nresult = jjjmap.flows(\n"
        '    "流.csv",\n    origin="卖方",\n    destination="买方",\n'
        '    value="额",\n    period="年",\n    top=20,\n)'
    )
    assert Flows("placed.csv", relocations=True).arguments() == ("flows", "placed.csv", "--relocations")


def test_it_comes_back_from_json() -> None:
    flows = Flows("a", origin="卖方", destination="买方", top=3)
    assert analysis_from_json("flows", to_json(flows)) == flows
    assert flows.with_layers({"a": "b"}) == replace(flows, layer_id="b")


def test_hostile_names_stay_texts_in_python() -> None:
    hostile = 'a"); import os; ("\n\\\u202e'
    said = python_call(Flows(hostile, origin=hostile))
    told: dict[str, object] = {}

    class Api:
        @staticmethod
        def flows(layer: str, *, origin: str) -> tuple[str, str]:
            return layer, origin

    exec(said.removeprefix("import jjjmap"), {"jjjmap": Api}, told)
    assert told["result"] == (hostile, hostile)
    assert "\u202e" not in said


def test_curves_begin_and_end_at_the_ends_themselves(run: Run) -> None:
    outcome = run(CONTRACTS, origin="卖方", destination="买方")
    for shape in outcome.table.shapes:
        assert shapely.get_num_points(shape) == 33
    there, back = (
        outcome.table.shapes[list(by_way(outcome)).index(way)]
        for way in (("北京市", "天津市"), ("天津市", "北京市"))
    )
    assert there.coords[0] == back.coords[-1] and there.coords[-1] == back.coords[0]
