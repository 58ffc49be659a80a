import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Chats, ChatsClient, Credentials, Region } from "effect-genesys-chats"
import { json, reply } from "../utils/http.js"
import { calls, clientId, clientSecret, form, getRoom, live, logins, services } from "./services.js"

describe("layerConfig", () => {
  const configured = (env: { readonly [name: string]: string }) => {
    const http = services()
    return Credentials.Credentials.pipe(
      Effect.flatMap(({ token }) => token),
      Effect.map(Redacted.value),
      Effect.provide(
        Credentials.layerConfig.pipe(Layer.provide(Region.layer("eu-central-1")), Layer.provide(http.layer))
      ),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env))))
    )
  }

  it.effect("takes an access token, or a client id and its secret", () =>
    Effect.gen(function* () {
      expect(yield* configured({ GENESYS_CLOUD_ACCESS_TOKEN: "given" })).toBe("given")
      const client = { GENESYS_CLOUD_CLIENT_ID: "id", GENESYS_CLOUD_CLIENT_SECRET: "secret" }
      expect(yield* configured(client)).toBe("token-1")
      expect(yield* configured({ ...client, GENESYS_CLOUD_ACCESS_TOKEN: "given" })).toBe("given")
    })
  )

  it.effect("names what is missing", () =>
    Effect.gen(function* () {
      const cases = [
        [{}, "GENESYS_CLOUD_CLIENT_ID"],
        [{ GENESYS_CLOUD_CLIENT_ID: "id" }, "GENESYS_CLOUD_CLIENT_SECRET"],
        [{ GENESYS_CLOUD_CLIENT_SECRET: "v3ry-secret" }, "GENESYS_CLOUD_CLIENT_ID"]
      ] as const
      for (const [env, named] of cases) {
        const error = String(yield* Effect.flip(configured(env)))
        expect(error).toContain(named)
        expect(error).not.toContain("v3ry-secret")
      }
    })
  )

  it.effect("says once what is missing, and what would do instead", () =>
    Effect.gen(function* () {
      const names = ["GENESYS_CLOUD_ACCESS_TOKEN", "GENESYS_CLOUD_CLIENT_ID", "GENESYS_CLOUD_CLIENT_SECRET"]
      const error = String(yield* Effect.flip(configured({ GENESYS_CLOUD_CLIENT_ID: " \n" })))
      for (const name of names) expect(error.split(name)).toHaveLength(2)
      expect(error).toContain("is missing or empty")
    })
  )

  it.effect("takes an empty variable for a missing one, and blanks for no part of a value", () =>
    Effect.gen(function* () {
      const http = services()
      const env = {
        GENESYS_CLOUD_ACCESS_TOKEN: "",
        GENESYS_CLOUD_CLIENT_ID: " id\r\n",
        GENESYS_CLOUD_CLIENT_SECRET: "secret\n"
      }
      yield* getRoom.pipe(
        Effect.provide(ChatsClient.layer),
        Effect.provide(Credentials.layerConfig),
        Effect.provide(Layer.merge(Region.layer("eu-central-1"), http.layer)),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env))))
      )
      expect(logins(http)[0]?.headers["authorization"]).toBe(`Basic ${btoa("id:secret")}`)
    })
  )

  it.effect("a token that cannot stand in a header is refused by name, without a word of it", () =>
    Effect.gen(function* () {
      const error = String(yield* Effect.flip(configured({ GENESYS_CLOUD_ACCESS_TOKEN: "two words" })))
      expect(error).toContain("GENESYS_CLOUD_ACCESS_TOKEN")
      expect(error).not.toContain("words")
    })
  )
})

