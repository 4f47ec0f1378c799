// Builds ../built/page.js and page.css, or both in a directory that is named: `npm run build`. What it makes depends on package-lock.json
// and nothing else.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const [out = join(here, "../built")] = process.argv.slice(2);

const options = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  write: false,
};
const script = await build({
  ...options,
  entryPoints: ["src/main.tsx"],
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  outfile: "page.js",
});
const style = await build({ ...options, entryPoints: ["src/style.css"], outfile: "page.css" });

// The licences of what is in it go with it.
const packages = new Set(
  Object.keys(script.metafile.inputs)
    .map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
    .filter(Boolean),
);
const notices = [...packages].sort().map((name) => {
  const files = readdirSync(join(modules, name)).filter((file) => /^licen[cs]e/i.test(file));
  if (files.length === 0) throw new Error(`${name} has no licence file.`);
  return `${name}\n\n${readFileSync(join(modules, name, files[0]), "utf8").trim()}`;
});
if (notices.some((text) => text.includes("*/"))) throw new Error("A licence would end the comment that it is in.");
writeFileSync(join(out, "page.js"), `/*! What is in here beside the page itself:\n\n${notices.join("\n\n---\n\n")}\n*/\n${script.outputFiles[0].text}`);
writeFileSync(join(out, "page.css"), style.outputFiles[0].text);
