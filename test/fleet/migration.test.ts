/** `examples/migrate-room.ts`, killed again and again with a message on its way: nothing is posted twice, nothing is lost. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Chats } from "effect-genesys-chats"
import { Emulator } from "effect-genesys-chats/testing"
import { bundled, type Process, start } from "../utils/processes.js"
import { type Moment, proxy } from "../workflow/proxy.js"

const say = (text: string): void => void process.stdout.write(`${text}\n`)

let example = ""
const directory = mkdtempSync(join(tmpdir(), "chats-migration-"))
beforeAll(async () => {
  ;[example = ""] = await bundled(["examples/migrate-room.ts"])
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

it.scopedLive(
  "a migration",
  () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const { id } = yield* emulator.addUser({ name: "Alice" })
      const [from, to] = yield* Effect.all([
        Chats.postChatsRooms({ subject: "Old", userIds: [id] }),
        Chats.postChatsRooms({ subject: "New", userIds: [id] })
      ]).pipe(Effect.provide(Emulator.layerClientFrom(emulator)))
      // of four texts and one millisecond
      yield* emulator.seedMessages(from.jid, 40, { interval: "0 millis", message: (i) => `Message ${i % 4}` })

      const moments: ReadonlyArray<Moment> = ["before it is sent", "after it is taken in", "after the reply"]
      let posts = 0
      let kills = 0
      let current: Process | undefined
      const url = yield* proxy(emulator.url, ({ line }) => {
        if (!/^POST \S+\/messages$/.test(line) || ++posts % 7 !== 0 || kills === 6) return
        const moment = moments[kills++ % 3] ?? "after the reply"
        return { moment, end: () => current?.signal("SIGKILL") }
      })
      const file = join(directory, "journal")
      writeFileSync(file, JSON.stringify({ _tag: "Rooms", from: from.jid, to: to.jid }))
      const env = {
        MIGRATION_JOURNAL: file,
        GENESYS_CLOUD_API_URL: url,
        GENESYS_CLOUD_LOGIN_URL: url,
        GENESYS_CLOUD_CLIENT_ID: emulator.clientId,
        GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(emulator.clientSecret),
        GENESYS_CLOUD_USER_IDS: id
      }
      let lives = 0
      for (let done = false; !done && lives++ < 12; ) {
        current = yield* start(example, env)
        for (let line = yield* current.line; line !== undefined; line = yield* current.line) {
          done ||= line.endsWith("done")
        }
      }
      const copied = (yield* emulator.messages(to.jid)).map(({ body }) => body.replace(/^\[.*?\] /, ""))
      const original = (yield* emulator.messages(from.jid)).map(({ body }) => body)
      say(`a migration of ${original.length} messages, killed ${kills} times: ${copied.length} posted`)
      expect(kills).toBe(6)
      expect(copied.sort()).toEqual(original.sort())
    }).pipe(Effect.provide(Emulator.layerServer({ rateLimit: "unlimited" }))),
  240_000
)
