"""The registry of measures."""

from jjjmap.analysis.measures.registry import MEASURES, Need, need_name


def test_every_measure_has_a_title_and_a_formula_and_published_methods_are_cited() -> None:
    for measure in MEASURES.values():
        assert measure.title and measure.formula, measure.id
        assert measure.id.isascii()
    cited = {measure.id for measure in MEASURES.values() if measure.reference}
    methods = {"location_quotient", "hhi", "hhi_normalised", "krugman", "krugman_others", "shannon"}
    assert methods | {"shift_share", "density"} == cited


def test_references_follow_the_standard() -> None:
    for measure in MEASURES.values():
        assert not measure.reference or "[M]" in measure.reference or "[J]" in measure.reference
        assert not measure.reference or measure.reference.endswith(".")


def test_titles_differ() -> None:
    titles = [measure.title for measure in MEASURES.values()]
    assert len(set(titles)) == len(titles)


def test_every_need_has_a_name() -> None:
    assert len({need_name(need) for need in Need}) == len(Need)
