"""Addresses of schedulers, as people write them and as they are refused."""

from pathlib import Path

import pytest

from jjjmap.analysis.counting.scheduler import Scheduler, scheduler_at
from jjjmap.analysis.running import AnalysisImpossible


@pytest.mark.parametrize(
    "text",
    ["tcp://127.0.0.1:8786", " tcp://localhost:8786 ", "tcp://[::1]:8786", "tcp://scheduler.example-1.org:1"],
)
def test_an_address_is_a_scheme_a_host_and_a_port(text: str) -> None:
    assert scheduler_at(text).address == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "127.0.0.1:8786",
        "tcp://127.0.0.1",
        "tcp://:8786",
        "tcp://127.0.0.1:0",
        "tcp://127.0.0.1:65536",
        "tcp://user:word@127.0.0.1:8786",
        "tcp://127.0.0.1:8786/path",
        "tcp://127.0.0.1:8786?x=1",
        "tcp://[::zz]:8786",
        "tcp://[1.2.3.4]:8786",
        "ws://127.0.0.1:8786",
        "inproc://127.0.0.1:8786",
        "ucx://127.0.0.1:8786",
        "http://127.0.0.1:8786",
        "tcp://甲.cn:8786",
        "tcp://a\n:8786",
        f"tcp://{'a' * 400}:8786",
    ],
)
def test_anything_else_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(AnalysisImpossible) as told:
        scheduler_at(text)
    finding = told.value.finding
    assert finding.code == "scheduler-address" and finding.hint
    assert "word" not in finding.message + finding.hint + finding.where


def test_an_unencrypted_way_to_another_machine_is_warned_of() -> None:
    assert not scheduler_at("tcp://127.0.0.2:8786").findings
    assert not scheduler_at("tcp://[::1]:8786").findings
    (warning,) = scheduler_at("tcp://10.0.0.7:8786").findings
    assert warning.code == "scheduler-unencrypted" and "tls://" in warning.hint
    assert scheduler_at("tcp://localhost.example.org:8786").findings


def test_tls_needs_three_files_and_tcp_takes_none(tmp_path: Path) -> None:
    pem, other = tmp_path / "a.pem", tmp_path / "b.txt"
    pem.write_text("-----BEGIN CERTIFICATE-----\n")
    other.write_text("no certificate")
    good = scheduler_at("tls://10.0.0.7:8786", ca=str(pem), certificate=str(pem), key=str(pem))
    assert good == Scheduler("tls://10.0.0.7:8786", str(pem), str(pem), str(pem))
    assert not good.findings and good.is_encrypted
    for address, files in (
        ("tls://10.0.0.7:8786", {}),
        ("tls://10.0.0.7:8786", {"ca": str(pem), "certificate": str(pem)}),
        ("tls://10.0.0.7:8786", {"ca": str(pem), "certificate": str(pem), "key": str(other)}),
        ("tls://10.0.0.7:8786", {"ca": str(tmp_path), "certificate": str(pem), "key": str(pem)}),
        ("tcp://10.0.0.7:8786", {"ca": str(pem)}),
    ):
        with pytest.raises(AnalysisImpossible) as told:
            scheduler_at(address, **files)
        assert told.value.finding.code == "scheduler-files"
        assert str(tmp_path) not in told.value.finding.message
