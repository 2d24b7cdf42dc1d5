"""What the tabs of the details dock say about a place."""

from dataclasses import replace

import pytest

from jjjmap.catalogue.details import Describer
from jjjmap.catalogue.models import REGION_ID, Catalogue, Passage, Place, PlaceKind
from jjjmap.i18n import Language
from jjjmap.ui.place_texts import PlaceTexts


def texts_of(catalogue: Catalogue, place_id: str) -> PlaceTexts:
    return PlaceTexts(catalogue, Describer(catalogue).describe(place_id), Language.ZH)


def test_a_source_without_a_mark_is_logged(catalogue: Catalogue, caplog: pytest.LogCaptureFixture) -> None:
    park = replace(catalogue.places["jia-park"], source_ids=("daily", "lost"))
    catalogue = replace(catalogue, places={**catalogue.places, park.id: park})
    assert "[1]" in texts_of(catalogue, "jia-park").overview().html
    assert [record.getMessage() for record in caplog.records] == [
        "jia-park cites lost, which is not among its sources",
        "jia-park cites lost, which is not among its sources",
    ]


def test_what_names_no_place_is_the_regions_own(catalogue: Catalogue) -> None:
    region = Place(REGION_ID, PlaceKind.SPATIAL_STRUCTURE, "整个区域", "Region", area_adcodes=("990001",))
    said = Passage("p-all", "goal", "G", "目标", "Goal", "共同的目标。", "Goals.", (), (), ("daily",))
    catalogue = replace(catalogue, places={**catalogue.places, REGION_ID: region}, passages={said.id: said})
    page = texts_of(catalogue, REGION_ID).policy().html
    assert "共同的目标。" in page and "针对整个区域" in page
    assert "没有专门针对" not in page


def test_a_place_of_several_counties_has_no_county_code(catalogue: Catalogue) -> None:
    wide = replace(catalogue.places["jia-zone"], area_adcodes=("990001", "990002"))
    assert "所在县区代码" in texts_of(catalogue, "jia-zone").overview().html
    catalogue = replace(catalogue, places={**catalogue.places, wide.id: wide})
    assert "所在县区代码" not in texts_of(catalogue, "jia-zone").overview().html


def test_the_overview_begins_with_what_the_place_is(catalogue: Catalogue) -> None:
    page = texts_of(catalogue, "jia-park").overview().html
    assert page.index("甲园接收机床项目。") < page.index("类型")
    # The county is named by the park's digest too, but the digest is not about the county.
    assert "甲园接收机床项目。" not in texts_of(catalogue, "990001").overview().html
