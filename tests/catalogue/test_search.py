"""Tests of the search over the catalogue: what is found, in which order, and what of it is marked."""

import pytest

from jjjmap import paths
from jjjmap.catalogue.hits import Hit, Match
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.pinyin import load_readings
from jjjmap.catalogue.search import HitGroup, SearchIndex
from jjjmap.catalogue.search_entries import SearchKind
from jjjmap.catalogue.store import load_catalogue
from jjjmap.i18n import Language, use_language


@pytest.fixture(scope="module")
def shipped() -> SearchIndex:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    return SearchIndex(catalogue, load_readings(paths.RESOURCES)[0], [("export", "导出 HTML…")])


@pytest.fixture
def small(catalogue: Catalogue) -> SearchIndex:
    readings = {"甲县功能区": ("jia xian gong neng qu",), "甲园": ("jia yuan",), "甲县": ("jia xian",)}
    return SearchIndex(catalogue, readings)


def group_of(groups: tuple[HitGroup, ...], kind: SearchKind) -> HitGroup:
    return next(group for group in groups if group.kind is kind)


def first(index: SearchIndex, text: str, kind: SearchKind, language: Language = Language.ZH) -> Hit:
    return group_of(index.search(text, language), kind).hits[0]


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("typed", "place_id"),
    [
        ("xa", "xiongan"),
        ("XA", "xiongan"),
        ("xiongan", "xiongan"),
        ("xiong an", "xiongan"),
        ("Xiong'an", "xiongan"),
        ("雄安", "xiongan"),
        ("cfd", "caofeidian"),
        ("曹妃甸", "caofeidian"),
        ("天津 机场", "airport-tsn"),
        ("天津滨海国际机场", "airport-tsn"),
        ("port of tianjin", "port-tianjin"),
        ("通州", "110112"),
        ("110112", "110112"),
        ("laoting", "130225"),
        ("daicheng", "131025"),
        ("dacheng", "131025"),
    ],
)
def test_the_first_place_is_the_one_that_is_meant(shipped: SearchIndex, typed: str, place_id: str) -> None:
    assert first(shipped, typed, SearchKind.PLACE).id == place_id


@pytest.mark.parametrize(
    ("typed", "kind", "hit_id"),
    [
        ("氢能", SearchKind.CHAIN, "hydrogen"),
        ("hydrogen", SearchKind.CHAIN, "hydrogen"),
        ("高端工业母机", SearchKind.CHAIN, "machine-tool"),
        ("xinchuang", SearchKind.CLUSTER, "cl5-xinchuang"),
        ("T1.1", SearchKind.POLICY, "item-t1-1"),
        ("链长", SearchKind.POLICY, "safe-s4"),
        ("25114", SearchKind.FIGURE, "fig-001"),
        ("25,114.4", SearchKind.FIGURE, "fig-001"),
        ("工业增加值", SearchKind.FIGURE, "fig-001"),
        ("导出", SearchKind.COMMAND, "export"),
    ],
)
def test_every_kind_is_found_and_its_group_comes_first(
    shipped: SearchIndex, typed: str, kind: SearchKind, hit_id: str
) -> None:
    groups = shipped.search(typed, Language.ZH)
    assert groups[0].kind is kind
    assert groups[0].hits[0].id == hit_id


def test_sources_are_found_by_title_and_publisher(shipped: SearchIndex) -> None:
    assert first(shipped, "答记者问", SearchKind.SOURCE).id == "seed-000"
    publishers = group_of(shipped.search("中国民航报", Language.ZH), SearchKind.SOURCE)
    assert publishers.total > 0
    assert "中国民航报" in publishers.hits[0].text


@pytest.mark.parametrize("typed", ["港", "x", "2", "a", "区"])
def test_a_single_character_is_enough(shipped: SearchIndex, typed: str) -> None:
    assert shipped.search(typed, Language.ZH)


@pytest.mark.parametrize("typed", ["", "   ", "'", "没有这个词的", "qwertz", "[", "\\", "*"])
def test_nothing_is_found_for_nothing(shipped: SearchIndex, typed: str) -> None:
    assert shipped.search(typed, Language.ZH) == ()


def test_all_words_must_occur(small: SearchIndex) -> None:
    assert first(small, "甲园 机床", SearchKind.POLICY).id == "p-park"
    assert small.search("甲园 轴承", Language.ZH) == ()


def test_places_named_by_policy_come_before_units(small: SearchIndex) -> None:
    hits = group_of(small.search("甲", Language.ZH), SearchKind.PLACE).hits
    assert [hit.id for hit in hits] == ["jia-park", "jia-zone", "990001"]
    # But who types a whole name means what is called so.
    assert first(small, "甲县", SearchKind.PLACE).id == "990001"


