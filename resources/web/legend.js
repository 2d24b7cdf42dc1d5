// The legend of what is visible, from the very classes that colour it; and the line that says where the borders come from.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  jjjmap.element = element;

  function row(look, geometry, text, precision) {
    const line = element("div", "legend-row");
    const swatch = element("canvas", "legend-swatch");
    swatch.setAttribute("aria-hidden", "true");
    jjjmap.drawSwatch(swatch, look, geometry, precision);
    line.append(swatch, element("span", "", text));
    return line;
  }

  const LEGEND_FROM_PX = 560;
  const PLAIN = { shape: "circle", fill: "#5a6066", stroke: "#33383d", width_px: 1.2, size_px: 9, fill_opacity: 1, dash: [] };

  const looksOf = (layer) => layer.drawing ? layer.drawing.looks() : layer.style.classes.filter((look) =>
    (layer.features || []).some((feature) => jjjmap.classOf(layer, feature) === look));
  const footnotesOf = ({ drawing }) => (drawing ? drawing.footnotes() : []);

  // What the legend says of layers, which stand from the top down: headings, rows with a symbol each, and notes.
  jjjmap.legendEntries = function (layers, texts, tally, { looks = looksOf, footnotes = footnotesOf } = {}) {
    const entries = [];
    const rows = layers.map((layer) => ({ layer, looks: looks(layer) }));
    const isGround = ({ layer }) => layer.group === "basemap";
    const add = ({ layer: { geometry }, looks }) => looks.forEach((look) => entries.push({ look, geometry, label: look.label }));
    const addHeading = (heading) => entries.push({ heading });
    // Layers of one class need no heading; they stand together before all that do.
    const hasOneClass = ({ layer, looks }) => Math.max(looks.length, layer.style.classes.length) < 2;
    const shown = rows.filter((entry) => !isGround(entry) && entry.looks.length);
    shown.filter(hasOneClass).forEach(add);
    if (tally) {
      addHeading(tally.title);
      for (const look of tally.looks) entries.push({ look, geometry: look.geometry, label: look.label });
    }
    for (const entry of shown.filter((other) => !hasOneClass(other))) {
      const { title, drawing } = entry.layer;
      addHeading([title, drawing && drawing.note()].filter(Boolean).join(" · "));
      add(entry);
    }
    if (rows.some((entry) => isGround(entry) && entry.looks.length)) addHeading(texts.ground);
    rows.filter(isGround).forEach(add);
    if (rows.some(({ layer, looks }) => layer.style.precision_marks && looks.length)) {
      addHeading(texts.precision);
      for (const precision of ["site", "town", "county"])
        entries.push({ look: PLAIN, geometry: "point", label: texts["precision_" + precision], precision });
      entries.push({ note: texts.displaced });
    }
    const notes = new Set(layers.flatMap(footnotes));
    if (notes.size) entries.push({ note: [...notes].map((name) => texts[name]).join(texts.pause) });
    return entries;
  };

  jjjmap.Legend = L.Control.extend({
    options: { position: "bottomright" },
    onAdd() {
      this._box = element("section", "legend");
      this._wanted = null; // What the user chose; until then there is a legend where the map is high enough.
      this._isHigh = window.matchMedia(`(min-height: ${LEGEND_FROM_PX}px)`);
      this._isHigh.addEventListener?.("change", () => this._shown && this.show(...this._shown));
      L.DomEvent.disableClickPropagation(this._box).disableScrollPropagation(this._box);
      return this._box;
    },
    // The visible layers from the top down.
    show(layers, texts, tally = null) {
      this._shown = [layers, texts, tally];
      const isOpen = this._wanted ?? this._isHigh.matches;
      const toggle = element("button", "legend-title", texts.legend);
      toggle.type = "button";
      toggle.setAttribute("aria-expanded", String(isOpen));
      toggle.onclick = (event) => {
        // The button is replaced at once; Leaflet would no longer find that it stood in a control, and take the map as clicked.
        event.stopPropagation();
        this._wanted = !isOpen;
        this.show(layers, texts, tally);
      };
      // Whoever came here by keyboard, or has scrolled, is left where they are.
      const hadFocus = this._box.contains(document.activeElement), oldBody = this._box.querySelector(".legend-body");
      const scrolled = oldBody ? oldBody.scrollTop : 0;
      this._box.replaceChildren(toggle);
      if (hadFocus) toggle.focus({ preventScroll: true });
      this._box.classList.toggle("is-closed", !isOpen);
      if (!isOpen) return;
      const body = element("div", "legend-body");
      for (const { heading, look, geometry, label, precision, note } of jjjmap.legendEntries(layers, texts, tally))
        if (look) body.append(row(look, geometry, label, precision));
        else body.append(element("div", heading ? "legend-heading" : "legend-note", heading || note));
      this._box.append(body);
      body.scrollTop = scrolled;
    },
  });

  jjjmap.Imprint = L.Control.extend({
    options: { position: "bottomright" },
    onAdd() {
      this._box = element("div", "imprint");
      L.DomEvent.disableClickPropagation(this._box);
      return this._box;
    },
    // What lies online under the map is named before all else: the line may be cut at its end.
    show(texts, online = "") {
      const said = [element("strong", "", texts.schematic), document.createTextNode(" " + texts.attribution)];
      if (online) said.unshift(element("span", "imprint-online", online), document.createTextNode("｜"));
      this._box.replaceChildren(...said);
    },
  });
})();
