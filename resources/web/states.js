// What holds for an exported map beside its layers: the moment of the timeline, what is marked, which filters hide rows.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const { button, filled } = jjjmap;

  jjjmap.States = class {
    // `end` has the functions moment() and marks(): they are called when the reader has enough of it.
    constructor(root, words, end) {
      this.root = root;
      this.end = end;
      this.hasMoment = Boolean(words.states.moment);
      this.hasMarks = words.states.marked > 0;
      this.moment = null; // What a view shows instead of the moment that the map opened with: text of it in the words in use.
      this.marked = null; // What the reader had marked, instead of what the mapmaker had: text of it in the words in use.
      this.root.className = "states";
      this.speak(words);
    }

    speak({ states, texts }) {
      this.states = states;
      this.texts = texts;
      this.root.setAttribute("role", "region");
      this.root.setAttribute("aria-label", texts.states);
      this._show();
    }

    // Say what is marked now; null for nothing. `say` gives title and number in the words in use.
    mark(say) {
      this.marked = say;
      this.hasMarks = false;
      this._show();
    }

    // Say which moment is shown now; `say` gives it and the number of places that are dimmed in the words in use.
    at(say) {
      this.moment = say;
      this.hasMoment = Boolean(say().moment);
      this._show();
    }

    _show() {
      const { states, texts } = this, chips = [];
      if (this.hasMoment) {
        const shown = this.moment ? this.moment() : states;
        const dimmed = shown.dimmed ? filled(texts.dimmed, { n: shown.dimmed }) : "";
        chips.push(this._chip("moment", filled(texts.moment, shown), dimmed, texts.end_moment, () => {
          this.hasMoment = false;
          this._show();
          this.end.moment();
        }));
      }
      const marked = this.marked ? this.marked() : this.hasMarks ? { title: states.highlight, n: states.marked } : null;
      if (marked)
        chips.push(this._chip("marks", filled(marked.title ? texts.marked : texts.marked_plain, marked), "", texts.end_marks, () => {
          this.mark(null);
          this.end.marks();
        }));
      for (const [, layer, sentence] of states.filters) chips.push(this._chip("filter", filled(texts.filtered, { layer, sentence }), ""));
      this.root.replaceChildren(...chips);
      this.root.hidden = !chips.length;
    }

    _chip(kind, text, remark, endText, onEnd) {
      const chip = jjjmap.element("p", "state " + kind);
      const said = jjjmap.element("span", "", text);
      if (remark) said.append(jjjmap.element("span", "remark", remark));
      chip.append(said);
      if (onEnd) {
        const end = button("end", "×", onEnd);
        end.title = endText;
        end.setAttribute("aria-label", endText);
        chip.append(end);
      }
      return chip;
    }
  };
})();
