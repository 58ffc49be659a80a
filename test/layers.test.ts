/**
 * A layer means what it says however often it is used: what is built from other services, config or
 * references is another one, and what is built from the same is one.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Socket from "@effect/platform/Socket"
import { describe, expect, it } from "@effect/vitest"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as LayerMap from "effect/LayerMap"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Public from "effect-genesys-chats"
import {
  Chats,
  ChatsClient,
  Credentials,
  Directory,
  FlowControl,
  Live,
  MessageId,
  MessageLoader,
  Region,
  RetryBudget,
  RetryPolicy,
  RoomJid,
  Tenants
} from "effect-genesys-chats"
import * as Testing from "effect-genesys-chats/testing"
import { ChatsStub, Emulator, Faults, Recorder } from "effect-genesys-chats/testing"
import { json, type Scripted, scripted } from "./utils/http.js"

const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")

/** An API whose replies are always well, and which says by which token and host it was asked. */
const api = (): Scripted & { readonly asked: () => ReadonlyArray<string> } => {
  const http = scripted(({ url }) =>
    url.pathname === "/oauth/token"
      ? json(200, { access_token: `token-of-${url.host}`, expires_in: 3600 })
      : json(200, {})
  )
  const asked = () =>
    http.requests
      .filter(({ url }) => url.pathname !== "/oauth/token")
      .map(({ headers, url }) => `${url.host} ${headers["authorization"]}`)
  return { ...http, asked }
}

const token = (org: string) => Credentials.layerToken(Redacted.make(`token-of-${org}`))
const client = (org: string) =>
  ChatsClient.layer.pipe(Layer.provide(token(org)), Layer.provide(Region.layer("eu-west-1")))

class A extends Context.Tag("test/A")<A, Context.Tag.Service<ChatsClient.ChatsClient>>() {}
class B extends Context.Tag("test/B")<B, Context.Tag.Service<ChatsClient.ChatsClient>>() {}

const as = <I>(tag: Context.Tag<I, Context.Tag.Service<ChatsClient.ChatsClient>>) =>
  Layer.project(ChatsClient.ChatsClient, tag, (one) => one)
const through = <I>(tag: Context.Tag<I, Context.Tag.Service<ChatsClient.ChatsClient>>) =>
  Effect.flatMap(tag, (one) => Effect.provideService(Chats.getChatsSettings(), ChatsClient.ChatsClient, one))

