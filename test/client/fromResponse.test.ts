import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { Chats, ChatsError, RetryPolicy } from "effect-genesys-chats"
import { facts, sample } from "../utils/facts.js"
import { type Answer, clientOver, json, reply, scripted, sequence } from "../utils/http.js"
import { call, plain, roomJid, samples } from "../utils/samples.js"

const policy = RetryPolicy.none

const classNames: { readonly [status: number]: string } = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  408: "RequestTimeout",
  409: "Conflict",
  413: "ContentTooLarge",
  415: "UnsupportedMediaType",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
  504: "GatewayTimeout"
}

const contextId = "c0a80101-0000-4000-8000-00000000abcd"
const errorBody = (status: number) => ({
  ...sample("ErrorBody"),
  errors: [{ message: "the inner one", code: "inner" }],
  status,
  contextId,
  message: `the service says ${status}`
})

interface Expected {
  readonly [field: string]: unknown
}

/** What stands on the error, by the form of the body. */
const bodies: ReadonlyArray<
  readonly [form: string, text: (status: number) => string, expected: (status: number) => Expected]
> = [
  [
    "JSON",
    (status) => JSON.stringify(errorBody(status)),
    (status) => {
      const { message, status: _, ...rest } = errorBody(status)
      return { ...rest, message }
    }
  ],
  [
    "HTML",
    (status) => `<html><body><h1>${status}</h1></body></html>`,
    (status) => ({ body: `<html><body><h1>${status}</h1></body></html>` })
  ],
  ["empty", () => "", () => ({})],
  [
    "truncated JSON",
    (status) => JSON.stringify(errorBody(status)).slice(0, 60),
    (status) => ({ body: JSON.stringify(errorBody(status)).slice(0, 60) })
  ],
  ["an array", (status) => JSON.stringify([errorBody(status)]), () => ({ body: expect.stringMatching(/^\[/) })],
  ["JSON nested 10,000 deep", () => `{"a":`.repeat(10_000), () => ({ body: expect.stringMatching(/^\{"a":.{995}…$/) })]
]

/** Tried with every endpoint: a class of the endpoint's own, and the one that all share. */
const everywhere = (status: number, form: string) => (status === 404 || status === 418) && form === "JSON"

/** Their failures would be retried, had the policy any retries to give. */
const retried = new Set([429, 502, 503, 504])

describe("whatever the endpoint and the body: the status alone decides the error's class", () => {
  for (const status of [...Object.keys(facts.statuses).map(Number), 302, 418, 502]) {
    it.effect(`${status}`, () =>
      Effect.gen(function* () {
        for (const [form, text, expected] of bodies) {
          const http = scripted(() =>
            reply(status, text(status), { "inin-correlation-id": "corr-1", location: "https://evil.example" })
          )
          const asked = everywhere(status, form) ? samples : samples.slice(0, 1)
          yield* Effect.forEach(asked, ({ endpoint, input, name }) =>
            Effect.gen(function* () {
              const error = yield* Effect.flip(call(endpoint, input))
              expect(plain(error), `${name} ${form}`).toEqual({
                _tag: classNames[status] ?? "UnexpectedStatus",
                status,
                operation: name,
                method: endpoint.method,
                path: endpoint.path,
                correlationId: "corr-1",
                attempts: 1,
                message: `${name} was answered with ${status}`,
                details: [],
                errors: [],
                ...(retried.has(status) ? { gaveUp: "attempts exhausted" } : {}),
                ...expected(status)
              })
              expect(error).toBeInstanceOf(classOf(status))
            })
          ).pipe(Effect.provide(clientOver(http, { policy })))
          expect(http.requests).toHaveLength(asked.length)
        }
      })
    )
  }
})

const classOf = (status: number) =>
  Object.entries(ChatsError.byStatus).find(([key]) => Number(key) === status)?.[1] ?? ChatsError.UnexpectedStatus

/** The error of one call that gets one reply. */
const errorOf = (answer: () => Answer, options?: Parameters<typeof clientOver>[1]) =>
  call(Chats.getChatsRoom, { roomJid }).pipe(
    Effect.provide(clientOver(sequence(answer), { policy, ...options })),
    Effect.flip,
    Effect.map(plain)
  )

describe("the body", () => {
  for (const [field, type] of Object.entries(facts.definitions["ErrorBody"] ?? {})) {
    it.effect(`a ${field} of the wrong type does not cost the other fields`, () =>
      Effect.gen(function* () {
        const wrong = "type" in type && type.type === "string" ? [5] : "x"
        const error = yield* errorOf(() => json(404, { ...errorBody(404), [field]: wrong }))
        const { status: _, [field]: __, ...others }: { readonly [key: string]: unknown } = errorBody(404)
        expect(error).toMatchObject({ ...others, _tag: "NotFound", status: 404 })
        expect(Object.entries(error)).not.toContainEqual([field, wrong])
      })
    )
  }

  it.effect("all fields null, or of other types, or unknown", () =>
    Effect.gen(function* () {
      const nulls = Object.fromEntries(Object.keys(errorBody(403)).map((key) => [key, null]))
      const arrays = Object.fromEntries(Object.keys(errorBody(403)).map((key) => [key, [[1]]]))
      for (const body of [nulls, { ...arrays, details: 5, errors: 5 }, { foo: "bar" }, {}]) {
        const error = yield* errorOf(() => json(403, body))
        expect(error).toMatchObject({
          _tag: "Forbidden",
          details: [],
          errors: [],
          message: "getChatsRoom was answered with 403"
        })
        expect(error).not.toHaveProperty("code")
      }
    })
  )

  it.effect("the class follows the reply's status, not the body's", () =>
    Effect.gen(function* () {
      expect(yield* errorOf(() => json(404, errorBody(500)))).toMatchObject({ _tag: "NotFound", status: 404 })
    })
  )

  it.effect("the correlation id comes from the header, else from the body", () =>
    Effect.gen(function* () {
      const both = yield* errorOf(() => json(404, errorBody(404), { "ININ-Correlation-Id": "from-header" }))
      expect(both).toMatchObject({ correlationId: "from-header", contextId })
      expect(yield* errorOf(() => json(404, errorBody(404)))).toMatchObject({ correlationId: contextId, contextId })
      expect(yield* errorOf(() => json(404, {}))).not.toHaveProperty("correlationId")
    })
  )

  it.effect("text that is not the service's JSON is cut short", () =>
    Effect.gen(function* () {
      const error = yield* errorOf(() => reply(500, "é".repeat(50_000)))
      expect(error).toMatchObject({ body: `${"é".repeat(1000)}…` })
    })
  )

  it.effect("a byte order mark, other charsets and broken UTF-8 do no harm", () =>
    Effect.gen(function* () {
      expect(yield* errorOf(() => reply(404, `\ufeff${JSON.stringify(errorBody(404))}`))).toMatchObject({ contextId })
      const broken = new Uint8Array([0xff, 0xfe, 0x00, 0xd8, 0x41])
      expect(yield* errorOf(() => reply(404, broken))).toMatchObject({ _tag: "NotFound", body: expect.any(String) })
    })
  )

  it.effect("100 MB of it are read only partly", () =>
    Effect.gen(function* () {
      const chunk = new Uint8Array(16 * 1024).fill(0x61)
      let pulled = 0
      let cancelled = false
      const endless = () =>
        new ReadableStream<Uint8Array>({
          pull: (controller) => {
            pulled += chunk.length
            if (pulled > 100 * 1024 * 1024) controller.close()
            else controller.enqueue(chunk)
          },
          cancel: () => {
            cancelled = true
          }
        })
      const error = yield* errorOf(() => reply(503, endless(), { "retry-after": "7" }))
      expect(error).toMatchObject({
        _tag: "ServiceUnavailable",
        body: `${"a".repeat(1000)}…`,
        retryAfter: Duration.seconds(7)
      })
      expect(pulled).toBeLessThan(256 * 1024)
      expect(cancelled).toBe(true)
    })
  )

  it.effect("one that breaks off keeps the status, and what came before", () =>
    Effect.gen(function* () {
      const broken = () =>
        new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(new TextEncoder().encode("half a pa")),
          pull: (controller) => controller.error(new Error("ECONNRESET"))
        })
      const error = yield* errorOf(() => reply(409, broken(), { "inin-correlation-id": "corr" }))
      expect(error).toMatchObject({ _tag: "Conflict", status: 409, correlationId: "corr", body: "half a pa" })
    })
  )

  it.effect("one that stalls keeps the status, and what came before", () =>
    Effect.gen(function* () {
      const stalling = () =>
        new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(new TextEncoder().encode("half a pa")),
          pull: () => new Promise<void>(() => {})
        })
      const fiber = yield* Effect.fork(errorOf(() => reply(403, stalling())))
      yield* TestClock.adjust("4 seconds")
      expect(yield* Fiber.poll(fiber)).toMatchObject({ _tag: "None" })
      yield* TestClock.adjust("2 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "Forbidden", body: "half a pa" })
    })
  )
})

