import { expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { changing } from "../../src/internal/changing.js"

it.effect("what a value becomes is worked out while somebody listens, and neither before nor after", () =>
  Effect.gen(function* () {
    let worked = 0
    const { changed, value } = changing(Effect.succeed(0))
    const become = (next: number) =>
      Effect.sync(() =>
        changed(() => {
          worked++
          return next
        })
      )
    yield* become(1)
    expect(worked).toBe(0)
    const listening = yield* Deferred.make<void>()
    const heard: Array<number> = []
    const listener = yield* Effect.fork(
      Stream.runForEach(Stream.take(value.changes, 3), (now) => {
        heard.push(now)
        return Deferred.succeed(listening, undefined)
      })
    )
    yield* Deferred.await(listening)
    yield* become(2)
    yield* become(3)
    yield* Fiber.join(listener)
    yield* become(4)
    expect(heard).toEqual([0, 2, 3])
    expect(worked).toBe(2)
  })
)
