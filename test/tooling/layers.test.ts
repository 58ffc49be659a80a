/**
 * The house by feature: a room of src imports only from the rooms below it, types included. A new
 * directory or a new file at the top of src must be given its place here.
 */
import { readdirSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { root } from "../scripts/modules.js"

/** From the ground up; the rooms of one line may use each other. */
const floors: ReadonlyArray<ReadonlyArray<string>> = [
  ["internal"],
  ["domain"],
  ["errors"],
  ["ChatsError", "declaration", "Endpoint", "Metrics", "Region", "standing"],
  ["codec"],
  ["transport"],
  ["limits"],
  ["credentials"],
  ["client"],
  ["ChatsClient", "Chats", "DirectoryApi", "endpoints", "readiness"],
  ["tenants"],
  ["conversation", "history", "live"],
  ["pipelines"],
  ["redis", "sql", "workflow"],
  ["index"],
  ["testing"]
]

const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor] as const)))

/** The room of a module: its directory below src, or, at the top, its own name. */
const roomOf = (file: string): string => file.split("/")[0]?.replace(/\.ts$/, "") ?? ""

const files = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  // of Effect 4: each stands for the module of the same path
  .filter((file) => file.endsWith(".ts") && !file.startsWith("effect4/"))

const importsOf = (file: string, text: string) =>
  ts
    .preProcessFile(text)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => posix.join(posix.dirname(file), name).replace(/\.js$/, ".ts"))

/** The imports of a module that lead to a floor above its own. */
const upward = (file: string, text: string): ReadonlyArray<string> => {
  const floor = floorOf.get(roomOf(file)) ?? -1
  return importsOf(file, text)
    .filter((imported) => (floorOf.get(roomOf(imported)) ?? Number.POSITIVE_INFINITY) > floor)
    .map((imported) => `${file} imports ${imported}`)
}

describe("the rooms of src", () => {
  it("all have their place", () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !floorOf.has(room))).toEqual([])
  })

  it("import from those below alone", () => {
    expect(files.flatMap((file) => upward(file, readFileSync(`${root}src/${file}`, "utf8")))).toEqual([])
  })

  it("would not go unseen otherwise", () => {
    expect(upward("limits/FlowControl.ts", `import type { Call } from "../client/Call.js"`)).toEqual([
      "limits/FlowControl.ts imports client/Call.ts"
    ])
    expect(upward("limits/FlowControl.ts", `export * from "../ChatsError.js"\nimport "./WaitQueue.js"`)).toEqual([])
  })
})
