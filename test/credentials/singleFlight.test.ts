import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { Chats, ChatsClient, ChatsError, Credentials, Region } from "effect-genesys-chats"
import { type Answer, json, reply, type Scripted, scripted } from "../utils/http.js"

/** Tokens t1, t2, …, each from one run of `acquire`, which waits to be let go. */
const source = (
  options: { readonly expiresIn?: Duration.DurationInput; readonly takes?: Duration.DurationInput } = {}
) => {
  let runs = 0
  const acquire = Effect.suspend(() => {
    const accessToken = Redacted.make(`t${++runs}`)
    const expiresIn = options.expiresIn === undefined ? undefined : Duration.decode(options.expiresIn)
    return Effect.delay(Effect.succeed({ accessToken, expiresIn }), options.takes ?? "1 second")
  })
  return { acquire, runs: () => runs }
}

const value = Effect.map(Redacted.value<string>)

const layer = ({ layer: http }: Scripted, credentials: Layer.Layer<Credentials.Credentials>) =>
  ChatsClient.layer.pipe(Layer.provide(credentials), Layer.provide(Region.layer("eu-central-1")), Layer.provide(http))

const loginBy = (answer: (n: number) => Answer) => {
  const server = scripted((_, n) => answer(n))
  const credentials = Layer.provide(
    Credentials.layerClientCredentials({ clientId: "id", clientSecret: Redacted.make("s3cret") }),
    Layer.merge(Region.layer("eu-central-1"), server.layer)
  )
  return { server, credentials }
}

const tokenReply = (n: number, expiresIn: unknown) => json(200, { access_token: `t${n + 1}`, expires_in: expiresIn })

describe("one token for everyone", () => {
  it.scoped("1000 callers without a token make one request", () =>
    Effect.gen(function* () {
      const { acquire, runs } = source({ expiresIn: "1 hour" })
      const credentials = yield* Credentials.make({ acquire })
      const callers = yield* Effect.fork(
        Effect.all(
          Array.from({ length: 1000 }, () => value(credentials.token)),
          { concurrency: "unbounded" }
        )
      )
      yield* TestClock.adjust("1 second")
      expect(new Set(yield* Fiber.join(callers))).toEqual(new Set(["t1"]))
      expect(runs()).toBe(1)
    })
  )

  it.scoped("1000 callers on an expired token make one request", () =>
    Effect.gen(function* () {
      const { acquire, runs } = source({ expiresIn: "1 hour", takes: 0 })
      const credentials = yield* Credentials.make({ acquire })
      yield* credentials.token
      yield* TestClock.adjust("1 hour")
      const tokens = yield* Effect.all(
        Array.from({ length: 1000 }, () => value(credentials.token)),
        {
          concurrency: "unbounded"
        }
      )
      expect(new Set(tokens)).toEqual(new Set(["t2"]))
      expect(runs()).toBe(2)
    })
  )

  it.scoped("interrupting the first waiter does not fail the others", () =>
    Effect.gen(function* () {
      const { acquire, runs } = source({ expiresIn: "1 hour" })
      const credentials = yield* Credentials.make({ acquire })
      const first = yield* Effect.fork(credentials.token)
      yield* Effect.yieldNow()
      const second = yield* Effect.fork(value(credentials.token))
      yield* Effect.yieldNow()
      expect(Exit.isInterrupted(yield* Fiber.interrupt(first))).toBe(true)
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(second)).toBe("t1")
      expect(runs()).toBe(1)
    })
  )

  it.scoped("is renewed ahead of time, in the background, once", () =>
    Effect.gen(function* () {
      const { acquire, runs } = source({ expiresIn: "1 hour", takes: "2 seconds" })
      const credentials = yield* Credentials.make({ acquire })
      const first = yield* Effect.fork(credentials.token)
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(first)
      yield* TestClock.adjust("54 minutes")
      expect(yield* value(credentials.token)).toBe("t1")
      expect(runs()).toBe(1)
      yield* TestClock.adjust("2 minutes")
      // no one waits for the renewal
      expect(yield* value(Effect.zipRight(credentials.token, credentials.token))).toBe("t1")
      yield* TestClock.adjust("2 seconds")
      expect(yield* value(credentials.token)).toBe("t2")
      expect(runs()).toBe(2)
    })
  )

  it.scoped("a failure reaches all who wait, and the next call tries anew", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      let runs = 0
      const acquire = Effect.suspend(() =>
        ++runs === 1
          ? Effect.zipRight(
              Deferred.await(gate),
              Effect.fail(new ChatsError.CredentialsError({ reason: "Unavailable" }))
            )
          : Effect.succeed({ accessToken: Redacted.make("t2") })
      )
      const credentials = yield* Credentials.make({ acquire })
      const waiters = yield* Effect.fork(
        Effect.all(
          Array.from({ length: 10 }, () => Effect.flip(credentials.token)),
          { concurrency: "unbounded" }
        )
      )
      yield* Effect.yieldNow()
      yield* Deferred.succeed(gate, undefined)
      expect((yield* Fiber.join(waiters)).map((error) => error.reason)).toEqual(Array(10).fill("Unavailable"))
      expect(runs).toBe(1)
      expect(yield* value(credentials.token)).toBe("t2")
    })
  )

  it.scoped("a renewal ahead of time that fails is not felt, nor tried again at once", () =>
    Effect.gen(function* () {
      let runs = 0
      const acquire = Effect.suspend(() =>
        ++runs === 1
          ? Effect.succeed({ accessToken: Redacted.make("t1"), expiresIn: Duration.hours(1) })
          : Effect.fail(new ChatsError.CredentialsError({ reason: "Unavailable" }))
      )
      const credentials = yield* Credentials.make({ acquire })
      yield* credentials.token
      yield* TestClock.adjust("56 minutes")
      for (let i = 0; i < 100; i++) {
        expect(yield* value(credentials.token)).toBe("t1")
      }
      yield* TestClock.adjust(0)
      expect(runs).toBe(2)
      yield* TestClock.adjust("11 seconds")
      expect(yield* value(credentials.token)).toBe("t1")
      yield* TestClock.adjust(0)
      expect(runs).toBe(3)
    })
  )

  it.effect("closing the layer lets nobody wait for ever", () =>
    Effect.gen(function* () {
      const waiter = yield* Effect.scoped(
        Effect.gen(function* () {
          const credentials = yield* Credentials.make({ acquire: Effect.never })
          return yield* Effect.forkDaemon(Effect.flip(credentials.token))
        }).pipe(Effect.tap(() => Effect.yieldNow()))
      )
      expect((yield* Fiber.join(waiter))._tag).toBe("CredentialsError")
    })
  )
})

