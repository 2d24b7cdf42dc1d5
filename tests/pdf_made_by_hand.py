"""A small PDF in the form in which our browser writes them, for tests that do without a browser."""


def made_pdf(
    *,
    width_pt: int = 72,
    height_pt: int = 36,
    pages: int = 1,
    day: str = "20260101",
    more: tuple[bytes, ...] = (),
) -> bytes:
    """Return a PDF whose pages are red in their left half and white in the right one; `more` are objects."""
    content = b"1 0 0 rg 0 0 %d %d re f" % (width_pt // 2, height_pt)
    first = 5
    kids = b" ".join(b"%d 0 R" % (first + number) for number in range(pages))
    objects = [
        b"<</Creator (Chromium)\n/Producer (Skia/PDF m1)\n/CreationDate (D:%s)>>" % day.encode(),
        b"<</Type /Catalog\n/Pages 3 0 R>>",
        b"<</Type /Pages\n/Count %d\n/Kids [%s]>>" % (pages, kids),
        b"<</Length %d>> stream\n%s\nendstream" % (len(content), content),
        *[
            b"<</Type /Page\n/Parent 3 0 R\n/MediaBox [0 0 %d %d]\n/Contents 4 0 R>>" % (width_pt, height_pt)
            for _ in range(pages)
        ],
        *more,
    ]
    out = b"%PDF-1.4\n%\xd3\xeb\xe9\xe1\n"
    offsets = []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d\n/Root 2 0 R\n/Info 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        xref,
    )
    return out
