import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { ChatsError, Credentials, RetryPolicy } from "effect-genesys-chats"
import { type Answer, clientOver, failure, json, reply, sequence } from "../utils/http.js"
import { plain } from "../utils/samples.js"
import { bearers, calls, form, getRoom, live, logins, many, send, services } from "./services.js"

describe("a token", () => {
  it.scoped("is asked for once, as OAuth has it", () =>
    Effect.gen(function* () {
      const http = services()
      yield* Effect.provide(Effect.all([getRoom, getRoom, getRoom]), live(http))
      const [login, ...more] = logins(http)
      expect(more).toEqual([])
      expect(login?.method).toBe("POST")
      expect(login?.url.href).toBe("https://login.mypurecloud.de/oauth/token")
      expect(login?.headers).toMatchObject({
        authorization: `Basic ${btoa("id:s:e/c")}`,
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json"
      })
      expect(form(login)).toEqual({ grant_type: "client_credentials" })
      expect(bearers(http)).toEqual(Array(3).fill("Bearer token-1"))
    })
  )

  it.effect("a client id and secret beyond ASCII are sent as UTF-8", () =>
    Effect.gen(function* () {
      const http = services()
      const grant = Credentials.layerClientCredentials({ clientId: "ïd", clientSecret: Redacted.make("пароль") })
      yield* Effect.provide(getRoom, live(http, grant))
      const basic = Buffer.from("ïd:пароль", "utf8").toString("base64")
      expect(logins(http)[0]?.headers["authorization"]).toBe(`Basic ${basic}`)
    })
  )

  it.effect("is renewed ahead of time in the background, and waited for only when it is about to expire", () =>
    Effect.gen(function* () {
      const http = services((n) =>
        Effect.delay(
          Effect.sync(() => json(200, { access_token: `token-${n}`, expires_in: 3600 })),
          "2 seconds"
        )
      )
      const program = Effect.gen(function* () {
        const first = yield* Effect.fork(getRoom)
        yield* TestClock.adjust("2 seconds")
        yield* Fiber.join(first)
        // 5 minutes before the end, and not before
        yield* TestClock.adjust("3299 seconds")
        yield* getRoom
        expect(logins(http)).toHaveLength(1)
        yield* TestClock.adjust("2 seconds")
        // the old one still serves: nobody waits
        yield* getRoom
        yield* TestClock.adjust(0)
        expect(logins(http)).toHaveLength(2)
        yield* TestClock.adjust("2 seconds")
        yield* getRoom
        expect(bearers(http)).toEqual(["Bearer token-1", "Bearer token-1", "Bearer token-1", "Bearer token-2"])
        // half a minute before the end it is no longer used
        yield* TestClock.adjust("3571 seconds")
        const waiting = yield* Effect.fork(getRoom)
        yield* TestClock.adjust("1 second")
        expect(yield* Fiber.poll(waiting)).toMatchObject({ _tag: "None" })
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(waiting)
        expect(bearers(http).at(-1)).toBe("Bearer token-3")
        expect(logins(http)).toHaveLength(3)
      })
      yield* Effect.provide(program, live(http))
    })
  )

  it.effect("of a short life is renewed in proportion", () =>
    Effect.gen(function* () {
      const http = services((n) => json(200, { access_token: `token-${n}`, expires_in: 10 }))
      const program = Effect.gen(function* () {
        yield* getRoom
        yield* TestClock.adjust("7 seconds")
        yield* getRoom
        expect(logins(http)).toHaveLength(1)
        yield* TestClock.adjust("2 seconds")
        yield* getRoom
        expect(bearers(http)).toEqual(["Bearer token-1", "Bearer token-1", "Bearer token-2"])
      })
      yield* Effect.provide(program, live(http))
    })
  )

  it.effect("of which no life is told serves until a 401", () =>
    Effect.gen(function* () {
      for (const expires_in of [undefined, null, "soon", "", {}]) {
        let revoked = false
        const http = services(
          (n) => json(200, { access_token: `token-${n}`, expires_in }),
          ({ headers }) => (revoked && headers["authorization"] === "Bearer token-1" ? reply(401) : json(200, {}))
        )
        const program = Effect.gen(function* () {
          yield* getRoom
          yield* TestClock.adjust("30 days")
          yield* getRoom
          expect(logins(http)).toHaveLength(1)
          revoked = true
          yield* getRoom
          expect(bearers(http).at(-1)).toBe("Bearer token-2")
        })
        yield* Effect.provide(program, live(http))
      }
    })
  )

  it.effect("without any life serves those who wait for it, and no one after", () =>
    Effect.gen(function* () {
      for (const expires_in of [0, -5, "-1"]) {
        const http = services((n) => json(200, { access_token: `token-${n}`, expires_in }))
        const program = Effect.gen(function* () {
          const { token } = yield* Credentials.Credentials
          const together = yield* many(2, Effect.map(token, Redacted.value))
          expect(together).toEqual(["token-1", "token-1"])
          expect(Redacted.value(yield* token)).toBe("token-2")
        })
        yield* Effect.provide(program, live(http))
      }
    })
  )

  it.effect("life as a string of digits is a number of seconds", () =>
    Effect.gen(function* () {
      const http = services((n) => json(200, { access_token: `token-${n}`, expires_in: "3600" }))
      const program = Effect.gen(function* () {
        yield* getRoom
        yield* TestClock.adjust("3580 seconds")
        yield* getRoom
        expect(bearers(http)).toEqual(["Bearer token-1", "Bearer token-2"])
      })
      yield* Effect.provide(program, live(http))
    })
  )

  it.effect("whose renewal fails ahead of time serves to its end; it is not asked for again at once", () =>
    Effect.gen(function* () {
      const http = services((n) =>
        n === 2 ? json(401, { error: "invalid_client" }) : json(200, { access_token: `token-${n}`, expires_in: 3600 })
      )
      const program = Effect.gen(function* () {
        yield* getRoom
        yield* TestClock.adjust("3400 seconds")
        yield* getRoom
        yield* TestClock.adjust("1 second")
        yield* getRoom
        yield* TestClock.adjust("1 second")
        expect(logins(http)).toHaveLength(2)
        yield* TestClock.adjust("10 seconds")
        yield* getRoom
        yield* TestClock.adjust("1 second")
        yield* getRoom
        expect(logins(http)).toHaveLength(3)
        expect(bearers(http)).toEqual([...Array<string>(4).fill("Bearer token-1"), "Bearer token-3"])
      })
      yield* Effect.provide(program, live(http))
    })
  )

  it.effect("that is given to all who wait comes from one request; interrupting the first does not fail the rest", () =>
    Effect.gen(function* () {
      const http = services((n) =>
        Effect.delay(
          Effect.sync(() => json(200, { access_token: `token-${n}`, expires_in: 60 })),
          "1 second"
        )
      )
      const program = Effect.gen(function* () {
        const first = yield* Effect.fork(getRoom)
        yield* Effect.yieldNow()
        const rest = yield* Effect.fork(many(300, getRoom))
        yield* TestClock.adjust("500 millis")
        yield* Fiber.interrupt(first)
        yield* TestClock.adjust("500 millis")
        expect(yield* Fiber.join(rest)).toHaveLength(300)
        expect(logins(http)).toHaveLength(1)
      })
      yield* Effect.provide(program, live(http))
    })
  )

  it.effect(
    "that could not be had fails all who wait, and whoever comes in the next second; then it is asked for again",
    () =>
      Effect.gen(function* () {
        const http = services((n) =>
          n === 1
            ? Effect.delay(
                Effect.sync(() => json(401, { error: "invalid_client" })),
                "1 second"
              )
            : json(200, { access_token: `token-${n}`, expires_in: 60 })
        )
        const program = Effect.gen(function* () {
          const all = yield* Effect.fork(many(10, Effect.flip(getRoom)))
          yield* TestClock.adjust("1 second")
          const errors = yield* Fiber.join(all)
          expect(errors.map(({ _tag }) => _tag)).toEqual(Array(10).fill("CredentialsError"))
          expect(plain(yield* Effect.flip(getRoom))).toMatchObject({ reason: "InvalidClient", status: 401 })
          expect(logins(http)).toHaveLength(1)
          yield* TestClock.adjust("1250 millis")
          yield* getRoom
          expect(logins(http)).toHaveLength(2)
        })
        yield* Effect.provide(program, live(http))
      })
  )
})

