"""Tests of the figures that are read out of a text."""

import pytest

from jjjmap.catalogue.models import Qualifier
from jjjmap.text.numbers import numbers
from jjjmap.text.numbers.figures import find_figures
from jjjmap.text.records import FigureRole, Mention, SubjectKind, TextFigure

FIGURES = {
    # Plain numbers, commas, 万 and 亿.
    "园区入驻企业1,286家。": "1286 家",
    "园区入驻企业1，286家。": "1286 家",
    "园区入驻企业１２８６家。": "1286 家",
    "工业增加值达到8125.6亿元。": "812560000000 元",
    "总产值1.2万亿元。": "1200000000000 元",
    "港口完成集装箱吞吐量2300万标准箱。": "23000000 标准箱",
    "建成充电桩20.5万个。": "205000 个",
    "新增就业3万5千人。": "35000 人",
    "总投资2亿3000万元。": "230000000 元",
    "铺设光缆1.5千公里。": "1500 公里",
    "装机容量120万千瓦，年发电30亿千瓦时。": "1200000 千瓦; 3000000000 千瓦时",
    "进出口总值35.7亿美元。": "3570000000 美元",
    "人均可支配收入4.2万元/人。": "42000 元/人",
    "列车设计时速350公里/小时。": "350 公里/小时",
    "整车年产能30万辆/年。": "300000 辆/年",
    "细颗粒物浓度36微克/立方米。": "36 微克/立方米",
    "用户数突破1200万。": "12000000  >",
    "协同发展指数达到128.5，创新指数为140。": "128.5 ; 140 ",
    # Qualifiers.
    "共有近3000家企业。": "3000 家 ~",
    "共有1100多家企业。": "1100 家 >",
    "互设机构超过9万户。": "90000 户 >",
    "覆盖率在30%以上。": "30 % >",
    "面积约200平方公里。": "200 平方公里 ~",
    "面积大约1.5万亩。": "15000 亩 ~",
    "岗位3000个左右。": "3000 个 ~",
    "投资逾百亿元。": "10000000000 元 >",
    "误差不足1%，成本不到5元。": "1 % <; 5 元 <",
    "能耗低于0.5吨，时间不超过2小时。": "0.5 吨 <; 2 小时 <",
    "每年不少于20场，投入不低于3%。": "20 场 >; 3 % >",
    "引进人才至少500名，离境手续30分钟以内。": "500 名 >; 30 分钟 <",
    "销售额突破50亿元，产量高于8万吨。": "5000000000 元 >; 80000 吨 >",
    "库容20余万立方米，长12公里多。": "200000 立方米 >; 12 公里 >",
    "年接待游客300多万人次。": "3000000 人次 >",
    "签约25家企业，节约30%用水。": "25 家; 30 %",
    "最近3家门店开业。": "3 家",
    "总额25.3万余元。": "253000 元 >",
    # Chinese numerals.
    "协同培育六条重点产业链。": "6 条",
    "建设三个园区，引进十二家企业。": "3 个; 12 家",
    "有两千多家企业。": "2000 家 >",
    "人口三万五千人。": "35000 人",
    "产值一点五亿元。": "150000000 元",
    "比重为百分之十二点五。": "12.5 %",
    "死亡率千分之三。": "3 ‰",
    "三分之二的企业完成改造。": "0.6667 ",
    "约四分之一的面积用于绿化。": "0.25  ~",
    "占了1/3以上。": "0.3333  >",
    "成本降低三成，占七成以上。": "30 %; 70 % >",
    "近九成居民满意。": "90 % ~",
    "总量翻一番。": "2 倍",
    "产值翻了两番。": "4 倍",
    "半小时可达，两个半小时往返。": "0.5 小时; 2.5 小时",
    "二十余所高校参加，一百二十名专家到场。": "20 所 >; 120 名",
    "落户两家央企、四所医院。": "2 家; 4 所",
    "收入增长一倍。": "1 倍",
    "五万亩湿地，十万余人受益。": "50000 亩; 100000 人 >",
    # Pairs, ranges, lists.
    "占比由54.6%提升至79.3%。": "54.6 % = from; 79.3 % = to",
    "从3家增加到15家。": "3 家 = from; 15 家 = to",
    "增速为20%—30%。": "20 % = low; 30 % = high",
    "提高3至5个百分点。": "3 百分点 = low; 5 百分点 = high",
    "预计投资30-50亿元。": "3000000000 元 = low; 5000000000 元 = high",
    "接待300至500万人次。": "3000000 人次 = low; 5000000 人次 = high",
    "同比增长4.5%，环比下降0.3个百分点。": "4.5 % = change; 0.3 百分点 = change",
    "分别占12%和9%。": "12 %; 9 %",
    "分别引进12、9和7家企业。": "12 家; 9 家; 7 家",
    "三到五家企业参与。": "3 家 = low; 5 家 = high",
    "运价由每吨35元降至28元。": "35 元 = from; 28 元 = to",
    # Measured time.
    "建设周期3年，审批压缩至5个工作日。": "3 年; 5 工作日",
    "通勤时间缩短到45分钟。": "45 分钟",
    "平均审批时间缩短30天。": "30 天 = change",
    "项目工期18个月。": "18 月",
    "单程一个半小时，等候两个多小时。": "1.5 小时; 2 小时 >",
    "审核历时3个多月，绕行1个半小时。": "3 月 >; 1.5 小时",
    "走了一个多小时，又等了半个多小时。": "1 小时 >; 0.5 小时 >",
    "打造一小时通勤圈，两地一小时内直达。": "1 小时; 1 小时",
    "学制两年半，工期一年，一个工作日办结。": "2.5 年; 1 年; 1 工作日",
    "办理时限由20天压缩到5天。": "20 天 = from; 5 天 = to",
    "由6个月缩短到3个月内。": "6 月 = from; 3 月 = to",
    "从15个工作日缩短为3个。": "15 工作日 = from; 3 工作日 = to",
    "提前30天完工。": "30 天",
    # Units told per several things.
    "租金2.5元/平方米/月。": "2.5 元/平方米/月",
    "产出3亿元/平方公里·年。": "300000000 元/平方公里·年",
    "物业费4元/（平方米·月）。": "4 元/(平方米·月)",
    "电价0.6元每千瓦时，投入20亿元每年增长。": "0.6 元每千瓦时; 2000000000 元",
    # One unit for both ends of a turn.
    "用户由3.2万增加到5.1万户。": "32000 户 = from; 51000 户 = to",
    "吞吐量从120万扩大至200万标准箱。": "1200000 标准箱 = from; 2000000 标准箱 = to",
    "人数由2019年的2.5万增加到2024年的约4.1万人。": "25000 人 = from; 41000 人 ~ to",
    "商户由3万户增加到5万。": "30000 户 = from; 50000 户 = to",
    # Things in numerals.
    "办好十件民生实事，展出五件文物。": "10 件; 5 件",
    # English.
    "Revenue reached 25.1 billion yuan in 2022.": "25100000000 yuan",
    "It has over 1,100 firms, up 15.8 percent.": "1100 firms >; 15.8 %",
    "The park covers about 38 square kilometers.": "38 square kilometers ~",
    "Output rose 4.5%, exports fell by 3 percentage points.": "4.5 % = change; 3 percentage points = change",
    "Nearly two-thirds of the plants moved.": "0.6667  ~",
    "The port handled 23 million TEUs.": "23000000 TEUs",
    "Six industrial chains and 45 demonstration bases were named.": "6 chains; 45 bases",
    "Investment of RMB 3.5 billion was signed.": "3500000000 yuan",
    # Spaces, line breaks, traditional letters.
    "企业 25160 家，占 12 %。": "25160 家; 12 %",
    "企业25160\n家，占全省\n12%。": "25160 家; 12 %",
    "新增投資35億元，落戶120餘家。": "3500000000 元; 120 家 >",
}

