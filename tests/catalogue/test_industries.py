"""The industries of GB/T 4754-2017 are whole, and what became of the classes of 2011 adds up."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from jjjmap import paths
from jjjmap.catalogue.industries import (
    SOURCE_IDS,
    Industries,
    IndustryLevel,
    load_industries,
    shipped_industries,
)
from jjjmap.catalogue.store import load_catalogue
from jjjmap.errors import ResourceMissing
from jjjmap.i18n import Language


@pytest.fixture(scope="module")
def industries() -> Industries:
    return shipped_industries()


def test_there_are_as_many_industries_of_each_level_as_the_standard_has(industries: Industries) -> None:
    counts = Counter(industry.level for industry in industries.by_code.values())

    assert counts == {
        IndustryLevel.SECTION: 20,
        IndustryLevel.DIVISION: 97,
        IndustryLevel.GROUP: 473,
        IndustryLevel.CLASS: 1381,
    }


def test_the_edition_of_2011_has_its_1094_classes(industries: Industries) -> None:
    assert len(industries.classes_2011) == 1094
    assert not industries.only_2011 & industries.classes
    assert not industries.only_2017 & industries.classes_2011


def test_every_code_lies_in_a_coarser_one(industries: Industries) -> None:
    for code, industry in industries.by_code.items():
        if industry.level in (IndustryLevel.GROUP, IndustryLevel.CLASS):
            assert code[:-1] in industries.by_code, code
        if industry.level is not IndustryLevel.SECTION:
            assert industries.section_of(code) in industries.by_code, code


def test_divisions_run_from_01_to_97_and_their_sections_from_a_to_t(industries: Industries) -> None:
    divisions = [code for code, each in industries.by_code.items() if each.level is IndustryLevel.DIVISION]

    assert divisions == [f"{number:02d}" for number in range(1, 98)]
    assert [industries.section_of(code) for code in ("05", "06", "12", "13", "43", "44", "97")] == [
        *"ABBCCDT"
    ]


def test_names_are_clean_and_sections_and_divisions_have_english_ones(industries: Industries) -> None:
    for industry in industries.by_code.values():
        assert industry.name_zh == "".join(industry.name_zh.split()), industry.code
        assert bool(industry.name_en) is (len(industry.code) <= 2), industry.code
    assert industries.by_code["3612"].name(Language.EN) == "新能源车整车制造"
    assert industries.by_code["36"].name(Language.EN) == "Automobiles"


@pytest.mark.parametrize(
    ("code", "now"),
    [
        ("0111", ("0111",)),
        ("3963", ("3973",)),
        ("3610", ("3611", "3612", "3620")),
        ("5173", ("5172",)),
        ("2760", ("2761", "2762")),
        ("3612", ()),
        ("9999", ()),
    ],
)
def test_a_class_of_2011_tells_what_it_became(
    industries: Industries, code: str, now: tuple[str, ...]
) -> None:
    assert industries.codes_in_2017(code) == now


def test_codes_of_both_editions_that_mean_something_else_are_known(industries: Industries) -> None:
    # Semiconductors in 2011, in-vehicle equipment in 2017.
    assert "3962" in industries.changed_meaning
    assert "0111" not in industries.changed_meaning
    assert {"3610", "6510"} <= industries.only_2011
    assert {"3612", "6511"} <= industries.only_2017


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("新能源车整车制造", ("3612",)),
        ("汽车制造业", ("36",)),
        ("炼铁", ("3110",)),
        ("药用辅料及包装材料制造", ("2780",)),
        ("半导体分立器件制造", ("3972",)),
        ("印制电路板制造", ("3982",)),
        ("Automobiles", ("36",)),
        ("没有的行业", ()),
    ],
)
def test_names_lead_to_codes(industries: Industries, name: str, codes: tuple[str, ...]) -> None:
    assert industries.codes_named(name) == codes


def test_the_sources_are_in_the_catalogue() -> None:
    catalogue, _findings = load_catalogue(paths.RESOURCES)

    assert set(SOURCE_IDS) <= set(catalogue.sources)


def test_every_row_says_its_edition() -> None:
    with (paths.RESOURCES / "catalogue/industries.csv").open(encoding="utf-8", newline="") as file:
        assert {row["vintage"] for row in csv.DictReader(file)} == {"2017"}


@pytest.mark.parametrize("text", [None, "", "code,name\n", "code,level\n\xff"])
def test_missing_or_broken_files_are_named(tmp_path: Path, text: str | None) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    if text is not None:
        (folder / "industries.csv").write_text(text, "latin-1")

    with pytest.raises(ResourceMissing, match=r"industries\.csv"):
        load_industries(tmp_path)