describe("a 401", () => {
  it.effect("invalidates that token, and the call is sent again once with another", () =>
    Effect.gen(function* () {
      for (const program of [getRoom, send]) {
        for (const policy of [RetryPolicy.standard, RetryPolicy.none, RetryPolicy.atMostOnce]) {
          const http = services(undefined, ({ headers }) =>
            headers["authorization"] === "Bearer token-1"
              ? json(401, { code: "credentials.expired" })
              : json(200, { id: "i" })
          )
          yield* program.pipe(RetryPolicy.with(policy), Effect.provide(live(http)))
          expect(bearers(http)).toEqual(["Bearer token-1", "Bearer token-2"])
          expect(logins(http)).toHaveLength(2)
        }
      }
    })
  )

  it.effect("that stays is final after one replay", () =>
    Effect.gen(function* () {
      const http = services(undefined, () => json(401, { code: "bad.credentials", message: "no" }))
      const error = plain(yield* Effect.flip(Effect.provide(getRoom, live(http))))
      expect(error).toMatchObject({ _tag: "Unauthorized", code: "bad.credentials", attempts: 2, message: "no" })
      expect(error).not.toHaveProperty("gaveUp")
      expect(calls(http)).toHaveLength(2)
    })
  )

  it.effect("after which no token can be had is a CredentialsError", () =>
    Effect.gen(function* () {
      const http = services(
        (n) =>
          n === 1 ? json(200, { access_token: "token-1", expires_in: 3600 }) : json(400, { error: "invalid_client" }),
        () => reply(401)
      )
      const error = yield* Effect.flip(Effect.provide(send, live(http)))
      expect(plain(error)).toMatchObject({ _tag: "CredentialsError", reason: "InvalidClient", attempts: 1 })
      expect(ChatsError.outcome(error)).not.toBe("Unknown")
    })
  )

  it.effect("replaces a token once a call, not once an attempt", () =>
    Effect.gen(function* () {
      const answers = [401, 503, 401]
      let n = 0
      const http = services(undefined, () => reply(answers[n++] ?? 200, "{}"))
      const fiber = yield* Effect.fork(Effect.flip(Effect.provide(getRoom, live(http))))
      yield* TestClock.adjust("1 minute")
      expect(plain(yield* Fiber.join(fiber))).toMatchObject({ _tag: "Unauthorized", attempts: 3 })
      expect(calls(http)).toHaveLength(3)
    })
  )

  it.effect("to 50 calls at once costs one new token", () =>
    Effect.gen(function* () {
      const http = services(undefined, ({ headers }) =>
        Effect.as(Effect.yieldNow(), headers["authorization"] === "Bearer token-1" ? reply(401) : json(200, {}))
      )
      yield* Effect.provide(many(50, getRoom), live(http))
      expect(logins(http)).toHaveLength(2)
      expect(calls(http)).toHaveLength(100)
    })
  )

  it.effect("to a late user of an old token does not cost the new one", () =>
    Effect.gen(function* () {
      const http = services()
      const program = Effect.gen(function* () {
        const credentials = yield* Credentials.Credentials
        const old = yield* credentials.token
        expect(yield* credentials.invalidate(old)).toBe(true)
        expect(Redacted.value(yield* credentials.token)).toBe("token-2")
        expect(yield* credentials.invalidate(old)).toBe(true)
        expect(Redacted.value(yield* credentials.token)).toBe("token-2")
      })
      yield* Effect.provide(program, live(http))
      expect(logins(http)).toHaveLength(2)
    })
  )
})

