/**
 * What became of a request that has no reply, over real sockets and all transports: never `NotSent`
 * where the server has seen it, and `NotSent` where it certainly has not and the transport can know.
 */
import { readFileSync } from "node:fs"
import * as Http from "node:http"
import * as Net from "node:net"
import * as Tls from "node:tls"
import { fileURLToPath } from "node:url"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { Chats, ChatsClient, Credentials, Region, RetryPolicy, RoomJid } from "effect-genesys-chats"
import * as Undici from "effect-genesys-chats/undici"
import { Agent, type Dispatcher, ProxyAgent } from "undici"
import { classify } from "../../src/transport/classify.js"
import { Progress, RequestProgress } from "../../src/transport/RequestProgress.js"
import { serve } from "../utils/server.js"

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../fixtures/tls/${name}.pem`, import.meta.url)), "utf8")
const key = fixture("key")
const cert = fixture("cert")

type Clients = Layer.Layer<HttpClient.HttpClient>

/** Node's fetch takes a dispatcher, which its type does not say. */
const init = (dispatcher: Dispatcher): RequestInit => {
  const given: RequestInit = {}
  return Object.assign(given, { dispatcher })
}

/** The transports over a dispatcher, for those that take one. */
const over = (dispatcher: Dispatcher): ReadonlyArray<readonly [name: string, layer: Clients]> => [
  [
    "FetchHttpClient.layer",
    Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.RequestInit, init(dispatcher)))
  ],
  [
    "NodeHttpClient.layerUndici",
    Layer.provide(NodeHttpClient.layerUndiciWithoutDispatcher, Layer.succeed(NodeHttpClient.Dispatcher, dispatcher))
  ],
  ["Undici.layer", Undici.layerDispatcher(dispatcher)]
]

const scopedDispatcher = <D extends Dispatcher>(make: () => D) =>
  Effect.acquireRelease(Effect.sync(make), (dispatcher) => Effect.promise(() => dispatcher.destroy()))

/** All four; `trusting` takes the server's certificate for good. */
const transports = (trusting = true) =>
  Effect.map(
    scopedDispatcher(() => new Agent(trusting ? { connect: { ca: cert } } : {})),
    (agent): ReadonlyArray<readonly [name: string, layer: Clients]> => [
      ...over(agent),
      [
        "NodeHttpClient.layer",
        Layer.provide(NodeHttpClient.layerWithoutAgent, NodeHttpClient.makeAgentLayer(trusting ? { ca: cert } : {}))
      ]
    ]
  )

const listening = <S extends Net.Server>(server: S): Effect.Effect<number, never, Scope.Scope> => {
  const sockets = new Set<Net.Socket>()
  server.on("connection", (socket: Net.Socket) => {
    sockets.add(socket)
    socket.on("error", () => {})
  })
  return Effect.acquireRelease(
    Effect.async<number>((resume) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(Effect.succeed(address !== null && typeof address === "object" ? address.port : 0))
      })
    }),
    () =>
      Effect.sync(() => {
        server.close()
        for (const socket of sockets) socket.destroy()
      })
  )
}

/** Acts on the bare connection as soon as the server has been sent the first bytes of a request. */
const afterRequest = (version: Tls.SecureVersion, act: (client: Net.Socket) => void) =>
  Effect.gen(function* () {
    const seen = { requests: 0 }
    const taken = yield* Deferred.make<void>()
    let client: Net.Socket | undefined
    const secure = Tls.createServer({ key, cert, minVersion: version, maxVersion: version }, (socket) => {
      socket.on("error", () => {})
      socket.once("data", () => {
        seen.requests++
        Deferred.unsafeDone(taken, Exit.void)
        if (client !== undefined) act(client)
      })
    })
    const inner = yield* listening(secure)
    const port = yield* listening(
      Net.createServer((socket) => {
        client = socket
        const upstream = Net.connect(inner, "127.0.0.1")
        upstream.on("error", () => {})
        socket.pipe(upstream)
        upstream.pipe(socket, { end: false })
      })
    )
    return { port, seen, taken: Deferred.await(taken) }
  })

const post = (url: string, layer: Clients): Effect.Effect<Either.Either<unknown, HttpClientError>> =>
  Effect.flatMap(HttpClient.HttpClient, (client) =>
    client.execute(HttpClientRequest.setBody(HttpClientRequest.post(url), HttpBody.text("hello", "text/plain")))
  ).pipe(Effect.either, Effect.provide(layer))

const failureOf = (url: string, layer: Clients) =>
  Effect.map(post(url, layer), (sent) => {
    if (Either.isRight(sent)) throw new Error("there was a reply")
    return classify(sent.left)
  })

const record = (type: number, ...body: ReadonlyArray<number>) =>
  Uint8Array.of(type, 3, 3, body.length >> 8, body.length & 0xff, ...body)

/** What a broken or hostile middlebox may send in plain. */
const intrusions: ReadonlyArray<readonly [what: string, act: (client: Net.Socket) => void]> = [
  ["a record that is broken", (client) => client.write(record(23, ...new Array<number>(32).fill(7)))],
  ["an alert: handshake failure", (client) => client.write(record(21, 2, 40))],
  ["an alert: protocol version", (client) => client.write(record(21, 2, 70))],
  ["a handshake message", (client) => client.write(record(22, 14, 0, 0, 0))],
  ["no TLS", (client) => client.write("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ["the end", (client) => client.end()],
  ["a reset", (client) => client.resetAndDestroy()]
]

describe("TLS", () => {
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    for (const [what, act] of intrusions) {
      it.scopedLive(`${what} after the request was taken in (${version}): it may have arrived`, () =>
        Effect.gen(function* () {
          const attempt = ([name, layer]: readonly [string, Clients]) =>
            Effect.gen(function* () {
              const { port, seen, taken } = yield* afterRequest(version, act)
              const fiber = yield* Effect.fork(failureOf(`https://localhost:${port}`, layer))
              yield* Effect.raceFirst(taken, Fiber.await(fiber))
              // undici reads no further after some of these, and hears only of the end of the connection
              const failure = yield* Effect.timeoutOption(Fiber.join(fiber), "300 millis")
              expect(seen.requests, name).toBe(1)
              if (failure._tag === "Some") expect(failure.value.mayHaveArrived, name).toBe(true)
            })
          yield* Effect.forEach(yield* transports(), attempt, { concurrency: "unbounded" })
        })
      )
    }
  }

  for (const [what, act] of intrusions) {
    it.scopedLive(`${what} in the middle of the handshake: nothing was sent`, () =>
      Effect.gen(function* () {
        const port = yield* listening(Net.createServer((socket) => socket.once("data", () => act(socket))))
        for (const [name, layer] of yield* transports()) {
          const failure = yield* failureOf(`https://localhost:${port}`, layer)
          // only `/undici` always knows; the others where Node says that it was cut off
          const known = name === "Undici.layer" || what === "the end"
          expect(failure.mayHaveArrived, name).toBe(!known)
        }
      })
    )
  }

  it.scopedLive("a certificate that is not trusted: nothing was sent", () =>
    Effect.gen(function* () {
      let requests = 0
      const secure = Tls.createServer({ key, cert }, (socket) => {
        socket.on("error", () => {})
        socket.on("data", () => requests++)
      })
      const port = yield* listening(secure)
      for (const [name, layer] of yield* transports(false)) {
        const failure = yield* failureOf(`https://localhost:${port}`, layer)
        expect(failure, name).toMatchObject({ reason: "Tls", mayHaveArrived: false })
      }
      expect(requests).toBe(0)
    })
  )
})

