import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { interruptNow } from "../../internal/effect/fiber.js"
import { acceptSockets } from "./channels/server.js"
import type { Host } from "./host.js"
import type { Service } from "./service.js"
import { maxBodyBytes, type WireReply, type WireRequest } from "./wire.js"

export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * Serves a host on a socket until the scope closes, and then ends every request and connection at
 * once; gives its URL. Each request is a fiber of the caller's runtime, and so has its clock and tracer.
 */
export const listen = (
  host: Host,
  address: Address,
  service: () => Service | undefined
): Effect.Effect<string, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const control = yield* makeControl(host, service)
    const fork = yield* FiberSet.makeRuntime<never, void>()
    const server = yield* Effect.acquireRelease(
      Effect.sync(() => Http.createServer()),
      (server) =>
        Effect.async<void>((resume) => {
          host.channels.terminate()
          server.close(() => resume(Effect.void))
          server.closeAllConnections()
        })
    )
    // a client that sends on a connection that is being closed sees a reset, which no plan of failures asked for
    server.keepAliveTimeout = 0
    server.on("request", (request, response) => {
      const fiber = fork(
        guarded(request, isControl(request) ? control(request, response) : exchange(host, request, response))
      )
      response.on("close", () => {
        if (!response.writableFinished) interruptNow(fiber, fiber)
      })
    })
    acceptSockets(server, () => host.channels)
    yield* Effect.async<void, Error>((resume) => {
      server.once("error", (error) => resume(Effect.fail(error)))
      server.listen(address.port, address.host, () => resume(Effect.void))
    })
    const bound = server.address()
    const port = isAddressInfo(bound) ? bound.port : address.port
    const url = urlOf({ host: address.host, port })
    host.socketUrl = url.replace("http", "ws")
    return url
  })

/** The URL that reaches a server from its own machine. One that listens on every address is reached on loopback. */
const urlOf = ({ host, port }: Address): string => {
  const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host
  // a zone as in fe80::1%eth0 is not for URLs (RFC 9844)
  return `http://${name.includes(":") ? `[${name.replace(/%.*$/, "")}]` : name}:${port}`
}

/** The control API and the page are loaded when somebody first asks for them. */
const makeControl = (host: Host, service: () => Service | undefined) =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const load = yield* Effect.cached(
      Effect.promise(() => import("./http/control.js")).pipe(
        Effect.flatMap(({ make }) => {
          const there = service()
          return there === undefined ? Effect.dieMessage("The emulator is not there yet") : make(host, there)
        }),
        Scope.extend(scope)
      )
    )
    return (request: Http.IncomingMessage, response: Http.ServerResponse) =>
      Effect.flatMap(load, (answer) => answer(request, response))
  })

const isControl = ({ url = "" }: Http.IncomingMessage): boolean => /^\/emulator(?:[/?]|$)/.test(url)

const isAddressInfo = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === "object" && address !== null

const exchange = (
  host: Host,
  request: Http.IncomingMessage,
  response: Http.ServerResponse
): Effect.Effect<void, Error> =>
  readRequest(request).pipe(
    Effect.flatMap((wire) => host.serve(wire)),
    Effect.flatMap((reply) => sendReply(reply, request, response))
  )

/** Whatever went wrong, the client sees what it sees when a service goes away. */
const guarded = (request: Http.IncomingMessage, answer: Effect.Effect<void, Error>): Effect.Effect<void> =>
  Effect.catchAllCause(answer, (cause) =>
    Effect.zipRight(
      Cause.isDie(cause) ? Effect.logError("The emulator failed on a request", cause) : Effect.void,
      Effect.sync(() => {
        request.socket.resetAndDestroy()
      })
    )
  )

/** Reads a request; what is beyond the size limit is read and thrown away, so that the 413 gets through. */
const readRequest = (request: Http.IncomingMessage): Effect.Effect<WireRequest, Error> =>
  Effect.async<WireRequest, Error>((resume) => {
    const chunks: Array<Uint8Array> = []
    let size = 0
    request.on("data", (chunk: Uint8Array) => {
      if (size <= maxBodyBytes) chunks.push(chunk)
      size += chunk.byteLength
    })
    request.on("error", (error) => resume(Effect.fail(error)))
    request.on("end", () => {
      const [path = "", ...query] = (request.url ?? "").split("?")
      resume(
        Effect.succeed({
          method: request.method ?? "",
          path,
          query: query.join("?"),
          headers: singleHeaders(request.headers),
          body: Buffer.concat(chunks)
        })
      )
    })
  })

const singleHeaders = (headers: Http.IncomingHttpHeaders): Record<string, string> => {
  const single: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) single[name] = Array.isArray(value) ? value.join(", ") : value
  }
  return single
}

const sendReply = (
  { body, headers, status }: WireReply,
  request: Http.IncomingMessage,
  response: Http.ServerResponse
): Effect.Effect<void> => {
  if (body === undefined || body instanceof Uint8Array) {
    return Effect.sync(() => {
      const sized = body === undefined ? headers : { ...headers, "content-length": body.byteLength }
      response.writeHead(status, sized).end(body)
    })
  }
  return Effect.sync(() => {
    response.writeHead(status, { ...headers }).flushHeaders()
  }).pipe(
    Effect.zipRight(Stream.runForEach(body, (chunk) => write(response, chunk))),
    Effect.matchEffect({
      onSuccess: () => Effect.sync(() => void response.end()),
      onFailure: () => Effect.sync(() => void request.socket.resetAndDestroy())
    })
  )
}

const write = (response: Http.ServerResponse, chunk: Uint8Array): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    response.write(chunk, () => resume(Effect.void))
  })
