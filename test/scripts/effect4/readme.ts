/** The README of the package for Effect 4: that of the repository, with its code as the transform makes it. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { examplesOf } from "../examples.js"
import { root } from "../modules.js"
import { effect } from "./manifest.js"
import { onEffect4 } from "./pages.js"

const own = JSON.parse(readFileSync(join(root, "test/effect4/package.json"), "utf8")).devDependencies

/** `^4.0` of `4.0.5`, as the README writes versions. */
const minor = (name: string): string => `${name}@^${/\d+\.\d+/.exec(own[name])?.[0]}`
const major = (name: string): string => `${name}@^${/\d+/.exec(own[name])?.[0]}`

const onEffect3 = "effect-genesys-chats@3 effect@^3.22 @effect/platform@^0.97 undici@^7"
const install = `effect-genesys-chats@4 effect@${effect} ${major("undici")}`

/** What the README says otherwise. Each text must be there: that one has changed is noticed here. */
const wordings: ReadonlyArray<readonly [onEffect3: string, onEffect4: string]> = [
  [
    "Node 20 or later. The package is ESM, so in a new folder also run `npm pkg set type=module`. Pin `effect`: its `latest` is Effect 4, which has [its own version](#effect-3-and-effect-4). `@effect/schema` has been merged into `effect`: schemas here are `effect/Schema`. `undici`",
    "Node 22.19 or later. The package is ESM, so in a new folder also run `npm pkg set type=module`. Effect 3 has [its own version](#effect-3-and-effect-4). `undici`"
  ],
  ["@effect/vitest@^0.30 vitest@^3", `${minor("@effect/vitest")} ${major("vitest")}`],
  [
    "PostgreSQL or SQLite (`effect-genesys-chats/sql`). `effect-genesys-chats/workflow` has durable sends on `@effect/workflow` that survive a crash. [More]",
    "PostgreSQL (`effect-genesys-chats/sql`). Durable sends that survive a crash are for Effect 3 so far. [More]"
  ],
  [
    "`effect-genesys-chats@4` is built from the same sources,",
    "`effect-genesys-chats@3` is built from the same sources,"
  ],
  ["It needs Node 22.19 or later. [What differs]", "It needs Node 20 or later. [What differs]"],
  [
    "| limits, deadlines, jumping clocks | on virtual time, and with real sockets and processes |\n| stores and workflows | on real Redis, PostgreSQL and SQLite, with processes being killed |",
    "| limits, deadlines, jumping clocks | on virtual time, and with real sockets |\n| stores | on real Redis and PostgreSQL |"
  ],
  [
    "| Node 20, 22 and 24, TypeScript 5.5 to 7.0, npm, pnpm, yarn, bun | on the packed tarball, in CI |",
    "| npm, pnpm, yarn, bun | on the packed tarball, in CI |"
  ],
  ["`lookBack` of `History.follow`, `settle` of durable sends |", "`lookBack` of `History.follow` |"]
]

export const readme = (): string => {
  const text = readFileSync(join(root, "README.md"), "utf8")
  const codes = onEffect4(examplesOf("README.md", text)).map((example) =>
    example.text.replace(/^\/\/.*\n/, "").replace(/\nexport \{ *\}\n$/, "")
  )
  let at = 0
  const withCode = text.replaceAll(/^```ts\n[\s\S]*?^```/gm, () => `\`\`\`ts\n${codes[at++]}\`\`\``)
  // each names the other
  const swapped = withCode.replaceAll(new RegExp(`${escaped(onEffect3)}|${escaped(install)}`, "g"), (found) =>
    found === install ? onEffect3 : install
  )
  return wordings.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`README.md no longer says: ${from}`)
    return before.replace(from, to)
  }, swapped)
}

const escaped = (text: string): string => text.replaceAll(/[.^]/g, "\\$&")
