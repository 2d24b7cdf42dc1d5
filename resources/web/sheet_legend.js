// The legend of a sheet of paper: as many columns as it needs, each text in full.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const GAP_PX = 14; // Between columns.
  const PAD_PX = 9; // Between the box and what is in it.
  const TEXT_GAP_PX = 6;
  const INK = "#1f2327", GREY = "#5a6066";
  const MOST_COLUMN_EMS = 17;
  const LEAST_COLUMN_EMS = 9;

  jjjmap.SheetLegend = class {
    // `size` is that of its texts in pixels.
    constructor(pen, title, entries, size) {
      Object.assign(this, { pen, title, entries, size });
      this.looks = {
        title: { size: size + 2, bold: true, color: INK }, heading: { size, bold: true, color: GREY },
        row: { size, color: INK }, note: { size, color: GREY },
      };
      const natural = Math.max(0, ...entries.map((entry) => this._naturalWidth(entry)));
      this.columnWidth = Math.max(LEAST_COLUMN_EMS * size, Math.min(MOST_COLUMN_EMS * size, Math.ceil(natural)));
      this.items = this._measured();
    }

    _naturalWidth({ heading, label, look, geometry }) {
      if (heading) return this.pen.widthOf(heading, this.looks.heading);
      if (!look) return 0;
      return jjjmap.swatchSize(look, geometry).width + TEXT_GAP_PX + this.pen.widthOf(label, this.looks.row);
    }

    // Symbols are as large as on the map; small texts stand closer together.
    _swatchSize({ look, geometry }) {
      const { width, height } = jjjmap.swatchSize(look, geometry);
      const least = geometry === "point" ? look.size_px + look.width_px + 3 : 0;
      return { width, height: Math.max(least, Math.min(height, 1.3 * this.size)) };
    }

    _measured() {
      const { pen, looks, size, columnWidth } = this, heightOf = jjjmap.SheetPen.heightOf;
      return this.entries.map((entry) => {
        if (entry.look) {
          const swatch = this._swatchSize(entry);
          const lines = pen.lines(entry.label, columnWidth - swatch.width - TEXT_GAP_PX, looks.row);
          return { ...entry, swatch, lines, height: Math.max(swatch.height, heightOf(lines, looks.row)) + 2 };
        }
        const kind = entry.heading ? "heading" : "note", before = entry.heading ? 0.5 * size : 0.3 * size;
        const lines = pen.lines(entry.heading || entry.note, columnWidth, looks[kind]);
        return { kind, lines, before, height: before + heightOf(lines, looks[kind]) + 1 };
      });
    }

    get titleHeight() { return jjjmap.SheetPen.heightOf([this.title], this.looks.title) + 3; }

    // Lays the items into columns of a height; a heading stands with its first row, or with all of them if `keepsGroups`. Null if
    // something is too high.
    _columns(height, items, keepsGroups) {
      const columns = [[]];
      let left = height;
      for (let i = 0; i < items.length; i++) {
        const item = items[i], isTop = !columns[columns.length - 1].length;
        const own = item.height - (isTop ? item.before || 0 : 0);
        let needed = own;
        if (item.kind === "heading")
          for (let j = i + 1; j < items.length && items[j].look; j++) {
            needed += items[j].height;
            if (!keepsGroups) break;
          }
        if (needed > left && !isTop) {
          columns.push([]);
          left = height;
          i--;
          continue;
        }
        if (own > left) return null;
        columns[columns.length - 1].push(item);
        left -= own;
      }
      return columns;
    }

    // The lowest legend of so many columns: {columns, width, height}, or null if it is higher than `most`. Groups are torn apart
    // only where that saves much.
    placed(count, most, items = this.items) {
      const torn = this._placed(count, most, items, false), whole = this._placed(count, most, items, true);
      return whole && whole.height <= Math.max(1.3 * torn.height, torn.height + 6 * this.size) ? whole : torn;
    }

    _placed(count, most, items, keepsGroups) {
      const inner = most - 2 * PAD_PX - this.titleHeight;
      const total = items.reduce((sum, { height }) => sum + height, 0);
      for (let height = total / count; height <= inner; height += Math.max(3, total / count / 60)) {
        const columns = this._columns(height, items, keepsGroups);
        if (!columns || columns.length > count) continue;
        const used = Math.max(...columns.map((column) =>
          column.reduce((sum, { height: own, before = 0 }, i) => sum + own - (i ? 0 : before), 0)));
        return {
          columns, height: used + 2 * PAD_PX + this.titleHeight,
          width: columns.length * this.columnWidth + (columns.length - 1) * GAP_PX + 2 * PAD_PX,
        };
      }
      return null;
    }

    // What fits where not everything does: the last item says how many rows are missing.
    placedInPart(count, most, sayMissing) {
      for (let kept = this.items.length - 1; kept >= 0; kept--) {
        if (this.items[kept - 1]?.kind === "heading") continue; // Nothing would stand below it.
        const missing = this.items.slice(kept).filter(({ look }) => look).length;
        if (!missing) { // What is left out are remarks: the rows are all there.
          const found = this.placed(count, most, this.items.slice(0, kept));
          if (found) return found;
          continue;
        }
        const lines = this.pen.lines(sayMissing(missing), this.columnWidth, this.looks.heading);
        const before = 0.3 * this.size, height = before + jjjmap.SheetPen.heightOf(lines, this.looks.heading);
        const found = this.placed(count, most, [...this.items.slice(0, kept), { kind: "heading", lines, before, height }]);
        if (found) return found;
      }
      return null;
    }

    // The same legend, spread over a width.
    static spread(placed, width) {
      return { ...placed, width, pitch: (width - 2 * PAD_PX + GAP_PX) / placed.columns.length };
    }

    columnsIn(width) { return Math.max(0, Math.floor((width - 2 * PAD_PX + GAP_PX) / (this.columnWidth + GAP_PX))); }

    // `pitch` is how far the columns are apart.
    draw(context, { columns, width, height, pitch = this.columnWidth + GAP_PX }, x, y) {
      context.globalAlpha = 1;
      context.setLineDash([]);
      context.fillStyle = "#ffffff";
      context.strokeStyle = "#b4b9be";
      context.lineWidth = 0.8;
      context.lineJoin = "miter";
      context.beginPath();
      context.rect(x, y, width, height);
      context.fill();
      context.stroke();
      this.pen.write([this.title], x + PAD_PX, y + PAD_PX - 2, this.looks.title);
      columns.forEach((column, i) => {
        let top = y + PAD_PX + this.titleHeight;
        const left = x + PAD_PX + i * pitch;
        column.forEach((item, j) => {
          top -= j ? 0 : item.before || 0;
          this._drawItem(context, item, left, top);
          top += item.height;
        });
      });
    }

    _drawItem(context, { look, geometry, precision, swatch, lines, height, kind, before }, x, y) {
      if (!look) {
        this.pen.write(lines, x, y + before, this.looks[kind]);
        return;
      }
      context.save();
      context.translate(x, y + (height - swatch.height) / 2);
      context.setLineDash([]);
      jjjmap.paintSwatch(context, look, geometry, precision, swatch.width, swatch.height);
      context.restore();
      const textTop = y + (height - jjjmap.SheetPen.heightOf(lines, this.looks.row)) / 2;
      this.pen.write(lines, x + swatch.width + TEXT_GAP_PX, textTop, this.looks.row);
    }
  };
})();
