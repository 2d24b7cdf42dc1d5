// The chart of an industrial chain in an exported map: columns from upstream to downstream, links as boxes, their places as chips.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const { button, filled, own } = jjjmap;
  const SIGNS = { blocked: "■ ", weak: "▲ ", clear: "✓ " };

  jjjmap.Chains = class {
    // `act` has choose(id), markPlaces(ids, say) and closed().
    constructor(root, words, act) {
      this.root = root;
      this.act = act;
      this.number = -1;
      this.node = null; // [stage, number] of the link whose places are marked.
      this.chosenId = "";
      this.speak(words);
    }

    get isOpen() { return !this.root.hidden; }

    speak(words) {
      this.words = words;
      const { chains, texts, details } = words;
      Object.assign(this, { chains, texts, details });
      this.root.setAttribute("aria-label", texts.chain_chart);
      if (this.isOpen) this.show(this.number);
    }

    show(number) {
      if (number !== this.number) this.node = null;
      this.number = number;
      const chain = this.chains[number];
      this.passages = (chain.passages || []).map((passage) => this.details.passages[passage]);
      const cited = [...(chain.sources || []), ...this.passages.flatMap(({ sources = [] }) => sources)];
      this.marks = new jjjmap.SourceMarks(this.root, this.words, [...new Set(cited)]);
      const hadFocus = this.root.contains(document.activeElement) && document.activeElement.tagName === "SELECT";
      const body = jjjmap.element("div", "chains-body");
      body.append(this._names(chain), this._chart(chain), this._texts(chain));
      this.root.replaceChildren(this._bar(), body);
      this.root.hidden = false;
      if (hadFocus) this.root.querySelector("select").focus();
      this.markChosen(this.chosenId);
    }

    close() {
      if (!this.isOpen) return;
      this.root.hidden = true;
      this.root.replaceChildren();
      this.act.closed();
    }

    // The chips of the place that is chosen on the map.
    markChosen(id) {
      this.chosenId = id;
      for (const chip of this.root.querySelectorAll("[data-place]"))
        if (chip.dataset.place === id) chip.setAttribute("aria-current", "true");
        else chip.removeAttribute("aria-current");
    }

    // No link is marked any longer.
    unmark() {
      this.node = null;
      for (const box of this.root.querySelectorAll(".node-name")) box.setAttribute("aria-pressed", "false");
    }

    _bar() {
      const { texts } = this, bar = jjjmap.element("div", "chains-bar");
      const choice = jjjmap.element("select");
      choice.setAttribute("aria-label", texts.choose_chain);
      this.chains.forEach(({ name }, i) => {
        const option = jjjmap.element("option", "", name);
        option.value = String(i);
        option.selected = i === this.number;
        choice.append(option);
      });
      choice.onchange = () => this.show(Number(choice.value));
      bar.append(jjjmap.element("h2", "", texts.chain_chart), choice, button("closer", texts.close, () => this.close()));
      return bar;
    }

    _names(chain) {
      const line = jjjmap.element("p", "chain-names", [chain.wording, chain.lead].filter(Boolean).join(" · "));
      line.append(...this.marks.marks(chain.own_sources || []));
      line.append(jjjmap.element("span", "quiet", " " + this.texts.chain_guide));
      return line;
    }

    _chart(chain) {
      const chart = jjjmap.element("div", "chart");
      chain.stages.forEach(([title, nodes, nothing], stage) => {
        const column = jjjmap.element("section", nodes.length ? "stage-column" : "stage-column is-empty");
        column.style.flexGrow = String(Math.max(1, Math.ceil(nodes.length / 2)));
        column.append(jjjmap.element("h3", "", title));
        if (nothing) column.append(jjjmap.element("p", "quiet", nothing));
        const grid = jjjmap.element("div", "nodes");
        nodes.forEach((node, i) => grid.append(this._node(chain, node, [stage, i])));
        column.append(grid);
        chart.append(column);
      });
      return chart;
    }

    _node(chain, node, at) {
      const { texts } = this, box = jjjmap.element("article", "node is-" + node.status);
      const isMarked = this.node && this.node.join() === at.join();
      const name = button("node-name", node.name, () => this._markNode(chain, node, at, name));
      name.setAttribute("aria-pressed", String(Boolean(isMarked)));
      name.title = node.said;
      const places = node.places || [], line = jjjmap.element("p", "node-parts");
      const status = jjjmap.element("span", "status", (SIGNS[node.status] || "") + node.status_name);
      status.title = node.said;
      line.append(status);
      for (const id of places) {
        const chip = button("chip", this._nameOf(id), () => this.act.choose(id));
        chip.dataset.place = id;
        line.append(chip);
      }
      if (!places.length) {
        line.append(jjjmap.element("span", "quiet", texts.no_place));
        name.disabled = true;
      }
      line.append(...this.marks.marks(node.sources || []));
      box.append(name, line);
      return box;
    }

    _nameOf(id) {
      const place = own(this.details.places, id);
      return place ? place.name : own(this.details.names, id) || id;
    }

    _markNode(chain, node, at, name) {
      this.unmark();
      this.node = at;
      name.setAttribute("aria-pressed", "true");
      const number = this.number;
      this.act.markPlaces(node.places, () => {
        const now = this.chains[number], [, nodes] = now.stages[at[0]];
        return { title: filled(this.texts.node_of, { chain: now.name, node: nodes[at[1]].name }), n: node.places.length };
      });
    }

    // ---- beside the chart ----

    _texts(chain) {
      const texts = jjjmap.element("div", "chain-texts");
      texts.append(this._roles(chain), this._chokepoints(chain), this._figures(chain));
      if (chain.clusters) texts.append(this._clusters(chain));
      if (chain.passages) texts.append(this._passages());
      return texts;
    }

    _part(title, ...nodes) {
      const part = jjjmap.element("section", "chain-part");
      part.append(jjjmap.element("h3", "", title), ...nodes);
      return part;
    }

    _roles(chain) {
      const lines = chain.cards.map(([region, role]) => {
        const line = jjjmap.element("p");
        line.append(jjjmap.element("b", "", region), document.createTextNode("　"));
        if (role) line.append(document.createTextNode(role), ...this.marks.marks(chain.own_sources || []));
        else line.append(jjjmap.element("span", "quiet", this.texts.no_role));
        return line;
      });
      return this._part(this.texts.roles, ...lines);
    }

    _chokepoints(chain) {
      const said = jjjmap.element("p", chain.chokepoints ? "" : "quiet", chain.chokepoints || this.texts.no_chokepoints);
      if (chain.chokepoints) said.append(...this.marks.marks(chain.own_sources || []));
      return this._part(this.texts.chokepoints, said);
    }

    _figures(chain) {
      const { texts, details } = this;
      if (!chain.figures) return this._part(texts.chain_figures, jjjmap.element("p", "quiet", texts.no_chain_figures));
      return this._part(texts.chain_figures, ...chain.figures.map((number) => {
        const figure = details.figures[number], line = jjjmap.element("p", "", figure.indicator + "　");
        line.append(jjjmap.element("b", "", (figure.contested ? "⚠ " : "") + figure.value));
        const said = [figure.period, figure.comparison, figure.contested ? figure.note : ""].filter(Boolean).join(" · ");
        line.append(jjjmap.element("span", "quiet", "　" + said), ...this.marks.marks(figure.source === undefined ? [] : [figure.source]));
        return line;
      }));
    }

    _clusters(chain) {
      return this._part(this.texts.chain_clusters, ...chain.clusters.map(([set, ids]) => {
        const line = jjjmap.element("p", "node-parts");
        line.append(jjjmap.element("span", "quiet", set));
        for (const id of ids) {
          const chip = button("chip", this._nameOf(id), () => this.act.choose(id));
          chip.dataset.place = id;
          line.append(chip);
        }
        return line;
      }));
    }

    // Each opens to its text.
    _passages() {
      const part = this._part(this.texts.chain_passages, ...this.passages.map((passage) => {
        const fold = jjjmap.element("details"), title = jjjmap.element("summary", "", (passage.title || passage.section) + " ");
        if (passage.title) title.append(jjjmap.element("span", "quiet", passage.section));
        const said = jjjmap.element("p", passage.quoted ? "quoted" : "", passage.text);
        said.append(...this.marks.marks(passage.sources || []));
        fold.append(title, said);
        return fold;
      }));
      part.querySelector("h3").after(jjjmap.element("p", "quiet", this.texts.digest_note));
      part.classList.add("is-wide");
      return part;
    }
  };
})();
