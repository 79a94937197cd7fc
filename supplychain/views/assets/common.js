"use strict";
// What every page needs: elements made from text, texts of the catalogue, numbers, the theme, printing.
const SC = {};

SC.data = JSON.parse(document.getElementById("page-data").textContent);

// Children are nodes or text; nothing is ever parsed as HTML.
SC.el = function (tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === "") continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
};

// A name from the data: isolated, so that a right-to-left name does not reorder what stands around it.
SC.bdi = (text, attributes) => SC.el("bdi", attributes, text);

SC.link = function (url, text) {
  if (!/^https?:\/\/[^\s]+$/i.test(url || "")) return SC.bdi(text);
  return SC.el("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, SC.bdi(text));
};

SC.makeTexts = function (entries) {
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? values[name] : whole));
  const t = (key, values) => fill(key in entries ? entries[key] : key, values);
  t.either = (prefix, value) => entries[prefix + "." + value] || String(value || "").replaceAll("_", " ");
  t.counted = (key, count, values) => t(key + (count === 1 ? ".one" : ".many"), { count, ...values });
  return t;
};

// The same rules as views/numbers.py; a test compares the two.
SC.numbers = function (t) {
  const trim = (text, decimals) => (text.endsWith("." + "0".repeat(decimals)) ? text.slice(0, -decimals - 1) : text);
  const percentNumber = function (share) {
    if (share > 0 && share < 0.0005) return "<0.1";
    if (share >= 0.9995 && share < 1 - 1e-9) return ">99.9";
    return trim((share * 100 + 1e-9).toFixed(1), 1);
  };
  const percent = (share) => (share === null || share === undefined ? t("number.not_known") : t("number.percent", { value: percentNumber(share) }));
  const interval = function (low, high) {
    const none = (value) => value === null || value === undefined;
    if (none(low) && none(high)) return t("number.not_known");
    let first = percentNumber(none(low) ? 0 : low);
    let last = percentNumber(none(high) ? 1 : high);
    if (first === "0" && last === "<0.1") first = last;
    if (first === ">99.9" && last === "100") last = first;
    return first === last ? t("number.percent", { value: first }) : t("number.percent_interval", { low: first, high: last });
  };
  const amount = function (value) {
    const size = Math.abs(value);
    if (size === 0) return "0";
    if (size >= 100000) value = Number(value.toPrecision(3));
    if (size >= 100) return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
    if (size >= 10) return trim(value.toFixed(1), 1);
    if (size >= 1) return trim(value.toFixed(2), 2);
    return String(Number(value.toPrecision(3)));
  };
  const money = (value) => (value === null || value === undefined ? "" : t("number.usd", { value: amount(value) }));
  return { percentNumber, percent, interval, amount, money };
};

SC.isDark = function () {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
};

SC.onTheme = [];

SC.startTheme = function () {
  const tell = () => SC.onTheme.forEach((listener) => listener());
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    const show = () => button.setAttribute("aria-pressed", String(SC.isDark()));
    button.addEventListener("click", () => {
      const theme = SC.isDark() ? "light" : "dark";
      document.documentElement.dataset.theme = theme;
      try { window.localStorage.setItem("supplychain-theme", theme); } catch (error) { /* not kept, still switched */ }
      tell();
    });
    SC.onTheme.push(show);
    show();
  }
};

// Paper cannot be unfolded: open what is marked for printing, and close it again. Paper is light.
SC.startPrint = function () {
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details[data-print]:not([open])")];
    opened.forEach((details) => { details.open = true; });
    document.documentElement.dataset.printing = "1";
    SC.onTheme.forEach((listener) => listener());
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((details) => { details.open = false; });
    delete document.documentElement.dataset.printing;
    SC.onTheme.forEach((listener) => listener());
  });
};

SC.startTheme();
SC.startPrint();
