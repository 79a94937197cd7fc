// One map: controls, picture, panel, table, kept in step.
SC.startMap = function (root, data) {
  const t = SC.makeTexts(data.texts);
  const numbers = SC.numbers(t);
  const el = SC.el, bdi = SC.bdi;
  const model = SC.makeModel(data, t);
  const { N } = model;
  const find = (name) => root.querySelector("[data-part=" + name + "]");
  const canvas = find("canvas");
  const embedded = root.hasAttribute("data-embedded");
  const picture = SC.makeCanvas(canvas, model, t, { percent: numbers.percent });
  let selected = null;

  // -- selection ---------------------------------------------------------------------------------------------------
  const choose = function (i, chain) {
    if (i !== null && !picture.shown()[i]) resetFilters();
    selected = i;
    picture.select(i, chain ? edgesAlong(chain) : null);
    const side = find("panel");
    find("hint").hidden = i !== null;
    if (i === null) side.hidden = true;
    else {
      panel.render(i);
      // The picture gives way to the panel once, not at each step.
      if (side.hidden) { side.hidden = false; resize(); }
      picture.reveal(i);
    }
    markRow();
  };
  // The lines of a chain; where a group of alternatives lies between two steps, those through it.
  const edgesAlong = function (nodes) {
    const edges = new Set(), all = new Set(nodes);
    for (let step = 1; step < nodes.length; step += 1) {
      const direct = model.out[nodes[step - 1]].filter((edge) => model.E.to[edge] === nodes[step]);
      if (direct.length) edges.add(direct[0]);
      else for (const first of model.out[nodes[step - 1]]) {
        const between = model.E.to[first];
        const second = model.part(between, "kind") === "class" ? model.out[between].find((edge) => model.E.to[edge] === nodes[step]) : undefined;
        if (second !== undefined) { edges.add(first); edges.add(second); all.add(between); break; }
      }
    }
    return { nodes: all, edges };
  };
  const panel = SC.makePanel(find("panel"), model, t, (i, chain) => choose(i === undefined ? null : i, chain));

  // -- filters -----------------------------------------------------------------------------------------------------
  const filtersBox = find("filters");
  const update = function () {
    picture.refresh();
    const shown = picture.shown(), total = shown.reduce((sum, value) => sum + value, 0);
    find("count").textContent = t("graph.visible", { shown: total, all: model.count });
    find("empty").hidden = total > 0;
    if (selected !== null && !shown[selected]) choose(null);
    else if (selected !== null) picture.select(selected);
    find("reset").hidden = !Object.values(model.filters).some(Boolean);
    fillTable();
  };
  const summaries = [];
  const makeFilter = function (name) {
    const facet = model.facets[name];
    const summary = el("summary", null, t("graph.filter." + name));
    const boxes = facet.values.map((value) => el("input", { type: "checkbox", value, checked: true, onchange: () => apply() }));
    const apply = function () {
      const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
      model.filters[name] = chosen.length === boxes.length ? null : new Set(chosen);
      label();
      update();
    };
    const label = function () {
      const chosen = model.filters[name];
      summary.textContent = t("graph.filter." + name) + (chosen ? " (" + chosen.size + ")" : "");
      details.classList.toggle("active", Boolean(chosen));
    };
    const setAll = (value) => { boxes.forEach((box) => { box.checked = value; }); apply(); };
    const details = el("details", { class: "filter", "data-filter": name }, summary,
      el("div", { class: "filter-list" },
        el("div", { class: "filter-all" },
          el("button", { type: "button", class: "text-button", onclick: () => setAll(true) }, t("graph.filter.all")),
          el("button", { type: "button", class: "text-button", onclick: () => setAll(false) }, t("graph.filter.none"))),
        boxes.map((box) => el("label", null, box, bdi(facet.name(box.value)), el("span", { class: "muted" }, facet.counts.get(box.value))))));
    details.addEventListener("toggle", () => {
      if (details.open) for (const other of filtersBox.querySelectorAll("details[open]")) if (other !== details) other.open = false;
    });
    summaries.push(() => { boxes.forEach((box) => { box.checked = true; }); label(); });
    filtersBox.append(details);
  };
  ["verdict", "category", "tier", "country"].forEach(makeFilter);
  document.addEventListener("pointerdown", (event) => {
    for (const open of filtersBox.querySelectorAll("details[open]")) if (!open.contains(event.target)) open.open = false;
  });
  filtersBox.addEventListener("keydown", (event) => {
    const open = event.target.closest("details[open]");
    if (event.key === "Escape" && open) { open.open = false; open.querySelector("summary").focus(); event.stopPropagation(); }
  });
  const resetFilters = function () {
    for (const name of Object.keys(model.filters)) model.filters[name] = name === "onlyLens" ? false : null;
    summaries.forEach((reset) => reset());
    root.querySelector("input[value=whole]").checked = true;
    update();
  };
  find("reset").addEventListener("click", resetFilters);
  for (const radio of root.querySelectorAll("input[data-part=switch]")) {
    radio.addEventListener("change", () => { model.filters.onlyLens = root.querySelector("input[value=lens]").checked; update(); });
  }

  // -- search ------------------------------------------------------------------------------------------------------
  const search = find("search"), results = find("results");
  let hits = [], active = -1;
  const showHits = function () {
    const all = model.search(search.value);
    hits = all.slice(0, 12);
    active = hits.length ? 0 : -1;
    results.replaceChildren(...hits.map((i, index) => el("li", { role: "option", id: results.id + index, "aria-selected": String(index === active),
      onpointerdown: (event) => { event.preventDefault(); take(index); } },
      panel.verdict(i).firstElementChild || "", el("span", null, bdi(model.label(i)), el("span", { class: "muted" }, " ", bdi(model.supplier(i)))))));
    const typed = search.value.trim() !== "";
    if (typed && !hits.length) results.append(el("li", { class: "muted", role: "option", "aria-disabled": "true" }, t("graph.search_none")));
    if (all.length > hits.length) results.append(el("li", { class: "muted", role: "option", "aria-disabled": "true" }, t.counted("graph.search_count", all.length)));
    results.hidden = !typed;
    search.setAttribute("aria-expanded", String(typed));
    markHit();
  };
  const markHit = function () {
    [...results.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === active)));
    if (active >= 0) search.setAttribute("aria-activedescendant", results.id + active); else search.removeAttribute("aria-activedescendant");
  };
  const closeHits = function () { results.hidden = true; search.setAttribute("aria-expanded", "false"); search.removeAttribute("aria-activedescendant"); };
  const take = function (index) { const i = hits[index]; closeHits(); if (i !== undefined) choose(i); };
  search.addEventListener("input", showHits);
  search.addEventListener("focus", () => { if (search.value.trim()) showHits(); });
  search.addEventListener("blur", closeHits);
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (results.hidden) showHits();
      else if (hits.length) active = (active + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length;
      markHit();
      event.preventDefault();
    } else if (event.key === "Enter") { if (results.hidden) showHits(); take(active); event.preventDefault(); }
    else if (event.key === "Escape") { search.value = ""; closeHits(); event.stopPropagation(); }
  });

  // -- table -------------------------------------------------------------------------------------------------------
  const table = find("table"), body = find("rows");
  const fillTable = function () {
    if (!table.open) { body.replaceChildren(); return; }
    const shown = picture.shown();
    body.replaceChildren(...model.byPlace.filter((i) => shown[i]).map((i) => el("tr", { "data-node": i },
      el("td", null, el("button", { type: "button", class: "jump", onclick: () => choose(i) }, bdi(model.label(i)))),
      el("td", null, bdi(model.supplier(i))),
      el("td", { class: "number" }, N.tier[i]),
      el("td", null, t.either("category", model.part(i, "category"))),
      el("td", null, panel.countryList(i)),
      el("td", null, panel.verdict(i)),
      el("td", null, N.reach[i] ? t.either("reach", N.reach[i]) : ""),
      el("td", { class: "number" }, numbers.interval(N.contact_low[i], N.contact_high[i])),
      el("td", null, N.grounds[i] ? t.either("grounds", N.grounds[i]) : ""))));
    markRow();
  };
  const markRow = function () {
    for (const row of body.children) row.classList.toggle("selected", Number(row.dataset.node) === selected);
  };
  table.addEventListener("toggle", () => { root.classList.toggle("table-open", table.open); fillTable(); resize(); });

  // -- pointer, wheel, keys ----------------------------------------------------------------------------------------
  const at = function (event) { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  const pointers = new Map();
  let dragged = 0, spread = 0;
  const gap = function () { const [a, b] = [...pointers.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
  canvas.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, at(event));
    canvas.setPointerCapture(event.pointerId);
    dragged = 0;
    if (pointers.size === 2) spread = gap();
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = at(event);
    if (!pointers.has(event.pointerId)) {
      const i = picture.nodeAt(x, y);
      picture.hover(i);
      canvas.classList.toggle("over", i !== null);
      return;
    }
    const [beforeX, beforeY] = pointers.get(event.pointerId);
    pointers.set(event.pointerId, [x, y]);
    dragged += Math.abs(x - beforeX) + Math.abs(y - beforeY);
    if (pointers.size === 2) {
      const now = gap(), [a, b] = [...pointers.values()];
      if (spread > 0) picture.zoom(now / spread, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      spread = now;
    } else if (dragged > 3) {
      picture.view.ox += x - beforeX;
      picture.view.oy += y - beforeY;
      picture.move(true);
    }
  });
  const lift = function (event) {
    if (!pointers.delete(event.pointerId)) return;
    picture.move(false);
    if (event.type === "pointerup" && dragged <= 3 && pointers.size === 0) choose(picture.nodeAt(...at(event)));
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("pointerleave", () => picture.hover(null));
  canvas.addEventListener("wheel", (event) => {
    // In the middle of a report the wheel belongs to the page, unless asked otherwise.
    if (embedded && !event.ctrlKey && document.activeElement !== canvas) return;
    event.preventDefault();
    const [x, y] = at(event);
    picture.zoom(Math.exp(-Math.max(-100, Math.min(100, event.deltaY)) * (event.ctrlKey ? 0.01 : 0.002)), x, y);
  }, { passive: false });

  const zoomMiddle = function (factor) { const size = picture.size(); picture.zoom(factor, size.width / 2, size.height / 2); };
  find("zoom-in").addEventListener("click", () => zoomMiddle(1.4));
  find("zoom-out").addEventListener("click", () => zoomMiddle(1 / 1.4));
  find("fit").addEventListener("click", () => picture.fit());

  const neighbour = function (key) {
    const shown = picture.shown();
    if (selected === null) return data.product.node;
    if (key === "ArrowUp" || key === "ArrowDown") {
      const column = model.byPlace.filter((i) => shown[i] && N.tier[i] === N.tier[selected]);
      return column[(column.indexOf(selected) + (key === "ArrowDown" ? 1 : column.length - 1)) % column.length];
    }
    const [edges, end] = key === "ArrowRight" ? [model.out[selected], model.E.to] : [model.into[selected], model.E.from];
    const near = edges.map((e) => end[e]).filter((i) => shown[i]);
    return near.sort((a, b) => Math.abs(picture.place(a).y - picture.place(selected).y) - Math.abs(picture.place(b).y - picture.place(selected).y))[0];
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.key.startsWith("Arrow")) { const i = neighbour(event.key); if (i !== undefined) choose(i); }
    else if (event.key === "Enter" || event.key === " ") { if (selected === null) choose(data.product.node); else find("panel").querySelector("h2").focus(); }
    else if (event.key === "+" || event.key === "=") zoomMiddle(1.4);
    else if (event.key === "-") zoomMiddle(1 / 1.4);
    else if (event.key === "0") picture.fit();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName) && event.target.type !== "radio" && event.target.type !== "checkbox";
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && (!embedded || root.contains(document.activeElement))) { search.focus(); search.select(); event.preventDefault(); }
    else if (event.key === "Escape" && !typing && selected !== null) choose(null);
  });

  // -- size and theme ----------------------------------------------------------------------------------------------
  const resize = function () {
    const fitted = picture.isFitted();
    picture.resize();
    if (fitted) picture.fit(); else picture.redraw();
  };
  new ResizeObserver(resize).observe(canvas);
  SC.onTheme.push(picture.retheme);

  picture.resize();
  picture.fit();
  update();
  picture.draw();

  window.supplychainPage = {
    select: (nodeId) => choose(model.number.has(nodeId) ? model.number.get(nodeId) : null),
    selected: () => (selected === null ? null : N.node_id[selected]),
    nodeAt: (x, y) => { const box = canvas.getBoundingClientRect(); const i = picture.nodeAt(x - box.left, y - box.top); return i === null ? null : N.node_id[i]; },
    positionOf: (nodeId) => { const box = canvas.getBoundingClientRect(), place = picture.place(model.number.get(nodeId)); return { x: place.x + box.left, y: place.y + box.top }; },
    visible: () => N.node_id.filter((_, i) => picture.shown()[i]),
    highlighted: () => picture.lit(),
    fit: picture.fit,
    redraw: picture.draw,
    formatInterval: numbers.interval,
  };
};