describe("401", () => {
  it.effect("50 calls whose token is refused make one new token, and all get the result of the replay", () =>
    Effect.gen(function* () {
      const tokens = source({ expiresIn: "1 hour", takes: 0 })
      const server = scripted(({ headers }) =>
        headers["authorization"] === "Bearer t1"
          ? json(401, { code: "bad.credentials" })
          : json(200, { reactionsEnabled: true })
      )
      const results = yield* Effect.all(
        Array.from({ length: 50 }, () => Chats.getChatsSettings()),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(layer(server, Layer.scoped(Credentials.Credentials, Credentials.make(tokens)))))
      expect(results).toEqual(Array(50).fill({ reactionsEnabled: true }))
      expect(tokens.runs()).toBe(2)
      expect(server.requests.length).toBe(100)
    })
  )

  it.scoped("a late refusal of an old token does not invalidate the new one", () =>
    Effect.gen(function* () {
      const tokens = source({ expiresIn: "1 hour", takes: 0 })
      const credentials = yield* Credentials.make(tokens)
      const old = yield* credentials.token
      yield* credentials.invalidate(old)
      expect(yield* value(credentials.token)).toBe("t2")
      expect(yield* credentials.invalidate(old)).toBe(true)
      expect(yield* value(credentials.token)).toBe("t2")
      expect(tokens.runs()).toBe(2)
    })
  )

  it.effect("a permanent 401 fails after one replay", () =>
    Effect.gen(function* () {
      const tokens = source({ expiresIn: "1 hour", takes: 0 })
      const server = scripted(() => json(401, { code: "bad.credentials" }))
      const error = yield* Chats.getChatsSettings().pipe(
        Effect.flip,
        Effect.provide(layer(server, Layer.scoped(Credentials.Credentials, Credentials.make(tokens))))
      )
      expect(error).toMatchObject({ _tag: "Unauthorized", attempts: 2 })
      expect(tokens.runs()).toBe(2)
    })
  )
})

