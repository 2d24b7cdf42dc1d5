"""Tests of the enumerations that a text makes of chains and clusters."""

import pytest

from jjjmap.text.comparison.listings import Listing, ListingKind, find_listings, name_parts

CHAIN, CLUSTER = ListingKind.CHAIN, ListingKind.CLUSTER


def names(text: str, **options: list[str]) -> list[tuple[ListingKind, list[str]]]:
    listings = find_listings(text, **options)
    for listing in listings:
        assert_in_place(text, listing)
    return [(listing.kind, [item.name for item in listing.items]) for listing in listings]


def assert_in_place(text: str, listing: Listing) -> None:
    assert all(text[item.start : item.end] == item.text for item in listing.items)
    assert (listing.start, listing.end) == (listing.items[0].start, listing.items[-1].end)
    assert [item.start for item in listing.items] == sorted(item.start for item in listing.items)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("三地协同培育甲链材、乙能、丙网等三条重点产业链。", CHAIN, ["甲链材", "乙能", "丙网"]),
        ("三地协同培育甲材、乙能、丙网3条重点产业链。", CHAIN, ["甲材", "乙能", "丙网"]),
        ("重点抓好甲汽车、乙器人等产业链建设。", CHAIN, ["甲汽车", "乙器人"]),
        ("前瞻布局京津冀甲航天、乙空经济等产业链。", CHAIN, ["甲航天", "乙空经济"]),
        ("“三链”即甲材、乙能、丙网;", CHAIN, ["甲材", "乙能", "丙网"]),
        ("“三链”(即甲材、乙能、丙网3条重点产业链)", CHAIN, ["甲材", "乙能", "丙网"]),
        ("三条重点产业链（甲材、乙能、丙网）逐步成形。", CHAIN, ["甲材", "乙能", "丙网"]),
        ("产业链包括甲材、乙能、丙网。", CHAIN, ["甲材", "乙能", "丙网"]),
        ("推动甲材、乙能“两链”融合。", CHAIN, ["甲材", "乙能"]),
        ("聚焦甲电路、乙医药等重点领域,着力打造世界级先进制造业集群。", CLUSTER, ["甲电路", "乙医药"]),
        ("聚焦甲电路、乙医药等重点领域，加快培育一批具有国际竞争力的产业集群", CLUSTER, ["甲电路", "乙医药"]),
        ("以甲电路、乙医药为主导的产业集群", CLUSTER, ["甲电路", "乙医药"]),
        ("以甲电路、乙医药为重点，打造先进制造业集群", CLUSTER, ["甲电路", "乙医药"]),
        ("“两群”即甲电路、乙医药2个具有竞争力的先进制造业集群", CLUSTER, ["甲电路", "乙医药"]),
        ("甲市电路集群、乙市医药集群入围名单。", CLUSTER, ["甲市电路", "乙市医药"]),
    ],
)
def test_an_enumeration_is_found_by_what_it_says_it_is(
    text: str, kind: ListingKind, expected: list[str]
) -> None:
    assert names(text) == [(kind, expected)]


@pytest.mark.parametrize(
    "text",
    [
        "推进产业链、创新链、价值链整合。",
        "打造创新链、资金链和产业链。",
        "完善体制机制、壮大产业集群。",
        "瞄准甲智能、乙电路等前沿领域，强化攻关，着力攻克一批产业链共性技术。",
        "打造甲材产业集群。",
        "甲县、乙县、丙县三县",
        "加强产业对接、技术合作、项目协同，服务产业集群。",
        "",
        "、、、等产业链",
    ],
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert names(text) == []


def test_two_lists_in_one_bracket_are_two() -> None:
    text = "“三链两群”(“三链”即甲材、乙网和丙网、丁能3条重点产业链;“两群”即戊路、己药2个集群)协同。"
    assert names(text) == [(CHAIN, ["甲材", "乙网和丙网", "丁能"]), (CLUSTER, ["戊路", "己药"])]
    assert [listing.announced for listing in find_listings(text)] == [3, 2]


def test_line_breaks_and_spaces_inside_names_do_no_harm() -> None:
    text = "三地协同培育甲汽\n车、乙 能、丙网\n3条重点产业\n链。"
    ((kind, found),) = names(text)
    assert (kind, found) == (CHAIN, ["甲汽车", "乙能", "丙网"])
    assert find_listings(text)[0].items[0].text == "甲汽\n车"


def test_an_empty_line_ends_an_enumeration() -> None:
    assert names("培育甲材、乙能\n\n三条产业链") == []


def test_the_announced_number_tells_whether_the_last_piece_is_one_name_or_two() -> None:
    assert names("培育甲材、乙能、丙网和丁网4条产业链")[0][1] == ["甲材", "乙能", "丙网", "丁网"]
    assert names("培育甲材、乙能、丙网和丁器3条产业链")[0][1] == ["甲材", "乙能", "丙网和丁器"]
    assert names("培育甲材、乙能和丁器等产业链")[0][1] == ["甲材", "乙能", "丁器"]


def test_names_known_to_be_whole_stay_whole() -> None:
    text = "培育甲材、乙安全和丁联器等产业链"
    assert names(text, whole_names=["乙安全和丁联器"])[0][1] == ["甲材", "乙安全和丁联器"]
    # Elsewhere in the same text it stands where nothing can be parted.
    assert names("“两链”指乙安全和丁联器、甲材。" + text)[1][1] == ["甲材", "乙安全和丁联器"]
    assert names("培育甲材、新能汽车和智联汽车等产业链")[0][1] == ["甲材", "新能汽车和智联汽车"]


def test_half_width_and_full_width_marks_are_the_same() -> None:
    wide = "三条产业链（甲材、乙能、丙网）；“两群”：甲路、乙药。"
    assert names(wide) == names(wide.translate(str.maketrans("（）；：", "();:")))


def test_name_parts_are_what_is_joined() -> None:
    assert name_parts("网络安全和工业互联网") == ("网络安全", "工业互联网")
    assert name_parts("和田玉") == ("和田玉",)
    assert name_parts("机器人") == ("机器人",)


@pytest.mark.parametrize(
    "text",
    [
        "甲、" * 20_000 + "等产业链",
        "产业" * 40_000 + "、甲乙等产业链",
        "（" * 30_000,
        "等具有" * 30_000 + "、集群",
    ],
)
def test_endless_lines_end_soon(text: str) -> None:
    find_listings(text)
