"""Reads the labelled firm lists; see labels/README.md."""

import csv
from dataclasses import dataclass
from pathlib import Path

LABELS = Path(__file__).resolve().parent / "labels"

FIELDS = ("name", "address", "zone", "region", "code", "credit_code")
COLUMNS = ("case", *FIELDS, "want_level", "want_id", "note")


@dataclass(frozen=True, slots=True)
class LabelledFirm:
    """One row and where it belongs."""

    case: str
    cells: dict[str, str]
    """What stands in its columns, by their names in `FIELDS`."""
    want_level: str
    want_ids: tuple[str, ...]
    """Either is right; of an ambiguous row, all have to be offered."""

    @property
    def group(self) -> str:
        """What kind of row it is."""
        return self.case.rpartition("-")[0]

    @property
    def is_placed(self) -> bool:
        """Whether it has one right place."""
        return self.want_level not in {"none", "ambiguous"}


def load_firms(name: str = "unseen") -> tuple[LabelledFirm, ...]:
    """Return the rows of a labelled list."""
    with (LABELS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{name}.csv has the columns {reader.fieldnames}")
        return tuple(
            LabelledFirm(
                case=row["case"],
                cells={field: row[field] for field in FIELDS},
                want_level=row["want_level"],
                want_ids=tuple(part for part in row["want_id"].split("|") if part),
            )
            for row in reader
        )
