import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import { basic, errorViolations, send, tokenRequest } from "./emulator-utils.js"

const clientCredentials = { grant_type: "client_credentials" }
const own = basic("emulator-client", "emulator-secret")
const settings = "/api/v2/chats/settings"
const redirect_uri = "https://app.example/callback"

describe("POST /oauth/token", () => {
  it.effect("client credentials", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make({ tokenLifetime: "10 minutes" })
      const token = yield* send(emulator, tokenRequest(clientCredentials, own))
      expect(token.status).toBe(200)
      expect(token.json).toEqual({
        access_token: expect.stringMatching(/^[0-9a-f]{86}$/),
        token_type: "bearer",
        expires_in: 600
      })
      expect(token.headers["inin-correlation-id"]).toMatch(/^[0-9a-f-]{36}$/)
      expect((yield* send(emulator, { path: settings, token: token.json.access_token })).status).toBe(200)
    })
  )

  it.effect("refuses what is no valid request", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      const cases = [
        [tokenRequest(clientCredentials), 401, "invalid_client"],
        [tokenRequest(clientCredentials, basic("emulator-client", "wrong")), 401, "invalid_client"],
        [tokenRequest(clientCredentials, basic("unknown", "emulator-secret")), 401, "invalid_client"],
        [tokenRequest(clientCredentials, { authorization: "Basic %%%" }), 401, "invalid_client"],
        [tokenRequest({ ...clientCredentials, client_id: "emulator-client" }), 401, "invalid_client"],
        [tokenRequest({}, own), 400, "invalid_request"],
        [tokenRequest({ grant_type: "password" }, own), 400, "unsupported_grant_type"],
        [tokenRequest(clientCredentials, { ...own, "content-type": "application/json" }), 400, "invalid_request"],
        [tokenRequest({ grant_type: "refresh_token", refresh_token: "nope" }, own), 400, "invalid_grant"],
        [tokenRequest({ grant_type: "authorization_code", code: "nope", redirect_uri }, own), 400, "invalid_grant"]
      ] as const
      for (const [request, status, error] of cases) {
        const reply = yield* send(emulator, request)
        expect([reply.status, reply.json.error]).toEqual([status, error])
        expect(reply.json.error_description).toBe(reply.json.description)
      }
      expect((yield* send(emulator, { path: "/oauth/token" })).status).toBe(405)
    })
  )

  it.effect("says invalid_client in the service's words", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      const reply = yield* send(emulator, tokenRequest(clientCredentials, basic("emulator-client", "wrong")))
      expect(reply.json).toEqual({
        error: "invalid_client",
        description: "authentication failed",
        error_description: "authentication failed"
      })
    })
  )

  it.effect("refresh tokens rotate, and each is good once", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      const alice = yield* emulator.addUser()
      const first = Redacted.value(yield* emulator.issueRefreshToken(alice.id))
      const refresh = (refresh_token: string) =>
        send(emulator, tokenRequest({ grant_type: "refresh_token", refresh_token }, own))
      const second = yield* refresh(first)
      expect(second.status).toBe(200)
      expect(second.json.refresh_token).not.toBe(first)
      expect((yield* refresh(first)).json.error).toBe("invalid_grant")
      expect((yield* refresh(second.json.refresh_token)).status).toBe(200)
      const me = yield* send(emulator, { path: "/api/v2/chats/users/me/settings", token: second.json.access_token })
      expect(me.status).toBe(200)
    })
  )

  it.effect("a refresh token of another client or without a secret is refused", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      const alice = yield* emulator.addUser()
      const other = yield* emulator.addClient()
      const refresh_token = Redacted.value(yield* emulator.issueRefreshToken(alice.id))
      const form = { grant_type: "refresh_token", refresh_token }
      expect((yield* send(emulator, tokenRequest(form, basic(other.clientId, other.clientSecret)))).status).toBe(400)
      expect((yield* send(emulator, tokenRequest({ ...form, client_id: "emulator-client" }))).status).toBe(401)
    })
  )

  it.effect("authorization code", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      const alice = yield* emulator.addUser()
      const issue = Effect.map(emulator.issueCode(alice.id, { redirectUri: redirect_uri }), Redacted.value)
      const exchange = (code: string, uri = redirect_uri) =>
        send(emulator, tokenRequest({ grant_type: "authorization_code", code, redirect_uri: uri }, own))
      const code = yield* issue
      expect((yield* exchange(code)).json).toMatchObject({ token_type: "bearer", refresh_token: expect.any(String) })
      expect((yield* exchange(code)).json.error).toBe("invalid_grant")
      expect((yield* exchange(yield* issue, "https://evil.example")).json.error).toBe("invalid_grant")
      const late = yield* issue
      yield* TestClock.adjust("6 minutes")
      expect((yield* exchange(late)).json.error).toBe("invalid_grant")
    })
  )

  it.effect("PKCE: the verifier in the place of the secret", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      const alice = yield* emulator.addUser()
      const code_verifier = "a".repeat(43)
      const digest = yield* Effect.promise(() =>
        crypto.subtle.digest("SHA-256", new TextEncoder().encode(code_verifier))
      )
      const codeChallenge = Encoding.encodeBase64Url(new Uint8Array(digest))
      const issue = Effect.map(
        emulator.issueCode(alice.id, { redirectUri: redirect_uri, codeChallenge }),
        Redacted.value
      )
      const form = { grant_type: "authorization_code", redirect_uri, client_id: "emulator-client" }
      const exchange = (more: Record<string, string>) => send(emulator, tokenRequest({ ...form, ...more }))

      const token = yield* exchange({ code: yield* issue, code_verifier })
      expect(token.status).toBe(200)
      expect((yield* exchange({ code: yield* issue, code_verifier: "b".repeat(43) })).json.error).toBe("invalid_grant")
      expect((yield* exchange({ code: yield* issue })).json.error).toBe("invalid_grant")
      // a code without a challenge needs the secret
      const plain = Redacted.value(yield* emulator.issueCode(alice.id, { redirectUri: redirect_uri }))
      expect((yield* exchange({ code: plain, code_verifier })).json.error).toBe("invalid_grant")
      // what a public client got, it may refresh without a secret
      const refresh = {
        grant_type: "refresh_token",
        client_id: "emulator-client",
        refresh_token: token.json.refresh_token
      }
      expect((yield* send(emulator, tokenRequest(refresh))).status).toBe(200)
    })
  )

  it.effect("SAML2 bearer", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make({ orgName: "initech" })
      const alice = yield* emulator.addUser()
      const assertion = Redacted.value(yield* emulator.issueAssertion(alice.id))
      const form = { grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer", orgName: "initech", assertion }
      expect((yield* send(emulator, tokenRequest(form, own))).status).toBe(200)
      expect((yield* send(emulator, tokenRequest({ ...form, orgName: "acme" }, own))).json.error).toBe("invalid_grant")
      expect((yield* send(emulator, tokenRequest({ ...form, assertion: "x" }, own))).json.error).toBe("invalid_grant")
      expect((yield* send(emulator, tokenRequest(form))).status).toBe(401)
    })
  )

  it.effect("its own rate limit answers with 400", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make({ tokenRateLimit: { requests: 2, window: "10 seconds" } })
      const ask = send(emulator, tokenRequest(clientCredentials, own))
      expect((yield* ask).status).toBe(200)
      expect((yield* ask).status).toBe(200)
      const refused = yield* ask
      expect(refused.status).toBe(400)
      expect(refused.json).toMatchObject({
        error: "invalid_request",
        error_description: expect.stringMatching(/^rate limit exceeded;/)
      })
      yield* TestClock.adjust("10 seconds")
      expect((yield* ask).status).toBe(200)
    })
  )
})

