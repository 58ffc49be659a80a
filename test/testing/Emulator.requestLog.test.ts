import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import * as Faults from "../../src/testing/faults/Faults.js"
import { echoes, leftOf } from "../utils/echoes.js"
import { basic, send, sendFetch, smallOrg, tokenRequest } from "./emulator-utils.js"

const secret = "hunter2hunter2"

describe("no secret is in the log", () => {
  const form = new URLSearchParams({ grant_type: "password", password: secret, client_secret: secret }).toString()
  const json = { access_token: secret, refreshToken: secret, a: [{ Client_Secret: secret, "id-token": secret }] }
  const cases: Record<string, { headers?: Record<string, string>; query?: string; body?: unknown }> = {
    "a bearer token": { headers: { authorization: `Bearer ${secret}` } },
    "credentials without a scheme": { headers: { authorization: secret } },
    "cookies without a blank": { headers: { cookie: `sid=${secret};other=${secret}` } },
    "keys in headers": { headers: { "x-api-key": secret, "proxy-authorization": `Basic ${secret}` } },
    "a query": { query: `?access_token=${secret}&Code=${secret}&code=${secret}` },
    "a page that was come from": { headers: { referer: `http://x.example/?code=${secret}&a=1` } },
    "a form": { headers: { "content-type": "application/x-www-form-urlencoded" }, body: form },
    "a form that says it is JSON": { body: form },
    "JSON, at any depth": { body: json },
    "JSON that is cut": { body: `{"filler":"${"x".repeat(70_000)}","password":"${secret}"}` },
    "JSON that is cut in the secret": { body: `{"a":"${"x".repeat(65_450)}","password":"${secret}${secret}"}` },
    "JSON that is broken": { body: `{"assertion" : "${secret}\\"${secret}", ` }
  }
  for (const [name, { body, headers, query = "" }] of Object.entries(cases)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const emulator = yield* Emulator.make()
        yield* send(emulator, {
          method: "POST",
          path: `/oauth/token${query}`,
          ...(body === undefined ? {} : { body }),
          ...(headers === undefined ? {} : { headers })
        })
        const requests = yield* emulator.requests
        expect(requests).toHaveLength(1)
        for (const text of [JSON.stringify(requests), inspect(requests, { depth: 9 })]) {
          expect(text).not.toContain(secret.slice(0, 7))
        }
      })
    )
  }

  it.effect("a token that was issued; what is no secret stays", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      yield* send(
        emulator,
        tokenRequest({ grant_type: "client_credentials" }, basic(emulator.clientId, emulator.clientSecret))
      )
      yield* send(emulator, { path: "/api/v2/chats/rooms/x?limit=5&code=1" })
      const [login, lost] = yield* emulator.requests
      expect(login).toMatchObject({
        headers: { authorization: "Basic <redacted>" },
        body: { grant_type: "client_credentials" },
        reply: { access_token: "<redacted>", token_type: "bearer" }
      })
      expect(lost).toMatchObject({
        query: { limit: "5", code: "<redacted>" },
        reply: { code: "authentication.required", contextId: lost?.correlationId }
      })
    })
  )
})

it.effect("a token that is echoed is in none of its spellings in the log", () =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.make()
    const { id } = yield* emulator.addUser()
    const value = Redacted.value(yield* emulator.issueToken(id))
    const token = yield* emulator.issueToken(id)
    for (const echo of echoes(value)) {
      const body = { subject: `it said ${echo}`, description: echo }
      yield* send(emulator, { method: "POST", path: `/api/v2/chats/rooms?x=${encodeURIComponent(echo)}`, token, body })
    }
    const requests = yield* emulator.requests
    expect(requests).toHaveLength(echoes(value).length)
    for (const request of requests) {
      const text = JSON.stringify(request)
      expect(text).toContain("it said")
      expect(leftOf(text, value)).toEqual([])
    }
  })
)

it.effect("keeps no more bytes than it may, and always the newest", () =>
  Effect.gen(function* () {
    const { asAlice, emulator, room } = yield* smallOrg({ requestLogBytes: 100_000, rateLimit: "unlimited" })
    for (let i = 0; i < 20; i++) yield* asAlice("POST", `${room}/messages`, { message: `${i} ${"x".repeat(20_000)}` })
    const requests = yield* emulator.requests
    expect(requests.map(({ index }) => index)).toEqual([16, 17, 18, 19])
    expect(requests.at(-1)?.body).toEqual({ message: `19 ${"x".repeat(20_000)}` })
    const small = yield* smallOrg({ requestLogBytes: 1 })
    yield* small.asAlice("GET", small.room)
    yield* small.asAlice("GET", small.room)
    expect((yield* small.emulator.requests).map(({ index }) => index)).toEqual([1])
    yield* asAlice("POST", `${room}/messages`, { message: "x".repeat(200_000) })
    expect((yield* emulator.requests).map(({ body, index }) => [index, String(body).length])).toContainEqual([
      20, 65_536
    ])
  })
)

it.effect("tells attempts of one call from calls", () =>
  Effect.gen(function* () {
    const { asAlice, asBob, emulator } = yield* smallOrg({
      faults: Faults.script([Faults.status(503), Faults.status(503), Faults.reset(), Faults.pass, Faults.pass])
    })
    yield* asAlice("GET", "/settings") // 503
    yield* asBob("GET", "/settings") // 503, of another caller
    yield* Effect.ignore(asAlice("GET", "/settings")) // reset
    yield* asAlice("GET", "/settings") // 200
    yield* asAlice("GET", "/settings") // a call of its own
    yield* TestClock.adjust("10 minutes")
    yield* asBob("GET", "/settings") // so late that it is one too
    expect((yield* emulator.requests).map(({ attempt, call, status }) => [call, attempt, status])).toEqual([
      [0, 1, 503],
      [1, 1, 503],
      [0, 2, undefined],
      [0, 3, 200],
      [4, 1, 200],
      [5, 1, 200]
    ])
  })
)

it.scopedLive("a server on IPv6 has a URL that works", () =>
  Effect.gen(function* () {
    const emulator = Context.get(yield* Layer.build(Emulator.layerServer({ host: "::1" })), Emulator.Emulator)
    expect(emulator.url).toMatch(/^http:\/\/\[::1\]:\d+$/)
    expect((yield* sendFetch(emulator.url, { path: "/" })).status).toBe(404)
  })
)
