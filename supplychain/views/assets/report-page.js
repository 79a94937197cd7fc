// The report stands without script; this adds copying, printing and the map, which is drawn when it comes near.
(function () {
  const copyButton = document.querySelector("[data-copy]"), told = document.querySelector("[data-copied]");
  const t = SC.makeTexts(SC.data.graph.texts);

  const byHand = function (text) {
    const area = SC.el("textarea", { class: "hidden", readonly: true }, text);
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  // Both forms at once: a word processor takes the table, anything else the text.
  const copy = async function () {
    const text = SC.data.keys_text;
    const html = new XMLSerializer().serializeToString(document.querySelector("[data-keys]"))
      + "<p>" + text.slice(text.indexOf("\n\n", text.lastIndexOf("\t"))).trim().split("\n").map((line) => line.replace(/&/g, "&amp;").replace(/</g, "&lt;")).join("<br/>") + "</p>";
    try {
      await navigator.clipboard.write([new ClipboardItem({
        "text/plain": new Blob([text], { type: "text/plain" }), "text/html": new Blob([html], { type: "text/html" }),
      })]);
      return true;
    } catch (error) { return byHand(text); }
  };
  copyButton.addEventListener("click", async () => {
    if (await copy()) told.textContent = t("graph.copied");
    window.setTimeout(() => { told.textContent = ""; }, 4000);
  });
  document.querySelector("[data-print-page]").addEventListener("click", () => window.print());

  const root = document.querySelector("[data-map]");
  let started = false;
  const start = function () {
    if (started) return;
    started = true;
    SC.startMap(root, SC.data.graph);
    requestAnimationFrame(() => { document.documentElement.dataset.map = "1"; });
  };
  new IntersectionObserver((entries, observer) => {
    if (entries.some((entry) => entry.isIntersecting)) { observer.disconnect(); start(); }
  }, { rootMargin: "600px" }).observe(root);
  window.addEventListener("beforeprint", start);
  window.supplychainReport = { startMap: start, keysText: () => SC.data.keys_text };

  requestAnimationFrame(() => {
    performance.mark("first-picture");
    document.documentElement.dataset.ready = "1";
  });
})();
