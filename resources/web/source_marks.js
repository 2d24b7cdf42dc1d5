// Marks of sources, numbered from 1 within one text, and the card that opens behind each.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const { button, filled } = jjjmap;

  jjjmap.SourceMarks = class {
    // `root` holds the text, `cited` are the numbers of its sources in the order in which they are counted.
    constructor(root, { details, texts }, cited) {
      this.root = root;
      this.sources = details.sources;
      this.texts = texts;
      this.cited = cited;
    }

    marks(numbers) {
      return numbers.map((source) => {
        const n = this.cited.indexOf(source) + 1;
        const mark = button("mark", `[${n}]`, () => this._toggleCard(mark, source, n));
        mark.setAttribute("aria-label", filled(this.texts.source_mark, { n }));
        mark.setAttribute("aria-expanded", "false");
        return mark;
      });
    }

    // The card of a source opens below the line that cites it, and closes by the same mark.
    _toggleCard(mark, source, n) {
      const isOpen = mark.getAttribute("aria-expanded") === "true";
      for (const card of this.root.querySelectorAll(".card, .card-row")) card.remove();
      for (const other of this.root.querySelectorAll(".mark")) other.setAttribute("aria-expanded", "false");
      if (isOpen) return;
      mark.setAttribute("aria-expanded", "true");
      const line = mark.closest("p, tr, li, .node");
      const card = this._card(this.sources[source], n);
      if (line.tagName === "TR") {
        const row = jjjmap.element("tr", "card-row"), cell = jjjmap.element("td");
        cell.colSpan = 3;
        cell.append(card);
        row.append(cell);
        line.after(row);
      } else if (line.tagName === "P") line.after(card);
      else line.append(card);
      card.scrollIntoView({ block: "nearest" });
    }

    _card(source, n) {
      const { texts } = this, { element } = jjjmap;
      const card = element("div", "card");
      card.setAttribute("role", "note");
      card.append(
        element("strong", "", `[${n}] ${source.title || ""}`),
        element("div", "publisher", [source.publisher, source.date].filter(Boolean).join(" · ")),
        element("div", "quiet", source.quality || ""),
      );
      if (/^https?:\/\//i.test(source.link || "")) {
        const link = element("a", "", texts.open_source);
        link.href = source.link;
        link.target = "_blank";
        link.rel = "noopener noreferrer";
        card.append(link, element("div", "quiet address", source.link));
      } else {
        card.append(element("div", "quiet", texts.no_link));
      }
      return card;
    }
  };
})();