describe("bearer tokens", () => {
  it.effect("missing, garbage, expired", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make({ tokenLifetime: "1 minute" })
      const alice = yield* emulator.addUser()
      const token = yield* emulator.issueToken(alice.id)
      const code = (headers?: Record<string, string>) =>
        Effect.map(
          send(emulator, { path: settings, ...(headers === undefined ? { token } : { headers }) }),
          (reply) => {
            if (reply.status !== 200) expect(errorViolations(reply)).toEqual([])
            return [reply.status, reply.json.code]
          }
        )
      expect(yield* code()).toEqual([200, undefined])
      expect(yield* code({})).toEqual([401, "authentication.required"])
      expect(yield* code({ authorization: "Bearer nonsense" })).toEqual([401, "bad.credentials"])
      expect(yield* code(own)).toEqual([401, "bad.credentials"])
      yield* TestClock.adjust("59999 millis")
      expect(yield* code()).toEqual([200, undefined])
      yield* TestClock.adjust("1 millis")
      expect(yield* code()).toEqual([401, "credentials.expired"])
    })
  )

  it.effect("expireTokens ends the tokens there are, and no later ones", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      const alice = yield* emulator.addUser()
      const old = yield* emulator.issueToken(alice.id)
      yield* emulator.expireTokens
      expect((yield* send(emulator, { path: settings, token: old })).json.code).toBe("credentials.expired")
      const fresh = yield* emulator.issueToken(alice.id, { expiresIn: "1 second" })
      expect((yield* send(emulator, { path: settings, token: fresh })).status).toBe(200)
      yield* TestClock.adjust("1 second")
      expect((yield* send(emulator, { path: settings, token: fresh })).status).toBe(401)
    })
  )

  it.effect("users/me/settings needs a user's token", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      const { json } = yield* send(emulator, tokenRequest(clientCredentials, own))
      const mobile = { notifications: { when: "Always" } }
      for (const request of [
        { method: "GET" },
        { method: "POST", body: { muted: true } },
        { method: "PATCH", body: { mobile } },
        { method: "DELETE" }
      ] as const) {
        const reply = yield* send(emulator, {
          ...request,
          path: "/api/v2/chats/users/me/settings",
          token: json.access_token
        })
        expect(errorViolations(reply)).toEqual([])
        expect([reply.status, reply.json.message]).toEqual([
          400,
          "This request requires a user context. Client credentials cannot be used for requests to this resource."
        ])
      }
    })
  )
})
