import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { Chats } from "../../src/index.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import { facts } from "../utils/facts.js"
import { basic, errorViolations, type Reply, send, smallOrg, tokenRequest } from "./emulator-utils.js"

const unknown = "00000000-0000-4000-8000-000000000000"

/** Status and code of a reply that is an `ErrorBody` in every way. */
const refusal = (reply: Reply) => {
  expect(errorViolations(reply)).toEqual([])
  return [reply.status, reply.json.code]
}

describe("routes", () => {
  it.effect("an unknown route is 404, a known one with another method 405", () =>
    Effect.gen(function* () {
      const { asAlice, room } = yield* smallOrg()
      for (const path of [
        "/nowhere",
        "",
        "/rooms/",
        "/rooms//messages",
        "/rooms/x/messages/",
        "/users/me/settings/x"
      ]) {
        expect(refusal(yield* asAlice("GET", path))).toEqual([404, "not.found"])
      }
      const wrong = yield* asAlice("PUT", room)
      expect(refusal(wrong)).toEqual([405, "method.not.allowed"])
      expect(wrong.headers.allow?.split(", ").sort()).toEqual(["GET", "PATCH"])
      expect((yield* asAlice("HEAD", room)).status).toBe(405)
    })
  )

  it.effect("static segments win over parameters", () =>
    Effect.gen(function* () {
      const { asAlice, emulator, room } = yield* smallOrg()
      yield* asAlice("GET", "/users/me/settings")
      yield* asAlice("GET", "/users/me/messages")
      yield* asAlice("GET", `${room}/messages/pins`)
      const requests = yield* emulator.requests
      expect(requests.map(({ operation, status }) => [operation, status])).toEqual([
        ["getChatsUsersMeSettings", 200],
        // `me` is no user's id elsewhere
        ["getChatsUserMessages", 404],
        // the path is that of the pins, which are posted only
        [undefined, 405]
      ])
    })
  )

  it.effect("ids are percent-decoded once", () =>
    Effect.gen(function* () {
      const { asAlice, roomJid } = yield* smallOrg()
      expect((yield* asAlice("GET", `/rooms/${roomJid}`)).status).toBe(200)
      expect((yield* asAlice("GET", `/rooms/${roomJid.replace("@", "%40")}`)).status).toBe(200)
      expect((yield* asAlice("GET", `/rooms/${roomJid.replace("@", "%2540")}`)).status).toBe(404)
      expect(refusal(yield* asAlice("GET", "/rooms/%E0%A4%A"))).toEqual([400, "bad.request"])
      expect(refusal(yield* asAlice("GET", "/rooms/a%0Ab"))).toEqual([400, "invalid.value"])
      expect(refusal(yield* asAlice("GET", "/rooms/a%2Fb"))).toEqual([404, "not.found"])
    })
  )
})

