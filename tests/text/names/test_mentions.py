"""Which places, towns and chains a text names."""

from pathlib import Path

import pytest

from jjjmap.text.names.mentions import MentionFinder
from jjjmap.text.records import Mention, SubjectKind
from tests.text.labelled import parse_labelled
from tests.text.shipped_names import shipped_gazetteer

_EXAMPLES = (Path(__file__).parent / "mention_examples.txt").read_text("utf-8").splitlines()
_SEEDS = Path(__file__).resolve().parents[4] / "shared" / "seeds"


def _find(text: str) -> tuple[Mention, ...]:
    return MentionFinder(shipped_gazetteer()).find(text)


def _said(text: str) -> list[str]:
    return [f"{mention.text}={mention.subject_id}{'^' * mention.is_lead}" for mention in _find(text)]


@pytest.mark.parametrize("marked", _EXAMPLES)
def test_a_sentence_is_read_as_a_person_reads_it(marked: str) -> None:
    """The marks are those of labels/README.md."""
    (passage,) = parse_labelled(f"== example | own\n{marked}")
    expected = sorted((one.start, one.end, one.subject_id, one.is_lead) for one in passage.mentions)
    found = sorted((one.start, one.end, one.subject_id, one.is_lead) for one in _find(passage.text))
    assert found == expected


@pytest.mark.parametrize(
    ("text", "chains"),
    [
        ("抓好氢能、生物医药、机器人三条重点产业链", ["hydrogen", "biomed", "robot"]),
        ("“六链”即氢能、机器人6条", ["hydrogen", "robot"]),
        ("布局商业航天、低空经济、合成生物等产业链", ["commercial-space", "low-altitude", "synbio"]),
        ("聚焦氢能、新材料、机器人等产业链，壮大主体", ["hydrogen", "robot"]),
        ("重点产业链包括氢能、机器人", ["hydrogen", "robot"]),
        ("网络安全和工业互联网产业链", ["cyber-iiot"]),
        ("延伸氢能链条，做强机器人产业", ["hydrogen"]),
        ("机器人链主企业、链长", []),
        ("聚焦生物医药、氢能等重点领域", []),
        ("“五群”即生物医药、电力装备5个集群", []),
        ("工业互联网平台接入产业链上的企业", []),
    ],
)
def test_an_industry_names_a_chain_only_among_chains(text: str, chains: list[str]) -> None:
    found = [mention for mention in _find(text) if mention.kind is SubjectKind.CHAIN]
    assert [mention.subject_id for mention in found] == chains


def test_both_wordings_of_a_chain_are_known() -> None:
    before, after = _find("高端工业母机产业链；高端仪器设备和工业母机产业链")
    assert before.subject_id == after.subject_id == "machine-tool"
    assert before.text != after.text


def test_a_name_over_a_line_break_covers_the_break() -> None:
    (mention,) = _find("建在曹妃\n甸区的码头")
    assert (mention.subject_id, mention.text) == ("caofeidian", "曹妃\n甸区")


def test_two_line_breaks_part_names() -> None:
    assert _said("在天津\n\n河北省发布") == ["天津=120000", "河北省=130000"]


@pytest.mark.parametrize(
    ("text", "subject_id", "low", "high"),
    [
        ("石家庄市桥西区", "130104", 0.9, 1),
        ("石家庄发布通知，桥西区调整价格", "130104", 0.8, 0.9),
        ("石家庄发布通知。桥西区调整价格", "130104", 0.7, 0.8),
        ("张家口发布通知。\n\n后来，桥西区调整价格", "130703", 0.6, 0.7),
        ("桥西区调整价格", "130104", 0.01, 0.6),
    ],
)
def test_the_nearer_the_city_the_surer_which_unit_is_meant(
    text: str, subject_id: str, low: float, high: float
) -> None:
    mention = _find(text)[-1]
    assert mention.subject_id == subject_id
    assert low <= mention.confidence <= high
    assert set(mention.candidates) == {"130104", "130703", "130503"} - {subject_id}


def test_a_unit_that_its_city_does_not_have_is_none() -> None:
    assert _said("石家庄市桥东区") == ["石家庄市=130100"]


def test_a_policy_place_keeps_the_unit_as_candidate() -> None:
    (mention,) = _find("滨海新区开工")
    assert (mention.subject_id, mention.candidates) == ("binhai", ("120116",))


