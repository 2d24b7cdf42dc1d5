"""What goes wrong with exports is told with a reason and something to try."""

from pathlib import Path

import pytest

from jjjmap.errors import RenderingFailed, TemplateInvalid
from jjjmap.export.rendering_reasons import REASONS
from jjjmap.ui.messages import explain


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_a_browser_that_gave_nothing_is_explained_with_something_to_try(reason: str) -> None:
    message = explain(RenderingFailed(reason))
    assert message.what and message.why and message.hint and reason not in message.why


@pytest.mark.parametrize(
    ("path", "line", "said"),
    [
        ("/家/模板/briefing.html.j2", 12, "第 12 行：少了一个括号"),
        ("/家/模板.docx", 3, "第 3 段：少了一个括号"),
        ("/家/模板.docx", 0, "原因：少了一个括号"),
    ],
)
def test_a_template_that_cannot_be_used_is_named_with_its_line(path: str, line: int, said: str) -> None:
    message = explain(TemplateInvalid(Path(path), line, "少了一个括号"))
    assert Path(path).name in message.what and "/家" not in message.what
    assert message.why == said and message.hint
