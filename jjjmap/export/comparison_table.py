"""How two documents differ as a table: each change with both quotations and where they stand."""

from decimal import Decimal

from jjjmap.export.tables import Cell, Table
from jjjmap.i18n import _
from jjjmap.text.comparison.comparison_records import Comparison, Side
from jjjmap.text.comparison.comparison_texts import ComparisonTexts, change_name, matter_name, one_line
from jjjmap.text.records import Document
from jjjmap.text.store.citing import reference_to


def comparison_table(
    before: Document, after: Document, comparison: Comparison, texts: ComparisonTexts
) -> Table:
    """Return the changes, one a row, in the order of the comparison.

    Parameters
    ----------
    before, after
        The documents that were compared.
    comparison
        What came out.
    texts
        Writes it in the language in use.
    """
    references = [reference_to(document.details, document.file_name) for document in (before, after)]
    titles = [document.details.title or document.file_name for document in (before, after)]
    header = (
        _("关于"),
        _("变动"),
        *(
            column.format(side=side)
            for side in ("A", "B")
            for column in (
                _("{side}：说法"),
                _("{side}：所在句"),
                _("{side}：起"),
                _("{side}：止"),
                _("{side}：次数"),
            )
        ),
        _("一句话"),
        _("{side}：参考文献").format(side="A"),
        _("{side}：参考文献").format(side="B"),
    )
    rows = tuple(
        (
            matter_name(change.matter),
            change_name(change),
            *_side_cells(change.before, texts),
            *_side_cells(change.after, texts),
            texts.change(change),
            *references,
        )
        for change in comparison.changes
    )
    return Table(_("对比：{before} 与 {after}").format(before=titles[0], after=titles[1]), header, rows)


def _side_cells(side: Side | None, texts: ComparisonTexts) -> tuple[Cell, ...]:
    if side is None:
        return ("",) * 5
    quotation = side.quotations[0]
    return (
        texts.side(side),
        one_line(quotation.sentence),
        Decimal(quotation.start),
        Decimal(quotation.end),
        Decimal(side.occurrences),
    )
