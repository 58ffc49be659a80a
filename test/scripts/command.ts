/**
 * The last step of `npm run build`: puts the emulator's page, which is plain files, beside the modules, and
 * makes the command one bundle, so that it starts at once. Loading Effect module by module takes the
 * command most of a second on a small machine; a bundle of the same code takes a tenth of it.
 */
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { build } from "esbuild"
import { root } from "./modules.js"

const licenses = ["effect", "ws"].map((name) => {
  const text = readFileSync(`${root}node_modules/${name}/LICENSE`, "utf8").trim().replaceAll("*/", "")
  return `${name}:\n\n${text}`
})

cpSync(`${root}src/testing/emulator/page`, `${root}dist/testing/emulator/page`, { recursive: true })

const directory = `${root}dist/testing/command`
for (const name of readdirSync(directory)) if (/\.js(\.map)?$/.test(name)) rmSync(`${directory}/${name}`)

await build({
  entryPoints: [`${root}src/testing/command/main.ts`],
  outdir: directory,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minifyWhitespace: true,
  minifySyntax: true,
  chunkNames: "[name]-[hash]",
  banner: {
    js: [
      `/* These files hold code of effect, @effect/platform and ws.\n\n${licenses.join("\n\n")}\n*/`,
      // ws is CommonJS, and asks for modules of Node as such
      `import { createRequire as requireFrom } from "node:module";const require = requireFrom(import.meta.url);`
    ].join("\n")
  }
})
