// Many points on one tile: each symbol is drawn once, and then stamped pixel by pixel wherever it stands. That is some
// hundred times faster than drawing paths, and needs no graphics card.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const HIDDEN = 1, SELECTED = 2, FANNED = 4;
  const SMALL_RUN = 256;
  const RUN = 16384; // After so many points the painter may pause.
  const LEAST_PX = 2;
  const PLAIN_PX = 4.5; // A smaller symbol is a plain dot: outline and casing would be all that is left of it.
  const DOT_PX = 3.2;
  const CHOSEN_MARGIN_PX = 5, MANY_CHOSEN_MARGIN_PX = 2.4; // Of rings; those of many are slight, or they would hide each other.
  const MANY_CHOSEN = 30;
  const WORLD = 4294967296;
  const HUB_LEAST_PX = 5; // Where symbols are smaller, or the map shows whole provinces, true positions are not marked.
  const HUB_FROM_ZOOM = 8;

  jjjmap.HIDDEN_ROW = HIDDEN;
  jjjmap.SELECTED_ROW = SELECTED;
  jjjmap.FANNED_ROW = FANNED;
  jjjmap.MANY_CHOSEN = MANY_CHOSEN;

  // Arrays as jjjmap/maps/drawing/payload.py packs them.
  jjjmap.unpackArrays = function (buffer) {
    const head = new DataView(buffer);
    if (head.getUint32(0, false) !== 0x4a4a4631) throw new Error("not a payload");
    const length = head.getUint32(4, true);
    const facts = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
    const kinds = { u1: Uint8Array, i2: Int16Array, u4: Uint32Array, i4: Int32Array, f8: Float64Array };
    let at = 8 + length;
    const arrays = {};
    for (const [name, kind, count] of facts.arrays) {
      arrays[name] = new kinds[kind](buffer, at, count);
      at += Math.ceil(arrays[name].byteLength / 8) * 8;
    }
    return { facts, arrays };
  };

  // Positions in Morton order: any box is a few runs, found by bisection; see jjjmap/maps/drawing/points.py.
  jjjmap.MortonPoints = class {
    constructor(x, y) {
      this.x = x;
      this.y = y;
    }

    get length() { return this.x.length; }

    // Calls `take` with runs [a, b) that hold every point of a box (units of the world), and some beside it.
    runs(west, north, east, south, take) {
      const visit = (bits, left, top, a, b) => {
        const side = 2 ** bits;
        if (a === b || left > east || top > south || left + side <= west || top + side <= north) return;
        const isWithin = left >= west && top >= north && left + side - 1 <= east && top + side - 1 <= south;
        if (isWithin || b - a <= SMALL_RUN || bits === 0) return take(a, b);
        const half = side / 2, midX = left + half, midY = top + half;
        const c2 = this._cut(a, b, (i) => this.y[i] >= midY);
        const c1 = this._cut(a, c2, (i) => this.x[i] >= midX), c3 = this._cut(c2, b, (i) => this.x[i] >= midX);
        visit(bits - 1, left, top, a, c1);
        visit(bits - 1, midX, top, c1, c2);
        visit(bits - 1, left, midY, c2, c3);
        visit(bits - 1, midX, midY, c3, b);
      };
      visit(32, 0, 0, 0, this.length);
    }

    _cut(a, b, isPast) {
      while (a < b) {
        const middle = (a + b) >>> 1;
        if (isPast(middle)) b = middle;
        else a = middle + 1;
      }
      return a;
    }
  };

  // The box of a tile in units of the world, wider by some of its pixels.
  jjjmap.tileBox = function ({ x, y, z }, side, reach) {
    const unit = WORLD / 2 ** z, margin = (reach / side) * unit;
    return [x * unit - margin, y * unit - margin, (x + 1) * unit + margin, (y + 1) * unit + margin];
  };

  // On a sheet of paper there are no pixels, and `ratio` is 0.
  function drawDot(context, look, size, ratio) {
    context.fillStyle = look.fill || look.stroke || "#5a6066";
    if (ratio && size < DOT_PX) {
      // Whole pixels: soft edges of so small a dot would cost more than all the rest of it.
      const whole = Math.round(size * ratio), from = -(Math.floor(whole / 2) + 0.5) / ratio;
      context.fillRect(from, from, whole / ratio, whole / ratio);
      return;
    }
    context.beginPath();
    context.arc(0, 0, size / 2, 0, 2 * Math.PI);
    context.fill();
  }

  function drawChosen(context, look, size, margin) {
    context.beginPath();
    context.arc(0, 0, size / 2 + margin - 1, 0, 2 * Math.PI);
    context.fillStyle = "rgba(255,236,120,0.9)";
    context.fill();
    context.strokeStyle = "#1a1a1a";
    context.lineWidth = margin < CHOSEN_MARGIN_PX ? 1.4 : 2;
    context.stroke();
    jjjmap.drawSymbol(context, { ...look, size_px: Math.max(size, 5) }, 0, 0, "");
  }

  // One symbol of a user's layer, at 0, 0. `chosen` says how many are marked; 0 for a symbol without a mark.
  jjjmap.drawUserSymbol = function (context, look, size, ratio, chosen) {
    if (chosen) drawChosen(context, look, size, chosen > MANY_CHOSEN ? MANY_CHOSEN_MARGIN_PX : CHOSEN_MARGIN_PX);
    else if (size < PLAIN_PX) drawDot(context, look, size, ratio);
    else jjjmap.drawSymbol(context, { ...look, size_px: size, fill: look.fill || "#ffffff" }, 0, 0, "");
  };
  jjjmap.HUB_LOOK = { shape: "circle", fill: "#33383d", stroke: "#33383d", width_px: 0.4, fill_opacity: 1, dash: [] };
  jjjmap.HUB_PX = 2.4;
  jjjmap.userSymbolPx = (size) => Math.max(LEAST_PX, Math.round(size * 2) / 2);
  jjjmap.marksHubs = (zoom, largest) => zoom >= HUB_FROM_ZOOM && largest >= HUB_LEAST_PX;

  // Symbols as lists of pixels. One set for each look of a layer, scale and density of the screen.
  jjjmap.Stamps = class {
    // `chosen` says how many are marked; 0 for symbols without a mark.
    constructor(classes, ratio, chosen) {
      this.classes = classes;
      this.ratio = ratio;
      this.chosen = chosen;
      this.isChosen = chosen > 0;
      this.margin = chosen > MANY_CHOSEN ? MANY_CHOSEN_MARGIN_PX : CHOSEN_MARGIN_PX;
      this.made = new Map();
      this.largest = Math.max(...classes.map((look) => look.size_px));
    }

    of(cls, size) {
      const halves = 2 * jjjmap.userSymbolPx(size), key = cls * 4096 + halves;
      if (!this.made.has(key)) this.made.set(key, this._make(this.classes[Math.min(cls, this.classes.length - 1)], halves / 2));
      return this.made.get(key);
    }

    _make(look, size, isWhole = false) {
      const { ratio } = this;
      const reach = Math.ceil(((size / 2) * 1.12 + look.width_px / 2 + 1 + (this.isChosen ? this.margin : 0)) * ratio) + 1;
      const side = 2 * reach + 1;
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = side;
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.translate(reach + 0.5, reach + 0.5);
      context.scale(ratio, ratio);
      if (isWhole) jjjmap.drawSymbol(context, { ...look, size_px: size }, 0, 0, "");
      else jjjmap.drawUserSymbol(context, look, size, ratio, this.chosen);
      const pixels = new Uint32Array(context.getImageData(0, 0, side, side).data.buffer);
      const dx = [], dy = [], color = [];
      let far = 0;
      for (let i = 0; i < pixels.length; i++) {
        if (pixels[i] >>> 24 < 8) continue;
        const x = (i % side) - reach, y = Math.floor(i / side) - reach;
        dx.push(x);
        dy.push(y);
        color.push(pixels[i]);
        far = Math.max(far, Math.abs(x), Math.abs(y));
      }
      return { dx: Int16Array.from(dx), dy: Int16Array.from(dy), color: Uint32Array.from(color), far };
    }

    // The mark of a position round which several points are drawn.
    hub() {
      if (!this.made.has("hub"))
        this.made.set("hub", this._make(jjjmap.HUB_LOOK, jjjmap.HUB_PX, true));
      return this.made.get("hub");
    }
  };

  // One colour over another, neither with its alpha multiplied in.
  function over(top, below) {
    const a = top >>> 24;
    if (a === 255 || below === 0) return top;
    const b = ((below >>> 24) * (255 - a)) / 255, whole = a + b;
    const mix = (shift) => (((top >>> shift) & 255) * a + ((below >>> shift) & 255) * b) / whole;
    return ((Math.round(whole) << 24) | (mix(16) << 16) | (mix(8) << 8) | mix(0)) >>> 0;
  }

  function stamp(pixels, side, px, py, { dx, dy, color, far }) {
    const count = color.length;
    if (px >= far && py >= far && px < side - far && py < side - far) {
      const base = py * side + px;
      for (let q = 0; q < count; q++) {
        const at = base + dy[q] * side + dx[q];
        pixels[at] = color[q] >>> 24 === 255 ? color[q] : over(color[q], pixels[at]);
      }
      return;
    }
    for (let q = 0; q < count; q++) {
      const x = px + dx[q], y = py + dy[q];
      if (x < 0 || y < 0 || x >= side || y >= side) continue;
      const at = y * side + x;
      pixels[at] = over(color[q], pixels[at]);
    }
  }

  // A function of its own, all of whose variables are local: the loop is the whole cost of a million points.
  function stampRun(tile, a, b) {
    const { x, y, cls, flags, side, far, toPx, left, top, unwanted, wanted, ofClass, last, pixels, seen } = tile;
    const wide = side + 2 * far, isCounted = last < 32;
    for (let i = a; i < b; i++) {
      if ((flags[i] & unwanted) !== wanted) continue;
      const px = Math.floor(x[i] * toPx - left), py = Math.floor(y[i] * toPx - top);
      if (px < -far || py < -far || px >= side + far || py >= side + far) continue;
      const of = cls[i] > last ? last : cls[i];
      if (isCounted) {
        const spot = (py + far) * wide + px + far, bit = 1 << of;
        if (seen[spot] & bit) continue;
        seen[spot] |= bit;
      }
      stamp(pixels, side, px, py, ofClass[of]);
    }
  }

  // Points that are drawn beside where they are.
  function stampFanned(tile, { points, rows, dx, dy }, toOffset, a, b) {
    const { x, y } = points, { cls, flags } = rows, { side, far, toPx, left, top, unwanted, wanted, ofClass, last, pixels, seen } = tile;
    const wide = side + 2 * far, isCounted = last < 32;
    for (let i = a; i < b; i++) {
      if ((flags[i] & unwanted) !== wanted) continue;
      const px = Math.floor(x[i] * toPx - left + dx[i] * toOffset), py = Math.floor(y[i] * toPx - top + dy[i] * toOffset);
      if (px < -far || py < -far || px >= side + far || py >= side + far) continue;
      const of = cls[i] > last ? last : cls[i];
      if (isCounted) {
        const spot = (py + far) * wide + px + far, bit = 1 << of;
        if (seen[spot] & bit) continue;
        seen[spot] |= bit;
      }
      stamp(pixels, side, px, py, ofClass[of]);
    }
  }

  function runsNear(points, coords, side, reach) {
    const found = [];
    points.runs(...jjjmap.tileBox(coords, side, reach), (a, b) => {
      for (; b - a > RUN; a += RUN) found.push([a, a + RUN]);
      found.push([a, b]);
    });
    return found;
  }

  // Paints the points of a tile; pauses now and then. `rows` are classes, flags and perhaps sizes, in the order of the points;
  // `fan` is a jjjmap.Fan or null.
  jjjmap.stampPoints = function* (canvas, coords, points, rows, fan, stamps, scale) {
    const { cls, flags, size } = rows, { classes, isChosen } = stamps, { x, y } = points;
    const side = canvas.width, context = canvas.getContext("2d");
    const sizeOf = (i) => scale * (size ? size[i] : classes[Math.min(cls[i], classes.length - 1)].size_px);
    const ofClass = size ? [] : classes.map((look, i) => stamps.of(i, scale * look.size_px));
    let far = 0;
    if (size) far = stamps.of(0, scale * 255).far;
    else for (const made of ofClass) far = Math.max(far, made.far);
    const unwanted = HIDDEN | FANNED | (isChosen ? SELECTED : 0), wanted = isChosen ? SELECTED : 0;
    const toPx = (side * 2 ** coords.z) / WORLD, left = coords.x * side, top = coords.y * side;
    const found = runsNear(points, coords, side, far + 1);
    // What is drawn beside its position may reach in from other tiles.
    const toOffset = fan ? (scale * stamps.ratio) / fan.partsAPixel : 0;
    const fanned = fan ? runsNear(fan.points, coords, side, far + 1 + fan.reach * toOffset) : [];
    const tile = { ...rows, x, y, side, far, toPx, left, top, unwanted, wanted, ofClass, last: classes.length - 1, pixels: null, seen: null };
    let image = null;
    const begin = () => {
      image = context.createImageData(side, side);
      tile.pixels = new Uint32Array(image.data.buffer);
      // Which classes stand on a pixel already: a crowd of alike symbols on one spot looks like one of them.
      tile.seen = new Uint32Array((side + 2 * far) ** 2);
    };
    if (size) {
      // Large symbols lie under small ones, which they would cover.
      const chosen = [];
      for (const [a, b] of found) {
        for (let i = a; i < b; i++) if ((flags[i] & unwanted) === wanted) chosen.push([i, 0, 0]);
        yield;
      }
      for (const [a, b] of fanned)
        for (let k = a; k < b; k++)
          if ((fan.rows.flags[k] & unwanted) === wanted) chosen.push([fan.places[k], fan.dx[k] * toOffset, fan.dy[k] * toOffset]);
      chosen.sort(([i], [j]) => size[j] - size[i] || i - j);
      if (chosen.length) begin();
      for (const [n, [i, dx, dy]] of chosen.entries()) {
        stamp(tile.pixels, side, Math.floor(x[i] * toPx - left + dx), Math.floor(y[i] * toPx - top + dy), stamps.of(cls[i], sizeOf(i)));
        if (n % 1024 === 1023) yield;
      }
    } else {
      for (const [a, b] of found) {
        if (!image) begin();
        stampRun(tile, a, b);
        yield;
      }
      for (const [a, b] of fanned) {
        if (!image) begin();
        stampFanned(tile, fan, toOffset, a, b);
        yield;
      }
    }
    if (image && fan && !isChosen && jjjmap.marksHubs(coords.z, scale * stamps.largest)) {
      const hub = stamps.hub();
      for (const [a, b] of runsNear(fan.hubs, coords, side, hub.far + 1))
        for (let k = a; k < b; k++)
          stamp(tile.pixels, side, Math.floor(fan.hubs.x[k] * toPx - left), Math.floor(fan.hubs.y[k] * toPx - top), hub);
    }
    context.clearRect(0, 0, side, side);
    if (image) context.putImageData(image, 0, 0);
  };
})();