describe("a login that fails", () => {
  interface Row {
    readonly what: string
    readonly answer: () => Answer
    readonly expected: { readonly reason: ChatsError.CredentialsReason; readonly [field: string]: unknown }
    /** What passes is asked for twice more. */
    readonly requests: 1 | 3
  }
  const description = "authentication failed"
  const rows: ReadonlyArray<Row> = [
    {
      what: "invalid_client",
      answer: () => json(400, { error: "invalid_client", description, error_description: description }),
      expected: {
        reason: "InvalidClient",
        status: 400,
        code: "invalid_client",
        message: expect.stringContaining(description)
      },
      requests: 1
    },
    {
      what: "unauthorized_client",
      answer: () => json(401, { error: "unauthorized_client" }),
      expected: { reason: "InvalidClient", status: 401 },
      requests: 1
    },
    {
      what: "invalid_grant",
      answer: () => json(400, { error: "invalid_grant" }),
      expected: { reason: "InvalidGrant", status: 400 },
      requests: 1
    },
    {
      what: "another refusal",
      answer: () => json(403, { error: "access_denied" }),
      expected: { reason: "Rejected", status: 403, code: "access_denied" },
      requests: 1
    },
    {
      what: "rate limited, as FACTS.md has it",
      answer: () => json(400, { error: "invalid_request", error_description: "rate limit exceeded; try later" }),
      expected: { reason: "RateLimited", status: 400 },
      requests: 3
    },
    {
      what: "rate limited with a 429",
      answer: () => reply(429, "", { "retry-after": "3" }),
      expected: { reason: "RateLimited", status: 429, retryAfter: Duration.seconds(3) },
      requests: 3
    },
    {
      what: "rate limited for long",
      answer: () => reply(429, "", { "retry-after": "300" }),
      expected: { reason: "RateLimited", retryAfter: Duration.minutes(5) },
      requests: 1
    },
    {
      what: "down",
      answer: () => reply(503, "<html>down</html>"),
      expected: { reason: "Unavailable", status: 503 },
      requests: 3
    },
    { what: "a bad gateway", answer: () => reply(502), expected: { reason: "Unavailable", status: 502 }, requests: 3 },
    {
      what: "a redirect",
      answer: () => reply(302, "", { location: "https://evil.example" }),
      expected: { reason: "Rejected", status: 302 },
      requests: 1
    },
    {
      what: "no connection",
      answer: () => Effect.fail(failure("ECONNREFUSED", { syscall: "connect" })),
      expected: { reason: "Unreachable", code: "ECONNREFUSED" },
      requests: 3
    },
    {
      what: "HTML for a token",
      answer: () => reply(200, "<html>"),
      expected: { reason: "InvalidReply", status: 200 },
      requests: 1
    },
    {
      what: "JSON without a token",
      answer: () => json(200, { token: "x" }),
      expected: { reason: "InvalidReply" },
      requests: 1
    },
    {
      what: "a token that is no string",
      answer: () => json(200, { access_token: 5 }),
      expected: { reason: "InvalidReply" },
      requests: 1
    },
    {
      what: "an empty token",
      answer: () => json(200, { access_token: "" }),
      expected: { reason: "InvalidReply" },
      requests: 1
    },
    {
      what: "a token that would break the header",
      answer: () => json(200, { access_token: "a\r\nx: 1" }),
      expected: { reason: "InvalidReply" },
      requests: 1
    },
    {
      what: "truncated JSON",
      answer: () => reply(200, '{"access_token":"a'),
      expected: { reason: "InvalidReply" },
      requests: 1
    },
    { what: "no answer", answer: () => Effect.never, expected: { reason: "Timeout" }, requests: 3 }
  ]
  for (const { answer, expected, requests, what } of rows) {
    it.effect(`${what}: ${expected.reason}`, () =>
      Effect.gen(function* () {
        const http = services(answer)
        const fiber = yield* Effect.fork(Effect.flip(Effect.provide(send, live(http))))
        yield* TestClock.adjust("10 minutes")
        const error = yield* Fiber.join(fiber)
        expect(plain(error)).toMatchObject({
          _tag: "CredentialsError",
          operation: "postChatsRoomMessages",
          method: "POST",
          path: "/api/v2/chats/rooms/{roomJid}/messages",
          attempts: 0,
          ...expected
        })
        expect(plain(error)).not.toHaveProperty("gaveUp")
        expect(ChatsError.outcome(error)).toBe("NotSent")
        expect(logins(http)).toHaveLength(requests)
        expect(calls(http)).toEqual([])
      })
    )
  }

  it.effect("for a moment is asked again, no sooner than the hint", () =>
    Effect.gen(function* () {
      const http = services((n) =>
        n === 1 ? reply(429, "", { "retry-after": "5" }) : json(200, { access_token: `token-${n}` })
      )
      const fiber = yield* Effect.fork(Effect.provide(getRoom, live(http)))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      const [first, second] = logins(http).map(({ at }) => at)
      expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(5000)
    })
  )

  it.effect("with a body without end is read only partly", () =>
    Effect.gen(function* () {
      let pulled = 0
      const endless = () =>
        new ReadableStream<Uint8Array>({
          pull: (controller) => {
            pulled += 16_384
            controller.enqueue(new Uint8Array(16_384).fill(0x20))
          }
        })
      const error = yield* Effect.flip(Effect.provide(getRoom, live(services(() => reply(200, endless())))))
      expect(error).toMatchObject({ _tag: "CredentialsError", reason: "InvalidReply" })
      expect(pulled).toBeLessThan(256 * 1024)
    })
  )

  it.effect("is retried by RetryPolicy on no account", () =>
    Effect.gen(function* () {
      const http = services(() => json(400, { error: "invalid_client" }))
      yield* Effect.flip(Effect.provide(getRoom, live(http)))
      expect(logins(http)).toHaveLength(1)
    })
  )
})

