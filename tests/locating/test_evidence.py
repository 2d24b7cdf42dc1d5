import pytest

from jjjmap.i18n import Language, use_language
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.locating import evidence
from jjjmap.locating.placing import Locator
from jjjmap.locating.records import Clue, Disagreement, Fields, Level, Rule

from .credit_code_maker import credit_code


def test_a_lead_is_told_with_both_units(locator: Locator) -> None:
    verdict = locator.place({Fields.ADDRESS: "曹妃甸区唐海镇", Fields.CREDIT_CODE: credit_code("110108")})
    (sentence,) = evidence.disagreement_sentences(verdict, locator)
    assert "海淀区" in sentence
    assert "曹妃甸区" in sentence


def test_a_province_elsewhere_is_told_by_name(locator: Locator) -> None:
    verdict = locator.place({Fields.ADDRESS: "天津市武清区", Fields.CREDIT_CODE: credit_code("310115")})
    assert any("上海市" in sentence for sentence in evidence.verdict_sentences(verdict, locator))


def test_namesakes_are_told_with_their_cities(locator: Locator) -> None:
    verdict = locator.place({Fields.ADDRESS: "桥西区中华大街"})
    told = " ".join(evidence.verdict_sentences(verdict, locator))
    assert "石家庄市桥西区" in told
    assert "张家口市桥西区" in told


def test_every_rule_level_and_problem_has_its_words_in_both_languages(locator: Locator) -> None:
    for language in Language:
        use_language(language)
        for rule in Rule:
            sentence = evidence.clue_sentence(
                Clue(Fields.ADDRESS, "某某", rule, "130209", ("130209",)), locator
            )
            assert "{" not in sentence
            assert "某某" in sentence
        assert all(evidence.level_name(level) for level in Level)
        assert all(evidence.field_name(field) for field in Fields if field)
        assert all(
            evidence.code_problem_sentence(slug) for slug in ("length", "letters", "check", "old", "rounded")
        )
        assert len({evidence.confidence_word(share) for share in (0.95, 0.8, 0.3)}) == 3


def test_sets_are_written_as_words(locator: Locator) -> None:
    assert evidence.evidence_codes(Fields.ADDRESS | Fields.CREDIT_CODE) == "address|credit_code"
    assert evidence.disagreement_codes(Disagreement.REGISTRATION | Disagreement.ZONE) == "registration|zone"
    assert evidence.evidence_codes(0) == ""


def test_what_the_user_chose_is_told_first(locator: Locator) -> None:
    placed = locator.place_rows({ColumnRole.ADDRESS: ["桥西区中华大街"]})
    assert placed is not None
    placed.choose([0], "130104")
    assert "桥西区" in evidence.row_sentences(placed, 0)[0]
    assert evidence.row_sentences(placed, 0)[0].startswith("你")


@pytest.mark.parametrize(
    ("place_id", "name"),
    [
        ("130104", "石家庄市桥西区"),
        ("110105", "北京市朝阳区"),
        ("130000", "河北省"),
        ("teda", "天津市滨海新区·天津经济技术开发区"),
    ],
)
def test_full_names_say_the_city(locator: Locator, place_id: str, name: str) -> None:
    assert locator.full_name(place_id, Language.ZH) == name


def test_candidates_that_are_not_all_are_not_called_so(locator: Locator) -> None:
    few = evidence.reason_sentence(locator.place({Fields.ADDRESS: "桥西区中华大街"}))
    many = evidence.reason_sentence(locator.place({Fields.ADDRESS: "开发区"}))
    assert few.startswith("有 2 个地方都符合")
    assert "只列出 12 个" in many