const httpDate = (at: number) => new Date(at).toUTCString()

describe("retryAfter", () => {
  const at = Date.UTC(2026, 2, 4, 5, 6, 7)

  it.effect("stands on 429 and 503, and on no other", () =>
    Effect.gen(function* () {
      for (const status of [...Object.keys(facts.statuses).map(Number), 302, 418, 502]) {
        const error = yield* errorOf(() => reply(status, "", { "retry-after": "42" }))
        if (status === 429 || status === 503) expect(error).toMatchObject({ retryAfter: Duration.seconds(42) })
        else expect(error).not.toHaveProperty("retryAfter")
      }
    })
  )

  it.effect("an HTTP-date counts from the reply's own date", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(at + 600_000)
      const headers = { "retry-after": httpDate(at + 30_000), date: httpDate(at) }
      expect(yield* errorOf(() => reply(503, "", headers))).toMatchObject({ retryAfter: Duration.seconds(30) })
    })
  )

  it.effect("else the number in the message", () =>
    Effect.gen(function* () {
      const message = "Rate limit exceeded the maximum. Retry the request in [42] seconds"
      const code = "too.many.requests.retry.after"
      expect(yield* errorOf(() => json(429, { message, code }))).toMatchObject({
        retryAfter: Duration.seconds(42),
        code,
        message
      })
      const header = { "retry-after": "nonsense" }
      expect(yield* errorOf(() => json(429, { message }, header))).toMatchObject({ retryAfter: Duration.seconds(42) })
    })
  )

  it.effect("is missing where there is no hint, and the error still goes through JSON where it is absurd", () =>
    Effect.gen(function* () {
      expect(yield* errorOf(() => reply(429))).not.toHaveProperty("retryAfter")
      for (const hint of ["9".repeat(30), "9".repeat(400), "0", "0.001"]) {
        const error = yield* errorOf(() => reply(429, "", { "retry-after": hint }))
        const text = JSON.stringify(
          Schema.encodeUnknownSync(ChatsError.TooManyRequests)(new ChatsError.TooManyRequests(error))
        )
        const back = Schema.decodeUnknownSync(ChatsError.ChatsError)(JSON.parse(text))
        expect(back).toMatchObject({ _tag: "TooManyRequests" })
      }
    })
  )
})
