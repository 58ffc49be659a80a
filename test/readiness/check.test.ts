import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { Chats, ChatsClient, Credentials, DirectoryApi, Endpoint, FlowControl, Region } from "effect-genesys-chats"
import { ChatsStub, Emulator } from "effect-genesys-chats/testing"
import { type Answer, clientOver, failure, json, type Received, reply, scripted, sequence } from "../utils/http.js"
import { wrappers } from "../utils/wrapped.js"

const needed = [Chats.postChatsRooms, Chats.postChatsRoomMessages, Chats.getChatsRoomParticipant] as const

/** A client that logs in to an emulator with an id and a secret of its own. */
const loggedIn = (emulator: Emulator.Service, clientSecret: Redacted.Redacted = emulator.clientSecret) =>
  ChatsClient.layer.pipe(
    Layer.provide(Credentials.layerClientCredentials({ clientId: emulator.clientId, clientSecret })),
    Layer.provide(Layer.succeed(Region.Region, { apiUrl: emulator.url, loginUrl: emulator.url })),
    Layer.provide(Emulator.layerFrom(emulator))
  )

const withToken = (emulator: Emulator.Service, token: Redacted.Redacted) =>
  ChatsClient.layer.pipe(
    Layer.provide(Credentials.layerToken(token)),
    Layer.provide(Layer.succeed(Region.Region, { apiUrl: emulator.url, loginUrl: emulator.url })),
    Layer.provide(Emulator.layerFrom(emulator))
  )

const operations = (emulator: Emulator.Service) =>
  Effect.map(emulator.requests, (requests) => requests.map(({ operation }) => operation))

describe("check", () => {
  it.effect("org, caller and what is permitted, in two requests and a login", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make({ permissions: ["chat:room:add"] })
      const checked = yield* Effect.provide(ChatsClient.check(needed), loggedIn(emulator))
      expect(checked).toEqual({
        org: { id: "acme", name: "acme" },
        region: new URL(emulator.url).hostname,
        caller: "client",
        scopes: undefined,
        permissions: {
          postChatsRooms: "granted",
          postChatsRoomMessages: "missing",
          getChatsRoomParticipant: "granted"
        }
      })
      expect(yield* operations(emulator)).toEqual(["token", "getTokensMe", "getAuthorizationSubjectsMe"])
      // what is permitted is what the emulator then does
      const refused = yield* Effect.flip(
        Effect.provide(
          Chats.postChatsRoomMessages({
            roomJid: yield* emulator.addRoom({ subject: "s", participants: [] }),
            message: "m"
          }),
          loggedIn(emulator)
        )
      )
      expect(refused._tag).toBe("Forbidden")
    })
  )

  it.effect("one request where no permission is asked for", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      yield* Effect.provide(ChatsClient.check([]), loggedIn(emulator))
      expect(yield* operations(emulator)).toEqual(["token", "getTokensMe"])
    })
  )

  it.effect("all is permitted to who may do all, but what needs a user, to a client", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      const endpoints = [...Object.values(Chats), ...Object.values(DirectoryApi)].filter(Endpoint.isEndpoint)
      const ofClient = yield* Effect.provide(ChatsClient.check(endpoints), loggedIn(emulator))
      const unknown = Object.entries(ofClient.permissions).filter(([, permission]) => permission !== "granted")
      expect(unknown.map(([operation]) => operation).sort()).toEqual([
        "deleteChatsUsersMeSettings",
        "getAuthorizationSubjectsMe",
        "getChatsUsersMeSettings",
        "getTokensMe",
        "getUsersChatsMe",
        "getUsersMe",
        "patchChatsUsersMeSettings",
        "postChatsUsersMeSettings"
      ])
      const { id } = yield* emulator.addUser()
      const ofUser = yield* Effect.provide(
        ChatsClient.check(endpoints),
        withToken(emulator, yield* emulator.issueToken(id))
      )
      expect(ofUser.caller).toBe("user")
      expect(new Set(Object.values(ofUser.permissions))).toEqual(new Set(["granted"]))
    })
  )

  it.effect("where the service lists no roles to a client, nothing is claimed", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make({ directory: { rolesFor: "users" } })
      const { permissions } = yield* Effect.provide(ChatsClient.check(needed), loggedIn(emulator))
      expect(permissions).toEqual({
        postChatsRooms: "unknown",
        postChatsRoomMessages: "unknown",
        getChatsRoomParticipant: "granted"
      })
    })
  )

  const answered = (info: Answer, subject: unknown) =>
    scripted(({ url }) => (url.pathname.endsWith("tokens/me") ? info : json(200, subject)))
  const info = () => json(200, { organization: { id: "o", name: "Acme" } })
  const policy = (more: object) => ({
    grants: [{ role: { policies: [{ domain: "chat", entityName: "room", actions: ["add"], ...more }] } }]
  })
  const rolesOf: ReadonlyArray<readonly [what: string, subject: unknown, expected: ChatsClient.Permission]> = [
    ["the permission", policy({}), "granted"],
    ["any action", policy({ actions: ["*"] }), "granted"],
    ["any entity", policy({ entityName: "*" }), "granted"],
    ["another action", policy({ actions: ["view"] }), "missing"],
    ["another entity", policy({ entityName: "message" }), "missing"],
    ["a condition", policy({ condition: "{…}" }), "unknown"],
    ["no roles", { grants: [] }, "missing"],
    ["a role that does not say what it permits", { grants: [{ role: { name: "admin" } }] }, "unknown"],
    ["nothing", {}, "unknown"],
    ["what is no subject", [], "unknown"]
  ]
  it.each(rolesOf)("reads roles: %s", async (_, subject, expected) => {
    const checked = await Effect.runPromise(
      Effect.provide(ChatsClient.check([Chats.postChatsRooms]), clientOver(answered(info(), subject)))
    )
    expect(checked.permissions.postChatsRooms).toBe(expected)
    expect(checked.region).toBe("eu-central-1")
  })

  it.effect("a service that does not say whose token it is has taken it all the same", () =>
    Effect.gen(function* () {
      for (const status of [400, 403, 404]) {
        const http = answered(json(status, { code: "not.authorized", contextId: "c" }), {})
        const checked = yield* Effect.provide(ChatsClient.check([]), clientOver(http))
        expect(checked).toMatchObject({ org: undefined, caller: "unknown" })
      }
      // who else answers is not the service
      const error = yield* Effect.flip(
        Effect.provide(ChatsClient.check([]), clientOver(answered(reply(404, "<html>"), {})))
      )
      expect(error.reason).toBe("Unavailable")
    })
  )
})