@pytest.mark.parametrize(
    ("typed", "match"),
    [
        ("甲园", Match.EXACT),
        ("jia-park", Match.EXACT),
        ("Jia P", Match.PREFIX),
        ("甲工", Match.ALIAS),
        ("jy", Match.PINYIN),
        ("park", Match.INSIDE),
        ("yua", Match.PINYIN_INSIDE),
        ("现代制造业", Match.TEXT),
    ],
)
def test_a_hit_tells_how_it_fits(small: SearchIndex, typed: str, match: Match) -> None:
    hits = group_of(small.search(typed, Language.ZH), SearchKind.PLACE).hits
    assert next(hit for hit in hits if hit.id == "jia-park").match is match


def test_what_was_typed_is_marked_by_letters_and_by_sound(small: SearchIndex) -> None:
    hit = first(small, "甲园", SearchKind.PLACE)
    assert marked(hit.title, hit.title_spans) == ["甲园"]
    hit = first(small, "jxgn", SearchKind.PLACE)
    assert marked(hit.title, hit.title_spans) == ["甲县功能"]


def test_a_name_in_the_other_language_is_shown_if_that_is_what_was_typed(small: SearchIndex) -> None:
    hit = first(small, "Jia Park", SearchKind.PLACE)
    assert hit.title == "甲园"
    assert hit.text.startswith("Jia Park · ")
    assert marked(hit.text, hit.text_spans) == ["Jia", "Park"]
    use_language(Language.EN)
    hit = first(small, "甲园", SearchKind.PLACE, Language.EN)
    assert (hit.title, marked(hit.text, hit.text_spans)) == ("Jia Park", ["甲园"])


def test_a_text_is_cut_to_the_words_that_were_found(small: SearchIndex) -> None:
    hit = first(small, "机床", SearchKind.POLICY)
    assert (hit.title, marked(hit.text, hit.text_spans)) == ("甲园", ["机床"])


def test_figures_carry_scope_source_and_doubt(small: SearchIndex) -> None:
    hit = first(small, "企业数", SearchKind.FIGURE)
    assert (hit.scope_id, hit.source_ids) == ("jia-park", ("copy",))
    assert hit.text == "超300家 · 2023年6月 · 有不同说法 · 来源：乙县轴承"
    assert hit.where == "甲园"


def test_groups_are_capped_and_tell_how_many_there_are(small: SearchIndex) -> None:
    group = group_of(small.search("产值", Language.ZH, limit=3), SearchKind.FIGURE)
    assert (group.total, len(group.hits)) == (11, 3)
    assert len(group_of(small.search("产值", Language.ZH, limit=None), SearchKind.FIGURE).hits) == 11


def test_only_the_kinds_that_were_asked_for(shipped: SearchIndex) -> None:
    groups = shipped.search("港", Language.ZH, kinds=[SearchKind.POLICY, SearchKind.SOURCE])
    assert {group.kind for group in groups} == {SearchKind.POLICY, SearchKind.SOURCE}


def test_without_readings_names_are_found_by_their_characters_alone(catalogue: Catalogue) -> None:
    index = SearchIndex(catalogue)
    assert index.search("jy", Language.ZH) == ()
    assert first(index, "甲园", SearchKind.PLACE).id == "jia-park"


def test_commands_may_change_with_the_language(small: SearchIndex) -> None:
    small.set_commands([("fit", "Whole map")])
    assert first(small, "whole", SearchKind.COMMAND).id == "fit"
    small.set_commands([("fit", "全图")])
    assert small.search("whole", Language.ZH) == ()


@pytest.mark.parametrize(
    ("typed", "kind", "found"),
    [
        ("三圈", SearchKind.PLACE, {"circle-capital", "circle-tianjin", "circle-shijiazhuang"}),
        ("四区", SearchKind.PLACE, {"caofeidian", "daxing-airport", "zhangcheng", "binhai"}),
        ("四大功能区", SearchKind.PLACE, {"caofeidian", "daxing-airport", "zhangcheng", "binhai"}),
        ("两翼", SearchKind.PLACE, {"beijing-subcenter", "xiongan"}),
        ("五群", SearchKind.CLUSTER, {"cl5-ic", "cl5-xinchuang", "cl5-biomed", "cl5-power", "cl5-emergency"}),
        ("六链", SearchKind.CHAIN, {"hydrogen", "biomed", "cyber-iiot", "machine-tool", "nev-icv", "robot"}),
        ("堵点", SearchKind.CHAIN, {"hydrogen", "biomed", "cyber-iiot", "machine-tool", "nev-icv", "robot"}),
        ("卡点", SearchKind.CHAIN, {"hydrogen", "biomed", "cyber-iiot", "machine-tool", "nev-icv", "robot"}),
    ],
)
def test_what_policy_calls_several_together_finds_each_of_them(
    shipped: SearchIndex, typed: str, kind: SearchKind, found: set[str]
) -> None:
    hits = group_of(shipped.search(typed, Language.ZH, limit=None), kind).hits
    assert {hit.id for hit in hits if hit.match is Match.EXACT} == found


def test_the_english_wording_of_2023_finds_the_chain(shipped: SearchIndex) -> None:
    assert first(shipped, "Industrial internet", SearchKind.CHAIN, Language.EN).id == "cyber-iiot"
