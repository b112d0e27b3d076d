// What of the catalogue moves: the search box, the drawings' zoom, links that only a server has. Every page can be read
// without it: a drawing scrolls, and columns.html lists all columns.
"use strict";
(() => {
  const root = document.body.dataset.root;

  function search() {
    const box = document.getElementById("search"), list = document.getElementById("found");
    const count = document.getElementById("found-count"), index = window.lbcCatalogue || [];
    const texts = index.map((entry) => `${entry[0]} ${entry[1]} ${entry[3]}`.toLowerCase());
    const most = 40;

    function rank(place, words) {
      const name = index[place][0].toLowerCase();
      // tables before columns, whole names before beginnings before the rest
      return (name === words[0] ? 0 : name.startsWith(words[0]) ? 2 : name.includes(words[0]) ? 4 : 6) + (index[place][1] ? 1 : 0);
    }

    function show() {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      list.replaceChildren();
      list.hidden = words.length === 0;
      if (!words.length) { count.textContent = ""; return; }
      const found = texts.map((_, place) => place).filter((place) => words.every((word) => texts[place].includes(word)));
      found.sort((one, other) => rank(one, words) - rank(other, words) || one - other);
      for (const place of found.slice(0, most)) {
        const [name, table, path, described] = index[place];
        const item = document.createElement("li"), link = document.createElement("a");
        const strong = document.createElement("b"), small = document.createElement("small");
        link.href = root + path.split("/").map(encodeURIComponent).join("/");
        strong.textContent = name;
        small.textContent = described;
        link.append(strong, table ? ` in ${table}` : " (table)", small);
        item.append(link);
        list.append(item);
      }
      if (found.length === 0) {
        const none = document.createElement("li");
        none.className = "none";
        none.textContent = "Nothing has all of these words.";
        list.append(none);
      }
      count.textContent = `${found.length} found${found.length > most ? `, the first ${most} are listed` : ""}`;
    }

    box.addEventListener("input", show);
    box.form.addEventListener("submit", (event) => {
      const first = list.querySelector("a");
      event.preventDefault();
      if (first) { location.href = first.href; }
    });
    box.form.addEventListener("keydown", (event) => {
      const links = [...list.querySelectorAll("a")], place = links.indexOf(document.activeElement);
      if (event.key === "Escape") { box.value = ""; show(); box.focus(); }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") { return; }
      event.preventDefault();
      const next = place + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? box : links[Math.min(next, links.length - 1)] || box).focus();
    });
    box.form.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !box.form.contains(event.relatedTarget)) { list.hidden = true; }
    });
    box.addEventListener("focus", show);
    document.addEventListener("click", (event) => { if (!box.form.contains(event.target)) { list.hidden = true; } });
  }

  function drawing(figure) {
    const view = figure.querySelector(".view"), svg = view.querySelector("svg");
    const width = svg.viewBox.baseVal.width, height = svg.viewBox.baseVal.height;
    let scale = 1;

    function zoom(to) {
      const before = scale;
      const x = view.scrollLeft + view.clientWidth / 2, y = view.scrollTop + view.clientHeight / 2;
      scale = Math.min(3, Math.max(0.1, to));
      svg.setAttribute("width", width * scale);
      svg.setAttribute("height", height * scale);
      view.scrollLeft = x * scale / before - view.clientWidth / 2;
      view.scrollTop = y * scale / before - view.clientHeight / 2;
    }

    const whole = () => Math.min(view.clientWidth / width, innerHeight * 0.76 / height, 1);
    const zooms = { in: () => scale * 1.25, out: () => scale / 1.25, fit: whole, full: () => 1 };
    figure.querySelector(".tools").hidden = false;
    figure.addEventListener("click", (event) => {
      const asked = event.target.closest("[data-zoom]");
      if (asked) { zoom(zooms[asked.dataset.zoom]()); }
    });
    view.addEventListener("wheel", (event) => {
      if (event.ctrlKey) { event.preventDefault(); zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1)); }
    }, { passive: false });
    view.addEventListener("keydown", (event) => {
      if (event.key === "+" || event.key === "-") { zoom(event.key === "+" ? scale * 1.25 : scale / 1.25); }
    });

    let held = null;
    view.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse" && event.button === 0 && !event.target.closest("a")) {
        held = { x: event.clientX + view.scrollLeft, y: event.clientY + view.scrollTop };
        view.classList.add("grabbed");
      }
    });
    addEventListener("pointermove", (event) => {
      if (held) { view.scrollLeft = held.x - event.clientX; view.scrollTop = held.y - event.clientY; }
    });
    addEventListener("pointerup", () => { held = null; view.classList.remove("grabbed"); });

    // what a card is made of and what is made of it, as far as the drawing goes
    const edges = [...svg.querySelectorAll(".edge")], cards = new Map();
    for (const card of svg.querySelectorAll(".card")) { cards.set(card.dataset.card, card); }
    function follow(start, from, to, lit) {
      const waiting = [start];
      const seen = new Set(waiting);
      while (waiting.length) {
        const at = waiting.pop();
        for (const edge of edges) {
          if (edge.dataset[from] !== at) { continue; }
          lit.add(edge);
          if (!seen.has(edge.dataset[to])) { seen.add(edge.dataset[to]); waiting.push(edge.dataset[to]); }
        }
      }
      return seen;
    }
    function light(card) {
      const lit = new Set(), near = card ? new Set([
        ...follow(card.dataset.card, "from", "to", lit), ...follow(card.dataset.card, "to", "from", lit)]) : new Set();
      svg.classList.toggle("choosing", Boolean(card));
      for (const edge of edges) { edge.classList.toggle("lit", lit.has(edge)); }
      for (const [number, one] of cards) { one.classList.toggle("lit", near.has(number)); }
    }
    for (const card of cards.values()) {
      card.addEventListener("pointerenter", () => light(card));
      card.addEventListener("pointerleave", () => light(null));
      card.addEventListener("focusin", () => light(card));
      card.addEventListener("focusout", () => light(null));
    }

    zoom(Math.max(whole(), 0.75));
    const meant = svg.querySelector(".card.meant");
    if (meant) {
      const there = meant.getBoundingClientRect(), here = view.getBoundingClientRect();
      view.scrollLeft += there.left + there.width / 2 - here.left - here.width / 2;
      view.scrollTop += there.top + there.height / 2 - here.top - here.height / 2;
    }
  }

  search();
  document.querySelectorAll("figure.drawing").forEach(drawing);
  if (location.protocol !== "file:") {
    for (const said of document.querySelectorAll(".served")) {
      for (const link of said.querySelectorAll("[data-served]")) { link.href = link.dataset.served; }
      said.hidden = false;
    }
  }
})();
