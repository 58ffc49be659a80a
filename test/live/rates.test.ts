/**
 * What following costs and how long it takes, by virtual time, through the whole client and its flow control,
 * on an emulator with the service's own limit of 300 requests a minute: polling room by room, one poller
 * for all rooms (`History.followAll`), and `Live`. LIVE_TABLE=1 prints the table for 1, 20 and 200 rooms.
 */
import { expect, it } from "@effect/vitest"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as History from "../../src/history/History.js"
import * as Live from "../../src/live/Live.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import { inVirtualTime } from "../utils/virtualTime.js"
import { postAs } from "./utils.js"

type Way = "polling" | "inbox" | "live"

const layer = (way: Way) => {
  const client = Emulator.layerClient({ directory: { chatsFor: "any" } })
  return way === "live" ? Live.layer().pipe(Layer.provide(Emulator.layerWebSocket), Layer.provideMerge(client)) : client
}

/** Follows so many rooms, with a message every 10 seconds in one of them; what the start costs does not count. */
const measure = (way: Way, count: number, minutes: number, rest: Duration.DurationInput) =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const emulator = yield* Emulator.Emulator
    const author = (yield* emulator.addUser({ name: "Alice" })).id
    const postAsAlice = yield* postAs(author)
    const rooms = yield* Effect.forEach(Array.from({ length: count }), (_, i) =>
      emulator.addRoom({ subject: `Room ${i}`, participants: [emulator.bot.id, author] })
    )
    yield* emulator.seedMessages(rooms[0]!, 1, { author, interval: 0 })
    const posted = new Map<string, number>()
    const delays: Array<number> = []
    const note = ({ id }: { readonly id: string }) =>
      Effect.sync(
        () => void delays.push(clock.unsafeCurrentTimeMillis() - (posted.get(id) ?? clock.unsafeCurrentTimeMillis()))
      )
    const conversations = rooms.map(Conversation.room)
    const follow =
      way === "polling"
        ? Effect.forEach(conversations, (room) => Stream.runForEach(History.follow(room), note), {
            concurrency: "unbounded",
            discard: true
          })
        : Stream.runForEach(History.followAll(conversations), ({ message }) => note(message))
    yield* Effect.forkScoped(follow)
    yield* Effect.sleep(rest)
    yield* emulator.clearRequests
    const messages = minutes * 6
    for (let i = 0; i < messages; i++) {
      const now = clock.unsafeCurrentTimeMillis()
      posted.set(yield* postAsAlice(rooms[(i * 7) % count]!, `message ${i}`), now)
      yield* Effect.sleep("10 seconds")
    }
    const requests = (yield* emulator.requests).filter(({ operation }) => operation !== "postChatsRoomMessages")
    yield* Effect.sleep(rest)
    const sorted = delays.sort((a, b) => a - b)
    return {
      missing: messages - sorted.length,
      median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
      worst: sorted.at(-1) ?? Number.NaN,
      perMinute: requests.length / minutes,
      refused: requests.filter(({ status }) => status === 429).length
    }
  }).pipe(Effect.scoped, Effect.provide(layer(way)), inVirtualTime)

const print = process.env["LIVE_TABLE"] !== undefined
const counts = print ? [1, 20, 200] : [1, 80]

it(
  "one poller for many rooms, and Live, keep far within the limit where polling does not",
  () =>
    Effect.gen(function* () {
      const rows: Array<string> = []
      for (const count of counts) {
        for (const way of ["polling", "inbox", "live"] as const) {
          const { median, missing, perMinute, refused, worst } = yield* print
            ? measure(way, count, 20, "5 minutes")
            : measure(way, count, 2, "2 minutes")
          rows.push(`| ${count} | ${way} | ${median} ms | ${worst} ms | ${perMinute.toFixed(1)} | ${refused} |`)
          expect([way, count, missing]).toEqual([way, count, 0])
          if (way !== "polling") expect(perMinute).toBeLessThan(100)
          if (way === "inbox") expect(worst).toBeLessThan(30_000)
          if (way === "live") expect(worst).toBeLessThan(1000)
          if (way === "polling" && count > 50) expect(perMinute).toBeGreaterThan(250)
        }
      }
      const head = "| rooms | way | median | worst | requests a minute | refused (429) |\n|---|---|---|---|---|---|"
      if (print) process.stdout.write(`${head}\n${rows.join("\n")}\n`)
    }).pipe(Effect.runPromise),
  600_000
)
