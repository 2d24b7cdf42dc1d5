// The mapmaker's own layers in an exported map: what lies under the pointer, what is chosen and marked, what is found.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  jjjmap.UsersFeatures = class {
    // `tell` takes calls to the map page.
    constructor(content, words, tell) {
      this.local = new jjjmap.LocalFeatures(content, jjjmap.inflated, words.user_texts);
      this.tell = tell;
      this.speak(words);
    }

    speak(words) {
      this.local.texts = words.user_texts;
      this.layers = words.config.layers.filter(({ renderer }) => renderer);
    }

    fetchBytes(path, signal) { return this.local.fetchBytes(path, signal); }

    search(words, limit) { return this.local.search(words, limit); }

    hits({ lon, lat, zoom }) {
      const { order, layers } = jjjmap.page;
      const shown = order.filter((id) => layers.get(id).renderer && layers.get(id).visible).reverse();
      return this.local.hits(lon, lat, zoom, shown);
    }

    // [id, title, layer], as candidates are listed.
    async named(id) {
      const layer = this.layers.find((each) => id.startsWith(each.id + "#"));
      return [id, await this.local.title(id), layer ? layer.title : ""];
    }

    async tip(event) {
      const [hit] = this.hits(event), { lon, lat } = event;
      if (hit) this.tell({ type: "ShowTip", lon, lat, text: await this.local.title(hit.feature_id) });
    }

    async details(id) {
      return this.local.has(id) ? { id, ...(await this.local.details(id)) } : null;
    }

    // The ring round the chosen row; none for anything that is no row.
    async mark(id) {
      for (const rows of await this.local.select(id)) this.tell({ type: "RefreshRows", style: null, ...rows });
    }

    // As in the window: a flight to a point, and to all of what is larger.
    async show({ id, lon, lat, title }, { fly, others_here }) {
      const box = fly ? await this.local.box(id) : null;
      await this.tell({ type: "SelectFeature", feature_id: id, area_adcodes: [], lon, lat, label: title, fly: fly && !box, others_here });
      if (!box) return;
      const [west, south, east, north] = box;
      this.tell({ type: "FitBounds", west, south, east, north, fly });
    }
  };
})();
