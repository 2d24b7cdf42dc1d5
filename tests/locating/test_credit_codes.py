import pytest

from jjjmap.layers.unit_names import shipped_old_codes
from jjjmap.locating.credit_codes import authority_of, check_character, read_credit_code, read_credit_codes

from .credit_code_maker import credit_code

COUNTIES = frozenset(("110108", "130209", "120118", "130102"))


def test_the_check_character_is_that_of_the_standard() -> None:
    # The weights are 3^i mod 31; worked by hand: '1' × 1 for the first place gives 31 - 1 = 30.
    assert check_character("1" + "0" * 16) == "Y"
    assert check_character("0" * 17) == "0"


def test_a_right_code_has_no_problem_and_tells_its_authority() -> None:
    code = read_credit_code(credit_code("110108"))
    assert (code.problem, code.authority) == ("", "110108")


@pytest.mark.parametrize(
    "spoil", [str.lower, lambda text: f" {text[:9]} {text[9:]} ", lambda text: f"'{text}"]
)
def test_case_spaces_and_a_leading_apostrophe_do_not_matter(spoil: object) -> None:
    assert read_credit_code(spoil(credit_code("130209"))).problem == ""  # type: ignore[operator]


def test_full_width_characters_do_not_matter() -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in credit_code("130209"))
    assert read_credit_code(wide).authority == "130209"


def test_every_single_wrong_character_is_noticed() -> None:
    right = credit_code("110108")
    for place in range(18):
        other = "1" if right[place] != "1" else "2"
        assert read_credit_code(right[:place] + other + right[place + 1 :]).problem == "check"


@pytest.mark.parametrize(
    ("text", "problem", "authority"),
    [
        ("", "", ""),
        ("911101", "length", ""),
        ("9.11101E+17", "rounded", ""),
        ("110108000000000", "old", "110108"),
        ("91110108MA0OOOOOO1", "letters", ""),
        ("9111O108MA00000001", "letters", ""),
        ("甲" * 18, "letters", ""),
    ],
)
def test_what_is_no_code_is_told_as_such(text: str, problem: str, authority: str) -> None:
    code = read_credit_code(text)
    assert (code.problem, code.authority) == (problem, authority)


def test_letters_that_look_like_digits_are_mended_if_the_check_character_fits() -> None:
    code = read_credit_code(credit_code("110108").replace("0", "O"))
    assert (code.problem, code.authority) == ("letters", "110108")


def test_a_wrong_check_character_leaves_no_authority() -> None:
    right = credit_code("110108")
    code = read_credit_code(right[:17] + ("1" if right[17] != "1" else "2"))
    assert (code.problem, code.authority) == ("check", "")


def test_many_codes_at_once_say_what_each_of_them_says() -> None:
    right = credit_code("130209")
    texts = [right, right.lower(), right[:17] + "?", right[:10], f" {right}", "甲" * 18, "", "9.1E+17", "-"]
    texts += [right[:place] + "7" + right[place + 1 :] for place in range(18)]
    for text, (problem, authority) in zip(texts, read_credit_codes(texts), strict=True):
        alone = read_credit_code(text)
        assert authority == alone.authority
        assert problem == (alone.problem or ("length" if text and not alone.text else ""))


def test_old_codes_of_the_catalogue_are_known_here_too() -> None:
    for old, code in shipped_old_codes().items():
        assert code in authority_of(old, COUNTIES).codes


@pytest.mark.parametrize(
    ("digits", "kind", "codes"),
    [
        ("110108", "county", ("110108",)),
        ("130230", "old", ("130209",)),
        ("120118", "shared", ("120118", "120116", "120110")),
        ("110302", "zone", ("110115", "110112")),
        ("130101", "city", ("1301",)),
        ("110000", "province", ("11",)),
        ("100000", "national", ()),
        ("310115", "outside", ()),
        ("990000", "unknown", ()),
    ],
)
def test_six_digits_stand_for_units_of_today(digits: str, kind: str, codes: tuple[str, ...]) -> None:
    authority = authority_of(digits, COUNTIES)
    assert (authority.kind, authority.codes) == (kind, codes)
