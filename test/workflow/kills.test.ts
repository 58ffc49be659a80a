/**
 * Processes that are killed at each request of a workflow, at each moment: no message is posted twice, and none is lost.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { RoomJid } from "effect-genesys-chats"
import { Emulator } from "effect-genesys-chats/testing"
import { bundled, type Process, start } from "../utils/processes.js"
import { database, freePort, hasPostgres, stopPostgres } from "../utils/services.js"
import { texts } from "./incident.js"
import { type Moment, proxy } from "./proxy.js"

let worker = ""
let directory = ""
beforeAll(async () => {
  ;[worker = ""] = await bundled(["test/workflow/worker.ts"])
  directory = mkdtempSync(join(tmpdir(), "chats-kills-"))
})
afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
  stopPostgres()
})

const org = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const people = yield* Effect.forEach(["Alice", "Bob"], (name) => emulator.addUser({ name }))
  return { emulator, users: people.map(({ id }) => id) }
})

/** The requests that change something, in the order of the workflow; those of one kind by their number. */
const kinds: ReadonlyArray<readonly [what: string, pattern: RegExp]> = [
  ["room", /^POST \S+\/chats\/rooms$/],
  ["invitation", /^POST \S+\/participants\//],
  ["pin", /^POST \S+\/messages\/pins$/],
  ["message", /^POST \S+\/messages$/]
]

describe("a process on a SQLite file", () => {
  for (const moment of ["before it is sent", "after it is taken in", "after the reply"] satisfies ReadonlyArray<Moment>) {
    it.scopedLive(`killed at each request, ${moment}, and in the wait`, () =>
      Effect.gen(function* () {
        const { emulator, users } = yield* org
        const succeeded = new Map<string, number>()
        const cuts: Array<string> = []
        let current: Process | undefined
        let isWaiting = false
        const kill = () => current?.signal("SIGKILL")
        const url = yield* proxy(emulator.url, ({ line }) => {
          const what = kinds.find(([, pattern]) => pattern.test(line))?.[0]
          if (what === undefined) return
          // those of one kind are told apart by how many of them were cut off before
          const number = succeeded.get(what) ?? 0
          const name = `${what} ${number + 1}`
          if (cuts.includes(name)) {
            succeeded.set(what, number + 1)
            // the wait comes after the second message
            if (name === "message 2" && !isWaiting) {
              isWaiting = true
              cuts.push("wait")
              setTimeout(kill, 700)
            }
            return
          }
          cuts.push(name)
          // what was taken in is not asked for again
          if (moment !== "before it is sent") succeeded.set(what, number + 1)
          return { moment, end: kill }
        })
        const env = {
          ENGINE: join(directory, `${moment.replaceAll(" ", "-")}.db`),
          SERVICE_URL: url,
          USERS: users.join(","),
          INCIDENTS: "4711",
          WAIT_MS: "2000"
        }
        let lives = 0
        let result: { readonly roomJid: string; readonly messages: ReadonlyArray<string> } | undefined
        while (result === undefined && lives++ < 20) {
          const one = yield* start(worker, env)
          current = one
          for (let line = yield* one.line; line !== undefined; line = yield* one.line) {
            if (line !== "ready") result = JSON.parse(line)
          }
        }
        const room = RoomJid.make(result?.roomJid ?? "none")
        const posted = yield* emulator.messages(room)
        console.log(`killed ${moment}: ${cuts.join(", ")}; ${lives} lives`)
        expect(posted.map(({ body }) => body).sort()).toEqual([...texts].sort())
        expect(new Set(result?.messages)).toEqual(new Set(posted.map(({ id }) => id)))
        expect(cuts).toContain("wait")
        expect(lives).toBeGreaterThan(6)
      }).pipe(Effect.provide(Emulator.layerServer({ rateLimit: "unlimited" })))
    )
  }
})

describe.runIf(hasPostgres)("three runners on PostgreSQL", () => {
  it.scopedLive("one of them killed with a message on its way: the others go on", () =>
    Effect.gen(function* () {
      const { emulator, users } = yield* org
      const engine = yield* database
      const ports = yield* Effect.all([freePort, freePort, freePort])
      const runners: Array<Process> = []
      let posts = 0
      const url = yield* proxy(emulator.url, ({ line, runner }) => {
        const isPost = runner === String(ports[0]) && /^POST \S+\/messages$/.test(line)
        if (!isPost || ++posts !== 3) return
        return { moment: "after it is taken in", end: () => runners[0]?.signal("SIGKILL") }
      })
      const incidents = Array.from({ length: 12 }, (_, i) => `fleet-${i}`)
      const env = { ENGINE: engine, SERVICE_URL: url, USERS: users.join(","), WAIT_MS: "2000" }
      for (const [i, port] of ports.entries()) {
        const isLast = i === ports.length - 1
        runners.push(
          yield* start(worker, { ...env, RUNNER_PORT: String(port), INCIDENTS: isLast ? incidents.join(",") : "" })
        )
      }
      const begun = performance.now()
      const last = runners[2]
      const rooms: Array<RoomJid> = []
      while (rooms.length < incidents.length) {
        const line = yield* last?.line ?? Effect.succeed(undefined)
        if (line === undefined) break
        if (line !== "ready") rooms.push(RoomJid.make(JSON.parse(line).roomJid))
      }
      const posted = yield* Effect.forEach(rooms, (room) => emulator.messages(room))
      console.log(
        `three runners, one killed: ${rooms.length} of ${incidents.length} incidents done after ` +
          `${((performance.now() - begun) / 1000).toFixed(1)} s, ${posted.flat().length} messages`
      )
      expect(posts).toBeGreaterThanOrEqual(3)
      expect(posted.map((messages) => messages.map(({ body }) => body).sort())).toEqual(
        incidents.map(() => [...texts].sort())
      )
    }).pipe(Effect.provide(Emulator.layerServer({ rateLimit: "unlimited" })))
  )
})
