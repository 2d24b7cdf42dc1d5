// Point symbols and names, on one canvas above the areas. Nothing overlaps: symbols that would are moved a little, with a
// hairline to where they belong; names that would are left out, the less important ones first.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const CELL_PX = 48;
  const MAX_SHIFT_PX = 44;
  const REPEAT_PX = 320;
  const INDISPENSABLE = 90;
  const CHOSEN_LABEL = { color: "#1a1a1a", size_px: 13, bold: true, halo_px: 5 };
  let fontFamily = ""; // As map.css has it.

  // Boxes that are taken, found by the cells they touch.
  class Room {
    constructor() { this.cells = new Map(); }
    *near([west, north, east, south]) {
      for (let i = Math.floor(west / CELL_PX); i <= Math.floor(east / CELL_PX); i++)
        for (let j = Math.floor(north / CELL_PX); j <= Math.floor(south / CELL_PX); j++)
          yield `${i},${j}`;
    }
    isFree(box) {
      for (const key of this.near(box))
        for (const taken of this.cells.get(key) || [])
          if (box[0] < taken[2] && box[2] > taken[0] && box[1] < taken[3] && box[3] > taken[1]) return false;
      return true;
    }
    take(box) {
      for (const key of this.near(box)) {
        if (!this.cells.has(key)) this.cells.set(key, []);
        this.cells.get(key).push(box);
      }
    }
  }

  const boxAround = (x, y, width, height) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];

  const measuring = document.createElement("canvas").getContext("2d");
  const widths = new Map();

  function fontOf(label) {
    if (!fontFamily) fontFamily = getComputedStyle(document.body).fontFamily;
    return `${label.italic ? "italic " : ""}${label.bold ? "700" : "400"} ${label.size_px}px ${fontFamily}`;
  }

  function widthOf(text, label) {
    const font = fontOf(label), key = font + text;
    if (!widths.has(key)) {
      measuring.font = font;
      const spread = label.spacing ? [...text].length * label.size_px * 0.25 : 0;
      widths.set(key, measuring.measureText(text).width + spread);
    }
    return widths.get(key);
  }

  function shifts() {
    const tried = [[0, 0]];
    for (let radius = 4; radius <= MAX_SHIFT_PX; radius += 4)
      for (let i = 0, n = Math.max(8, Math.round(radius * 1.2)); i < n; i++)
        tried.push([radius * Math.cos((2 * Math.PI * i) / n), radius * Math.sin((2 * Math.PI * i) / n)]);
    return tried;
  }
  const SHIFTS = shifts();

  // Where a name may stand, as shifts of its middle: beside a symbol …
  const spotsBeside = (gap, width, height) => [
    [gap + width / 2, 0], [-gap - width / 2, 0], [0, -gap - height / 2], [0, gap + height / 2],
  ];

  // … or inside an area, as near as can be to where it belongs: in widths and heights of a name, which is some four times as
  // wide as high.
  function shiftsWithin() {
    const tried = [];
    for (let across = -1; across <= 1; across += 0.25)
      for (let down = -5; down <= 5; down++) tried.push([across, down]);
    const far = ([across, down]) => Math.hypot(4 * across, down);
    return tried.sort((a, b) => far(a) - far(b));
  }
  const SHIFTS_WITHIN = shiftsWithin();
  const spotsWithin = (width, height) => SHIFTS_WITHIN.map(([across, down]) => [across * width, down * height]);

  // A river or road comes in pieces; its name is written once in a while, not on each.
  function isRepeated(placed, layer, text, box) {
    return layer.geometry === "line" && placed.some((other) =>
      other.layer === layer && other.text === text &&
      Math.hypot(other.box[0] - box[0], other.box[1] - box[1]) < REPEAT_PX);
  }

  // Where everything stands at one zoom, in world pixels: independent of the view, so that nothing jumps while panning.
  // `reserved` are boxes that nothing may stand on.
  function arrange(map, layers, zoom, language, sheet, reserved) {
    const room = new Room(), symbols = [], labels = [];
    for (const box of reserved) room.take(box);
    const { x: west, y: north } = map.project(sheet.getNorthWest(), zoom);
    const { x: east, y: south } = map.project(sheet.getSouthEast(), zoom);
    const isOnSheet = (box) => box[0] >= west && box[1] >= north && box[2] <= east && box[3] <= south;
    for (const layer of layers) {
      if (!layer.features || zoom < layer.style.min_zoom) continue;
      for (const feature of layer.features) {
        const look = jjjmap.classOf(layer, feature);
        const at = jjjmap.anchorOf(feature);
        if (!at) continue;
        const { x, y } = map.project([at[1], at[0]], zoom);
        const entry = { layer, feature, look, trueX: x, trueY: y, x, y };
        if (layer.geometry === "point") symbols.push(entry);
        if (layer.style.label && zoom >= layer.style.label.min_zoom) labels.push(entry);
      }
    }
    const placed = [];
    const placeLabel = (entry) => {
      const label = entry.layer.style.label;
      const text = jjjmap.labelOf(entry.feature, language);
      if (!text) return;
      const width = widthOf(text, label) + 4, height = label.size_px * 1.25;
      const gap = entry.layer.geometry === "point" ? entry.look.size_px / 2 + 3 : 0;
      const boxOf = ([dx, dy]) => boxAround(entry.x + dx, entry.y + dy, width, height);
      const isOurs = ([dx, dy]) => {
        if (entry.layer.geometry !== "polygon" || !(dx || dy)) return true;
        const { lng, lat } = map.unproject([entry.x + dx, entry.y + dy], zoom);
        return jjjmap.areaHolds(entry.feature, lng, lat);
      };
      const spots = gap ? spotsBeside(gap, width, height) : spotsWithin(width, height);
      const spot = spots.find((shift) => isOnSheet(boxOf(shift)) && room.isFree(boxOf(shift)) && isOurs(shift));
      if (!spot) return;
      const box = boxOf(spot);
      if (isRepeated(placed, entry.layer, text, box)) return;
      room.take(box);
      placed.push({ ...entry, text, label, textX: entry.x + spot[0], textY: entry.y + spot[1], box });
    };
    labels.sort((a, b) => b.layer.style.label.priority - a.layer.style.label.priority);
    // Names that the map must have come first, then symbols, the topmost layer first, then the other names.
    const isIndispensable = ({ layer }) => layer.style.label.priority >= INDISPENSABLE;
    labels.filter(isIndispensable).forEach(placeLabel);
    for (const symbol of symbols.reverse()) {
      const side = symbol.look.size_px + 2;
      const free = SHIFTS.find(([dx, dy]) => room.isFree(boxAround(symbol.trueX + dx, symbol.trueY + dy, side, side)));
      if (free) {
        symbol.x += free[0];
        symbol.y += free[1];
      }
      room.take(boxAround(symbol.x, symbol.y, side, side));
    }
    labels.filter((entry) => !isIndispensable(entry)).forEach(placeLabel);
    return { symbols: symbols.reverse(), labels: placed.reverse() };
  }

  jjjmap.HIGHLIGHT_COLOR = "#6a3d9a";
  jjjmap.DIMMED_OPACITY = 0.15;

  // Leaflet's renderer keeps the canvas in place while the map moves and scales it while it zooms.
  jjjmap.Overlay = L.Renderer.extend({
    initialize(options) {
      L.Renderer.prototype.initialize.call(this, options);
      this.layers = [];
      this.language = "zh";
      this.sheet = L.latLngBounds([-85, -180], [85, 180]); // What the map has data for; no name leaves it.
      this.reserved = [];
      this.selectedId = "";
      this.chosen = null;
      this.highlightedIds = new Set();
      this.dimmed = new Set();
      this._arranged = null;
    },
    _initContainer() { this._container = document.createElement("canvas"); },
    _destroyContainer() { this._container.remove(); },
    _updatePaths() { /* Everything is drawn by _update. */ },

    // The layers that are visible, from the bottom up.
    show(layers, language, dimmed) {
      this.layers = layers;
      this.dimmed = dimmed;
      this.language = language;
      this._arranged = null;
      this.redraw();
    },
    // A feature that is known says by itself where its name belongs; any other place brings its position.
    // `shiftOf` tells how far beside its position it is drawn, in pixels, or null.
    select({ feature_id, label, lon, lat }, found, shiftOf = () => null) {
      this.shiftOfChosen = shiftOf;
      this.selectedId = feature_id;
      const position = Number.isFinite(lon) && Number.isFinite(lat) ? [lon, lat] : null;
      const at = (found && jjjmap.anchorOf(found.feature)) || position;
      const isBeside = !found || found.layer.geometry === "point";
      this.chosen = feature_id && label && at ? { text: label, at, isBeside } : null;
      this.redraw();
    },
    highlight(featureIds) {
      if (!featureIds.length && !this.highlightedIds.size) return;
      this.highlightedIds = new Set(featureIds);
      this.redraw();
    },
    // Everything stays where it is.
    redraw() {
      if (this._map) this._update();
    },
    opacityOf({ layer, feature }) {
      return layer.opacity * (this.dimmed.has(jjjmap.placeIdOf(feature)) ? jjjmap.DIMMED_OPACITY : 1);
    },
    arrangement() {
      const zoom = this._map.getZoom();
      if (!this._arranged || this._arranged.zoom !== zoom)
        this._arranged = { zoom, ...arrange(this._map, this.layers, zoom, this.language, this.sheet, this.reserved) };
      return this._arranged;
    },
    // Where symbols and names stand, in pixels of the world.
    takenBoxes() {
      const { symbols, labels } = this.arrangement();
      return [...this.reserved, ...labels.map(({ box }) => box), ...symbols.map(({ x, y, look }) => boxAround(x, y, look.size_px, look.size_px))];
    },
    // Symbols within reach of a container point, nearest first.
    hits(point, reachPx) {
      const origin = this._map.getPixelBounds().min;
      return this.arrangement().symbols
        .filter((symbol) => symbol.layer.selectable)
        .map((symbol) => ({
          symbol,
          away: Math.hypot(symbol.x - origin.x - point.x, symbol.y - origin.y - point.y) - symbol.look.size_px / 2,
        }))
        .filter(({ away }) => away <= reachPx)
        .sort((a, b) => a.away - b.away)
        .map(({ symbol }) => symbol);
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const canvas = this._container, size = this._bounds.getSize(), ratio = window.devicePixelRatio || 1;
      L.DomUtil.setPosition(canvas, this._bounds.min);
      canvas.width = Math.round(size.x * ratio);
      canvas.height = Math.round(size.y * ratio);
      canvas.style.width = size.x + "px";
      canvas.style.height = size.y + "px";
      const context = canvas.getContext("2d");
      const origin = this._map.getPixelOrigin().add(this._bounds.min);
      context.scale(ratio, ratio);
      context.translate(-origin.x, -origin.y);
      const isEmpty = !this.paint(context, origin, size);
      canvas.style.display = isEmpty ? "none" : ""; // An empty one slows each frame.
    },
    // Draws what lies in a box of the world's pixels. Says whether there is anything at all.
    paint(context, origin, size, namesFar = 200) {
      const { symbols, labels } = this.arrangement();
      const isSeen = (x, y, far) =>
        x > origin.x - far && x < origin.x + size.x + far && y > origin.y - far && y < origin.y + size.y + far;
      for (const symbol of symbols) if (isSeen(symbol.x, symbol.y, 60)) this._drawLeader(context, symbol);
      // The chosen one lies on top, ring and all.
      const isSelected = ({ feature }) => feature.id === this.selectedId;
      for (const symbol of [...symbols.filter((other) => !isSelected(other)), ...symbols.filter(isSelected)])
        if (isSeen(symbol.x, symbol.y, 20)) this._drawSymbol(context, symbol);
      for (const label of labels) if (isSeen(label.textX, label.textY, namesFar)) this._drawLabel(context, label);
      const forced = this.forcedLabel();
      if (forced && isSeen(forced.textX, forced.textY, namesFar)) this._drawLabel(context, forced);
      return symbols.length > 0 || labels.length > 0 || forced !== null;
    },
    // The name of the chosen place where none was left room for: written all the same, over whatever there is.
    forcedLabel() {
      if (!this.chosen) return null;
      const { symbols, labels } = this.arrangement();
      if (labels.some(({ feature }) => feature.id === this.selectedId)) return null;
      const { text, at, isBeside } = this.chosen, label = CHOSEN_LABEL;
      const symbol = symbols.find(({ feature }) => feature.id === this.selectedId);
      const { x, y } = symbol || this._map.project([at[1], at[0]], this._map.getZoom()).add(this.shiftOfChosen() || [0, 0]);
      const away = (symbol ? symbol.look.size_px / 2 + 8 : 12) + widthOf(text, label) / 2;
      const hasRoom = x + 2 * away < this._map.project(this.sheet.getNorthEast(), this._map.getZoom()).x;
      const aside = isBeside ? (hasRoom ? away : -away) : 0;
      return { text, label, textX: x + aside, textY: y, opacity: 1 };
    },
    _drawLeader(context, symbol) {
      if (Math.hypot(symbol.x - symbol.trueX, symbol.y - symbol.trueY) < 5) return;
      context.globalAlpha = 0.75 * this.opacityOf(symbol);
      context.strokeStyle = context.fillStyle = "#4a4e52";
      context.lineWidth = 0.7;
      context.beginPath();
      context.moveTo(symbol.trueX, symbol.trueY);
      context.lineTo(symbol.x, symbol.y);
      context.stroke();
      context.beginPath();
      context.arc(symbol.trueX, symbol.trueY, 1.1, 0, 2 * Math.PI);
      context.fill();
      context.globalAlpha = 1;
    },
    _drawSymbol(context, symbol) {
      const precision = symbol.layer.style.precision_marks ? symbol.feature.properties.precision || "county" : "";
      if (symbol.feature.id === this.selectedId) this._drawRing(context, symbol, "#1a1a1a", "rgba(255,236,120,0.9)");
      else if (this.highlightedIds.has(symbol.feature.id))
        this._drawRing(context, symbol, jjjmap.HIGHLIGHT_COLOR, "rgba(255,255,255,0.9)");
      context.globalAlpha = this.opacityOf(symbol);
      jjjmap.drawSymbol(context, symbol.look, symbol.x, symbol.y, precision);
      context.globalAlpha = 1;
    },
    _drawRing(context, symbol, stroke, fill) {
      context.beginPath();
      context.arc(symbol.x, symbol.y, symbol.look.size_px / 2 + 5, 0, 2 * Math.PI);
      context.fillStyle = fill;
      context.fill();
      context.strokeStyle = stroke;
      context.lineWidth = 2;
      context.stroke();
    },
    _drawLabel(context, { text, label, textX, textY, layer, feature, opacity = this.opacityOf({ layer, feature }) }) {
      context.font = fontOf(label);
      context.letterSpacing = label.spacing ? label.size_px * 0.25 + "px" : "0px";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.globalAlpha = Math.max(0.35, opacity);
      context.strokeStyle = "rgba(255,255,255,0.88)";
      context.lineWidth = label.halo_px || 3;
      context.strokeText(text, textX, textY);
      context.fillStyle = label.color;
      context.fillText(text, textX, textY);
      context.globalAlpha = 1;
    },
  });

  // Where a feature carries its symbol or name: [lon, lat], or null.
  jjjmap.anchorOf = function ({ geometry, properties }) {
    if (geometry.type === "Point") return geometry.coordinates;
    if (Number.isFinite(properties.label_lon)) return [properties.label_lon, properties.label_lat];
    if (geometry.type === "LineString") return geometry.coordinates[geometry.coordinates.length >> 1];
    if (geometry.type === "MultiLineString") {
      const longest = geometry.coordinates.reduce((a, b) => (b.length > a.length ? b : a));
      return longest[longest.length >> 1];
    }
    return null;
  };

  jjjmap.labelOf = function ({ properties }, language) {
    return String(properties["short_" + language] || properties["name_" + language] || "");
  };
})();