describe("org B's calls never go to org A", () => {
  it.scoped("in a LayerMap", () =>
    Effect.gen(function* () {
      const http = api()
      const map = yield* LayerMap.make((org: string) => client(org).pipe(Layer.provide(http.layer)), {
        idleTimeToLive: "1 minute"
      })
      for (const org of ["a", "b", "a", "c"]) yield* Effect.provide(Chats.getChatsSettings(), map.get(org))
      expect(http.asked().map((one) => one.split("token-of-")[1])).toEqual(["a", "b", "a", "c"])
    })
  )

  it.effect("in one graph, with tags of their own", () =>
    Effect.gen(function* () {
      const http = api()
      const both = Layer.merge(client("a").pipe(as(A)), client("b").pipe(as(B))).pipe(Layer.provide(http.layer))
      yield* Effect.provide(Effect.zipRight(through(A), through(B)), both)
      expect(http.asked().map((one) => one.split("token-of-")[1])).toEqual(["a", "b"])
    })
  )

  it.effect("in two runtimes with one memo map", () =>
    Effect.gen(function* () {
      const http = api()
      const memoMap = yield* Layer.makeMemoMap
      const scope = yield* Scope.make()
      for (const org of ["a", "b"]) {
        const runtime = yield* Layer.toRuntimeWithMemoMap(client(org).pipe(Layer.provide(http.layer)), memoMap).pipe(
          Scope.extend(scope)
        )
        yield* Effect.provide(Chats.getChatsSettings(), runtime)
      }
      yield* Scope.close(scope, Exit.void)
      expect(http.asked().map((one) => one.split("token-of-")[1])).toEqual(["a", "b"])
    })
  )

  it.effect("nor with one value of credentials in two regions", () =>
    Effect.gen(function* () {
      const http = api()
      const credentials = Credentials.layerClientCredentials({ clientId: "i", clientSecret: Redacted.make("s") })
      const inRegion = (name: Region.Name) =>
        ChatsClient.layer.pipe(Layer.provide(credentials), Layer.provide(Region.layer(name)))
      const both = Layer.merge(inRegion("eu-west-1").pipe(as(A)), inRegion("eu-west-2").pipe(as(B)))
      yield* Effect.provide(Effect.zipRight(through(A), through(B)), both.pipe(Layer.provide(http.layer)))
      expect(http.asked()).toEqual([
        "api.mypurecloud.ie Bearer token-of-login.mypurecloud.ie",
        "api.euw2.pure.cloud Bearer token-of-login.euw2.pure.cloud"
      ])
    })
  )

  it.effect("nor by the environment, with a config provider for each", () =>
    Effect.gen(function* () {
      const http = api()
      const configured = (org: string, region: string) =>
        ChatsClient.layerConfig.pipe(
          Layer.provide(
            Layer.setConfigProvider(
              ConfigProvider.fromMap(
                new Map([
                  ["GENESYS_CLOUD_REGION", region],
                  ["GENESYS_CLOUD_ACCESS_TOKEN", `token-of-${org}`]
                ])
              )
            )
          )
        )
      const both = Layer.merge(configured("a", "eu-west-1").pipe(as(A)), configured("b", "eu-west-2").pipe(as(B)))
      yield* Effect.provide(Effect.zipRight(through(A), through(B)), both.pipe(Layer.provide(http.layer)))
      expect(http.asked()).toEqual(["api.mypurecloud.ie Bearer token-of-a", "api.euw2.pure.cloud Bearer token-of-b"])
    })
  )

  it.effect("in an emulator and its fork", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make({})
      const fork = yield* emulator.fork
      const both = Layer.merge(
        Emulator.layerClientFrom(emulator).pipe(as(A)),
        Emulator.layerClientFrom(fork).pipe(as(B))
      )
      yield* Effect.provide(through(B), both)
      expect(yield* emulator.requests).toEqual([])
      expect((yield* fork.requests).map(({ operation }) => operation)).toEqual(["token", "getChatsSettings"])
    })
  )
})

describe("what is provided in code goes before the environment", () => {
  const variables = {
    GENESYS_CLOUD_SENDS: "atLeastOnce",
    GENESYS_CLOUD_ACCESS_TOKEN: "t",
    GENESYS_CLOUD_REGION: "eu-west-1"
  }
  const environment = Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))
  const post = Effect.either(Chats.postChatsRoomMessages({ roomJid, message: "m" }))

  it.effect("an atMostOnce client does not post twice", () =>
    Effect.gen(function* () {
      for (const layer of [ChatsClient.layerConfig, client("a")]) {
        const http = scripted(() => json(504, {}))
        const live = layer.pipe(Layer.provide(environment), Layer.provide(http.layer))
        yield* Effect.provide(post, live.pipe(Layer.provide(RetryPolicy.layer(RetryPolicy.atMostOnce))))
        expect(http.requests).toHaveLength(1)
      }
    })
  )

  it.effect("beside a standard client in the same graph", () =>
    Effect.gen(function* () {
      const http = scripted(() => json(504, {}))
      const live = ChatsClient.layer.pipe(Layer.provide(token("a")), Layer.provide(Region.layer("eu-west-1")))
      const both = Layer.merge(
        live.pipe(Layer.provide(RetryPolicy.layer(RetryPolicy.none)), as(A)),
        live.pipe(Layer.provide(RetryPolicy.layer(RetryPolicy.atMostOnce)), as(B))
      ).pipe(Layer.provide(http.layer))
      yield* Effect.provide(
        Effect.flatMap(B, (b) => Effect.provideService(post, ChatsClient.ChatsClient, b)),
        both
      )
      expect(http.requests).toHaveLength(1)
    })
  )

  it.effect("credentials, region, budget and flow control too", () =>
    Effect.gen(function* () {
      const http = api()
      const live = ChatsClient.layerConfig.pipe(
        Layer.provide([token("code"), Region.layer("eu-west-2")]),
        Layer.provide(environment),
        Layer.provide(http.layer)
      )
      yield* Effect.provide(Chats.getChatsSettings(), live)
      expect(http.asked()).toEqual(["api.euw2.pure.cloud Bearer token-of-code"])

      const busy = scripted(() => json(503, {}))
      const spent = ChatsClient.layerConfig.pipe(
        Layer.provide(RetryBudget.layer({ capacity: 0 })),
        Layer.provide(environment),
        Layer.provide(busy.layer)
      )
      expect(yield* Effect.flip(Effect.provide(Chats.getChatsSettings(), spent))).toMatchObject({
        gaveUp: "budget exhausted"
      })
    })
  )
})

