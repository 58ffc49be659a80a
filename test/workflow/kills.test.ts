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

const say = (text: string): void => void process.stdout.write(`${text}\n`)

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

const isChange = (line: string) => /^POST \S+\/(chats\/rooms|participants\/\S+|messages\/pins|messages)$/.test(line)

const killedAtEach = (moment: Moment) =>
  Effect.gen(function* () {
    const { emulator, users } = yield* org
    const cuts = new Set<string>()
    let messages = 0
    let current: Process | undefined
    const kill = () => current?.signal("SIGKILL")
    let isWaiting = false
    const killInWait = (millis: number) => {
      if (!isWaiting) setTimeout(kill, millis)
      isWaiting = true
    }
    const url = yield* proxy(emulator.url, ({ line }) => {
      if (!isChange(line)) return
      // a message that was taken in is not sent again, all else is
      const isMessage = line.endsWith("/messages")
      const name = isMessage ? `message ${messages + 1}` : line
      const isCut = !cuts.has(name)
      cuts.add(name)
      if (isMessage && !(isCut && moment === "before it is sent")) messages++
      // the wait comes after the second message
      if (messages === 2 && !isCut) killInWait(700)
      return isCut ? { moment, end: kill } : undefined
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
    while (result === undefined && lives++ < 15) {
      current = yield* start(worker, env)
      for (let line = yield* current.line; line !== undefined; line = yield* current.line) {
        if (line !== "ready") result = JSON.parse(line)
        else if (messages === 2) killInWait(300)
      }
    }
    const posted = yield* emulator.messages(RoomJid.make(result?.roomJid ?? "none"))
    say(`killed at each of ${cuts.size} requests ${moment}: ${lives} lives, ${posted.length} messages`)
    return { lives, posted, result }
  }).pipe(Effect.provide(Emulator.layerServer({ rateLimit: "unlimited" })))

describe("a process on a SQLite file", () => {
  it.scopedLive(
    "killed at each request, at each moment, and in the wait, goes on",
    () =>
      Effect.gen(function* () {
        const moments = ["before it is sent", "after it is taken in", "after the reply"] as const
        const all = yield* Effect.forEach(moments, killedAtEach, { concurrency: "unbounded" })
        for (const { lives, posted, result } of all) {
          expect(posted.map(({ body }) => body).sort()).toEqual([...texts].sort())
          expect(new Set(result?.messages)).toEqual(new Set(posted.map(({ id }) => id)))
          // the room, invitations (which are on their way together), the pin, 3 messages, and the wait
          expect(lives).toBeGreaterThan(6)
        }
      }),
    240_000
  )
})

describe.runIf(hasPostgres)("three runners on PostgreSQL", () => {
  it.scopedLive(
    "one of them killed with a message on its way: the others go on",
    () =>
      Effect.gen(function* () {
        const { emulator, users } = yield* org
        const engine = yield* database
        const ports = yield* Effect.all([freePort, freePort, freePort])
        const runners: Array<Process> = []
        let killed: number | undefined
        // one of the two that only work, whichever is the first to post three messages
        const posts = [0, 0]
        const url = yield* proxy(emulator.url, ({ line, runner }) => {
          const which = ports.slice(0, 2).findIndex((port) => runner === String(port))
          if (killed !== undefined || which === -1 || !/^POST \S+\/messages$/.test(line)) return
          posts[which] = (posts[which] ?? 0) + 1
          if (posts[which] !== 3) return
          killed = which
          return { moment: "after it is taken in", end: () => runners[which]?.signal("SIGKILL") }
        })
        const incidents = Array.from({ length: 12 }, (_, i) => `fleet-${i}`)
        const env = { ENGINE: engine, SERVICE_URL: url, USERS: users.join(","), WAIT_MS: "2000" }
        for (const [i, port] of ports.entries()) {
          const isLast = i === ports.length - 1
          const given = { RUNNER_PORT: String(port), INCIDENTS: isLast ? incidents.join(",") : "" }
          const runner = yield* start(worker, { ...env, ...given })
          runners.push(runner)
          // the work is shared out among those that are there
          if (!isLast) expect(yield* runner.line).toBe("ready")
        }
        const begun = performance.now()
        const lines = runners.at(-1)?.line ?? Effect.die("no runner")
        const rooms: Array<RoomJid> = []
        while (rooms.length < incidents.length) {
          const line = yield* lines
          if (line === undefined) break
          if (line !== "ready") rooms.push(RoomJid.make(JSON.parse(line).roomJid))
        }
        const posted = yield* Effect.forEach(rooms, (room) => emulator.messages(room))
        say(
          `three runners, one killed: ${rooms.length} of ${incidents.length} incidents done after ` +
            `${((performance.now() - begun) / 1000).toFixed(1)} s, ${posted.flat().length} messages`
        )
        expect(killed).toBeDefined()
        expect(posted.map((messages) => messages.map(({ body }) => body).sort())).toEqual(
          incidents.map(() => [...texts].sort())
        )
      }).pipe(Effect.provide(Emulator.layerServer({ rateLimit: "unlimited" }))),
    240_000
  )
})
