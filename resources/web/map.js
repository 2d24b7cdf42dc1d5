// The map: takes a configuration and calls, answers with events. It knows neither Qt nor where its data come from:
// `jjjmap.start` is handed a map, a function that fetches a layer, one that says an event, and one that fetches bytes.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const REACH_PX = 5;
  const LINE_REACH_PX = 6;
  const FLY_SECONDS = 0.6;
  const ROOM_PX = 64;
  const FLY_ZOOM = 10;
  const NAME_PX = 108;
  const IMPRINT_PX = 18;
  const LEGEND_PX = 240;
  const MAX_HITS = 200; // The program takes no more at a time, nor longer ids: jjjmap/maps/bridge.py.
  const MAX_ID_CHARS = 500;
  const UNIT_CODE = /^\d{6}$/;
  const TIP_LASTS_MS = 60; // So long the program may take to say that a user's feature is still under the pointer.

  class MapPage {
    constructor(map, fetchLayer, say, fetchBytes) {
      this.map = map;
      this.fetchLayer = fetchLayer;
      this.fetchBytes = fetchBytes;
      this.say = (type, fields) => say({ type, seq: ++this.seq, ...fields });
      this.seq = 0;
      this.layers = new Map(); // id -> layer of the configuration, with features and paths once they are here
      this.order = [];
      this.drawnIds = ""; // of the layers that were drawn last
      this.selection = { feature_id: "", area_adcodes: [] };
      this.pin = null;
      this.highlight = { places: [], area_adcodes: [] };
      this.dimmed = new Set();
      this.tallied = null;
      this.underWay = new Set(); // Calls that are not done with.
      this.lastSheet = { number: -1, text: "" };
      this._makePanes();
      this._listen();
    }

    _makePanes() {
      const { map } = this;
      for (const [name, level] of [["areas", 350], ["selection", 380], ["users", 390], ["user-names", 440], ["overlay", 450], ["user-marks", 455]]) {
        map.createPane(name).style.zIndex = level;
        map.getPane(name).style.pointerEvents = "none";
      }
      this.canvas = jjjmap.areaCanvas("areas").addTo(map);
      this.selectionCanvas = jjjmap.areaCanvas("selection").addTo(map);
      this.overlay = new jjjmap.Overlay({ pane: "overlay", padding: 0.35 }).addTo(map);
      this.tally = new jjjmap.Tally(map);
      // An export does without the script for online tiles, and one without users' layers without those that draw them.
      this.ground = jjjmap.OnlineGround ? new jjjmap.OnlineGround(map, () => this._showGround()) : null;
      this.painter = jjjmap.FeaturePainter ? new jjjmap.FeaturePainter(map) : null;
      this.highlighted = L.layerGroup().addTo(map);
      this.marked = L.layerGroup().addTo(map);
      this.imprint = new jjjmap.Imprint().addTo(map);
      this.legend = new jjjmap.Legend().addTo(map);
      L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
      this.tip = jjjmap.element("div", "feature-tip");
      this.tip.hidden = true;
      map.getContainer().append(this.tip);
    }

    // ---- what the map is told ----

    async configure({ config }) {
      this.config = config;
      document.documentElement.lang = config.html_lang;
      if (this.zoomControl) this.zoomControl.remove();
      const { zoom_in: zoomInTitle, zoom_out: zoomOutTitle } = config.texts;
      this.zoomControl = L.control.zoom({ zoomInTitle, zoomOutTitle, position: "topleft" }).addTo(this.map);
      this._showImprint();
      this._nameMap(config.texts.map);
      if (!this.sheet) this._layOutSheet(config);
      // A layer stays the same object, so that what is being fetched for it still arrives.
      for (const wanted of config.layers) this._take(wanted);
      for (const { id, renderer } of [...this.layers.values()])
        if (renderer && !config.layers.some((wanted) => wanted.id === id)) this._forget(id);
      for (const layer of this.layers.values()) this._restyle(layer);
      this.order = config.layers.map((layer) => layer.id);
      await this._loadVisible();
      this._redraw();
    }

    _take(wanted) {
      const known = this.layers.get(wanted.id);
      // Its positions are others now.
      if (known && known.drawing && known.revision !== wanted.revision) this._forget(wanted.id);
      const layer = Object.assign(this.layers.get(wanted.id) || {}, wanted);
      this.layers.set(wanted.id, layer);
      if (!layer.drawing) return;
      layer.drawing.texts = this.config.texts;
      layer.drawing.restyle();
    }

    _forget(layerId) {
      const layer = this.layers.get(layerId);
      if (layer && layer.drawing) layer.drawing.remove();
      this.layers.delete(layerId);
      this.order = this.order.filter((id) => id !== layerId);
    }

    // The map takes arrows, Tab and Escape for itself, hence an application; what is text in it is to be read as such.
    _nameMap(name) {
      const box = this.map.getContainer();
      box.setAttribute("role", "application");
      box.setAttribute("aria-label", name);
      for (const control of [this.legend, this.imprint]) control.getContainer().setAttribute("role", "document");
    }

    // An online basemap, or none. What was told last holds until the page is loaded anew.
    showBasemap(call) {
      if (this.ground) this.ground.show(call);
    }

    _showGround() {
      if (!this.config) return;
      this._showImprint();
      for (const layer of this.layers.values()) if (this._isGround(layer)) this._restyle(layer);
    }

    _showImprint() {
      this.imprint.show(this.config.texts, this.ground ? this.ground.attribution : "");
    }

    // Whether a layer is what the map rests on: its fills would hide the tiles that lie there instead.
    _isGround(layer) {
      return layer.geometry === "polygon" && (layer.group === "basemap" || layer.group === "administrative");
    }

    async setLayerVisible({ layer_id, visible }) {
      const layer = this.layers.get(layer_id);
      if (!layer) return;
      layer.visible = visible;
      await this._loadVisible();
      this._redraw();
    }

    setLayerOpacity({ layer_id, opacity }) {
      const layer = this.layers.get(layer_id);
      if (!layer) return;
      layer.opacity = opacity;
      this._restyle(layer);
      if (layer.drawing) layer.drawing.setOpacity(opacity);
      this.overlay.redraw();
    }

    async refreshRows({ layer_id, revision, style }) {
      const layer = this.layers.get(layer_id);
      // Of another revision: a configuration comes, or has come, that says so.
      if (!layer || !layer.drawing || layer.revision !== revision) return;
      if (style) {
        layer.style = style;
        layer.drawing.styleChanged = true;
      }
      try {
        await layer.drawing.refresh();
      } catch (error) {
        this._sayFailed(layer, error);
      }
    }

    removeLayer({ layer_id }) {
      this._forget(layer_id);
      this._redraw();
    }

    setLayerOrder({ layer_ids }) {
      this.order = layer_ids.filter((id) => this.layers.has(id));
      this._redraw();
    }

    async selectFeature(selection) {
      this.selection = selection;
      await this._loadUnits(selection);
      if (this.selection !== selection) return; // The user chose something else while the units were fetched.
      this._markSelection();
      if (selection.fly) this._flyToSelection();
    }

    async highlightPlaces(highlight) {
      this.highlight = highlight;
      await this._loadUnits(highlight);
      if (this.highlight === highlight) this._markHighlight();
    }

    dimFeatures({ feature_ids }) {
      this.dimmed = new Set(feature_ids);
      for (const layer of this.layers.values()) this._restyle(layer);
      this._redraw();
    }

    async showTally(tally) {
      this.tallied = tally;
      await this._loadUnits({ area_adcodes: tally.units.map(({ feature_id }) => feature_id) });
      if (this.tallied !== tally) return; // Something else was counted while the units were fetched.
      this.tally.show(tally, (id) => this.find(id));
      this._showLegend();
    }

    fitBounds({ west, south, east, north, fly, exact = false }) {
      if (exact) this._showAgain([[south, west], [north, east]], fly);
      else if (fly) this._flyToBoxes([[west, south, east, north]]);
      else this._fit(L.latLngBounds([south, west], [north, east]));
    }

    // With room for the names of what stands at the edge and for the line of sources. What is left over in width lies where
    // the legend does.
    _fit(bounds) {
      const { map } = this, size = map.getSize();
      // A map smaller than that room has none to give: Leaflet would reckon with a size below zero, and end nowhere.
      if (size.x < 2 * NAME_PX || size.y < 2 * IMPRINT_PX) {
        this._showAgain(bounds, false);
        return;
      }
      const zoom = map.getBoundsZoom(bounds, false, L.point(4 + NAME_PX, 8 + IMPRINT_PX));
      const width = map.project(bounds.getNorthEast(), zoom).x - map.project(bounds.getSouthWest(), zoom).x;
      const right = Math.max(NAME_PX, Math.min(LEGEND_PX, Math.floor(size.x - width) - 5));
      // Otherwise Leaflet ends a pan that is under way by starting one back into the bounds, which shifts what is set here.
      map.setMaxBounds(null);
      map.fitBounds(bounds, { animate: false, paddingTopLeft: [4, 8], paddingBottomRight: [right, IMPRINT_PX] });
      this._limitPan();
    }

    // A view as it was: no room at its edge, however near it is.
    _showAgain(box, fly) {
      if (fly && !this._isStill()) {
        this.map.flyToBounds(box, { duration: FLY_SECONDS });
        return;
      }
      this.map.setMaxBounds(null);
      this.map.fitBounds(box, { animate: false });
      this._limitPan();
    }

    _limitPan() {
      this.map.setMaxBounds(this.sheet.pad(0.7));
    }

    async fitLayer({ layer_id }) {
      const layer = this.layers.get(layer_id);
      if (!layer || !(await this._load(layer))) return;
      if (layer.drawing) this._flyToBoxes(layer.drawing.bounds ? [layer.drawing.bounds] : []);
      else this._flyToBoxes(layer.features.map((feature) => feature.box));
    }

    // See sheet.js. Calls that came before are waited for.
    async drawSheet({ number, layout }) {
      const before = [...this.underWay];
      try {
        await Promise.allSettled(before);
        const { text, rastered } = await new jjjmap.Sheet(this, layout).draw();
        this.lastSheet = { number, text };
        this.say("SheetDrawn", { number, length: text.length, rastered_layers: rastered });
      } catch (error) {
        this.say("SheetFailed", { number, reason: String(error && error.message).slice(0, 300) });
      }
    }

    // ---- layers ----

    // Once, however often it is asked for meanwhile; says whether there is anything in the layer.
    _load(layer) {
      if (!layer.loading) layer.loading = layer.renderer ? this._fetchDrawn(layer) : this._fetch(layer);
      return layer.loading;
    }

    async _fetch(layer) {
      try {
        const { features } = await this.fetchLayer(layer);
        for (const feature of features) feature.box = jjjmap.boundsOf(feature.geometry);
        layer.paths = layer.geometry === "point" ? [] : features.map((feature) => this._pathOf(layer, feature));
        layer.features = features;
        this._restyle(layer);
      } catch (error) {
        this._sayFailed(layer, error);
        layer.paths = [];
        layer.features = [];
      }
      return layer.features.length > 0;
    }

    // A user's layer, however large: the page gets no features, but draws them; see features.js.
    async _fetchDrawn(layer) {
      layer.paths = [];
      layer.features = [];
      const drawing = (layer.drawing = new jjjmap.DrawnLayer(this.map, this.painter, layer, this.fetchBytes, {
        drawn: (drawn, total) => this.say("LayerDrawn", { layer_id: layer.id, drawn, total }),
        failed: (error) => this._sayFailed(layer, error),
        changed: () => this._showLegend(),
        chosen: () => this._markSelection(),
        saidRow: () => this._chosenRowOf(layer),
        taken: () => this.overlay.takenBoxes(),
      }));
      drawing.texts = this.config.texts;
      try {
        return await drawing.load();
      } catch (error) {
        this._sayFailed(layer, error);
        return false;
      }
    }

    _sayFailed(layer, error) {
      layer.failure = String(error && error.message);
      this.say("LayerFailed", { layer_id: layer.id, reason: String(error && error.message).slice(0, 300) });
    }

    _pathOf(layer, feature) {
      const look = jjjmap.classOf(layer, feature);
      return jjjmap.pathOf(feature, {
        renderer: this.canvas, fill: Boolean(look.fill) && layer.geometry === "polygon", stroke: Boolean(look.stroke),
        weight: look.width_px,
      });
    }

    _loadVisible() {
      return Promise.all([...this.layers.values()].filter((layer) => layer.visible).map((layer) => this._load(layer)));
    }

    _visible() {
      return this.order.map((id) => this.layers.get(id)).filter((layer) => layer && layer.visible && layer.features);
    }

    _restyle(layer) {
      const stepsAside = this._isGround(layer) && Boolean(this.ground && this.ground.isShown);
      for (const [i, path] of (layer.paths || []).entries()) {
        const feature = layer.features[i];
        const look = jjjmap.classOf(layer, feature);
        path.setStyle({
          look,
          fill: Boolean(look.fill) && layer.geometry === "polygon" && !stepsAside,
          layerOpacity: layer.opacity * (this.dimmed.has(jjjmap.placeIdOf(feature)) ? jjjmap.DIMMED_OPACITY : 1),
        });
      }
    }

    // The visible layers that are not held back at this zoom.
    _drawn() {
      const zoom = this.map.getZoom();
      return this._visible().filter((layer) => zoom >= layer.style.min_zoom);
    }

    _redraw() {
      const visible = this._visible();
      const drawn = this._drawn();
      for (const layer of this.layers.values())
        if (!drawn.includes(layer)) for (const path of layer.paths || []) path.remove();
      // Paths are drawn in the order in which they were brought to the front.
      for (const layer of drawn) for (const path of layer.paths) path.addTo(this.map).bringToFront();
      this.neatLine.bringToFront();
      for (const layer of this.layers.values()) if (layer.drawing && !drawn.includes(layer)) layer.drawing.hide();
      for (const [level, layer] of drawn.entries()) if (layer.drawing) layer.drawing.show(level);
      this.drawnIds = drawn.map((layer) => layer.id).join();
      this.overlay.show(visible, this.config.language, this.dimmed);
      this._markPoints();
      this._showLegend();
    }

    _showLegend() {
      const shown = this._visible().filter((layer) => layer.in_legend).reverse();
      this.legend.show(shown, this.config.texts, this.tally.legend());
    }

    // A sheet with a neat line: beyond it there are no data, and the ground is plain.
    _layOutSheet({ sheet: [west, south, east, north], bounds, bounds_are_exact }) {
      this.sheet = this.overlay.sheet = L.latLngBounds([south, west], [north, east]);
      const box = L.latLngBounds([bounds[1], bounds[0]], [bounds[3], bounds[2]]);
      if (bounds_are_exact) this.map.fitBounds(box, { animate: false });
      else this._fit(box);
      this._limitPan();
      this._limitZoom(this.map.getZoom() - 0.5);
      this.map.on("resize", () => this._limitZoom(this.map.getMinZoom()));
      // On the canvas that is there anyhow: a drawing of its own over the map would cost time in every frame of a pan.
      this.neatLine = L.rectangle(this.sheet, {
        renderer: this.canvas, interactive: false, weight: 1, fill: false, layerOpacity: 1,
        look: { stroke: "#8b9198", width_px: 1, dash: [], fill: "" },
      }).addTo(this.map);
    }

    // At least so far out that the whole sheet is seen, however small the window has become.
    _limitZoom(zoom) {
      this.map.options.minZoom = 0; // Otherwise it would limit the answer to the question that follows.
      this.map.setMinZoom(Math.min(zoom, this.map.getBoundsZoom(this.sheet) - 0.5));
    }

    // ---- selection ----

    find(featureId) {
      for (const layer of this.layers.values()) {
        const feature = layer.selectable && (layer.features || []).find(({ id }) => id === featureId);
        if (feature) return { layer, feature };
      }
      return null;
    }

    // Units that make up an area, or are themselves chosen or marked, are needed even where their layers are not shown.
    async _loadUnits({ area_adcodes, feature_id = "", places = [] }) {
      const ids = [...area_adcodes, feature_id, ...places.map((place) => place.feature_id)];
      if (!ids.some((id) => UNIT_CODE.test(id))) return;
      await Promise.all(["provinces", "cities", "counties"]
        .map((id) => this.layers.get(id)).filter(Boolean).map((layer) => this._load(layer)));
    }

    _selectedAreas() {
      const found = this.find(this.selection.feature_id);
      if (found && found.layer.geometry === "polygon") return [found.feature];
      if (found && found.layer.geometry === "line" && found.layer.visible) return [found.feature];
      return this.selection.area_adcodes.map((code) => this.find(code)).filter(Boolean).map(({ feature }) => feature);
    }

    _markSelection() {
      this.marked.clearLayers();
      for (const feature of this._selectedAreas()) {
        // Dark over light, so that it shows on any ground.
        for (const [stroke, width_px] of [["#ffffff", 5.5], ["#1a1a1a", 2.4]])
          this.marked.addLayer(jjjmap.pathOf(feature, {
            pane: "selection", renderer: this.selectionCanvas, stroke: true, weight: width_px,
            fill: width_px < 3 && feature.geometry.type.endsWith("Polygon"),
            look: { stroke, width_px, dash: [], fill: "#ffe14d", fill_opacity: 0.22 }, layerOpacity: 1,
          }));
      }
      this.overlay.select(this.selection, this.find(this.selection.feature_id), () => this._ringOfSelected());
      this._markPin();
      for (const { drawing } of this.layers.values()) if (drawing) drawing.rename();
    }

    _chosenRowOf(layer) {
      const [layerId, row] = this.selection.feature_id.split("#");
      return row !== undefined && layer.id === layerId ? Number(row) : -1;
    }

    // How far beside its position a user's layer marks the chosen feature, in pixels; null if it does not.
    _ringOfSelected() {
      const layer = this.layers.get(this.selection.feature_id.split("#")[0]);
      return layer && layer.drawing ? layer.drawing.ringOf(this._chosenRowOf(layer)) : null;
    }

    // What is marked in one way while its symbol is drawn, and in another while it is not.
    _markPoints() {
      this._markPin();
      this._markHighlight();
    }

    // A plain mark says where the chosen place is while nothing else does: its layer is hidden, or not drawn at this zoom.
    _markPin() {
      if (this.pin) this.pin.remove();
      this.pin = null;
      const { feature_id, lon, lat } = this.selection;
      if (!feature_id || !Number.isFinite(lon) || !Number.isFinite(lat)) return;
      const found = this.find(feature_id);
      if ((found && found.layer.geometry !== "point") || this._ringOfSelected()) return;
      if (this.overlay.arrangement().symbols.some(({ feature }) => feature.id === feature_id)) return;
      const html = jjjmap.element("div", "selection-pin");
      this.pin = L.marker([lat, lon], {
        interactive: false, keyboard: false, icon: L.divIcon({ className: "", html, iconSize: [0, 0] }),
      }).addTo(this.map);
    }

    _markHighlight() {
      this.highlighted.clearLayers();
      const { places, area_adcodes } = this.highlight;
      const drawn = new Set(this.overlay.arrangement().symbols.map(({ feature }) => feature.id));
      const areas = new Set(area_adcodes);
      for (const { feature_id, lon, lat } of places) {
        const found = this.find(feature_id);
        if (found && found.layer.geometry === "polygon") areas.add(feature_id);
        else if (!drawn.has(feature_id) && Number.isFinite(lon) && Number.isFinite(lat))
          this.highlighted.addLayer(L.circleMarker([lat, lon], {
            pane: "selection", renderer: this.selectionCanvas, interactive: false, radius: 7, fill: true, stroke: true,
            look: { stroke: jjjmap.HIGHLIGHT_COLOR, width_px: 2.5, dash: [], fill: "#ffffff", fill_opacity: 0.9 },
            layerOpacity: 1,
          }));
      }
      for (const id of areas) {
        const found = this.find(id);
        if (found) this.highlighted.addLayer(jjjmap.pathOf(found.feature, {
          pane: "selection", renderer: this.selectionCanvas, fill: true, stroke: true, weight: 2,
          look: { stroke: jjjmap.HIGHLIGHT_COLOR, width_px: 2, dash: [6, 4], fill: jjjmap.HIGHLIGHT_COLOR, fill_opacity: 0.07 },
          layerOpacity: 1,
        }));
      }
      this.overlay.highlight(places.map(({ feature_id }) => feature_id));
    }

    _flyToSelection() {
      const boxes = this._selectedAreas().map((feature) => feature.box);
      const found = this.find(this.selection.feature_id);
      const { lon, lat } = this.selection;
      if (boxes.length) this._flyToBoxes(boxes);
      else if (found) this._flyToBoxes([found.feature.box]);
      else if (Number.isFinite(lon) && Number.isFinite(lat)) this._flyToBoxes([[lon, lat, lon, lat]]);
    }

    _isStill() {
      return this.config.still || matchMedia("(prefers-reduced-motion: reduce)").matches;
    }

    _flyToBoxes(boxes) {
      if (!boxes.length) return;
      const west = Math.min(...boxes.map((box) => box[0])), south = Math.min(...boxes.map((box) => box[1]));
      const east = Math.max(...boxes.map((box) => box[2])), north = Math.max(...boxes.map((box) => box[3]));
      const isPoint = west === east && south === north;
      const size = this.map.getSize(), room = Math.min(ROOM_PX, size.x / 4, size.y / 4);
      if (!room) { // Nobody sees a map without any extent, and no zoom fits it.
        this.map.setView([(south + north) / 2, (west + east) / 2], this.map.getZoom(), { animate: false });
        return;
      }
      this.map.flyToBounds([[south, west], [north, east]], {
        // A point fits at any zoom: whoever looks more closely already goes on doing so.
        maxZoom: isPoint ? Math.max(FLY_ZOOM, this.map.getZoom()) : FLY_ZOOM,
        padding: [room, room], duration: FLY_SECONDS, animate: !this._isStill(),
      });
    }

    // ---- what the map says ----

    _listen() {
      const { map } = this;
      map.on("click", (event) => {
        const hits = this._hitsAt(event.containerPoint, event.latlng)
          .filter(({ feature }) => jjjmap.placeIdOf(feature).length <= MAX_ID_CHARS).slice(0, MAX_HITS);
        this.say("MapClicked", {
          lon: event.latlng.lng, lat: event.latlng.lat, zoom: map.getZoom(),
          hits: hits.map(({ layer, feature }) => ({ layer_id: layer.id, feature_id: jjjmap.placeIdOf(feature) })),
        });
        map.getContainer().focus({ preventScroll: true });
      });
      map.on("moveend", () => {
        const box = map.getBounds();
        this.say("ViewMoved", {
          west: box.getWest(), south: box.getSouth(), east: box.getEast(), north: box.getNorth(), zoom: map.getZoom(),
        });
      });
      // The window may have gone to a screen of another density, or the page been magnified: Leaflet looks only once.
      map.on("resize movestart", () => { L.Browser.retina = window.devicePixelRatio > 1; });
      map.on("zoomend", () => {
        if (!this.config) return;
        // Symbols and names arrange themselves anew; the rest changes only where a layer comes in or goes.
        if (this.drawnIds !== this._drawn().map((layer) => layer.id).join()) this._redraw();
        else this._markPoints();
      });
      let waiting = null;
      const pointAtNothing = () => {
        waiting = null;
        this.pointed = null;
        this._hideTip();
      };
      map.on("mousemove", (event) => {
        const { buttons, target } = event.originalEvent;
        // Not while the map is dragged, nor for what lies under the legend or a button.
        if (buttons || target.closest(".leaflet-control")) return pointAtNothing();
        if (!waiting) requestAnimationFrame(() => {
          const last = waiting;
          waiting = null;
          if (last) this._point(last);
        });
        waiting = event;
      });
      map.on("mouseout movestart", pointAtNothing);
      map.getContainer().addEventListener("keydown", (event) => {
        if (event.key === "Escape") {
          this.say("SelectionCleared", {});
        } else if (event.key === "Tab" && this.selection.others_here > 0 && event.target === map.getContainer()) {
          // Only while there is something to go round: otherwise Tab leaves the map as anywhere else.
          event.preventDefault();
          this.say("CandidateStepped", { step: event.shiftKey ? -1 : 1 });
        }
      });
    }

    // All selectable features at a point: symbols and then lines by distance, then policy areas, then units, each with
    // small before large. A feature that stands for a place counts as that place.
    _hitsAt(point, { lng, lat }) {
      const symbols = this.overlay.hits(point, REACH_PX);
      const areas = [], lines = [];
      for (const layer of this._drawn().filter(({ selectable }) => selectable))
        for (const feature of layer.features)
          if (layer.geometry === "polygon" && jjjmap.areaHolds(feature, lng, lat)) areas.push({ layer, feature });
          else if (layer.geometry === "line") {
            const away = jjjmap.lineAway(this.map, feature, point);
            if (away <= LINE_REACH_PX) lines.push({ layer, feature, away });
          }
      lines.sort((a, b) => a.away - b.away);
      const extent = ({ feature: { box } }) => (box[2] - box[0]) * (box[3] - box[1]);
      const isUnit = ({ layer }) => layer.group === "administrative";
      areas.sort((a, b) => isUnit(a) - isUnit(b) || extent(a) - extent(b));
      return [...symbols, ...lines, ...areas];
    }

    _point({ containerPoint, latlng }) {
      const [hit] = this._hitsAt(containerPoint, latlng);
      this.pointed = { lon: latlng.lng, lat: latlng.lat, point: containerPoint, isSymbol: Boolean(hit) && hit.layer.geometry === "point" };
      this.say("PointerMoved", { lon: latlng.lng, lat: latlng.lat, zoom: this.map.getZoom() });
      clearTimeout(this.tipEnds);
      const show = () => {
        if (!hit) return this._hideTip();
        const name = String(hit.feature.properties["name_" + this.config.language] || hit.feature.id);
        this._showTipAt(containerPoint, [name, this.tally.wordsOf(jjjmap.placeIdOf(hit.feature))].filter(Boolean).join(" "));
      };
      // A user's feature may still lie there: then the program says so at once, and the tip need not flicker.
      if (this.tip.dataset.isUsers && !this.pointed.isSymbol) this.tipEnds = setTimeout(show, TIP_LASTS_MS);
      else show();
    }

    // The program's answer to the last `PointerMoved`. What stands above users' features is pointed at before them.
    showTip({ lon, lat, text }) {
      const { pointed } = this;
      if (!pointed || !text || pointed.lon !== lon || pointed.lat !== lat || pointed.isSymbol) return;
      clearTimeout(this.tipEnds);
      this._showTipAt(pointed.point, text);
      this.tip.dataset.isUsers = "1";
    }

    _hideTip() {
      clearTimeout(this.tipEnds);
      this.tip.hidden = true;
      delete this.tip.dataset.isUsers;
      this.map.getContainer().style.cursor = "";
    }

    _showTipAt(containerPoint, text) {
      this.map.getContainer().style.cursor = "pointer";
      this.tip.hidden = false;
      delete this.tip.dataset.isUsers;
      this.tip.textContent = text;
      const { x: width } = this.map.getSize();
      const onLeft = containerPoint.x > width - 240;
      this.tip.style.left = onLeft ? "" : containerPoint.x + 14 + "px";
      this.tip.style.right = onLeft ? width - containerPoint.x + 10 + "px" : "";
      this.tip.style.top = containerPoint.y + 14 + "px";
    }
  }

  const CALLS = {
    Configure: "configure", SetLayerVisible: "setLayerVisible", SetLayerOpacity: "setLayerOpacity",
    SetLayerOrder: "setLayerOrder", SelectFeature: "selectFeature",
    HighlightPlaces: "highlightPlaces", DimFeatures: "dimFeatures", ShowTally: "showTally", FitBounds: "fitBounds", FitLayer: "fitLayer",
    RefreshRows: "refreshRows", RemoveLayer: "removeLayer", ShowTip: "showTip", ShowBasemap: "showBasemap",
    DrawSheet: "drawSheet",
  };

  // Start the map; returns a function that takes calls.
  jjjmap.start = function (map, fetchLayer, say, fetchBytes = () => Promise.reject(new Error("no features"))) {
    const page = new MapPage(map, fetchLayer, say, fetchBytes);
    jjjmap.page = page;
    return (call) => {
      const method = CALLS[call.type];
      if (!method) throw new Error("unknown call " + call.type);
      const answer = page[method](call);
      if (!(answer instanceof Promise)) return answer;
      page.underWay.add(answer);
      const end = () => page.underWay.delete(answer);
      answer.then(end, end);
      return answer;
    };
  };
})();
