/* Bundles the entry points of src into the classic scripts that pages load: build.js [FOLDER]

   Pages opened from a disk may load no modules, so each bundle is one script of its own.  The
   bundles are committed, and not minified: what runs in a page can be read there. */

import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  absWorkingDir: here("."),
  entryPoints: ["src/report.js", "src/code.js", "src/theme.js"],
  outdir: process.argv[2] ?? here("../artifact_stream/web/assets"),
  bundle: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "inline",
  banner: { js: "/* Made of web/src by `make web`: do not edit. */" },
  logLevel: "warning",
});
