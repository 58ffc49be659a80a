import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { ChatsError, MessageId, RetryPolicy, RoomJid, UserId } from "effect-genesys-chats"
import { Emulator, Faults } from "effect-genesys-chats/testing"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as Broadcast from "../../src/pipelines/Broadcast.js"
import { clientOf } from "./model.js"

const rooms = Array.from({ length: 12 }, (_, i) => Conversation.room(RoomJid.make(`${i}@conference.acme.orgspan.com`)))
const user = Conversation.user(UserId.make("7f0e"))
const targets = [...rooms, user]

type Answer = (name: string) => Effect.Effect<unknown, ChatsError.ChatsError>

/** Answers each send by the target's number; a user is "user". */
const service = (answer: Answer = () => Effect.void) => {
  const sent: Array<string> = []
  const texts: Array<string> = []
  const layer = clientOf((_, input: { readonly roomJid?: string; readonly message: string }) => {
    const name = input.roomJid?.split("@")[0] ?? "user"
    sent.push(name)
    texts.push(input.message)
    return Effect.as(answer(name), { id: MessageId.make(`sent to ${name}`) })
  })
  return { layer, sent, texts }
}

const failing =
  (errors: { readonly [name: string]: ChatsError.ChatsError }): Answer =>
  (name) => {
    const error = errors[name]
    return error === undefined ? Effect.void : Effect.fail(error)
  }

const errors = {
  "2": ChatsError.Forbidden.make({}),
  "3": ChatsError.GatewayTimeout.make({}),
  "4": ChatsError.TransportError.make({ reason: "Refused", mayHaveArrived: false }),
  "5": ChatsError.TransportError.make({ reason: "Reset", mayHaveArrived: true }),
  "6": ChatsError.Conflict.make({ priorOutcome: "Unknown" })
}

const tags = (report: Broadcast.Report) => report.results.map(({ _tag }) => _tag)

