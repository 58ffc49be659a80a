import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { Credentials, Region } from "effect-genesys-chats"
import { json, reply } from "../utils/http.js"
import { bearers, clientId, clientSecret, form, getRoom, live, logins, many, services } from "./services.js"

type Store = (refreshToken: Redacted.Redacted) => Effect.Effect<void>

describe("grants", () => {
  const refreshToken = Redacted.make("refresh-0")
  const rotating = (n: number) =>
    json(200, { access_token: `token-${n}`, expires_in: 60, refresh_token: `refresh-${n}` })
  const twice = Effect.gen(function* () {
    yield* getRoom
    yield* TestClock.adjust("1 minute")
    yield* getRoom
  })

  it.effect("a refresh token is replaced by the one that comes with each access token", () =>
    Effect.gen(function* () {
      const rotated: Array<string> = []
      const onRotate = (token: Redacted.Redacted) => Effect.sync(() => void rotated.push(Redacted.value(token)))
      const http = services(rotating)
      const grant = Credentials.layerRefreshToken({ clientId, clientSecret, refreshToken, onRotate })
      yield* Effect.provide(twice, live(http, grant))
      expect(logins(http).map(form)).toEqual([
        { grant_type: "refresh_token", refresh_token: "refresh-0" },
        { grant_type: "refresh_token", refresh_token: "refresh-1" }
      ])
      expect(logins(http)[0]?.headers["authorization"]).toBe(`Basic ${btoa("id:s:e/c")}`)
      expect(rotated).toEqual(["refresh-1", "refresh-2"])
      expect(bearers(http)).toEqual(["Bearer token-1", "Bearer token-2"])
    })
  )

  it.effect("a refresh token is used again where no other came", () =>
    Effect.gen(function* () {
      const http = services((n) => json(200, { access_token: `token-${n}`, expires_in: 60 }))
      yield* Effect.provide(twice, live(http, Credentials.layerRefreshToken({ clientId, clientSecret, refreshToken })))
      expect(logins(http).map(form)).toEqual(Array(2).fill({ grant_type: "refresh_token", refresh_token: "refresh-0" }))
    })
  )

  it.effect("a refresh token is not sent twice in a row: it may be used up", () =>
    Effect.gen(function* () {
      const http = services(() => reply(503))
      const fiber = yield* Effect.fork(
        Effect.flip(Effect.provide(getRoom, live(http, Credentials.layerRefreshToken({ clientId, refreshToken }))))
      )
      yield* TestClock.adjust("1 minute")
      expect(yield* Fiber.join(fiber)).toMatchObject({ reason: "Unavailable" })
      expect(logins(http)).toHaveLength(1)
    })
  )

  it.effect("an authorization code works once, then its refresh token does", () =>
    Effect.gen(function* () {
      const http = services(rotating)
      const grant = Credentials.layerAuthorizationCode({
        clientId,
        clientSecret,
        code: Redacted.make("the-code"),
        redirectUri: "https://app.example/callback"
      })
      yield* Effect.provide(twice, live(http, grant))
      expect(logins(http).map(form)).toEqual([
        { grant_type: "authorization_code", code: "the-code", redirect_uri: "https://app.example/callback" },
        { grant_type: "refresh_token", refresh_token: "refresh-1" }
      ])
    })
  )

  it.effect("an authorization code without a refresh token ends with its first access token", () =>
    Effect.gen(function* () {
      const http = services((n) => json(200, { access_token: `token-${n}`, expires_in: 60 }))
      const grant = Credentials.layerAuthorizationCode({
        clientId,
        clientSecret,
        code: Redacted.make("the-code"),
        redirectUri: "https://app.example/callback"
      })
      expect(yield* Effect.flip(Effect.provide(twice, live(http, grant)))).toMatchObject({
        _tag: "CredentialsError",
        reason: "InvalidGrant"
      })
      expect(logins(http)).toHaveLength(1)
    })
  )

  it.effect("PKCE sends the client id and the verifier in the form, and no Basic", () =>
    Effect.gen(function* () {
      const http = services(rotating)
      const grant = Credentials.layerAuthorizationCode({
        clientId,
        code: Redacted.make("the-code"),
        codeVerifier: Redacted.make("verifier"),
        redirectUri: "https://app.example/callback"
      })
      yield* Effect.provide(getRoom, live(http, grant))
      expect(form(logins(http)[0])).toEqual({
        grant_type: "authorization_code",
        code: "the-code",
        code_verifier: "verifier",
        redirect_uri: "https://app.example/callback",
        client_id: "id"
      })
      expect(logins(http)[0]?.headers).not.toHaveProperty("authorization")
    })
  )

  it.effect("SAML2", () =>
    Effect.gen(function* () {
      const http = services()
      const grant = Credentials.layerSaml2({
        clientId,
        clientSecret,
        orgName: "acme",
        assertion: Redacted.make("<xml/>")
      })
      yield* Effect.provide(getRoom, live(http, grant))
      expect(form(logins(http)[0])).toEqual({
        grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer",
        orgName: "acme",
        assertion: "<xml/>"
      })
    })
  )

  const accessToken = Effect.flatMap(Credentials.Credentials, ({ token }) => Effect.map(token, Redacted.value))

  it.effect("a secret that works once is not sent again while its reply may still come", () =>
    Effect.gen(function* () {
      const http = services((n) =>
        Effect.delay(
          Effect.sync(() => rotating(n)),
          "25 seconds"
        )
      )
      const grant = Credentials.layerRefreshToken({ clientId, refreshToken })
      const fiber = yield* Effect.fork(Effect.provide(many(20, accessToken), live(http, grant)))
      yield* TestClock.adjust("25 seconds")
      expect(yield* Fiber.join(fiber)).toEqual(Array(20).fill("token-1"))
      expect(logins(http)).toHaveLength(1)
    })
  )

  it.effect(
    "what stores the next refresh token may hang, and be beyond interruption: the token is used all the same",
    () =>
      Effect.gen(function* () {
        for (const onRotate of [() => Effect.never, () => Effect.uninterruptible(Effect.never)]) {
          const http = services(rotating)
          const grant = Credentials.layerRefreshToken({ clientId, refreshToken, onRotate })
          const fiber = yield* Effect.fork(Effect.provide(accessToken, live(http, grant)))
          yield* TestClock.adjust("10 seconds")
          expect(yield* Fiber.join(fiber)).toBe("token-1")
        }
      })
  )

  it.effect("or die: that is told in a warning, without what it died of", () =>
    Effect.gen(function* () {
      const throwing = () => {
        throw new Error("refresh-1")
      }
      for (const onRotate of [() => Effect.die("refresh-1"), throwing]) {
        const warnings: Array<string> = []
        const logger = Logger.replace(
          Logger.defaultLogger,
          Logger.make(({ logLevel, message }) => warnings.push(`${logLevel._tag} ${message}`))
        )
        const grant = Credentials.layerRefreshToken({ clientId, refreshToken, onRotate })
        const program = Effect.provide(accessToken, live(services(rotating), grant))
        expect(yield* Effect.provide(program, logger)).toBe("token-1")
        expect(warnings).toEqual(["Warning onRotate died: Error; the refresh token may not be stored"])
      }
    })
  )

  it.effect("the next refresh token is stored though the layer is closed meanwhile", () =>
    Effect.gen(function* () {
      const stored: Array<string> = []
      const begun = yield* Deferred.make<void>()
      const onRotate = (token: Redacted.Redacted) =>
        Effect.zipRight(
          Deferred.succeed(begun, undefined),
          Effect.delay(
            Effect.sync(() => void stored.push(Redacted.value(token))),
            "1 second"
          )
        )
      const grant = Credentials.layerRefreshToken({ clientId, refreshToken, onRotate })
      const fiber = yield* Effect.fork(Effect.provide(accessToken, live(services(rotating), grant)))
      yield* Deferred.await(begun)
      const closing = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(closing)
      expect(stored).toEqual(["refresh-1"])
    })
  )

  const grant = { clientId, refreshToken }
  const code = { clientId, code: Redacted.make("c0de"), redirectUri: "https://app.example/callback" }
  for (const [what, build] of [
    ["a refresh token", (onRotate: Store) => Credentials.layerRefreshToken({ ...grant, onRotate })],
    ["an authorization code", (onRotate: Store) => Credentials.layerAuthorizationCode({ ...code, onRotate })],
    [
      "a refresh token in a source of one's own",
      (onRotate: Store) =>
        Layer.scoped(
          Credentials.Credentials,
          Credentials.make({ acquire: Credentials.refreshToken({ ...grant, onRotate }) })
        )
    ]
  ] as const) {
    it.effect(`the reply to ${what} is waited for though no caller is there any more`, () =>
      Effect.gen(function* () {
        const stored: Array<string> = []
        const http = services((n) =>
          Effect.delay(
            Effect.sync(() => rotating(n)),
            "8 seconds"
          )
        )
        const program = Effect.gen(function* () {
          const caller = yield* Effect.fork(accessToken)
          yield* TestClock.adjust("1 second")
          yield* Fiber.interrupt(caller)
          yield* TestClock.adjust("7 seconds")
          expect(stored).toEqual(["refresh-1"])
          expect(yield* accessToken).toBe("token-1")
          expect(logins(http)).toHaveLength(1)
        })
        yield* Effect.provide(
          program,
          live(
            http,
            build((token) => Effect.sync(() => void stored.push(Redacted.value(token))))
          )
        )
      })
    )
  }

  it.scoped("is an effect: for a source of one's own", () =>
    Effect.gen(function* () {
      const http = services(rotating)
      const rotated: Array<string> = []
      const acquire = Credentials.refreshToken({
        clientId,
        refreshToken,
        onRotate: (token) => Effect.sync(() => void rotated.push(Redacted.value(token)))
      })
      const credentials = yield* Credentials.make({ acquire }).pipe(
        Effect.provide(Layer.merge(Region.layer("eu-central-1"), http.layer))
      )
      expect(Redacted.value(yield* credentials.token)).toBe("token-1")
      yield* credentials.invalidate(Redacted.make("token-1"))
      expect(Redacted.value(yield* credentials.token)).toBe("token-2")
      expect(logins(http).map((request) => form(request)["refresh_token"])).toEqual(["refresh-0", "refresh-1"])
      expect(rotated).toEqual(["refresh-1", "refresh-2"])
    })
  )
})
