// The search of an exported map: places and chains by any of their names or by how they sound, and the mapmaker's features.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const { button, filled, own } = jjjmap;
  const MOST = 12; // Of places, and as many again of features.
  const WAIT_MS = 120, SLOW_MS = 250;

  const folded = (text) => String(text).normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

  // How well a name holds what is sought: 0 all of it, 1 its beginning, 2 somewhere; null not at all.
  function fitsName(name, wanted) {
    const at = name.indexOf(wanted);
    return at < 0 ? null : at > 0 ? 2 : name.length === wanted.length ? 0 : 1;
  }

  // The same of a reading, whose syllables are parted by spaces: spelled from the beginning of a syllable, or abbreviated.
  function fitsSound(sound, wanted) {
    const syllables = sound.split(" ");
    const initials = syllables.map((syllable) => syllable[0]).join("");
    if (initials === wanted) return 0;
    const at = initials.indexOf(wanted);
    if (at === 0 || (at > 0 && wanted.length > 1)) return at ? 4 : 3;
    const spelled = wanted.replace(/[ ']/g, "");
    for (let i = 0; i < syllables.length; i++) {
      const rest = syllables.slice(i).join("");
      if (rest.startsWith(spelled)) return i ? 4 : rest.length === spelled.length ? 0 : 3;
    }
    return null;
  }

  jjjmap.SearchBox = class {
    // `act` has choose(id) and showChain(number); `findFeatures(words, limit)` gives a promise of features, or is null.
    constructor(root, search, words, act, findFeatures) {
      this.root = root;
      this.search = search;
      this.act = act;
      this.findFeatures = findFeatures;
      this.turn = 0;
      this.options = [];
      this.active = -1;
      this._make();
      this.speak(words);
    }

    speak({ details, chains, texts }) {
      this.texts = texts;
      this.input.placeholder = texts.search_hint;
      this.input.setAttribute("aria-label", texts.search);
      this.list.setAttribute("aria-label", texts.search);
      this.clearer.setAttribute("aria-label", texts.clear_search);
      this.clearer.title = texts.clear_search;
      this.entries = [
        ...Object.entries(details.places).map(([id, place]) => {
          const [others = [], sounds = []] = own(this.search.places, id) || [];
          return this._entry(place.name, place.tags[0], [place.other_name, ...others], sounds, /^\d+$/.test(id), () => this.act.choose(id));
        }),
        ...chains.map((chain, number) => {
          const [others = [], sounds = []] = this.search.chains[number] || [];
          return this._entry(chain.name, texts.chains, others, sounds, false, () => this.act.showChain(number));
        }),
      ];
      this._close();
    }

    _entry(title, kind, others, sounds, isUnit, choose) {
      return { title, kind, names: [title, ...others].filter(Boolean).map(folded), sounds, isUnit, choose };
    }

    _make() {
      this.input = jjjmap.element("input");
      Object.assign(this.input, { type: "text", id: "search-words", autocomplete: "off", spellcheck: false, maxLength: 100 });
      const said = { role: "combobox", "aria-expanded": "false", "aria-controls": "search-list", "aria-autocomplete": "list" };
      for (const [name, value] of Object.entries(said)) this.input.setAttribute(name, value);
      this.input.oninput = () => {
        clearTimeout(this.waiting);
        this.waiting = setTimeout(() => this._find(), WAIT_MS);
      };
      this.input.onkeydown = (event) => this._press(event);
      this.input.onfocus = () => { if (this.input.value.trim()) this._find(); };
      this.clearer = button("clear-search", "×", () => {
        this.input.value = "";
        this._close();
        this.input.focus();
      });
      this.clearer.hidden = true;
      this.list = jjjmap.element("div", "search-list");
      this.list.id = "search-list";
      this.list.setAttribute("role", "listbox");
      this.list.hidden = true;
      this.note = jjjmap.element("p", "search-note");
      this.note.setAttribute("role", "status");
      this.box = jjjmap.element("div", "search-answer");
      this.box.append(this.list, this.note);
      this.box.hidden = true;
      this.root.append(this.input, this.clearer, this.box);
      document.addEventListener("pointerdown", (event) => { if (!this.root.contains(event.target)) this._close(); });
      this.root.addEventListener("focusout", ({ relatedTarget }) => {
        if (relatedTarget && !this.root.contains(relatedTarget)) this._close();
      });
    }

    _press(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && this.options.length) {
        event.preventDefault();
        this._activate((this.active + step + this.options.length) % this.options.length);
      } else if (event.key === "Enter") {
        event.preventDefault();
        clearTimeout(this.waiting);
        const take = () => { const chosen = this.options[Math.max(this.active, 0)]; if (chosen) chosen.take(); };
        // Whoever types quickly means the best answer to all that was typed.
        if (this.listed === this.input.value.trim()) take();
        else this._find().then(take);
      } else if (event.key === "Escape") {
        event.stopPropagation();
        this._close();
      }
    }

    places(words) {
      const wanted = folded(words), found = [];
      const isLatin = /^[a-z0-9' ]+$/.test(wanted);
      for (const entry of this.entries) {
        let best = null;
        const take = (rank) => { if (rank !== null && (best === null || rank < best)) best = rank; };
        for (const name of entry.names) take(fitsName(name, wanted));
        if (isLatin) for (const sound of entry.sounds) take(fitsSound(sound, wanted));
        if (best !== null) found.push({ entry, rank: [best, entry.isUnit, entry.title.length] });
      }
      found.sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2]);
      return found.map(({ entry }) => entry);
    }

    async _find() {
      const words = this.input.value.trim(), turn = ++this.turn;
      this.clearer.hidden = !this.input.value;
      if (!words) return this._close();
      const places = this.places(words);
      const list = (features) => { if (turn === this.turn) this._list(words, places, features); };
      if (!this.findFeatures) return list([]);
      // A million rows take their time; places need not wait for them.
      const slow = setTimeout(() => list([]), SLOW_MS);
      const features = await this.findFeatures(words, MOST + 1);
      clearTimeout(slow);
      return list(features);
    }

    _list(words, places, features) {
      const found = [
        ...places.slice(0, MOST),
        ...features.slice(0, MOST).map(({ feature_id, title, layer }) => ({ title, kind: layer, choose: () => this.act.choose(feature_id) })),
      ];
      this._show(words, found, places.length > MOST || features.length > MOST, places.length + features.length);
    }

    _show(words, found, isMore, count) {
      this.options = found.map(({ title, kind, choose }, i) => {
        const option = jjjmap.element("div", "search-option");
        option.id = `search-option-${i}`;
        option.setAttribute("role", "option");
        option.append(jjjmap.element("span", "name", title), jjjmap.element("span", "kind", kind));
        option.take = () => {
          this._close();
          choose();
        };
        option.onpointerdown = (event) => event.preventDefault(); // The box keeps the keyboard.
        option.onclick = option.take;
        return option;
      });
      this.list.replaceChildren(...this.options);
      this.list.hidden = !found.length;
      this.note.textContent = found.length ? (isMore ? this.texts.more : filled(this.texts.search_count, { n: count }))
        : filled(this.texts.search_none, { words });
      this.box.hidden = false;
      this.input.setAttribute("aria-expanded", String(found.length > 0));
      // What comes late leaves the choice where it is.
      const active = this.listed === words ? Math.max(0, this.active) : 0;
      this.listed = words;
      this._activate(found.length ? active : -1);
    }

    _activate(number) {
      this.active = number;
      this.options.forEach((option, i) => option.setAttribute("aria-selected", String(i === number)));
      const option = this.options[number];
      if (!option) return this.input.removeAttribute("aria-activedescendant");
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
      return undefined;
    }

    _close() {
      this.turn++;
      this.listed = null; // The words for which answers are shown.
      clearTimeout(this.waiting);
      this.box.hidden = true;
      this.list.replaceChildren();
      this.options = [];
      this.clearer.hidden = !this.input.value;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }
  };
})();