describe("what is merged beside the client instead of provided to it", () => {
  const warnings = (layer: Layer.Layer<ChatsClient.ChatsClient, never, HttpClient.HttpClient>) => {
    const messages: Array<string> = []
    const logger = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ logLevel, message }) => messages.push(`${logLevel.label} ${message}`))
    )
    return Effect.as(Effect.zipRight(Chats.getChatsSettings(), Chats.getChatsSettings()), messages).pipe(
      Effect.orDie,
      Effect.provide(layer.pipe(Layer.provide(api().layer), Layer.merge(logger)))
    )
  }

  it.effect("is heeded where it can be: a loader", () =>
    Effect.gen(function* () {
      const ids = ["m1", "m2"].map((id) => MessageId.make(id))
      const room = Public.Conversation.room(roomJid)
      yield* Effect.forEach(ids, (id) => Effect.either(MessageLoader.get(room, id)), { batching: true })
      expect((yield* ChatsStub.callsTo("getChatsRoomMessage")).map(({ input }) => input.messageIds)).toEqual([
        ["m1"],
        ["m2"]
      ])
    }).pipe(
      Effect.provide(
        MessageLoader.layer({ max: 1 }).pipe(
          Layer.provideMerge(ChatsStub.layer({ getChatsRoomMessage: () => Effect.succeed({ entities: [] }) }))
        )
      )
    )
  )

  it.effect("is warned of, once; what is provided is not", () =>
    Effect.gen(function* () {
      const check = <I>(name: string, beside: Layer.Layer<I>) =>
        Effect.gen(function* () {
          const warned = yield* warnings(Layer.merge(client("a"), beside))
          expect(warned).toHaveLength(1)
          expect(warned[0]).toContain(`WARN ${name} is provided beside the ChatsClient and has no effect`)
          expect(yield* warnings(client("a").pipe(Layer.provideMerge(beside)))).toEqual([])
        })
      yield* check("FlowControl", FlowControl.layer({ maxConcurrency: 1 }))
      yield* check("RetryBudget", RetryBudget.layer({ capacity: 1 }))
      expect(yield* warnings(client("a"))).toEqual([])
    })
  )

  it.effect("a region and the stores too", () =>
    Effect.gen(function* () {
      const [region] = yield* warnings(Layer.merge(client("a"), Region.layer("eu-west-2")))
      expect(region).toContain("WARN Region is provided beside the ChatsClient and has no effect")
      const [limits] = yield* warnings(Layer.merge(client("a"), FlowControl.storeMemory()))
      expect(limits).toContain("WARN FlowControl.Store is provided beside the FlowControl and has no effect")
      const [tokens] = yield* warnings(Layer.merge(client("a"), Credentials.storeMemory))
      expect(tokens).toContain("WARN Credentials.Store is provided beside the Credentials and has no effect")

      const grant = Credentials.layerClientCredentials({ clientId: "i", clientSecret: Redacted.make("s") })
      const live = ChatsClient.layer.pipe(
        Layer.provide(grant),
        Layer.provideMerge(
          Layer.mergeAll(Region.layer("eu-west-1"), FlowControl.storeMemory(), Credentials.storeMemory)
        )
      )
      expect(yield* warnings(live)).toEqual([])
    })
  )
})

/** The provider stays the same: its variables change. */
const setVariable = (name: string, value: string | undefined): void => {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}

