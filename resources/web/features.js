// The layers that users bring, of any size: typed arrays fetched once, painted tile by tile on canvas, a little in each frame.
// Which row lies under the pointer the program knows; the page knows no ids and no attributes.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const TILE_PX = 256;
  const MOVING_MS = 5; // So long may be painted in a frame while the map moves, …
  const STILL_MS = 40; // … and while it does not.
  const MAX_ZOOM = 22;
  const KEPT_TILES = 200;
  const REPORT_AFTER_MS = 120;

  // Paints tiles one after the other, and leaves the rest of each frame to the map.
  class Painter {
    constructor(map) {
      this.jobs = new Map(); // tile -> job; a newer job for the same tile takes its place
      this.isMoving = false;
      this.waiting = false;
      map.on("movestart zoomstart", () => { this.isMoving = true; });
      map.on("moveend zoomend", () => { this.isMoving = false; });
    }

    // `steps` is an iterator that paints a bit whenever it is asked for more; `done` is told at the end.
    add(tile, steps, done) {
      this.jobs.delete(tile);
      this.jobs.set(tile, { steps, done });
      this._wait();
    }

    drop(tile) { this.jobs.delete(tile); }

    _wait() {
      if (this.waiting || !this.jobs.size) return;
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        this._work();
        this._wait();
      });
    }

    _work() {
      const end = performance.now() + (this.isMoving ? MOVING_MS : STILL_MS);
      for (const [tile, { steps, done }] of this.jobs) {
        while (!steps.next().done) if (performance.now() > end) return;
        this.jobs.delete(tile);
        done();
        // A new picture costs the frame in which it is first shown as well: one at a time while the map moves.
        if (this.isMoving || performance.now() > end) return;
      }
    }
  }

  // Tiles at the very zoom of the map, also between whole zooms: a tile that is scaled costs more in each frame of a pan than
  // it took to paint.
  const FeatureGrid = L.GridLayer.extend({
    options: { tileSize: TILE_PX, updateWhenIdle: false, updateWhenZooming: false, keepBuffer: 1, noWrap: true },
    // `paint(canvas, coords, ratio)` gives the steps that paint a tile, or a promise of them.
    initialize(painter, paint, options) {
      L.setOptions(this, options);
      this.painter = painter;
      this.paint = paint;
      this.wholeZoom = null; // Of the last tiles that were all there.
      this.on("tileunload", ({ tile, coords }) => {
        tile.isGone = true;
        this.painter.drop(tile);
        this.options.forget?.(coords);
      });
      this.on("load", () => { this.wholeZoom = this._tileZoom; });
    },
    onAdd(map) {
      map.on("resize", this._repaintIfDenser, this);
      return L.GridLayer.prototype.onAdd.call(this, map);
    },
    onRemove(map) {
      map.off("resize", this._repaintIfDenser, this);
      return L.GridLayer.prototype.onRemove.call(this, map);
    },
    createTile(coords, done) {
      const tile = document.createElement("canvas");
      tile.isBlank = true;
      tile.ready = () => done(null, tile);
      this._paintTile(tile, coords);
      return tile;
    },
    // Paints what is there anew; the old picture stays until the new one is ready.
    repaint() {
      for (const { el, coords } of Object.values(this._tiles || {})) this._paintTile(el, coords);
    },
    isPainted() {
      return !this.isLoading() && !Object.values(this._tiles || {}).some(({ el }) => el.isWaiting);
    },
    coordsInView() {
      return Object.values(this._tiles || {}).filter(({ current }) => current).map(({ coords }) => coords);
    },
    _setView(center, zoom, ...rest) {
      this.wantedZoom = Math.min(MAX_ZOOM, Math.round(zoom * 1000) / 1000);
      return L.GridLayer.prototype._setView.call(this, center, zoom, ...rest);
    },
    _clampZoom(zoom) { return this.wantedZoom ?? zoom; },
    // The last whole picture stands in until the new one is whole; what was only begun in between is dropped.
    _pruneTiles() {
      const tiles = Object.entries(this._tiles);
      if (!this._map || !tiles.some(([, { current, active }]) => current && !active)) return L.GridLayer.prototype._pruneTiles.call(this);
      for (const [key, { current, active, coords }] of tiles)
        if (!current && !(active && coords.z === this.wholeZoom)) this._removeTile(key);
      return undefined;
    },
    _repaintIfDenser() {
      if (Object.values(this._tiles || {}).some(({ el }) => el.side !== this._sideNow())) this.repaint();
    },
    _ratio() { return window.devicePixelRatio || 1; },
    _sideNow() { return Math.max(1, Math.round(TILE_PX * this._ratio())); },
    _paintTile(tile, coords) {
      const turn = (tile.turn = (tile.turn || 0) + 1), side = (tile.side = this._sideNow()), ratio = this._ratio();
      tile.isWaiting = true;
      const finish = () => {
        tile.isWaiting = false;
        // Leaflet waits for the first picture only, whichever of several that were begun it is.
        if (tile.ready) tile.ready();
        tile.ready = null;
        this.fire("painted");
      };
      const start = (steps, canvas) => {
        if (tile.isGone || tile.turn !== turn) return;
        this.painter.add(tile, steps, () => {
          if (canvas !== tile) {
            tile.width = tile.height = side;
            tile.getContext("2d").drawImage(canvas, 0, 0);
          }
          finish();
        });
      };
      // A tile that shows something goes on showing it until all of the new picture is there.
      const canvas = tile.isBlank ? tile : document.createElement("canvas");
      tile.isBlank = false;
      canvas.width = canvas.height = side;
      const steps = this.paint(canvas, coords, ratio);
      if (steps instanceof Promise) steps.then((found) => start(found, canvas), () => {
        if (!tile.isGone && tile.turn === turn) finish(); // An empty tile; the layer says what went wrong.
      });
      else start(steps, canvas);
    },
    // Painted tiles are there at once: a fade would hide them for a fifth of a second.
    _tileReady(...answer) {
      const map = this._map, fades = map && map._fadeAnimated;
      if (map) map._fadeAnimated = false;
      L.GridLayer.prototype._tileReady.apply(this, answer);
      if (map) map._fadeAnimated = fades;
    },
  });

  const keyOf = ({ z, x, y }) => `${Math.round(z * 1000)}/${x}/${y}`;

  // One layer of a user. `fetchBytes(path, signal)` brings bytes; `tell` is an object of functions: drawn, failed,
  // changed and chosen hear of what happens; saidRow gives the row whose name is written elsewhere; taken gives the boxes, in pixels of the world, on which no name may be written.
  jjjmap.DrawnLayer = class {
    constructor(map, painter, layer, fetchBytes, tell) {
      this.map = map;
      this.layer = layer;
      this.painter = painter;
      this.fetchBytes = (path, signal) => fetchBytes(`${layer.url}/${path}`, signal);
      this.tell = tell;
      this.isShown = false;
      this.turn = 0;
      this.isStale = false; // Whether rows have changed since they were asked for the first time.
      this.density = null; // Hexagons of a zoom, or a promise of them.
      this.tiles = new Map();
      this.reported = "";
      this.fan = null; // Where points are drawn that share a position.
      this.chosen = new Map(); // row number -> place, of the selected points if they are few
      this.notes = [];
      this.stamps = new Map();
      const options = { pane: "users", forget: (coords) => this._forgetTile(coords) };
      this.grid = new FeatureGrid(painter, (...tile) => this._paint(false, ...tile), options);
      this.marks = new FeatureGrid(painter, (...tile) => this._paint(true, ...tile), {
        pane: layer.geometry === "point" ? "user-marks" : "users",
      });
      this.grid.on("painted load", () => this._reportSoon());
      map.on("moveend", this._reportSoon, this);
    }

    // Fetches positions and rows. Says whether there is anything.
    async load() {
      const turn = ++this.turn, isPoints = this.layer.renderer === "points";
      const [rows, points, about] = await Promise.all([
        this.fetchBytes("rows.bin"), isPoints ? this.fetchBytes("points.bin") : null, this._fetchJson("about.json"),
      ]);
      if (turn !== this.turn) return true;
      this.bounds = about.bounds;
      if (points) {
        const { arrays } = jjjmap.unpackArrays(points);
        this.points = new jjjmap.MortonPoints(arrays.x, arrays.y);
      }
      this._dropTiles();
      this._takeRows(rows);
      this._repaint();
      if (this.isStale) await this.refresh();
      else this.tell.chosen();
      return about.drawable > 0;
    }

    // What style, filter and selection say has changed.
    async refresh() {
      // What is being fetched for the first time may be as it was before.
      this.isStale = !this.rows;
      if (this.isStale) return;
      const turn = ++this.turn, bytes = await this.fetchBytes("rows.bin");
      if (turn !== this.turn) return;
      const before = this.rows;
      this._takeRows(bytes);
      // A selection lies on top, on tiles of its own: choosing does not paint a million points anew.
      if (this._isOnlyOtherSelection(before)) this._showMarks();
      else this._repaint();
      this.tell.chosen();
    }

    // The style of the layer was changed in place.
    restyle() {
      this.stamps.clear();
      this.density = null;
      this._repaint();
    }

    show(level) {
      this.level = level;
      this.isShown = true;
      if (!this.map.hasLayer(this.grid)) this.grid.addTo(this.map);
      this.grid.setZIndex(2 * level);
      this._showMarks();
      this._showNames();
      this.setOpacity(this.layer.opacity);
    }

    hide() {
      this.isShown = false;
      for (const part of [this.grid, this.marks, this.names]) if (part) part.remove();
      this.tiles.clear();
    }

    remove() {
      this.turn++;
      this.hide();
      this.map.off("moveend", this._reportSoon, this);
      clearTimeout(this.reporting);
    }

    setOpacity(opacity) {
      this.grid.setOpacity(opacity);
      this.marks.setOpacity(Math.max(opacity, 0.5));
      if (this.names && this.names._container) this.names._container.style.opacity = Math.max(0.35, opacity);
    }

    isPainted() {
      return Boolean(this.rows) && [this.grid, this.marks].every((grid) => !grid._map || grid.isPainted());
    }

    // The rows of the legend: classes in use, or those of a density.
    looks() {
      const { rows, layer } = this;
      if (!rows) return [];
      if (this.isDensity()) return this.densityLooks || [];
      return layer.style.classes.filter((_look, i) => rows.counts[i] > 0);
    }

    // What the legend adds to the title.
    note() { return this.isDensity() && this.texts ? this.texts[this.rows.facts.density === "hex" ? "hex_count" : "heat"] : ""; }

    // The chosen feature is another one, whose name is written elsewhere.
    rename() { if (this.names && this.names._map) this.names.rewrite(); }

    // Which sentences of the legend hold for what is in view.
    footnotes() { return this.isShown ? this.notes || [] : []; }

    // Whether it marks a row as chosen by itself; and if so, how far beside its position, in pixels.
    ringOf(row) {
      const { rows } = this;
      if (!this.isShown || !rows) return null;
      if (!this.points) return rows.flags[row] & jjjmap.SELECTED_ROW && !(rows.flags[row] & jjjmap.HIDDEN_ROW) ? [0, 0] : null;
      const place = this.chosen.get(row);
      if (place === undefined) return null;
      const scale = this.symbolScale(this.map.getZoom());
      return this.fan ? this.fan.offsetOf(place).map((offset) => offset * scale) : [0, 0];
    }

    isDensity() { return Boolean(this.rows && this.points && this.rows.facts.density !== "none"); }

    _takeRows(bytes) {
      const { facts, arrays } = jjjmap.unpackArrays(bytes);
      const { cls, flags } = arrays, last = this.layer.style.classes.length - 1, counts = new Array(last + 1).fill(0);
      let selected = 0;
      for (let i = 0; i < cls.length; i++)
        if (!(flags[i] & jjjmap.HIDDEN_ROW)) {
          counts[Math.min(cls[i], last)]++;
          if (flags[i] & jjjmap.SELECTED_ROW) selected++;
        }
      this.rows = { facts, ...arrays, counts, selected };
      this.fan = arrays.fan ? new jjjmap.Fan(this.points, arrays, facts.is_crowded) : null;
      this.chosen = new Map(facts.chosen || []);
      this.notes = this._notesInView();
      this.stamps.clear();
      this.density = null;
    }

    _isOnlyOtherSelection(before) {
      const { rows } = this;
      if (this.styleChanged || before.facts.density !== rows.facts.density || before.facts.has_labels !== rows.facts.has_labels) return false;
      if (!before.size !== !rows.size || before.cls.length !== rows.cls.length) return false;
      for (let i = 0; i < rows.cls.length; i++) {
        if (before.cls[i] !== rows.cls[i] || (before.flags[i] ^ rows.flags[i]) & jjjmap.HIDDEN_ROW) return false;
        if (rows.size && before.size[i] !== rows.size[i]) return false;
      }
      return true;
    }

    _repaint() {
      this.styleChanged = false;
      if (this.isShown) {
        this.grid.repaint();
        this._showMarks();
        this._showNames();
      }
      this.tell.changed();
    }

    _showMarks() {
      if (!this.isShown) return;
      if (!this.rows || !this.rows.selected) this.marks.remove();
      else if (this.map.hasLayer(this.marks)) this.marks.repaint();
      else this.marks.addTo(this.map).setOpacity(Math.max(this.layer.opacity, 0.5));
      this.marks.setZIndex(2 * (this.level || 0) + 1);
    }

    _showNames() {
      const { label } = this.layer.style;
      if (this.names) this.names.remove();
      this.names = null;
      if (!this.isShown || !this.hasNames()) return;
      this.names = new jjjmap.FeatureNames((...tile) => this.fetchNames(...tile), this.tell.taken, this.nameGap(), {
        pane: "user-names", padding: 0.25, scaleAt: (zoom) => (this.points ? this.symbolScale(zoom) : 1),
        saidRow: this.tell.saidRow,
      }).addTo(this.map);
      this.names.show(label);
    }

    hasNames() {
      return Boolean(this.rows && this.rows.facts.has_labels && this.layer.style.label && !this.isDensity());
    }

    // How far beside its place a name begins, at full size; 0 where it has its middle there.
    nameGap() {
      return this.layer.geometry === "point" ? Math.max(...this.layer.style.classes.map((look) => look.size_px)) / 2 + 1 : 0;
    }

    fetchNames(z, x, y) { return this._fetchJson(`labels/${z}/${x}/${y}.json`); }

    async _fetchJson(path) {
      return JSON.parse(new TextDecoder().decode(await this.fetchBytes(path)));
    }

    // ---- painting ----

    _paint(isChosen, canvas, coords, ratio) {
      const { rows, layer } = this;
      if (!rows) return [][Symbol.iterator]();
      const { classes } = layer.style;
      if (!this.points) return this._fetchTile(coords).then((tile) => jjjmap.paintOutlines(canvas, tile, rows, classes, isChosen, ratio));
      if (this.isDensity() && !isChosen) return this._paintDensity(canvas, coords);
      const key = `${isChosen}/${rows.selected > jjjmap.MANY_CHOSEN}/${canvas.width}/${ratio}`;
      // Symbols are sized for the screen, whatever the scale of the tile.
      if (!this.stamps.has(key)) this.stamps.set(key, new jjjmap.Stamps(classes, ratio, isChosen ? rows.selected : 0));
      return jjjmap.stampPoints(canvas, coords, this.points, rows, this.fan, this.stamps.get(key), this.symbolScale(this.grid._tileZoom));
    }

    // Between whole zooms, between their scales.
    symbolScale(wantedZoom) {
      const { scales } = this.rows.facts;
      const zoom = Math.min(Math.max(wantedZoom, 0), scales.length - 1), low = Math.floor(zoom);
      return scales[low] + ((scales[low + 1] ?? scales[low]) - scales[low]) * (zoom - low);
    }

    async _paintDensity(canvas, coords) {
      const { rows } = this, hexes = await this.fetchDensity(Math.round(coords.z));
      return rows.facts.density === "hex"
        ? jjjmap.paintHexes(canvas, coords, hexes) : jjjmap.paintHeat(canvas, coords, this.points, rows, hexes.facts.most);
    }

    fetchDensity(z) {
      if (!this.density || this.density.z !== z) {
        const found = this.fetchBytes(`hex/${z}.bin`).then((bytes) => {
          const { facts, arrays } = jjjmap.unpackArrays(bytes);
          if (this.density && this.density.z === z) this._showDensityLooks(facts);
          return { facts, points: new jjjmap.MortonPoints(arrays.x, arrays.y), cls: arrays.cls };
        });
        this.density = { z, found };
      }
      return this.density.found;
    }

    _showDensityLooks({ labels, colors }) {
      const look = { fill_opacity: 0.85, stroke: "#ffffff", width_px: 0.7, dash: [], shape: "hexagon", size_px: 13 };
      const { heat_low, heat_high } = this.texts || {};
      const ends = jjjmap.HEAT_COLORS.map((fill, i, all) => ({
        ...look, shape: "circle", stroke: fill, fill, label: i === 0 ? heat_low : i === all.length - 1 ? heat_high : "",
      }));
      this.densityLooks = this.rows.facts.density === "hex" ? colors.map((fill, i) => ({ ...look, fill, label: labels[i] })) : ends;
      this.tell.changed();
    }

    _dropTiles() {
      for (const { stop } of this.tiles.values()) stop.abort();
      this.tiles.clear();
    }

    _fetchTile(coords) {
      const key = keyOf(coords);
      if (!this.tiles.has(key)) {
        const stop = new AbortController(), entry = { stop, isHere: false };
        entry.found = this.fetchBytes(`tiles/${key}.bin`, stop.signal).then((bytes) => {
          entry.isHere = true;
          entry.tile = jjjmap.unpackArrays(bytes);
          return entry.tile;
        });
        entry.found.catch((error) => {
          this.tiles.delete(key);
          if (error.name !== "AbortError") this.tell.failed(error);
        });
        this.tiles.set(key, entry);
        for (const old of this.tiles.keys()) {
          if (this.tiles.size <= KEPT_TILES) break;
          this.tiles.delete(old);
        }
      }
      return this.tiles.get(key).found;
    }

    _forgetTile(coords) {
      const entry = this.tiles.get(keyOf(coords));
      if (entry && !entry.isHere) entry.stop.abort();
    }

    // ---- what is drawn ----

    _reportSoon() {
      clearTimeout(this.reporting);
      this.reporting = setTimeout(() => this._report(), REPORT_AFTER_MS);
    }

    _report() {
      if (!this.isShown || !this.rows || !this.isPainted()) return;
      const notes = this._notesInView();
      if (notes.join() !== this.notes.join()) {
        this.notes = notes;
        this.tell.changed();
      }
      const { drawn, total } = this.points ? this._countPoints() : this._countFeatures();
      const said = `${drawn}/${total}`;
      if (said === this.reported) return;
      this.reported = said;
      this.tell.drawn(drawn, total);
    }

    // The box in view, in units of the world.
    _view() {
      const bounds = this.map.getBounds(), z = 32 - 8;
      return { min: this.map.project(bounds.getNorthWest(), z), max: this.map.project(bounds.getSouthEast(), z) };
    }

    // In view, or in another box.
    _notesInView({ min, max } = this._view()) {
      if (!this.fan) return [];
      if (!this.fan.isWithin(min.x, min.y, max.x, max.y)) return [];
      return this.fan.isCrowded ? ["fanned", "fanned_most"] : ["fanned"];
    }

    // All of them are drawn, even where one lies over another.
    _countPoints() {
      const { min, max } = this._view();
      const { flags } = this.rows, { x, y } = this.points;
      let count = 0;
      this.points.runs(min.x, min.y, max.x, max.y, (a, b) => {
        for (let i = a; i < b; i++)
          if (!(flags[i] & jjjmap.HIDDEN_ROW) && x[i] >= min.x && x[i] <= max.x && y[i] >= min.y && y[i] <= max.y) count++;
      });
      return { drawn: count, total: count };
    }

    _countFeatures() {
      const drawn = new Set(), missing = new Set();
      for (const coords of this.grid.coordsInView()) {
        const { tile } = this.tiles.get(keyOf(coords)) || {};
        if (tile) jjjmap.countOutlines(tile, this.rows, (row, isDrawn) => (isDrawn ? drawn : missing).add(row));
      }
      for (const row of drawn) missing.delete(row);
      return { drawn: drawn.size, total: drawn.size + missing.size };
    }
  };

  jjjmap.FeaturePainter = Painter;
})();