describe("bodies", () => {
  it.effect("415 without application/json", () =>
    Effect.gen(function* () {
      const { emulator, alice } = yield* smallOrg()
      const token = yield* emulator.issueToken(alice.id)
      const post = (contentType: string) =>
        send(emulator, {
          method: "POST",
          path: "/api/v2/chats/rooms",
          token,
          body: '{"subject":"x"}',
          headers: { "content-type": contentType }
        })
      expect(refusal(yield* post("text/plain"))).toEqual([415, "unsupported.media.type"])
      expect(refusal(yield* post("application/x-www-form-urlencoded"))).toEqual([415, "unsupported.media.type"])
      expect((yield* post("application/json; charset=utf-8")).status).toBe(200)
      expect((yield* post("Application/JSON")).status).toBe(200)
    })
  )

  it.effect("413 above 512,000 bytes", () =>
    Effect.gen(function* () {
      const { asAlice, room } = yield* smallOrg()
      const frame = JSON.stringify({ message: "" }).length
      expect((yield* asAlice("POST", `${room}/messages`, { message: "x".repeat(512_000 - frame) })).status).toBe(200)
      const over = yield* asAlice("POST", `${room}/messages`, { message: "x".repeat(512_001 - frame) })
      expect(refusal(over)).toEqual([413, "request.entity.too.large"])
      expect(over.json.limit).toMatchObject({ value: 512_000 })
    })
  )

  it.effect("400 for what is not well-formed", () =>
    Effect.gen(function* () {
      const { asAlice, room } = yield* smallOrg()
      const messages = `${room}/messages`
      for (const body of ["{", "", "nope", new Uint8Array([0x22, 0xff, 0x22])]) {
        expect(refusal(yield* asAlice("POST", messages, body))).toEqual([400, "bad.request"])
      }
      for (const body of ["[]", "1", "null", '"text"']) {
        expect(refusal(yield* asAlice("POST", messages, body))).toEqual([400, "invalid.property"])
      }
    })
  )

  const wrongFields: ReadonlyArray<readonly [string, "POST" | "PUT" | "PATCH", string, unknown, string, string]> = [
    ["a message that is missing", "POST", "{room}/messages", {}, "message", "invalid.property"],
    ["a message that is null", "POST", "{room}/messages", { message: null }, "message", "invalid.property"],
    ["a message that is no text", "POST", "{room}/messages", { message: 1 }, "message", "invalid.property"],
    ["an empty message", "POST", "{room}/messages", { message: "" }, "message", "constraint.validation"],
    [
      "mentions of nobody",
      "POST",
      "{room}/messages",
      { message: "x", mentions: [unknown] },
      "mentions",
      "invalid.value"
    ],
    [
      "mentions that are no list",
      "POST",
      "{room}/messages",
      { message: "x", mentions: "y" },
      "mentions",
      "invalid.property"
    ],
    ["no subject", "POST", "/rooms", {}, "subject", "invalid.property"],
    ["an empty subject", "POST", "/rooms", { subject: "" }, "subject", "constraint.validation"],
    [
      "26 users",
      "POST",
      "/rooms",
      { subject: "x", userIds: Array(26).fill(unknown) },
      "userIds",
      "constraint.validation"
    ],
    ["users that are no ids", "POST", "/rooms", { subject: "x", userIds: [1] }, "userIds.0", "invalid.property"],
    ["no owners", "PATCH", "{room}", { ownerIds: [] }, "ownerIds", "constraint.validation"],
    ["pins that are missing", "POST", "{room}/messages/pins", {}, "pinnedMessageIds", "invalid.property"],
    [
      "9 days",
      "PUT",
      "/settings",
      { messageRetentionPeriodDays: 9 },
      "messageRetentionPeriodDays",
      "constraint.validation"
    ],
    [
      "3651 days",
      "PATCH",
      "/settings",
      { messageRetentionPeriodDays: 3651 },
      "messageRetentionPeriodDays",
      "constraint.validation"
    ],
    [
      "half days",
      "PATCH",
      "/settings",
      { messageRetentionPeriodDays: 10.5 },
      "messageRetentionPeriodDays",
      "constraint.validation"
    ],
    [
      "days as text",
      "PATCH",
      "/settings",
      { messageRetentionPeriodDays: "30" },
      "messageRetentionPeriodDays",
      "invalid.property"
    ],
    ["a flag as text", "PATCH", "/settings", { reactionsEnabled: "true" }, "reactionsEnabled", "invalid.property"],
    ["no mobile settings", "PATCH", "/users/me/settings", { muted: true }, "mobile", "invalid.property"],
    [
      "an unknown when",
      "PATCH",
      "/users/me/settings",
      { mobile: { notifications: { when: "Never" } } },
      "mobile.notifications.when",
      "invalid.value"
    ],
    [
      "no when",
      "PATCH",
      "/users/{alice}/settings",
      { mobile: { notifications: {} } },
      "mobile.notifications.when",
      "invalid.property"
    ],
    ["no muted", "POST", "/users/me/settings", {}, "muted", "invalid.property"]
  ]
  for (const [name, method, path, body, field, code] of wrongFields) {
    it.effect(`400 for ${name}, naming the field`, () =>
      Effect.gen(function* () {
        const { alice, asAlice, room } = yield* smallOrg()
        const reply = yield* asAlice(method, path.replace("{room}", room).replace("{alice}", alice.id), body)
        expect(refusal(reply)).toEqual([400, code])
        expect(reply.json.details).toEqual([{ errorCode: code, fieldName: field }])
      })
    )
  }

  it.effect("unknown fields are ignored, null is left out", () =>
    Effect.gen(function* () {
      const { asAlice, room } = yield* smallOrg()
      const reply = yield* asAlice("POST", `${room}/messages`, {
        message: "x",
        mentions: null,
        threadId: null,
        more: 1
      })
      expect(reply.status).toBe(200)
    })
  )
})