describe("layerFromConfig", () => {
  const env = {
    ORG_A_ID: "a",
    ORG_A_SECRET: "secret-a\n",
    ORG_B_ID: "b",
    ORG_B_SECRET: " secret-b",
    ORG_C: "c\n",
    EMPTY: ""
  }
  const withEnv = Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env))))
  const over = (http: { readonly layer: Layer.Layer<HttpClient.HttpClient> }) =>
    Layer.merge(Region.layer("eu-central-1"), http.layer)
  const token = Effect.flatMap(Credentials.Credentials, ({ token }) => Effect.map(token, Redacted.value))
  const org = (name: string) =>
    Credentials.layerFromConfig({
      clientId: Config.string(`${name}_ID`),
      clientSecret: Config.redacted(`${name}_SECRET`),
      userAgent: "my-app/2"
    })

  it.effect("two organisations in one graph are two", () =>
    Effect.gen(function* () {
      const http = services()
      class Other extends Context.Tag("Other")<Other, Credentials.Service>() {}
      const otherToken = Effect.flatMap(Other, ({ token }) => token)
      const both = Layer.merge(
        org("ORG_A"),
        Layer.effect(Other, Credentials.Credentials).pipe(Layer.provide(org("ORG_B")))
      )
      yield* Effect.zipRight(token, otherToken).pipe(Effect.provide(both), Effect.provide(over(http)), withEnv)
      const basics = logins(http).map(({ headers }) => headers["authorization"])
      expect(basics).toEqual([`Basic ${btoa("a:secret-a")}`, `Basic ${btoa("b:secret-b")}`])
      expect(logins(http)[0]?.headers["user-agent"]).toBe("my-app/2")
    })
  )

  it.effect("one layer used twice over one HttpClient and Region is one login; over two regions it is two", () =>
    Effect.gen(function* () {
      const http = services()
      class Other extends Context.Tag("Other")<Other, Credentials.Service>() {}
      const otherToken = Effect.flatMap(Other, ({ token }) => token)
      for (const grant of [
        org("ORG_A"),
        Credentials.layerClientCredentials({ clientId, clientSecret }),
        Credentials.layerRefreshToken({ clientId, refreshToken: Redacted.make("r") })
      ]) {
        const before = logins(http).length
        const both = Layer.merge(grant, Layer.provide(Layer.effect(Other, Credentials.Credentials), grant))
        yield* Effect.zipRight(token, otherToken).pipe(Effect.provide(both), Effect.provide(over(http)), withEnv)
        expect(logins(http).length - before).toBe(1)
        const elsewhere = Layer.provide(
          Layer.provide(Layer.effect(Other, Credentials.Credentials), grant),
          Region.layer("us-east-1")
        )
        yield* Effect.zipRight(token, otherToken).pipe(
          Effect.provide(Layer.merge(grant, elsewhere)),
          Effect.provide(over(http)),
          withEnv
        )
        expect(logins(http).length - before).toBe(3)
      }
    })
  )

  it.effect("takes a token, and says what is missing by the name of the variable", () =>
    Effect.gen(function* () {
      const given = (name: string) =>
        token.pipe(
          Effect.provide(Credentials.layerFromConfig({ token: Config.redacted(name) })),
          Effect.provide(over(services())),
          withEnv
        )
      expect(yield* given("ORG_C")).toBe("c")
      expect(String(yield* Effect.flip(given("EMPTY")))).toContain("EMPTY")
      expect(String(yield* Effect.flip(given("ORG_D"))).split("ORG_D")).toHaveLength(2)
    })
  )
})