describe("what the login service may answer", () => {
  for (const [what, expiresIn] of [
    ["missing", undefined],
    ["a word", "soon"],
    ["null", null],
    ["NaN", "NaN"]
  ] as const) {
    it.effect(`expires_in ${what}: the token serves until a 401`, () =>
      Effect.gen(function* () {
        const { credentials, server } = loginBy((n) => tokenReply(n, expiresIn))
        yield* Effect.gen(function* () {
          const { token } = yield* Credentials.Credentials
          expect(yield* value(token)).toBe("t1")
          yield* TestClock.adjust("30 days")
          expect(yield* value(token)).toBe("t1")
          expect(server.requests.length).toBe(1)
        }).pipe(Effect.provide(credentials))
      })
    )
  }

  for (const expiresIn of [0, -5, "-1"]) {
    it.effect(`expires_in ${JSON.stringify(expiresIn)}: the token serves who waits for it, and no one after`, () =>
      Effect.gen(function* () {
        const { credentials, server } = loginBy((n) => tokenReply(n, expiresIn))
        yield* Effect.gen(function* () {
          const { token } = yield* Credentials.Credentials
          const together = yield* Effect.all([value(token), value(token)], { concurrency: "unbounded" })
          expect(together).toEqual(["t1", "t1"])
          expect(yield* value(token)).toBe("t2")
          expect(server.requests.length).toBe(2)
        }).pipe(Effect.provide(credentials))
      })
    )
  }

  it.effect("expires_in as a string of digits counts", () =>
    Effect.gen(function* () {
      const { credentials } = loginBy((n) => tokenReply(n, "3600"))
      yield* Effect.gen(function* () {
        const { token } = yield* Credentials.Credentials
        yield* token
        yield* TestClock.adjust("50 minutes")
        expect(yield* value(token)).toBe("t1")
        yield* TestClock.adjust("10 minutes")
        expect(yield* value(token)).toBe("t2")
      }).pipe(Effect.provide(credentials))
    })
  )

  const failing = (answer: (n: number) => Answer, wait: Duration.DurationInput) =>
    Effect.gen(function* () {
      const { credentials, server } = loginBy(answer)
      const fiber = yield* Effect.fork(
        Effect.flatMap(Credentials.Credentials, ({ token }) => Effect.flip(token)).pipe(Effect.provide(credentials))
      )
      yield* TestClock.adjust(wait)
      const error = yield* Fiber.join(fiber)
      return { ...error, message: error.message, requests: server.requests.length }
    })

  it.effect("limited: HTTP 400 with the words of the service", () =>
    Effect.gen(function* () {
      const limited = json(400, { error: "invalid_request", error_description: "rate limit exceeded; wait" })
      expect(yield* failing(() => limited.clone(), "1 minute")).toMatchObject({
        reason: "RateLimited",
        status: 400,
        requests: 3
      })
    })
  )
  it.effect("a wait that is too long is not waited for", () =>
    Effect.gen(function* () {
      const error = yield* failing(() => reply(429, null, { "retry-after": "600" }), 0)
      expect(error).toMatchObject({ reason: "RateLimited", requests: 1 })
      expect(error.retryAfter).toEqual(Duration.minutes(10))
    })
  )
  it.effect("5xx and HTML", () =>
    Effect.gen(function* () {
      expect(yield* failing(() => reply(503, "<html>down</html>"), "1 minute")).toMatchObject({
        reason: "Unavailable",
        status: 503,
        requests: 3
      })
      expect(yield* failing(() => reply(200, "<html>hello</html>"), 0)).toMatchObject({
        reason: "InvalidReply",
        requests: 1
      })
      expect(yield* failing(() => json(200, { access_token: "a\nb" }), 0)).toMatchObject({ reason: "InvalidReply" })
    })
  )
  it.effect("hanging is bounded", () =>
    Effect.gen(function* () {
      expect(yield* failing(() => Effect.never, "30 seconds")).toMatchObject({ reason: "Timeout", requests: 1 })
    })
  )
  it.effect("a wrong client is told, and the region suspected", () =>
    Effect.gen(function* () {
      const error = yield* failing(
        () => json(400, { error: "invalid_client", error_description: "authentication failed" }),
        0
      )
      expect(error).toMatchObject({ reason: "InvalidClient", code: "invalid_client", requests: 1 })
      expect(error.message).toContain("right region")
    })
  )
})

