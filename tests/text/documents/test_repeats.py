from tests.text.cleaned_texts import MORE, PROSE, cleaned


def test_a_line_that_stands_twice_and_a_teaser_are_taken_out() -> None:
    assert cleaned(f"两县共建新园区\n\n两县共建新园区\n\n{PROSE}") == f"两县共建新园区\n\n{PROSE}"
    teaser = PROSE[:-6]
    assert cleaned(f"题目\n{teaser}\n【某网讯】{PROSE}") == f"题目\n【某网讯】{PROSE}"
    assert cleaned(f"{PROSE}\n\n{MORE}\n\n{PROSE}") == f"{PROSE}\n\n{MORE}"


def test_headings_rows_and_short_lines_may_stand_twice() -> None:
    for text in (
        "优化营商环境\n优化营商环境。持续推进改革。",
        "0 0 0\n0 0 0\n1 2 3",
        "完。\n完。",
        "12345678\n12345678",
    ):
        assert cleaned(text) == text
