// Tiles of an online basemap under the map, while the program has one. The page asks its own scheme for them; where they come
// from it does not know.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const DEEPEST = 30; // Beyond the last tiles there are, those are magnified.

  class OnlineGround {
    // `changed` is called when our own ground has to step aside, or to come back.
    constructor(map, changed) {
      this.map = map;
      this.changed = changed;
      this.layers = [];
      this.attribution = "";
      this.isShown = false;
      map.createPane("online").style.zIndex = 150; // Below everything.
      map.getPane("online").style.pointerEvents = "none";
    }

    show({ tile_sets, attribution }) {
      const wanted = JSON.stringify(tile_sets);
      if (wanted !== this.wanted) {
        this.wanted = wanted;
        for (const layer of this.layers) layer.remove();
        // Our own ground stays until there is something to see instead.
        if (!tile_sets.length) this.isShown = false;
        this.layers = tile_sets.map((tiles) => this._layerOf(tiles));
      }
      this.attribution = tile_sets.length ? attribution : "";
      this.changed();
    }

    _layerOf({ url, max_zoom: maxNativeZoom, from_zoom: minZoom, bounds: [west, south, east, north] }) {
      const layer = L.tileLayer(url, {
        pane: "online", maxNativeZoom, minZoom, maxZoom: DEEPEST, bounds: [[south, west], [north, east]],
        // Nothing is fetched on the way to where the user is going, nor for later.
        updateWhenIdle: true, updateWhenZooming: false, keepBuffer: 0,
        detectRetina: false, noWrap: true, className: "online-tile",
      });
      layer.on("tileload", () => {
        if (this.isShown || !this.layers.includes(layer)) return;
        this.isShown = true;
        this.changed();
      });
      return layer.addTo(this.map);
    }
  }

  jjjmap.OnlineGround = OnlineGround;
})();
