import type { Socket } from "node:net"
import * as Net from "node:net"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Runtime from "effect/Runtime"
import { Chats, ChatsError, RetryPolicy, RoomJid } from "effect-genesys-chats"
import { clientAt, serve, transports } from "../utils/server.js"

const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
const send = Chats.postChatsRoomMessages({ roomJid, message: "Hi" })
const get = Chats.getChatsSettings()

/** Real time, so short. */
const within = (deadline: `${number} millis`) => RetryPolicy.with(RetryPolicy.make({ maxRetries: 0, deadline }))

/** A port where nobody listens. */
const closedPort = Effect.async<number>((resume) => {
  const server = Net.createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(address !== null && typeof address === "object" ? address.port : 1)))
  })
})

for (const [name, transport] of transports) {
  describe(name, () => {
    it.live("a reset after the body was sent may have arrived: a send is not replayed", () =>
      Effect.gen(function* () {
        let requests = 0
        const url = yield* serve((request) => {
          requests++
          request.resume().on("end", () => request.socket.resetAndDestroy())
        })
        const error = yield* send.pipe(Effect.flip, Effect.provide(clientAt(url, transport)))
        expect(error).toMatchObject({
          _tag: "TransportError",
          mayHaveArrived: true,
          attempts: 1,
          gaveUp: "not idempotent"
        })
        expect(ChatsError.outcome(error)).toBe("Unknown")
        expect(requests).toBe(1)
      }).pipe(Effect.scoped)
    )

    it.live("what may be replayed is, and the caller does not notice", () =>
      Effect.gen(function* () {
        let requests = 0
        const url = yield* serve((request, response) => {
          if (++requests === 1) request.resume().on("end", () => request.socket.resetAndDestroy())
          else response.end("{}")
        })
        yield* Effect.provide(get, clientAt(url, transport))
        expect(requests).toBe(2)
      }).pipe(Effect.scoped)
    )

    it.live("a refused connection counts as not sent, and is tried again even for a send", () =>
      Effect.gen(function* () {
        const port = yield* closedPort
        const error = yield* send.pipe(
          RetryPolicy.with(
            RetryPolicy.make({
              maxRetries: 1,
              transport: RetryPolicy.backoff({ base: 1, floor: 1 }),
              sends: "atMostOnce"
            })
          ),
          Effect.flip,
          Effect.provide(clientAt(`http://127.0.0.1:${port}`, transport))
        )
        expect(error).toMatchObject({ _tag: "TransportError", reason: "Refused", code: "ECONNREFUSED", attempts: 2 })
        expect(ChatsError.outcome(error)).toBe("NotSent")
      })
    )

    it.live("a name that does not resolve counts as not sent", () =>
      Effect.gen(function* () {
        const error = yield* send.pipe(
          RetryPolicy.with(RetryPolicy.none),
          Effect.flip,
          Effect.provide(clientAt("http://api.genesys.invalid", transport))
        )
        expect(error).toMatchObject({ _tag: "TransportError", reason: "NameNotResolved" })
        expect(ChatsError.outcome(error)).toBe("NotSent")
      })
    )

    it.live("headers, then a stall: the deadline covers the body", () =>
      Effect.gen(function* () {
        const url = yield* serve((_, response) => {
          response.writeHead(200, { "content-type": "application/json", "content-length": "100" })
          response.write("{")
        })
        const error = yield* get.pipe(within("150 millis"), Effect.flip, Effect.provide(clientAt(url, transport)))
        expect(error).toMatchObject({ _tag: "TransportError", reason: "DeadlineExceeded", mayHaveArrived: true })
      }).pipe(Effect.scoped)
    )

    it.live("one byte at a time, chunked, for longer than the deadline", () =>
      Effect.gen(function* () {
        const url = yield* serve((_, response) => {
          response.writeHead(200)
          const timer = setInterval(() => response.write(" "), 20)
          response.on("close", () => clearInterval(timer))
        })
        const error = yield* get.pipe(within("150 millis"), Effect.flip, Effect.provide(clientAt(url, transport)))
        expect(error).toMatchObject({ _tag: "TransportError", reason: "DeadlineExceeded", mayHaveArrived: true })
      }).pipe(Effect.scoped)
    )

    it.live("a body that breaks off is no defect", () =>
      Effect.gen(function* () {
        const url = yield* serve((request, response) => {
          response.writeHead(200, { "content-length": "100" })
          response.write('{"a":', () => request.socket.resetAndDestroy())
        })
        const error = yield* get.pipe(
          RetryPolicy.with(RetryPolicy.none),
          Effect.flip,
          Effect.provide(clientAt(url, transport))
        )
        expect(error).toMatchObject({ _tag: "TransportError", mayHaveArrived: true })
      }).pipe(Effect.scoped)
    )

    it.live("a connection that the server closed while it was idle does no harm", () =>
      Effect.gen(function* () {
        const sockets = new Set<Socket>()
        const url = yield* serve((request, response) => {
          sockets.add(request.socket)
          response.end("{}")
        })
        yield* Effect.gen(function* () {
          for (let i = 0; i < 5; i++) {
            yield* get
            for (const socket of sockets) socket.destroy()
          }
        }).pipe(Effect.provide(clientAt(url, transport)))
      }).pipe(Effect.scoped)
    )

    it.live("interruption while the reply is awaited settles at once and ends the connection", () =>
      Effect.gen(function* () {
        const runtime = yield* Effect.runtime()
        const [begun, ended] = yield* Effect.all([Deferred.make<void>(), Deferred.make<void>()])
        const done = (deferred: Deferred.Deferred<void>) =>
          Runtime.runSync(runtime)(Deferred.succeed(deferred, undefined))
        const url = yield* serve((request) => {
          request.socket.on("close", () => done(ended))
          done(begun)
        })
        const exit = yield* Effect.gen(function* () {
          const fiber = yield* Effect.fork(get)
          yield* Deferred.await(begun)
          return yield* Fiber.interrupt(fiber)
        }).pipe(Effect.provide(clientAt(url, transport)))
        expect(Exit.isInterrupted(exit)).toBe(true)
        yield* Deferred.await(ended)
      }).pipe(Effect.scoped)
    )
  })
}
