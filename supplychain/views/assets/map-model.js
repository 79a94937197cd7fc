// The map's data: neighbours, filters, paths, places. Nothing here touches the page.
SC.COLUMN_GAP = 240;
SC.ROW_GAP = 24;

SC.makeModel = function (data, t) {
  const N = data.nodes, E = data.edges, P = data.parts;
  const push = (map, key, value) => { if (map.has(key)) map.get(key).push(value); else map.set(key, [value]); };
  const count = N.part.length;
  const edgeCount = E.from.length;
  const out = Array.from({ length: count }, () => []);
  const into = Array.from({ length: count }, () => []);
  const turn = new Uint8Array(edgeCount), pairs = new Map();
  for (let e = 0; e < edgeCount; e += 1) {
    out[E.from[e]].push(e);
    into[E.to[e]].push(e);
    const pair = E.from[e] * count + E.to[e];
    turn[e] = pairs.get(pair) || 0; // the second of two parallel lines is drawn a little lower
    pairs.set(pair, turn[e] + 1);
  }

  const chinese = data.language === "zh-Hant";
  const named = (name, nameZh) => (chinese ? nameZh || name : name || nameZh);
  const part = (i, column) => P[column][N.part[i]];
  const label = (i) => named(part(i, "name"), part(i, "name_zh")) || part(i, "part_id");
  const otherName = (i) => (chinese ? part(i, "name") : part(i, "name_zh"));
  const country = (code) => (code ? data.countries[code] || code : t("origin.unknown"));
  const supplier = function (i) {
    const name = named(N.supplier_name[i], N.supplier_name_zh[i]) || data.suppliers[N.supplier_id[i]] || N.supplier_id[i];
    if (name) return name;
    return part(i, "kind") === "class" ? t("origin.group") : N.tier[i] === 0 ? "" : t("origin.default_mix");
  };
  const countries = (i) => N.countries[i] || [];
  const state = (i) => (N.verdict[i] === "exposed" ? (N.reach[i] === "direct" ? "exposed_direct" : "exposed_upstream") : N.verdict[i]);

  const touched = new Uint8Array(count);
  for (let i = 0; i < count; i += 1) if (N.verdict[i] === "exposed") touched[i] = 1;
  for (let e = 0; e < edgeCount; e += 1) if (E.reaches[e]) { touched[E.from[e]] = 1; touched[E.to[e]] = 1; }

  const haystack = [];
  for (let i = 0; i < count; i += 1) {
    const words = [part(i, "name"), part(i, "name_zh"), part(i, "part_id"), supplier(i), N.supplier_name_zh[i], N.supplier_id[i]];
    for (const [code] of countries(i)) words.push(code, country(code));
    haystack.push(words.join("\u0001").toLowerCase());
  }

  const facets = {
    verdict: { of: (i) => [N.verdict[i]], name: (value) => t.either("verdict", value), order: ["exposed", "unknown", "clear"] },
    category: { of: (i) => [part(i, "category") || ""], name: (value) => t.either("category", value) },
    tier: { of: (i) => [String(N.tier[i])], name: (value) => (value === "0" ? t("tier.product") : t("tier.numbered", { tier: value })) },
    country: { of: (i) => (countries(i).length ? countries(i).map(([code]) => code) : [""]), name: country },
  };
  for (const facet of Object.values(facets)) {
    const counts = new Map();
    for (let i = 0; i < count; i += 1) for (const value of new Set(facet.of(i))) counts.set(value, (counts.get(value) || 0) + 1);
    const rank = (value) => (facet.order ? facet.order.indexOf(value) : 0);
    const byName = (a, b) => facet.name(a).localeCompare(facet.name(b), data.language, { numeric: true });
    facet.values = [...counts.keys()].sort((a, b) => rank(a) - rank(b) || byName(a, b));
    facet.counts = counts;
  }

  // A null filter lets everything through.
  const filters = { onlyLens: false, verdict: null, category: null, tier: null, country: null };
  const visible = function () {
    const shown = new Uint8Array(count);
    for (let i = 0; i < count; i += 1) {
      if (filters.onlyLens && !touched[i]) continue;
      let keep = true;
      for (const name of Object.keys(facets)) {
        const chosen = filters[name];
        if (chosen && !facets[name].of(i).some((value) => chosen.has(value))) { keep = false; break; }
      }
      if (keep) shown[i] = 1;
    }
    return shown;
  };
  const edgeShown = (e, shown) => shown[E.from[e]] && shown[E.to[e]] && (!filters.onlyLens || E.reaches[e]);

  const byPlace = Array.from({ length: count }, (_, i) => i).sort((a, b) => N.tier[a] - N.tier[b] || N.y[a] - N.y[b]);
  // Places of what is shown: the given ones for the whole graph, else the same order closed up.
  const places = function (shown) {
    const x = Float64Array.from(N.x), y = Float64Array.from(N.y);
    if (shown.every((value) => value)) return { x, y };
    const columns = new Map();
    for (const i of byPlace) if (shown[i]) push(columns, N.tier[i], i);
    const tallest = Math.max(2, ...[...columns.values()].map((column) => column.length)) - 1;
    for (const column of columns.values()) {
      const spread = Math.min(2.5, tallest / Math.max(column.length - 1, 1));
      column.forEach((i, rank) => { y[i] = (rank - (column.length - 1) / 2) * spread * SC.ROW_GAP; });
    }
    return { x, y };
  };

  const walk = function (start, edgesOf, end, keep) {
    const nodes = new Set([start]), edges = new Set(), waiting = [start];
    while (waiting.length) {
      for (const e of edgesOf[waiting.pop()]) {
        if (!keep(e)) continue;
        edges.add(e);
        if (!nodes.has(end[e])) { nodes.add(end[e]); waiting.push(end[e]); }
      }
    }
    return { nodes, edges };
  };
  const pathsUp = (i) => walk(i, into, E.from, () => true);
  const chainsDown = (i) => walk(i, out, E.to, (e) => E.reaches[e]);

  const alternatives = new Map();
  data.offers.part_id.forEach((partId, o) => push(alternatives, partId, o));

  const number = new Map(N.node_id.map((id, i) => [id, i]));
  const search = function (text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const hits = byPlace.filter((i) => words.every((word) => haystack[i].includes(word)));
    const first = (i) => (label(i).toLowerCase().startsWith(words[0]) ? 0 : 1);
    return hits.sort((a, b) => first(a) - first(b));
  };

  return {
    data, N, E, count, edgeCount, out, into, turn, part, label, otherName, country, countries, supplier, state, facets, filters,
    visible, edgeShown, places, byPlace, pathsUp, chainsDown, alternatives, number, search,
  };
};
