"""Columns are known by their names, and by what stands in them."""

import pytest

from jjjmap.layers.opening.column_roles import guess_roles
from jjjmap.layers.opening.records import ColumnRole

ROLES = ColumnRole


@pytest.mark.parametrize(
    ("names", "row", "expected"),
    [
        (("lng", "lat"), ("116.1", "39.1"), {"lng": ROLES.LON, "lat": ROLES.LAT}),
        (("經度", "緯度"), ("116.1", "39.1"), {"經度": ROLES.LON, "緯度": ROLES.LAT}),
        (("位置·东经", "位置·北纬"), ("116°1′", "39°1′"), {"位置·东经": ROLES.LON, "位置·北纬": ROLES.LAT}),
        (("gcj02_lng", "gcj02_lat"), ("116.1", "39.1"), {"gcj02_lng": ROLES.LON, "gcj02_lat": ROLES.LAT}),
        (("X坐标", "Y坐标"), ("500000.1", "4400000.2"), {"X坐标": ROLES.LON, "Y坐标": ROLES.LAT}),
        (("甲", "乙"), ("116.1234", "39.1234"), {"甲": ROLES.LON, "乙": ROLES.LAT}),
        (("经度", "纬度"), ("很远", "不知道"), {}),
        (("企业名称", "注册地址"),
        ("甲厂", "甲县甲路"), {"企业名称": ROLES.NAME, "注册地址": ROLES.ADDRESS}),
        (("a", "b"), ("甲县机械有限公司", "甲县甲路1号"), {"a": ROLES.NAME, "b": ROLES.ADDRESS}),
        (("代码",), ("91130200MA07ABCD1X",), {"代码": ROLES.CREDIT_CODE}),
        (("区划代码", "所属区县"), ("130209", "甲县"), {"区划代码": ROLES.CODE, "所属区县": ROLES.REGION}),
        (("邮编",), ("050000",), {}),
        (("所在园区", "行业代码"),
        ("甲县经济开发区", "C34"), {"所在园区": ROLES.ZONE, "行业代码": ROLES.INDUSTRY}),
    ],
)  # fmt: skip
def test_a_role_is_told(
    names: tuple[str, ...], row: tuple[str, ...], expected: dict[str, ColumnRole]
) -> None:
    assert dict(guess_roles(names, [[value] * 5 for value in row])) == expected


@pytest.mark.parametrize(
    "value", ["116.3,39.9", "POINT (116.3 39.9)", '{"type": "Point", "coordinates": [116, 39]}']
)
def test_a_column_that_holds_whole_positions_is_both(value: str) -> None:
    roles = guess_roles(("名称", "坐标"), [["甲"] * 3, [value] * 3])
    assert {("坐标", ROLES.LON), ("坐标", ROLES.LAT)} <= set(roles)


def test_of_two_addresses_the_plainer_name_is_taken() -> None:
    roles = guess_roles(("注册地址", "地址"), [["甲县甲路"], ["乙县乙路"]])
    assert ("地址", ROLES.ADDRESS) in roles
    assert "注册地址" not in dict(roles)