describe("a connection", () => {
  it.scopedLive("that is closed as soon as it stands: never NotSent where bytes were read", () =>
    Effect.gen(function* () {
      for (const end of ["end", "resetAndDestroy", "destroy"] as const) {
        let read = 0
        const server = Net.createServer((socket) => {
          socket.on("data", () => read++)
          socket[end]()
        })
        const port = yield* listening(server)
        for (const [name, layer] of yield* transports()) {
          read = 0
          const failure = yield* failureOf(`http://127.0.0.1:${port}`, layer)
          if (read > 0) expect(failure.mayHaveArrived, `${name} ${end}`).toBe(true)
        }
      }
    })
  )

  it.scopedLive("that cannot be opened: nothing was sent", () =>
    Effect.gen(function* () {
      const free = yield* Effect.scoped(listening(Net.createServer()))
      for (const [name, layer] of yield* transports()) {
        expect(yield* failureOf(`http://127.0.0.1:${free}`, layer), name).toMatchObject({
          reason: "Refused",
          mayHaveArrived: false,
          code: "ECONNREFUSED"
        })
        expect(yield* failureOf("http://api.genesys.invalid", layer), name).toMatchObject({
          reason: "NameNotResolved",
          mayHaveArrived: false
        })
      }
    })
  )

  it.scopedLive("for which there is no file descriptor: nothing was sent", () =>
    Effect.gen(function* () {
      const error = Object.assign(new Error("connect EMFILE 127.0.0.1:80"), { code: "EMFILE", syscall: "connect" })
      const agent = yield* scopedDispatcher(
        () => new Agent({ connect: (_, callback) => void setImmediate(() => callback(error, null)) })
      )
      for (const [name, layer] of over(agent)) {
        expect(yield* failureOf("http://127.0.0.1", layer), name).toMatchObject({
          mayHaveArrived: false,
          code: "EMFILE"
        })
      }
    })
  )

  it.scopedLive("through a proxy that refuses to CONNECT: nothing was sent", () =>
    Effect.gen(function* () {
      let connects = 0
      const proxy = Http.createServer((_, response) => void response.writeHead(500).end())
      proxy.on("connect", (_, socket) => {
        connects++
        socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
      })
      const port = yield* listening(proxy)
      const agent = yield* scopedDispatcher(() => new ProxyAgent(`http://127.0.0.1:${port}`))
      for (const [name, layer] of over(agent)) {
        for (const url of ["https://api.genesys.invalid", "http://api.genesys.invalid"]) {
          expect(yield* failureOf(url, layer), name).toMatchObject({ reason: "Refused", mayHaveArrived: false })
        }
      }
      expect(connects).toBeGreaterThanOrEqual(6)
    })
  )
})