describe("a check that fails says why, and what to look at", () => {
  const failing: ReadonlyArray<
    readonly [what: string, answer: (request: Received) => Answer, reason: string, message: RegExp]
  > = [
    ["401", () => reply(401), "TokenRefused", /another region: .*this client uses eu-central-1/],
    ["429", () => reply(429, "", { "retry-after": "3600" }), "Limited", /rate limit/],
    ["503", () => reply(503), "Unavailable", /eu-central-1/],
    ["302", () => reply(302), "Unavailable", /answers/],
    ["200 with a page", () => reply(200, "<html>"), "Unavailable", /answers/],
    ["no host", () => Effect.fail(failure("ENOTFOUND")), "Unreachable", /No connection/],
    ["silence", () => Effect.never, "Timeout", /within/]
  ]
  for (const [what, answer, reason, message] of failing) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const check = ChatsClient.check(needed, { deadline: "3 seconds" })
        const fiber = yield* Effect.fork(
          Effect.flip(Effect.provide(check, clientOver(scripted(answer), { flow: FlowControl.layer() })))
        )
        yield* TestClock.adjust("3 seconds")
        // whatever happens, it is over in time
        const error = yield* Fiber.join(fiber)
        expect(error).toMatchObject({ _tag: "NotReady", reason, region: "eu-central-1" })
        expect(error.message).toMatch(message)
      })
    )
  }

  it.effect("a wrong secret, or a wrong region: the login service does not know the client", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      const error = yield* Effect.flip(
        Effect.provide(ChatsClient.check([]), loggedIn(emulator, Redacted.make("s3cret-of-another-region")))
      )
      expect(error).toMatchObject({ reason: "InvalidCredentials", error: { _tag: "CredentialsError" } })
      expect(error.message).toContain("invalid_client the usual cause is a wrong region")
      expect(JSON.stringify(error)).not.toContain("s3cret")
    })
  )

  it.effect("costs four requests at most", () =>
    Effect.gen(function* () {
      const http = sequence(() => reply(503))
      const fiber = yield* Effect.fork(Effect.exit(Effect.provide(ChatsClient.check(needed), clientOver(http))))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      expect(http.requests).toHaveLength(2)
      const roles = scripted(({ url }) => (url.pathname.endsWith("tokens/me") ? json(200, {}) : reply(503)))
      const second = yield* Effect.fork(Effect.provide(ChatsClient.check(needed), clientOver(roles)))
      yield* TestClock.adjust("10 seconds")
      expect((yield* Fiber.join(second)).permissions.postChatsRooms).toBe("unknown")
      expect(roles.requests.length).toBeLessThanOrEqual(4)
    })
  )
})

