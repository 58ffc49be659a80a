import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { Chats, Credentials, FlowControl, RetryPolicy, Tenants } from "effect-genesys-chats"
import { json, type Received, scripted } from "../utils/http.js"
import { withDateThatJumps } from "../utils/virtualTime.js"

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`

/** Two orgs in one region and one in another, and what came in, by the token that it came with. */
const orgs = () => {
  const secrets = new Map([
    ["a", "s1"],
    ["b", "s1"],
    ["c", "s1"]
  ])
  const looked: Array<string> = []
  let down = false
  const http = scripted((request) =>
    request.url.pathname === "/oauth/token"
      ? json(200, { access_token: `token-of-${idOf(request)}`, expires_in: 86_400 })
      : json(200, {})
  )
  const idOf = ({ headers }: Received) =>
    [...secrets.keys()].find((id) => headers["authorization"] === basic(id, secrets.get(id) ?? ""))
  const layer = Tenants.layer({
    lookup: (key) =>
      Effect.suspend((): Effect.Effect<Tenants.Tenant, Tenants.LookupError> => {
        looked.push(key)
        if (down) return new Tenants.TenantUnavailable({ key, reason: "the vault is sealed" })
        const secret = secrets.get(key)
        if (secret === undefined) return Effect.zipRight(Effect.yieldNow(), new Tenants.UnknownTenant({ key }))
        const credentials = Credentials.layerClientCredentials({ clientId: key, clientSecret: Redacted.make(secret) })
        return Effect.succeed<Tenants.Tenant>({ region: key === "c" ? "eu-west-2" : "eu-west-1", credentials })
      }),
    idleTimeToLive: "5 minutes"
  }).pipe(Layer.provide(http.layer))
  return {
    layer,
    http,
    secrets,
    setDown: (is: boolean) => (down = is),
    looked: () => looked.splice(0),
    /** Host and token of each call; logins are `login of <id>`. */
    received: () =>
      http.requests
        .splice(0)
        .map((request) =>
          request.url.pathname === "/oauth/token"
            ? `login of ${idOf(request)}`
            : `${request.url.host} ${request.headers["authorization"]?.split("token-of-")[1]}`
        )
  }
}

const ask = (key: string) => Tenants.withTenant(Chats.getChatsSettings(), key)

describe("Tenants", () => {
  it.effect("each has its own region and token, and is looked up once for all its calls", () => {
    const { layer, looked, received } = orgs()
    return Effect.gen(function* () {
      yield* Effect.forEach(["a", "b", "c", "a", "b"], ask, { concurrency: "unbounded" })
      expect(looked().sort()).toEqual(["a", "b", "c"])
      const all = received()
      expect(all.filter((one) => one.startsWith("login")).sort()).toEqual(["login of a", "login of b", "login of c"])
      expect(all.filter((one) => !one.startsWith("login")).sort()).toEqual([
        "api.euw2.pure.cloud c",
        "api.mypurecloud.ie a",
        "api.mypurecloud.ie a",
        "api.mypurecloud.ie b",
        "api.mypurecloud.ie b"
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("one that has been idle is released, and built anew at its next call", () => {
    const { layer, looked, received } = orgs()
    return Effect.gen(function* () {
      yield* ask("a")
      yield* TestClock.adjust("4 minutes")
      yield* ask("a")
      expect(received()).toEqual(["login of a", "api.mypurecloud.ie a", "api.mypurecloud.ie a"])
      yield* TestClock.adjust("6 minutes")
      yield* ask("a")
      expect(received()).toEqual(["login of a", "api.mypurecloud.ie a"])
      expect(looked()).toEqual(["a", "a"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("is as long idle as time has passed, wherever the machine's date jumps", () => {
    const { layer, looked } = orgs()
    return withDateThatJumps((jump) =>
      Effect.gen(function* () {
        yield* ask("a")
        yield* jump(-3_600_000)
        yield* TestClock.adjust("6 minutes")
        yield* ask("a")
        expect(looked()).toEqual(["a", "a"])
        yield* jump(7_200_000)
        yield* TestClock.adjust("4 minutes")
        yield* ask("a")
        expect(looked()).toEqual([])
      }).pipe(Effect.provide(layer))
    )
  })

  it.effect("one that is unknown, or cannot be looked up, is a typed error that is not kept", () => {
    const { layer, looked, received, secrets, setDown } = orgs()
    return Effect.gen(function* () {
      const [one] = yield* Effect.all([Effect.flip(ask("d")), Effect.flip(ask("d"))], { concurrency: 2 })
      expect(one).toMatchObject({ _tag: "UnknownTenant", key: "d", message: 'There is no tenant "d"' })
      expect(looked()).toEqual(["d"])
      secrets.set("d", "s")
      yield* ask("d")
      setDown(true)
      expect(yield* Effect.flip(ask("a"))).toMatchObject({ _tag: "TenantUnavailable", key: "a" })
      setDown(false)
      yield* ask("a")
      expect(received().filter((one) => one.startsWith("login"))).toEqual(["login of d", "login of a"])
    }).pipe(Effect.provide(layer))
  })

  it.live("one that is unknown leaves nothing behind, however many there are", () => {
    setFlagsFromString("--expose_gc")
    const gc: () => void = runInNewContext("gc")
    const told: Array<WeakRef<Tenants.UnknownTenant>> = []
    const layer = Tenants.layer({
      lookup: (key) => {
        const unknown = new Tenants.UnknownTenant({ key })
        told.push(new WeakRef(unknown))
        return unknown
      }
    })
    return Effect.gen(function* () {
      yield* Effect.forEach(Array.from({ length: 100 }, String), (key) => Effect.ignore(ask(key)), { discard: true })
      // a turn of its own, in which nothing holds what was made before
      yield* Effect.sleep("10 millis")
      gc()
      expect(told.filter((one) => one.deref() !== undefined).length).toBeLessThan(10)
    }).pipe(Effect.provide(layer), Effect.provide(orgs().http.layer))
  })

  it.effect("one that is asked for as it is released is not built twice", () => {
    const { layer, looked } = orgs()
    return Effect.gen(function* () {
      for (const idle of ["5 minutes", "10 minutes"] as const) {
        yield* ask("a")
        yield* Effect.all([TestClock.adjust(idle), ask("a"), ask("a")], { concurrency: "unbounded" })
        yield* ask("a")
        expect(looked().length).toBeLessThanOrEqual(2)
      }
    }).pipe(Effect.provide(layer))
  })

  it.effect("one whose secret was rotated is looked up again, the others are not", () => {
    const { layer, looked, received, secrets } = orgs()
    return Effect.gen(function* () {
      yield* Effect.forEach(["a", "b"], ask)
      received()
      looked()
      secrets.set("a", "s2")
      yield* Tenants.invalidate("a")
      yield* Effect.forEach(["a", "b", "a"], ask)
      expect(looked()).toEqual(["a"])
      expect(received()).toEqual(["login of a", "api.mypurecloud.ie a", "api.mypurecloud.ie b", "api.mypurecloud.ie a"])
      // what is idle from before does not take what came after it along
      yield* TestClock.adjust("4 minutes")
      yield* ask("a")
      yield* TestClock.adjust("2 minutes")
      yield* ask("a")
      expect(looked()).toEqual([])
    }).pipe(Effect.provide(layer))
  })

  it.effect("what is provided around one call is not lent to the next", () => {
    const { layer, http } = orgs()
    const broken = scripted(() => json(503, {}))
    return Effect.gen(function* () {
      yield* ask("a").pipe(
        RetryPolicy.with(RetryPolicy.none),
        Effect.provide(FlowControl.layer({ maxQueue: 0 })),
        Effect.provide(broken.layer)
      )
      expect(broken.requests).toEqual([])
      yield* ask("a")
      expect(http.requests).toHaveLength(3)
    }).pipe(Effect.provide(layer))
  })
})
