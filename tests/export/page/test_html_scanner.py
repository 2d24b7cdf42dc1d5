"""Where the scanner of exported pages stops: wherever a browser would read something else than it does."""

import pytest

from jjjmap.export.page.html_scanner import MarkupForeign, elements_of

META = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
PAGE = f'<!doctype html>\n<html lang="zh-CN">\n<head>\n{META}\n<title>甲</title>\n</head>\n</html>\n'


def test_elements_of_a_page_come_in_their_order() -> None:
    elements = list(elements_of(PAGE))
    assert [element.tag for element in elements] == ["html", "head", "meta", "title"]
    assert elements[2].attributes == {
        "http-equiv": "Content-Security-Policy", "content": "default-src 'none'",
    }  # fmt: skip
    assert elements[3].content == "甲"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # In all of these a browser finds the policy in the body, where it means nothing.
        ("<head>\n", "<head>\nx"),
        ("<head>", "<body>"),
        ("<head>", "<head></head>"),
        ("<head>", "<noscript>"),
        ('<html lang="zh-CN">\n', '<html lang="zh-CN">\nx'),
    ],
)
def test_nothing_may_stand_before_the_first_of_the_head(old: str, new: str) -> None:
    with pytest.raises(MarkupForeign) as found:
        list(elements_of(PAGE.replace(old, new, 1)))
    assert found.value.at == 0


def test_an_attribute_that_stands_twice_is_foreign() -> None:
    # A browser goes by the first: this is no policy at all.
    page = PAGE.replace("<meta ", '<meta http-equiv="x" ')
    with pytest.raises(MarkupForeign) as found:
        list(elements_of(page))
    assert found.value.at == page.index("<meta")
