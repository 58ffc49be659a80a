/**
 * The last step of `npm run build`: puts the modules of `dist` together into a few files. Node takes
 * about a millisecond for each file of a program, and one for each module would be a third of the
 * time to the first reply. The public modules keep their paths, and bundlers what they can leave out.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { type Plugin, rollup } from "rollup"
import { modules } from "./modules.js"

const dist = resolve(process.argv[2] ?? "dist")

/**
 * What is needed together. Bundlers leave out a file that a program takes nothing from, but not what
 * has effects, or could have to them, in one that it needs: what is used without the client, as the
 * endpoints are with the stub, is apart from it.
 */
const chunks: ReadonlyArray<readonly [name: string, files: RegExp]> = [
  [
    "endpoints",
    /^(Chats|ChatsError|Endpoint)\.js|^(domain|endpoints)\/|^internal\/(lazySchema|pathSegment|schema)\.js/
  ],
  [
    "pipelines",
    /^(Broadcast|Conversation|History|MessageLoader|Rooms)\.js|^(conversations|internal\/(history|loader))\//
  ],
  // package.json names it for browsers, which leave it out
  ["server", /^testing\/internal\/server\.js/],
  ["testing", /^testing\//],
  ["client", /^(?!undici\.js|internal\/undici\/|testing\/)/]
]

/**
 * Each public module is a file of its own that exports what its source does: were it a part of a chunk,
 * what others take from the chunk would be in its exports.
 */
const facade = "\0facade:"
const files: Plugin = {
  name: "files",
  resolveId: (id) => (id.startsWith(facade) ? id : null),
  load: (id) =>
    id.startsWith(facade)
      ? `export * from ${JSON.stringify(id.slice(facade.length))}`
      : { code: readFileSync(id, "utf8"), map: readFileSync(`${id}.map`, "utf8") }
}

/** They do nothing but export other modules, and stay as they are: bundlers look through them. */
const indexes = ["index.js", "testing/index.js"]
const entries = modules
  .map(({ source }) => source.replace(/^src\//, "").replace(/\.ts$/, ".js"))
  .filter((file) => !indexes.includes(file))

const bundle = await rollup({
  input: Object.fromEntries(entries.map((file) => [file.replace(/\.js$/, ""), facade + join(dist, file)])),
  external: (id) => /^(effect|@effect|node:|undici)/.test(id),
  plugins: [files],
  // as package.json says; otherwise, imports that nothing is taken from would stay
  treeshake: { moduleSideEffects: false },
  onwarn: (warning) => {
    throw new Error(warning.message)
  }
})
const { output } = await bundle.generate({
  dir: dist,
  format: "es",
  sourcemap: true,
  chunkFileNames: "internal/[name].js",
  // a chunk's imports are its own
  hoistTransitiveImports: false,
  manualChunks: (id) =>
    id.startsWith(facade)
      ? undefined
      : chunks.find(([, files]) => files.test(relative(dist, id).replaceAll("\\", "/")))?.[0]
})
for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
  const isIndex = indexes.some((index) => join(index) === file.replace(/\.map$/, ""))
  if (/\.js(\.map)?$/.test(file) && !isIndex) rmSync(join(dist, file))
}
/** Nothing is taken from these: rollup only keeps the order in which files are loaded. The lines stay, for the maps. */
const withoutBareImports = (code: string): string => code.replace(/^import '\.[^']*';$/gm, "")
for (const file of output) {
  const content = file.type === "chunk" ? withoutBareImports(file.code) : file.source
  writeFileSync(join(dist, file.fileName), content)
}
