"""Window, command line and export say the same about a place: where it lies and how well that is known."""

import re
from html import unescape

import pytest
from qtpy.QtWidgets import QApplication

from jjjmap.catalogue.details import Describer, PlaceDetails
from jjjmap.catalogue.models import REGION_ID, Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.cli.records import details_record
from jjjmap.cli.texts import details_text
from jjjmap.export.page.content import details_content
from jjjmap.i18n import Language, _, use_language
from jjjmap.paths import RESOURCES
from jjjmap.session.workspace import Workspace
from jjjmap.ui.models.figures_model import FiguresModel
from jjjmap.ui.place_texts import PlaceTexts

CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(RESOURCES)[0]


@pytest.fixture(scope="module")
def described(shipped: Catalogue) -> list[PlaceDetails]:
    describer = Describer(shipped)
    return [describer.describe(place_id) for place_id in shipped.places]


def window_facts(catalogue: Catalogue, details: PlaceDetails, language: Language) -> dict[str, str]:
    markup = PlaceTexts(catalogue, details, language).overview().html
    rows = re.findall(r"<tr[^>]*><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>", markup, re.DOTALL)
    return {plain(name): plain(text) for name, text in rows}


def plain(markup: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", markup)).strip()


def printed_facts(catalogue: Catalogue, details: PlaceDetails, language: Language) -> dict[str, str]:
    lines = details_text(catalogue, details, language).split("\n\n")[0].splitlines()[2:]
    return dict(re.split(r"\s{2,}", line, maxsplit=1) for line in lines if re.match(r"\S.*?\s{2,}\S", line))


@pytest.mark.parametrize("language", list(Language))
def test_all_three_say_the_same_about_where_a_place_is(
    shipped: Catalogue, described: list[PlaceDetails], language: Language
) -> None:
    use_language(language)
    exported = details_content(shipped, shipped.places, language)["places"]
    labels = [_("所在地"), _("位置")]
    told = 0
    for details in described:
        in_window = window_facts(shipped, details, language)
        in_print = printed_facts(shipped, details, language)
        in_export = dict(exported[details.place.id].get("facts", ()))
        for label in labels:
            answers = {facts.get(label, "") for facts in (in_window, in_print, in_export)}
            assert len(answers) == 1, (details.place.id, label, in_window, in_print, in_export)
            told += any(answers)
    assert told > 500


def test_an_english_answer_names_units_and_no_industries_in_chinese(
    shipped: Catalogue, described: list[PlaceDetails]
) -> None:
    use_language(Language.EN)
    aliases = _("别名")  # Other names are names, whatever the language.
    exported = details_content(shipped, shipped.places, Language.EN)["places"]
    for details in described:
        for facts in (
            window_facts(shipped, details, Language.EN),
            dict(exported[details.place.id].get("facts", ())),
        ):
            texts = [text for label, text in facts.items() if label != aliases and not CHINESE.search(label)]
            assert [text for text in texts if CHINESE.search(text)] == [], details.place.id


def test_a_figure_of_a_chain_is_led_by_its_name_everywhere(shipped: Catalogue, qapp: QApplication) -> None:
    details = Describer(shipped).describe(REGION_ID)
    figure = next(figure for figure in details.figures if figure.scope_id == "robot")
    model = FiguresModel(Workspace(shipped, (), Language.ZH))
    model.show_details(details)
    assert model.indicator_text(figure) == f"机器人：{figure.indicator_zh}"
    assert "\n  机器人\n" in details_text(shipped, details, Language.ZH)
    content = details_content(shipped, [REGION_ID], Language.ZH)
    assert "机器人" in {exported["scope_name"] for exported in content["figures"]}


def test_the_record_of_a_place_of_several_counties_names_none_of_them(
    shipped: Catalogue, described: list[PlaceDetails]
) -> None:
    for details in described:
        place, record = details.place, details_record(shipped, details, Language.ZH)["place"]
        if len(place.area_adcodes) > 1:
            assert (record["county"], record["county_adcode"]) == ("", "")
    caofeidian = next(details for details in described if details.place.id == "caofeidian")
    record = details_record(shipped, caofeidian, Language.ZH)["place"]
    assert record["location"] == [["130000"], ["130200"], ["130209"]]
    assert record["county_adcode"] == "130209"


def test_all_three_tell_the_area_the_code_and_the_chains_of_a_place(
    shipped: Catalogue, described: list[PlaceDetails]
) -> None:
    exported = details_content(shipped, shipped.places, Language.ZH)["places"]
    for details in described:
        in_window = window_facts(shipped, details, Language.ZH)
        in_print = printed_facts(shipped, details, Language.ZH)
        in_export = dict(exported[details.place.id].get("facts", ()))
        for label in ("面积", "行政区划代码", "所在县区代码"):
            answers = {facts.get(label, "") for facts in (in_window, in_print, in_export)}
            assert len(answers) == 1, (details.place.id, label)
        for facts in (in_window, in_print, in_export):
            assert all(tie.chain.name_zh_2024 in facts["产业链"] for tie in details.chains)


def test_all_three_set_disagreeing_figures_side_by_side(shipped: Catalogue) -> None:
    details = Describer(shipped).describe("ninghe-jingjin")
    sides = ("约40平方公里", "38平方公里")
    in_window = PlaceTexts(shipped, details, Language.ZH).sources().html
    (row,) = re.findall(r"<tr[^>]*>(.*?)</tr>", in_window, re.DOTALL)
    assert all(side in row for side in sides)
    (line,) = [line for line in details_text(shipped, details, Language.ZH).splitlines() if "  |  " in line]
    assert all(side in line for side in sides)
    content = details_content(shipped, ["ninghe-jingjin"], Language.ZH)
    (told,) = content["places"]["ninghe-jingjin"]["disagreements"]
    assert [side in text for side, (text, _source) in zip(sides, told["sides"], strict=True)] == [True, True]
    assert told["notes"]
