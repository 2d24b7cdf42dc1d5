// In a document that is about to be printed, in a world of its own: the document's scripts do not run.
// Tells the margins that it asks for, takes out what may be left out, and puts it back; finds out what must go by measuring.
"use strict";

var jjjmapFit = (function () {
  const MM_PER = { mm: 1, cm: 10, in: 25.4, pt: 25.4 / 72, pc: 25.4 / 6, px: 25.4 / 96, q: 0.25 };
  // Those with the highest rank go first; of equal ones the last in the document.
  const drops = [...document.querySelectorAll("[data-drop]")]
    .map((element, place) => ({ element, place, rank: Number(element.dataset.rank) || 0, stand: document.createComment("") }))
    .sort((one, other) => other.rank - one.rank || other.place - one.place);

  function millimetres(length) {
    const [, number, unit] = /^([0-9.]+)([a-z]*)$/i.exec((length || "").trim()) || [];
    const size = Number(number) * (MM_PER[(unit || "px").toLowerCase()] || 0);
    return Number.isFinite(size) ? size : 0;
  }

  function margins() {
    const sides = { marginLeft: 0, marginTop: 0, marginRight: 0, marginBottom: 0 };
    // A sheet with an address is none of ours: it was refused, and may not be looked into.
    for (const sheet of [...document.styleSheets].filter(({ href }) => !href))
      for (const rule of sheet.cssRules)
        if (rule instanceof CSSPageRule && !rule.selectorText)
          for (const side of Object.keys(sides)) if (rule.style[side]) sides[side] = millimetres(rule.style[side]);
    return Object.values(sides);
  }

  // ---- measuring, which is many times faster than printing ----

  const MEASURED = { width: "", height: "auto", "text-rendering": "geometricPrecision" }; // Letters as wide as on paper.

  // Style rules for paper hold while `work` runs, and those for the screen do not.
  function asOnPaper(width, work) {
    const root = document.documentElement, before = root.getAttribute("style"), medias = [];
    const take = (media) => {
      medias.push([media, media.mediaText]);
      media.mediaText = /\bscreen\b/.test(media.mediaText) ? "not all" : media.mediaText.replace(/\bprint\b/g, "all");
    };
    for (const sheet of [...document.styleSheets].filter(({ href }) => !href)) {
      if (sheet.media.length) take(sheet.media);
      for (const rule of sheet.cssRules) if (rule instanceof CSSMediaRule) take(rule.media);
    }
    for (const [name, value] of Object.entries({ ...MEASURED, width: width + "px" })) root.style.setProperty(name, value, "important");
    try {
      return work();
    } finally {
      for (const [media, text] of medias) media.mediaText = text;
      if (before === null) root.removeAttribute("style");
      else root.setAttribute("style", before);
    }
  }

  const isGone = ({ stand }) => stand.parentNode !== null;

  function setGone(drop, wanted) {
    if (wanted && !isGone(drop) && drop.element.parentNode) drop.element.replaceWith(drop.stand);
    else if (!wanted && isGone(drop)) drop.stand.replaceWith(drop.element);
  }

  // Some go with the last of those that need them, by key.
  const needers = (drop) => (drop.element.dataset.neededBy || "").split(" ").filter(Boolean);

  function followNeeders() {
    const gone = new Set(drops.filter(isGone).map(({ element }) => element.dataset.drop));
    for (const drop of drops.filter((each) => needers(each).length)) setGone(drop, needers(drop).every((key) => gone.has(key)));
  }

  // What is left out is put back where it fits after all, the most precious first; of parts that are numbered
  // the first ones: a list has no gap.
  function putBack(fits) {
    const full = new Set(), sortOf = ({ element }) => element.dataset.drop.replace(/-\d+$/, "");
    for (let again = true; again; ) {
      again = false;
      for (const drop of [...drops].reverse()) {
        if (!isGone(drop) || !drop.stand.isConnected || needers(drop).length || full.has(sortOf(drop))) continue;
        setGone(drop, false);
        followNeeders();
        if (fits()) again = true;
        else {
          full.add(sortOf(drop));
          setGone(drop, true);
          followNeeders();
        }
      }
    }
  }

  function fewest(most, fits) {
    let tooFew = -1, enough = most;
    while (enough - tooFew > 1) {
      const middle = Math.floor((tooFew + enough) / 2);
      if (fits(middle)) enough = middle;
      else tooFew = middle;
    }
    return enough;
  }

  return {
    facts: () => JSON.stringify({ margins_mm: margins(), drops: drops.map(({ element }) => element.dataset.drop) }),

    // What must be left out so that all fits into a box of so many pixels, nothing if it never does; and how high a strip at the
    // end of the box is free then.
    measured(width, height) {
      return asOnPaper(width, () => {
        const free = () => height - document.documentElement.getBoundingClientRect().height, fits = () => free() >= 0;
        const fitsWithout = (count) => {
          drops.forEach((drop, place) => setGone(drop, place < count));
          return fits();
        };
        const left = [];
        if (!fitsWithout(0) && fitsWithout(drops.length)) {
          fitsWithout(fewest(drops.length, fitsWithout));
          followNeeders();
          putBack(fits);
          left.push(...drops.filter(isGone).map(({ element }) => element.dataset.drop));
        }
        const said = { left_out: left, free_px: Math.max(0, free()) };
        fitsWithout(0);
        return JSON.stringify(said);
      });
    },

    // Leave out the first so many, and no others. A trial has nothing on its pages: it is only to be counted.
    drop(wanted, isTrial) {
      document.documentElement.style.setProperty("visibility", isTrial ? "hidden" : "visible", "important");
      drops.forEach((each, place) => setGone(each, place < wanted));
    },
  };
})();