describe("other grants", () => {
  const form = (server: Scripted, n: number) => Object.fromEntries(new URLSearchParams(server.requests[n]?.body))

  it.effect(
    "a refresh token rotates: each is used once, and the new one is stored before its access token is used",
    () =>
      Effect.gen(function* () {
        const stored: Array<string> = []
        const server = scripted((_, n) =>
          json(200, { access_token: `t${n + 1}`, expires_in: 600, refresh_token: `r${n + 1}` })
        )
        const credentials = Credentials.layerRefreshToken({
          clientId: "app",
          clientSecret: Redacted.make("s3cret"),
          refreshToken: Redacted.make("r0"),
          onRotate: (token) => Effect.sync(() => stored.push(Redacted.value(token)))
        }).pipe(Layer.provide([Region.layer("eu-central-1"), server.layer]))
        yield* Effect.provide(
          Effect.gen(function* () {
            const { token } = yield* Credentials.Credentials
            expect(yield* value(token)).toBe("t1")
            expect(stored).toEqual(["r1"])
            yield* TestClock.adjust("10 minutes")
            expect(yield* value(token)).toBe("t2")
          }),
          credentials
        )
        expect(stored).toEqual(["r1", "r2"])
        expect([form(server, 0), form(server, 1)]).toEqual([
          { grant_type: "refresh_token", refresh_token: "r0" },
          { grant_type: "refresh_token", refresh_token: "r1" }
        ])
        expect(server.requests[0]?.headers["authorization"]).toBe(`Basic ${btoa("app:s3cret")}`)
      })
  )

  it.effect("a code with PKCE is sent once, without Basic; then its refresh token is used", () =>
    Effect.gen(function* () {
      const server = scripted((_, n) => json(200, { access_token: `t${n + 1}`, expires_in: 600, refresh_token: "r1" }))
      const credentials = Credentials.layerAuthorizationCode({
        clientId: "app",
        code: Redacted.make("c0de"),
        codeVerifier: Redacted.make("v3rifier"),
        redirectUri: "https://app.example/cb"
      }).pipe(Layer.provide([Region.layer("eu-central-1"), server.layer]))
      yield* Effect.provide(
        Effect.gen(function* () {
          const { token } = yield* Credentials.Credentials
          yield* token
          yield* TestClock.adjust("10 minutes")
          expect(yield* value(token)).toBe("t2")
        }),
        credentials
      )
      expect([form(server, 0), form(server, 1)]).toEqual([
        {
          grant_type: "authorization_code",
          code: "c0de",
          redirect_uri: "https://app.example/cb",
          code_verifier: "v3rifier",
          client_id: "app"
        },
        { grant_type: "refresh_token", refresh_token: "r1", client_id: "app" }
      ])
      expect(server.requests.map(({ headers }) => headers["authorization"])).toEqual([undefined, undefined])
    })
  )

  it.effect("a code without a refresh token ends in a typed error that says so", () =>
    Effect.gen(function* () {
      const server = scripted(() => json(200, { access_token: "t1", expires_in: 600 }))
      const credentials = Credentials.layerAuthorizationCode({
        clientId: "app",
        clientSecret: Redacted.make("s3cret"),
        code: Redacted.make("c0de"),
        redirectUri: "https://app.example/cb"
      }).pipe(Layer.provide([Region.layer("eu-central-1"), server.layer]))
      yield* Effect.provide(
        Effect.gen(function* () {
          const { token } = yield* Credentials.Credentials
          yield* token
          yield* TestClock.adjust("10 minutes")
          expect(yield* Effect.flip(token)).toMatchObject({ reason: "InvalidGrant" })
        }),
        credentials
      )
      expect(server.requests.length).toBe(1)
    })
  )

  it.effect("SAML2 sends org and assertion", () =>
    Effect.gen(function* () {
      const server = scripted(() => json(200, { access_token: "t1", expires_in: 600 }))
      const credentials = Credentials.layerSaml2({
        clientId: "app",
        clientSecret: Redacted.make("s3cret"),
        orgName: "acme",
        assertion: Redacted.make("PHNhbWw+")
      }).pipe(Layer.provide([Region.layer("eu-central-1"), server.layer]))
      yield* Effect.provide(
        Effect.flatMap(Credentials.Credentials, ({ token }) => token),
        credentials
      )
      expect(form(server, 0)).toEqual({
        grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer",
        orgName: "acme",
        assertion: "PHNhbWw+"
      })
    })
  )
})
