"""Tries mutants of one format, so many or so long, and counts what came of them."""

import gc
import sys
import time
import traceback
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import MappingProxyType

from tests.fuzzing import data_trials, document_trials, project_trials, record_trials
from tests.fuzzing.mutations import mutant
from tests.fuzzing.promises import WatchedWorker
from tests.fuzzing.trial import Trial

FORMATS: Mapping[str, type[Trial]] = MappingProxyType(
    {
        "geojson": data_trials.GeoJson,
        "geojsonseq": data_trials.GeoJsonLines,
        "gpkg": data_trials.GeoPackage,
        "shp.zip": data_trials.ZippedShapefile,
        "kml": data_trials.Kml,
        "kmz": data_trials.Kmz,
        "fgb": data_trials.FlatGeobuf,
        "gpx": data_trials.Gpx,
        "parquet": data_trials.Parquet,
        "csv": data_trials.Csv,
        "xlsx": data_trials.Workbook,
        "ods": data_trials.OpenWorkbook,
        "docx": document_trials.Docx,
        "pdf": document_trials.Pdf,
        "html": document_trials.Html,
        "md": document_trials.Markdown,
        "txt": document_trials.PlainText,
        "jjj.gpkg": project_trials.Project,
        "journal.jsonl": project_trials.Journal,
        "state.json": project_trials.StateFile,
        "about.json": project_trials.AboutFile,
        "home-state.json": project_trials.HomeState,
        "settings.json": record_trials.SettingsFile,
        "layer.json": record_trials.LayerRecord,
        "style.json": record_trials.StyleJson,
        "qml": record_trials.Qml,
    }
)
"""By the name that it is asked for."""
MOST_FAULTS = 20
"""After so many, more would say the same."""
MOST_GROWTH_BYTES = 1 << 30
"""Of the program's own memory while mutants of a few kilobytes are tried."""


@dataclass
class Report:
    """What came of the mutants of one format."""

    name: str
    seed: int
    mutants: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    deaths: Counter[int] = field(default_factory=Counter)
    """Of workers, by exit code."""
    peak_bytes: int = 0
    """Of a worker; 0 if there was none."""
    grown_bytes: int = 0
    """By which the program's own memory grew."""
    slowest_s: float = 0.0
    slowest: int = 0
    """Its number."""

    def line(self) -> str:
        """Return all of it in a line."""
        told = [
            f"{self.name:16} {self.mutants:6} mutants",
            f"{len(self.faults)} faults",
            f"slowest {self.slowest_s:.1f} s (#{self.slowest})",
            f"worker {self.peak_bytes >> 20} MB",
            f"self +{self.grown_bytes >> 20} MB",
        ]
        if self.deaths:
            told.append(f"workers died {dict(self.deaths)}")
        common = ", ".join(f"{slug} {count}" for slug, count in self.outcomes.most_common(6))
        return f"{', '.join(told)}: {common}"


def mutant_of(trial: Trial, name: str, seed: int, number: int) -> bytes:
    """Return one mutant, the same whenever it is asked for."""
    return mutant(trial.seeds, trial.family, Random(f"{name}:{seed}:{number}"))


def run_campaign(
    name: str, folder: Path, *, seed: int, mutants: int = 0, seconds: float = 0.0, kept: Path
) -> Report:
    """Try mutants of a format.

    Parameters
    ----------
    folder
        Existing and empty, to work in.
    mutants, seconds
        How many are tried, or how long.
    kept
        Where those stay that did harm; made with the first.
    """
    report = Report(name, seed)
    WatchedWorker.deaths.clear()
    WatchedWorker.peak_bytes = 0
    trial = FORMATS[name](folder)
    before = _own_peak()
    began = time.monotonic()
    try:
        while report.mutants < mutants if mutants else time.monotonic() - began < seconds:
            data = mutant_of(trial, name, seed, report.mutants)
            started = time.monotonic()
            try:
                report.outcomes[trial.run(data)] += 1
            except Exception as exc:
                report.faults.append(_kept(kept, name, seed, report.mutants, data, exc))
                if len(report.faults) == MOST_FAULTS:
                    break
            took = time.monotonic() - started
            if took > report.slowest_s:
                report.slowest_s, report.slowest = took, report.mutants
            report.mutants += 1
    finally:
        trial.close()
        gc.collect()
    report.deaths.update(WatchedWorker.deaths)
    report.peak_bytes = WatchedWorker.peak_bytes
    report.grown_bytes = _own_peak() - before
    if report.grown_bytes > MOST_GROWTH_BYTES:
        report.faults.append(f"the program took {report.grown_bytes >> 20} MB more")
    return report


def _kept(kept: Path, name: str, seed: int, number: int, data: bytes, error: Exception) -> str:
    """Keep a mutant with what it did; return a line."""
    kept.mkdir(parents=True, exist_ok=True)
    path = kept / f"{seed}-{number}.{name}"
    path.write_bytes(data)
    text = "".join(traceback.format_exception(error))
    path.with_name(f"{path.name}.txt").write_text(text, "utf-8", "backslashreplace")
    place = traceback.extract_tb(error.__traceback__)[-1]
    said = " ".join(f"{type(error).__name__}: {error}".split())[:400]
    return f"{path}: {said} ({Path(place.filename).name}:{place.lineno})"


def _own_peak() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak << 10
