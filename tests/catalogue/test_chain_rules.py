"""The table of industries and words by link: shipped, read from hostile files, written without formulas."""

from pathlib import Path

import pytest

from jjjmap import paths
from jjjmap.analysis.chain_gaps.assignment import Assigner
from jjjmap.catalogue import chain_rules
from jjjmap.catalogue.chain_rules import (
    INFERRED,
    MOST_BYTES,
    ChainRule,
    RuleKind,
    Strength,
    rule_trouble,
    rules_from_csv,
    rules_to_csv,
    save_user_rules,
    shipped_rules,
    user_rules,
)
from jjjmap.catalogue.industries import shipped_industries
from jjjmap.catalogue.store import load_catalogue
from jjjmap.findings import Severity
from jjjmap.i18n import Language

NODES = ("n-1", "n-2")


def read(text: str | bytes) -> tuple[tuple[ChainRule, ...], list[str]]:
    data = text.encode() if isinstance(text, str) else text
    rules, findings = rules_from_csv(data, "t.csv", NODES, shipped_industries())
    return rules, [finding.code for finding in findings]


def test_every_shipped_rule_can_be_used_and_says_that_it_is_inferred() -> None:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    rules = shipped_rules()

    assert len({rule.identity for rule in rules}) == len(rules) > 100
    for rule in rules:
        assert rule_trouble(rule, catalogue.chain_nodes, shipped_industries()) == "", rule
        assert rule.basis == INFERRED
        assert rule.note_zh and rule.note_en
        assert rule.key == chain_rules.cleaned_key(rule.kind, rule.key)


def test_a_table_is_read_back_as_it_was_written() -> None:
    rules = (
        ChainRule("n-1", RuleKind.CODE, "3612", Strength.CORE, note_zh='甲, “乙”"丙"'),
        ChainRule("n-2", RuleKind.KEYWORD, "=cmd|' /c calc'!a1", Strength.RELATED, note_en="'@x"),
    )

    written = rules_to_csv(rules)

    assert b",=cmd" not in written and b",'=cmd" in written
    assert rules_from_csv(written, "t.csv", NODES, shipped_industries()) == (rules, [])


def test_the_shipped_table_is_read_back_as_it_is() -> None:
    catalogue, _findings = load_catalogue(paths.RESOURCES)

    assert rules_from_csv(
        rules_to_csv(shipped_rules()), "t.csv", catalogue.chain_nodes, shipped_industries()
    ) == (shipped_rules(), [])


def test_codes_are_taken_with_letters_and_in_full_width_and_in_gb18030() -> None:
    rules, codes = read(
        "node_id,kind,key,note_zh\nn-1,code,Ｃ３６１２,甲\nn-1,keyword, 制氢 ,乙\n".encode("gb18030")
    )

    assert [(rule.key, rule.note(Language.ZH)) for rule in rules] == [("3612", "甲"), ("制氢", "乙")]
    assert codes == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("n-9,code,3612,core", "rule-unusable"),
        ("n-1,code,9999,core", "rule-unusable"),
        ("n-1,regex,.*,core", "rule-unusable"),
        ("n-1,code,3612,most", "rule-unusable"),
        ("n-1,keyword,氢,core", "rule-unusable"),
        ("n-1,keyword,,core", "rule-unusable"),
        ("n-1,keyword," + "氢" * 100 + ",core", "rule-unusable"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_and_left_out(row: str, code: str) -> None:
    rules, codes = read(f"node_id,kind,key,strength\n{row}\nn-2,code,3491,core\n")

    assert [rule.key for rule in rules] == ["3491"]
    assert codes == [code]


def test_a_rule_that_stands_there_twice_counts_once() -> None:
    rules, codes = read("node_id,kind,key\nn-1,code,3612\nn-1,code,C3612\n")

    assert len(rules) == 1
    assert codes == ["rule-twice"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "wrong-header"),
        (b"a,b\n1,2\n", "wrong-header"),
        (b"node_id,kind,key,key\n", "wrong-header"),
        (b'node_id,kind,key\n"n-1,code\n', "bad-csv"),
        (b"\xff\xff\xff\x80", "bad-csv"),
        (b"x" * (MOST_BYTES + 1), "table-too-large"),
    ],
)
def test_what_is_no_table_gives_no_rules(data: bytes, code: str) -> None:
    assert read(data) == ((), [code])


def test_too_many_rows_are_cut_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_rules, "MOST_RULES", 2)

    rules, codes = read("node_id,kind,key\nn-1,keyword,甲甲\nn-1,keyword,乙乙\nn-1,keyword,丙丙\n")

    assert (len(rules), codes) == (2, ["too-many-rows"])


def test_the_users_table_is_kept_and_can_be_given_up(tmp_path: Path) -> None:
    path = tmp_path / "new" / "chain-table.csv"
    rules = (ChainRule("n-1", RuleKind.CODE, "3612"),)
    assert user_rules(NODES, shipped_industries(), path) == ((), [])

    save_user_rules(rules, path)

    assert user_rules(NODES, shipped_industries(), path) == (rules, [])
    save_user_rules(None, path)
    save_user_rules(None, path)
    assert not path.exists()


def test_a_users_table_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    rules, findings = user_rules(NODES, shipped_industries(), tmp_path)

    assert rules == ()
    assert [finding.severity for finding in findings] == [Severity.WARNING]


def test_lines_that_are_wrong_count_among_those_that_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_rules, "MOST_RULES", 3)

    rules, codes = read("node_id,kind,key\n" + "x,y,z\n" * 50)

    assert (rules, codes) == ((), ["rule-unusable"] * 3 + ["too-many-rows"])


@pytest.mark.parametrize(
    ("codes", "text", "node_ids"),
    [
        (("3611",), "", set()),
        (("3612",), "", {"nev-icv-4"}),
        (("3742",), "", {"commercial-space-1", "commercial-space-2"}),
        (("3742",), "商业卫星", {"commercial-space-2"}),
        (("8492",), "", set()),
        (("3587",), "", set()),
        ((), "氢燃料电池公交运营", {"hydrogen-9"}),
        ((), "站用加氢及储氢设施销售；充电堆；诚信创业；数控机床销售；伺服压力机；压铸机", set()),
    ],
)
def test_the_shipped_table_claims_no_more_than_a_code_or_word_says(
    codes: tuple[str, ...], text: str, node_ids: set[str]
) -> None:
    """Which links a firm closes: petrol cars, spectacles, or a seller of storage tanks close none."""
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    assigner = Assigner(shipped_rules(), catalogue.chain_nodes, shipped_industries())

    core = {each.node_id for each in assigner.assign(codes, text) if each.strength is Strength.CORE}

    assert core == node_ids
