import threading
from dataclasses import replace

import pytest

from jjjmap import i18n
from jjjmap.catalogue.models import Catalogue, Chain, PassageKind, Place, PlaceKind
from jjjmap.export.page.content import details_content
from jjjmap.export.page.page_words import page_texts
from jjjmap.i18n import Language

EVERYTHING = ("990001", "990002", "jia-zone", "jia-park", "yi-cluster")


def with_place(catalogue: Catalogue, place: Place) -> Catalogue:
    return replace(catalogue, places={**catalogue.places, place.id: place})


def test_a_place_has_its_names_kind_and_grade(catalogue: Catalogue) -> None:
    park = details_content(catalogue, EVERYTHING, Language.ZH)["places"]["jia-park"]
    assert (park["name"], park["other_name"]) == ("甲园", "Jia Park")
    assert park["tags"] == ["承接平台", "现代制造业"]
    assert park["evidence"] == "津冀自列名单"
    facts = dict(park["facts"])
    assert facts["所在地"] == "甲县"
    assert facts["位置"] == "116.12°E，39.05°N（WGS-84）；点位大致准确（约1公里）"


def test_coordinates_are_not_given_finer_than_they_are_known(catalogue: Catalogue) -> None:
    facts = dict(details_content(catalogue, EVERYTHING, Language.ZH)["places"]["yi-cluster"]["facts"])
    assert facts["位置"] == "只确知在哪个县（市、区），点位是示意"


def test_an_area_says_that_it_is_approximate(catalogue: Catalogue) -> None:
    facts = dict(details_content(catalogue, EVERYTHING, Language.ZH)["places"]["jia-zone"]["facts"])
    assert facts["范围"] == "甲县（以所在县（市、区）界示意，不是准确范围）"


def test_what_places_share_is_stored_once(catalogue: Catalogue) -> None:
    content = details_content(catalogue, EVERYTHING, Language.ZH)
    assert len(content["passages"]) == 3
    assert len(content["figures"]) == 12
    assert [source["publisher"] for source in content["sources"]].count("某日报") == 1


def test_numbers_lead_to_what_they_name(catalogue: Catalogue) -> None:
    content = details_content(catalogue, EVERYTHING, Language.ZH)
    park = content["places"]["jia-park"]
    passage, group, why = park["passages"][0]
    assert content["passages"][passage]["text"] == "甲园接收机床项目。"
    assert (content["phrases"][group], content["phrases"][why]) == ("", "直接提到")
    (source,) = content["passages"][passage]["sources"]
    assert content["sources"][source] == {
        "title": "甲县建园", "publisher": "某日报", "date": "2021年5月6日", "quality": "媒体报道", "link": "https://example.org/d",
    }  # fmt: skip
    contested = [content["figures"][n] for n in park["figures"] if content["figures"][n].get("contested")]
    assert [figure["value"] for figure in contested] == ["超300家"]
    assert contested[0]["note"] == "另一来源作280家。"


def test_the_first_source_keeps_its_number_nought(catalogue: Catalogue) -> None:
    content = details_content(catalogue, ["jia-park"], Language.ZH)
    assert {content["figures"][n]["source"] for n in content["places"]["jia-park"]["figures"]} == {0, 1}


def test_a_mirror_is_never_linked(catalogue: Catalogue) -> None:
    sources = details_content(catalogue, EVERYTHING, Language.ZH)["sources"]
    assert {source["publisher"]: source.get("link") for source in sources}["某镜像站"] is None


def test_a_related_place_without_details_keeps_its_name(catalogue: Catalogue) -> None:
    content = details_content(catalogue, ["jia-park"], Language.ZH)
    assert list(content["places"]) == ["jia-park"]
    assert content["names"]["990001"] == "甲县"


def test_a_quotation_is_marked_as_such(catalogue: Catalogue) -> None:
    quoted = replace(catalogue.passages["p-park"], kind=PassageKind.QUOTATION)
    catalogue = replace(catalogue, passages={**catalogue.passages, quoted.id: quoted})
    passages = details_content(catalogue, ["jia-park"], Language.ZH)["passages"]
    assert [passage.get("quoted", False) for passage in passages].count(True) == 1


def test_unknown_ids_are_left_out(catalogue: Catalogue) -> None:
    assert details_content(catalogue, ["nowhere"], Language.ZH)["places"] == {}


def test_the_language_of_the_map_is_used_and_the_programs_kept(catalogue: Catalogue) -> None:
    i18n.use_language(Language.ZH)
    content = details_content(catalogue, EVERYTHING, Language.EN)
    assert content["places"]["jia-park"]["name"] == "Jia Park"
    assert content["passages"][0]["text"].isascii()
    assert i18n.language() is Language.ZH


def test_what_ends_the_work_gives_the_language_back(catalogue: Catalogue) -> None:
    def stop(_share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        details_content(catalogue, EVERYTHING, Language.EN, tick=stop)
    assert i18n.language() is Language.ZH


def test_industries_are_left_out_in_english_and_a_dash_everywhere(catalogue: Catalogue) -> None:
    park = replace(catalogue.places["jia-park"], industries=("机床", "-"))
    chinese, english = (
        dict(
            details_content(with_place(catalogue, park), ["jia-park"], language)["places"]["jia-park"][
                "facts"
            ]
        )
        for language in Language
    )
    assert chinese["产业"] == "机床"
    assert "机床" not in english.values()


def test_where_a_place_of_several_counties_lies_is_told_in_english(catalogue: Catalogue) -> None:
    wide = replace(catalogue.places["jia-zone"], area_adcodes=("990001", "990002"))
    content = details_content(with_place(catalogue, wide), ["jia-zone"], Language.EN)
    assert dict(content["places"]["jia-zone"]["facts"])["Located in"] == "Jia County, Yi County"


def test_a_figure_of_a_chain_is_led_by_its_name(catalogue: Catalogue) -> None:
    region = Place("region", PlaceKind.SPATIAL_STRUCTURE, "整个区域", "Region", area_adcodes=("990001",))
    chain = Chain("light", "光", "光链", "Light", "", {}, {}, "", "", ("daily",))
    figure = replace(catalogue.figures["f-01"], scope_id="light")
    catalogue = replace(with_place(catalogue, region), chains={"light": chain}, figures={figure.id: figure})
    content = details_content(catalogue, ["region"], Language.ZH)
    (number,) = content["places"]["region"]["figures"]
    assert content["figures"][number]["scope_name"] == "光链"


def test_a_ring_of_parents_does_not_hold_us(catalogue: Catalogue) -> None:
    jia = replace(catalogue.places["990001"], parent_id="990002")
    yi = replace(catalogue.places["990002"], parent_id="990001")
    done = threading.Event()

    def describe() -> None:
        details_content(with_place(with_place(catalogue, jia), yi), EVERYTHING, Language.ZH)
        done.set()

    threading.Thread(target=describe, daemon=True).start()
    assert done.wait(10)


def test_every_word_of_the_page_is_there_in_both_languages() -> None:
    zh, en = page_texts(Language.ZH), page_texts(Language.EN)
    assert zh.keys() == en.keys()
    assert all(zh.values()) and all(en.values())
