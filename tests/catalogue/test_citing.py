"""What a reference says after GB/T 7714, and what is copied as one line."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from jjjmap import paths
from jjjmap.catalogue.citing import figure_citation, place_citation, reference_to_source, references_to
from jjjmap.catalogue.models import Catalogue, Figure, Place, PlaceKind, Precision, Qualifier, Source
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language


def source(**changes: str) -> Source:
    facts = {
        "id": "s",
        "title": "甲县建设新园区",
        "publisher": "甲省人民政府",
        "date": "2024-03-05",
        "url": "",
        "link_kind": "none",
        "quality": "official",
        "supports": "",
    }
    return Source(**(facts | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"publisher": "甲省日报", "url": "https://a.example/1", "link_kind": "original"},
            "甲县建设新园区[N/OL]. 甲省日报, 2024-03-05. https://a.example/1",
        ),
        (
            {"publisher": "甲省日报（乙网转载）", "url": "https://b.example/1", "link_kind": "mirror"},
            "甲县建设新园区[N]. 甲省日报（乙网转载）, 2024-03-05.",
        ),
        (
            {"publisher": "甲网", "url": "https://a.example/1", "link_kind": "original"},
            "甲网. 甲县建设新园区[EB/OL]. (2024-03-05). https://a.example/1",
        ),
        ({"publisher": "乙社转甲省日报"}, "甲县建设新园区[N]. 甲省日报（乙社转）, 2024-03-05."),
        ({"publisher": "乙网转载甲省日报"}, "甲县建设新园区[N]. 甲省日报（乙网转载）, 2024-03-05."),
        ({"publisher": "甲省技术转移网"}, "甲省技术转移网. 甲县建设新园区[EB/OL]. (2024-03-05)."),
        (
            {"publisher": "政策站转载", "title": "甲省统计公报"},
            "甲省统计公报[R]. 政策站转载, 2024-03-05.",
        ),
        ({"publisher": "转载（乙站）", "date": ""}, "甲县建设新园区[EB/OL]. 转载（乙站）."),
        ({"publisher": "甲网", "date": ""}, "甲网. 甲县建设新园区[EB/OL]."),
        ({"title": "关于建设新园区的意见"}, "甲省人民政府. 关于建设新园区的意见[Z]. 2024-03-05."),
        ({"title": "甲省统计公报（2023年）"}, "甲省人民政府. 甲省统计公报（2023年）[R]. 2024-03-05."),
        ({"title": "GB/T 2260 行政区划代码"}, "甲省人民政府. GB/T 2260 行政区划代码[S]. 2024-03-05."),
        ({"publisher": "甲省学报"}, "甲县建设新园区[J]. 甲省学报, 2024-03-05."),
        (
            {"quality": "dataset", "link_kind": "dataset", "url": "https://a.example/", "date": ""},
            "甲省人民政府. 甲县建设新园区[DB/OL]. https://a.example/",
        ),
        ({"publisher": "赵甲、钱乙"}, "赵甲, 钱乙. 甲县建设新园区[Z]. 2024-03-05."),
        ({"publisher": "", "date": ""}, "甲县建设新园区[Z]."),
        ({"quality": "user", "publisher": "China Daily"}, "甲县建设新园区[N]. China Daily, 2024-03-05."),
    ],
)
def test_a_source_is_cited_after_the_standard(changes: dict[str, str], expected: str) -> None:
    assert reference_to_source(source(**changes)) == expected


def test_our_description_of_a_page_does_not_decide_what_kind_the_page_is() -> None:
    described = source(title="〔甲省政府工作报告〕", publisher="某协会", url="https://a.example/")
    assert "[EB/OL]" in reference_to_source(described)


def test_the_address_of_a_mirror_is_in_no_reference() -> None:
    mirror = source(url="https://mirror.example/x", link_kind="mirror", quality="mirror")
    assert "mirror.example" not in reference_to_source(mirror)


def test_an_address_is_one_word_of_ascii() -> None:
    odd = source(url="https://a.example/港 区?x=1&y=%E6", link_kind="original")
    link = reference_to_source(odd).rpartition(" ")[2]
    assert link == "https://a.example/%E6%B8%AF%20%E5%8C%BA?x=1&y=%E6"


def test_an_address_can_be_left_out() -> None:
    linked = source(publisher="甲网", url="https://a.example/1", link_kind="original")
    assert reference_to_source(linked, with_address=False) == "甲网. 甲县建设新园区[EB/OL]. (2024-03-05)."


def test_every_shipped_source_has_a_mark_of_the_standard_and_stands_on_one_line() -> None:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    for each in catalogue.sources.values():
        text = reference_to_source(each)
        assert re.search(r"\[(N|J|R|S|Z|DB|EB)(/OL)?\]", text), text
        assert text == " ".join(text.split())
        assert each.title.rstrip("。.") in text
        assert text.endswith(".") or text.endswith(reference_to_source(each).rpartition(" ")[2])


def small_catalogue() -> Catalogue:
    county = Place("130999", PlaceKind.COUNTY, "甲县", "Jia County", province="甲省")
    park = Place(
        "park",
        PlaceKind.PLATFORM,
        "甲园",
        "Jia Park",
        lon=116.25,
        lat=39.5,
        precision=Precision.SITE,
        county_adcode="130999",
        source_ids=("s", "lost", "s"),
    )
    output = Figure(
        "f", "park", "产值", "Output", Decimal("12.50"), Qualifier.ABOUT, "亿元", "100 million yuan", "2023",
        "增长5%", "+5%", "s", "口径不同。", "Another scope.", True,
    )  # fmt: skip
    return Catalogue(places={"130999": county, "park": park}, figures={"f": output}, sources={"s": source()})


def test_a_place_is_copied_with_where_it_is_how_sure_that_is_and_its_sources() -> None:
    catalogue = small_catalogue()
    text = place_citation(catalogue, catalogue.places["park"], Language.ZH)
    assert text == (
        "甲园（Jia Park），承接平台，甲县。116.25°E，39.50°N（WGS-84）；点位大致准确（约1公里）。"
        "来源：甲省人民政府. 甲县建设新园区[Z]. 2024-03-05"
    )


def test_a_place_without_a_source_says_so() -> None:
    catalogue = small_catalogue()
    unit = catalogue.places["130999"]
    assert place_citation(catalogue, unit, Language.ZH).endswith(
        "行政区划代码 130999。来源：资料库没有记下。"
    )


def test_a_figure_is_copied_with_period_comparison_doubt_and_source() -> None:
    catalogue = small_catalogue()
    text = figure_citation(catalogue, catalogue.figures["f"], Language.ZH)
    assert text == (
        "甲园：产值，2023年，约12.50亿元，增长5%。口径不同。各来源说法不一，或数据经过修订。"
        "来源：甲省人民政府. 甲县建设新园区[Z]. 2024-03-05"
    )


@pytest.mark.parametrize("language", list(Language))
def test_a_citation_is_one_line_in_both_languages(language: Language) -> None:
    catalogue = small_catalogue()
    broken = replace(catalogue.places["park"], name_zh="甲\n园", name_en="Jia\nPark")
    for text in (
        place_citation(catalogue, broken, language),
        figure_citation(catalogue, catalogue.figures["f"], language),
    ):
        assert "\n" not in text


def test_sources_are_listed_once_and_unknown_ones_left_out() -> None:
    assert references_to(small_catalogue(), ("s", "lost", "s")) == (
        "甲省人民政府. 甲县建设新园区[Z]. 2024-03-05.",
    )