describe("what is built from the same is one", () => {
  it.effect("where a layer is provided and merged", () =>
    Effect.gen(function* () {
      const seen = Effect.all([MessageLoader.MessageLoader, ChatsClient.ChatsClient, Emulator.Emulator])
      const live = MessageLoader.layer().pipe(Layer.provideMerge(Emulator.layerClient()))
      const program = Effect.zipRight(
        seen,
        Effect.flatMap(MessageLoader.MessageLoader, (loader) =>
          Effect.either(loader.get(Public.Conversation.room(roomJid), MessageId.make("m")))
        )
      )
      const requests = yield* Effect.provide(
        Effect.zipRight(
          program,
          Effect.flatMap(Emulator.Emulator, (emulator) => emulator.requests)
        ),
        live
      )
      expect(requests.map(({ operation }) => operation)).toContain("getChatsRoomMessage")
    })
  )

  it.effect("a stub records all calls of a graph", () =>
    Effect.gen(function* () {
      const Stub = ChatsStub.layer({ getChatsSettings: () => Effect.succeed({}) })
      class Service extends Context.Tag("test/Service")<Service, void>() {}
      const service = Layer.effect(Service, Effect.asVoid(Chats.getChatsSettings()))
      for (const live of [
        service.pipe(Layer.provideMerge(Stub)),
        Layer.merge(service.pipe(Layer.provide(Stub)), Stub)
      ]) {
        expect(yield* Effect.provide(ChatsStub.callsTo("getChatsSettings"), live)).toHaveLength(1)
      }
      // and another graph has another stub
      expect(yield* Effect.provide(ChatsStub.calls, Stub)).toEqual([])
    })
  )

  it.effect("credentials ask for one token", () =>
    Effect.gen(function* () {
      const http = api()
      const grant = Credentials.layerClientCredentials({ clientId: "i", clientSecret: Redacted.make("s") })
      const live = ChatsClient.layer.pipe(
        Layer.provideMerge(grant),
        Layer.provide(Region.layer("eu-west-1")),
        Layer.provide(http.layer)
      )
      const program = Effect.zipRight(
        Chats.getChatsSettings(),
        Effect.flatMap(Credentials.Credentials, ({ token }) => token)
      )
      yield* Effect.provide(program, live)
      expect(http.requests).toHaveLength(2)
    })
  )

  it("where two runtimes share a memo map", async () => {
    for (const Live of [Emulator.layerClient(), ChatsStub.layer({}), FlowControl.layerConfig]) {
      const tag = Live === FlowControl.layerConfig ? FlowControl.FlowControl : ChatsClient.ChatsClient
      const memoMap = await Effect.runPromise(Layer.makeMemoMap)
      const live: Layer.Layer<never, unknown> = Live
      const build = Effect.flatMap(Effect.scope, (scope) => Layer.buildWithMemoMap(live, memoMap, scope))
      const both = await Effect.runPromise(Effect.scoped(Effect.all([build, build])))
      const [one, other] = both.map(({ unsafeMap }): unknown => unsafeMap.get(tag.key))
      expect(one).toBeDefined()
      expect(other).toBe(one)
    }
  })

  it.effect("unless a fresh one is asked for", () =>
    Effect.gen(function* () {
      const Live = Emulator.layerClient()
      const both = Layer.merge(Layer.fresh(Live).pipe(as(A)), Layer.fresh(Live).pipe(as(B)))
      const [one, other] = yield* Effect.provide(Effect.all([A, B]), both)
      expect(one).not.toBe(other)
    })
  )

  it.scoped("until it is closed or has failed: then it is built anew", () =>
    Effect.gen(function* () {
      const memoMap = yield* Layer.makeMemoMap
      const build = Effect.scoped(
        Effect.flatMap(Effect.scope, (scope) =>
          Layer.buildWithMemoMap(Layer.merge(RetryBudget.layerConfig, Layer.empty), memoMap, scope)
        )
      ).pipe(Effect.map(Context.get(RetryBudget.RetryBudget)))
      const name = "GENESYS_CLOUD_RETRY_BUDGET"
      yield* Effect.addFinalizer(() => Effect.sync(() => setVariable(name, undefined)))
      setVariable(name, "many")
      expect(Exit.isFailure(yield* Effect.exit(build))).toBe(true)
      setVariable(name, "3")
      const first = yield* build
      expect(yield* first.level).toBe(3)
      expect(yield* build).not.toBe(first)
    })
  )
})

