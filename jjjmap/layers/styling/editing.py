"""Changes to a style that a user makes in its legend: a colour, a label, a break, a category less."""

from dataclasses import replace

from jjjmap.layers.style import REST, SymbolClass
from jjjmap.layers.styling.user_style import CategoryLook, Scheme, StyledRows, StyleMode, UserStyle

FIRST_CATEGORIES = 8
"""Categories that have a colour of their own at first: as many as the palette has."""


def with_color(style: UserStyle, styled: StyledRows, row: int, color: str) -> UserStyle:
    """Return a style in which one class has another colour, ``#rrggbb``."""
    symbol = styled.style.classes[row]
    if _has_no_value(styled, row):
        return replace(style, no_data_color=color)
    if style.mode in (StyleMode.SINGLE, StyleMode.PROPORTIONAL):
        return replace(style, color=color)
    look = _look(style, symbol)
    return _with_look(style, styled, replace(look, color=color))


def with_label(style: UserStyle, styled: StyledRows, row: int, label: str) -> UserStyle:
    """Return a style in which one class is called otherwise; an empty label takes back what it was called."""
    look = _look(style, styled.style.classes[row])
    return _with_look(style, styled, replace(look, label=label.strip()))


def can_be_called(style: UserStyle, styled: StyledRows, row: int) -> bool:
    """Whether a class can be given a label."""
    return style.mode in (StyleMode.CATEGORISED, StyleMode.GRADUATED) and not _has_no_value(styled, row)


def is_category(style: UserStyle, styled: StyledRows, row: int) -> bool:
    """Whether a class is one category, which can be moved or left to the others."""
    if style.mode is not StyleMode.CATEGORISED or _has_no_value(styled, row):
        return False
    return styled.style.classes[row].value != REST


def without_category(style: UserStyle, styled: StyledRows, row: int) -> UserStyle:
    """Return a style in which the rows of a category count among the others."""
    gone = styled.style.classes[row].value
    looks = tuple(look for look in _listed(style, styled) if look.value != gone)
    return _of(style, looks)


def moved(style: UserStyle, styled: StyledRows, row: int, by: int) -> UserStyle:
    """Return a style in which a category stands `by` rows further down in the legend; colours go along."""
    looks = [
        look if look.color or look.value == REST else replace(look, color=_color(styled, look.value))
        for look in _listed(style, styled)
    ]
    last = len(looks) - 1 - (bool(looks) and looks[-1].value == REST)
    target = min(max(row + by, 0), last)
    looks.insert(target, looks.pop(row))
    return _of(style, tuple(looks))


def with_break(style: UserStyle, uppers: tuple[float, ...], index: int, value: float) -> UserStyle:
    """Return a style with manual breaks, one of which is another.

    Parameters
    ----------
    uppers
        Upper ends of the classes as they are.
    index
        Of the upper end that becomes `value`; the last one is no break.
    """
    breaks = list(uppers[:-1])
    breaks[index] = value
    return with_breaks(style, tuple(breaks))


def with_breaks(style: UserStyle, breaks: tuple[float, ...]) -> UserStyle:
    """Return a style with manual breaks; labels of classes that were others are dropped, colours stay."""
    kept = tuple(sorted(set(breaks)))
    looks = tuple(replace(look, label="") for look in style.categories if look.color)
    return replace(style, scheme=Scheme.MANUAL, breaks=kept, class_count=len(kept) + 1, categories=looks)


def with_shape(style: UserStyle, shape: str) -> UserStyle:
    """Return a style with another shape, also of categories that had the old one."""
    new = type(style.shape)(shape)
    looks = tuple(
        replace(look, shape=new) if look.shape is style.shape else look for look in style.categories
    )
    return replace(style, shape=new, categories=looks)


def without_colors(style: UserStyle) -> UserStyle:
    """Return a style whose classes are coloured by the ramp alone; labels and order stay."""
    return replace(style, categories=tuple(replace(look, color="") for look in style.categories))


def _has_no_value(styled: StyledRows, row: int) -> bool:
    return styled.no_data is not None and row == len(styled.style.classes) - 1


def _look(style: UserStyle, symbol: SymbolClass) -> CategoryLook:
    known = {look.value: look for look in style.categories}
    return known.get(symbol.value, CategoryLook(symbol.value, "", shape=symbol.shape))


def _with_look(style: UserStyle, styled: StyledRows, changed: CategoryLook) -> UserStyle:
    if style.mode is StyleMode.GRADUATED:
        others = tuple(look for look in style.categories if look.value != changed.value)
        return replace(style, categories=(*others, changed))
    looks = tuple(changed if look.value == changed.value else look for look in _listed(style, styled))
    if changed.value == REST and changed not in looks:
        looks = (*looks, changed)
    return _of(style, looks)


def _listed(style: UserStyle, styled: StyledRows) -> tuple[CategoryLook, ...]:
    """Return a look for every category of the legend, so that its order stays when one is changed."""
    looks = [
        _look(style, symbol)
        for row, symbol in enumerate(styled.style.classes)
        if is_category(style, styled, row)
    ]
    return (*looks, *(look for look in style.categories if look.value == REST))


def _of(style: UserStyle, looks: tuple[CategoryLook, ...]) -> UserStyle:
    count = sum(look.value != REST for look in looks)
    return replace(style, categories=looks, class_count=max(count, 1))


def _color(styled: StyledRows, value: str) -> str:
    symbol = next((symbol for symbol in styled.style.classes if symbol.value == value), None)
    return (symbol.fill or symbol.stroke) if symbol else ""
