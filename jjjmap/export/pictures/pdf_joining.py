"""Several PDF files of our browser as one, with an outline that names each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jjjmap.errors import RenderingFailed
from jjjmap.export.pictures.pdf_files import (
    PlainPdf,
    found_in,
    pdf_object,
    pdf_text,
    put_together,
    taken_apart,
)

_REFERENCE = re.compile(rb"(?<![\w.])(\d+) 0 R(?!\w)")
_HEAD = re.compile(rb"\A\s*\d+ 0 obj")
_STREAM_BEGINS = re.compile(rb">>\s*stream\r?\n")
_PAGES = re.compile(rb"/Pages (\d+) 0 R")
_KIDS = re.compile(rb"/Kids\s*\[\s*(\d+) 0 R")
_COUNT = re.compile(rb"/Count (\d+)")


def joined_pdf(pdfs: Sequence[bytes], titles: Sequence[str]) -> bytes:
    """Return one file with the pages of all, to be given to `finished_pdf`.

    Parameters
    ----------
    pdfs
        As our browser wrote them: what it says of itself in them is left out.
    titles
        Of each file, for the outline; as many as `pdfs`.

    Raises
    ------
    RenderingFailed
        One of them is no file of our browser.
    """
    files = [taken_apart(pdf) for pdf in pdfs]
    objects: dict[int, bytes] = {}
    trees: list[int] = []
    firsts: list[int] = []
    count = 0
    try:
        for file in files:
            shift = max(objects, default=0)
            tree = int(found_in(_PAGES, file.objects[file.root]))
            objects.update(_moved(file, tree, shift))
            trees.append(tree + shift)
            firsts.append(_first_page(objects, tree + shift))
            count += int(found_in(_COUNT, objects[tree + shift]))
    except (ValueError, KeyError) as exc:
        raise RenderingFailed("print-failed") from exc
    pages = max(objects) + 1
    outline, root, info = pages + 1, pages + 2, pages + 3
    items = range(info + 1, info + 1 + len(files))
    for tree in trees:
        objects[tree] = _with_parent(objects[tree], pages)
    kids = b" ".join(b"%d 0 R" % tree for tree in trees)
    objects[pages] = pdf_object(pages, b"<</Type /Pages\n/Count %d\n/Kids [%s]>>" % (count, kids))
    objects[outline] = pdf_object(
        outline,
        b"<</Type /Outlines\n/Count %d\n/First %d 0 R\n/Last %d 0 R>>" % (len(items), items[0], items[-1]),
    )
    for number, title, page in zip(items, titles, firsts, strict=True):
        ties = b"".join(
            b"\n/%s %d 0 R" % (key, other)
            for key, other in ((b"Prev", number - 1), (b"Next", number + 1))
            if other in items
        )
        entry = b"<</Title %s\n/Parent %d 0 R%s\n/Dest [%d 0 R /Fit]>>" % (
            pdf_text(title),
            outline,
            ties,
            page,
        )
        objects[number] = pdf_object(number, entry)
    objects[root] = pdf_object(
        root,
        b"<</Type /Catalog\n/Pages %d 0 R\n/Outlines %d 0 R\n/PageMode /UseOutlines>>" % (pages, outline),
    )
    objects[info] = pdf_object(info, b"<<>>")
    return put_together(PlainPdf(files[0].head, objects, root, info))


def _moved(file: PlainPdf, tree: int, shift: int) -> dict[int, bytes]:
    """Return what the pages need, under numbers that begin above `shift`."""
    wanted, waiting = {tree}, [tree]
    while waiting:
        for reference in _REFERENCE.findall(_said(file.objects[waiting.pop()])[0]):
            number = int(reference)
            if number in file.objects and number not in wanted:
                wanted.add(number)
                waiting.append(number)
    moved = {}
    for number in sorted(wanted):
        said, stream = _said(file.objects[number])
        said = _REFERENCE.sub(lambda found: b"%d 0 R" % (int(found[1]) + shift), said)
        moved[number + shift] = _HEAD.sub(b"%d 0 obj" % (number + shift), said, count=1) + stream
    return moved


def _said(piece: bytes) -> tuple[bytes, bytes]:
    """Return an object without its stream, and that: only the former speaks of other objects."""
    found = _STREAM_BEGINS.search(piece)
    return (piece, b"") if found is None else (piece[: found.start()], piece[found.start() :])


def _first_page(objects: dict[int, bytes], tree: int) -> int:
    """Return the first page below a node of the tree of pages."""
    for _level in range(32):
        found = _KIDS.search(objects[tree])
        if found is None:
            return tree
        tree = int(found[1])
    raise ValueError("a tree of pages without an end")


def _with_parent(node: bytes, parent: int) -> bytes:
    return node.replace(b"<<", b"<</Parent %d 0 R\n" % parent, 1)