it.scopedLive(
  "a client of the user's own that sends again does not make a request that has left one that has not",
  () =>
    Effect.gen(function* () {
      const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
      for (const [name, transport] of yield* transports()) {
        let seen = 0
        // takes one request in, and listens no more
        const server = Net.createServer((socket) =>
          socket.once("data", () => {
            seen++
            server.close()
            socket.resetAndDestroy()
          })
        )
        const url = `http://127.0.0.1:${yield* listening(server)}`
        const client = ChatsClient.layerWith({
          transformClient: HttpClient.retry({ times: 1, schedule: Schedule.spaced("50 millis") })
        }).pipe(
          Layer.provide([
            Credentials.layerToken(Redacted.make("t0ken")),
            Region.layerCustom({ apiUrl: url, loginUrl: url }),
            RetryPolicy.layer(RetryPolicy.none),
            transport
          ])
        )
        const send = Chats.postChatsRoomMessages({ roomJid, message: "We are on it" })
        const error = yield* Effect.flip(Effect.provide(send, client))
        expect(seen, name).toBe(1)
        expect(error, name).toMatchObject({ _tag: "TransportError", reason: "Refused", mayHaveArrived: true })
      }
    })
)

describe("Undici.layer knows", () => {
  it.scopedLive("that a request which was sent and then refused may have arrived", () =>
    Effect.gen(function* () {
      // as an interceptor that sends it again may have it
      const agent = yield* scopedDispatcher(() => new Agent())
      const again = agent.compose(
        (dispatch) => (options, handler) =>
          dispatch(options, {
            onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
            onResponseStart: (...args) => handler.onResponseStart?.(...args),
            onResponseData: (...args) => handler.onResponseData?.(...args),
            onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
            onResponseError: (controller) =>
              handler.onResponseError?.(
                controller,
                Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" })
              )
          })
      )
      const url = yield* serve((request) => request.socket.destroy())
      expect(yield* failureOf(url, Undici.layerDispatcher(again))).toEqual({
        reason: "Refused",
        mayHaveArrived: true,
        code: "ECONNREFUSED"
      })
    })
  )

  it.scopedLive("what was in flight when the dispatcher was destroyed, and what was not", () =>
    Effect.gen(function* () {
      const agent = new Agent({ connections: 1 })
      const url = yield* serve((request) => {
        request.resume()
        setImmediate(() => void agent.destroy())
      })
      const layer = Undici.layerDispatcher(agent)
      const failures = yield* Effect.all([failureOf(url, layer), failureOf(url, layer)], { concurrency: 2 })
      expect(failures.map(({ mayHaveArrived }) => mayHaveArrived)).toEqual([true, false])
      expect((yield* failureOf(url, layer)).mayHaveArrived).toBe(false)
    })
  )

  it.scopedLive("how far an interrupted request has come", () =>
    Effect.gen(function* () {
      const agent = yield* scopedDispatcher(() => new Agent({ connect: () => {} }))
      let came = () => {}
      const url = yield* serve((request) => {
        request.resume()
        came()
      })
      const here = Effect.async<void>((resume) => {
        came = () => resume(Effect.void)
      })
      const interrupted = (to: string, layer: Clients, when: Effect.Effect<void> = here) =>
        Effect.gen(function* () {
          const progress = new Progress()
          const fiber = yield* Effect.fork(Effect.provideService(post(to, layer), RequestProgress, progress))
          yield* when
          yield* Fiber.interrupt(fiber)
          return progress.mayHaveArrived
        })
      expect(yield* interrupted("http://127.0.0.1", Undici.layerDispatcher(agent), Effect.sleep("50 millis"))).toBe(
        false
      )
      expect(yield* interrupted(url, Undici.layer)).toBe(true)
      // another transport does not tell
      expect(yield* interrupted(url, NodeHttpClient.layer)).toBe(true)
    })
  )

  it.scopedLive("and says so without anything of the request", () =>
    Effect.gen(function* () {
      const request = HttpClientRequest.get("http://127.0.0.1:1/ids", { headers: { authorization: "Bearer s3cret" } })
      const executed = Effect.flatMap(HttpClient.HttpClient, (client) => client.execute(request))
      const { cause } = yield* Effect.provide(Effect.flip(executed), Undici.layer)
      expect(cause).toMatchObject({ mayHaveArrived: false, code: "ECONNREFUSED" })
      expect(JSON.stringify([cause, Object.entries(cause as object)])).not.toMatch(/s3cret|ids/)
    })
  )
})
