from tests.text.cleaned_texts import COLUMN, MORE, PROSE, cleaned


def test_lines_of_a_newspaper_column_are_joined_inside_words() -> None:
    made = cleaned(f"两县共建园区\n\n{COLUMN}\n\n{COLUMN.replace('2022', '2021')}")
    assert "区域产业协同发展" in made
    assert "两县地区工业增加值实现25114.4亿元，是2013年的1.5倍" in made
    assert made.count("\n\n") == 2
    assert made.startswith("两县共建园区\n\n近年来")


def test_a_blank_line_inside_a_word_is_closed_in_a_broken_text_only() -> None:
    broken = COLUMN.replace("优质企业培\n育", "优质企业培\n\n育")
    made = cleaned(f"题目\n\n{broken}\n\n{COLUMN.replace('2022', '2021')}")
    assert "优质企业培育，筑牢" in made
    assert "优质企业\n\n培育" in cleaned(f"{PROSE}\n\n优质企业\n\n培育，{MORE}")


def test_a_sentence_that_goes_on_after_a_comma_is_joined_anywhere() -> None:
    assert (
        cleaned(f"{PROSE}\n\n坚持医养一体化发展,\n\n加快培育发展服务业。")
        == f"{PROSE}\n\n坚持医养一体化发展,加快培育发展服务业。"
    )


def test_headings_stay_apart_from_each_other_and_from_paragraphs() -> None:
    for text in (
        f"全面深化两县对接合作\n深入推进区域内部协同\n\n{PROSE}\n\n{MORE}",
        f"一、总体要求\n{PROSE}\n二、主要任务\n{MORE}",
        f"{PROSE}\n{MORE}\n{PROSE[2:]}",
        "石家庄市\n秦皇岛市\n张家口市\n保定市\n廊坊市",
        "1.甲县产业园区建设项目，总投资三亿元\n2.乙县产业园区建设项目，总投资五亿元\n3.丙县产业园区建设项目，总投资七亿元",
    ):
        assert cleaned(text) == text


def test_paragraphs_of_a_printed_page_without_blank_lines_stay_apart() -> None:
    page = (
        "　　第一段说的是两县产业协同发展的背景和意义，要求各部门提高认识、加强领导、\n"
        "落实责任，确保方案提出的各项任务按期完成，并取得实实在在的成效。\n"
        "　　第二段说的是两县产业协同发展的目标和任务，要求到2030年建成三个园区，培育\n"
        "六条产业链，形成分工合理、链条完整、特色鲜明的产业格局，带动就业持续增加。\n"
        "　　第三段说的是保障措施，要求建立会商机制。"
    )
    assert cleaned(page).split("\n") == [
        "第一段说的是两县产业协同发展的背景和意义，要求各部门提高认识、加强领导、落实责任，确保方案提出的各项任务按期完成，并取得实实在在的成效。",
        "第二段说的是两县产业协同发展的目标和任务，要求到2030年建成三个园区，培育六条产业链，形成分工合理、链条完整、特色鲜明的产业格局，带动就业持续增加。",
        "第三段说的是保障措施，要求建立会商机制。",
    ]


def test_english_lines_are_joined_with_a_space_and_without_a_hyphen() -> None:
    text = (
        "The two counties have agreed on a joint plan for their industrial develop-\n"
        "ment, which names six chains and three parks, and asks for a meeting of both\n"
        "governments every quarter. Output of the region grew by 4.5 percent in 2022,\n"
        "faster than the average of the country."
    )
    made = cleaned(text)
    assert "industrial development, which" in made
    assert "meeting of both governments every quarter." in made
    assert "\n" not in made