NO_FIGURES = (
    "2013年以来，特别是2022年底以来。",
    "6月2日，会议召开；2014—2023年为第一阶段。",
    "位列全国第3名，这是第31个年头。",
    "工信部联规〔2023〕58号文件。",
    "“十四五”规划提出，“十五五”时期接续推进。",
    "5G网络和IPv6部署，E级算力中心。",
    "电话：010-83456789，京ICP备13035451号-1。",
    "10年来，近三年，未来5年，三年行动。",
    "加快推动八个方面的重点任务，把握四方面原则。",
    "三个率先突破领域之一，两个一百年。",
    "一个企业，一批项目，一系列政策，一盘棋。",
    "“六链五群”和“2+4+N”格局，“1+5”合作协议，“三区”。",
    "两翼齐飞，三地联动，雄县、容城、安新三县。",
    "一是坚持，第三，一体化，五大集群。",
    "上百家企业，数十家机构，几百家门店，十几家。",
    "过半企业，一半以上。",
    "千亿级产业集群，百亿元级项目，万吨级码头。",
    "世界500强企业，109国道，G45高速，PM2.5治理。",
    "1. 总体要求\n2. 主要目标\n（3）保障措施",
    "9时30分至17时，14:30开始。",
    "版本2.1.3，见第5页表2。",
    "两三家企业，三五个人，七八条线。",
    "千家万户，百家争鸣，四通八达，五湖四海。",
    "两手抓、两不误，三次产业，二次创业。",
    "前10名城市，前三位。",
    "24小时不打烊，7×24小时。",
    "2023-06-02 09:59 来源：网站",
    "四个全面，五位一体。",
    "每一小时一班，最后一小时，一分钟也不能等。",
    "一年来，一天一个样，三年半导体规划，一个月内。",
    "从2014增加到2023年，20天内办结。",
    "三件大事，两件事，四件套。",
    "顶一下\n(0)\n0%\n踩一下\n(0)\n0%",
    "国六标准，A320飞机，C919首飞。",
    "会议印发第2024年第5号公告。",
    "In 2022 and on June 2, 2023 the 14th plan began.",
    "No. 58 of 2023, Phase 2, Article 3, Highway 109.",
    "Over the past five years the three regions worked on four aspects.",
)


