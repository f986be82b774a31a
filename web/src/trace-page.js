/* The page of one trace: what the address asks for. */

import { showCompare } from "./compare.js";
import { el, makeButton, notice } from "./dom.js";
import { compareTitle, lineRange } from "./entries.js";
import { search } from "./filter.js";
import { showOverview } from "./overview.js";
import { plural, printable } from "./text.js";
import { breathe } from "./timing.js";
import { Tree } from "./tree.js";
import { showEntry } from "./viewer.js";

const PRELOADED_ROWS = 200_000;
const byId = (id) => document.getElementById(id);

export class TracePage {
  // `onnexttheme()` and `onhelp()` are called by the keys for the colours and the help.
  constructor(trace, { onnexttheme, onhelp }) {
    this.trace = trace;
    this.onnexttheme = onnexttheme;
    this.onhelp = onhelp;
    this.main = byId("main");
    this.filter = /** @type {HTMLInputElement} */ (byId("filter"));
    this.status = byId("tree-status");
    this.query = "";
    this.picking = null;
    this.shown = null;
    this.tree = new Tree(trace, byId("tree"), {
      onopen: (entry) => this.onopen(entry),
      onerror: (error) => this.say(error.message),
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
    this.bannerText = el("span");
    this.cancel = makeButton("Cancel", () => this.stopPicking());
    this.cancel.hidden = true;
    const banner = el("p", { class: "picking", role: "status" }, this.bannerText, this.cancel);
    this.status.before(banner);
  }

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
      this.say(error.message);
    }
  }

  onfilterkey(event) {
    if (event.key === "Escape" && this.picking !== null) {
      event.preventDefault();
      this.stopPicking();
    } else if (event.key === "Escape") {
      this.clearFilter();
    } else if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      byId("tree").focus();
      if (this.tree.rows.found?.length > 1) {
        this.tree.setActive(1);
        if (event.key === "Enter" && this.tree.rows.found.length === 2) {
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

  onopen(entry) {
    if (this.picking !== null) {
      this.compare(this.picking, entry);
      return;
    }
    this.goTo(`#/${entry.id}`);
  }

  compare(left, right) {
    this.goTo(`#compare=${left.id}&${right.id}`);
  }

  // Browsers tell of no change where the address is the same: what it names may be out of sight.
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
    const hash = location.hash;
    const compare = /^#compare=([^&]+)&([^&]+)$/.exec(hash);
    const one = /^#\/(.*?)(?::L(\d+)(?:-L?(\d+))?)?$/.exec(hash);
    const setViewing = (viewing) => document.body.classList.toggle("viewing", viewing);
    try {
      if (compare !== null) {
        const entries = await Promise.all([compare[1], compare[2]].map((id) => this.need(id)));
        if (this.turn === turn) {
          this.leave(compareTitle(...entries));
          setViewing(true);
          await showCompare(this.main, ...entries, {
            swap: () => this.compare(entries[1], entries[0]),
            onback: () => this.toList(),
          });
        }
      } else if (one !== null && one[1].endsWith("/")) {
        setViewing(false);
        await this.showGroup(one[1], turn);
      } else if (one !== null) {
        const entry = await this.need(one[1]);
        if (this.turn === turn) {
          setViewing(true);
          this.show(entry, one[1], one[2] === undefined ? null : lineRange(one[2], one[3]));
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
        this.main.replaceChildren(notice(error.message, "alarm"));
      }
    }
  }

  // The pane shows no artifact, but what the title says, if anything.
  leave(title = null) {
    this.shown = null;
    this.tree.show(null);
    document.title = title === null ? this.trace.head.title : `${title} · ${this.trace.head.title}`;
  }

  async need(id) {
    const entry = await this.trace.find(id);
    if (entry === null) {
      throw new Error(`There is no artifact ${printable(id)} in this trace.`);
    }
    return entry;
  }

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
        const range = marked?.last > marked?.first ? `-L${marked.last}` : "";
        history.replaceState(null, "", `#/${entry.id}${marked === null ? "" : `:L${marked.first}${range}`}`);
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

  keys() {
    return {
      "/": () => {
        this.filter.focus();  // Not every browser does that when it selects.
        this.filter.select();
      },
      j: () => this.step(1),
      k: () => this.step(-1),
      Enter: (event) => {
        if (event.target.closest("a, button, summary") !== null) {
          event.target.click();
        } else {
          this.tree.activate();
        }
      },
      Escape: () => this.onescape(),
      t: () => this.onnexttheme(),
      "?": () => this.onhelp(),
    };
  }

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
