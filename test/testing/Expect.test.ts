import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { Chats, RetryPolicy } from "../../src/index.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import * as Expect from "../../src/testing/emulator/Expect.js"
import * as Faults from "../../src/testing/faults/Faults.js"

const why = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.exit(effect), (exit) => {
    const error = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
    return error instanceof Expect.ExpectationFailed ? error.message : `no: ${String(error)}`
  })

describe("expectations", () => {
  it.effect("hold where they do, and else show the conversation and the requests", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const { jid } = yield* Chats.postChatsRooms({ subject: "S" })
      const post = (message: string) => Chats.postChatsRoomMessages({ roomJid: jid, message })
      yield* post("opened")
      yield* post("working")
      yield* post("closed")
      expect((yield* Expect.postedOnce(jid, /^open/g)).body).toBe("opened")
      expect(yield* Expect.postedInOrder(jid, ["opened", ({ body }) => body === "closed"])).toHaveLength(2)
      yield* Expect.nothingAfter(jid, "closed")
      yield* Expect.withinRateLimit
      yield* Expect.requestsAtMost("postChatsRoomMessages", 3)

      expect(yield* why(Expect.postedOnce(jid, "opened!"))).toContain('"opened!" is not there\n')
      expect(yield* why(Expect.postedInOrder(jid, ["closed", "opened"]))).toContain(
        '"opened" is there, but not after "closed"'
      )
      expect(yield* why(Expect.postedInOrder(jid, ["closed", "reopened"]))).toContain(
        '"reopened" is not there after "closed"'
      )
      expect(yield* why(Expect.nothingAfter(jid, "opened"))).toContain('2 messages come after "opened"')
      expect(yield* why(Expect.requestsAtMost("postChatsRoomMessages", 2))).toContain(
        "was asked 3 times, not 2 at most"
      )

      yield* emulator.setFaults(Faults.script([Faults.status(504, { when: "after" })]))
      yield* Effect.ignore(RetryPolicy.with(post("twice"), RetryPolicy.none))
      yield* post("twice")
      const text = yield* why(Expect.postedOnce(jid, "twice"))
      expect(text).toMatch(/^"twice" is there 2 times\n\nThe conversation:\n/)
      expect(text).toMatch(/ {2}\d\d:\d\d:\d\d\.\d{3} bot of emulator-client: twice\n/)
      expect(text).toMatch(/postChatsRoomMessages POST \S+ by bot of emulator-client → 504 \(504 after\)/)
      expect(text).toMatch(
        /↳ attempt 2 of #5, \d+ ms later \S+ postChatsRoomMessages POST \S+ by bot of emulator-client → 200/
      )

      yield* emulator.setRateLimit({ requests: 6 })
      yield* Effect.ignore(RetryPolicy.with(post("beyond"), RetryPolicy.none))
      expect(yield* why(Expect.withinRateLimit)).toMatch(
        /^1 of 8 requests went beyond the rate limit\n\nThe requests:\n/
      )
    }).pipe(Effect.provide(Emulator.layerClient()))
  )
})

describe("emulators stay apart", () => {
  const names = Effect.flatMap(Emulator.Emulator, (emulator) =>
    Effect.map(emulator.users, (users) => users.map(({ name }) => name).slice(1))
  )
  const add = (name: string) => Effect.flatMap(Emulator.Emulator, (emulator) => emulator.addUser({ name }))

  it.effect("two of one layer in one graph are one where it is shared, and two where each is provided by itself", () =>
    Effect.gen(function* () {
      const layer = Emulator.layer()
      yield* add("A").pipe(
        Effect.zipRight(Effect.provide(add("B"), layer)),
        Effect.zipRight(names),
        Effect.provide(layer),
        Effect.map((found) => expect(found).toEqual(["A"]))
      )
    })
  )

  it.effect("two made by the same function in one graph are two, clients and faults included", () =>
    Effect.gen(function* () {
      const org = (seed: number, status: number) =>
        Effect.map(
          Layer.build(Emulator.layerClient({ seed, faults: Faults.always(Faults.status(status)) })),
          (context) => context
        )
      const [a, b] = yield* Effect.all([org(1, 503), org(2, 404)])
      const ask = RetryPolicy.with(Effect.flip(Chats.getChatsSettings()), RetryPolicy.none)
      expect((yield* Effect.provide(ask, a))._tag).toBe("ServiceUnavailable")
      expect((yield* Effect.provide(ask, b))._tag).toBe("NotFound")
      expect(yield* Effect.provide(Effect.zipRight(add("A"), names), a)).toEqual(["A"])
      expect(yield* Effect.provide(names, b)).toEqual([])
    }).pipe(Effect.scoped)
  )

  const Forked = Layer.fresh(
    Layer.unwrapEffect(Effect.flatMap(Emulator.Emulator, (emulator) => Effect.map(emulator.fork, Emulator.layerFrom)))
  )

  it.layer(Emulator.layer())("nested it.layer", (it) => {
    it.effect("outer", () => Effect.asVoid(add("outer")))
    it.layer(Forked)("a fork begins as its parent is", (it) => {
      it.effect("changes are its own", () =>
        Effect.gen(function* () {
          yield* add("first fork")
          expect(yield* names).toEqual(expect.arrayContaining(["first fork"]))
        })
      )
    })
    it.layer(Forked)("another fork", (it) => {
      it.effect("sees nothing of the first", () =>
        Effect.gen(function* () {
          expect(yield* names).not.toContain("first fork")
        })
      )
    })
    it.effect("and the parent sees nothing of either", () =>
      Effect.gen(function* () {
        expect(yield* names).not.toContain("first fork")
      })
    )
  })
})