describe("layerToken", () => {
  const withToken = (value: string, answer: () => Answer) => {
    const http = sequence(answer)
    const layer = clientOver(http, { credentials: Credentials.layerToken(Redacted.make(value)) })
    return Effect.map(Effect.either(Effect.provide(getRoom, layer)), (result) => ({ result, http }))
  }

  it.effect("sends the token; a 401 is final, there is no replay", () =>
    Effect.gen(function* () {
      const { http, result } = yield* withToken("given", () => json(401, { code: "bad.credentials" }))
      expect(http.requests.map(({ headers }) => headers["authorization"])).toEqual(["Bearer given"])
      expect(result._tag === "Left" && plain(result.left)).toMatchObject({ _tag: "Unauthorized", attempts: 1 })
    })
  )

  it.effect("leaves out the line break of a file", () =>
    Effect.gen(function* () {
      const { http } = yield* withToken(" given\r\n", () => json(200, {}))
      expect(http.requests[0]?.headers["authorization"]).toBe("Bearer given")
    })
  )

  it.effect("a token that cannot stand in a header is a CredentialsError, and nothing is sent", () =>
    Effect.gen(function* () {
      for (const value of ["", "  ", "a b", "a\r\nx-evil: 1", "ключ", "a\0"]) {
        const { http, result } = yield* withToken(value, () => json(200, {}))
        expect(http.requests).toEqual([])
        expect(result._tag === "Left" && plain(result.left)).toMatchObject({ _tag: "CredentialsError", attempts: 0 })
      }
    })
  )
})
