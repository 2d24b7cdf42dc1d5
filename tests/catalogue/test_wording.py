"""Words for kinds, grades, periods and numbers."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from jjjmap.catalogue import wording
from jjjmap.catalogue.details import PassageLink, Relation
from jjjmap.catalogue.models import Evidence, Figure, Place, PlaceKind, Precision, Qualifier
from jjjmap.findings import Severity
from jjjmap.i18n import Language, use_language

CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    use_language(request.param)
    yield request.param
    use_language(Language.ZH)


def figure(value: str, qualifier: Qualifier = Qualifier.EXACT, unit: tuple[str, str] = ("家", "")) -> Figure:
    return Figure(
        "f1", "jia", "企业", "Firms", Decimal(value), qualifier, unit[0], unit[1], "2023", "", "", "s1"
    )


def every_word() -> Iterator[str]:
    yield from map(wording.kind_name, PlaceKind)
    yield from map(wording.evidence_name, Evidence)
    yield from map(wording.evidence_text, Evidence)
    yield from map(wording.precision_text, Precision)
    yield from map(wording.category_name, ("协同创新", "现代制造业", "服务业", "农业合作", "", "-"))
    yield from map(wording.relation_name, Relation)
    yield from (wording.passage_link_text(link, via) for link in PassageLink for via in ("", "Jia"))
    yield from map(
        wording.section_name,
        ("goal", "principle", "task", "task-item", "safeguard", "place-digest", "cluster-digest"),
    )
    yield from map(wording.quality_name, ("official", "press", "repost", "weak", "mirror", "dataset"))
    yield from map(wording.stage_name, ("upstream", "midstream", "downstream"))
    yield from map(wording.category_basis_text, ("official", "inferred"))
    yield from map(wording.severity_name, Severity)
    yield wording.contested_text()
    for sentence in (
        wording.no_passages_text,
        wording.no_direct_passages_text,
        wording.no_figures_text,
        wording.no_related_text,
        wording.no_sources_text,
    ):
        yield sentence("Jia")


def test_every_word_is_there_in_both_languages(language: Language) -> None:
    words = [word for word in every_word() if word]
    assert len(words) > 80
    assert [word for word in words if bool(CHINESE.search(word)) is not (language is Language.ZH)] == []


def test_grades_of_the_46_say_that_the_list_was_never_seen_whole() -> None:
    graded = [e for e in Evidence if e not in (Evidence.OFFICIAL, Evidence.NOT_APPLICABLE)]
    assert all("没有找到公开全文" in wording.evidence_text(evidence) for evidence in graded)
    assert "没有找到" not in wording.evidence_text(Evidence.OFFICIAL)
    assert wording.evidence_text(Evidence.NOT_APPLICABLE) == ""


def test_stronger_evidence_never_has_fewer_dots() -> None:
    ranks = [wording.evidence_rank(evidence) for evidence in Evidence]
    assert ranks == sorted(ranks, reverse=True)
    assert (ranks[0], ranks[-1]) == (wording.EVIDENCE_DOTS, 0)


@pytest.mark.parametrize(
    ("number", "qualifier", "unit", "chinese", "english"),
    [
        (
            "3671.58",
            Qualifier.EXACT,
            ("亿元", "100 million yuan"),
            "3,671.58亿元",
            "367.158 billion yuan (3,671.58 × 100 million)",
        ),
        (
            "4400",
            Qualifier.MORE,
            ("亿元", "100 million yuan"),
            "超4,400亿元",
            "over 440 billion yuan (4,400 × 100 million)",
        ),
        ("12.50", Qualifier.ABOUT, ("%", "%"), "约12.50%", "about 12.50%"),
        ("256", Qualifier.LESS, ("个", ""), "不足256个", "under 256"),
        ("0", Qualifier.EXACT, ("万人", "×10,000 people"), "0万人", "0 people (0 × 10,000)"),
        (
            "10000",
            Qualifier.EXACT,
            ("亿元", "100 million yuan"),
            "10,000亿元",
            "1 trillion yuan (10,000 × 100 million)",
        ),
        ("3.50", Qualifier.ABOUT, ("万件", "×10,000"), "约3.50万件", "about 35,000 (3.50 × 10,000)"),
        (
            "130.4",
            Qualifier.EXACT,
            ("万标箱", "10,000 TEU"),
            "130.4万标箱",
            "1.304 million TEU (130.4 × 10,000)",
        ),
        (
            "-2.5",
            Qualifier.EXACT,
            ("亿元", "100 million yuan"),
            "-2.5亿元",
            "-250 million yuan (-2.5 × 100 million)",
        ),
        ("2.6", Qualifier.EXACT, ("万亿元", "trillion yuan"), "2.6万亿元", "2.6 trillion yuan"),
        ("1E+3", Qualifier.EXACT, ("平方公里", "km²"), "1,000平方公里", "1,000 km²"),
        ("-0.3", Qualifier.EXACT, ("%", "%"), "-0.3%", "-0.3%"),
        ("125.6", Qualifier.EXACT, ("2014=100", "2014 = 100"), "125.6（2014=100）", "125.6 (2014 = 100)"),
    ],
)
def test_figure_text_keeps_the_number_as_printed(
    number: str, qualifier: Qualifier, unit: tuple[str, str], chinese: str, english: str
) -> None:
    assert wording.figure_text(figure(number, qualifier, unit), Language.ZH) == chinese
    assert wording.figure_text(figure(number, qualifier, unit), Language.EN) == english


@pytest.mark.parametrize(
    ("period", "chinese", "english"),
    [
        ("2017", "2017年", "2017"),
        ("2017-12", "2017年12月", "Dec 2017"),
        ("2024-09-06", "2024年9月6日", "6 Sep 2024"),
        ("2014/2021-09", "2014年至2021年9月", "2014 to Sep 2021"),
        ("", "来源未写时期", "the source names no period"),
        ("十三五", "十三五", "十三五"),
        ("2017-13", "2017-13", "2017-13"),
    ],
)
def test_period_text_says_the_period_in_words(period: str, chinese: str, english: str) -> None:
    assert wording.period_text(period, Language.ZH) == chinese
    assert wording.period_text(period, Language.EN) == english


def test_the_asked_language_counts_and_not_the_one_in_use(language: Language) -> None:
    assert wording.period_text("2017-12", Language.ZH) == "2017年12月"
    assert wording.period_text("2017-12", Language.EN) == "Dec 2017"


@pytest.mark.parametrize(
    ("precision", "shown"),
    [
        (Precision.SITE, "116.12°E，39.05°N（WGS-84）；点位大致准确（约1公里）"),
        (Precision.TOWN, "116.1°E，39.1°N（WGS-84）；点位到乡镇一级（约5公里）"),
        (Precision.COUNTY, "只确知在哪个县（市、区），点位是示意"),
        (Precision.AREA, "范围较大，点位只用来标注"),
    ],
)
def test_a_position_bears_no_more_decimals_than_are_known(precision: Precision, shown: str) -> None:
    park = Place(
        "park", PlaceKind.PLATFORM, "甲园", "Park", lon=116.123456, lat=39.054321, precision=precision
    )
    assert wording.position_text(park) == shown


def test_a_unit_has_no_position() -> None:
    county = Place("990001", PlaceKind.COUNTY, "甲县", "Jia", lon=116.0, lat=39.0, precision=Precision.AREA)
    assert wording.position_text(county) == ""


def test_industries_are_named_in_chinese_alone_and_a_dash_is_none() -> None:
    park = Place("park", PlaceKind.PLATFORM, "甲园", "Park", industries=("机床", "-", ""))
    assert wording.industries_of(park, Language.ZH) == ("机床",)
    assert wording.industries_of(park, Language.EN) == ()


def test_unknown_words_of_the_data_are_shown_as_they_are() -> None:
    assert wording.category_name("海洋经济") == "海洋经济"
    assert wording.section_name("annex") == "annex"
    assert wording.quality_name("rumour") == "rumour"
