import re
from pathlib import Path

import pytest

import jjjmap.layers.opening
from jjjmap.i18n import Language, use_language
from jjjmap.layers.opening.reasons import REASONS, reason_parts, reason_sentence

ROOM = Path(jjjmap.layers.opening.__file__).parent


def test_every_reason_that_is_raised_has_its_sentences() -> None:
    raised = {
        reason
        for file in ROOM.glob("*.py")
        for reason in re.findall(r'LayerUnreadable\(\s*[\w.]+,\s*"([a-z-]+)"', file.read_text("utf-8"))
    }
    assert "damaged" in raised
    assert raised <= set(REASONS), raised - set(REASONS)


@pytest.mark.parametrize("language", list(Language))
def test_every_reason_makes_two_sentences(language: Language) -> None:
    use_language(language)
    for reason in REASONS:
        why, hint = reason_parts(reason, "某处")
        assert why and hint and "{" not in why + hint


def test_what_a_file_says_of_itself_is_one_short_printable_line() -> None:
    sentence = reason_sentence("damaged", "一\n\x00二\x1b[31m" + "长" * 1_000)
    assert "\n" not in sentence and "\x1b" not in sentence and len(sentence) < 300
    assert reason_sentence("never-heard-of", "x") == reason_sentence("damaged", "x")
