import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { beforeAll, describe, expect, inject, it } from "vitest"
import { modules } from "../scripts/modules.js"
import { output, toolchain } from "./toolchain.js"

/*
 * The declarations as consumers compile them. `skipLibCheck` is off, so that ours are checked
 * whole; so are then those of the peers, whose complaints are not ours to fix: only what is
 * said of the program and of our own files counts.
 */

const consumer = inject("consumer")
const installed = fileURLToPath(new URL("../../node_modules/typescript", import.meta.url))

const program = `
import * as Effect from "effect/Effect"
import { Chats, RoomJid, type ChatsClient, type ChatsError, type Endpoint } from "effect-genesys-chats"
import * as OneByOne from "effect-genesys-chats/Chats"
import * as Testing from "effect-genesys-chats/testing"
${modules.map(({ subpath }, index) => `export * as m${index} from "effect-genesys-chats${subpath.slice(1)}"`).join("\n")}

const roomJid = RoomJid.make("a@conference.acme.orgspan.com")

export const subject: Effect.Effect<string | undefined, unknown, ChatsClient.ChatsClient> = Effect.map(
  Chats.getChatsRoom({ roomJid }),
  (room) => room.subject
)
export const same: typeof Chats.getChatsRoom = OneByOne.getChatsRoom
export const missing = (error: ChatsError.NotFound): 404 => error.status
export const stubbed = Testing.ChatsStub.layer({ getChatsRoom: () => Effect.succeed({ subject: "Incident 4711" }) })
export const page = (limit: number | undefined) => Chats.getChatsRoomMessages({ roomJid, limit })
export const handled = Chats.postChatsRoomMessages({ roomJid, message: "Hi" }).pipe(
  Effect.catchTag("Forbidden", (error) => Effect.succeed(error.correlationId))
)

// @ts-expect-error a plain string is no RoomJid
Chats.getChatsRoom({ roomJid: "a" })
// @ts-expect-error a message must be given
Chats.postChatsRoomMessages({ roomJid })
// @ts-expect-error an endpoint without this error
Effect.catchTag(Chats.getChatsSettings(), "InvalidRequest", () => Effect.void)
`

/** The two have nothing to do with each other: each value of either is there once. */
const cases = [
  { module: "nodenext", moduleResolution: "nodenext", exactOptionalPropertyTypes: true },
  { module: "esnext", moduleResolution: "bundler", exactOptionalPropertyTypes: false }
]

const write = (project: string, compilerOptions: Record<string, unknown>, text: string) => {
  mkdirSync(project, { recursive: true })
  writeFileSync(join(project, "program.ts"), text)
  const shared = { target: "ES2022", lib: ["ES2022", "DOM", "DOM.Iterable"], types: [], strict: true, noEmit: true }
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...shared, skipLibCheck: false, ...compilerOptions }, files: ["program.ts"] })
  )
}

describe.each([
  ["5.5", () => toolchain("typescript", "5.5.4")],
  ["5.9", async () => installed],
  ["7.0", () => toolchain("typescript", "7.0.2")]
])("TypeScript %s", (version, find) => {
  let directory = ""
  beforeAll(async () => {
    directory = await find()
  }, 300_000)

  const tsc = (...args: ReadonlyArray<string>) =>
    output(process.execPath, [join(directory, "bin/tsc"), ...args], consumer)

  const compile = async (project: string): Promise<ReadonlyArray<string>> => {
    const lines = (await tsc("-p", project, "--pretty", "false")).split("\n").filter((line) => line.includes("error"))
    return lines.filter((line) => !/node_modules\/(?!effect-genesys-chats\/)/.test(line))
  }

  it("is that version", async () => {
    expect(await tsc("--version")).toContain(version)
  })

  it.each(cases)("$moduleResolution, exactOptionalPropertyTypes $exactOptionalPropertyTypes", async (options) => {
    const project = join(consumer, `types-${version}-${options.moduleResolution}-${options.exactOptionalPropertyTypes}`)
    write(project, options, program)
    expect(await compile(project)).toEqual([])
  })

  it("sees what is wrong: a closed path, and a type", async () => {
    const project = join(consumer, `types-${version}-closed`)
    write(project, cases[0] ?? {}, `export * from "effect-genesys-chats/internal/schema"\nexport const x: 1 = 2\n`)
    expect(await compile(project)).toHaveLength(2)
  })
})