describe("query", () => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ...["0", "-1", "1.5", "x", "", "1e3", "%201"].map(
      (limit) => [`limit=${limit}`, "invalid.query.param.value"] as const
    ),
    ...["yes", "1", "", "TRUE"].map((flag) => [`excludeMetadata=${flag}`, "invalid.query.param.value"] as const),
    ...[
      "2024-01-01",
      "2024-01-01T00:00:00Z",
      "2024-01-01T00:00:00.000",
      "2024-02-30T00:00:00.000Z",
      "2024-01-01T25:00:00.000Z",
      "1704067200000",
      "2024-01-01T00:00:00.000%2B01:00",
      ""
    ].flatMap(
      (date) =>
        [
          [`before=${date}`, "invalid.date"],
          [`after=${date}`, "invalid.date"]
        ] as const
    )
  ]
  for (const [query, code] of cases) {
    it.effect(`400 for ${query}`, () =>
      Effect.gen(function* () {
        const { asAlice, room } = yield* smallOrg()
        const reply = yield* asAlice("GET", `${room}/messages?${query}`)
        expect(refusal(reply)).toEqual([400, code])
        expect(reply.json.details[0].fieldName).toBe(query.split("=")[0])
      })
    )
  }

  it.effect("the good ones are taken, unknown ones ignored", () =>
    Effect.gen(function* () {
      const { asAlice, room } = yield* smallOrg()
      const query =
        "limit=100000&before=2024-02-29T00:00:00.000Z&after=1970-01-01T00%3A00%3A00.000Z&excludeMetadata=false&x=y"
      expect((yield* asAlice("GET", `${room}/messages?${query}`)).status).toBe(200)
      expect(refusal(yield* asAlice("GET", `${room}/participants?notify=maybe`))[0]).toBe(400)
    })
  )

  it.effect("message ids: none may be empty, and there is a most", () =>
    Effect.gen(function* () {
      const { asAlice, room } = yield* smallOrg({ maxMessageIds: 3 })
      expect(refusal(yield* asAlice("GET", `${room}/messages/a,,b`))).toEqual([400, "invalid.value"])
      expect(refusal(yield* asAlice("GET", `${room}/messages/a%2Cb%2Cc%2Cd`))).toEqual([400, "constraint.validation"])
      expect(refusal(yield* asAlice("GET", `${room}/messages/a,b,c`))).toEqual([404, "not.found"])
    })
  )
})