describe("Broadcast", () => {
  it.effect("gives a result for each target and never fails", () =>
    Effect.gen(function* () {
      const { layer, texts } = service(failing(errors))
      const report = yield* Effect.provide(Broadcast.send(targets, "Hi"), layer)
      expect(tags(report)).toEqual([
        "Sent",
        "Sent",
        "Rejected",
        "Unknown",
        "NotSent",
        "Unknown",
        "Unknown",
        ...Array(6).fill("Sent")
      ])
      expect(report.results.every((result, i) => Equal.equals(result.conversation, targets[i]))).toBe(true)
      expect(report.results[0]).toMatchObject({ messageId: "sent to 0" })
      expect(report.results[2]).toMatchObject({ error: errors["2"] })
      expect(new Set(texts)).toEqual(new Set(["Hi"]))
      expect(Broadcast.counts(report)).toEqual({ Sent: 8, Rejected: 1, Unknown: 3, NotSent: 1 })
    })
  )

  it.effect("sends a message of its own to each, and once to those who are named twice", () =>
    Effect.gen(function* () {
      const { layer, sent, texts } = service()
      const again = Conversation.room(RoomJid.make("0@conference.acme.orgspan.com"))
      const named = function* () {
        yield* [rooms[0]!, user, again, user]
      }
      const report = yield* Broadcast.send(named(), (to) => `Hi ${to._tag}`).pipe(Effect.provide(layer))
      expect(sent.toSorted()).toEqual(["0", "user"])
      expect(texts.toSorted()).toEqual(["Hi Room", "Hi User"])
      expect(report.results).toHaveLength(2)
    })
  )

  it.effect("so many at a time", () =>
    Effect.gen(function* () {
      for (const concurrency of [1, 3, undefined]) {
        let [now, most] = [0, 0]
        const { layer } = service(() =>
          Effect.acquireUseRelease(
            Effect.sync(() => (most = Math.max(most, ++now))),
            () => Effect.repeatN(Effect.yieldNow(), 20),
            () => Effect.sync(() => now--)
          )
        )
        yield* Effect.provide(Broadcast.send(targets, "Hi", { concurrency }), layer)
        expect(most).toBe(concurrency ?? 4)
      }
    })
  )

  it.effect("goes on from a report that was stored", () =>
    Effect.gen(function* () {
      const Stored = Schema.parseJson(Broadcast.Report)
      const first = yield* Effect.provide(Broadcast.send(targets, "Hi"), service(failing(errors)).layer)
      const previous = yield* Schema.decode(Stored)(yield* Schema.encode(Stored)(first))
      expect(previous).toEqual(first)

      const second = service()
      const report = yield* Effect.provide(Broadcast.send(targets, "Hi", { previous }), second.layer)
      expect(second.sent.toSorted()).toEqual(["2", "4"])
      expect(Broadcast.counts(report)).toEqual({ Sent: 10, Rejected: 0, Unknown: 3, NotSent: 0 })
      expect(report.results.map(({ conversation }) => conversation)).toEqual(targets)

      const third = service()
      const all = yield* Effect.provide(
        Broadcast.send(targets, "Hi", { previous: report, resendUnknown: true }),
        third.layer
      )
      expect(third.sent.toSorted()).toEqual(["3", "5", "6"])
      expect(Broadcast.counts(all)).toEqual({ Sent: 13, Rejected: 0, Unknown: 0, NotSent: 0 })

      // fewer targets do not lose what is known of the others
      const fewer = yield* Effect.provide(Broadcast.send([rooms[2]!], "Hi", { previous: first }), service().layer)
      expect(Broadcast.counts(fewer)).toEqual({ Sent: 9, Rejected: 0, Unknown: 3, NotSent: 1 })
    })
  )

  it.effect("tells its progress", () =>
    Effect.gen(function* () {
      const first = yield* Effect.provide(Broadcast.send(targets, "Hi"), service(failing(errors)).layer)
      const seen: Array<readonly [string, number, number]> = []
      yield* Broadcast.send(targets, "Hi", {
        concurrency: 1,
        previous: first,
        onProgress: ({ done, result, total }) => Effect.sync(() => void seen.push([result._tag, done, total]))
      }).pipe(Effect.provide(service(failing({ "4": errors["3"] })).layer))
      expect(seen).toEqual([
        ["Sent", 12, 13],
        ["Unknown", 13, 13]
      ])
    })
  )

  it.effect("as a stream, no faster than it is read", () =>
    Effect.gen(function* () {
      const { layer, sent } = service()
      const reports: Array<Broadcast.Report> = []
      const some = yield* Broadcast.stream(targets, "Hi", {
        concurrency: 1,
        onInterrupt: (report) => Effect.sync(() => void reports.push(report))
      }).pipe(Stream.take(3), Stream.runCollect, Effect.provide(layer))
      expect([...some].map(({ done }) => done)).toEqual([1, 2, 3])
      expect(sent.length).toBeLessThan(8)
      expect(reports).toHaveLength(1)
      expect(Broadcast.counts(reports[0]!).Sent).toBeGreaterThanOrEqual(3)
      expect(Broadcast.counts(reports[0]!).Sent + Broadcast.counts(reports[0]!).Unknown).toBe(sent.length)
      expect(reports[0]!.results).toHaveLength(13)
      const all = yield* Broadcast.stream(targets, "Hi", { onInterrupt: () => Effect.die("not interrupted") }).pipe(
        Stream.runCount,
        Effect.provide(service().layer)
      )
      expect(all).toBe(13)
    })
  )

  it.effect("interrupted, it reports what was sent, what may have been and what was not", () =>
    Effect.gen(function* () {
      const never = yield* Deferred.make<void>()
      const { layer, sent } = service((name) => (["4", "6"].includes(name) ? Deferred.await(never) : Effect.void))
      const reports: Array<Broadcast.Report> = []
      const fiber = yield* Broadcast.send(rooms, "Hi", {
        concurrency: 2,
        onInterrupt: (report) => Effect.sync(() => void reports.push(report))
      }).pipe(Effect.provide(layer), Effect.fork)
      yield* Effect.repeatN(Effect.yieldNow(), 500)
      yield* Fiber.interrupt(fiber)
      expect(reports.map(tags)).toEqual([
        [...["Sent", "Sent", "Sent", "Sent", "Unknown", "Sent", "Unknown"], ...Array(5).fill("NotSent")]
      ])
      expect(sent).toHaveLength(7)
      const next = service()
      const report = yield* Effect.provide(Broadcast.send(rooms, "Hi", { previous: reports[0]! }), next.layer)
      expect(next.sent.toSorted()).toEqual(["10", "11", "7", "8", "9"])
      expect(Broadcast.counts(report)).toEqual({ Sent: 10, Rejected: 0, Unknown: 2, NotSent: 0 })
    })
  )

  it("against the emulator, with replies lost: what is sent is posted, once", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const people = yield* Effect.forEach(Array.from({ length: 30 }), () => emulator.addUser())
      const targets = people.map(({ id }) => Conversation.user(id))
      const plan = Faults.script([
        Faults.pass,
        Faults.status(504, { when: "after" }),
        Faults.status(403),
        Faults.pass,
        Faults.reset("after")
      ])
      yield* emulator.setFaults(plan)
      const report = yield* Broadcast.send(targets, "Hi").pipe(RetryPolicy.with(RetryPolicy.atMostOnce))
      expect(report.results).toHaveLength(30)
      const { NotSent, Rejected, Sent, Unknown } = Broadcast.counts(report)
      expect(Sent + Rejected + Unknown + NotSent).toBe(30)
      expect([Rejected, NotSent]).toEqual([1, 0])
      expect(Unknown).toBeGreaterThan(0)
      for (const result of report.results) {
        const to = result.conversation._tag === "User" ? result.conversation.userId : emulator.bot.id
        const posted = yield* emulator.messages([emulator.bot.id, to])
        if (result._tag === "Sent") expect(posted.map(({ id }) => id)).toEqual([result.messageId])
        else if (result._tag === "Rejected") expect(posted).toEqual([])
        else expect(posted.length).toBeLessThanOrEqual(1)
      }
    }).pipe(Effect.provide(Emulator.layerClient({ rateLimit: "unlimited" })), Effect.runPromise))
})
