/**
 * What a message costs and how long it takes, by virtual time: polling room by room, one poller for all
 * rooms, and Live. Prints a table with LIVE_TABLE=1.
 */
import { expect, it } from "@effect/vitest"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { RoomJid } from "effect-genesys-chats"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as History from "../../src/history/History.js"
import { Gap, Heard, Live } from "../../src/live/Live.js"
import { clientOf, message } from "../pipelines/model.js"
import { inVirtualTime } from "../utils/virtualTime.js"

type Way = "polling" | "inbox" | "live"

/** Follows so many rooms for an hour, with a message every 30 seconds in one of them. */
const measure = (way: Way, count: number) =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const rooms = Array.from({ length: count }, (_, i) => RoomJid.make(`adhoc-${i}@conference.acme.orgspan.com`))
    const dates = new Map<string, Array<number>>(rooms.map((jid) => [jid, []]))
    const heard = new Map<string, (jid: Heard) => void>()
    let requests = 0
    const client = clientOf((operation, input: { readonly roomJid?: RoomJid; readonly before?: DateTime.Utc }) => {
      requests++
      if (operation === "getUsersChatsMe") {
        const entities = rooms.map((jid) => ({ room: { jid }, dateLastMessage: String(dates.get(jid)?.at(-1)) }))
        return Effect.succeed({ entities })
      }
      const all = dates.get(input.roomJid ?? "") ?? []
      const page = all.filter((date) => input.before === undefined || date < input.before.epochMillis)
      return Effect.succeed({ entities: page.map((date) => message(date, date)).reverse() })
    })
    const live = Layer.succeed(Live, {
      events: () => Stream.never,
      messages: () => Stream.never,
      badges: () => Stream.never,
      heard: (conversation) =>
        Stream.asyncPush<Heard | Gap>((emit) =>
          Effect.sync(() => {
            emit.single(new Gap({ topic: "", reason: "Connected" }))
            if (conversation._tag === "Room") heard.set(conversation.jid, (event) => void emit.single(event))
          })
        )
    })
    const delays: Array<number> = []
    const note = (date: number) => Effect.sync(() => void delays.push(clock.unsafeCurrentTimeMillis() - date))
    const follow =
      way === "polling"
        ? Effect.forEach(
            rooms,
            (jid) => Stream.runForEach(History.follow(Conversation.room(jid)), ({ id }) => note(Number(id))),
            { concurrency: "unbounded", discard: true }
          )
        : Stream.runForEach(History.followAll(rooms.map(Conversation.room)), ({ message }) => note(Number(message.id)))
    yield* follow.pipe(Effect.provide(way === "live" ? Layer.merge(client, live) : client), Effect.forkScoped)
    yield* Effect.sleep("1 minute")
    requests = 0
    for (let i = 0; i < 120; i++) {
      const jid = rooms[(i * 7) % count]!
      const now = clock.unsafeCurrentTimeMillis()
      dates.get(jid)?.push(now)
      heard.get(jid)?.(new Heard({ messageId: undefined }))
      yield* Effect.sleep("30 seconds")
    }
    const sorted = delays.sort((a, b) => a - b)
    return {
      given: sorted.length,
      median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
      worst: sorted.at(-1) ?? Number.NaN,
      perMinute: requests / 60
    }
  }).pipe(Effect.scoped, inVirtualTime)

it("one poller for many rooms, and Live, keep within the limit where polling does not", () =>
  Effect.gen(function* () {
    const rows: Array<string> = []
    for (const count of [1, 20, 200]) {
      for (const way of ["polling", "inbox", "live"] as const) {
        const { given, median, perMinute, worst } = yield* measure(way, count)
        rows.push(`| ${count} | ${way} | ${median} ms | ${worst} ms | ${perMinute.toFixed(1)} |`)
        expect(given).toBeGreaterThanOrEqual(119)
        if (way !== "polling") expect(perMinute).toBeLessThan(60)
        if (way === "live") expect(worst).toBeLessThan(1000)
        if (way === "polling" && count === 200) expect(perMinute).toBeGreaterThan(300)
      }
    }
    if (process.env["LIVE_TABLE"] !== undefined) {
      process.stdout.write(
        `| rooms | way | median | worst | requests a minute |\n|---|---|---|---|---|\n${rows.join("\n")}\n`
      )
    }
  }).pipe(Effect.runPromise))
