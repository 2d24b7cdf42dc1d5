from tests.text.cleaned_texts import MORE, PROSE, cleaned


def test_running_heads_and_page_numbers_of_a_pdf_are_taken_out() -> None:
    pages = [f"甲乙协同年报 2024\n{PROSE[:-1]}第{n}条。\n{MORE}\n— {n} —" for n in range(1, 5)]
    text = "\n".join(pages)
    starts = tuple(sum(len(page) + 1 for page in pages[:n]) for n in range(4))
    made = cleaned(text, page_starts=starts)
    assert "年报" not in made
    assert "—" not in made
    assert made.count(MORE) == 4 or made.count(MORE) == 1  # Paragraphs that stand twice are another step.
    for n in range(1, 5):
        assert f"第{n}条。" in made


def test_numbers_that_are_no_page_numbers_stay() -> None:
    assert cleaned(f"{PROSE}\n\n12\n\n{MORE}") == f"{PROSE}\n\n12\n\n{MORE}"
    assert cleaned(f"{PROSE}\n\n第 3 页 共 10 页\n\n{MORE}") == f"{PROSE}\n\n{MORE}"


def test_credits_of_a_newspaper_page_are_taken_out_and_bylines_stay() -> None:
    assert cleaned(f"题目\n\n责编：某某某 版式：某某\n\n{PROSE}") == f"题目\n\n{PROSE}"
    assert "本报讯 某某某" in cleaned(f"题目\n\n本报讯 某某某 {PROSE}")
