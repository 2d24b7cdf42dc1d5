// The details of a feature of the mapmaker's own layers: its attributes, and the places whose policy and figures concern it.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const { filled, fold, own } = jjjmap;
  const OPEN_UP_TO = 30; // So many attributes stand open.

  function heading({ title, layer }) {
    const made = jjjmap.element("header", "heading");
    made.setAttribute("aria-live", "polite");
    const tags = jjjmap.element("p", "tags");
    tags.append(jjjmap.element("span", "tag", layer));
    made.append(jjjmap.element("h2", "", title), tags);
    return made;
  }

  function about({ lon, lat, extent, source, method }, texts) {
    const list = jjjmap.element("dl");
    const add = (label, text) => list.append(jjjmap.element("dt", "", label), jjjmap.element("dd", "", text));
    if (Number.isFinite(lon) && Number.isFinite(lat))
      add(texts.position, filled(texts.lon_lat, { lon: lon.toFixed(4), lat: lat.toFixed(4) }));
    if (extent) add(texts.extent, extent);
    const made = jjjmap.element("section", "about");
    made.append(list, jjjmap.element("p", "quiet", method.length ? texts.users_analysis : filled(texts.users_file, { name: source })));
    return made;
  }

  function attributes(rows, texts) {
    if (!rows.length) return [jjjmap.element("p", "quiet", texts.no_attributes)];
    const list = jjjmap.element("dl", "attributes");
    for (const [name, value] of rows)
      list.append(jjjmap.element("dt", "", name), jjjmap.element("dd", value ? "" : "quiet", value || texts.empty_value));
    if (rows.length <= OPEN_UP_TO) return [list];
    const group = fold(texts.attributes, rows.length, false);
    group.append(list);
    return [group];
  }

  function placesOf(panel, { area }) {
    const list = jjjmap.element("ul", "places");
    for (const id of area) {
      const item = jjjmap.element("li"), place = own(panel.details.places, id);
      item.append(panel.placeLink(id));
      if (place) {
        const counts = [["policy", place.passages], ["figures", place.figures]]
          .filter(([, found]) => found).map(([name, found]) => `${panel.texts[name]} ${found.length}`);
        item.append(jjjmap.element("span", "quiet", " " + counts.join(" · ")));
      }
      list.append(item);
    }
    return list;
  }

  function nearTo(panel, near) {
    const list = jjjmap.element("ul", "places");
    for (const [id, km, direction, isRough] of near) {
      const item = jjjmap.element("li"), { texts } = panel;
      const far = filled(isRough ? texts.distance_rough : texts.distance, { km: km < 10 ? km.toFixed(1) : Math.round(km) });
      item.append(panel.placeLink(id),
        jjjmap.element("span", "quiet", " " + [own(texts, "wind_" + direction), far].filter(Boolean).join(" · ")));
      list.append(item);
    }
    return list;
  }

  function whereabouts(panel, feature) {
    const { texts } = panel, said = [];
    if (feature.is_outside) said.push(jjjmap.element("p", "quiet", texts.is_outside));
    if (feature.area.length) said.push(jjjmap.element("p", "quiet", texts.policy_here), placesOf(panel, feature));
    if (feature.near_border) said.push(jjjmap.element("p", "quiet", texts.near_border));
    if (feature.near.length) said.push(jjjmap.element("h4", "", texts.near), nearTo(panel, feature.near));
    return said;
  }

  function howMade(method) {
    const list = jjjmap.element("dl", "attributes");
    for (const [label, sentence] of method) list.append(jjjmap.element("dt", "", label), jjjmap.element("dd", "", sentence));
    return [list];
  }

  jjjmap.featureBody = function (panel, feature, candidates) {
    const body = jjjmap.element("div", "panel-body");
    body.append(panel.bar(), ...panel.candidates(feature.id, candidates), heading(feature), about(feature, panel.texts),
      panel.part("attributes", feature.attributes.length, attributes(feature.attributes, panel.texts)),
      ...(feature.method.length ? [panel.part("method", feature.method.length, howMade(feature.method))] : []),
      panel.part("whereabouts", feature.area.length + feature.near.length, whereabouts(panel, feature)));
    return body;
  };
})();
