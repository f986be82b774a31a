/* The report page: what the address asks for, keys, colours. */

import { loadData, receivers } from "./data-files.js";
import { byId, elementOf, firstElement, notice } from "./dom.js";
import { loaders } from "./loaders.js";
import { messageOf } from "./text.js";
import { chooseNextTheme, currentTheme } from "./theme-choice.js";
import { TracePage } from "./trace-page.js";
import { Trace } from "./trace.js";
import { startTraces } from "./traces-page.js";

// The one global of the page: data files call it, and the loaders that the index names are in it.
window.artifactStream = { ...receivers, ...loaders };

/**
 * What a key does.
 *
 * @typedef {{ [key: string]: (event: Event) => void }} Keys
 */

const help = () => /** @type {HTMLDialogElement} */ (byId("help"));
const showHelp = () => help().showModal();

/* ---- Colours and help ---- */

function nameTheme() {
  const theme = currentTheme();
  const words = theme === "auto" ? "as the system" : theme;
  byId("theme").textContent = `Theme: ${theme}`;
  byId("theme").setAttribute("aria-label", `Theme: ${theme}, colours ${words}`);
}

function nextTheme() {
  chooseNextTheme();
  nameTheme();
}

function startFrame() {
  nameTheme();
  byId("theme").addEventListener("click", nextTheme);
  byId("help-button").addEventListener("click", showHelp);
  byId("help-close").addEventListener("click", () => help().close());
}

/** @param {Event} event */
const inField = (event) => (elementOf(event)?.closest("input, select, textarea, dialog") ?? null) !== null;

/**
 * @param {KeyboardEvent} event
 * @param {Keys} keys
 */
function onFrameKey(event, keys) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || inField(event)) {
    return;
  }
  const action = keys[event.key];
  if (action !== undefined) {
    event.preventDefault();
    action(event);
  }
}

/* ---- One trace ---- */

async function startTrace() {
  const trace = new Trace(loadData);
  await trace.open();
  const page = new TracePage(trace, { onnexttheme: nextTheme, onhelp: showHelp });
  document.addEventListener("keydown", (event) => onFrameKey(event, page.keys()));
  await page.follow();
  document.documentElement.classList.add("ready");
  await page.preload();
  document.documentElement.classList.add("loaded");
}

/**
 * Of the help, which is that of a trace's page, what holds on a page with these keys.
 *
 * @param {Keys} keys
 */
function keepHelpOf(keys) {
  /** @type {NodeListOf<HTMLElement>} */
  const rows = document.querySelectorAll("#help .keys div");
  for (const row of rows) {
    row.hidden = ![...row.querySelectorAll("kbd")].some((key) => (key.textContent ?? "") in keys);
  }
  firstElement("#help p").hidden = true;
}

async function startTracesPage() {
  const keys = { t: nextTheme, "?": showHelp };
  document.addEventListener("keydown", (event) => onFrameKey(event, keys));
  keepHelpOf(keys);
  await startTraces();
  document.documentElement.classList.add("ready", "loaded");
}

startFrame();
const start = document.body.dataset.page === "trace" ? startTrace : startTracesPage;
start().catch((error) => {
  byId("main").prepend(notice(messageOf(error), "alarm"));
});
