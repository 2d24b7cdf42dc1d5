"""What an export says of itself."""

import pytest

from jjjmap.export.marks import Audience, marks_of, publication_warning
from jjjmap.i18n import Language


@pytest.mark.parametrize(
    ("language", "mark"), [(Language.ZH, "内部参考"), (Language.EN, "For internal reference")]
)
def test_an_export_is_internal_unless_the_user_says_otherwise(language, mark):
    assert marks_of(Audience.INTERNAL, language).lines[0] == mark
    public = marks_of(Audience.PUBLIC, language)
    assert public.internal == "" and mark not in public.lines


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("audience", list(Audience))
def test_the_review_number_of_the_borders_and_the_sketch_are_said_to_everybody(audience, language):
    lines = " ".join(marks_of(audience, language).lines)
    assert "GS(2024)0650" in lines
    assert marks_of(audience, language).schematic in lines


@pytest.mark.parametrize("language", list(Language))
def test_the_warning_names_the_regulation(language):
    assert ("地图管理条例" if language is Language.ZH else "Map Management") in publication_warning(language)
