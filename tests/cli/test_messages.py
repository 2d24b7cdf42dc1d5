"""Tests of jjjmap/cli/messages.py: findings as lines."""

from jjjmap.cli.messages import SHOWN_OF_A_KIND, finding_lines
from jjjmap.findings import Finding, Severity


def test_a_finding_is_a_line_and_what_to_try_another() -> None:
    finding = Finding(Severity.ERROR, "layer-broken", "geodata/a.geojson:2", "坏了。", "重装。")
    assert finding_lines([finding]) == ["错误 geodata/a.geojson:2 [layer-broken] 坏了。", "  重装。"]


def test_errors_come_first_and_alike_findings_share_what_to_try() -> None:
    findings = [
        Finding(Severity.WARNING, "odd", "a.csv:1", "可疑。"),
        Finding(Severity.ERROR, "gone", "b.csv", "不在。", "放回。"),
        Finding(Severity.ERROR, "torn", "c.csv", "破了。"),
        Finding(Severity.ERROR, "gone", "d.csv", "不在。", "放回。"),
    ]
    assert finding_lines(findings) == [
        "错误 b.csv [gone] 不在。",
        "错误 d.csv [gone] 不在。",
        "  放回。",
        "错误 c.csv [torn] 破了。",
        "可疑 a.csv:1 [odd] 可疑。",
    ]


def test_hundreds_of_one_kind_are_counted_and_do_not_bury_the_others() -> None:
    many = [Finding(Severity.ERROR, "gone", f"a.csv:{n}", "不在。", "放回。") for n in range(300)]
    lines = finding_lines([*many, Finding(Severity.ERROR, "torn", "c.csv", "破了。")])
    assert len(lines) == SHOWN_OF_A_KIND + 3
    assert str(300 - SHOWN_OF_A_KIND) in lines[SHOWN_OF_A_KIND]
    assert lines[-1] == "错误 c.csv [torn] 破了。"


def test_a_kind_that_just_fits_is_told_whole() -> None:
    many = [Finding(Severity.INFO, "odd", f"a.csv:{n}", "可疑。") for n in range(SHOWN_OF_A_KIND)]
    assert len(finding_lines(many)) == SHOWN_OF_A_KIND


def test_the_name_of_a_file_cannot_steer_the_terminal() -> None:
    name = "a\x1b[2J\x9b2J\n\u202etxt.b\udcff"
    for line in finding_lines([Finding(Severity.ERROR, "gone", name, name, name)]):
        assert line.isprintable()
