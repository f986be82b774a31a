/* The report page: what the address asks for, keys, colours. */

(() => {
  "use strict";

  const app = window.artifactStream;
  const PRELOADED_ROWS = 200_000;
  const byId = (id) => document.getElementById(id);

  /* ---- Colours and help ---- */

  function nameTheme() {
    const words = { auto: "as the system", light: "light", dark: "dark" };
    byId("theme").textContent = `Theme: ${app.theme.current}`;
    byId("theme").setAttribute("aria-label", `Theme: ${app.theme.current}, colours ${words[app.theme.current]}`);
  }

  function nextTheme() {
    app.theme.next();
    nameTheme();
  }

  function startFrame() {
    nameTheme();
    byId("theme").addEventListener("click", nextTheme);
    byId("help-button").addEventListener("click", () => byId("help").showModal());
    byId("help-close").addEventListener("click", () => byId("help").close());
  }

  const inField = (target) => target.closest("input, select, textarea, dialog") !== null;

  function onFrameKey(event, keys) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || inField(event.target)) {
      return;
    }
    const action = keys[event.key];
    if (action !== undefined) {
      event.preventDefault();
      action(event);
    }
  }

  /* ---- One trace ---- */

  class TracePage {
    constructor(trace) {
      this.trace = trace;
      this.main = byId("main");
      this.filter = byId("filter");
      this.status = byId("tree-status");
      this.query = "";
      this.picking = null;
      this.shown = null;
      this.tree = new app.Tree(trace, byId("tree"), { onopen: (entry) => this.onopen(entry) });
      this.tree.onerror = (error) => this.say(error.message);
      this.filter.addEventListener("input", () => this.applyFilter());
      this.filter.addEventListener("keydown", (event) => this.onfilterkey(event));
      byId("expand-all").addEventListener("click", () => this.toggleAll());
      byId("home").addEventListener("click", (event) => {
        event.preventDefault();
        this.goHome();
      });
      window.addEventListener("hashchange", () => this.follow());
      this.nameToggle();
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
          this.say(`${app.plural(matches, "match", "matches")} so far, ${Math.floor(share * 100)}% searched`);
        }
      };
      try {
        const result = await app.search(this.trace, query, isCurrent, progress);
        if (result !== null) {
          this.tree.active = 0;
          this.tree.setFound(result.found);
          this.tree.container.scrollTop = 0;
          this.say(app.plural(result.matches, "match", "matches"));
        }
      } catch (error) {
        this.say(error.message);
      }
    }

    onfilterkey(event) {
      if (event.key === "Escape") {
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
        const first = this.picking;
        this.picking = null;
        this.say("");
        this.compare(first, entry);
        return;
      }
      location.hash = `#/${entry.id}`;
    }

    compare(left, right) {
      location.hash = `#compare=${left.id}&${right.id}`;
    }

    goHome() {
      if (location.hash !== "") {
        history.pushState(null, "", location.pathname + location.search);
        this.follow();
      }
    }

    async follow() {
      const turn = (this.turn = {});
      const hash = location.hash;
      const compare = /^#compare=([^&]+)&([^&]+)$/.exec(hash);
      const one = /^#\/(.*?)(?::L(\d+)(?:-L?(\d+))?)?$/.exec(hash);
      document.body.classList.toggle("viewing", compare !== null || (one !== null && !one[1].endsWith("/")));
      try {
        if (compare !== null) {
          const entries = await Promise.all([compare[1], compare[2]].map((id) => this.need(id)));
          if (this.turn === turn) {
            this.leave();
            await app.showCompare(this.main, ...entries, { swap: () => this.compare(entries[1], entries[0]) });
          }
        } else if (one !== null && one[1].endsWith("/")) {
          await this.showGroup(one[1], turn);
        } else if (one !== null) {
          const entry = await this.need(one[1]);
          if (this.turn === turn) {
            this.show(entry, one);
          }
        } else {
          this.leave();
          this.tree.show(null);
          await app.showOverview(this.main, this.trace);
        }
      } catch (error) {
        if (this.turn === turn) {
          this.leave();
          this.main.replaceChildren(app.notice(error.message, "alarm"));
        }
      }
    }

    leave() {
      this.shown = null;
      document.title = this.trace.head.title;
    }

    async need(id) {
      const entry = await this.trace.find(id);
      if (entry === null) {
        throw new Error(`There is no artifact ${app.printable(id)} in this trace.`);
      }
      return entry;
    }

    async showGroup(folder, turn) {
      await this.trace.outline;
      const group = this.trace.groupOfFolder.get(folder);
      if (group === undefined) {
        throw new Error(`There is no compile id ${app.printable(folder)} in this trace.`);
      }
      if (this.turn === turn) {
        if (this.query !== "") {
          this.filter.value = "";
          await this.applyFilter();
        }
        this.tree.showGroup(group);
        await app.showOverview(this.main, this.trace);
      }
    }

    show(entry, [, id, first, last]) {
      const lines = first === undefined ? null : { first: Number(first), last: Number(last ?? first) };
      if (lines !== null && this.shown?.id === id && this.view?.view) {
        this.view.view.mark(lines.first, lines.last);
        return;
      }
      this.shown = entry;
      this.tree.show(entry);
      document.title = `${app.printable(entry.name)} · ${app.printable(entry.group.shown)} · ${this.trace.head.title}`;
      this.view = app.showEntry(this.main, entry, lines, {
        oncompare: (left, right) => this.compare(left, right),
        onpick: (from) => {
          this.picking = from;
          document.body.classList.remove("viewing");
          this.say(`Choose what to compare ${app.printable(from.name)} with.`);
          byId("tree").focus();
        },
        onlines: (marked) => {
          const range = marked.last > marked.first ? `-L${marked.last}` : "";
          history.replaceState(null, "", `#/${entry.id}:L${marked.first}${range}`);
        },
        onback: () => document.body.classList.remove("viewing"),
      });
    }

    onescape() {
      if (this.picking !== null) {
        this.picking = null;
        this.say("");
      } else if (this.query !== "") {
        this.clearFilter();
      } else {
        this.goHome();
        byId("tree").focus();
      }
    }

    keys() {
      return {
        "/": () => this.filter.select(),
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
        t: nextTheme,
        "?": () => byId("help").showModal(),
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
        await app.breathe();
      }
    }
  }

  async function startTrace() {
    const trace = new app.Trace();
    await trace.open();
    const page = new TracePage(trace);
    document.addEventListener("keydown", (event) => onFrameKey(event, page.keys()));
    await page.follow();
    document.documentElement.classList.add("ready");
    await page.preload();
    document.documentElement.classList.add("loaded");
  }

  async function startTraces() {
    const keys = { t: nextTheme, "?": () => byId("help").showModal() };
    document.addEventListener("keydown", (event) => onFrameKey(event, keys));
    await app.startTraces();
    document.documentElement.classList.add("ready", "loaded");
  }

  startFrame();
  const start = document.body.dataset.page === "trace" ? startTrace : startTraces;
  start().catch((error) => {
    byId("main").prepend(app.notice(error.message, "alarm"));
  });
})();
