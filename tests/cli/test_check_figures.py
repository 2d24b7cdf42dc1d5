"""Tests of ``check --figures``."""

from pathlib import Path

from .commands import answer, lose_file, run, spoil_row


def test_what_we_ship_does_not_contradict_itself_unmarked() -> None:
    document = answer("check", "--figures")
    assert document["findings"] == []
    assert document["result"]["contradictions"] == 0
    assert document["result"]["counts"]["differ"] >= 8
    checks = document["result"]["checks"]
    assert all(check["marked_contested"] for check in checks if check["verdict"] == "differ")
    assert all(check["reason_text"] for check in checks if check["verdict"] == "not-computable")
    cells = document["result"]["matrix"]["cells"]
    assert {cell["scope_id"] for cell in cells} == set(document["result"]["matrix"]["scopes"])


def test_the_text_names_both_values_and_ends_with_the_verdict() -> None:
    result = run("check", "--figures")
    assert result.exit_code == 0
    assert "fig-056+fig-288" in result.stdout
    assert "无法核算的原因" in result.stdout
    assert result.stdout.endswith("没有未注明的不一致。\n")


def test_a_slip_in_a_figure_is_found_and_fails(data: Path) -> None:
    spoil_row(data / "resources/catalogue/figures.csv", "fig-055", "51492", "61492")
    document = answer("check", "--figures", code=1)
    (finding,) = document["findings"]
    assert (finding["code"], finding["where"]) == (
        "figures-contradict",
        "catalogue/figures.csv#fig-055+fig-052+fig-053+fig-054",
    )
    result = run("check", "--figures", "--lang", "en")
    assert result.exit_code == 1
    assert "fig-055" in result.stdout


def test_a_slip_that_is_marked_as_contested_does_not_fail(data: Path) -> None:
    spoil_row(data / "resources/catalogue/figures.csv", "fig-055", "51492", "61492")
    file = data / "resources/catalogue/figures.csv"
    lines = file.read_text("utf-8").splitlines()
    lines = [line[:-1] + "1" if line.startswith("fig-055,") else line for line in lines]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    assert answer("check", "--figures")["result"]["contradictions"] == 0


def test_broken_data_fail_here_too(data: Path) -> None:
    lose_file(data)
    document = answer("check", str(data), "--figures", code=1)
    assert document["result"]["checks"] == []
    assert document["findings"][0]["where"] == "catalogue/figures.csv"
