/* The page of one trace: what the address asks for. */

/** @import { LineRange } from "./code-lines.js" */
/** @import { Entry, Trace } from "./trace.js" */
/** @import { Shown } from "./viewer.js" */

import { compareAddress, entryAddress, traceAddress } from "./addresses.js";
import { showCompare } from "./compare.js";
import { byId, el, elementOf, makeButton, notice } from "./dom.js";
import { compareTitle, hrefOf } from "./entries.js";
import { search } from "./filter.js";
import { showOverview } from "./overview.js";
import { messageOf, plural, printable } from "./text.js";
import { breathe } from "./timing.js";
import { Tree } from "./tree.js";
import { showEntry } from "./viewer.js";

const PRELOADED_ROWS = 200_000;

export class TracePage {
  /**
   * @param {Trace} trace
   * @param {object} actions What the keys for the colours and the help do.
   * @param {() => void} actions.onnexttheme
   * @param {() => void} actions.onhelp
   */
  constructor(trace, { onnexttheme, onhelp }) {
    this.trace = trace;
    this.onnexttheme = onnexttheme;
    this.onhelp = onhelp;
    this.main = byId("main");
    this.filter = /** @type {HTMLInputElement} */ (byId("filter"));
    this.status = byId("tree-status");
    this.query = "";
    /** @type {Entry | null} */
    this.picking = null;
    /** @type {Entry | null} */
    this.shown = null;
    /** @type {Shown | null} */
    this.view = null;
    // What the address asks for, and what of it is in the pane: each time another object.
    this.turn = {};
    this.settled = {};
    this.bannerText = el("span");
    this.cancel = makeButton("Cancel", () => this.stopPicking());
    this.tree = new Tree(trace, byId("tree"), {
      onopen: (entry) => this.onopen(entry),
      onerror: (error) => this.say(messageOf(error)),
    });
    this.filter.addEventListener("input", () => this.applyFilter());
    this.filter.addEventListener("keydown", (event) => this.onfilterkey(event));
    byId("expand-all").addEventListener("click", () => this.toggleAll());
    byId("home").addEventListener("click", (event) => {
      event.preventDefault();
      this.goHome();
    });
    window.addEventListener("hashchange", () => this.follow());
    this.nameToggle();
    this.makeBanner();
  }

  // Says, above the list, that the next artifact that is opened is compared with one.
  makeBanner() {
    this.cancel.hidden = true;
    const banner = el("p", { class: "picking", role: "status" }, this.bannerText, this.cancel);
    this.status.before(banner);
  }

  /** @param {Entry} from */
  startPicking(from) {
    this.picking = from;
    this.bannerText.textContent = `Choose what to compare ${printable(from.name)} with.`;
    this.cancel.hidden = false;
    this.toList();
  }

  // Back to what the address names: the artifact that was to be compared.
  stopPicking() {
    if (this.picking !== null) {
      this.endPicking();
      byId("tree").focus();
      this.follow();
    }
  }

  endPicking() {
    this.picking = null;
    this.bannerText.textContent = "";
    this.cancel.hidden = true;
  }

  // On narrow screens the list and an artifact take turns.
  toList() {
    document.body.classList.remove("viewing");
    byId("tree").focus();
  }

  /** @param {string} text */
  say(text) {
    this.status.textContent = text;
  }

  nameToggle() {
    byId("expand-all").textContent = this.tree.rows.allOpen ? "Collapse all" : "Expand all";
  }

  toggleAll() {
    this.tree.rows.setAllOpen(!this.tree.rows.allOpen);
    this.tree.redraw();
    this.nameToggle();
  }

  /* The filter */

  async applyFilter() {
    const query = this.filter.value.trim();
    if (query === this.query) {
      return;
    }
    this.query = query;
    if (query === "") {
      this.tree.setFound(null);
      this.tree.show(this.shown);
      this.say("");
      return;
    }
    const isCurrent = () => this.query === query;
    /** @type {Parameters<typeof search>[3]} */
    const progress = (found, matches, share) => {
      if (isCurrent()) {
        this.tree.setFound(found);
        this.say(`${plural(matches, "match", "matches")} so far, ${Math.floor(share * 100)}% searched`);
      }
    };
    try {
      const result = await search(this.trace, query, isCurrent, progress);
      if (result !== null) {
        this.tree.active = 0;
        this.tree.setFound(result.found);
        this.tree.container.scrollTop = 0;
        this.say(plural(result.matches, "match", "matches"));
      }
    } catch (error) {
      this.say(messageOf(error));
    }
  }

