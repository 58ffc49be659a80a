import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Chats, ChatsError, RetryPolicy } from "effect-genesys-chats"
import { classify } from "../../src/transport/classify.js"
import { NoReply } from "../../src/transport/NoReply.js"
import { clientOver, failure, scripted } from "../utils/http.js"
import { call, plain, roomJid } from "../utils/samples.js"

const request = HttpClientRequest.get("https://api.example/x")
const requestError = (cause: unknown, reason: "Transport" | "Encode" | "InvalidUrl" = "Transport") =>
  new HttpClientError.RequestError({ request, reason, cause })
const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more })
const connecting = { syscall: "connect" }
/** As Node gives it when every address of a host failed ("happy eyeballs"): the code is the first error's. */
const aggregate = (...errors: ReadonlyArray<Error & { readonly code: string }>) =>
  Object.assign(new AggregateError(errors), { code: errors[0]?.code })

const handshakeCutOff = Object.assign(
  new Error("Client network socket disconnected before secure TLS connection was established"),
  { code: "ECONNRESET" }
)
const tunnelRefused = (status: number) =>
  Object.assign(new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`), { code: "UND_ERR_ABORTED" })

type Row = readonly [what: string, cause: unknown, reason: ChatsError.TransportReason, mayHaveArrived: boolean]

const rows: ReadonlyArray<Row> = [
  ["nobody listens", coded("ECONNREFUSED", connecting), "Refused", false],
  ["no such host", coded("ENOTFOUND", { syscall: "getaddrinfo" }), "NameNotResolved", false],
  ["DNS is down", coded("EAI_AGAIN", { syscall: "getaddrinfo" }), "NameNotResolved", false],
  ["undici waited too long for a connection", coded("UND_ERR_CONNECT_TIMEOUT"), "ConnectTimeout", false],
  ["the kernel waited too long for a connection", coded("ETIMEDOUT", connecting), "ConnectTimeout", false],
  ["a connection that stood timed out", coded("ETIMEDOUT", { syscall: "read" }), "Reset", true],
  ["something timed out", coded("ETIMEDOUT"), "Reset", true],
  ["no route while connecting", coded("EHOSTUNREACH", connecting), "Unreachable", false],
  ["no network while connecting", coded("ENETUNREACH", connecting), "Unreachable", false],
  ["the route was lost while reading", coded("EHOSTUNREACH", { syscall: "read" }), "Reset", true],
  ["reset", coded("ECONNRESET", { syscall: "read" }), "Reset", true],
  ["reset without a system call", coded("ECONNRESET"), "Reset", true],
  ["broken pipe", coded("EPIPE", { syscall: "write" }), "Reset", true],
  ["undici: other side closed", coded("UND_ERR_SOCKET"), "Reset", true],
  ["undici: no headers in time", coded("UND_ERR_HEADERS_TIMEOUT"), "Reset", true],
  ["the certificate has expired", coded("CERT_HAS_EXPIRED"), "Tls", false],
  ["the certificate is self-signed", coded("DEPTH_ZERO_SELF_SIGNED_CERT"), "Tls", false],
  ["a self-signed one in the chain", coded("SELF_SIGNED_CERT_IN_CHAIN"), "Tls", false],
  ["the issuer is not known", coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "Tls", false],
  ["the certificate is another host's", coded("ERR_TLS_CERT_ALTNAME_INVALID"), "Tls", false],
  ["no TLS version of ours", coded("ERR_SSL_UNSUPPORTED_PROTOCOL"), "Tls", false],
  ["the proxy's certificate", coded("UND_ERR_PRX_TLS", { cause: coded("CERT_HAS_EXPIRED") }), "Tls", false],
  ["an alert, whenever", coded("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"), "Tls", true],
  ["no TLS at all, or no longer", coded("ERR_SSL_WRONG_VERSION_NUMBER"), "Tls", true],
  ["TLS refused to write", coded("EPROTO", { syscall: "write" }), "Tls", true],
  ["a socket code while reading", coded("ECONNREFUSED", { syscall: "read" }), "Reset", true],
  ["the handshake was cut off", handshakeCutOff, "Tls", false],
  ["a proxy refused", tunnelRefused(403), "Refused", false],
  ["a request was aborted", coded("UND_ERR_ABORTED"), "Reset", true],
  ["a SOCKS proxy refused", coded("UND_ERR_SOCKS5_REPLY_2"), "Other", false],
  ["reset while connecting", coded("ECONNRESET", connecting), "Reset", false],
  ["not allowed to connect", coded("EACCES", connecting), "Unreachable", false],
  ["nor this", coded("EPERM", connecting), "Unreachable", false],
  ["no file descriptor", coded("EMFILE", connecting), "Other", false],
  ["none in the whole system", coded("ENFILE", { syscall: "socket" }), "Other", false],
  ["none for the resolver", coded("EMFILE", { syscall: "getaddrinfo" }), "NameNotResolved", false],
  ["a resolver without an answer", coded("ENODATA", { syscall: "queryA" }), "NameNotResolved", false],
  ["a resolver that fails", coded("ESERVFAIL", { syscall: "queryAaaa" }), "NameNotResolved", false],
  ["a resolver that refuses", coded("EREFUSED", { syscall: "queryA" }), "NameNotResolved", false],
  ["a resolver that is not there", coded("ECONNREFUSED", { syscall: "queryA" }), "NameNotResolved", false],
  [
    "undici: nothing passed through the socket",
    coded("UND_ERR_SOCKET", { socket: { bytesWritten: 0 } }),
    "Reset",
    false
  ],
  ["undici: something did", coded("UND_ERR_SOCKET", { socket: { bytesWritten: 1 } }), "Reset", true],
  ["undici: destroyed", coded("UND_ERR_DESTROYED"), "Reset", true],
  ["Bun: nobody listens", coded("ConnectionRefused"), "Refused", false],
  [
    "a TLS record of a connection that stood is broken",
    coded("ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC"),
    "Tls",
    true
  ],
  [
    "every address refused",
    aggregate(coded("ECONNREFUSED", connecting), coded("ECONNREFUSED", connecting)),
    "Refused",
    false
  ],
  [
    "every address timed out",
    aggregate(coded("ETIMEDOUT", connecting), coded("ETIMEDOUT", connecting)),
    "ConnectTimeout",
    false
  ],
  [
    "one timed out, one has no route",
    aggregate(coded("ETIMEDOUT", connecting), coded("ENETUNREACH", connecting)),
    "ConnectTimeout",
    false
  ],
  [
    "one refused, one was reset later",
    aggregate(coded("ECONNREFUSED", connecting), coded("ECONNRESET")),
    "Refused",
    true
  ],
  ["an AggregateError without a code", new AggregateError([coded("ECONNREFUSED", connecting)]), "Refused", false],
  ["an AggregateError of nothing", new AggregateError([]), "Other", true],
  ["an error without a code", new Error("?"), "Other", true],
  ["a code that is a number", Object.assign(new Error("?"), { code: 20 }), "Other", true],
  ["a string", "?", "Other", true],
  ["nothing", undefined, "Other", true]
]

describe("classify", () => {
  for (const [what, cause, reason, mayHaveArrived] of rows) {
    it(what, () => {
      expect(classify(requestError(cause))).toMatchObject({ reason, mayHaveArrived })
      // fetch wraps it
      expect(classify(requestError(new TypeError("fetch failed", { cause })))).toMatchObject({ reason, mayHaveArrived })
    })
  }

  it("takes the code out of the chain of causes", () => {
    const deep = new Error("a", { cause: new Error("b", { cause: coded("ECONNREFUSED", connecting) }) })
    expect(classify(requestError(deep))).toEqual({ reason: "Refused", mayHaveArrived: false, code: "ECONNREFUSED" })
  })

  it("believes a transport that knows, however its error is wrapped", () => {
    for (const mayHaveArrived of [true, false]) {
      for (const inner of [coded("ECONNREFUSED", connecting), coded("ECONNRESET", { syscall: "read" })]) {
        const told = new NoReply(mayHaveArrived, inner)
        const wrapped = requestError(new Error("by a middleware", { cause: requestError(told) }))
        for (const error of [requestError(told), wrapped]) {
          expect(classify(error)).toMatchObject({ mayHaveArrived, code: inner.code })
        }
      }
    }
  })

  it("is not caught in a circle of causes", () => {
    const circle = new Error("circle")
    circle.cause = circle
    expect(classify(requestError(circle))).toEqual({ reason: "Other", mayHaveArrived: true, code: undefined })
  })

  it("what does not even make a request was not sent", () => {
    expect(classify(requestError(new Error("?"), "InvalidUrl"))).toMatchObject({
      reason: "InvalidUrl",
      mayHaveArrived: false
    })
    expect(classify(requestError(new Error("?"), "Encode"))).toMatchObject({ reason: "Other", mayHaveArrived: false })
  })

  it("a reply that breaks off may have been to a request that took effect", () => {
    const response = HttpClientResponse.fromWeb(request, new Response("{"))
    const error = new HttpClientError.ResponseError({
      request,
      response,
      reason: "Decode",
      cause: coded("UND_ERR_SOCKET")
    })
    expect(classify(error)).toEqual({ reason: "Reset", mayHaveArrived: true, code: "UND_ERR_SOCKET" })
  })
})

describe("through the client", () => {
  it.effect("is a TransportError that names call, reason and code, and says what became of the request", () =>
    Effect.gen(function* () {
      const cases = [
        [failure("ECONNREFUSED", connecting), "Refused", "ECONNREFUSED", "NotSent"],
        [failure("ECONNRESET"), "Reset", "ECONNRESET", "Unknown"],
        [new TypeError("fetch failed"), "Other", undefined, "Unknown"]
      ] as const
      for (const [cause, reason, code, outcome] of cases) {
        const http = scripted(() => Effect.fail(cause))
        const error = yield* call(Chats.getChatsRoom, { roomJid }).pipe(
          Effect.provide(clientOver(http, { policy: RetryPolicy.none })),
          Effect.flip
        )
        expect(plain(error)).toMatchObject({
          _tag: "TransportError",
          operation: "getChatsRoom",
          method: "GET",
          path: "/api/v2/chats/rooms/{roomJid}",
          reason,
          mayHaveArrived: outcome === "Unknown",
          attempts: 1,
          message: `no whole reply to getChatsRoom: ${reason}${code === undefined ? "" : ` (${code})`}`
        })
        expect(plain(error)["code"]).toBe(code)
        expect(ChatsError.outcome(error)).toBe(outcome)
      }
    })
  )
})
