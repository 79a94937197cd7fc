// What an entry is, where it comes from, what it needs, and on what evidence.
SC.makePanel = function (panel, model, t, show) {
  const { N, E, data } = model;
  const numbers = SC.numbers(t);
  const el = SC.el, bdi = SC.bdi;

  const markOf = function (state) {
    const template = document.getElementById("mark-" + state);
    return template ? template.content.firstElementChild.cloneNode(true) : "";
  };
  const verdict = function (i) {
    return el("span", { class: "verdict verdict-" + N.verdict[i] }, markOf(model.state(i)), " ", t.either("verdict", N.verdict[i]));
  };
  const countryList = function (i) {
    const entries = model.countries(i);
    if (!entries.length) return [el("span", { class: "unknown" }, t("origin.unknown"))];
    return entries.map(([code, low, high], index) => {
      const share = entries.length > 1 || low < 1 ? " " + numbers.interval(low, high) : "";
      return el("span", { class: code ? null : "unknown" }, index ? t("list.comma") : "", model.country(code), share);
    });
  };
  const sources = function (ids) {
    const unique = [...new Set(ids)].filter(Boolean);
    if (!unique.length) return el("p", { class: "unknown" }, t("graph.panel.no_source"));
    return el("ul", { class: "plain" }, unique.map((id) => {
      const source = data.sources[id] || {};
      const rest = [source.publisher, source.date].filter(Boolean).join(", ");
      return el("li", null, SC.link(source.url, source.title || id), rest ? el("span", { class: "muted" }, " ", bdi(rest)) : "");
    }));
  };
  const jump = function (i, text) {
    return el("button", { type: "button", class: "jump", onclick: () => show(i) }, bdi(text || model.label(i)));
  };

  const offerRow = function (o, share) {
    const O = data.offers;
    const supplier = O.supplier_id[o] ? data.suppliers[O.supplier_id[o]] || O.supplier_id[o] : t("origin.world_market");
    const places = [];
    for (const basis of ["made", "designed", "headquartered", "owned"]) {
      const code = O[basis][o];
      if (code && (basis === "made" || code !== O.made[o])) places.push(t("graph.panel." + basis, { country: model.country(code) }));
    }
    if (!O.made[o]) places.unshift(t("origin.unknown"));
    const status = O.status[o] ? t.either("status", O.status[o]) : "";
    return el("li", null,
      el("div", { class: "offer-head" }, bdi(supplier, { class: "strong" }),
        O.unit_cost_usd[o] === null || O.unit_cost_usd[o] === undefined
          ? el("span", { class: "muted" }, O.supplier_id[o] ? t("graph.panel.no_price") : "")
          : el("span", { class: "price" }, numbers.money(O.unit_cost_usd[o]))),
      O.product_name[o] ? el("div", { class: "muted" }, bdi(O.product_name[o])) : "",
      el("div", null, places.join(t("list.comma")), share === null || share === undefined ? "" : " · " + t("graph.panel.share") + " " + numbers.percent(share),
        status ? el("span", { class: "muted" }, " · " + status) : "",
        O.facts && O.facts[o] ? el("span", { class: "muted" }, " · " + t("graph.panel.facts") + " ", bdi(O.facts[o])) : ""),
      O.note[o] ? el("div", { class: "muted small" }, bdi(O.note[o])) : "");
  };

  const long = function (items, most, make) {
    const list = el("ul", { class: "rows" }, items.slice(0, most).map(make));
    if (items.length > most) {
      const more = el("button", { type: "button", class: "text-button", onclick: () => {
        more.parentElement.remove();
        items.slice(most).forEach((item) => list.append(make(item)));
      } }, t("graph.panel.more", { count: items.length - most }));
      list.append(el("li", null, more));
    }
    return list;
  };

  const neighbours = function (edges, end) {
    return long(edges, 6, (e) => el("li", { class: "line" }, jump(end[e]),
      el("span", { class: "muted" },
        [model.supplier(end[e]), E.share[e] === null ? t("graph.panel.share_unknown") : E.share[e] < 1 ? numbers.percent(E.share[e]) : "",
          E.essential[e] ? "" : t("graph.panel.optional"), t.either("grounds", E.grounds[e])].filter(Boolean).join(" · "))));
  };

  const chainItem = function (chain) {
    const steps = chain.steps.filter((step, index) => index > 0 || step.node !== data.product.node).map((step) => {
      const name = step.node === null || step.node === undefined ? data.part_names[step.part_id] || step.part_id : model.label(step.node);
      const maker = step.supplier_id ? data.suppliers[step.supplier_id] || step.supplier_id : "";
      const from = [maker, step.country ? model.country(step.country) : "", step.share !== null && step.share < 1 ? numbers.percent(step.share) : ""];
      return el("li", null, step.node === null || step.node === undefined ? bdi(name) : jump(step.node, name),
        el("span", { class: "muted" }, " " + from.filter(Boolean).join(" · ")));
    });
    // Groups of alternatives are no steps of a chain; the picture goes through them.
    const nodes = chain.steps.map((step) => step.node).filter((node) => node !== null && node !== undefined);
    return el("li", { class: "chain" },
      el("ol", { class: "steps" }, steps),
      el("div", null, el("span", { class: "grounds grounds-" + chain.grounds }, t.either("grounds", chain.grounds)), " ",
        el("button", { type: "button", class: "text-button", onclick: () => show(nodes[nodes.length - 1], nodes) }, t("graph.panel.chain_show"))));
  };

  const section = (title, ...content) => el("section", null, el("h3", null, title), ...content);

  const facts = function (i) {
    const rows = [
      [t("graph.panel.supplier"), bdi(model.supplier(i))],
      [t("graph.panel.countries"), el("span", null, countryList(i))],
      [t("graph.panel.finding"), verdict(i)],
      N.reach[i] ? [t("graph.panel.where"), t.either("reach", N.reach[i])] : null,
      [t("graph.panel.contact"), N.contact_low[i] === null && N.contact_high[i] === null
        ? el("span", { class: "unknown" }, t("number.not_known")) : numbers.interval(N.contact_low[i], N.contact_high[i])],
      N.grounds[i] ? [t("graph.panel.grounds"), t.either("grounds", N.grounds[i])] : null,
      N.facts && N.facts[i] ? [t("graph.panel.facts"), bdi(N.facts[i].replaceAll(";", t("list.comma")))] : null,
      N.bases[i] && N.bases[i].length ? [t("graph.panel.bases"), N.bases[i].map((basis) => t.either("basis", basis)).join(t("list.comma"))] : null,
    ].filter(Boolean);
    return el("dl", { class: "facts" }, rows.map(([term, value]) => [el("dt", null, term), el("dd", null, value)]));
  };

  const close = () => el("button", { type: "button", class: "icon-button close", "aria-label": t("graph.close"), onclick: () => show(null) }, "×");

  const render = function (i) {
    const place = [N.tier[i] === 0 ? "" : t("tier.numbered", { tier: N.tier[i] }), t.either("stage", model.part(i, "stage")), t.either("category", model.part(i, "category"))];
    const counted = new Set(N.offers[i].map(([o]) => o));
    const others = (model.alternatives.get(model.part(i, "part_id")) || []).filter((o) => !counted.has(o) && data.offers.supplier_id[o]);
    const chains = data.chains[String(i)] || [];
    const evidence = [...(N.source_ids[i] || []), ...N.offers[i].flatMap(([o]) => data.offers.source_ids[o] || []), ...model.into[i].flatMap((e) => E.source_ids[e] || [])];
    const notes = [...new Set(model.into[i].map((e) => E.note[e]).filter(Boolean))];
    const isGroup = model.part(i, "kind") === "class";
    panel.replaceChildren(
      close(),
      el("p", { class: "kicker" }, [...new Set(place.filter(Boolean))].join(" · ")),
      el("h2", { tabindex: "-1" }, bdi(model.label(i))),
      model.otherName(i) && model.otherName(i) !== model.label(i) ? el("p", { class: "other-name", lang: data.language === "zh-Hant" ? "en" : "zh-Hant" }, bdi(model.otherName(i))) : "",
      model.part(i, "description") ? el("p", { class: "description" }, bdi(model.part(i, "description"))) : "",
      facts(i),
      chains.length ? section(t(chains[0].open ? "graph.panel.open_chains" : "graph.panel.chains"), el("ul", { class: "rows" }, chains.map(chainItem))) : "",
      N.offers[i].length ? section(t("graph.panel.offers"), long(N.offers[i], 6, ([o, share]) => offerRow(o, share))) : "",
      isGroup || N.tier[i] === 0 ? "" : section(t("graph.panel.alternatives"), others.length ? long(others, 4, (o) => offerRow(o)) : el("p", { class: "muted" }, t("graph.panel.no_alternatives"))),
      model.into[i].length ? section(t("graph.panel.used_in"), neighbours(model.into[i], E.from)) : "",
      model.out[i].length ? section(t("graph.panel.needs"), neighbours(model.out[i], E.to)) : "",
      section(t("graph.panel.evidence"), sources(evidence)),
      notes.length ? section(t("graph.panel.note"), notes.map((note) => el("p", { class: "small" }, bdi(note)))) : "",
    );
    panel.scrollTop = 0;
  };

  return { render, verdict, countryList };
};