it.layer(Emulator.layerClient({ orgName: "outer" }))("nested it.layer", (it) => {
  it.effect("the outer org takes a call", () => Chats.getChatsSettings())

  it.layer(Emulator.layerClient({ orgName: "inner" }))("with another emulator", (it) => {
    it.effect("calls that one", () =>
      Effect.gen(function* () {
        const emulator = yield* Emulator.Emulator
        expect(yield* emulator.requests).toEqual([])
        yield* Chats.getChatsSettings()
        expect((yield* emulator.requests).map(({ operation }) => operation)).toEqual(["token", "getChatsSettings"])
      })
    )
  })

  const Outer = Emulator.layerClient({ orgName: "outer" })
  it.layer(Outer.pipe(Layer.provide(RetryPolicy.layer(RetryPolicy.none))))("under another policy", (it) => {
    it.effect("follows it", () =>
      Effect.gen(function* () {
        const emulator = yield* Emulator.Emulator
        yield* emulator.setFaults(Faults.always(Faults.status(503)))
        expect(yield* Effect.flip(Chats.getChatsSettings())).toMatchObject({ attempts: 1 })
      })
    )
  })
})

type AnyLayer = Layer.Layer<never, unknown, unknown>

interface Row {
  readonly layer: AnyLayer
  readonly tag: { readonly key: string }
  /** The services that its content depends on, needed or not; and whether it depends on the config. */
  readonly dependsOn: ReadonlyArray<{ readonly key: string }>
  readonly config?: true
}

const secret = Redacted.make("s")
const login = [HttpClient.HttpClient, Region.Region]
const limits = [FlowControl.FlowControl, RetryBudget.RetryBudget, RetryPolicy.RetryPolicy]
const ofClient = [HttpClient.HttpClient, Credentials.Credentials, Region.Region, ...limits]

