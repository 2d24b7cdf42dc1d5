"""What the columns of a table say about where a row is, told by their names and by their values."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from jjjmap.layers.opening.coordinate_texts import coordinate_of, is_shape_text, pair_of
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.opening.value_texts import is_blank

Roles = tuple[tuple[str, ColumnRole], ...]

_ENOUGH = 0.7
"""Share of values that must look the part."""
_SAMPLE = 300


def _names(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


# The better name first: of several columns with the same meaning the first pattern decides.
_BY_NAME: Mapping[ColumnRole, tuple[re.Pattern[str], ...]] = MappingProxyType(
    {
        ColumnRole.LON: _names(
            r"(lon|lng|long|longitude|经度|东经|经度坐标)",
            r".*(longitude|经度|东经).*",
            r"(.*[_ .])?(lon|lng|long)([_ .].*)?",
            r"(x|x坐标|坐标x|x_?coord|point_?x|coord_?x|横坐标|东坐标|easting|poi_?x)",
        ),
        ColumnRole.LAT: _names(
            r"(lat|latitude|纬度|北纬|纬度坐标)",
            r".*(latitude|纬度|北纬).*",
            r"(.*[_ .])?lat([_ .].*)?",
            r"(y|y坐标|坐标y|y_?coord|point_?y|coord_?y|纵坐标|北坐标|northing|poi_?y)",
        ),
        ColumnRole.CREDIT_CODE: _names(
            r".*(统一社会信用|社会信用代码|信用代码|统一代码).*",
            r"(uscc|uscid|credit_?code|.*credit.?code.*)",
        ),
        ColumnRole.CODE: _names(
            r".*(行政区划代码|区划代码|行政区代码|行政代码|区县代码|县代码|县级码|地区代码|区域代码|政区代码).*",
            r"(ad_?code|pac|xzqdm|xzqhdm|gb_?code|district_?code|county_?code|region_?code|area_?code|gb)",
        ),
        ColumnRole.NAME: _names(
            r"(企业|公司|单位|机构|项目|法人单位|厂商|工厂|商户|主体|企业单位|组织|园区企业)?(名称|全称)",
            r"(企业|公司|单位|项目|机构)(中文)?(名|名称)(.*)?",
            r"(名称|名字|name|title|名|企业|公司|company|firm|enterprise|company_?name|name_?zh|name_?cn|ent_?name)",
        ),
        ColumnRole.ADDRESS: _names(
            r"(地址|详细地址|通讯地址|通信地址|addr|address)",
            r"(生产|经营|实际|办公|现|企业|单位|公司)?(经营|生产|办公)?(地址|场所|所在地址)(.*)?",
            r".*(地址|住所|经营场所|address).*",
            r"(位置|坐落|所在位置|location)",
        ),
        ColumnRole.ZONE: _names(
            r".*(所在|所属|入驻)?(园区|开发区|高新区|产业园|集聚区|经开区|产业基地|功能区|工业区)(名称)?",
            r".*(zone|park)(_?name)?",
        ),
        ColumnRole.REGION: _names(
            r"(所属|所在|注册)?(区县|县区|市县|县市区|县级|区\(县\)|县\(市、区\)|县名|行政区|县|区)(名称|名)?",
            r"(county|district)(_?name)?",
            r"(所属|所在|注册)?(地区|行政区划|区划|地区名称|所在地|属地|辖区|region|area)(名称)?",
            r"(所属|所在|注册)?(城市|地市|地级市|市|设区市|市名|city|prefecture)(名称)?",
            r"(所属|所在|注册)?(省份|省|省市|province)(名称)?",
        ),
        ColumnRole.INDUSTRY: _names(
            r".*(行业|国民经济行业|产业类别|产业类型|所属产业|产业).*", r"(industry|sector|.*industry.*)"
        ),
    }
)

_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[1-6]\d{5}[0-9A-HJ-NPQRTUWXY]{10}")
_CODE = re.compile(r"1[1-5]\d{4}(?:000000)?|[2-6]\d{5}")
_OUR_CODE = re.compile(r"1[123]\d{4}(?:\d{6})?")
_FIRM = re.compile(
    r".{2,}(公司|集团|厂|合作社|研究院|研究所|事务所|商行|中心|工作室|经营部|分行|医院|大学|学院|银行)"
    r"([(（].*[)）])?"
)
_ADDRESS = re.compile(r".*(省|市|区|县|镇|乡|街道|开发区|园区).*(路|街|道|号|村|巷|院|楼|组|米)")
_ZONE = re.compile(
    r"[^路街号]{2,}(园区|开发区|高新区|产业园|工业园|科技园|集聚区|新区|经开区|产业基地|保税区|园)"
)
_REGION = re.compile(r"[\u4e00-\u9fff]{1,12}(省|市|区|县|旗|自治县|自治州)")


def guess_roles(names: Sequence[str], columns: Sequence[Sequence[str]]) -> Roles:
    """Return which columns say where a row is or how it is called.

    Parameters
    ----------
    names
        m names of columns.
    columns
        m columns with some values each.

    Returns
    -------
    tuple
        Name and role, each role once. A column that holds both coordinates, or a shape as WKT or GeoJSON,
        stands there twice: as `ColumnRole.LON` and as `ColumnRole.LAT`.
    """
    samples = [[value for value in column if not is_blank(value)][:_SAMPLE] for column in columns]
    found: dict[ColumnRole, int] = {}
    _find_positions(names, samples, found)
    others = [role for role in _BY_NAME if role not in (ColumnRole.LON, ColumnRole.LAT)]
    # All names first: what a column is called tells more than what it looks like.
    for role in others:
        column = _by_name(role, names, samples, set(found.values()))
        if column is not None:
            found[role] = column
    for role in others:
        column = None if role in found else _by_value(role, samples, set(found.values()))
        if column is not None:
            found[role] = column
    return tuple((names[column], role) for role, column in sorted(found.items(), key=lambda item: item[1]))


def holds_both(values: Sequence[str]) -> bool:
    """Whether a column holds whole positions: pairs of coordinates, WKT or GeoJSON."""
    told = [value for value in values if not is_blank(value)][:_SAMPLE]
    return _share(told, lambda text: is_shape_text(text) or _is_position(text)) >= _ENOUGH


def holds_shapes(values: Sequence[str]) -> bool:
    """Whether a column holds WKT or GeoJSON."""
    told = [value for value in values if not is_blank(value)][:_SAMPLE]
    return _share(told, is_shape_text) >= _ENOUGH


# The characters of column names that Big5 files write in their traditional form.
_SIMPLIFIED = str.maketrans(
    "經緯區縣稱業號園開發產單東劃碼項詳細點場實際註冊屬", "经纬区县称业号园开发产单东划码项详细点场实际注册属"
)


def _plain(name: str) -> str:
    told = unicodedata.normalize("NFKC", name).translate(_SIMPLIFIED).lower().strip()
    # The last part of a joined header is the column's own name: 位置·经度.
    told = told.rsplit("·", 1)[-1]
    return re.sub(r"\s*\((?!县|市|区)[^()]*\)$|[\s*:]+$", "", told)


def _find_positions(
    names: Sequence[str], samples: Sequence[Sequence[str]], found: dict[ColumnRole, int]
) -> None:
    for column, values in enumerate(samples):
        if holds_shapes(values):
            found[ColumnRole.LON] = found[ColumnRole.LAT] = column
            return
    taken: set[int] = set()
    for role in (ColumnRole.LON, ColumnRole.LAT):
        column_of_role = _by_name(role, names, samples, taken)
        if column_of_role is not None:
            found[role] = column_of_role
            taken.add(column_of_role)
    if len(found) == 2:
        return
    found.clear()
    for column, values in enumerate(samples):
        if holds_both(values):
            found[ColumnRole.LON] = found[ColumnRole.LAT] = column
            return
    # Without names: two neighbours with decimals, one with longitudes of China and one with latitudes.
    lon = [column for column, values in enumerate(samples) if _share(values, _is_lon) >= 0.95]
    lat = [column for column, values in enumerate(samples) if _share(values, _is_lat) >= 0.95]
    if len(lon) == 1 and len(lat) == 1:
        found[ColumnRole.LON], found[ColumnRole.LAT] = lon[0], lat[0]


def _by_name(
    role: ColumnRole, names: Sequence[str], samples: Sequence[Sequence[str]], taken: set[int]
) -> int | None:
    check = _CHECKS.get(role)
    for pattern in _BY_NAME[role]:
        for column, name in enumerate(names):
            if column in taken or pattern.fullmatch(_plain(name)) is None:
                continue
            # A name may promise what the values do not hold.
            if check is None or not samples[column] or _share(samples[column], check) >= 0.5:
                return column
    return None


def _by_value(role: ColumnRole, samples: Sequence[Sequence[str]], taken: set[int]) -> int | None:
    look = _LOOKS.get(role)
    if look is None:
        return None
    best, best_share = None, _ENOUGH
    for column, values in enumerate(samples):
        if column in taken or not values:
            continue
        share = _share(values, look)
        if share >= best_share and (best is None or share > best_share):
            best, best_share = column, share
    return best


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0


def _is_coordinate(text: str) -> bool:
    return coordinate_of(text) is not None


def _is_position(text: str) -> bool:
    pair = pair_of(text)
    if pair is None or (text.count(".") < 2 and "°" not in text and "度" not in text):
        return False
    return any(70 <= value <= 140 or value > 100_000 for value in pair)


def _is_lon(text: str) -> bool:
    value = coordinate_of(text) if "." in text or "°" in text or "度" in text else None
    return value is not None and 73 <= value <= 136


def _is_lat(text: str) -> bool:
    value = coordinate_of(text) if "." in text or "°" in text or "度" in text else None
    return value is not None and 17 <= value <= 54 and len(text.partition(".")[2]) >= 3


def _has_letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


_CHECKS: Mapping[ColumnRole, Callable[[str], bool]] = MappingProxyType(
    {
        ColumnRole.LON: _is_coordinate,
        ColumnRole.LAT: _is_coordinate,
        ColumnRole.CODE: lambda text: _CODE.fullmatch(text.strip().removesuffix(".0")) is not None,
        ColumnRole.CREDIT_CODE: lambda text: 15 <= len(text.strip()) <= 20,
        ColumnRole.NAME: _has_letters,
        ColumnRole.ADDRESS: _has_letters,
        ColumnRole.ZONE: _has_letters,
        ColumnRole.REGION: _has_letters,
    }
)
_LOOKS: Mapping[ColumnRole, Callable[[str], bool]] = MappingProxyType(
    {
        ColumnRole.CREDIT_CODE: lambda text: _CREDIT.fullmatch(text.strip().upper()) is not None,
        ColumnRole.CODE: lambda text: _OUR_CODE.fullmatch(text.strip()) is not None,
        ColumnRole.NAME: lambda text: _FIRM.fullmatch(text.strip()) is not None,
        ColumnRole.ADDRESS: lambda text: _ADDRESS.match(text) is not None,
        ColumnRole.ZONE: lambda text: _ZONE.fullmatch(text.strip()) is not None,
        ColumnRole.REGION: lambda text: _REGION.fullmatch(text.strip()) is not None,
    }
)