def test_mentions_come_by_start_the_longer_first() -> None:
    mentions = _find("张（家口）承（德）生态功能区")
    assert [mention.subject_id for mention in mentions] == ["zhangcheng", "130700", "130800"]
    places = [(mention.start, -mention.end) for mention in mentions]
    assert places == sorted(places)


def test_several_places_named_together_share_one_stretch() -> None:
    mentions = _find("北京、天津（滨海新区）2个国家人工智能创新应用先导区")
    outer = [mention.subject_id for mention in mentions if mention.start == 0 and mention.end > 2]
    assert sorted(outer) == ["pilot-beijing-ai", "pilot-tianjin-binhai-ai"]
    inner = [mention.subject_id for mention in mentions if mention.subject_id not in outer]
    assert inner == ["110000", "120000", "binhai"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "河" * 20000,
        "京津冀协同发展" * 3000,
        "（" * 20000 + "）" * 20000,
        "张（家口）承（" * 3000,
        "大兴、" * 5000,
        "桥西区" * 5000,
        "北京、" * 5000 + "国家人工智能创新应用先导区",
        "氢能、" * 5000,
        "河 \n" * 5000,
        "Beijing of " * 3000,
        "雄安片区" * 3000,
        # The time limit of the tests would end a search that is not linear.
        "沈阳" + "和平区，" * 100_000,
        "<script>alert(1)</script>{北京}",
        "\x00北京\ud800天津😀河北",
    ],
)
def test_offsets_hold_whatever_the_text_is(text: str) -> None:
    for mention in _find(text):
        assert text[mention.start : mention.end] == mention.text
        assert 0 < mention.confidence <= 1


@pytest.mark.parametrize(
    ("text", "is_ours"),
    [
        ("沈阳铁西区、和平区的做法。", False),
        ("沈阳的做法。和平区跟进。", True),
        ("沈阳和平区、西青区。", True),
        ("天津市学沈阳铁西区、和平区。", True),
    ],
)
def test_a_namesake_elsewhere_reaches_to_the_end_of_the_sentence(text: str, is_ours: bool) -> None:
    assert any(mention.subject_id.startswith("1201") for mention in _find(text)) is is_ours


def test_text_is_read_the_same_at_any_length() -> None:
    sentence = "石家庄市桥西区与沧州市新华区，北京大学和河北省秦皇岛市海港区。\n"
    once = [(mention.start, mention.subject_id) for mention in _find(sentence)]
    many = [(mention.start, mention.subject_id) for mention in _find(sentence * 50)]
    assert many == [
        (start + turn * len(sentence), subject_id) for turn in range(50) for start, subject_id in once
    ]


@pytest.mark.skipif(not _SEEDS.is_dir(), reason="the seed documents lie outside the repository")
@pytest.mark.parametrize(
    ("seed", "counts"),
    [
        (
            "seed-000.txt",
            {"region": 42, "zhangcheng": 1, "pilot-beijing-ai": 1, "cyber-iiot": 1, "120111": 1},
        ),
        ("seed-001.txt", {"region": 35, "zhangcheng": 1, "pilot-xiqing-iov": 1, "machine-tool": 1}),
        ("seed-002.txt", {"130302": 3, "130300": 3, "120105": 0}),
        ("seed-003.txt", {"ntic-xiongan": 1, "ftz-hebei-xiongan": 1, "hydrogen": 1, "synbio": 1}),
        ("seed-004.txt", {"circle-capital": 1, "130200": 1, "hydrogen": 0}),
    ],
)
def test_seeds_name_what_they_name(seed: str, counts: dict[str, int]) -> None:
    found = [mention.subject_id for mention in _find((_SEEDS / seed).read_text("utf-8"))]
    assert {subject_id: found.count(subject_id) for subject_id in counts} == counts


def test_names_beyond_all_measure_are_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from jjjmap.text.names import gazetteer, mentions

    monkeypatch.setattr(gazetteer, "MOST_NAMES", 5)
    monkeypatch.setattr(mentions, "MOST_NAMES", 5)
    finder = MentionFinder(shipped_gazetteer())
    read = finder.read("唐山市、保定市、廊坊市。" * 3)
    assert read.reaches_limit
    assert len(read.mentions) == 5
    assert not finder.read("唐山市、保定市。").reaches_limit
