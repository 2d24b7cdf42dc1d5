// An exported map: it answers for itself what the program answers in the window. Nothing is asked of any network.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  // Here the details start folded away, so that the map is seen first.
  const NARROW = "(max-width: 1000px)";
  // A map less wide than this would lie under its legend.
  const LEGEND_NEEDS_PX = 680;

  function button(className, text, onclick) {
    const made = jjjmap.element("button", className, text);
    made.type = "button";
    made.onclick = onclick;
    return made;
  }

  const LayerSwitch = L.Control.extend({
    options: { position: "topright" },
    initialize(layers, texts, onToggle) {
      this.layers = layers;
      this.texts = texts;
      this.onToggle = onToggle;
    },
    onAdd() {
      const box = jjjmap.element("section", "layer-switch");
      const list = jjjmap.element("div", "layer-list");
      list.hidden = true;
      const toggle = button("layer-switch-title", this.texts.layers, () => {
        list.hidden = !list.hidden;
        toggle.setAttribute("aria-expanded", String(!list.hidden));
      });
      toggle.setAttribute("aria-expanded", "false");
      // From the top down, as they lie on the map; a line between groups.
      let lastGroup = null;
      for (const layer of [...this.layers].reverse()) {
        const row = jjjmap.element("label", lastGroup && lastGroup !== layer.group ? "starts-group" : "");
        lastGroup = layer.group;
        const check = jjjmap.element("input");
        check.type = "checkbox";
        check.checked = layer.visible;
        check.onchange = () => this.onToggle(layer.id, check.checked);
        row.append(check, document.createTextNode(layer.title));
        list.append(row);
      }
      box.append(toggle, list);
      L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
      return box;
    },
  });

  class Standalone {
    constructor(map, content, steps) {
      this.map = map;
      this.content = content;
      this.chosen = "";
      this.candidates = [];
      this.visited = [];
      const features = jjjmap.unpacked(content.features, steps);
      this.tell = jjjmap.start(map, async (layer) => features(layer.id), (event) => this._hear(event));
      this.panel = new jjjmap.DetailsPanel(document.getElementById("panel"), content, {
        choose: (id) => this.choose(id, { fly: true }),
        clear: () => this.clear(),
        back: () => this.back(),
        hasBack: () => this.visited.length > 0,
        close: () => {
          this._setPanelOpen(false);
          this.opener.focus();
        },
      });
    }

    async open() {
      const { config, texts, selected } = this.content;
      config.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this._makePanelOpener();
      this._setPanelOpen(Boolean(selected) || !matchMedia(NARROW).matches);
      await this.tell({ type: "Configure", config });
      this._makeRoom();
      new LayerSwitch(config.layers, texts, (layer_id, visible) =>
        this.tell({ type: "SetLayerVisible", layer_id, visible })).addTo(this.map);
      this.panel.showIndex();
      if (selected) this.choose(selected, { fly: false });
      // Leaflet watches the window only, and the footer unfolds too.
      new ResizeObserver(() => this.map.invalidateSize({ animate: false })).observe(this.map.getContainer());
      document.addEventListener("keydown", (event) => {
        // The map tells of its own Escape.
        if (event.key === "Escape" && !this.map.getContainer().contains(event.target)) this.clear();
      });
    }

    _hear(event) {
      if (event.type === "MapClicked") {
        const known = event.hits.map((hit) => hit.feature_id).filter((id) => this._place(id));
        this.candidates = [...new Set(known)];
        if (this.candidates.length) this.choose(this.candidates[0], { fly: false, candidates: this.candidates });
        else this.clear();
      } else if (event.type === "CandidateStepped" && this.candidates.length) {
        const at = this.candidates.indexOf(this.chosen), count = this.candidates.length;
        this.choose(this.candidates[(at + event.step + count) % count], { fly: false, candidates: this.candidates });
      } else if (event.type === "SelectionCleared") {
        this.clear();
      } else if (event.type === "LayerFailed") {
        console.error(this.content.texts.layer_missing, event.layer_id, event.reason);
      }
    }

    _place(id) {
      const { places } = this.content.details;
      return Object.prototype.hasOwnProperty.call(places, id) ? places[id] : null;
    }

    choose(id, { fly, candidates = this.candidates.includes(id) ? this.candidates : [], isReturn = false }) {
      const place = this._place(id);
      if (!place) return;
      if (this.chosen && this.chosen !== id && !isReturn) this.visited.push(this.chosen);
      this.chosen = id;
      this.candidates = candidates;
      this.panel.show(id, candidates);
      this._setPanelOpen(true);
      this.tell({
        type: "SelectFeature", feature_id: id, area_adcodes: place.area || [], lon: place.lon ?? null, lat: place.lat ?? null,
        label: place.name, fly, others_here: Math.max(0, candidates.length - 1),
      });
    }

    back() {
      const id = this.visited.pop();
      if (id) this.choose(id, { fly: true, isReturn: true });
    }

    clear() {
      this.chosen = "";
      this.candidates = [];
      this.visited = [];
      this.panel.showIndex();
      this.tell({ type: "SelectFeature", feature_id: "", area_adcodes: [], fly: false });
    }

    // ---- the panel beside the map, or below it on a narrow screen ----

    _makePanelOpener() {
      this.opener = button("panel-opener", this.content.texts.details, () => this._setPanelOpen(true));
      this.opener.setAttribute("aria-controls", "panel");
      document.getElementById("panel").before(this.opener);
    }

    _setPanelOpen(open) {
      if (this.isPanelOpen === open) return;
      this.isPanelOpen = open;
      document.body.classList.toggle("panel-closed", !open);
      this.opener.setAttribute("aria-expanded", String(open));
      this.map.invalidateSize({ animate: false });
      this._makeRoom();
    }

    // On a map with little room the legend is folded; it opens again by its own button.
    _makeRoom() {
      const isTight = this.map.getSize().x < LEGEND_NEEDS_PX;
      document.body.classList.toggle("is-tight", isTight);
      const legend = this.map.getContainer().querySelector(".legend-title[aria-expanded=true]");
      if (isTight && legend) legend.click();
    }
  }

  // Called by the script that makes the map.
  jjjmap.standAlone = async function (map) {
    const problem = document.getElementById("problem");
    try {
      const [json, steps] = await Promise.all([jjjmap.inflated("map-data"), jjjmap.inflated("map-steps")]);
      const page = new Standalone(map, JSON.parse(new TextDecoder().decode(json)), steps);
      await page.open();
      problem.remove();
      document.body.classList.add("is-open"); // Whoever waits for the map can wait for this.
    } catch (error) {
      problem.classList.add("is-shown");
      console.error(error);
    }
  };
})();
