// The picture: a canvas with columns by tier. Marks and labels keep their size on screen, places scale.
SC.makeCanvas = function (canvas, model, t, options) {
  const { N, E } = model;
  const context = canvas.getContext("2d");
  const HEAD = 44, LEFT = 22, FOOT = 16;
  const view = { kx: 1, ky: 1, ox: 0, oy: 0 };
  let shown = model.visible(), place = model.places(shown), width = 0, height = 0, ratio = 1;
  let selected = null, paths = null, chains = null, only = null, moving = false, waiting = false, hovered = null;
  let fitted = null;
  const drawn = { box: 0, font: 0, pitch: 0 };
  const labelCache = new Map();

  const palette = function () {
    const style = getComputedStyle(document.documentElement);
    const names = ["paper", "wash", "ink", "muted", "rule", "edge", "edge-lens", "exposed", "unknown", "clear", "accent"];
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue("--" + name).trim()]));
  };
  let colour = palette();
  const family = getComputedStyle(document.body).fontFamily;

  // The product stands alone in its column; that column may be narrow.
  const NARROW = 0.42;
  const across = (x) => Math.max(0, x - SC.COLUMN_GAP * NARROW);
  const sx = (i) => across(place.x[i]) * view.kx + view.ox;
  const sy = (i) => place.y[i] * view.ky + view.oy;

  const resize = function () {
    const box = canvas.getBoundingClientRect();
    ratio = Math.max(1, window.devicePixelRatio || 1);
    width = Math.max(1, box.width);
    height = Math.max(1, box.height);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  };

  const fit = function () {
    let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
    for (let i = 0; i < model.count; i += 1) {
      if (!shown[i]) continue;
      left = Math.min(left, across(place.x[i])); right = Math.max(right, across(place.x[i]));
      top = Math.min(top, place.y[i]); bottom = Math.max(bottom, place.y[i]);
    }
    if (left === Infinity) { left = 0; right = 0; top = 0; bottom = 0; }
    const columns = (right - left) / SC.COLUMN_GAP + 1;
    const column = Math.min(330, Math.max(118, (width - LEFT) / columns));
    view.kx = column / SC.COLUMN_GAP;
    view.ox = LEFT - left * view.kx;
    const rows = Math.max((bottom - top) / SC.ROW_GAP, 1);
    const pitch = Math.min(36, (height - HEAD - FOOT - 16) / rows);
    view.ky = pitch / SC.ROW_GAP;
    view.oy = HEAD + 8 + (height - HEAD - FOOT) / 2 - ((top + bottom) / 2) * view.ky - 4;
    fitted = { ...view };
    redraw();
  };

  const zoom = function (factor, x, y) {
    const limited = Math.min(60, Math.max(0.02, view.ky * factor)) / view.ky;
    view.ox = x - (x - view.ox) * limited;
    view.oy = y - (y - view.oy) * limited;
    view.kx *= limited;
    view.ky *= limited;
    redraw();
  };

  const shorten = function (text, room, font) {
    const key = font + "\u0001" + Math.round(room) + "\u0001" + text;
    const known = labelCache.get(key);
    if (known) return known;
    let result = { text, width: context.measureText(text).width };
    if (result.width > room) {
      const signs = Array.from(text);
      let low = 0, high = signs.length;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (context.measureText(signs.slice(0, middle).join("").trimEnd() + "…").width <= room) low = middle; else high = middle - 1;
      }
      const cut = low > 0 ? signs.slice(0, low).join("").trimEnd() + "…" : "";
      result = { text: cut, width: cut ? context.measureText(cut).width : 0 };
    }
    if (labelCache.size > 20000) labelCache.clear();
    labelCache.set(key, result);
    return result;
  };

  const dimmed = (i) => (only ? !only.has(i) : false);

  const edgePath = function (path, e, ends) {
    const a = E.from[e], b = E.to[e];
    const x1 = sx(a), y1 = sy(a), x2 = sx(b), y2 = sy(b), r = drawn.radius;
    const turn = model.turn[e] * 3;
    if (x2 > x1) {
      const from = Math.min(ends[a] || x1 + r + 1, x2 - r - 8), gutter = Math.max(x2 - x1 - drawn.box, 12);
      path.moveTo(from, y1);
      path.bezierCurveTo(Math.max(x2 - gutter * 0.45, from), y1 + turn, Math.min(x2 - gutter * 0.55, x2 - r), y2 + turn, x2 - r - 1, y2);
    } else {
      const bulge = Math.min(46, 14 + Math.abs(y2 - y1) * 0.12) + turn;
      path.moveTo(x1 - r - 1, y1);
      path.bezierCurveTo(x1 - bulge, y1, x2 - bulge, y2, x2 - r - 1, y2);
    }
  };

  const offScreen = function (e) {
    const a = E.from[e], b = E.to[e];
    const x1 = sx(a), x2 = sx(b), y1 = sy(a), y2 = sy(b);
    return Math.max(x1, x2) < -50 || Math.min(x1, x2) > width + 50 || Math.max(y1, y2) < 0 || Math.min(y1, y2) > height;
  };

  const drawEdges = function (ends) {
    const dash = { documented: [], market_average: [5, 3], assumed: [1.5, 3] };
    const groups = new Map();
    const many = model.edgeCount > 3000;
    for (let e = 0; e < model.edgeCount; e += 1) {
      if (!model.edgeShown(e, shown) || offScreen(e)) continue;
      const lit = chains && chains.edges.has(e) ? "chain" : paths && paths.edges.has(e) ? "path" : only ? "dim" : E.reaches[e] ? "lens" : "plain";
      if (many && moving && (lit === "lens" || lit === "plain" || lit === "dim")) continue;
      const key = lit + "|" + (many && lit !== "chain" && lit !== "path" ? "documented" : E.grounds[e]);
      if (!groups.has(key)) groups.set(key, new Path2D());
      edgePath(groups.get(key), e, ends);
    }
    const looks = {
      dim: [colour.edge, 0.7, 0.28], plain: [colour.edge, 0.9, 0.85], lens: [colour["edge-lens"], 0.9, 0.75],
      path: [colour.accent, 1.8, 0.95], chain: [colour.exposed, 1.8, 0.95],
    };
    for (const lit of ["dim", "plain", "lens", "path", "chain"]) {
      for (const [key, path] of groups) {
        const [kind, grounds] = key.split("|");
        if (kind !== lit) continue;
        const [stroke, line, alpha] = looks[lit];
        context.strokeStyle = stroke;
        context.lineWidth = line;
        context.globalAlpha = many && (lit === "plain" || lit === "lens") ? alpha * 0.35 : alpha;
        context.setLineDash(dash[grounds] || []);
        context.stroke(path);
      }
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
  };

  const mark = function (state, x, y, r) {
    context.beginPath();
    context.lineWidth = Math.max(1.2, r * 0.3);
    if (state === "exposed_direct" || state === "exposed_upstream") {
      const d = r * 1.2;
      context.moveTo(x, y - d); context.lineTo(x + d, y); context.lineTo(x, y + d); context.lineTo(x - d, y); context.closePath();
      context.fillStyle = state === "exposed_direct" ? colour.exposed : colour.paper;
      context.fill();
      context.strokeStyle = colour.exposed;
      context.stroke();
      if (state === "exposed_upstream") {
        context.beginPath();
        context.moveTo(x, y - d); context.lineTo(x + d, y); context.lineTo(x, y + d); context.closePath();
        context.fillStyle = colour.exposed;
        context.fill();
      }
    } else if (state === "clear") {
      context.arc(x, y, r, 0, 2 * Math.PI);
      context.fillStyle = colour.clear;
      context.fill();
    } else {
      context.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
      context.fillStyle = colour.paper;
      context.fill();
      context.strokeStyle = colour.unknown;
      context.setLineDash([2, 1.6]);
      context.stroke();
      context.setLineDash([]);
    }
  };

  const second = function (i) {
    const codes = model.countries(i).map(([code]) => code || "?");
    const more = codes.length > 3 ? "+" + (codes.length - 3) : "";
    return [model.supplier(i), codes.slice(0, 3).join(" ") + more].filter(Boolean).join(" · ");
  };

  const drawHeads = function () {
    context.globalAlpha = 1;
    context.fillStyle = colour.paper;
    context.fillRect(0, 0, width, HEAD - 6);
    context.fillStyle = colour.rule;
    context.fillRect(0, HEAD - 6, width, 1);
    context.textBaseline = "alphabetic";
    for (const [tier, counts] of tiers) {
      const x = across(tier * SC.COLUMN_GAP) * view.kx + view.ox - drawn.radius;
      const room = (tier === 0 ? 1 - NARROW : 1) * view.kx * SC.COLUMN_GAP - 10;
      if (x < -room || x > width || room < 16) continue;
      context.font = "600 12px " + family;
      context.fillStyle = colour.ink;
      const head = shorten(tier === 0 ? t("tier.product") : t("tier.numbered", { tier }), room, "head");
      context.fillText(head.text, x, 17);
      context.font = "11px " + family;
      context.fillStyle = colour.muted;
      context.fillText(shorten(t.counted("tier.parts", counts), room, "count").text, x, 31);
    }
  };

  const tiers = new Map();
  const countTiers = function () {
    tiers.clear();
    for (const i of model.byPlace) if (shown[i]) tiers.set(N.tier[i], (tiers.get(N.tier[i]) || 0) + 1);
  };
  countTiers();

  const drawLabels = function (ends) {
    const { pitch, font, box, radius } = drawn;
    const wide = box - radius - 6;
    if (wide < 20 || pitch < 3) return;
    const two = pitch >= 27;
    context.textBaseline = "middle";
    const order = model.byPlace.filter((i) => shown[i] && sx(i) > -box && sx(i) < width && sy(i) > HEAD - 12 && sy(i) < height + 12);
    const loud = (i) => i === selected || i === hovered || (only && only.has(i));
    const put = function (i) {
      const x = sx(i) + radius + 5, y = sy(i);
      const strong = i === selected;
      const room = N.tier[i] === 0 ? Math.max(box - SC.COLUMN_GAP * view.kx * NARROW, 24) - radius - 6 : wide;
      context.globalAlpha = dimmed(i) ? 0.32 : 1;
      context.font = (strong ? "700 " : N.tier[i] === 0 ? "600 " : "") + font + "px " + family;
      context.fillStyle = colour.ink;
      const text = shorten(model.label(i), room, context.font);
      // The product stands in the title already; a stump of its name says nothing.
      if (N.tier[i] === 0 && text.text.endsWith("…") && text.text.length < 12) return;
      context.fillText(text.text, x, two ? y - font * 0.52 : y);
      let end = text.width;
      if (two) {
        context.font = (font - 1.5) + "px " + family;
        context.fillStyle = colour.muted;
        const below = shorten(second(i), room, context.font);
        context.fillText(below.text, x, y + font * 0.66);
        end = Math.max(end, below.width);
      }
      ends[i] = x + end + 4;
    };
    // Where rows are closer than a line of text, what is lit speaks first, then exposed entries, then the rest.
    const tight = pitch < font * 0.98;
    const ranked = tight ? [...order.filter(loud), ...order.filter((i) => !loud(i) && N.verdict[i] === "exposed"), ...order.filter((i) => !loud(i) && N.verdict[i] !== "exposed")] : order;
    const taken = new Map();
    for (const i of ranked) {
      if (tight) {
        if (!taken.has(N.tier[i])) taken.set(N.tier[i], []);
        const rows = taken.get(N.tier[i]), y = sy(i);
        if (rows.some((row) => Math.abs(row - y) < font * 0.98)) continue;
        rows.push(y);
      }
      put(i);
    }
    context.globalAlpha = 1;
  };

  // What the pointer is on, or what is chosen, is never cut short.
  const drawFull = function (i) {
    if (i === null || !shown[i]) return;
    const { font, radius } = drawn, x = sx(i) + radius + 5, y = sy(i), size = Math.max(font, 12);
    context.font = "600 " + size + "px " + family;
    const text = model.label(i), long = context.measureText(text).width;
    context.font = (size - 1.5) + "px " + family;
    const below = second(i), longBelow = context.measureText(below).width;
    const box = Math.max(long, longBelow), left = Math.max(4, Math.min(x, width - box - 8));
    const top = Math.max(HEAD, Math.min(y - size * 1.25, height - size * 2.7));
    context.globalAlpha = 0.96;
    context.fillStyle = colour.paper;
    context.fillRect(left - 4, top, box + 9, size * 2.55);
    context.globalAlpha = 1;
    context.strokeStyle = colour.rule;
    context.lineWidth = 1;
    context.strokeRect(left - 4, top, box + 9, size * 2.55);
    context.textBaseline = "middle";
    context.fillStyle = colour.ink;
    context.font = "600 " + size + "px " + family;
    context.fillText(text, left, top + size * 0.75);
    context.fillStyle = colour.muted;
    context.font = (size - 1.5) + "px " + family;
    context.fillText(below, left, top + size * 1.85);
  };

  const drawShares = function () {
    if (!only) return;
    const lit = [...(chains ? chains.edges : []), ...(paths ? paths.edges : [])].filter((e) => model.edgeShown(e, shown) && !offScreen(e));
    if (lit.length > 60 || drawn.pitch < 14) return;
    context.font = "10px " + family;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const e of lit) {
      const share = E.share[e];
      if (share === null || share >= 1 || sx(E.to[e]) <= sx(E.from[e])) continue;
      const text = options.percent(share), x = sx(E.to[e]) - drawn.radius - 5, y = sy(E.to[e]);
      const size = context.measureText(text).width;
      context.fillStyle = colour.paper;
      context.fillRect(x - size - 2, y - 6, size + 4, 12);
      context.fillStyle = colour.muted;
      context.fillText(text, x, y);
    }
    context.textAlign = "left";
  };

  const draw = function () {
    waiting = false;
    const pitch = SC.ROW_GAP * view.ky, column = SC.COLUMN_GAP * view.kx;
    drawn.pitch = pitch;
    drawn.font = Math.min(13, Math.max(9.5, pitch * 0.9));
    if (pitch > 27) drawn.font = 13;
    drawn.radius = Math.min(6, Math.max(2, pitch * 0.34));
    drawn.box = pitch < 3 ? drawn.radius : Math.min(column * 0.8, Math.max(column - 54, column * 0.62));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = colour.paper;
    context.fillRect(0, 0, width, height);
    const ends = [];
    // Labels are measured first, because lines start where they end; what is drawn first is drawn again on top.
    drawLabels(ends);
    context.fillStyle = colour.paper;
    context.fillRect(0, 0, width, height);
    drawEdges(ends);
    for (let i = 0; i < model.count; i += 1) {
      if (!shown[i]) continue;
      const x = sx(i), y = sy(i);
      if (x < -10 || x > width + 10 || y < HEAD - 14 || y > height + 10) continue;
      context.globalAlpha = dimmed(i) ? 0.35 : 1;
      mark(model.state(i), x, y, N.tier[i] === 0 ? drawn.radius * 1.25 : drawn.radius);
      if (i === selected || i === hovered) {
        context.globalAlpha = 1;
        context.beginPath();
        context.arc(x, y, drawn.radius + 4, 0, 2 * Math.PI);
        context.lineWidth = i === selected ? 2 : 1;
        context.strokeStyle = colour.accent;
        context.stroke();
      }
    }
    context.globalAlpha = 1;
    drawLabels(ends);
    drawShares();
    drawHeads();
    drawFull(hovered);
  };

  const redraw = function () {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(draw);
  };

  // x and y from the canvas's corner. A label belongs to its entry.
  const nodeAt = function (x, y) {
    if (y < HEAD - 6) return null;
    let best = null, least = Infinity;
    const reachY = Math.max(7, Math.min(16, drawn.pitch / 2 + 1)), reachX = Math.max(drawn.radius + 5, 9);
    for (let i = 0; i < model.count; i += 1) {
      if (!shown[i]) continue;
      const dx = x - sx(i), dy = Math.abs(y - sy(i));
      if (dx < -reachX || dx > drawn.box || dy > reachY) continue;
      const distance = dy + Math.max(0, -dx);
      if (distance < least) { least = distance; best = i; }
    }
    return best;
  };

  const refresh = function () {
    shown = model.visible();
    place = model.places(shown);
    countTiers();
    fit();
  };
  const select = function (i, edges) {
    selected = i;
    paths = i === null ? null : model.pathsUp(i);
    chains = i === null ? null : edges || model.chainsDown(i);
    only = i === null ? null : new Set([...paths.nodes, ...chains.nodes]);
    redraw();
  };
  const reveal = function (i) {
    const x = sx(i), y = sy(i);
    if (x < LEFT || x > width - 90) view.ox += width * 0.4 - x;
    if (y < HEAD + 10 || y > height - 20) view.oy += height * 0.5 - y;
    redraw();
  };
  const retheme = () => { colour = palette(); draw(); };

  return {
    view, resize, fit, zoom, nodeAt, refresh, select, reveal, retheme, redraw, draw,
    shown: () => shown, size: () => ({ width, height }), place: (i) => ({ x: sx(i), y: sy(i) }),
    lit: () => (only ? [...only].map((i) => N.node_id[i]).sort() : []),
    hover: (i) => { if (i !== hovered) { hovered = i; redraw(); } },
    move: (value) => { moving = value; redraw(); },
    isFitted: () => fitted && fitted.kx === view.kx && fitted.ox === view.ox && fitted.ky === view.ky && fitted.oy === view.oy,
  };
};
