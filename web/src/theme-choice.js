/* Light, dark or as the system.  What is chosen stands on the page's root element, where every
   script of the page finds it, and in the browser's storage for the pages after it. */

const KEY = "artifact-stream-theme";
const ORDER = ["auto", "light", "dark"];

// A browser may forbid storage to pages from a disk.
function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @param {string} theme */
function store(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice holds until the page is left.
  }
}

/**
 * Gives the page the colours of a theme; those of the system for any other word.
 *
 * @param {string | null} theme
 */
export function applyTheme(theme) {
  if (theme === "light" || theme === "dark") {
    document.documentElement.dataset.theme = theme;
  } else {
    delete document.documentElement.dataset.theme;
  }
}

export const applyStoredTheme = () => applyTheme(stored());

// `auto`, `light` or `dark`.
export const currentTheme = () => document.documentElement.dataset.theme ?? "auto";

export function chooseNextTheme() {
  const theme = ORDER[(ORDER.indexOf(currentTheme()) + 1) % ORDER.length];
  store(theme);
  applyTheme(theme);
  // A framed code page has its own colours; where it is loaded later, its name says which.
  /** @type {NodeListOf<HTMLIFrameElement>} */
  const frames = document.querySelectorAll("iframe.frame");
  for (const frame of frames) {
    frame.name = `theme-${theme}`;
    // A page from a disk has no origin that could be named.
    frame.contentWindow?.postMessage({ theme }, "*");
  }
}