/** What each exported layer is made from. Those that depend on nothing are values: one value, one service. */
const rows: { readonly [name: string]: Row } = {
  "ChatsClient.layer": { layer: ChatsClient.layer, tag: ChatsClient.ChatsClient, dependsOn: ofClient },
  "ChatsClient.layerWith": { layer: ChatsClient.layerWith({}), tag: ChatsClient.ChatsClient, dependsOn: ofClient },
  "ChatsClient.layerConfig": {
    layer: ChatsClient.layerConfig,
    tag: ChatsClient.ChatsClient,
    dependsOn: ofClient,
    config: true
  },
  "Credentials.layerToken": { layer: token("a"), tag: Credentials.Credentials, dependsOn: [] },
  "Credentials.layerClientCredentials": {
    layer: Credentials.layerClientCredentials({ clientId: "i", clientSecret: secret }),
    tag: Credentials.Credentials,
    dependsOn: login
  },
  "Credentials.layerRefreshToken": {
    layer: Credentials.layerRefreshToken({ clientId: "i", refreshToken: secret }),
    tag: Credentials.Credentials,
    dependsOn: login
  },
  "Credentials.layerAuthorizationCode": {
    layer: Credentials.layerAuthorizationCode({
      clientId: "i",
      code: secret,
      redirectUri: "https://app.example",
      codeVerifier: secret
    }),
    tag: Credentials.Credentials,
    dependsOn: login
  },
  "Credentials.layerSaml2": {
    layer: Credentials.layerSaml2({ clientId: "i", clientSecret: secret, orgName: "acme", assertion: secret }),
    tag: Credentials.Credentials,
    dependsOn: login
  },
  "Credentials.layerConfig": {
    layer: Credentials.layerConfig,
    tag: Credentials.Credentials,
    dependsOn: login,
    config: true
  },
  "Credentials.layerFromConfig": {
    layer: Credentials.layerFromConfig({ token: Config.succeed(secret) }),
    tag: Credentials.Credentials,
    dependsOn: login,
    config: true
  },
  "ChatsClient.layerConfigWith": {
    layer: ChatsClient.layerConfigWith({}),
    tag: ChatsClient.ChatsClient,
    dependsOn: ofClient,
    config: true
  },
  "Credentials.storeMemory": { layer: Credentials.storeMemory, tag: Credentials.Store, dependsOn: [] },
  "Directory.layer": { layer: Directory.layer(), tag: Directory.Directory, dependsOn: [ChatsClient.ChatsClient] },
  "FlowControl.layerFromConfig": {
    layer: FlowControl.layerFromConfig({ maxQueue: Config.succeed(1) }),
    tag: FlowControl.FlowControl,
    dependsOn: [],
    config: true
  },
  "RetryPolicy.layerFromConfig": {
    layer: RetryPolicy.layerFromConfig({ maxRetries: Config.succeed(1) }),
    tag: RetryPolicy.RetryPolicy,
    dependsOn: [],
    config: true
  },
  "FlowControl.layer": { layer: FlowControl.layer(), tag: FlowControl.FlowControl, dependsOn: [] },
  "FlowControl.layerNone": { layer: FlowControl.layerNone, tag: FlowControl.FlowControl, dependsOn: [] },
  "FlowControl.layerConfig": {
    layer: FlowControl.layerConfig,
    tag: FlowControl.FlowControl,
    dependsOn: [],
    config: true
  },
  "MessageLoader.layer": {
    layer: MessageLoader.layer(),
    tag: MessageLoader.MessageLoader,
    dependsOn: [ChatsClient.ChatsClient]
  },
  "MessageLoader.layerConfig": {
    layer: MessageLoader.layerConfig,
    tag: MessageLoader.MessageLoader,
    dependsOn: [ChatsClient.ChatsClient],
    config: true
  },
  "Region.layer": { layer: Region.layer("eu-west-1"), tag: Region.Region, dependsOn: [] },
  "Region.layerCustom": {
    layer: Region.layerCustom({ apiUrl: "https://a.example", loginUrl: "https://a.example" }),
    tag: Region.Region,
    dependsOn: []
  },
  "Region.layerConfig": { layer: Region.layerConfig, tag: Region.Region, dependsOn: [], config: true },
  "RetryBudget.layer": { layer: RetryBudget.layer(), tag: RetryBudget.RetryBudget, dependsOn: [] },
  "RetryBudget.layerConfig": {
    layer: RetryBudget.layerConfig,
    tag: RetryBudget.RetryBudget,
    dependsOn: [],
    config: true
  },
  "RetryPolicy.layer": { layer: RetryPolicy.layer(RetryPolicy.none), tag: RetryPolicy.RetryPolicy, dependsOn: [] },
  "RetryPolicy.layerConfig": {
    layer: RetryPolicy.layerConfig,
    tag: RetryPolicy.RetryPolicy,
    dependsOn: [],
    config: true
  },
  "Tenants.layer": {
    layer: Tenants.layer({ lookup: (key) => new Tenants.UnknownTenant({ key }) }),
    tag: Tenants.Tenants,
    dependsOn: [HttpClient.HttpClient, RetryPolicy.RetryPolicy]
  },
  // handlers may need whatever there is
  "ChatsStub.layer": { layer: ChatsStub.layer({}), tag: ChatsClient.ChatsClient, dependsOn: login },
  "ChatsStub.layerArbitrary": {
    layer: ChatsStub.layerArbitrary({ seed: 1 }),
    tag: ChatsClient.ChatsClient,
    dependsOn: login
  },
  "ChatsStub.layerReplay": {
    layer: ChatsStub.layerReplay({ recording: { pseudonymised: true, exchanges: [] } }),
    tag: ChatsClient.ChatsClient,
    dependsOn: login
  },
  "Live.layer": {
    layer: Live.layer(),
    tag: Live.Live,
    dependsOn: [ChatsClient.ChatsClient, Socket.WebSocketConstructor]
  },
  "Recorder.layer": { layer: Recorder.layer(), tag: Recorder.Recorder, dependsOn: [HttpClient.HttpClient] },
  "Recorder.layerReplay": {
    layer: Recorder.layerReplay({ pseudonymised: true, exchanges: [] }),
    tag: HttpClient.HttpClient,
    dependsOn: []
  },
  "Recorder.layerReplayClient": {
    layer: Recorder.layerReplayClient({ pseudonymised: true, exchanges: [] }),
    tag: ChatsClient.ChatsClient,
    dependsOn: limits
  },
  "Emulator.layerWebSocket": {
    layer: Emulator.layerWebSocket,
    tag: Socket.WebSocketConstructor,
    dependsOn: [Emulator.Emulator]
  },
  "Emulator.layer": { layer: Emulator.layer(), tag: Emulator.Emulator, dependsOn: [] },
  "Emulator.layerFrom": {
    layer: Layer.unwrapEffect(Effect.map(Emulator.make(), Emulator.layerFrom)),
    tag: Emulator.Emulator,
    dependsOn: []
  },
  "Emulator.layerServer": { layer: Emulator.layerServer(), tag: Emulator.Emulator, dependsOn: [] },
  "Emulator.layerClient": { layer: Emulator.layerClient(), tag: ChatsClient.ChatsClient, dependsOn: limits },
  "Emulator.layerClientFrom": {
    layer: Emulator.layerClientFrom(Effect.runSync(Emulator.make())),
    tag: ChatsClient.ChatsClient,
    dependsOn: limits
  }
}

