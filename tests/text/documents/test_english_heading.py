import pytest

from jjjmap.text.documents.english_heading import day_in, is_byline, issuer_in
from jjjmap.text.documents.heading import guess_details
from tests.text.document_files import as_raw

BRIEF = """Industrial Synergy in the Beijing-Tianjin-Hebei Region: a brief

Issued by the Regional Policy Desk, 12 March 2025

Background
By the end of 2024 more than 4,000 firms had moved. Most of them went to Hebei, some to Tianjin.
"""


def test_an_english_brief_says_its_title_publisher_and_date() -> None:
    details = guess_details(BRIEF, as_raw(BRIEF), "brief.txt")
    assert details.title == "Industrial Synergy in the Beijing-Tianjin-Hebei Region: a brief"
    assert details.issuer == "Regional Policy Desk"
    assert details.date == "2025-03-12"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Published: March 3, 2031", "2031-03-03"),
        ("Date: 7 Sep 2030", "2030-09-07"),
        ("May 9, 2032", "2032-05-09"),
        ("Issued by the Office on 31 April 2031", ""),
        ("On 12 March 2025 the office opened a branch.", ""),
    ],
)
def test_the_day_of_a_byline(line: str, day: str) -> None:
    assert day_in(line) == day


def test_a_sentence_is_no_byline() -> None:
    assert not is_byline("The plan was issued by the ministry.")
    assert issuer_in("The plan was issued by the ministry.") == ""
