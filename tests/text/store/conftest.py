from collections.abc import Iterator

import pytest

from jjjmap.text.store.library import Library


@pytest.fixture
def library() -> Iterator[Library]:
    with Library.open(None) as library:
        yield library
