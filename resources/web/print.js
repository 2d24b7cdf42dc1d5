// What an exported map looks like on paper: the map as it is seen, its legend beside it, then the details that are open.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const { element } = jjjmap;
  // A4 across within its margins, less the legend and the lines above and below the map; standalone.css has the rest.
  const ROOM_PX = { x: 750, y: 600 };

  jjjmap.onPaper = function (map) {
    let legend = null, unfolded = [];
    addEventListener("beforeprint", () => {
      const { order, layers, config, tally } = jjjmap.page, { x, y } = map.getSize();
      document.body.style.setProperty("--print-zoom", Math.min(ROOM_PX.x / x, ROOM_PX.y / y));
      const shown = order.map((id) => layers.get(id)).filter((layer) => layer && layer.visible && layer.features && layer.in_legend);
      const control = new jjjmap.Legend();
      legend = element("div", "print-legend");
      legend.append(control.onAdd());
      control.show(shown.reverse(), config.texts, tally.legend());
      const folded = legend.querySelector("[aria-expanded=false]");
      if (folded) folded.click();
      document.getElementById("map-frame").after(legend);
      unfolded = [...document.querySelectorAll(".page details:not([open])")];
      for (const fold of unfolded) fold.open = true;
    });
    addEventListener("afterprint", () => {
      if (legend) legend.remove();
      for (const fold of unfolded) fold.open = false;
    });
  };
})();
