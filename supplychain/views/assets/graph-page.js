SC.startMap(document.querySelector("[data-map]"), SC.data.graph);
requestAnimationFrame(() => {
  performance.mark("first-picture");
  document.documentElement.dataset.ready = "1";
});
