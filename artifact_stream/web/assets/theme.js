/* Light, dark or as the system: set before the page is painted, so that nothing flashes. */

(() => {
  "use strict";

  const KEY = "artifact-stream-theme";
  const ORDER = ["auto", "light", "dark"];
  const app = (window.artifactStream ??= {});

  // A browser may forbid storage to pages from a disk.
  function stored() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function store(theme) {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // The choice holds until the page is left.
    }
  }

  function apply(theme) {
    if (theme === "auto") {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = theme;
    }
  }

  app.theme = {
    current: ORDER.includes(stored()) ? stored() : "auto",
    next() {
      this.current = ORDER[(ORDER.indexOf(this.current) + 1) % ORDER.length];
      store(this.current);
      apply(this.current);
      // A framed code page has its own colours; where it is loaded later, its name says which.
      for (const frame of document.querySelectorAll("iframe.frame")) {
        frame.name = `theme-${this.current}`;
        // A page from a disk has no origin that could be named.
        frame.contentWindow.postMessage({ theme: this.current }, "*");
      }
    },
  };
  apply(app.theme.current);
  document.documentElement.classList.add("scripted");
})();
