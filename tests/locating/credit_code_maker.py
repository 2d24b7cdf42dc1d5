"""Makes codes that are right in form and belong to nobody."""

from jjjmap.locating.credit_codes import check_character


def credit_code(authority: str, body: str = "MA0JJJ000") -> str:
    first = f"91{authority}{body}"
    return first + check_character(first)
