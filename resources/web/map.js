// The map: takes a configuration and calls, answers with events. It knows neither Qt nor where its data come from:
// `jjjmap.start` is handed a map, a function that fetches a layer, and a function that says an event.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const REACH_PX = 5;
  const FLY_SECONDS = 0.6;
  const NAME_PX = 108;
  const IMPRINT_PX = 18;

  class MapPage {
    constructor(map, fetchLayer, say) {
      this.map = map;
      this.fetchLayer = fetchLayer;
      this.say = (type, fields) => say({ type, seq: ++this.seq, ...fields });
      this.seq = 0;
      this.layers = new Map(); // id -> layer of the configuration, with features and paths once they are here
      this.order = [];
      this.candidates = 0;
      this.selection = { feature_id: "", area_adcodes: [] };
      this.highlight = { places: [], area_adcodes: [] };
      this.dimmed = new Set();
      this._makePanes();
      this._listen();
    }

    _makePanes() {
      const { map } = this;
      for (const [name, level] of [["areas", 350], ["selection", 380], ["overlay", 450]]) {
        map.createPane(name).style.zIndex = level;
        map.getPane(name).style.pointerEvents = "none";
      }
      this.canvas = jjjmap.areaCanvas("areas").addTo(map);
      this.selectionCanvas = jjjmap.areaCanvas("selection").addTo(map);
      this.overlay = new jjjmap.Overlay({ pane: "overlay", padding: 0.35 }).addTo(map);
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
      this.imprint.show(config.texts);
      if (!this.sheet) this._layOutSheet(config);
      const known = this.layers;
      this.layers = new Map();
      for (const wanted of config.layers) {
        const had = known.get(wanted.id);
        this.layers.set(wanted.id, { ...wanted, features: had && had.features, paths: had && had.paths });
      }
      for (const layer of this.layers.values()) this._restyle(layer);
      this.order = config.layers.map((layer) => layer.id);
      await this._loadVisible();
      this._redraw();
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
      this._redraw();
    }

    setLayerOrder({ layer_ids }) {
      this.order = layer_ids.filter((id) => this.layers.has(id));
      this._redraw();
    }

    async selectFeature(selection) {
      this.selection = selection;
      if (!selection.feature_id) this.candidates = 0;
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

    fitBounds({ west, south, east, north }) {
      this.map.fitBounds([[south, west], [north, east]], { animate: false, ...this._margins() });
    }

    // Room for the names of what stands at the edge, and for the line of sources.
    _margins() {
      return { paddingTopLeft: [4, 8], paddingBottomRight: [NAME_PX, IMPRINT_PX] };
    }

    async fitLayer({ layer_id }) {
      const layer = this.layers.get(layer_id);
      if (!layer || !(await this._load(layer))) return;
      this._flyToBoxes(layer.features.map((feature) => feature.box));
    }

    // ---- layers ----

    async _load(layer) {
      if (layer.features) return true;
      try {
        const collection = await this.fetchLayer(layer);
        for (const feature of collection.features) feature.box = jjjmap.boundsOf(feature.geometry);
        layer.features = collection.features;
      } catch (error) {
        this.say("LayerFailed", { layer_id: layer.id, reason: String(error && error.message).slice(0, 300) });
        layer.features = [];
      }
      if (layer.geometry !== "point") {
        layer.paths = layer.features.map((feature) => {
          const look = jjjmap.classOf(layer, feature);
          return jjjmap.pathOf(feature, {
            renderer: this.canvas, look, layerOpacity: layer.opacity,
            fill: Boolean(look.fill) && layer.geometry === "polygon", stroke: Boolean(look.stroke), weight: look.width_px,
          });
        });
      }
      return layer.features.length > 0;
    }

    _loadVisible() {
      return Promise.all([...this.layers.values()].filter((layer) => layer.visible).map((layer) => this._load(layer)));
    }

    _visible() {
      return this.order.map((id) => this.layers.get(id)).filter((layer) => layer && layer.visible && layer.features);
    }

    _restyle(layer) {
      for (const [i, path] of (layer.paths || []).entries()) {
        path.options.look = jjjmap.classOf(layer, layer.features[i]);
        path.options.layerOpacity = layer.opacity * (this.dimmed.has(layer.features[i].id) ? jjjmap.DIMMED_OPACITY : 1);
      }
    }

    _redraw() {
      const visible = this._visible();
      const shown = new Set(visible);
      for (const layer of this.layers.values())
        if (!shown.has(layer)) for (const path of layer.paths || []) path.remove();
      // Paths are drawn in the order in which they were brought to the front.
      for (const layer of visible) {
        const drawn = this.map.getZoom() >= layer.style.min_zoom;
        for (const path of layer.paths || [])
          if (drawn) path.addTo(this.map).bringToFront();
          else path.remove();
      }
      this.overlay.show(visible, this.config.language, this.dimmed);
      this._markHighlight();
      this.legend.show(visible.filter((layer) => layer.in_legend).reverse(), this.config.texts);
    }

    // A sheet with a neat line: beyond it there are no data, and the ground is plain.
    _layOutSheet({ sheet: [west, south, east, north], bounds, bounds_are_exact }) {
      this.sheet = L.latLngBounds([south, west], [north, east]);
      const margins = bounds_are_exact ? {} : this._margins();
      this.map.fitBounds([[bounds[1], bounds[0]], [bounds[3], bounds[2]]], { animate: false, ...margins });
      this.map.setMaxBounds(this.sheet.pad(0.35));
      this.map.setMinZoom(Math.min(this.map.getZoom(), this.map.getBoundsZoom(this.sheet)) - 0.5);
      L.rectangle(this.sheet, {
        pane: "selection", renderer: this.selectionCanvas, interactive: false, stroke: true, fill: false,
        look: { stroke: "#8b9198", width_px: 1, dash: [] }, layerOpacity: 1,
      }).addTo(this.map);
    }

    // ---- selection ----

    find(featureId) {
      for (const layer of this.layers.values()) {
        const feature = layer.selectable && (layer.features || []).find(({ id }) => id === featureId);
        if (feature) return { layer, feature };
      }
      return null;
    }

    async _loadUnits({ area_adcodes }) {
      if (!area_adcodes.length) return;
      await Promise.all(["provinces", "cities", "counties"]
        .map((id) => this.layers.get(id)).filter(Boolean).map((layer) => this._load(layer)));
    }

    _selectedAreas() {
      const found = this.find(this.selection.feature_id);
      if (found && found.layer.geometry === "polygon") return [found.feature];
      return this.selection.area_adcodes.map((code) => this.find(code)).filter(Boolean).map(({ feature }) => feature);
    }

    _markSelection() {
      this.marked.clearLayers();
      const { feature_id, lon, lat } = this.selection;
      for (const feature of this._selectedAreas()) {
        // Dark over light, so that it shows on any ground.
        for (const [stroke, width_px] of [["#ffffff", 5.5], ["#1a1a1a", 2.4]])
          this.marked.addLayer(jjjmap.pathOf(feature, {
            pane: "selection", renderer: this.selectionCanvas, fill: width_px < 3, stroke: true, weight: width_px,
            look: { stroke, width_px, dash: [], fill: "#ffe14d", fill_opacity: 0.22 }, layerOpacity: 1,
          }));
      }
      const found = this.find(feature_id);
      const isDrawn = (found && found.layer.geometry !== "point") ||
        this.overlay.arrangement().symbols.some(({ feature }) => feature.id === feature_id);
      if (feature_id && !isDrawn && Number.isFinite(lon) && Number.isFinite(lat)) {
        // Its layer is hidden: a plain mark says where it is.
        const pin = jjjmap.element("div", "selection-pin");
        this.marked.addLayer(L.marker([lat, lon], {
          interactive: false, keyboard: false, icon: L.divIcon({ className: "", html: pin, iconSize: [0, 0] }),
        }));
      }
      this.overlay.select(feature_id);
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

    _flyToBoxes(boxes) {
      if (!boxes.length) return;
      const west = Math.min(...boxes.map((box) => box[0])), south = Math.min(...boxes.map((box) => box[1]));
      const east = Math.max(...boxes.map((box) => box[2])), north = Math.max(...boxes.map((box) => box[3]));
      this.map.flyToBounds([[south, west], [north, east]], {
        maxZoom: 10, padding: [64, 64], duration: FLY_SECONDS, animate: !this.config.still,
      });
    }

    // ---- what the map says ----

    _listen() {
      const { map } = this;
      map.on("click", (event) => {
        const hits = this._hitsAt(event.containerPoint, event.latlng);
        this.candidates = hits.length;
        this.say("MapClicked", {
          lon: event.latlng.lng, lat: event.latlng.lat,
          hits: hits.map(({ layer, feature }) => ({ layer_id: layer.id, feature_id: String(feature.id) })),
        });
        map.getContainer().focus({ preventScroll: true });
      });
      map.on("moveend", () => {
        const box = map.getBounds();
        this.say("ViewMoved", {
          west: box.getWest(), south: box.getSouth(), east: box.getEast(), north: box.getNorth(), zoom: map.getZoom(),
        });
      });
      map.on("zoomend", () => this.config && this._redraw());
      let waiting = null;
      map.on("mousemove", (event) => {
        if (!waiting) requestAnimationFrame(() => {
          const last = waiting;
          waiting = null;
          this._point(last);
        });
        waiting = event;
      });
      map.on("mouseout movestart", () => { this.tip.hidden = true; });
      map.getContainer().addEventListener("keydown", (event) => {
        if (event.key === "Escape") {
          this.candidates = 0;
          this.say("SelectionCleared", {});
        } else if (event.key === "Tab" && this.candidates > 1) {
          // Only while there is something to go round: otherwise Tab leaves the map as anywhere else.
          event.preventDefault();
          this.say("CandidateStepped", { step: event.shiftKey ? -1 : 1 });
        }
      });
    }

    // All selectable features at a point: symbols by distance, then policy areas, then units; small before large.
    _hitsAt(point, { lng, lat }) {
      const symbols = this.overlay.hits(point, REACH_PX);
      const areas = [];
      for (const layer of this._visible())
        if (layer.selectable && layer.geometry === "polygon")
          for (const feature of layer.features)
            if (jjjmap.areaHolds(feature, lng, lat)) areas.push({ layer, feature });
      const extent = ({ feature: { box } }) => (box[2] - box[0]) * (box[3] - box[1]);
      const isUnit = ({ layer }) => layer.group === "administrative";
      areas.sort((a, b) => isUnit(a) - isUnit(b) || extent(a) - extent(b));
      return [...symbols, ...areas];
    }

    _point({ containerPoint, latlng }) {
      this.say("PointerMoved", { lon: latlng.lng, lat: latlng.lat });
      const [hit] = this._hitsAt(containerPoint, latlng);
      this.map.getContainer().style.cursor = hit ? "pointer" : "";
      this.tip.hidden = !hit;
      if (!hit) return;
      this.tip.textContent = String(hit.feature.properties["name_" + this.config.language] || hit.feature.id);
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
    HighlightPlaces: "highlightPlaces", DimFeatures: "dimFeatures", FitBounds: "fitBounds", FitLayer: "fitLayer",
  };

  // Start the map; returns a function that takes calls.
  jjjmap.start = function (map, fetchLayer, say) {
    const page = new MapPage(map, fetchLayer, say);
    jjjmap.page = page;
    return (call) => {
      const method = CALLS[call.type];
      if (!method) throw new Error("unknown call " + call.type);
      return page[method](call);
    };
  };
})();
