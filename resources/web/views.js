// The mapmaker's saved views in an exported map: a row of steps, from the first to the last.
"use strict";

var jjjmap = jjjmap || {};

(function () {
  const { button, filled } = jjjmap;

  jjjmap.Views = class {
    // `go` takes the number of a view that the reader wants to see. The map opens with the first one.
    constructor(root, words, go) {
      this.root = root;
      this.go = go;
      this.number = 0;
      this.speak(words);
    }

    speak({ views, texts, config }) {
      this.views = views;
      this.root.hidden = views.length < 2;
      this.root.setAttribute("role", "navigation");
      this.root.setAttribute("aria-label", texts.views);
      const step = (by, sign, name) => {
        const made = button("step", sign, () => this._show(this.number + by));
        made.title = name;
        made.setAttribute("aria-label", name);
        return made;
      };
      this.previous = step(-1, "‹", texts.previous_view);
      this.next = step(+1, "›", texts.next_view);
      this.counter = jjjmap.element("span", "counter");
      this.list = jjjmap.element("ol", "steps");
      views.forEach(({ title }, number) => {
        const item = jjjmap.element("li"), to = button("view", title, () => this._show(number));
        to.title = title;
        item.append(to);
        this.list.append(item);
      });
      this.root.replaceChildren(this.previous, this.counter, this.next, this.list);
      if (config.layers.some(({ renderer }) => renderer)) this.root.append(jjjmap.element("p", "remark", texts.view_filters));
      this.template = texts.view_number;
      this._mark();
    }

    _show(number) {
      if (number < 0 || number >= this.views.length) return;
      this.number = number;
      this._mark();
      this.go(number);
    }

    _mark() {
      const { number, views } = this;
      this.previous.disabled = number === 0;
      this.next.disabled = number >= views.length - 1;
      this.counter.textContent = filled(this.template, { n: number + 1, count: views.length });
      [...this.list.children].forEach((item, each) => {
        const to = item.firstChild;
        if (each !== number) to.removeAttribute("aria-current");
        else {
          to.setAttribute("aria-current", "step");
          const [row, box] = [this.list.getBoundingClientRect(), to.getBoundingClientRect()];
          if (box.left < row.left || box.right > row.right) this.list.scrollLeft += box.left - row.left - 12;
        }
      });
    }
  };
})();