def written(figure: TextFigure) -> str:
    """Return what a figure is in the short form of the table."""
    text = f"{figure.value:f} {figure.unit}"
    if figure.role is not FigureRole.ALONE:
        return f"{text} {figure.qualifier} {figure.role}"
    return text if figure.qualifier is Qualifier.EXACT else f"{text} {figure.qualifier}"


def short(expected: str) -> list[str]:
    return [part.strip(" ") for part in expected.split(";")]


@pytest.mark.parametrize(("text", "expected"), FIGURES.items())
def test_a_figure_is_read_with_its_value_unit_and_qualifier(text: str, expected: str) -> None:
    found = find_figures(text, ())
    roles_matter = any(word in expected for word in ("from", "low", "change"))
    told = [written(figure) if roles_matter else _without_role(figure) for figure in found]
    assert [one.strip(" ") for one in told] == short(expected)
    assert [text[figure.start : figure.end] for figure in found] == [figure.text for figure in found]


def _without_role(figure: TextFigure) -> str:
    text = f"{figure.value:f} {figure.unit}"
    return text if figure.qualifier is Qualifier.EXACT else f"{text} {figure.qualifier}"


@pytest.mark.parametrize("text", NO_FIGURES)
def test_what_only_looks_like_a_number_is_no_figure(text: str) -> None:
    assert [figure.text for figure in find_figures(text, ())] == []


def mention(text: str, name: str, subject_id: str, *, is_lead: bool = False) -> Mention:
    start = text.index(name)
    end = start + len(name)
    return Mention(subject_id, SubjectKind.PLACE, start, end, name, 1.0, "name", is_lead=is_lead)


