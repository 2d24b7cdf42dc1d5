"""Tests of the command ``search``."""

from .commands import answer, run


def test_search_answers_with_groups_of_hits() -> None:
    document = answer("search", "xa", "--limit", "2")
    assert document["command"] == "search"
    assert document["result"]["query"] == "xa"
    group = document["result"]["groups"][0]
    assert group["kind"] == "place"
    assert group["total"] > len(group["hits"]) == 2
    assert group["hits"][0]["id"] == "xiongan"
    assert set(group["hits"][0]) == {"id", "title", "text", "where", "match", "scope_id", "source_ids"}


def test_search_takes_several_words_and_one_kind() -> None:
    (group,) = answer("search", "天津", "机场", "--kind", "figure")["result"]["groups"]
    assert group["kind"] == "figure"
    assert all(hit["source_ids"] and hit["scope_id"] for hit in group["hits"])


def test_search_prints_what_was_found_kind_by_kind() -> None:
    lines = run("search", "曹妃甸", "--limit", "1").stdout.splitlines()
    assert lines[0].startswith("地点（") and lines[0].endswith("列出前 1 条）")
    assert lines[1] == "  曹妃甸协同发展示范区  (caofeidian)"
    assert "战略合作功能区" in lines[2]


def test_search_that_finds_nothing_says_so_and_is_done() -> None:
    result = run("search", "没有这个词")
    assert (result.exit_code, result.stdout) == (0, "没有找到“没有这个词”。\n")
    assert answer("search", "没有这个词")["result"]["groups"] == []


def test_search_needs_words_and_known_kinds() -> None:
    assert run("search").exit_code == 2
    assert run("search", "港", "--kind", "castle").exit_code == 2
    assert run("search", "港", "--limit", "0").exit_code == 2


def test_search_speaks_english() -> None:
    (group,) = answer("search", "雄安", "--kind", "place", "--limit", "1", "--lang", "en")["result"]["groups"]
    assert group["hits"][0]["title"] == "Xiong'an New Area"