describe("permissions", () => {
  for (const { name, permissionsAnyOf } of facts.endpoints.filter((endpoint) => endpoint.permissionsAnyOf.length > 0)) {
    it.effect(`${name} needs any of its permissions`, () =>
      Effect.gen(function* () {
        const { alice, emulator, roomJid } = yield* smallOrg()
        const endpoint = Object.values(Chats).find(({ operation }) => operation === name)
        const path = (endpoint?.path ?? "")
          .replace("{roomJid}", encodeURIComponent(roomJid))
          .replace(/\{.*?\}/g, unknown)
        const request = { method: endpoint?.method ?? "GET", path }
        const none = yield* emulator.issueToken(alice.id, { permissions: ["chat:other:view"] })
        const refused = yield* send(emulator, { ...request, token: none })
        expect(refusal(refused)).toEqual([403, "missing.any.permissions"])
        for (const permission of permissionsAnyOf) expect(refused.json.message).toContain(permission)
        for (const permission of permissionsAnyOf) {
          const token = yield* emulator.issueToken(alice.id, { permissions: [permission] })
          const reply = yield* send(emulator, { ...request, token })
          expect(reply.json?.code).not.toBe("missing.any.permissions")
        }
      })
    )
  }

  it.effect("of users and clients can change", () =>
    Effect.gen(function* () {
      const { alice, asAlice, emulator } = yield* smallOrg({ permissions: ["chat:setting:view"] })
      expect((yield* asAlice("GET", "/settings")).status).toBe(200)
      yield* emulator.setPermissions(alice.id, ["chat:room:view"])
      expect(refusal(yield* asAlice("GET", "/settings"))).toEqual([403, "missing.any.permissions"])

      const { clientId, clientSecret } = emulator
      const grant = yield* send(
        emulator,
        tokenRequest({ grant_type: "client_credentials" }, basic(clientId, clientSecret))
      )
      const token: string = grant.json.access_token
      const settings = "/api/v2/chats/settings"
      expect((yield* send(emulator, { path: settings, token })).status).toBe(200)
      expect((yield* send(emulator, { method: "PUT", path: settings, token, body: {} })).status).toBe(403)
      yield* emulator.setClientPermissions(clientId, "all")
      expect((yield* send(emulator, { method: "PUT", path: settings, token, body: {} })).status).toBe(200)
    })
  )
})

describe("the rate limit", () => {
  it.effect("is a fixed window for each token, with the service's headers", () =>
    Effect.gen(function* () {
      const { asAlice, asBob } = yield* smallOrg({ rateLimit: { requests: 3 } })
      const limits = ({ headers }: Reply) =>
        ["count", "allowed", "reset"].map((name) => headers[`inin-ratelimit-${name}`])
      expect(limits(yield* asAlice("GET", "/settings"))).toEqual(["1", "3", "60"])
      yield* TestClock.adjust("17500 millis")
      // refusals count too
      expect(limits(yield* asAlice("GET", `/rooms/${unknown}`))).toEqual(["2", "3", "43"])
      expect(limits(yield* asAlice("GET", "/settings"))).toEqual(["3", "3", "43"])
      const refused = yield* asAlice("GET", "/settings")
      expect(refusal(refused)).toEqual([429, "too.many.requests"])
      expect(refused.headers["retry-after"]).toBe("43")
      expect(refused.json.message).toBe("Rate limit exceeded the maximum. Retry the request in [43] seconds")
      expect((yield* asBob("GET", "/settings")).status).toBe(200)
      yield* TestClock.adjust("42499 millis")
      const late = yield* asAlice("GET", "/settings")
      expect([late.status, late.headers["retry-after"]]).toEqual([429, "1"])
      yield* TestClock.adjust("1 millis")
      expect(limits(yield* asAlice("GET", "/settings"))).toEqual(["1", "3", "60"])
    })
  )

  it.effect("is 300 a minute unless said otherwise, and can be lifted", () =>
    Effect.gen(function* () {
      const { asAlice, emulator } = yield* smallOrg()
      for (let n = 0; n < 300; n++) expect((yield* asAlice("GET", "/settings")).status).toBe(200)
      expect((yield* asAlice("GET", "/settings")).status).toBe(429)
      yield* emulator.setRateLimit("unlimited")
      const reply = yield* asAlice("GET", "/settings")
      expect([reply.status, reply.headers["inin-ratelimit-count"]]).toEqual([200, undefined])
    })
  )
})

it.effect("every reply has a correlation id of its own", () =>
  Effect.gen(function* () {
    const { asAlice, emulator } = yield* smallOrg()
    const replies = [
      yield* asAlice("GET", "/settings"),
      yield* asAlice("DELETE", "/users/me/settings"),
      yield* asAlice("GET", "/nowhere"),
      yield* send(emulator, { path: "/elsewhere" }),
      yield* send(emulator, tokenRequest({}))
    ]
    const ids = replies.map(({ headers }) => headers["inin-correlation-id"])
    expect(new Set(ids).size).toBe(replies.length)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
)

it("every operation of the facts has its handler", () => {
  expect(Object.keys(Chats).sort()).toEqual(facts.endpoints.map(({ name }) => name).sort())
  expect(Emulator.layer()).toBeDefined()
})
