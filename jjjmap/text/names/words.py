"""Lists of words in the source, as blocks of text that a person can read."""


def words(block: str) -> tuple[str, ...]:
    """Return the words of a block, parted by white space."""
    return tuple(block.split())
