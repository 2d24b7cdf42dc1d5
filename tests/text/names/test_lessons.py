"""What corrections teach."""

from jjjmap.text.names.lessons import Lesson
from jjjmap.text.names.mentions import MentionFinder
from jjjmap.text.records import SubjectKind
from tests.text.shipped_names import shipped_gazetteer

_TEXT = "泰达主场迎来比赛，泰达的企业也来了。"


def _subjects(text: str, *lessons: Lesson) -> list[str]:
    return [mention.subject_id for mention in MentionFinder(shipped_gazetteer(), lessons).find(text)]


def test_a_rejection_holds_where_the_context_comes_again() -> None:
    lesson = Lesson.taught("球迷涌向泰达主场观看", 4, 6, "")
    assert lesson.is_rejection
    assert _subjects(_TEXT) == ["teda", "teda"]
    assert _subjects(_TEXT, lesson) == ["teda"]


def test_a_rejection_does_not_hold_where_nothing_of_the_context_comes_again() -> None:
    lesson = Lesson.taught("球迷涌向泰达主场观看", 4, 6, "")
    assert _subjects("泰达、曹妃甸", lesson) == ["teda", "caofeidian"]


def test_a_correction_names_the_other_subject_and_keeps_the_first_as_candidate() -> None:
    text = "新华区的老厂房"
    lesson = Lesson.taught("他在新华区老街", 2, 5, "130902")
    (mention,) = MentionFinder(shipped_gazetteer(), [lesson]).find(text)
    assert (mention.subject_id, mention.rule) == ("130902", "lesson")
    assert "130105" in mention.candidates
    assert mention.text == "新华区"


def test_a_correction_of_a_doubtful_name_does_not_beat_the_city_in_the_text() -> None:
    lesson = Lesson.taught("他在新华区老街", 2, 5, "130902")
    assert _subjects("石家庄市新华区", lesson) == ["130100", "130105"]


def test_the_most_specific_lesson_wins_then_the_latest() -> None:
    rejected = Lesson.taught("球迷涌向泰达主场", 4, 6, "")
    corrected = Lesson.taught("大批球迷涌向泰达主场", 6, 8, "120116")
    text = "又有球迷涌向泰达主场"
    assert _subjects(text, corrected, rejected) == []
    longer = "北方大批球迷涌向泰达主场"
    assert _subjects(longer, rejected, corrected) == ["120116"]
    assert _subjects(longer, corrected, rejected) == ["120116"]
    same_fit = Lesson.taught("大批球迷涌向泰达主场", 6, 8, "binhai")
    assert _subjects(longer, corrected, same_fit) == ["binhai"]


def test_context_is_compared_over_line_breaks() -> None:
    lesson = Lesson.taught("球迷涌\n向泰\n达主\n场观看", 5, 8, "")
    assert lesson.words == "泰达"
    assert lesson.before == "球迷涌向"
    assert _subjects("泰达主场", lesson) == []


def test_punctuation_alone_is_no_context() -> None:
    lesson = Lesson.taught("、泰达，", 1, 3, "")
    assert _subjects("曹妃甸、泰达，", lesson) == ["caofeidian", "teda"]


def test_a_lesson_about_a_subject_that_is_gone_changes_nothing() -> None:
    lesson = Lesson.taught("涌向泰达主场", 2, 4, "no-such-place")
    assert _subjects("涌向泰达主场", lesson) == ["teda"]


def test_a_lesson_may_teach_a_chain() -> None:
    lesson = Lesson.taught("氢能产业链", 0, 2, "robot", SubjectKind.CHAIN)
    (mention,) = MentionFinder(shipped_gazetteer(), [lesson]).find("氢能产业链")
    assert (mention.subject_id, mention.kind) == ("robot", SubjectKind.CHAIN)
