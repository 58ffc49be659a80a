/** Own code in a bundle: what a program carries of the library, without its peers. */
import { createRequire } from "node:module"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { type BuildOptions, build, type Metafile, transform } from "esbuild"
import { rollup } from "rollup"

const peers = ["effect", "effect/*", "@effect/*", "undici"]

/** For esbuild, which does not look through the namespaces of the root. */
const live = (program: string) => `
  import * as Chats from "effect-genesys-chats/Chats"
  import * as ChatsClient from "effect-genesys-chats/ChatsClient"
  import * as Credentials from "effect-genesys-chats/Credentials"
  import * as Region from "effect-genesys-chats/Region"
  export const program = ${program}
  export const layers = [ChatsClient.layer, Credentials.layerToken, Region.layer]
`

/** The programs whose size is promised. */
export const programs = {
  endpoint: `
    import * as Chats from "effect-genesys-chats/Chats"
    export const program = Chats.getChatsRoom({ roomJid: "a" })
  `,
  liveFromModules: live(`Chats.getChatsRoom({ roomJid: "a" })`),
  allEndpoints: live("{ ...Chats }"),
  liveFromRoot: `
    import { Chats, ChatsClient, Credentials, Region } from "effect-genesys-chats"
    export const program = Chats.getChatsRoom({ roomJid: "a" })
    export const layers = [ChatsClient.layer, Credentials.layerToken, Region.layer]
  `,
  all: `export * from "effect-genesys-chats"`
}

/** A bundle, and what each file put into it. */
export interface Bundle {
  readonly code: string
  readonly metafile: Metafile
}

export type Options = Pick<BuildOptions, "external" | "format" | "platform">

/** A program's bundle, minified; the package is found from a directory. */
export const withEsbuild = async (directory: string, contents: string, options: Options = {}): Promise<Bundle> => {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: directory, loader: "js" },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "none",
    external: peers,
    logLevel: "silent",
    ...options,
    write: false,
    metafile: true
  })
  return { code: outputFiles[0]?.text ?? "", metafile }
}

export const withRollup = async (directory: string, contents: string): Promise<string> => {
  const { resolve } = createRequire(join(directory, "package.json"))
  const bundle = await rollup({
    input: "program",
    external: (id) => /^(effect|@effect\/\w+|undici)(\/|$)/.test(id),
    plugins: [
      {
        name: "consumer",
        resolveId: (id) => (id === "program" ? id : id.startsWith("effect-genesys-chats") ? resolve(id) : null),
        load: (id) => (id === "program" ? contents : null)
      }
    ]
  })
  const { output } = await bundle.generate({ format: "es" })
  return (await transform(output[0].code, { minify: true, format: "esm", target: "es2022" })).code
}

export const gzippedBytes = (code: string): number => gzipSync(code, { level: 9 }).byteLength
