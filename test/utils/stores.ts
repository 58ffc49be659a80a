/**
 * What every store has to do, on the clock of its own server: real time, so spans are short or long, and none
 * in between is looked at.
 */
import { expect } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Credentials, FlowControl } from "effect-genesys-chats"
import { counted, ok, refusedFor } from "./flow.js"

/** The options that {@link limits} expects. */
export const limit = { allowed: 12, window: "1 hour", probe: "1 minute" } as const

export const limits = (store: FlowControl.StoreService, again: FlowControl.StoreService) =>
  Effect.gen(function* () {
    const probe = yield* store.take(5)
    expect(probe).toMatchObject({ granted: 1, millis: 60_000 })
    expect(yield* again.take(5)).toMatchObject({ granted: 0, window: probe.window, millis: 10 })
    yield* store.tell(probe.window - 1, counted(12, 12, 60))
    yield* store.tell(probe.window, ok)
    // what is left is shared out, however many ask at once
    const leases = yield* Effect.forEach(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? store : again)),
      (one) => one.take(3),
      { concurrency: "unbounded" }
    )
    expect(leases.reduce((sum, { granted }) => sum + granted, 0)).toBe(11)
    const spent = yield* store.take(1)
    expect(spent).toMatchObject({ granted: 0, window: probe.window })
    expect(spent.millis).toBeGreaterThan(3_500_000)
    expect(spent.millis).toBeLessThanOrEqual(3_600_000)

    yield* again.giveBack(probe.window, 3)
    yield* again.giveBack(probe.window - 1, 3)
    expect(yield* store.take(10)).toMatchObject({ granted: 3 })

    // others have used more, the limit is larger, and the window ends sooner than was thought
    yield* store.giveBack(probe.window, 3)
    yield* store.tell(probe.window, { ...ok, limit: { count: 15, allowed: 20, reset: 100_000.5 } })
    const more = yield* again.take(100)
    expect(more).toMatchObject({ granted: 5 })
    expect(more.millis).toBeGreaterThan(90_000)
    expect(more.millis).toBeLessThanOrEqual(100_001)
    yield* store.tell(probe.window, counted(1, 20, 3600))
    expect((yield* again.take(1)).millis).toBeLessThanOrEqual(100_001)

    // a refusal closes for all; the next window begins with a probe again
    yield* store.tell(probe.window, refusedFor(0.0995))
    const closed = yield* again.take(1)
    expect(closed.granted).toBe(0)
    expect(closed.millis).toBeLessThanOrEqual(100)
    yield* Effect.sleep("110 millis")
    const next = yield* Effect.forEach([store, again, store, again], (one) => one.take(10), {
      concurrency: "unbounded"
    })
    expect(next.map(({ granted }) => granted).sort()).toEqual([0, 0, 0, 1])
    expect(next.every(({ window }) => window > probe.window)).toBe(true)
    // what is told late of the window before changes nothing
    yield* store.tell(probe.window, counted(20, 20, 1))
    expect(yield* store.take(1)).toMatchObject({ granted: 0, millis: 10 })
  })

/** A probe of which no word comes: the options are `{ probe: "50 millis" }`. */
export const silentProbe = (store: FlowControl.StoreService) =>
  Effect.gen(function* () {
    expect((yield* store.take(1)).granted).toBe(1)
    expect((yield* store.take(1)).granted).toBe(0)
    yield* Effect.sleep("80 millis")
    // both may have been counted
    const again = yield* store.take(1)
    expect(again.granted).toBe(1)
    yield* store.tell(again.window, ok)
    expect((yield* store.take(1_000)).granted).toBe(298)
  })

/** A probe that was never sent: the limit is any. */
export const unusedProbe = (store: FlowControl.StoreService) =>
  Effect.gen(function* () {
    const { granted, window } = yield* store.take(1)
    yield* store.giveBack(window, granted)
    expect(yield* store.take(1)).toMatchObject({ granted: 1 })
  })

export const tokens = (store: Credentials.StoreService, again: Credentials.StoreService) =>
  Effect.gen(function* () {
    expect(yield* store.get("token")).toEqual(Option.none())
    yield* store.set("token", "one", Duration.minutes(1))
    yield* again.set("token", "two", Duration.minutes(2))
    const found = Option.getOrThrow(yield* store.get("token"))
    expect(found.value).toBe("two")
    expect(Duration.toMillis(found.timeLeft)).toBeGreaterThan(110_000)
    expect(Duration.toMillis(found.timeLeft)).toBeLessThanOrEqual(120_000)
    yield* store.set("brief", "one", Duration.millis(30.5))

    const minute = Duration.minutes(1)
    const locks = yield* Effect.forEach(
      Array.from({ length: 10 }, (_, i) => `owner-${i}`),
      (owner, i) => (i % 2 === 0 ? store : again).tryLock("lock", owner, minute),
      { concurrency: "unbounded" }
    )
    expect(locks.filter((mine) => mine)).toHaveLength(1)
    const owner = `owner-${locks.indexOf(true)}`
    yield* store.unlock("lock", "somebody else")
    expect(yield* again.tryLock("lock", "other", minute)).toBe(false)
    yield* again.unlock("lock", owner)
    expect(yield* again.tryLock("lock", "other", Duration.millis(20))).toBe(true)
    yield* Effect.sleep("60 millis")
    expect(yield* store.tryLock("lock", "next", minute)).toBe(true)
    expect(yield* store.get("brief")).toEqual(Option.none())
  })
