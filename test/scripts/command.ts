/**
 * The last step of a build: puts the emulator's page, which is plain files, beside the modules, and
 * makes the command one bundle, so that it starts at once. Loading Effect module by module takes the
 * command most of a second on a small machine; a bundle of the same code takes a tenth of it.
 *
 * npx tsx test/scripts/command.ts
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { root } from "./modules.js"

/** `home` has `src`, and `dist` as the compiler left it; what it imports is found in `modules`. */
export const bundleCommand = async (home: string, modules: string, target: string, names: string): Promise<void> => {
  const licenses = ["effect", "ws"].map((name) => {
    const own = join(modules, name, "LICENSE")
    const file = existsSync(own) ? own : join(root, "node_modules", name, "LICENSE")
    return `${name}:\n\n${readFileSync(file, "utf8").trim().replaceAll("*/", "")}`
  })
  cpSync(join(home, "src/testing/emulator/page"), join(home, "dist/testing/emulator/page"), { recursive: true })
  const directory = join(home, "dist/testing/command")
  for (const name of readdirSync(directory)) if (/\.js(\.map)?$/.test(name)) rmSync(join(directory, name))
  await build({
    entryPoints: [join(home, "src/testing/command/main.ts")],
    outdir: directory,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target,
    minifyWhitespace: true,
    minifySyntax: true,
    chunkNames: "[name]-[hash]",
    banner: {
      js: [
        `/* These files hold code of ${names} and ws.\n\n${licenses.join("\n\n")}\n*/`,
        // ws is CommonJS, and asks for modules of Node as such
        `import { createRequire as requireFrom } from "node:module";const require = requireFrom(import.meta.url);`
      ].join("\n")
    }
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleCommand(root, join(root, "node_modules"), "node20", "effect, @effect/platform")
}