def test_a_sentence_says_what_is_counted_when_where_and_beside_what() -> None:
    text = "2030年，甲市地区规模以上工业企业2516家，比2021年增加了15.8%，是2021年的1.2倍，年均增长4.5%。"
    figures = find_figures(text, (mention(text, "甲市", "jia"),))
    assert {figure.indicator for figure in figures} == {"规模以上工业企业"}
    assert [figure.period for figure in figures] == ["2030", "2030", "2030", "2021/2030"]
    assert {figure.scope_id for figure in figures} == {"jia"}
    assert [figure.comparison for figure in figures] == ["", "比2021年", "2021年的", "年均"]


def test_a_list_behind_分别_is_dealt_out_in_order() -> None:
    text = "甲市、乙市、丙市产值分别增长8.2%、7.5%和6.9%。"
    places = [mention(text, name, name) for name in ("甲市", "乙市", "丙市")]
    assert [figure.scope_id for figure in find_figures(text, places)] == ["甲市", "乙市", "丙市"]


def test_the_paragraph_lends_period_and_subject_with_less_confidence() -> None:
    text = "2030年，甲市加快发展。全年引进企业25家。"
    (figure,) = find_figures(text, (mention(text, "甲市", "jia"),))
    assert (figure.period, figure.scope_id) == ("2030", "jia")
    assert figure.confidence < 0.95


def test_what_is_counted_stands_before_the_turn() -> None:
    figures = find_figures("甲园区用户由3.2万增加到5.1万户，企业从12家增加到40家。", ())
    assert [figure.indicator for figure in figures] == ["甲园区用户", "甲园区用户", "企业", "企业"]


def test_a_text_of_nothing_but_numbers_is_read_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "MOST_FIGURES", 50)
    assert len(find_figures("引进企业5家。" * 60, ())) == 50


def test_a_lead_governs_nothing_and_two_subjects_leave_it_open() -> None:
    text = "甲省乙市引进企业25家。"
    lead, place = mention(text, "甲省", "sheng", is_lead=True), mention(text, "乙市", "yi")
    assert find_figures(text, (lead, place))[0].scope_id == "yi"
    both = "甲市和乙市共引进企业25家。"
    two = (mention(both, "甲市", "jia"), mention(both, "乙市", "yi"))
    assert find_figures(both, two)[0].scope_id == ""


def test_the_value_before_an_event_takes_no_period_from_elsewhere() -> None:
    figures = find_figures("2020年启动。占比由协同前的54.6%提升至2031年的79.3%。", ())
    assert [figure.period for figure in figures] == ["", "2031"]
    assert {figure.indicator for figure in figures} == {"占比"}


@pytest.mark.parametrize(
    "text",
    [
        "1" * 40_000, "一" * 40_000, "1," * 20_000, "1,111" * 8_000, "1万" * 20_000, "三五" * 20_000,
        "由1%提升至2%" * 3_000,
        "9" * 10_000 + "家", "1" + "亿" * 10_000, "百分之" * 9_000, " " * 40_000 + "1家",
        "2022年" * 9_000, "1、" * 9_000 + "家",
        "近1家。" * 9_000, "0家。" * 9_000, "由1万增加到" * 6_000, "1元/" * 9_000, "1个" * 9_000,
        "99999999999999999万亿元", "翻" * 9_000 + "番", "",
        "a" * 2_000_000 + " 1家",
    ],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_hostile_text_is_read_without_an_error(text: str) -> None:
    for figure in find_figures(text, ()):
        assert text[figure.start : figure.end] == figure.text
        assert figure.value.is_finite()


@pytest.mark.parametrize(
    "text",
    [
        "发布时间：2023-11-02\n张家口推进建设。",
        "2023/11/2家电下乡",
        "日期2023.11.02台风",
        "2023-11-02 09:33 来源：某报",
    ],
)
def test_the_parts_of_a_written_date_are_no_figures(text: str) -> None:
    assert find_figures(text, ()) == ()


def test_figures_behind_a_written_date_are_found() -> None:
    (figure,) = find_figures("2023-11-02，园区签约30家企业。", ())
    assert figure.text == "30家"
