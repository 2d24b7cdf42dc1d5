import pytest

from jjjmap.text.documents.cleaning import clean
from jjjmap.text.documents.heading import guess_details
from jjjmap.text.records import DocumentDetails, DocumentFormat, RawText
from tests.text.document_files import NO_SEEDS, SEEDS, as_raw

PROSE = "甲县和乙县联合印发了产业协同发展实施方案，提出到2030年建成三个园区，并在2021年3月4日建立会商机制。"


def guess(text: str, file_name: str = "文件.txt", *, raw: RawText | None = None) -> DocumentDetails:
    raw = raw or as_raw(text)
    return guess_details(clean(raw)[1].text, raw, file_name)


@pytest.mark.skipif(not SEEDS.is_dir(), reason=NO_SEEDS)
@pytest.mark.parametrize(
    ("name", "title", "issuer", "date"),
    [
        ("000", "工业和信息化部负责同志就推动京津冀产业协同发展答记者问", "工业和信息化部", ""),
        ("001", "京津冀产业协同发展迈上新台阶", "", ""),
        ("002", "京津冀产业协同发展看点多", "人民网-人民日报海外版", "2023-06-02"),
        ("003", "河北牵住疏解北京非首都功能“牛鼻子”", "", ""),
        ("004", "多措并举深化京津冀产业协同发展", "经济参考报", "2024-03-20"),
    ],
)
def test_the_details_of_the_articles(name: str, title: str, issuer: str, date: str) -> None:
    found = guess((SEEDS / f"seed-{name}.txt").read_text("utf-8"), f"seed-{name}.txt")
    assert (found.title, found.issuer, found.date, found.number) == (title, issuer, date, "")


def test_an_official_paper_tells_all_of_it() -> None:
    text = (
        "甲市人民政府办公厅关于印发\n《甲市产业协同发展实施方案》的通知\n甲政办发〔2023〕58号\n\n各区人民政府：\n\n"
        f"根据《某规划》（国发〔2014〕12号）要求，{PROSE}\n\n甲市人民政府办公厅\n2023年5月12日\n"
    )
    found = guess(text)
    assert found.title == "甲市人民政府办公厅关于印发《甲市产业协同发展实施方案》的通知"
    assert (found.issuer, found.date, found.number) == (
        "甲市人民政府办公厅",
        "2023-05-12",
        "甲政办发〔2023〕58号",
    )
    assert found.edited == frozenset()


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("时间：2023-06-02 09:59 来源：某报", "2023-06-02"),
        ("发布日期：2023年6月2日", "2023-06-02"),
        ("2024-03-20 09:33   来源：某报", "2024-03-20"),
        ("（2023年6月2日）", "2023-06-02"),
        ("二〇二三年十二月二十一日", "2023-12-21"),
        ("成文日期：2023/6/2", "2023-06-02"),
        ("时间：2023-13-45", ""),
        ("时间：2023-02-30", ""),
        ("时间：9999-01-01", ""),
    ],
)
def test_dates_in_the_head_are_understood(line: str, date: str) -> None:
    assert guess(f"两县共建产业园区\n{line}\n{PROSE}").date == date


def test_a_date_inside_a_sentence_is_not_the_documents() -> None:
    assert guess(f"两县共建产业园区\n{PROSE}").date == ""


def test_a_day_without_a_year_takes_one_that_is_known_and_none_else() -> None:
    text = f"两县共建产业园区\n新华社甲县6月2日电 {PROSE.replace('在2021年3月4日', '')}"
    assert guess(text).date == ""
    assert guess(text).issuer == "新华社"
    assert guess(text, "两县-2023-06-03.txt").date == "2023-06-02"
    assert guess(text, raw=as_raw(text, date="2023-07-01")).date == "2023-06-02"


def test_a_file_name_and_a_page_tell_the_day_and_a_word_file_does_not() -> None:
    assert guess(PROSE, "20230602_两县方案.txt").date == "2023-06-02"
    assert guess(PROSE, "202306021_两县方案.txt").date == ""
    page = RawText(PROSE, DocumentFormat.HTML, date="2023-06-02")
    word = RawText(PROSE, DocumentFormat.DOCX, date="2013-12-23")
    assert guess(PROSE, raw=page).date == "2023-06-02"
    assert guess(PROSE, raw=word).date == ""  # The day on which its template was made, as often as not.


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("甲政发〔2023〕58号", "甲政发〔2023〕58号"),
        ("甲政发[2023]58号", "甲政发[2023]58号"),
        ("（甲工信规〔2023〕 58号）", "甲工信规〔2023〕58号"),
        ("发文字号：甲政发〔2014〕7号", "甲政发〔2014〕7号"),
        ("2023年第12号", "2023年第12号"),
        ("见甲政发〔2023〕58号，以及其他有关文件和会议精神，认真贯彻落实。", ""),
    ],
)
def test_document_numbers_are_found_in_the_head_alone(line: str, number: str) -> None:
    assert guess(f"关于两县共建产业园区的通知\n{line}\n{PROSE}").number == number


def test_a_number_behind_the_title_is_not_part_of_it() -> None:
    found = guess(f"关于两县共建产业园区的通知（甲政发〔2023〕58号）\n{PROSE}")
    assert (found.title, found.number) == ("关于两县共建产业园区的通知", "甲政发〔2023〕58号")


@pytest.mark.parametrize(
    ("line", "issuer"),
    [
        ("来源：某某日报 作者：张三", "某某日报"),
        ("时间：2023-06-02来源：某网-某报海外版 作者：张三", "某网-某报海外版"),
        ("信息来源：甲市发展改革委", "甲市发展改革委"),
        ("本报讯 张三 近日", ""),
    ],
)
def test_the_issuer_is_what_the_head_names(line: str, issuer: str) -> None:
    assert guess(f"两县共建产业园区\n{line}\n{PROSE}").issuer == issuer


def test_what_is_no_title_is_not_taken_for_one() -> None:
    text = f"首页 要闻 政策 联系我们\n【某站收录关键词：甲县 乙县】\n一、总体要求\n来源：某报\n{PROSE}"
    assert guess(text, "两县方案_2023.txt").title == "两县方案 2023"
    assert guess(PROSE, "方案.v2.txt").title == "方案.v2"
    assert guess("", "空").title == "空"


def test_the_title_of_a_page_loses_the_name_of_its_site() -> None:
    page = RawText(f"两县共建产业园区\n{PROSE}", DocumentFormat.HTML, title="两县共建产业园区_新闻中心_某网")
    assert guess(page.text, raw=page).title == "两县共建产业园区"


def test_a_title_that_a_program_made_is_not_believed() -> None:
    for made in ("Microsoft Word - 方案.doc", "Untitled", "无标题文档", "另一份文件的题目"):
        raw = RawText(f"两县共建产业园区\n{PROSE}", DocumentFormat.DOCX, title=made)
        assert guess(raw.text, raw=raw).title == "两县共建产业园区"


@pytest.mark.parametrize(
    "text",
    [
        "字" * 500_000,
        "号" * 100_000,
        "委" * 50_000 + "关于",
        "（2023" * 50_000,
        "来源：" * 50_000,
        "关于印发\n" * 50_000,
    ],
)
def test_hostile_heads_are_read_in_time(text: str) -> None:
    raw = as_raw(text)
    assert len(guess_details(text, raw, "a.txt").title) <= 80
