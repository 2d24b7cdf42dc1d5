"""Title, issuer, date and number of a document, as the user sets them or lets them be guessed."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from jjjmap.text.records import DocumentDetails
from jjjmap.text.store.library_rows import storable
from jjjmap.text.store.looking_up import entry_of, key_of, read_document
from jjjmap.text.store.writing import DETAIL_LENGTH, storable_details, write_details

_DATE = re.compile(r"(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?", re.ASCII)
_DETAILS = ("title", "issuer", "date", "number")


def set_details(
    connection: sqlite3.Connection, document_id: str, fields: Mapping[str, str | None]
) -> DocumentDetails:
    """Set title, issuer, date or number; what was set is never guessed again."""
    unknown = sorted(set(fields) - set(_DETAILS))
    if unknown:
        raise ValueError(f"no such detail: {', '.join(unknown)}")
    if not _DATE.fullmatch(fields.get("date") or ""):
        raise ValueError(f"no date: {fields['date']}")
    key = key_of(connection, document_id)
    old = entry_of(connection, key).details
    given = {name: value for name, value in fields.items() if value is not None}
    values = {name: storable(value).strip()[:DETAIL_LENGTH] for name, value in given.items()}
    to_guess = fields.keys() - given.keys()
    if to_guess:
        guessed = _guessed_details(connection, key)
        values.update((name, getattr(guessed, name)) for name in to_guess)
    details = replace(old, **values, edited=(old.edited | given.keys()) - to_guess)
    write_details(connection, key, details)
    return details


def _guessed_details(connection: sqlite3.Connection, key: int) -> DocumentDetails:
    from jjjmap.text.documents.heading import guess_details

    document = read_document(connection, key)
    return storable_details(guess_details(document.text, document.raw, document.file_name))
