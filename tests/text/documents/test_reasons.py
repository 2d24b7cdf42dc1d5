from jjjmap.text.documents.reasons import REASONS, reason_parts, reason_sentence


def test_every_reason_is_a_whole_sentence_with_something_to_try() -> None:
    for reason in REASONS:
        why, hint = reason_parts(reason, "细节")
        assert why.endswith("。")
        assert hint.endswith("。")
        assert "{" not in why + hint
        assert reason_sentence(reason, "细节") == why + hint


def test_a_detail_cannot_break_the_sentence() -> None:
    said = reason_sentence("damaged", "{x}\n<b>\x00\x1b[31m" + "长" * 5000)
    assert "\n" not in said
    assert "\x1b" not in said
    assert len(said) < 300
    assert reason_sentence("no-such-reason")