describe("options in code", () => {
  const empty = Redacted.make(" \n")
  const rows = [
    ["clientCredentials: clientId", Credentials.layerClientCredentials({ clientId: " ", clientSecret })],
    ["clientCredentials: clientSecret", Credentials.layerClientCredentials({ clientId, clientSecret: empty })],
    ["clientCredentials: userAgent", Credentials.layerClientCredentials({ clientId, clientSecret, userAgent: "" })],
    [
      "clientCredentials: userAgent",
      Credentials.layerClientCredentials({ clientId, clientSecret, userAgent: "a\r\nx-injected: b" })
    ],
    ["clientCredentials: timeout", Credentials.layerClientCredentials({ clientId, clientSecret, timeout: 0 })],
    ["clientCredentials: timeout", Credentials.layerClientCredentials({ clientId, clientSecret, timeout: Number.NaN })],
    [
      "clientCredentials: attemptTimeout",
      Credentials.layerClientCredentials({ clientId, clientSecret, attemptTimeout: -1 })
    ],
    ["refreshToken: refreshToken", Credentials.layerRefreshToken({ clientId, refreshToken: empty })],
    [
      "refreshToken: clientSecret",
      Credentials.layerRefreshToken({ clientId, clientSecret: empty, refreshToken: clientSecret })
    ],
    [
      "authorizationCode: code",
      Credentials.layerAuthorizationCode({ clientId, code: empty, redirectUri: "https://app.example" })
    ],
    [
      "authorizationCode: redirectUri",
      Credentials.layerAuthorizationCode({ clientId, code: clientSecret, redirectUri: "" })
    ],
    [
      "authorizationCode: codeVerifier",
      Credentials.layerAuthorizationCode({ clientId, code: clientSecret, redirectUri: "x", codeVerifier: empty })
    ],
    ["saml2: orgName", Credentials.layerSaml2({ clientId, clientSecret, orgName: "", assertion: clientSecret })],
    ["saml2: assertion", Credentials.layerSaml2({ clientId, clientSecret, orgName: "acme", assertion: empty })],
    ["make: retries", Layer.scoped(Credentials.Credentials, Credentials.make({ acquire: Effect.never, retries: 0.5 }))]
  ] as const
  for (const [name, layer] of rows) {
    it.effect(`${name} out of range is refused by name`, () =>
      Effect.gen(function* () {
        const http = services()
        const exit = yield* Effect.exit(Effect.scoped(Layer.build(layer))).pipe(
          Effect.provide(Layer.merge(Region.layer("eu-central-1"), http.layer))
        )
        expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain(`Credentials.${name} must be`)
      })
    )
  }

  it.effect("line breaks around values are no part of them", () =>
    Effect.gen(function* () {
      const http = services()
      const line = (text: string) => Redacted.make(`${text}\r\n`)
      const grant = Credentials.layerSaml2({
        clientId: " id ",
        clientSecret: line("secret"),
        orgName: "acme\n",
        assertion: line("assertion")
      })
      yield* Effect.provide(getRoom, live(http, grant))
      expect(logins(http)[0]?.headers["authorization"]).toBe(`Basic ${btoa("id:secret")}`)
      expect(form(logins(http)[0])).toMatchObject({ orgName: "acme", assertion: "assertion" })
    })
  )
})

describe("the client for logins", () => {
  it.effect("is transformed apart from that for calls, and says who asks", () =>
    Effect.gen(function* () {
      const http = services()
      const grant = Credentials.layerClientCredentials({
        clientId,
        clientSecret,
        transformLoginClient: HttpClient.mapRequest(HttpClientRequest.setHeader("x-proxy", "1"))
      })
      yield* Effect.provide(getRoom, live(http, grant))
      const [login] = logins(http)
      expect(login?.headers).toMatchObject({ "x-proxy": "1", accept: "application/json" })
      expect(login?.headers["user-agent"]).toMatch(/^effect-genesys-chats\/\d+\.\d+\.\d+/)
      expect(login?.headers).toHaveProperty("accept-encoding")
      expect(calls(http)[0]?.headers).not.toHaveProperty("x-proxy")
    })
  )

  it.effect("may let 2xx through alone: what the login service says is not lost", () =>
    Effect.gen(function* () {
      const answers = [
        [json(400, { error: "invalid_client", error_description: "no" }), { reason: "InvalidClient", status: 400 }],
        [reply(429, "", { "retry-after": "60" }), { reason: "RateLimited", status: 429 }],
        [reply(302, "", { location: "https://elsewhere.example" }), { reason: "Rejected", status: 302 }]
      ] as const
      for (const [answer, expected] of answers) {
        const http = services(() => answer)
        const strict = Layer.map(http.layer, (context) => context)
        const filtered = Layer.effect(
          HttpClient.HttpClient,
          Effect.map(HttpClient.HttpClient, HttpClient.filterStatusOk)
        ).pipe(Layer.provide(strict))
        const error = yield* Chats.getChatsSettings().pipe(
          Effect.flip,
          Effect.provide(ChatsClient.layer),
          Effect.provide(Credentials.layerClientCredentials({ clientId, clientSecret })),
          Effect.provide(Layer.merge(Region.layer("eu-central-1"), filtered))
        )
        expect(error).toMatchObject({ _tag: "CredentialsError", ...expected })
        expect(logins(http)).toHaveLength(1)
      }
    })
  )
})