  /** @param {KeyboardEvent} event */
  onfilterkey(event) {
    if (event.key === "Escape" && this.picking !== null) {
      event.preventDefault();
      this.stopPicking();
    } else if (event.key === "Escape") {
      this.clearFilter();
    } else if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      byId("tree").focus();
      const rows = this.tree.rows.found?.length ?? 0;
      if (rows > 1) {
        this.tree.setActive(1);
        if (event.key === "Enter" && rows === 2) {
          this.tree.activate();
        }
      }
    }
  }

  clearFilter() {
    this.filter.value = "";
    this.applyFilter();
    byId("tree").focus();
  }

  /* What the address asks for */

  /** @param {Entry} entry */
  onopen(entry) {
    if (this.picking !== null) {
      this.compare(this.picking, entry);
      return;
    }
    this.goTo(hrefOf(entry));
  }

  /**
   * @param {Entry} left
   * @param {Entry} right
   */
  compare(left, right) {
    this.goTo(compareAddress(left.id, right.id));
  }

  /**
   * Browsers tell of no change where the address is the same: what it names may be out of sight.
   *
   * @param {string} hash
   */
  goTo(hash) {
    const before = location.hash;
    location.hash = hash;
    if (location.hash === before) {
      this.follow();
    }
  }

  goHome() {
    if (location.hash !== "") {
      history.pushState(null, "", location.pathname + location.search);
      this.follow();
    }
  }

  async follow() {
    const turn = (this.turn = {});
    this.endPicking();
    const asked = traceAddress(location.hash);
    const setViewing = (/** @type {boolean} */ viewing) => document.body.classList.toggle("viewing", viewing);
    try {
      if (asked.kind === "compare") {
        const [left, right] = await Promise.all([this.need(asked.left), this.need(asked.right)]);
        if (this.turn === turn) {
          this.leave(compareTitle(left, right));
          setViewing(true);
          await showCompare(this.main, left, right, {
            swap: () => this.compare(right, left),
            onback: () => this.toList(),
          });
        }
      } else if (asked.kind === "group") {
        setViewing(false);
        await this.showGroup(asked.folder, turn);
      } else if (asked.kind === "entry") {
        const entry = await this.need(asked.id);
        if (this.turn === turn) {
          setViewing(true);
          this.show(entry, asked.id, asked.lines);
        }
      } else {
        setViewing(false);
        this.leave();
        await showOverview(this.main, this.trace);
      }
    } catch (error) {
      if (this.turn === turn) {
        setViewing(false);
        this.leave();
        this.main.replaceChildren(notice(messageOf(error), "alarm"));
      }
    }
  }

  /**
   * The pane shows no artifact, but what the title says, if anything.
   *
   * @param {string | null} title
   */
  leave(title = null) {
    this.shown = null;
    this.tree.show(null);
    document.title = title === null ? this.trace.head.title : `${title} · ${this.trace.head.title}`;
  }

  /** @param {string} id */
  async need(id) {
    const entry = await this.trace.find(id);
    if (entry === null) {
      throw new Error(`There is no artifact ${printable(id)} in this trace.`);
    }
    return entry;
  }

  /**
   * @param {string} folder
   * @param {object} turn
   */
  async showGroup(folder, turn) {
    await this.trace.outline;
    const group = this.trace.groupOfFolder.get(folder);
    if (group === undefined) {
      throw new Error(`There is no compile id ${printable(folder)} in this trace.`);
    }
    if (this.turn === turn) {
      this.leave(printable(group.shown));
      if (this.query !== "") {
        this.filter.value = "";
        await this.applyFilter();
      }
      this.tree.showGroup(group);
      await showOverview(this.main, this.trace);
    }
  }

  /**
   * @param {Entry} entry
   * @param {string} id As the address has it.
   * @param {LineRange | null} lines
   */
  show(entry, id, lines) {
    this.settled = this.turn;
    if (this.shown?.id === id && this.view?.view) {
      this.view.follow(lines);
      return;
    }
    this.shown = entry;
    this.tree.show(entry);
    document.title = `${printable(entry.name)} · ${printable(entry.group.shown)} · ${this.trace.head.title}`;
    this.view = showEntry(this.main, entry, lines, {
      oncompare: (left, right) => this.compare(left, right),
      onpick: (from) => this.startPicking(from),
      onlines: (marked) => {
        if (this.settled !== this.turn || this.shown !== entry) {
          return; // The address is that of something else by now.
        }
        history.replaceState(null, "", entryAddress(entry.id, marked));
      },
      onback: () => this.toList(),
    });
  }

  onescape() {
    if (this.picking !== null) {
      this.stopPicking();
    } else if (this.query !== "") {
      this.clearFilter();
    } else {
      this.goHome();
      byId("tree").focus();
    }
  }

  /**
   * What keys do, wherever the focus is.
   *
   * @returns {{ [key: string]: (event: Event) => void }}
   */
  keys() {
    return {
      "/": () => {
        this.filter.focus();  // Not every browser does that when it selects.
        this.filter.select();
      },
      j: () => this.step(1),
      k: () => this.step(-1),
      Enter: (event) => {
        const element = elementOf(event);
        if (element instanceof HTMLElement && element.closest("a, button, summary") !== null) {
          element.click();
        } else {
          this.tree.activate();
        }
      },
      Escape: () => this.onescape(),
      t: () => this.onnexttheme(),
      "?": () => this.onhelp(),
    };
  }

  /** @param {number} step */
  step(step) {
    byId("tree").focus({ preventScroll: true });
    this.tree.move(step);
  }

  // Loads the rows while nothing else is to do, so that the filter need not wait for them.
  async preload() {
    await this.trace.outline;
    const last = Math.min(this.trace.head.rows, PRELOADED_ROWS);
    for (let row = 0; row < last; row += this.trace.head.shard_rows) {
      await this.trace.shard(row / this.trace.head.shard_rows);
      await breathe();
    }
  }
}
