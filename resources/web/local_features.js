// Users' layers inside an exported file: answers what the program answers in the window, from what jjjmap/export/page/users/content.py
// wrote. Blocks are unpacked when they are first asked for.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const REACH_PX = 6;
  const MAX_HITS = 50; // Of one layer under one click.
  const MAX_CHOSEN = 2000;
  const FIRST_UNPACK_AFTER_MS = 400, UNPACK_AFTER_MS = 30;
  const MAX_TITLE_CHARS = 120;
  const DEGREE_PARTS = 1e6, EXTENT_PARTS = 100;

  class LocalLayer {
    constructor(content, openBlock) {
      this.content = content;
      this.openBlock = openBlock;
      this.parts = new Map();
      this.isPoints = content.geometry === "point";
    }

    // What is made of a block, once.
    _part(name, make) {
      if (!this.parts.has(name)) this.parts.set(name, this.openBlock(`${this.content.name}-${name}`).then(make));
      return this.parts.get(name);
    }

    look() {
      return this._part("look", (bytes) => {
        const { arrays } = jjjmap.wideArrays(bytes), { rows } = this.content, flags = new Uint8Array(rows);
        for (const row of arrays.marked || []) flags[row] = jjjmap.SELECTED_ROW;
        return { ...arrays, flags };
      });
    }

    ground() { return this._part("ground", (bytes) => jjjmap.wideArrays(bytes).arrays); }

    column(at) { return this._part(`c${at}`, jjjmap.columnOf); }

    // Points or tiles: what draws and is hit.
    async drawn() {
      const look = await this.look();
      return this._part("place", (bytes) => {
        const { arrays } = jjjmap.wideArrays(bytes);
        this.isHere = this.isPoints ? new jjjmap.LocalPoints(arrays, look, this.content)
          : new jjjmap.LocalTiles(jjjmap.outlinesOf(arrays, this.content.geometry === "polygon"));
        return this.isHere;
      });
    }

    // ---- what DrawnLayer of features.js asks for ----

    async answer(parts) {
      const drawn = await this.drawn(), [what, zoom, column, row] = parts;
      const number = (text) => Number(text.replace(/\.\w+$/, ""));
      switch (what) {
        case "about.json": {
          const drawable = this.isPoints ? drawn.x.length : drawn.outlines.length;
          return jsonBytes({ total: this.content.rows, drawable, bounds: drawn.bounds() });
        }
        case "rows.bin":
          this._unpackSoon();
          return this._rowsPayload(drawn, await this.look());
        case "points.bin":
          return jjjmap.packArrays({ total: this.content.rows, bounds: drawn.bounds() }, { x: drawn.x, y: drawn.y });
        case "tiles": return drawn.tile(number(zoom) / 1000, number(column), number(row));
        case "hex": return drawn.hexPayload(number(zoom));
        case "labels": return jsonBytes(await this._labels(drawn, [number(zoom), number(column), number(row)]));
        default: throw new Error(parts.join("/"));
      }
    }

    // What the first click will ask for, a block at a time, once the map has been painted.
    _unpackSoon() {
      if (this.unpacking) return;
      const wanted = [() => this.ground(), ...this.content.columns.map((_, at) => () => this.column(at))];
      const next = () => {
        const open = wanted.shift();
        if (open) this.unpacking = setTimeout(() => open().then(next, next), UNPACK_AFTER_MS);
      };
      this.unpacking = setTimeout(next, FIRST_UNPACK_AFTER_MS);
    }

    _rowsPayload(drawn, { cls, flags, size }) {
      const { content } = this, facts = { density: content.density, has_labels: content.label_column !== null };
      if (!this.isPoints) return jjjmap.packArrays(facts, { cls: Uint8Array.from(cls), flags, ...(size && { size: Uint8Array.from(size) }) });
      const { order, fan } = drawn;
      const inOrder = (array) => {
        const taken = new Uint8Array(order.length);
        for (let i = 0; i < order.length; i++) taken[i] = array[order[i]];
        return taken;
      };
      const arrays = { cls: inOrder(cls), flags: inOrder(flags), ...(size && { size: inOrder(size) }) };
      const chosen = [];
      for (let place = 0; place < order.length && chosen.length <= MAX_CHOSEN; place++)
        if (arrays.flags[place] & jjjmap.SELECTED_ROW) chosen.push([order[place], place]);
      if (chosen.length <= MAX_CHOSEN) facts.chosen = chosen;
      facts.scales = content.scales;
      if (fan) {
        facts.is_crowded = fan.isCrowded;
        for (const place of fan.places) arrays.flags[place] |= jjjmap.FANNED_ROW;
        Object.assign(arrays, { fan: fan.places, fan_dx: fan.dx, fan_dy: fan.dy });
      }
      return jjjmap.packArrays(facts, arrays);
    }

    async _labels(drawn, tile) {
      const { label_column: at } = this.content;
      if (at === null) return [];
      const column = await this.column(at), textOf = (row) => column.plainText(row, this.texts());
      if (this.isPoints)
        return jjjmap.labelTile(drawn, (...box) => drawn.placesIn(...box), (place) => drawn.order[place],
          (place) => drawn.asideOf(place), textOf, tile, drawn.symbolScale(tile[0]));
      this.anchors = this.anchors || jjjmap.anchorsOf(drawn.outlines);
      const { x, y } = this.anchors;
      const placesIn = (west, north, east, south) => {
        const found = [];
        for (let i = 0; i < x.length; i++) if (x[i] >= west && x[i] <= east && y[i] >= north && y[i] <= south) found.push(i);
        return found;
      };
      return jjjmap.labelTile(this.anchors, placesIn, (place) => drawn.outlines.rows[place], () => [0, 0], textOf, tile, 1);
    }

    // ---- what is known of a row ----

    async title(row) {
      for (const at of this.content.title_columns) {
        const text = oneLine((await this.column(at)).plainText(row, this.texts()));
        if (text) return text;
      }
      const { number } = await this.look();
      return this.texts().row.replace("{n}", (number ? number[row] : row) + 1);
    }

    async position(row) {
      if (this.isPoints) {
        const { x, y, placeOf } = await this.drawn(), place = placeOf[row];
        return place < 0 ? null : jjjmap.degreesAt(x[place], y[place]);
      }
      const { has_point: hasPoint, lon, lat } = await this.ground();
      return hasPoint[row] ? [lon[row] / DEGREE_PARTS, lat[row] / DEGREE_PARTS] : null;
    }

    // West, south, east, north of a line or polygon; null for a point and for what has no shape.
    async box(row) {
      return this.isPoints ? null : (await this.drawn()).boxOf(row);
    }

    async attributes(row) {
      const columns = await Promise.all(this.content.columns.map((_, at) => this.column(at)));
      return columns.map((column, at) => [this.content.columns[at], column.text(row, this.texts())]);
    }

    async extent(row) {
      const { extent } = await this.ground();
      if (!extent || !extent[row]) return "";
      const value = extent[row] / EXTENT_PARTS, isLine = this.content.geometry === "line";
      const fixed = value < 100 ? value.toFixed(isLine ? 1 : 2) : value.toFixed(0);
      const said = fixed.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
      return isLine ? this.texts().length.replace("{km}", said) : this.texts().area.replace("{km2}", said);
    }

    // Rows that hold all words, in three lists: whose title begins so, whose title holds them, whose other texts do.
    async found(words, limit) {
      const whole = words.join(" ");
      const lists = [new Set(), new Set(), new Set()], isKnown = (row) => lists.some((list) => list.has(row));
      const { columns, title_columns: titles } = this.content, first = titles[0];
      for (const at of [...titles, ...columns.keys()].filter((at, i, all) => all.indexOf(at) === i)) {
        const column = await this.column(at);
        if (!column.isText) continue;
        for (const row of column.rowsHolding(words)) {
          if (isKnown(row)) continue;
          const list = at !== first ? 2 : column.text(row).toLowerCase().startsWith(whole) ? 0 : 1;
          if (lists[list].size < limit) lists[list].add(row);
        }
      }
      return lists.map((list) => [...list]);
    }
  }

  const jsonBytes = (value) => new TextEncoder().encode(JSON.stringify(value)).buffer;
  const oneLine = (text) => Array.from(text.split(/\s+/).filter(Boolean).join(" ")).slice(0, MAX_TITLE_CHARS).join("");

  jjjmap.LocalFeatures = class {
    // `openBlock(name)` brings inflated bytes; `texts` are the words of jjjmap.export.user_content.user_texts.
    constructor(content, openBlock, texts) {
      this.content = content;
      this.texts = texts;
      this.layers = new Map();
      for (const layer of content.layers) {
        const made = new LocalLayer(layer, openBlock);
        made.texts = () => this.texts;
        this.layers.set(layer.id, made);
      }
    }

    // What stands at a path below /features/, as an ArrayBuffer.
    async fetchBytes(path, signal) {
      const [, , layerId, , ...parts] = path.split("/"), layer = this.layers.get(layerId);
      if (!layer) throw new Error(path);
      // Of the tiles that a quick pan asks for, most are no longer wanted when their turn comes.
      await new Promise((resolve) => setTimeout(resolve));
      if (signal && signal.aborted) throw new DOMException(path, "AbortError");
      return layer.answer(parts);
    }

    // What lies under a point, the uppermost layer first; `layerIds` from the top down. Nothing of layers that nobody has drawn.
    hits(lon, lat, zoom, layerIds = [...this.layers.keys()].reverse()) {
      return layerIds.flatMap((layer_id) => {
        const { isHere, content } = this.layers.get(layer_id) || {};
        const rows = isHere ? isHere.hits(lon, lat, zoom, REACH_PX).slice(0, MAX_HITS) : [];
        return rows.map((row) => ({ layer_id, feature_id: `${layer_id}#${row}`, geometry: content.geometry }));
      });
    }

    has(id) { return this._parsed(id) !== null; }

    // Marks the row that is chosen, unless it is among those that are marked; a single mark goes when nothing is chosen. As in the
    // window. Says of which layers, as { layer_id, revision }, the page must ask for the rows anew.
    async select(id) {
      const parsed = this._parsed(id), marked = [], looks = new Map();
      for (const [layer_id, layer] of this.layers) {
        const { flags } = await layer.look();
        looks.set(layer, flags);
        for (let row = flags.indexOf(jjjmap.SELECTED_ROW); row >= 0; row = flags.indexOf(jjjmap.SELECTED_ROW, row + 1))
          marked.push({ layer_id, layer, row });
      }
      if (parsed ? looks.get(parsed.layer)[parsed.row] : marked.length !== 1) return [];
      for (const { layer, row } of marked) looks.get(layer)[row] = 0;
      if (parsed) looks.get(parsed.layer)[parsed.row] = jjjmap.SELECTED_ROW;
      const changed = new Set([...marked.map(({ layer_id }) => layer_id), ...(parsed ? [parsed.layer.content.id] : [])]);
      return [...changed].map((layer_id) => ({ layer_id, revision: this.layers.get(layer_id).content.revision }));
    }

    async title(id) {
      const parsed = this._parsed(id);
      return parsed ? parsed.layer.title(parsed.row) : "";
    }

    async position(id) {
      const parsed = this._parsed(id);
      return parsed ? parsed.layer.position(parsed.row) : null;
    }

    async box(id) {
      const parsed = this._parsed(id);
      return parsed ? parsed.layer.box(parsed.row) : null;
    }

    async details(id) {
      const parsed = this._parsed(id);
      if (!parsed) return null;
      const { layer, row } = parsed, { content } = layer;
      const [title, attributes, extent, position, { ground, border }] = await Promise.all([
        layer.title(row), layer.attributes(row), layer.extent(row), layer.position(row), layer.ground(),
      ]);
      const [lon, lat] = position || [null, null], { units, areas, clusters, subjects } = content.grounds[ground[row]];
      return {
        title, layer: content.title, source: content.source, method: content.method, geometry: content.geometry, attributes, extent,
        lon, lat,
        is_outside: position !== null && !units.length, near_border: Boolean(border[row]), units, areas, clusters, area: subjects,
        near: position ? jjjmap.nearestOf(this.content.near, lon, lat) : [],
      };
    }

    async search(words, limit) {
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean), found = [[], [], []];
      if (!wanted.length) return [];
      for (const [layer_id, layer] of [...this.layers].reverse())
        for (const [i, rows] of (await layer.found(wanted, limit)).entries()) found[i].push(...rows.map((row) => ({ layer_id, layer, row })));
      return Promise.all(found.flat().slice(0, limit).map(async ({ layer_id, layer, row }) => {
        const [lon, lat] = (await layer.position(row)) || [null, null];
        const { title, geometry } = layer.content;
        return { feature_id: `${layer_id}#${row}`, title: await layer.title(row), layer_id, layer: title, geometry, lon, lat };
      }));
    }

    _parsed(id) {
      const [layerId, text = ""] = String(id).split("#"), layer = this.layers.get(layerId), row = /^\d{1,10}$/.test(text) ? Number(text) : -1;
      return layer && row >= 0 && row < layer.content.rows ? { layer, row } : null;
    }
  };
})();
