/* Made of web/src by `make web`: do not edit. */
"use strict";
(() => {
  // src/theme-choice.js
  var KEY = "artifact-stream-theme";
  function stored() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }
  function applyTheme(theme) {
    if (theme === "light" || theme === "dark") {
      document.documentElement.dataset.theme = theme;
    } else {
      delete document.documentElement.dataset.theme;
    }
  }
  var applyStoredTheme = () => applyTheme(stored());

  // src/theme.js
  applyStoredTheme();
  document.documentElement.classList.add("scripted");
})();
