// Points of users in an exported file: in Morton order, fanned out, counted in hexagons, and which of them lie under a click.
// The same as jjjmap/maps/drawing/{points,fanning,hexes}.py and drawn_layer.py.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
  const SPREAD = 0.55, MAX_RINGED = 300, PARTS_A_PIXEL = 8, MOST_PARTS = 32767;
  const DEFAULT_SIZE_PX = 7;
  const HEX_RADIUS_PX = 12, HEX_WIDTH_PX = Math.sqrt(3) * HEX_RADIUS_PX, HEX_HEIGHT_PX = 3 * HEX_RADIUS_PX;
  const HEX_COLORS = ["#fde725", "#5ec962", "#21918c", "#3b528b", "#440154"];
  const HEX_COLUMNS = 2 ** 26; // More than the world has at the last zoom.
  const WORLD = 4294967296;

  jjjmap.LocalPoints = class {
    // `place`: distinct positions in Morton order and which of them each row has; `look`: classes and sizes of the rows.
    constructor({ x, y, spot }, { cls, size }, { scales, class_size_px, density }) {
      const begins = new Uint32Array(x.length + 2);
      for (let row = 0; row < spot.length; row++) begins[spot[row] + 1]++;
      for (let i = 1; i < begins.length; i++) begins[i] += begins[i - 1];
      const without = begins[1], next = begins.slice(), count = spot.length - without;
      this.order = new Uint32Array(count); // Place -> row; rows of one position ascend.
      this.x = new Uint32Array(count);
      this.y = new Uint32Array(count);
      this.placeOf = new Int32Array(spot.length).fill(-1);
      for (let row = 0; row < spot.length; row++) {
        if (!spot[row]) continue;
        const place = next[spot[row]]++ - without;
        this.order[place] = row;
        this.x[place] = x[spot[row] - 1];
        this.y[place] = y[spot[row] - 1];
        this.placeOf[row] = place;
      }
      this.morton = new jjjmap.MortonPoints(this.x, this.y);
      this.scales = scales;
      this.sizeOf = size ? (row) => size[row] : (row) => class_size_px[cls[row]] ?? DEFAULT_SIZE_PX;
      this.widest = size ? 255 : Math.max(DEFAULT_SIZE_PX, ...class_size_px);
      this.fan = density === "none" ? this._fannedOut() : null;
      this.hexes = new Map();
    }

    // West, south, east, north in degrees; null if there is nothing.
    bounds() {
      if (!this.x.length) return null;
      let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
      for (let i = 0; i < this.x.length; i++) {
        west = Math.min(west, this.x[i]);
        east = Math.max(east, this.x[i]);
        north = Math.min(north, this.y[i]);
        south = Math.max(south, this.y[i]);
      }
      return [...jjjmap.degreesAt(west, south), ...jjjmap.degreesAt(east, north)];
    }

    // How much smaller symbols are drawn at a zoom, which need not be whole.
    symbolScale(wanted) {
      const { scales } = this, zoom = Math.min(Math.max(wanted, 0), scales.length - 1), low = Math.floor(zoom);
      return scales[low] + ((scales[low + 1] ?? scales[low]) - scales[low]) * (zoom - low);
    }

    // Rows under a position, the nearest first.
    hits(lon, lat, zoom, reachPx) {
      const [px, py] = jjjmap.unitAt(lon, lat), perUnit = jjjmap.pxPerUnit(zoom), scale = this.symbolScale(zoom);
      const reach = reachPx + (scale * this.widest) / 2, found = [], { fan, order, x, y } = this;
      const near = (morton, far, take) => morton.runs(px - far, py - far, px + far, py + far, (a, b) => {
        for (let i = a; i < b; i++)
          if (Math.abs(morton.x[i] - px) <= far && Math.abs(morton.y[i] - py) <= far) take(i);
      });
      const add = (row, away) => {
        if (away <= reachPx + (scale * this.sizeOf(row)) / 2) found.push({ row, away });
      };
      near(this.morton, reach / perUnit, (i) => {
        if (!fan || fan.slotOf[i] < 0) add(order[i], Math.hypot(x[i] - px, y[i] - py) * perUnit);
      });
      if (fan) {
        const part = scale / PARTS_A_PIXEL;
        near(fan.morton, (reach + scale * fan.reachPx) / perUnit, (i) => add(order[fan.places[i]],
          Math.hypot((fan.morton.x[i] - px) * perUnit + fan.dx[i] * part, (fan.morton.y[i] - py) * perUnit + fan.dy[i] * part)));
      }
      return found.sort((a, b) => a.away - b.away || a.row - b.row).map(({ row }) => row);
    }

    // Offset of a place beside where it is, in pixels for symbols at their full size.
    asideOf(place) {
      const slot = this.fan ? this.fan.slotOf[place] : -1;
      return slot < 0 ? [0, 0] : [this.fan.dx[slot] / PARTS_A_PIXEL, this.fan.dy[slot] / PARTS_A_PIXEL];
    }

    placesIn(west, north, east, south) {
      const found = [], { x, y } = this;
      this.morton.runs(west, north, east, south, (a, b) => {
        for (let i = a; i < b; i++) if (x[i] >= west && x[i] <= east && y[i] >= north && y[i] <= south) found.push(i);
      });
      return found;
    }

    // Points that share a position stand round it like the seeds of a sunflower; large symbols in the middle.
    _fannedOut() {
      const { x, y, order } = this, isSame = (i) => x[i] === x[i - 1] && y[i] === y[i - 1], groups = [];
      for (let i = 1; i < x.length; i++) {
        if (!isSame(i)) continue;
        const group = [i - 1];
        while (i < x.length && isSame(i)) group.push(i++);
        groups.push(group);
      }
      if (!groups.length) return null;
      const count = groups.reduce((sum, group) => sum + group.length, 0), most = Math.max(0, ...groups.map((group) => Math.min(group.length, MAX_RINGED + 1)));
      const places = new Uint32Array(count), dx = new Int16Array(count), dy = new Int16Array(count);
      let at = 0, filled = 0, reach = 0;
      for (const group of groups) {
        group.sort((a, b) => this.sizeOf(order[b]) - this.sizeOf(order[a]) || a - b);
        let before = 0;
        for (const [rank, place] of group.entries()) {
          const square = rank >= MAX_RINGED ? 0 : this.sizeOf(order[place]) ** 2;
          filled += square;
          // In the middle the room of one symbol stays free: there the position itself is marked.
          if (!rank) before = filled - 2 * square;
          const away = SPREAD * Math.sqrt(filled - before), angle = rank * GOLDEN_ANGLE;
          places[at] = place;
          dx[at] = clipped(PARTS_A_PIXEL * away * Math.cos(angle));
          dy[at] = clipped(PARTS_A_PIXEL * away * Math.sin(angle));
          reach = Math.max(reach, Math.hypot(dx[at], dy[at]));
          at++;
        }
      }
      const slotOf = new Int32Array(x.length).fill(-1);
      for (let i = 0; i < count; i++) slotOf[places[i]] = i;
      const morton = new jjjmap.MortonPoints(Uint32Array.from(places, (place) => x[place]), Uint32Array.from(places, (place) => y[place]));
      return { places, dx, dy, slotOf, morton, reachPx: reach / PARTS_A_PIXEL, isCrowded: most > MAX_RINGED };
    }

    // How many points lie in each hexagon of a whole zoom.
    hexPayload(zoom) {
      if (!this.hexes.has(zoom)) this.hexes.set(zoom, this._hexPayload(zoom));
      return this.hexes.get(zoom).slice(0);
    }

    _hexPayload(zoom) {
      const scale = jjjmap.pxPerUnit(zoom), counts = new Map();
      for (let i = 0; i < this.x.length; i++) {
        const key = hexagonAt(this.x[i] * scale, this.y[i] * scale);
        counts.set(key, (counts.get(key) || 0) + 1);
      }
      const inWorld = (px) => Math.floor(Math.min(Math.max(px / scale, 0), WORLD - 1));
      const hexes = [...counts].sort((a, b) => a[0] - b[0]).map(([key, count]) => {
        const column = (key % HEX_COLUMNS) - 1, row = Math.floor(key / HEX_COLUMNS) - 1;
        return { x: inWorld((column + (row & 1) / 2) * HEX_WIDTH_PX), y: inWorld((row * HEX_HEIGHT_PX) / 2), count };
      }).sort(byMorton);
      const most = hexes.reduce((largest, { count }) => Math.max(largest, count), 0), limits = countLimits(Math.max(1, most));
      const thousands = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
      const labels = limits.map((low, i) => {
        const high = limits[i + 1];
        return high === undefined ? `≥ ${thousands(low)}` : high - low === 1 ? thousands(low) : `${thousands(low)}–${thousands(high - 1)}`;
      });
      const colors = limits.map((_, i) => HEX_COLORS[jjjmap.rint((i * 4) / Math.max(1, limits.length - 1))]);
      return jjjmap.packArrays({ radius_px: HEX_RADIUS_PX, labels, colors, total: this.x.length, most }, {
        x: Uint32Array.from(hexes, ({ x }) => x),
        y: Uint32Array.from(hexes, ({ y }) => y),
        count: Uint32Array.from(hexes, ({ count }) => count),
        cls: Uint8Array.from(hexes, ({ count }) => limits.filter((limit) => limit <= count).length - 1),
      });
    }
  };

  const clipped = (parts) => Math.min(MOST_PARTS, Math.max(-MOST_PARTS, jjjmap.rint(parts)));

  // Hexagons stand on a point. Their middles are those of two lattices of rectangles; the nearer one wins.
  function hexagonAt(x, y) {
    const evenC = jjjmap.rint(x / HEX_WIDTH_PX), evenR = jjjmap.rint(y / HEX_HEIGHT_PX);
    const oddC = jjjmap.rint(x / HEX_WIDTH_PX - 0.5), oddR = jjjmap.rint(y / HEX_HEIGHT_PX - 0.5);
    const toEven = (x - evenC * HEX_WIDTH_PX) ** 2 + (y - evenR * HEX_HEIGHT_PX) ** 2;
    const toOdd = (x - (oddC + 0.5) * HEX_WIDTH_PX) ** 2 + (y - (oddR + 0.5) * HEX_HEIGHT_PX) ** 2;
    const [column, row] = toEven <= toOdd ? [evenC, 2 * evenR] : [oddC, 2 * oddR + 1];
    return (row + 1) * HEX_COLUMNS + column + 1;
  }

  function countLimits(most) {
    const limits = [1];
    for (const share of [0.2, 0.4, 0.6, 0.8]) {
      const wanted = most ** share, power = 10 ** Math.floor(Math.log10(Math.max(wanted, 1)));
      const off = (value) => Math.abs(Math.log(value / wanted));
      const nice = [1, 2, 5, 10].map((factor) => factor * power).reduce((best, value) => (off(value) < off(best) ? value : best));
      if (nice > limits[limits.length - 1] && nice <= most) limits.push(nice);
    }
    return limits;
  }

  // Along the Z-curve the axis with the highest differing bit decides; of equals, y.
  function byMorton(a, b) {
    const dx = (a.x ^ b.x) >>> 0, dy = (a.y ^ b.y) >>> 0;
    return dy < dx && dy < ((dx ^ dy) >>> 0) ? a.x - b.x : a.y - b.y;
  }
})();
