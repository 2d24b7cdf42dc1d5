// The list of layers of an exported map, each with a box to show and hide it.
"use strict";

var jjjmap = jjjmap || {};

jjjmap.LayerSwitch = L.Control.extend({
  options: { position: "topright" },
  initialize(onToggle) {
    this.onToggle = onToggle;
    this.isOpen = false;
  },
  onAdd() {
    this._box = jjjmap.element("section", "layer-switch");
    L.DomEvent.disableClickPropagation(this._box).disableScrollPropagation(this._box);
    return this._box;
  },
  show({ config, texts }) {
    const list = jjjmap.element("div", "layer-list");
    const toggle = jjjmap.button("layer-switch-title", texts.layers, () => set(!this.isOpen));
    const set = (open) => {
      this.isOpen = open;
      list.hidden = !open;
      toggle.setAttribute("aria-expanded", String(open));
    };
    set(this.isOpen);
    this.close = () => set(false);
    // From the top down, as they lie on the map; a line between groups.
    let lastGroup = null;
    for (const layer of [...config.layers].reverse()) {
      const row = jjjmap.element("label", lastGroup && lastGroup !== layer.group ? "starts-group" : "");
      lastGroup = layer.group;
      const check = jjjmap.element("input");
      check.type = "checkbox";
      check.checked = layer.visible;
      check.onchange = () => {
        layer.visible = check.checked;
        this.onToggle(layer.id, check.checked);
      };
      row.append(check, document.createTextNode(layer.title));
      list.append(row);
    }
    this._box.replaceChildren(toggle, list);
  },
});
