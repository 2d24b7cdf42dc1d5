// The details of a place in an exported map: everything with its source. Texts are set as text, never as markup.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const element = (...parts) => jjjmap.element(...parts);
  const { button, filled, fold, own } = jjjmap;

  // `words` are what jjjmap/export/page/map_content.py wrote in one language; `act` has the functions choose(id), clear(), back(),
  // hasBack(), close() and showChain(number).
  jjjmap.DetailsPanel = class {
    constructor(root, words, act) {
      this.root = root;
      this.act = act;
      this.speak(words);
    }

    // What is shown stays as it is until something is shown anew.
    speak(words) {
      this.words = words;
      const { details, texts, index, chains } = words;
      Object.assign(this, { details, texts, index, chains });
    }

    // ---- nothing chosen: what there is ----

    showIndex() {
      const { texts } = this;
      const body = element("div", "panel-body");
      const bar = element("div", "bar");
      bar.append(element("h2", "", texts.home), this._closer());
      body.append(bar, element("p", "quiet", texts.guide));
      for (const [title, ids] of this.index) {
        const group = fold(title, ids.length, ids.length <= 6);
        const list = element("ul", "places");
        for (const id of ids) {
          const item = element("li");
          item.append(this.placeLink(id));
          list.append(item);
        }
        group.append(list);
        body.append(group);
      }
      this._replace(body);
    }

    _replace(body) {
      // Whoever came here by keyboard goes on from the panel, not from the top of the page.
      const hadFocus = this.root.contains(document.activeElement);
      this.root.replaceChildren(body);
      this.root.scrollTop = 0;
      if (hadFocus) {
        this.root.tabIndex = -1;
        this.root.focus({ preventScroll: true });
      }
    }

    placeLink(id) {
      const place = own(this.details.places, id);
      if (!place) return element("span", "", this.details.names[id] || id);
      return button("place", place.name, () => this.act.choose(id));
    }

    // ---- a place ----

    // `candidates` are what else lies under the same click: [id, name, kind].
    show(id, candidates) {
      const place = this.details.places[id];
      this.placeId = id;
      this.place = place;
      this.marks = new jjjmap.SourceMarks(this.root, this.words, place.sources || []);
      const sections = [
        ["policy", (place.passages || []).length + (place.quotations || []).length, this._policy()],
        ["figures", (place.figures || []).length, this._figures()],
        ["related", (place.related || []).reduce((sum, [, entries]) => sum + entries.length, 0), this._related()],
        ["sources", (place.sources || []).length, this._sources()],
      ];
      const body = element("div", "panel-body");
      body.append(this.bar(), ...this.candidates(id, candidates), this._heading(), this._jumps(sections), this._about());
      for (const [name, count, nodes] of sections) body.append(this.part(name, count, nodes));
      this._replace(body);
    }

    // A feature of the mapmaker's own layers; see feature_details.js.
    showFeature(feature, candidates) {
      this._replace(jjjmap.featureBody(this, feature, candidates));
    }

    part(name, count, nodes) {
      const section = element("section", "part");
      section.dataset.part = name;
      const title = element("h3", "", this.texts[name] + " ");
      title.append(element("span", "count", String(count)));
      section.append(title, ...nodes);
      return section;
    }

    bar() {
      const bar = element("div", "bar");
      if (this.act.hasBack()) bar.append(button("", "‹ " + this.texts.back, () => this.act.back()));
      bar.append(button("", this.texts.home, () => this.act.clear()), this._closer());
      return bar;
    }

    _closer() {
      return button("closer", this.texts.close, () => this.act.close());
    }

    candidates(chosen, candidates) {
      if (candidates.length < 2) return [];
      const box = element("div", "several");
      const list = element("ol");
      for (const [id, name, kind] of candidates) {
        const item = element("li");
        const link = button("place", name, () => this.act.choose(id));
        if (id === chosen) link.setAttribute("aria-current", "true");
        link.append(element("span", "quiet", " " + kind));
        item.append(link);
        list.append(item);
      }
      box.append(element("p", "quiet", filled(this.texts.several, { n: candidates.length })), list);
      return [box];
    }

    _heading() {
      const { place } = this;
      const heading = element("header", "heading");
      heading.setAttribute("aria-live", "polite");
      const tags = element("p", "tags");
      for (const tag of place.tags) tags.append(element("span", "tag", tag));
      if (place.evidence) {
        const dots = "●".repeat(place.evidence_rank) + "○".repeat(Math.max(0, 3 - place.evidence_rank));
        const grade = element("span", "tag grade", place.evidence + " ");
        const rank = element("span", "dots", dots);
        rank.setAttribute("aria-hidden", "true");
        grade.append(rank);
        tags.append(grade);
      }
      heading.append(element("h2", "", place.name), element("p", "other-name", place.other_name || ""), tags);
      return heading;
    }

    _jumps(sections) {
      const bar = element("nav", "jumps");
      for (const [name, count] of sections) {
        const jump = button(count ? "" : "is-empty", this.texts[name] + " ", () =>
          this.root.querySelector(`[data-part=${name}]`).scrollIntoView({ block: "start" }));
        jump.append(element("span", "count", String(count)));
        bar.append(jump);
      }
      return bar;
    }

    _about() {
      const { place } = this;
      const about = element("section", "about");
      if (place.note) about.append(element("p", "note", place.note));
      const list = element("dl");
      for (const [label, text] of place.facts || []) {
        const said = element("dd", "", text);
        if (label === this.texts.chains_fact) said.append(...(place.chains || []).map((number) => this._chainLink(number)));
        list.append(element("dt", "", label), said);
      }
      about.append(list);
      if (place.evidence_text) about.append(element("p", "quiet", place.evidence_text));
      return about;
    }

    _chainLink(number) {
      const { name } = this.chains[number];
      return button("to-chain", filled(this.texts.show_chain, { name }), () => this.act.showChain(number));
    }

    _policy() {
      return [...this._digests(), ...this._quotations()];
    }

    _digests() {
      const { place, texts, details } = this;
      if (!place.passages) return [element("p", "quiet", filled(texts.no_policy, { name: place.name }))];
      const groups = new Map(); // phrase of the link, empty where the place itself is named -> passages
      for (const [passage, group, why] of place.passages) {
        const phrase = details.phrases[group];
        if (!groups.has(phrase)) groups.set(phrase, []);
        groups.get(phrase).push(this._passage(details.passages[passage], details.phrases[why], phrase));
      }
      const nodes = [element("p", "quiet", texts.digest_note)];
      for (const [phrase, passages] of groups) {
        const group = fold(phrase || texts.direct, passages.length, !phrase || nodes.length === 1);
        group.append(...passages);
        nodes.push(group);
      }
      return nodes;
    }

    // What the mapmaker's own documents say, verbatim and apart from our digests.
    _quotations() {
      const { place, texts, details } = this;
      if (!place.quotations) return [];
      const group = fold(texts.quotations, place.quotations.length, true);
      for (const [pieces, document_number, remark] of place.quotations) {
        const said = element("blockquote", "passage");
        const line = element("p", "quoted");
        pieces.forEach((piece, i) => line.append(i % 2 ? element("mark", "", piece) : document.createTextNode(piece)));
        said.append(line, element("p", "quiet", [details.documents[document_number], remark].filter(Boolean).join(" · ")));
        group.append(said);
      }
      return [group];
    }

    _passage(passage, why, group) {
      const made = element("article", "passage");
      const origin = [passage.quoted ? this.texts.quoted : "", passage.section, group && why !== group ? why : ""];
      const said = element("p", passage.quoted ? "quoted" : "", passage.text);
      said.append(...this._marks(passage.sources || []));
      if (passage.title) made.append(element("h4", "", passage.title));
      made.append(said, element("p", "quiet", origin.filter(Boolean).join(" · ")));
      return made;
    }

    _figures() {
      const { place, texts, details } = this;
      if (!place.figures) return [element("p", "quiet", filled(texts.no_figures, { name: place.name }))];
      const table = element("table", "figures");
      const head = element("tr");
      for (const name of ["indicator", "value", "period"]) {
        const cell = element("th", "", texts[name]);
        cell.scope = "col";
        head.append(cell);
      }
      const rows = element("tbody");
      let lastIndicator = null;
      for (const number of place.figures) {
        const figure = details.figures[number];
        const row = element("tr", figure.contested ? "is-contested" : "");
        const isPart = figure.scope !== this.placeId && figure.scope_name;
        const indicator = isPart
          ? filled(texts.of_part, { part: figure.scope_name, indicator: figure.indicator })
          : figure.indicator;
        const first = element("td", indicator === lastIndicator ? "same" : "", indicator);
        lastIndicator = indicator;
        const value = element("td", "value", figure.value);
        if (figure.contested) {
          const sign = element("span", "warning", " ⚠");
          sign.title = texts.contested;
          sign.setAttribute("role", "img");
          sign.setAttribute("aria-label", texts.contested);
          value.append(sign);
        }
        value.append(...this._marks(figure.source === undefined ? [] : [figure.source]));
        for (const text of [figure.comparison, figure.note]) if (text) value.append(element("div", "quiet", text));
        row.append(first, value, element("td", "period", figure.period));
        rows.append(row);
      }
      const top = element("thead");
      top.append(head);
      table.append(top, rows);
      return [table];
    }

    _related() {
      const { place, texts, details } = this;
      if (!place.related) return [element("p", "quiet", filled(texts.no_related, { name: place.name }))];
      return place.related.map(([phrase, entries]) => {
        const group = fold(details.phrases[phrase], entries.length, entries.length <= 12);
        const list = element("ul", "places");
        for (const [id, km] of entries) {
          const item = element("li");
          item.append(this.placeLink(id));
          if (km !== undefined) item.append(element("span", "quiet", " " + filled(texts.distance, { km })));
          list.append(item);
        }
        group.append(list);
        return group;
      });
    }

    // ---- sources ----

    _marks(numbers) {
      return this.marks.marks(numbers);
    }

    _sources() {
      const { place, texts, details } = this;
      if (!place.sources) return [element("p", "quiet", filled(texts.no_sources, { name: place.name }))];
      const told = (place.disagreements || []).map((each) => this._disagreement(each));
      const list = element("ul", "sources");
      for (const number of place.sources) {
        const source = details.sources[number];
        const item = element("li");
        item.append(...this._marks([number]), document.createTextNode(" " + (source.title || "")),
          element("span", "quiet", " " + [source.publisher, source.date, source.quality].filter(Boolean).join(" · ")));
        list.append(item);
      }
      return told.length ? [element("h4", "", texts.disagreements), ...told, list] : [list];
    }

    // Figures that do not agree, two and two beside one another.
    _disagreement({ title, sides, notes }) {
      const box = element("div", "disagreement");
      if (title) box.append(element("h5", "", title));
      const table = element("table", "sides");
      for (let first = 0; first < sides.length; first += 2) {
        const row = element("tr");
        for (const [text, source] of sides.slice(first, first + 2)) {
          const cell = element("td", "", text);
          cell.append(...this._marks(source === undefined ? [] : [source]));
          row.append(cell);
        }
        table.append(row);
      }
      box.append(table);
      for (const note of notes || []) box.append(element("p", "quiet", note));
      return box;
    }
  };
})();
