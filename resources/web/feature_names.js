// Names beside users' features: the program offers one for each patch of the map, here those are written that have room.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const WORLD = 4294967296;
  const TILE_PX = 256;
  const KEPT_TILES = 400;
  const MAX_ZOOM = 22;
  const GAP_PX = 3;

  // Leaflet's renderer keeps the canvas in place while the map moves and scales it while it zooms.
  jjjmap.FeatureNames = L.Renderer.extend({
    // `fetchLabels(z, x, y)` brings [row, x, y, text]s; `obstacles` are boxes in pixels of the world that are taken; a name
    // begins `gap` pixels beside its place, or has its middle there if that is 0.
    initialize(fetchLabels, obstacles, gap, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this.fetchLabels = fetchLabels;
      this.obstacles = obstacles;
      this.gap = gap;
      this.tiles = new Map();
      this.look = null;
      this.written = [];
    },
    _initContainer() { this._container = document.createElement("canvas"); },
    _destroyContainer() { this._container.remove(); },
    _updatePaths() { /* Everything is drawn by _update. */ },

    show(look) {
      this.look = look;
      this.tiles.clear();
      if (this._map) this._update();
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
      this._write();
      this._fetchMissing();
    },

    rewrite() { if (this._bounds) this._write(); },

    _tilesInView() {
      const zoom = this._map.getZoom(), z = Math.min(MAX_ZOOM, Math.max(0, Math.round(zoom))), side = TILE_PX * 2 ** (zoom - z);
      const min = this._map.getPixelOrigin().add(this._bounds.min), max = min.add(this._bounds.getSize()), last = 2 ** z - 1;
      const keys = [], within = (value) => Math.min(last, Math.max(0, Math.floor(value / side)));
      for (let x = within(min.x); x <= within(max.x); x++)
        for (let y = within(min.y); y <= within(max.y); y++) keys.push([z, x, y]);
      return keys;
    },

    async _fetchMissing() {
      if (!this.look || this._map.getZoom() < this.look.min_zoom) return;
      const { tiles } = this;
      const missing = this._tilesInView().filter((key) => !tiles.has(key.join("/")));
      if (!missing.length) return;
      for (const key of missing) tiles.set(key.join("/"), []);
      await Promise.all(missing.map(async (key) => {
        try {
          tiles.set(key.join("/"), await this.fetchLabels(...key));
        } catch {
          tiles.delete(key.join("/")); // It is asked for again when the map has moved.
        }
      }));
      while (tiles.size > KEPT_TILES) tiles.delete(tiles.keys().next().value);
      if (this._map && tiles === this.tiles) this._write();
    },

    _write() {
      const context = this._container.getContext("2d"), ratio = window.devicePixelRatio || 1;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, this._container.width, this._container.height);
      this.written = [];
      const { look } = this, zoom = this._map.getZoom();
      if (!look || zoom < look.min_zoom) return;
      const origin = this._map.getPixelOrigin().add(this._bounds.min), toPx = (TILE_PX * 2 ** zoom) / WORLD;
      context.setTransform(ratio, 0, 0, ratio, -origin.x * ratio, -origin.y * ratio);
      const labels = this._tilesInView().flatMap((key) => this.tiles.get(key.join("/")) || []);
      this.written = jjjmap.writeNames(context, labels, look, {
        toPx, gap: this.gap, scale: this.options.scaleAt(zoom), saidRow: this.options.saidRow(), obstacles: this.obstacles(),
      });
    },
  });

  // Writes those names that have room; returns them. `within` is a box [west, north, east, south] that none may leave.
  jjjmap.writeNames = function (context, labels, look, { toPx, gap, scale, saidRow, obstacles, within = null }) {
    context.font = `${look.italic ? "italic " : ""}${look.bold ? "700" : "400"} ${look.size_px}px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = gap ? "left" : "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    const height = look.size_px * 1.25, taken = [...obstacles], written = [];
    for (const [row, unitX, unitY, text, dx = 0, dy = 0] of labels.sort((a, b) => a[0] - b[0])) {
      if (row === saidRow) continue;
      const x = unitX * toPx + dx * scale + (gap ? gap * scale + GAP_PX : 0), y = unitY * toPx + dy * scale;
      const width = context.measureText(text).width + 4;
      const west = gap ? x - 2 : x - width / 2, box = [west, y - height / 2, west + width, y + height / 2];
      if (within && (box[0] < within[0] || box[1] < within[1] || box[2] > within[2] || box[3] > within[3])) continue;
      if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      taken.push(box);
      written.push({ row, text });
      context.strokeStyle = "rgba(255,255,255,0.88)";
      context.lineWidth = 3;
      context.strokeText(text, x, y);
      context.fillStyle = look.color;
      context.fillText(text, x, y);
    }
    return written;
  };
})();
