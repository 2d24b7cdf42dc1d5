// An exported map: it answers for itself what the program answers in the window. Nothing is asked of any network.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const { button, own } = jjjmap;
  // Here the details start folded away, so that the map is seen first.
  const NARROW = "(max-width: 1000px)";
  // Here the panel lies below the map, and there is room for one thing beside it.
  const SMALL = "(max-width: 760px)";
  // A map smaller than this would lie under its legend.
  const LEGEND_NEEDS_PX = { x: 680, y: 400 };

  class Standalone {
    constructor(map, content, steps) {
      this.map = map;
      this.content = content;
      this.words = content; // Those in use: the file's own, or those of another language.
      this.language = content.config.language;
      this.spoken = { [this.language]: content };
      this.chosen = "";
      this.candidates = [];
      this.visited = [];
      this.turn = 0;
      this.hasTally = true; // Until a view is shown: counts are no part of one.
      this.users = content.users ? new jjjmap.UsersFeatures(content.users, content, (call) => this.tell(call)) : null;
      const features = jjjmap.unpacked(content.features, steps);
      this.tell = jjjmap.start(
        map, async (layer) => features(layer.id), (event) => this._hear(event),
        (path, signal) => this.users.fetchBytes(path, signal),
      );
      const choose = (id) => this.choose(id, { fly: true });
      const showChain = (number) => this.showChain(number);
      this.panel = new jjjmap.DetailsPanel(document.getElementById("panel"), content, {
        choose, showChain,
        clear: () => this.clear(),
        back: () => this.back(),
        hasBack: () => this.visited.length > 0,
        close: () => {
          this._setPanelOpen(false);
          (this._chosenChip() || this.opener).focus();
        },
      });
      this.search = new jjjmap.SearchBox(document.getElementById("search"), content.search, content, { choose, showChain },
        this.users ? (words, limit) => this.users.search(words, limit) : null);
      this.chains = new jjjmap.Chains(document.getElementById("chains"), content, {
        choose,
        markPlaces: (ids, say) => this.markPlaces(ids, say),
        closed: () => {
          this._showRoom();
          this.chainOpener.focus();
        },
      });
    }

    async open() {
      const { config, calls, selected } = this.content;
      config.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this._makeButtons();
      this._setPanelOpen(Boolean(selected) || !matchMedia(NARROW).matches);
      this._measure();
      await this.tell({ type: "Configure", config });
      for (const call of calls) await this.tell(call);
      this._makeRoom();
      this._fitSmall(config);
      this.layerSwitch = new jjjmap.LayerSwitch((layer_id, visible) => this.tell({ type: "SetLayerVisible", layer_id, visible }))
        .addTo(this.map);
      this.layerSwitch.show(this.words);
      this.states = new jjjmap.States(document.getElementById("map-frame").appendChild(jjjmap.element("div")), this.words, {
        moment: () => this.tell({ type: "DimFeatures", feature_ids: [] }),
        marks: () => {
          this.chains.unmark();
          this.tell({ type: "HighlightPlaces", places: [], area_adcodes: [] });
        },
      });
      this.views = new jjjmap.Views(document.getElementById("views"), this.words, (number) => this.showView(number));
      this.panel.showIndex();
      if (selected) await this.choose(selected, { fly: false });
      jjjmap.onPaper(this.map);
      // Leaflet watches the window only, and the footer unfolds too.
      new ResizeObserver(() => {
        this._measure();
        this.map.invalidateSize({ animate: false });
      }).observe(this.map.getContainer());
      document.addEventListener("keydown", (event) => {
        // The map tells of its own Escape.
        if (event.key === "Escape" && !this.map.getContainer().contains(event.target)) this.clear();
      });
    }

    // ---- what the map says ----

    _hear(event) {
      if (event.type === "MapClicked") {
        this.candidates = [...new Set(this._idsUnder(event))];
        if (this.candidates.length) this.choose(this.candidates[0], { fly: false, candidates: this.candidates });
        else this.clear();
      } else if (event.type === "CandidateStepped" && this.candidates.length) {
        const at = this.candidates.indexOf(this.chosen), count = this.candidates.length;
        this.choose(this.candidates[(at + event.step + count) % count], { fly: false, candidates: this.candidates });
      } else if (event.type === "SelectionCleared") {
        this.clear();
      } else if (event.type === "PointerMoved" && this.users) {
        this.users.tip(event);
      } else if (event.type === "LayerFailed") {
        console.error(this.words.texts.layer_missing, event.layer_id, event.reason);
      }
    }

    // The mapmaker's points and lines, ours, then areas, the mapmaker's first: as in the program.
    _idsUnder(event) {
      const users = this.users ? this.users.hits(event) : [];
      const areas = users.filter(({ geometry }) => geometry === "polygon").map(({ feature_id }) => feature_id);
      const others = users.filter(({ geometry }) => geometry !== "polygon").map(({ feature_id }) => feature_id);
      for (const { layer_id, feature_id } of event.hits) {
        const layer = jjjmap.page.layers.get(layer_id);
        if (this._place(feature_id)) (layer && layer.geometry === "polygon" ? areas : others).push(feature_id);
      }
      return [...others, ...areas];
    }

    // ---- what is chosen ----

    _place(id) {
      return own(this.words.details.places, id);
    }

    choose(id, { fly, candidates = this.candidates.includes(id) ? this.candidates : [], isReturn = false, opens = true }) {
      const turn = ++this.turn, place = this._place(id);
      if (!place) return this._chooseFeature(id, { fly, candidates, isReturn, opens }, turn);
      this._take(id, candidates, isReturn, opens);
      // Titles of the mapmaker's features are looked up; places are shown at once.
      if (candidates.every((each) => this._place(each))) this.panel.show(id, candidates.map((each) => this._named(each)));
      else this._titles(candidates).then((titled) => { if (turn === this.turn) this.panel.show(id, titled); });
      if (this.users) this.users.mark(id);
      return this.tell({
        type: "SelectFeature", feature_id: id, area_adcodes: place.area || [], lon: place.lon ?? null, lat: place.lat ?? null,
        label: place.name, fly, others_here: Math.max(0, candidates.length - 1),
      });
    }

    async _chooseFeature(id, { fly, candidates, isReturn, opens }, turn) {
      const feature = this.users ? await this.users.details(id) : null;
      const titled = await this._titles(candidates);
      if (!feature || turn !== this.turn) return;
      this._take(id, candidates, isReturn, opens);
      this.panel.showFeature(feature, titled);
      await this.users.mark(id);
      await this.users.show(feature, { fly, others_here: Math.max(0, candidates.length - 1) });
    }

    _take(id, candidates, isReturn, opens) {
      if (this.chosen && this.chosen !== id && !isReturn) this.visited.push(this.chosen);
      this.chosen = id;
      this.candidates = candidates;
      document.body.classList.add("has-choice");
      this.chains.markChosen(id);
      if (opens) this._setPanelOpen(true);
    }

    _named(id) {
      const { name, tags } = this._place(id);
      return [id, name, tags[0]];
    }

    _titles(ids) {
      return Promise.all(ids.map((id) => (this._place(id) ? this._named(id) : this.users.named(id))));
    }

    back() {
      const id = this.visited.pop();
      if (id) this.choose(id, { fly: true, isReturn: true });
    }

    clear() {
      this.turn++;
      this.chosen = "";
      this.candidates = [];
      this.visited = [];
      this.panel.showIndex();
      document.body.classList.remove("has-choice");
      this.chains.markChosen("");
      if (this.users) this.users.mark("");
      this.tell({ type: "SelectFeature", feature_id: "", area_adcodes: [], fly: false });
    }

    // ---- chains ----

    showChain(number) {
      if (matchMedia(SMALL).matches) this._setPanelOpen(false);
      this.chains.show(number);
      this._showRoom();
    }

    // On a small screen details lie over the chart, which comes back when they are closed.
    _isChartSeen() {
      return this.chains.isOpen && !(this.isPanelOpen && matchMedia(SMALL).matches);
    }

    _chosenChip() {
      return this._isChartSeen() ? this.chains.root.querySelector("[data-place][aria-current]") : null;
    }

    markPlaces(ids, say) {
      const known = ids.map((id) => [id, this._place(id)]).filter(([, place]) => place);
      this.tell({
        type: "HighlightPlaces",
        places: known.map(([feature_id, { lon = null, lat = null }]) => ({ feature_id, lon, lat })),
        area_adcodes: [...new Set(known.flatMap(([, place]) => place.area || []))],
      });
      this.states.mark(say);
      const boxes = known.flatMap(([id, place]) => this._boxesOf(id, place));
      if (!boxes.length) return;
      const [west, south] = [0, 1].map((side) => Math.min(...boxes.map((box) => box[side])));
      const [east, north] = [2, 3].map((side) => Math.max(...boxes.map((box) => box[side])));
      if (!this.map.getBounds().contains([[south, west], [north, east]])) this.tell({ type: "FitBounds", west, south, east, north, fly: true });
    }

    _boxesOf(id, { lon, lat, area = [] }) {
      const found = [id, ...area].map((each) => jjjmap.page.find(each)).filter(Boolean).map(({ feature }) => feature.box);
      return found.length || !Number.isFinite(lon) ? found : [[lon, lat, lon, lat]];
    }

    // ---- views ----

    // What the mapmaker saw; the rows of the mapmaker's layers stay those that left with the file.
    async showView(number) {
      const { bounds: [west, south, east, north], layers, dimmed, selected } = this.content.steps[number];
      const { config } = this.words, wanted = new Map(layers.map(([id, visible, opacity], at) => [id, { visible, opacity, at }]));
      config.layers.sort((one, other) => wanted.get(one.id).at - wanted.get(other.id).at);
      for (const layer of config.layers) {
        const { visible, opacity } = wanted.get(layer.id);
        layer.visible = visible;
        if (jjjmap.page.layers.get(layer.id).opacity !== opacity) this.tell({ type: "SetLayerOpacity", layer_id: layer.id, opacity });
        layer.opacity = opacity;
      }
      this.chains.unmark();
      this.tell({ type: "HighlightPlaces", places: [], area_adcodes: [] });
      this.states.mark(null);
      this.tell({ type: "ShowTally", title: "", classes: [], units: [], points: [] });
      this.hasTally = false;
      this.tell({ type: "DimFeatures", feature_ids: dimmed });
      this.states.at(() => this.words.views[number]);
      this.layerSwitch.show(this.words);
      const drawn = this.tell({ type: "Configure", config });
      this.tell({ type: "FitBounds", west, south, east, north, fly: true, exact: true });
      if (selected) this.choose(selected, { fly: false });
      else if (this.chosen) this.clear();
      await drawn;
    }

    // ---- languages ----

    async speak(language) {
      if (!this.spoken[language])
        this.spoken[language] = JSON.parse(new TextDecoder().decode(await jjjmap.inflated("words-" + language)));
      const words = this.spoken[language];
      this.language = language;
      this.words = words;
      words.config.still = this.content.config.still;
      // As the reader, or a view, has set them.
      const { layers, order } = jjjmap.page;
      words.config.layers.sort((one, other) => order.indexOf(one.id) - order.indexOf(other.id));
      for (const layer of words.config.layers) {
        const { visible, opacity } = layers.get(layer.id);
        Object.assign(layer, { visible, opacity });
      }
      if (this.users) this.users.speak(words);
      await this.tell({ type: "Configure", config: words.config });
      const tally = words.tally || this.content.calls.find(({ type }) => type === "ShowTally");
      if (tally && this.hasTally) await this.tell(tally);
      for (const part of [this.panel, this.search, this.chains, this.states, this.views]) part.speak(words);
      this.layerSwitch.show(words);
      const { cover, texts, config } = words;
      document.title = cover.title;
      for (const part of document.querySelectorAll("[data-cover]")) part.textContent = cover[part.dataset.cover];
      for (const part of document.querySelectorAll("[data-cover-label]")) part.setAttribute("aria-label", cover[part.dataset.coverLabel]);
      document.getElementById("attribution").textContent = `${config.texts.schematic} ${config.texts.attribution}`;
      this.opener.textContent = texts.details;
      this.chainOpener.textContent = texts.chains;
      this._showLanguages();
      if (this.chosen) await this.choose(this.chosen, { fly: false, isReturn: true, opens: false });
      else this.panel.showIndex();
      this._makeRoom();
    }

    _showLanguages() {
      const box = document.getElementById("languages");
      for (const old of box.querySelectorAll(".language")) old.remove();
      for (const [language, name] of this.content.languages.filter(([each]) => each !== this.language)) {
        const other = button("language", name, () => this.speak(language));
        other.lang = language;
        box.append(other);
      }
    }

    // ---- the page around the map ----

    _makeButtons() {
      const { texts, chains } = this.words;
      this.opener = button("panel-opener", texts.details, () => this._setPanelOpen(true));
      this.opener.setAttribute("aria-controls", "panel");
      document.getElementById("panel").before(this.opener);
      this.chainOpener = button("chain-opener", texts.chains, () => {
        if (this._isChartSeen()) this.chains.close();
        else this.showChain(Math.max(this.chains.number, 0));
      });
      this.chainOpener.setAttribute("aria-controls", "chains");
      this.chainOpener.setAttribute("aria-expanded", "false");
      this.chainOpener.hidden = !chains.length;
      document.getElementById("languages").append(this.chainOpener);
      this._showLanguages();
    }

    _setPanelOpen(open) {
      if (this.isPanelOpen === open) return;
      this.isPanelOpen = open;
      document.body.classList.toggle("panel-closed", !open);
      this.opener.setAttribute("aria-expanded", String(open));
      this._showRoom();
    }

    // After a part of the page has come or gone.
    _showRoom() {
      this.chainOpener.setAttribute("aria-expanded", String(this._isChartSeen()));
      this.map.invalidateSize({ animate: false });
      this._makeRoom();
    }

    // On a small screen the region itself fills the map: there is no room for names beside it.
    _fitSmall({ bounds: [west, south, east, north], bounds_are_exact }) {
      if (bounds_are_exact || !matchMedia(SMALL).matches) return;
      this.map.fitBounds([[south, west], [north, east]], { animate: false, padding: [6, 6] });
    }

    // How large lists over the map may be.
    _measure() {
      const { clientWidth, clientHeight } = this.map.getContainer();
      document.body.style.setProperty("--map-width", clientWidth + "px");
      document.body.style.setProperty("--map-height", clientHeight + "px");
    }

    // On a map with little room the legend is folded; it opens again by its own button.
    _makeRoom() {
      const { x, y } = this.map.getSize();
      const isTight = x < LEGEND_NEEDS_PX.x || y < LEGEND_NEEDS_PX.y;
      document.body.classList.toggle("is-tight", x < LEGEND_NEEDS_PX.x);
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
      jjjmap.standalone = page;
      await page.open();
      problem.remove();
      document.body.classList.add("is-open"); // Whoever waits for the map can wait for this.
    } catch (error) {
      problem.classList.add("is-shown");
      console.error(error);
    }
  };
})();
