"""Broken files of every format that is read: an answer or a sentence, and nothing else.

Each format gets the same few mutants whenever the tests run. ``make fuzz SECONDS=30`` tries others, so long
each; ``SEED=…`` repeats a run, ``ARGS="-k gpkg"`` chooses a format.
"""

import logging
import os
import sys
from pathlib import Path

import pytest

from tests.fuzzing.campaign import FORMATS, run_campaign

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
SEED = int(os.environ.get("FUZZ_SEED", "7"))
FOLDER = os.environ.get("FUZZ_FOLDER", "")
"""Where mutants stay that did harm."""


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.usefixtures("qapp")
def test_no_mutant_does_harm(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # What the program notes of each would bury what is told here.
    logging.getLogger("jjjmap").setLevel(logging.CRITICAL)
    work = tmp_path / "work"
    work.mkdir()
    report = run_campaign(
        name,
        work,
        seed=SEED,
        mutants=0 if SECONDS else FORMATS[name].suite_mutants,
        seconds=SECONDS,
        kept=Path(FOLDER) if FOLDER else tmp_path / "harm",
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{report.line()}\n")
    assert report.mutants
    assert not report.faults, "\n".join((f"FUZZ_SEED={SEED}", *report.faults))
