// A map as a sheet of paper, in one SVG: title, frame, legend, scale bar, north arrow, and the lines that say what the map is.
// Everything is laid out in pixels of the screen at `text_scale` 1 and scaled as a whole.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const LEAST_TEXT_PX = 6.4; // On paper, whatever the scale: 4.8 points.
  const MOST_ZOOM = 18;
  const EDGE_PX = 14; // Between the whole region and the frame, for names at its edge.
  const MOST_RIGHT = 4, MOST_BELOW = 10; // Columns of a legend.
  const LEGEND_SHARE = 0.5; // Of the paper's room at most.
  const INK = "#1f2327", GREY = "#5a6066", WARNING = "#a3201a";
  const TURNS = 3;
  const BAND_SHARE = 0.2; // Of empty ground beside a map that is narrower than its room; the rest is the legend's.
  const LEGEND_SIZES = [1.25, 1.1, 1], SMALL_LEGEND_SIZES = [0.87, 0.75, 0.64]; // Of the usual size.

  const clamp = (value, least, most) => Math.max(least, Math.min(most, value));

  jjjmap.Sheet = class {
    // `page` shows what is to be drawn; `layout` as jjjmap/maps/sheets.py makes it.
    constructor(page, layout) {
      Object.assign(this, { page, layout, texts: { ...page.config.texts, ...layout.texts } });
      this.scale = layout.text_scale;
      this.width = layout.width_px / this.scale;
      this.height = layout.height_px / this.scale;
      // Of texts beside the map: 11 pixels on A4, smaller on a slip of paper.
      this.usual = clamp(Math.sqrt(this.width * this.height) / 86, 8, 13);
      this.context = new jjjmap.SvgContext();
      this.pen = new jjjmap.SheetPen(this.context, layout.font_family);
    }

    // At least so large that it can be read on paper.
    _legible(size) { return Math.max(size, LEAST_TEXT_PX / this.scale); }

    // Returns the SVG and the ids of layers that are pictures in it.
    async draw() {
      await this._loadAll();
      this._layOutTexts();
      const { frame, legend, place } = await this._settle();
      const { context } = this, view = frame.view;
      let rastered = [];
      await this._drawFrame(frame, async () => { rastered = await jjjmap.drawSheetMap(context, this.page, view); });
      if (legend) context.group({ name: "legend" }, () => legend.draw(context, place.placed, place.x, place.y));
      context.group({ name: "texts" }, () => this._drawTexts());
      return { text: this._wrapped(), rastered };
    }

    async _loadAll() {
      const { page } = this;
      await page._loadVisible();
      for (const layer of page.layers.values()) {
        if (layer.visible && layer.drawing && !layer.failure) await layer.drawing.refresh();
        if (!layer.visible || !layer.failure) continue;
        const reason = `${layer.id}: ${layer.failure}`;
        // The next sheet tries again.
        if (layer.drawing) layer.drawing.remove();
        Object.assign(layer, { failure: "", loading: null, drawing: undefined });
        throw new Error(reason);
      }
    }

    // ---- texts above and below ----

    _layOutTexts() {
      const { layout, pen, width, height } = this;
      const isBare = !layout.title && !layout.subtitle && !layout.mark && !layout.lines.length && !layout.notes.length && !layout.has_legend;
      const margin = (this.margin = isBare ? 0.5 : clamp(0.02 * Math.min(width, height), 5, 24)), inner = width - 2 * margin;
      const title = { size: this._legible(clamp(0.02 * width, 13, 34)), bold: true, color: INK };
      const subtitle = { size: this._legible(clamp(0.6 * title.size, 10, 16)), color: GREY };
      const mark = { size: this._legible(clamp(0.62 * title.size, 9.5, 15)), bold: true, color: WARNING, align: "center" };
      const markWidth = layout.mark ? pen.widthOf(layout.mark, mark) + 1.2 * mark.size : 0;
      const room = inner - (markWidth ? markWidth + 12 : 0);
      this.head = { title, subtitle, mark, markWidth, titleLines: [], subtitleLines: [], height: 0 };
      if (layout.title) this.head.titleLines = pen.lines(layout.title, room, title, 3);
      if (layout.subtitle) this.head.subtitleLines = pen.lines(layout.subtitle, room, subtitle, 2);
      const { heightOf } = jjjmap.SheetPen, texts = heightOf(this.head.titleLines, title) + heightOf(this.head.subtitleLines, subtitle);
      this.head.height = Math.max(texts, markWidth ? 1.7 * mark.size : 0);
      if (this.head.height) this.head.height += 5;
      const said = [...(layout.has_legend ? [] : layout.notes), ...layout.lines];
      for (let size = 0.91 * this.usual; ; size -= 0.5) {
        const look = { size: this._legible(size), color: GREY };
        const lines = said.flatMap((line) => pen.lines(line, inner, look));
        this.foot = { look, lines, height: lines.length ? heightOf(lines, look) + 4 : 0 };
        if (this.foot.height <= 0.15 * height || size <= 6.5 || look.size > size) break;
      }
      const top = margin + this.head.height, bottom = height - margin - this.foot.height;
      this.room = { x: margin, y: top, width: inner, height: Math.max(20, bottom - top) };
    }

    _drawTexts() {
      const { head, foot, margin, pen, context, width, height, layout } = this;
      const below = pen.write(head.titleLines, margin, margin - 2, head.title);
      pen.write(head.subtitleLines, margin, head.titleLines.length ? below : margin, head.subtitle);
      if (layout.mark) {
        const { mark, markWidth } = head, left = width - margin - markWidth, tall = 1.6 * mark.size;
        context.setLineDash([]);
        context.strokeStyle = WARNING;
        context.lineWidth = 1;
        context.lineJoin = "miter";
        context.strokeRect(left + 0.5, margin + 0.5, markWidth - 1, tall - 1);
        pen.write([layout.mark], left + markWidth / 2, margin + (tall - 1.35 * mark.size) / 2, mark);
      }
      pen.write(foot.lines, margin, height - margin - foot.height + 4, foot.look);
    }

    // ---- where frame and legend stand ----

    // What stands in the legend depends on what the frame shows, and how large that is on the legend.
    async _settle() {
      let looks = null;
      for (let turn = 0; ; turn++) {
        const placed = this._place(looks);
        await this._show(placed.frame.view);
        const shown = this._looksIn(placed.frame.view), saidOf = (id) => (looks && looks.get(id)) || [];
        const isSaid = looks && shown.every(([id, found]) => found.every((look) => saidOf(id).includes(look)));
        const isSeen = looks && [...looks].every(([id, said]) => said.every((look) => new Map(shown).get(id)?.includes(look)));
        // If it goes to and fro, a little more may be said than is seen, but never less.
        if (isSaid && (isSeen || turn > TURNS)) return placed;
        looks = new Map(shown.map(([id, found]) => [id, turn > TURNS ? [...new Set([...saidOf(id), ...found])] : found]));
      }
    }

    _place(looks) {
      const isEmpty = !this.layout.has_legend || !this._legendOf(looks, this.usual).entries.length;
      if (isEmpty) return { frame: this._frameIn(this.room), legend: null, place: null };
      for (const sizes of [LEGEND_SIZES, ...SMALL_LEGEND_SIZES.map((size) => [size])]) {
        const found = this._bestPlace(sizes.map((size) => this._legendOf(looks, this._legible(size * this.usual))));
        if (found) return found;
      }
      return this._placeInPart(this._legendOf(looks, this._legible(0.64 * this.usual)));
    }

    _legendOf(looks, size) {
      const { page, layout, texts } = this;
      const shown = page._visible().filter((layer) => layer.in_legend).reverse(), view = this.view;
      const entries = jjjmap.legendEntries(shown, texts, page.tally.legend(), {
        ...(looks && { looks: (layer) => layer.style.classes.length ? this._inOrder(layer, looks.get(layer.id) || []) : [] }),
        ...(view && { footnotes: ({ drawing }) => (drawing ? drawing._notesInView(view.units) : []) }),
      });
      if (layout.highlight_title && page.highlight.places.length + page.highlight.area_adcodes.length)
        entries.unshift({ label: layout.highlight_title, geometry: "point", look: {
          shape: "circle", fill: "#ffffff", stroke: jjjmap.HIGHLIGHT_COLOR, width_px: 2.5, size_px: 11, fill_opacity: 1, dash: [],
        } });
      for (const note of layout.notes) entries.push({ note });
      return new jjjmap.SheetLegend(this.pen, texts.legend, entries, size);
    }

    _inOrder(layer, found) {
      if (layer.drawing && layer.drawing.isDensity()) return layer.drawing.looks();
      return layer.style.classes.filter((look) => found.includes(look));
    }

    // Beside the map or below it, as it leaves most of the room to the map.
    _bestPlace(legends) {
      const { room } = this, gap = this.margin * 0.6, all = [];
      for (const legend of legends) {
        for (let count = 1; count <= MOST_RIGHT; count++) {
          const placed = legend.placed(count, room.height);
          if (!placed || placed.columns.length < count || placed.width > LEGEND_SHARE * room.width) continue;
          const frame = this._frameIn({ ...room, width: room.width - placed.width - gap });
          // Where the map does not need all the width, the legend may be large; else it is to be narrow.
          const worth = frame.isTrimmed ? 1 + legend.size * 10 - Math.abs(count - 2) : -placed.width / room.width;
          all.push({ frame, legend, worth, place: this._beside(frame, placed) });
        }
        for (let count = Math.min(MOST_BELOW, legend.columnsIn(room.width)); count > 0; count--) {
          const found = legend.placed(count, LEGEND_SHARE * room.height);
          if (!found || found.columns.length < count) continue;
          const placed = jjjmap.SheetLegend.spread(found, room.width);
          const frame = this._frameIn({ ...room, height: room.height - placed.height - gap }, false);
          const y = room.y + room.height - placed.height;
          all.push({ frame, legend, worth: -1 - placed.height / room.height, place: { placed, x: room.x, y } });
        }
      }
      const most = Math.max(...all.map(({ frame }) => frame.pxPerUnit)), good = all.filter(({ frame }) => frame.pxPerUnit > 0.97 * most);
      return good.length ? good.reduce((best, other) => (other.worth > best.worth ? other : best)) : null;
    }

    // A legend that takes all the room beside a frame.
    _beside(frame, placed) {
      const { room } = this, x = frame.x + frame.width + this.margin * 0.6;
      return { placed: { ...jjjmap.SheetLegend.spread(placed, room.x + room.width - x), height: room.height }, x, y: room.y };
    }

    _placeInPart(legend) {
      const { room } = this, gap = this.margin * 0.6;
      const say = (n) => this.texts.more_rows.replace("{n}", String(n));
      const count = Math.max(1, legend.columnsIn(LEGEND_SHARE * room.width));
      const placed = legend.placedInPart(count, room.height, say);
      if (!placed) throw new Error("no room for the legend");
      const frame = this._frameIn({ ...room, width: Math.max(20, room.width - placed.width - gap) });
      return { frame, legend, place: this._beside(frame, placed) };
    }

    // The frame in a room, and what it shows. Beyond the neat line there is nothing: a legend beside it makes better use of that.
    _frameIn({ x, y, width, height }, mayTrim = this.layout.has_legend) {
      const { layout, page } = this, [west, south, east, north] = layout.bounds;
      const world = new jjjmap.SheetView(0, 0, 0, 0, 0), edge = layout.bounds_are_exact ? 0 : Math.min(EDGE_PX, width / 20);
      const [left, top] = world.project(north, west), [right, bottom] = world.project(south, east);
      const pxPerUnit = Math.min((width - 2 * edge) / Math.max(right - left, 1e-9), (height - 2 * edge) / Math.max(bottom - top, 1e-9));
      const zoom = clamp(Math.floor(Math.log2(pxPerUnit) * 1000) / 1000, 0, MOST_ZOOM), times = 2 ** zoom;
      const sheet = page.sheet, [sheetLeft] = world.project(0, sheet.getWest()), [sheetRight] = world.project(0, sheet.getEast());
      const middleX = ((left + right) / 2) * times, middleY = ((top + bottom) / 2) * times;
      const isTrimmed = mayTrim && left >= sheetLeft && right <= sheetRight && (sheetRight - sheetLeft) * times < width;
      const neat = (sheetRight - sheetLeft) * times, wide = isTrimmed ? neat + Math.min(BAND_SHARE * neat, (width - neat) / 2) : width;
      const from = isTrimmed ? sheetLeft * times - (wide - neat) / 2 : middleX - width / 2;
      const view = new jjjmap.SheetView(zoom, Math.round(from), Math.round(middleY - height / 2), wide, height);
      return { x, y, width: wide, height, pxPerUnit, isTrimmed, view };
    }

    // Makes the page's map show the same, so that what it arranges by zoom is arranged for the sheet.
    async _show(view) {
      const { page } = this, { map, overlay } = page;
      this.view = view;
      const [west, south, east, north] = view.box, sheet = page.sheet;
      overlay.sheet = L.latLngBounds(
        [Math.max(south, sheet.getSouth()), Math.max(west, sheet.getWest())],
        [Math.min(north, sheet.getNorth()), Math.min(east, sheet.getEast())],
      );
      overlay.reserved = this._ornaments(view).map(({ box: [x, y, right, bottom] }) =>
        [x + view.left, y + view.top, right + view.left, bottom + view.top]);
      map.setMaxBounds(null);
      Object.assign(map.options, { zoomSnap: 0, minZoom: 0, maxZoom: 22 });
      map.setView(view.unproject(view.width / 2, view.height / 2), view.zoom, { animate: false });
      page._redraw();
      for (const { drawing } of page._drawn())
        if (drawing && drawing.isDensity()) await drawing.fetchDensity(Math.round(view.zoom));
    }

    // The classes of each layer that the frame shows: [layer's id, looks].
    _looksIn(view) {
      return this.page._drawn().map((layer) => {
        if (layer.drawing) return [layer.id, jjjmap.classesInView(layer.drawing, view) || layer.drawing.looks()];
        const seen = new Set(layer.features.filter(({ box }) => view.touches(box)).map((feature) => jjjmap.classOf(layer, feature)));
        return [layer.id, [...seen]];
      });
    }

    // ---- the frame ----

    async _drawFrame({ x, y, width, height, view }, drawMap) {
      const { context } = this, outer = context.parts;
      // The map is drawn in turns of the page's loop, so it is gathered by hand and not in a function of `group`.
      context.parts = [];
      await drawMap();
      const map = context.parts.join("");
      context.parts = outer;
      context.save();
      context.translate(x, y);
      const clip = context.newId();
      context.shared.defs.push(`<clipPath id="${clip}"><rect width="${+width.toFixed(2)}" height="${+height.toFixed(2)}"/></clipPath>`);
      context.parts.push(`<g transform="translate(${+x.toFixed(2)} ${+y.toFixed(2)})"><g clip-path="url(#${clip})">${map}</g></g>`);
      for (const { draw } of this._ornaments(view)) context.group({ name: "ornament" }, draw);
      Object.assign(context, { strokeStyle: "#4a4f55", lineWidth: 0.9, lineJoin: "miter", globalAlpha: 1 });
      context.setLineDash([]);
      context.strokeRect(0, 0, width, height);
      context.restore();
    }

    // What lies on the map: {box in the frame, draw}. Names give way to it.
    _ornaments(view) {
      const { layout, context } = this, ornaments = [], isSmall = view.width < 260;
      if (layout.has_scale_bar) {
        const bar = jjjmap.sheetScaleBar(this.pen, view, this.texts, this._legible(isSmall ? 8.5 : 9.5));
        const x = 7, y = view.height - bar.height - 7;
        ornaments.push({ box: [x, y, x + bar.width, y + bar.height], draw: () => bar.draw(context, x, y) });
      }
      if (layout.has_north_arrow) {
        const arrow = jjjmap.sheetNorthArrow(this.pen, this.texts.north, this._legible(isSmall ? 9 : 11));
        const x = view.width - arrow.width - 7, y = 7;
        ornaments.push({ box: [x, y, x + arrow.width, y + arrow.height], draw: () => arrow.draw(context, x, y) });
      }
      return ornaments;
    }

    _wrapped() {
      const { layout, context, width, height } = this, escaped = jjjmap.escaped, round = (value) => +value.toFixed(3);
      return jjjmap.withOwnIds(
        `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" role="img" ` +
        `width="${round(layout.width_mm)}mm" height="${round(layout.height_mm)}mm" viewBox="0 0 ${round(width)} ${round(height)}" ` +
        `xml:lang="${escaped(layout.html_lang)}" lang="${escaped(layout.html_lang)}" font-family="${escaped(layout.font_family)}" ` +
        `stroke-miterlimit="10"><title>${escaped(layout.title || this.texts.map)}</title><defs>${context.defs}</defs>` +
        `<rect width="100%" height="100%" fill="#ffffff"/>${context.markup}</svg>`);
    }
  };

  // The last sheet, if it has this number.
  jjjmap.sheetText = (number) => (jjjmap.page.lastSheet.number === number ? jjjmap.page.lastSheet.text : "");
})();
