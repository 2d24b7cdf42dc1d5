"""Ids of users' features: a layer and a row as one text, beside the ids of places."""

import re

LAYER_PREFIX = "user-"
_FEATURE_ID = re.compile(rf"({LAYER_PREFIX}[0-9a-f]{{8}})#(\d{{1,10}})")


def feature_id(layer_id: str, row: int) -> str:
    """Return the id of a row of a user's layer."""
    return f"{layer_id}#{row}"


def parse_feature_id(text: str) -> tuple[str, int] | None:
    """Return layer id and row number; None if the text is the id of something else."""
    found = _FEATURE_ID.fullmatch(text)
    return (found[1], int(found[2])) if found else None
