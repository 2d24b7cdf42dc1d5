// Lines and polygons in tiles, and which of them lie under a point: jjjmap/maps/drawing/vector_tiles.py, in an exported file.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const WORLD = 4294967296;
  const TILE_PX = 256;
  const STEP_BITS = 10, STEPS = 1 << STEP_BITS, MARGIN_STEPS = 24 * 4;
  const FEW_CORNERS = 200000, MAX_CORNERS = 400000;
  const KEPT_ZOOMS = 4;

  const inDegrees = ([left, top, right, bottom]) => {
    const [west, north] = jjjmap.degreesAt(left, top), [east, south] = jjjmap.degreesAt(right, bottom);
    return [west, south, east, north];
  };

  jjjmap.LocalTiles = class {
    constructor(outlines) {
      this.outlines = outlines;
      this.boxes = outlines.boxes();
      this.coarse = new Map(); // zoom -> outlines, if there are many corners
    }

    // West, south, east, north in degrees; null if there is nothing.
    bounds() {
      const { boxes } = this;
      if (!boxes.length) return null;
      const all = [Infinity, Infinity, -Infinity, -Infinity];
      for (let i = 0; i < boxes.length; i++) all[i % 4] = Math[i % 4 < 2 ? "min" : "max"](all[i % 4], boxes[i]);
      return inDegrees(all);
    }

    // The same of a row.
    boxOf(row) {
      const at = this.outlines.rows.indexOf(row);
      return at < 0 ? null : inDegrees(this.boxes.subarray(4 * at, 4 * at + 4));
    }

    tile(zoom, column, row) {
      const side = WORLD / 2 ** zoom, margin = (side * MARGIN_STEPS) / STEPS, west = column * side, north = row * side;
      const touching = this._within(west - margin, north - margin, west + side + margin, north + side + margin);
      // On the grid of the next whole zoom; then scaled to this one.
      const wholeZoom = Math.ceil(zoom), scale = 2 ** (zoom - wholeZoom), coarse = this._onGrid(wholeZoom, touching);
      const left = column * STEPS, top = row * STEPS, far = (STEPS + 2 * MARGIN_STEPS) / scale;
      const boxWest = (left - MARGIN_STEPS) / scale, boxNorth = (top - MARGIN_STEPS) / scale;
      const drawn = [], small = [];
      for (let i = 0; i < coarse.length; i++) (coarse.strandAt[i + 1] > coarse.strandAt[i] ? drawn : small).push(i);
      const cut = coarse.take(drawn).clipped(boxWest, boxNorth, boxWest + far, boxNorth + far);
      const { shown, left_rows } = this._fewer(cut.take([...cut.rows.keys()].filter((i) => cut.strandAt[i + 1] > cut.strandAt[i])));
      return jjjmap.packArrays({ closed: this.outlines.closed }, {
        rows: shown.rows,
        strand_at: shown.strandAt,
        corner_at: shown.cornerAt,
        x: Int32Array.from(shown.x, (value) => jjjmap.rint(value * scale - left)),
        y: Int32Array.from(shown.y, (value) => jjjmap.rint(value * scale - top)),
        ...this._dots(small.map((i) => touching[i]), zoom, column, row),
        left_rows,
      });
    }

    // Rows under a position: lines by distance, polygons from small to large.
    hits(lon, lat, zoom, reachPx) {
      const [x, y] = jjjmap.unitAt(lon, lat), reach = reachPx / jjjmap.pxPerUnit(zoom), { boxes, outlines } = this;
      const found = this._within(x - reach, y - reach, x + reach, y + reach).map((i) => {
        const width = boxes[4 * i + 2] - boxes[4 * i], height = boxes[4 * i + 3] - boxes[4 * i + 1];
        // One that is smaller than the reach can be missed by a hair; it counts as hit.
        const away = !outlines.closed ? distance(outlines, i, x, y)
          : Math.max(width, height) < reach || holds(outlines, i, x, y) ? 0 : Infinity;
        return { row: outlines.rows[i], extent: width * height, away };
      }).filter(({ away }) => away <= reach);
      return found.sort((a, b) => a.away - b.away || a.extent - b.extent || a.row - b.row).map(({ row }) => row);
    }

    _within(west, north, east, south) {
      const { boxes } = this, found = [];
      for (let i = 0, at = 0; at < boxes.length; i++, at += 4)
        if (boxes[at] <= east && boxes[at + 2] >= west && boxes[at + 1] <= south && boxes[at + 3] >= north) found.push(i);
      return found;
    }

    _onGrid(zoom, features) {
      const bits = Math.max(0, 32 - STEP_BITS - zoom), { outlines, coarse } = this;
      if (!coarse.has(zoom)) {
        if (features.reduce((sum, i) => sum + outlines.cornersOf(i), 0) <= FEW_CORNERS) return outlines.take(features).coarsened(bits);
        coarse.set(zoom, outlines.coarsened(bits));
        if (coarse.size > KEPT_ZOOMS) coarse.delete(coarse.keys().next().value);
      }
      return coarse.get(zoom).take(features);
    }

    _fewer(shown) {
      if (shown.x.length <= MAX_CORNERS) return { shown, left_rows: new Uint32Array(0) };
      const boxes = shown.boxes(), size = (i) => boxes[4 * i + 2] - boxes[4 * i] + boxes[4 * i + 3] - boxes[4 * i + 1];
      const fits = [], rest = [];
      let corners = 0;
      for (const i of [...shown.rows.keys()].sort((a, b) => size(b) - size(a) || a - b)) {
        corners += shown.cornersOf(i);
        (corners <= MAX_CORNERS ? fits : rest).push(i);
      }
      const ascending = (list) => list.sort((a, b) => a - b);
      return { shown: shown.take(ascending(fits)), left_rows: Uint32Array.from(ascending(rest), (i) => shown.rows[i]) };
    }

    _dots(features, zoom, column, row) {
      const scale = jjjmap.pxPerUnit(zoom), { boxes } = this, here = [];
      for (const i of features) {
        const x = Math.floor(((boxes[4 * i] + boxes[4 * i + 2]) / 2) * scale) - column * TILE_PX;
        const y = Math.floor(((boxes[4 * i + 1] + boxes[4 * i + 3]) / 2) * scale) - row * TILE_PX;
        if (x >= 0 && x < TILE_PX && y >= 0 && y < TILE_PX) here.push([this.outlines.rows[i], x, y]);
      }
      return {
        dot_rows: Uint32Array.from(here, ([row]) => row), dot_x: Uint8Array.from(here, ([, x]) => x), dot_y: Uint8Array.from(here, ([, , y]) => y),
      };
    }
  };

  // Whether a polygon holds a point: an odd number of its sides lies to its right.
  function holds({ x, y, strandAt, cornerAt }, feature, px, py) {
    let isIn = false;
    for (let s = strandAt[feature]; s < strandAt[feature + 1]; s++)
      for (let c = cornerAt[s], before = cornerAt[s + 1] - 1; c < cornerAt[s + 1]; before = c++)
        if (y[before] > py !== y[c] > py && px < ((x[c] - x[before]) * (py - y[before])) / (y[c] - y[before]) + x[before]) isIn = !isIn;
    return isIn;
  }

  function distance({ x, y, strandAt, cornerAt }, feature, px, py) {
    let least = Infinity;
    for (let s = strandAt[feature]; s < strandAt[feature + 1]; s++)
      for (let c = cornerAt[s]; c < cornerAt[s + 1] - 1; c++) {
        const dx = x[c + 1] - x[c], dy = y[c + 1] - y[c], length = dx * dx + dy * dy;
        const share = length ? Math.min(1, Math.max(0, ((px - x[c]) * dx + (py - y[c]) * dy) / length)) : 0;
        least = Math.min(least, Math.hypot(x[c] + share * dx - px, y[c] + share * dy - py));
      }
    return least;
  }
})();
