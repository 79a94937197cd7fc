(function () {
  "use strict";
  try {
    const theme = window.localStorage.getItem("supplychain-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch (error) { /* storage may be forbidden; the system's choice stands then */ }
})();
