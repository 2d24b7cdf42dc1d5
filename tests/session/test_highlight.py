from jjjmap.session.highlight import Highlight


def test_places_are_marked_once_each_and_replace_those_before(qtbot):
    highlight = Highlight()
    highlight.show(["a"], "甲")
    with qtbot.waitSignal(highlight.highlight_changed) as changed:
        highlight.show(["b", "c", "b"], "乙")
    assert changed.args == [["b", "c"]]
    assert (highlight.place_ids, highlight.title) == (("b", "c"), "乙")


def test_clearing_is_said_once(qtbot):
    highlight = Highlight()
    highlight.show(["a"], "甲")
    said = []
    highlight.highlight_changed.connect(said.append)
    highlight.clear()
    highlight.clear()
    assert said == [[]]
    assert highlight.title == ""