describe("status", () => {
  it.effect("says how the client stands without a request", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make({ tokenLifetime: "1 hour" })
      yield* Effect.gen(function* () {
        const fresh = Option.getOrThrow(yield* ChatsClient.status)
        expect(fresh).toMatchObject({ org: undefined, retryBudget: 50, flow: { waiting: 0, limit: Option.none() } })
        expect(Option.map(fresh.credentials, ({ token }) => token)).toEqual(Option.some(Option.none()))
        yield* Chats.getChatsSettings()
        const { flow } = Option.getOrThrow(yield* ChatsClient.status)
        expect(flow.limit).toEqual(Option.some({ allowed: 300, remaining: 299 }))
        yield* TestClock.adjust("10 minutes")
        const { credentials } = Option.getOrThrow(yield* ChatsClient.status)
        const { age, timeLeft } = Option.getOrThrow(Option.getOrThrow(credentials).token)
        expect(Duration.toMinutes(age)).toBe(10)
        expect(Option.map(timeLeft, Duration.toMinutes)).toEqual(Option.some(50))
      }).pipe(Effect.provide(loggedIn(emulator)))
      expect(yield* operations(emulator)).toEqual(["token", "getChatsSettings"])
    })
  )

  it.effect("tells of a login that fails, and of a fixed token nothing", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make()
      const failed = yield* Effect.ignore(Chats.getChatsSettings()).pipe(
        Effect.zipRight(ChatsClient.status),
        Effect.provide(loggedIn(emulator, Redacted.make("wrong")))
      )
      const failure = Option.flatMap(
        Option.flatMap(failed, ({ credentials }) => credentials),
        (credentials) => credentials.failure
      )
      expect(Option.map(failure, ({ reason }) => reason)).toEqual(Option.some("InvalidClient"))
      const fixed = yield* Effect.provide(
        ChatsClient.status,
        clientOver(
          sequence(() => reply(204)),
          { org: "acme" }
        )
      )
      expect(Option.getOrThrow(fixed)).toMatchObject({
        org: "acme",
        region: "eu-central-1",
        credentials: Option.none()
      })
    })
  )

  for (const [how, wrap] of Object.entries(wrappers)) {
    it.effect(`is that of a client that is wrapped: ${how}`, () =>
      Effect.gen(function* () {
        const emulator = yield* Emulator.make()
        yield* Effect.gen(function* () {
          const client = wrap(yield* ChatsClient.ChatsClient)
          const both = Effect.all([ChatsClient.status, ChatsClient.check([Chats.getChatsSettings])])
          const [status, { region }] = yield* Effect.provideService(both, ChatsClient.ChatsClient, client)
          expect(Option.getOrThrow(status)).toMatchObject({ retryBudget: 50, region })
          expect(region).not.toBe("unknown")
        }).pipe(Effect.provide(loggedIn(emulator)))
      })
    )
  }

  it.effect("of a stub there is none; a check of it is what its handlers say", () =>
    Effect.gen(function* () {
      expect(yield* ChatsClient.status).toEqual(Option.none())
      const checked = yield* ChatsClient.check([Chats.postChatsRooms])
      expect(checked).toMatchObject({ org: { name: "Acme" }, region: "unknown" })
      expect(checked.permissions.postChatsRooms).toBe("granted")
    }).pipe(
      Effect.provide(
        ChatsStub.layer(
          {},
          ChatsStub.on(DirectoryApi.getTokensMe, () => Effect.succeed({ organization: { name: "Acme" } })),
          ChatsStub.on(DirectoryApi.getAuthorizationSubjectsMe, () =>
            Effect.succeed({
              grants: [{ role: { policies: [{ domain: "chat", entityName: "room", actions: ["add"] }] } }]
            })
          )
        )
      )
    )
  )
})
