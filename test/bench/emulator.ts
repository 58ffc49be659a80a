/**
 * What the emulator costs: `npx tsx test/bench/emulator.ts`. Prints the median and the worst of
 * many runs, in milliseconds; fails when a promise of the README does not hold.
 */
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Chats } from "../../src/index.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import { send } from "../testing/emulator-utils.js"

interface Figure {
  readonly what: string
  readonly cold: number
  readonly median: number
  readonly worst: number
}

/** Runs of an effect; the first is the cold one. */
const measure = <E, R>(what: string, runs: number, effect: Effect.Effect<unknown, E, R>): Effect.Effect<Figure, E, R> =>
  Effect.gen(function* () {
    const times: Array<number> = []
    for (let run = 0; run < runs; run++) {
      const start = performance.now()
      yield* effect
      times.push(performance.now() - start)
    }
    const [cold = Number.NaN, ...warm] = times
    warm.sort((a, b) => a - b)
    return { what, cold, median: warm[Math.floor(warm.length / 2)] ?? cold, worst: warm.at(-1) ?? cold }
  })

const program = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const alice = yield* emulator.addUser()
  const token = yield* emulator.issueToken(alice.id)
  const roomJid = yield* emulator.addRoom({ subject: "S", participants: [alice.id, emulator.bot.id] })
  yield* emulator.seedMessages(roomJid, 10_000)
  const messages = yield* emulator.messages(roomJid)
  const path = `/api/v2/chats/rooms/${encodeURIComponent(roomJid)}/messages`
  const before = messages[5000]?.dateCreated.toJSON()
  return [
    yield* measure("Emulator.layer, built and closed", 200, Effect.scoped(Layer.build(Emulator.layer()))),
    yield* measure("Emulator.layerClient, built and closed", 200, Effect.scoped(Layer.build(Emulator.layerClient()))),
    yield* measure("Emulator.layerServer, built and closed", 20, Effect.scoped(Layer.build(Emulator.layerServer()))),
    yield* measure(
      "page of 100 amid 10,000 messages, raw",
      500,
      send(emulator, { path: `${path}?limit=100&before=${before}`, token })
    ),
    yield* measure(
      "page of 25 amid 10,000 messages, raw",
      500,
      send(emulator, { path: `${path}?limit=25&before=${before}`, token })
    ),
    yield* measure("page of 100 through the client", 500, Chats.getChatsRoomMessages({ roomJid, limit: 100 })),
    yield* measure(
      "a post amid 10,000 messages, raw",
      500,
      send(emulator, { method: "POST", path, token, body: { message: "x" } })
    ),
    yield* measure("fork of 10,000 messages", 20, emulator.fork),
    yield* measure(
      "seedMessages 10,000",
      5,
      Effect.flatMap(Emulator.make(), (fresh) =>
        Effect.flatMap(fresh.addRoom({ subject: "S", participants: [fresh.bot.id] }), (jid) =>
          fresh.seedMessages(jid, 10_000)
        )
      )
    )
  ]
}).pipe(Effect.provide(Emulator.layerClient({ rateLimit: "unlimited" })))

const promises: Readonly<Record<string, number>> = {
  "Emulator.layer, built and closed": 5,
  "page of 100 amid 10,000 messages, raw": 2
}

class TooSlow extends Data.TaggedError("TooSlow")<{ readonly what: ReadonlyArray<string> }> {}

const report = Effect.gen(function* () {
  const figures = yield* program
  for (const { cold, median, what, worst } of figures) {
    yield* Console.log(
      `${what.padEnd(42)} first ${cold.toFixed(2)}  median ${median.toFixed(3)}  worst ${worst.toFixed(2)}`
    )
  }
  const broken = figures.filter(({ median, what }) => median > (promises[what] ?? Number.POSITIVE_INFINITY))
  if (broken.length > 0) return yield* new TooSlow({ what: broken.map(({ what }) => what) })
})

Effect.runPromise(report).catch((error: unknown) => {
  process.exitCode = 1
  process.stderr.write(`${error instanceof TooSlow ? `too slow: ${error.what.join(", ")}` : String(error)}\n`)
})
