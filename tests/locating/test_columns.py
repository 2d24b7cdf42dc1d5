from collections.abc import Mapping

import pyarrow as pa
import pytest

from jjjmap.layers.opening.records import ColumnRole
from jjjmap.locating.addresses import Reading
from jjjmap.locating.judging import Registration
from jjjmap.locating.placing import Locator
from jjjmap.locating.records import FIELD_OF_ROLE, Fields, Level, Reason, Verdict

from .credit_code_maker import credit_code

ROWS = [
    ("唐山市曹妃甸区唐海镇12号", "甲有限公司", "", "唐山市", "", credit_code("110108")),
    ("唐山市曹妃甸区唐海镇7号", "乙有限公司", "", "唐山市", "", credit_code("130209")),
    ("桥东区新华路", "邢台甲厂", "", "", "", ""),
    ("桥东区新华路", "", "", "石家庄市", "", ""),
    ("桥东区新华路", "", "", "", "130702.0", ""),
    ("", "", "高新区", "唐山市", "", ""),
    ("", "", "高新区", "", "", ""),
    ("开发区第三大街51号", "", "", "天津市", "", ""),
    ("", "", "", "", "", ""),
    (None, None, None, None, None, None),
    ("Qiaoxi District", "", "", "Zhangjiakou", "", "坏"),
    ("上海市浦东新区", "北京甲有限公司", "", "", "", ""),
    ("河北雄安新区", "甲(容城)有限公司", "雄安高新区", "", "", "9.1E+17"),
]
ROLES = (
    ColumnRole.ADDRESS,
    ColumnRole.NAME,
    ColumnRole.ZONE,
    ColumnRole.REGION,
    ColumnRole.CODE,
    ColumnRole.CREDIT_CODE,
)


def test_columns_are_judged_as_each_of_their_rows(locator: Locator) -> None:
    columns = {role: [row[number] for row in ROWS] for number, role in enumerate(ROLES)}
    placed = locator.place_rows(columns)
    assert placed is not None
    for row, values in enumerate(ROWS):
        cells = {FIELD_OF_ROLE[role]: value or "" for role, value in zip(ROLES, values, strict=True)}
        alone = locator.place(cells)
        assert placed.place_id[row] == alone.place_id, values
        assert placed.unit_id[row] == alone.unit_id
        assert (placed.level[row], placed.reason[row]) == (alone.level, alone.reason)
        assert placed.confidence[row] == pytest.approx(alone.confidence)
        assert (placed.fields[row], placed.disagreement[row]) == (alone.fields, alone.disagreement)
        assert placed.candidates.get(row, ()) == alone.candidates


def test_what_repeats_is_judged_once(locator: Locator, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = []
    judge = locator._judge
    verdict = judge.verdict

    def counting(registration: Registration, readings: Mapping[Fields, Reading]) -> Verdict:
        judged.append(readings)
        return verdict(registration, readings)

    monkeypatch.setattr(judge, "verdict", counting)
    addresses = [f"保定市竞秀区甲路{number}号" for number in range(5_000)]
    codes = [credit_code("130602", f"MA{number:07}") for number in range(5_000)]
    placed = locator.place_rows({ColumnRole.ADDRESS: addresses, ColumnRole.CREDIT_CODE: codes})
    assert placed is not None
    assert set(placed.unit_id.tolist()) == {"130602"}
    assert len(judged) == 1


def test_the_share_that_is_told_grows_and_ends_at_one(locator: Locator) -> None:
    shares: list[float] = []
    addresses = [f"甲{chr(0x4E00 + number)}路" for number in range(3_000)]
    locator.place_rows({ColumnRole.ADDRESS: addresses}, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_it_stops_when_nobody_wants_it_any_more(locator: Locator) -> None:
    asked: list[int] = []

    def is_enough() -> bool:
        asked.append(1)
        return len(asked) > 3

    addresses = pa.array([f"甲{chr(0x4E00 + number)}路" for number in range(3_000)])
    done = locator.place_rows({ColumnRole.ADDRESS: addresses}, cancelled=is_enough)
    assert done is None


def test_no_column_and_no_row_are_answers_too(locator: Locator) -> None:
    nothing = locator.place_rows({ColumnRole.ADDRESS: []})
    assert nothing is not None
    assert len(nothing) == 0
    without = locator.place_rows({})
    assert without is not None
    assert all(level == Level.NONE for level in without.level)
    assert all(reason == Reason.NOTHING_SAID for reason in without.reason)
