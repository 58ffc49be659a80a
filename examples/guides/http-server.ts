/**
 * An HTTP server that posts messages, ended by SIGTERM while requests are under way: each of them gets its reply, and
 * each message is posted once. `npx tsx examples/guides/http-server.ts` runs `support/server.ts` as a process of
 * its own, against an emulator on a loopback socket.
 */
import { fileURLToPath } from "node:url"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Emulator, Faults } from "effect-genesys-chats/testing"
import { environmentOf, start } from "./support/process.js"

const clients = 20

/** Each send takes so long at the service. */
const slow = Faults.forOperation("postChatsRoomMessages", Faults.always(Faults.delay("500 millis")))

const program = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const roomJid = yield* emulator.addRoom({ subject: "Incident 4711", participants: [emulator.bot.id] })
  const server = yield* start(fileURLToPath(new URL("support/server.ts", import.meta.url)), {
    ...environmentOf(emulator),
    PORT: "0"
  })
  const [, url] = yield* server.line(/Listening on (\S+)/)

  /** The reply's status, or `undefined` where the server takes no more requests. */
  const post = (text: string) =>
    Effect.tryPromise(async () => {
      // @effect-diagnostics-next-line globalFetchInEffect:off
      const response = await fetch(`${url}/rooms/${encodeURIComponent(roomJid)}/messages`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text }),
        signal: AbortSignal.timeout(30_000)
      })
      await response.arrayBuffer()
      return response.status
    }).pipe(
      Effect.catchAll(({ cause }) =>
        cause instanceof TypeError ? Effect.void : Effect.dieMessage("a request got no reply")
      )
    )

  /** One request after the other, over connections that are kept alive. */
  const client = (name: number) => {
    const posted: Array<string> = []
    const next = (n: number): Effect.Effect<ReadonlyArray<string>> =>
      Effect.flatMap(post(`${name}.${n}`), (status) => {
        if (status === undefined) return Effect.succeed(posted)
        if (status !== 201) return Effect.dieMessage(`a reply with ${status}`)
        posted.push(`${name}.${n}`)
        return next(n + 1)
      })
    return next(0)
  }

  const running = yield* Effect.fork(
    Effect.forEach(
      Array.from({ length: clients }, (_, i) => i),
      client,
      { concurrency: "unbounded" }
    )
  )
  const sends = Effect.map(
    emulator.requests,
    (requests) => requests.filter(({ operation }) => operation === "postChatsRoomMessages").length
  )
  yield* Effect.repeat(Effect.delay(sends, "20 millis"), { until: (count) => count >= clients * 3 })
  server.kill("SIGTERM")
  yield* Console.log(`SIGTERM, while ${clients} clients post one message after the other`)

  const replied = (yield* running).flat()
  const code = yield* server.ended
  const posted = (yield* emulator.messages(roomJid)).map(({ body }) => body)
  yield* Console.log(`${replied.length} replies with 201, ${posted.length} messages, exit code ${code}`)
  if (code !== 0 || replied.toSorted().join() !== posted.toSorted().join())
    return yield* Effect.dieMessage("the shutdown lost a request")
}).pipe(Effect.scoped, Effect.provide(Emulator.layerServer({ faults: slow, rateLimit: "unlimited" })))

await Effect.runPromise(program)