describe("each exported layer", () => {
  it("is in the table", () => {
    const exported = Object.entries({ ...Public, ...Testing }).flatMap(([module, namespace]) =>
      Object.entries(namespace).flatMap(([name, value]) =>
        Layer.isLayer(value) || (typeof value === "function" && /^layer/.test(name)) ? `${module}.${name}` : []
      )
    )
    expect(Object.keys(rows).sort()).toEqual(exported.sort())
  })

  /** Two of each service that a layer can depend on. */
  const two = Effect.gen(function* () {
    const services = (policy: RetryPolicy.Policy, url: string) =>
      Effect.gen(function* () {
        const region = { apiUrl: url, loginUrl: url }
        return Context.make(HttpClient.HttpClient, api().client).pipe(
          Context.add(Region.Region, region),
          Context.add(Credentials.Credentials, {
            token: Effect.succeed(secret),
            invalidate: () => Effect.succeed(false)
          }),
          Context.add(ChatsClient.ChatsClient, { execute: () => Effect.never }),
          Context.add(Emulator.Emulator, yield* Emulator.make()),
          Context.add(Socket.WebSocketConstructor, (url: string) => new WebSocket(url)),
          Context.add(FlowControl.FlowControl, yield* FlowControl.make()),
          Context.add(RetryBudget.RetryBudget, yield* RetryBudget.make()),
          Context.add(RetryPolicy.RetryPolicy, policy)
        )
      })
    return [
      yield* services(RetryPolicy.none, "https://a.example"),
      yield* services(RetryPolicy.atMostOnce, "https://b.example")
    ] as const
  })
  const provider = () =>
    ConfigProvider.fromMap(
      new Map([
        ["GENESYS_CLOUD_REGION", "eu-west-1"],
        ["GENESYS_CLOUD_ACCESS_TOKEN", "t"]
      ])
    )

  for (const [name, { config, dependsOn, layer, tag }] of Object.entries(rows)) {
    it.scoped(`${name} is one for each set of what it depends on`, () =>
      Effect.gen(function* () {
        const memoMap = yield* Layer.makeMemoMap
        const scope = yield* Effect.scope
        const [one, other] = yield* two
        const [configOne, configOther] = [provider(), provider()]
        const build = (context: Context.Context<never>, config: ConfigProvider.ConfigProvider) =>
          // the table's layers are of many types; what they need is in the context
          // @effect-diagnostics-next-line unsafeEffectTypeAssertion:off
          (
            Layer.buildWithMemoMap(Layer.merge(layer, Layer.empty), memoMap, scope) as Effect.Effect<
              Context.Context<never>
            >
          ).pipe(
            Effect.provide(context),
            Effect.withConfigProvider(config),
            Effect.map((built): unknown => built.unsafeMap.get(tag.key))
          )
        const first = yield* build(one, configOne)
        expect(first).toBeDefined()
        expect(yield* build(one, configOne)).toBe(first)
        for (const { key } of dependsOn) {
          const changed = Context.unsafeMake<never>(new Map(one.unsafeMap).set(key, other.unsafeMap.get(key)))
          expect([key, (yield* build(changed, configOne)) === first]).toEqual([key, false])
        }
        expect((yield* build(one, configOther)) === first).toBe(config === undefined)
        if (dependsOn.length === 0 && config === undefined) expect(yield* build(other, configOther)).toBe(first)
      })
    )
  }
})
