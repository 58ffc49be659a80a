/**
 * Several orgs in one process: a `ChatsClient` for each tenant by its key, built when it is first
 * asked for and released when it has been idle. Token, rate limit, retry budget and region are each
 * tenant's own.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as LayerMap from "effect/LayerMap"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as ChatsClient from "../ChatsClient.js"
import type * as Credentials from "../credentials/Credentials.js"
import { contextOf } from "../internal/effect/graph.js"
import { byElapsedTime } from "../internal/elapsed.js"
import { lazySchema } from "../internal/lazySchema.js"
import * as Check from "../internal/options.js"
import { perInputs } from "../internal/perInputs.js"
import * as FlowControl from "../limits/FlowControl.js"
import * as RetryBudget from "../limits/RetryBudget.js"
import * as RetryPolicy from "../limits/RetryPolicy.js"
import * as Region from "../Region.js"

/**
 * There is no tenant with this key.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, Tenants } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsSettings().pipe(
 *   Tenants.withTenant("acme"),
 *   Effect.catchTag("UnknownTenant", ({ key }) => Effect.logWarning(`${key} has left us`))
 * )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class UnknownTenant extends lazySchema(() =>
  Schema.TaggedError<UnknownTenant>("effect-genesys-chats/UnknownTenant")("UnknownTenant", { key: Schema.String })
) {
  override get message(): string {
    return `There is no tenant ${JSON.stringify(this.key)}`
  }
}

/**
 * What is needed to call a tenant's org could not be looked up just now. Not kept: the next call
 * looks it up again.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Tenants } from "effect-genesys-chats"
 *
 * const readVault = Effect.fail(new Error("sealed"))
 * const secret = (key: string) =>
 *   Effect.mapError(readVault, ({ message }) => new Tenants.TenantUnavailable({ key, reason: message }))
 * ```
 * @since 0.1.0
 * @category errors
 */
export class TenantUnavailable extends lazySchema(() =>
  Schema.TaggedError<TenantUnavailable>("effect-genesys-chats/TenantUnavailable")("TenantUnavailable", {
    key: Schema.String,
    reason: Schema.String
  })
) {
  override get message(): string {
    return `Tenant ${JSON.stringify(this.key)} could not be looked up: ${this.reason}`
  }
}

/**
 * What a look-up can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type LookupError = UnknownTenant | TenantUnavailable

/**
 * A tenant: where its org is, how to log in to it, and its limits.
 *
 * @since 0.1.0
 * @category models
 */
export interface Tenant {
  /** By name, or your own hosts. A name from a database goes through `Region.Name` first. */
  readonly region: Region.Name | Context.Tag.Service<typeof Region.Region>
  readonly credentials: Layer.Layer<Credentials.Credentials, never, HttpClient.HttpClient | Region.Region>
  /** What metrics and spans call the org. Default: the key. */
  readonly org?: string | undefined
  /** The tenant's own flow control: never shared with another tenant. */
  readonly flowControl?: FlowControl.Options | undefined
  /** The tenant's own retry budget. */
  readonly retryBudget?: RetryBudget.Options | undefined
  /** Default: the policy in force where {@link layer} is built. */
  readonly retryPolicy?: RetryPolicy.Policy | undefined
  readonly client?: Omit<ChatsClient.Options, "org"> | undefined
}

/**
 * How tenants are found and kept.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<R = never> {
  /** Run once for all calls of a tenant that is not there yet. What it fails with is not kept. */
  readonly lookup: (key: string) => Effect.Effect<Tenant, LookupError, R>
  /**
   * How long after its last call a tenant's client is kept, with its token and what it has learned
   * of the rate limit: from 0 (not at all), or `Infinity`. Default 10 minutes.
   */
  readonly idleTimeToLive?: Duration.DurationInput | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The client of a tenant, for as long as it is in use. */
  readonly get: (key: string) => Layer.Layer<ChatsClient.ChatsClient, LookupError>
  /**
   * Looks the tenant up again at the next call, as after its secret was rotated. Calls that are under way finish
   * with the client that they began with.
   */
  readonly invalidate: (key: string) => Effect.Effect<void>
}

/**
 * The tenants of a process.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Tenants } from "effect-genesys-chats"
 *
 * const rotated = (key: string) => Effect.flatMap(Tenants.Tenants, (tenants) => tenants.invalidate(key))
 * ```
 * @since 0.1.0
 * @category tags
 */
export class Tenants extends Context.Tag("effect-genesys-chats/Tenants")<Tenants, Service>() {}

/** A tenant from its look-up to its release: what is looked up anew after a failure or by request is another. */
class Entry {
  /** How many clients there are: one that is being released may overlap with one that is asked for. */
  held = 0
  constructor(readonly key: string) {}
}

/**
 * Tenants over the `HttpClient` in the context, which all of them can share, because it knows nothing of tokens.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 * import { Chats, Credentials, Tenants } from "effect-genesys-chats"
 *
 * const program = Effect.gen(function* () {
 *   const tenants = yield* Tenants.make({
 *     lookup: (key) =>
 *       key === "acme"
 *         ? Effect.succeed<Tenants.Tenant>({
 *             region: "eu-central-1",
 *             credentials: Credentials.layerClientCredentials({ clientId: "…", clientSecret: Redacted.make("…") })
 *           })
 *         : new Tenants.UnknownTenant({ key })
 *   })
 *   return yield* Effect.provide(Chats.getChatsSettings(), tenants.get("acme"))
 * })
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = <R = never>(
  options: Options<R>
): Effect.Effect<Service, never, HttpClient.HttpClient | Scope.Scope | R> =>
  Effect.gen(function* () {
    const idleTimeToLive = Check.duration("Tenants.make: idleTimeToLive", options.idleTimeToLive ?? "10 minutes", {
      least: 0,
      infinite: true
    })
    // the first call of a tenant must not lend its own services to the calls that follow
    const context = yield* Effect.context<HttpClient.HttpClient | R>()
    const policy = yield* RetryPolicy.RetryPolicy
    const graph = yield* Effect.serviceOption(Layer.CurrentMemoMap)
    const memoMap = Option.isSome(graph) ? graph.value : yield* Layer.makeMemoMap
    const current = new Map<string, Entry>()
    const leave = (entry: Entry): void => {
      if (current.get(entry.key) === entry) current.delete(entry.key)
    }
    const held = (entry: Entry) =>
      Effect.acquireRelease(
        Effect.sync(() => entry.held++),
        () => Effect.sync(() => --entry.held > 0 || leave(entry))
      )
    const lookup = (entry: Entry) =>
      // a look-up that fails is to stay in no memo map
      Layer.fresh(
        Layer.scopedContext(
          Effect.gen(function* () {
            yield* held(entry)
            const tenant = yield* options.lookup(entry.key)
            return yield* Layer.buildWithMemoMap(clientOf(entry.key, tenant, policy), memoMap, yield* Effect.scope)
          }).pipe(Effect.mapInputContext((caller: Context.Context<Scope.Scope>) => within(context, caller)))
        )
      )
    const clients = yield* LayerMap.make(lookup, { idleTimeToLive })
    const entryOf = (key: string): Entry => {
      const entry = current.get(key) ?? new Entry(key)
      current.set(key, entry)
      return entry
    }
    const forget = (entry: Entry): Effect.Effect<void> =>
      Effect.suspend(() => {
        leave(entry)
        return clients.invalidate(entry)
      })
    return {
      get: (key) =>
        Layer.suspend(() => {
          const entry = entryOf(key)
          const client = idleByElapsedTime(contextOf(clients, entry))
          return Layer.tapErrorCause(Layer.scopedContext(client), () => forget(entry))
        }),
      invalidate: (key) =>
        Effect.suspend(() => {
          const entry = current.get(key)
          return entry === undefined ? Effect.void : forget(entry)
        })
    }
  })

/** All of one context, and the scope of the other. */
const within = <R>(context: Context.Context<R>, caller: Context.Context<Scope.Scope>) =>
  Context.add(context, Scope.Scope, Context.get(caller, Scope.Scope))
/** How long it is idle is measured from when its scope is closed. */
const idleByElapsedTime = <A, E>(self: Effect.Effect<A, E, Scope.Scope>): Effect.Effect<A, E, Scope.Scope> =>
  Effect.flatMap(
    Effect.acquireRelease(Scope.make(), (scope, exit) => byElapsedTime(Scope.close(scope, exit))),
    (scope) => Scope.extend(self, scope)
  )

const clientOf = (key: string, tenant: Tenant, policy: RetryPolicy.Policy) =>
  ChatsClient.layerWith({ ...tenant.client, org: tenant.org ?? key }).pipe(
    Layer.provide([
      tenant.credentials,
      FlowControl.layer(tenant.flowControl),
      RetryBudget.layer(tenant.retryBudget),
      RetryPolicy.layer(tenant.retryPolicy ?? policy)
    ]),
    Layer.provide(
      typeof tenant.region === "string" ? Region.layer(tenant.region) : Layer.orDie(Region.layerCustom(tenant.region))
    )
  )

/**
 * Tenants as a layer.
 *
 * @example
 * ```ts
 * import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import { Credentials, Tenants } from "effect-genesys-chats"
 *
 * const orgs = new Map([["acme", { region: "eu-central-1", clientId: "…", clientSecret: Redacted.make("…") } as const]])
 *
 * const Live = Tenants.layer({
 *   lookup: (key) => {
 *     const org = orgs.get(key)
 *     if (org === undefined) return new Tenants.UnknownTenant({ key })
 *     return Effect.succeed({ region: org.region, credentials: Credentials.layerClientCredentials(org) })
 *   },
 *   idleTimeToLive: "30 minutes"
 * }).pipe(Layer.provide(FetchHttpClient.layer))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer = <R = never>(options: Options<R>): Layer.Layer<Tenants, never, HttpClient.HttpClient | R> =>
  // what the look-up needs is for it to say
  perInputs(Layer.scoped(Tenants, make(options)), { services: "all", provides: [Tenants] })

/**
 * The client of a tenant as a layer, for what is not a single effect: a stream, or your own layer.
 *
 * @example
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Conversation, RoomJid, Tenants } from "effect-genesys-chats"
 *
 * const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
 * const messages = Conversation.history(room).pipe(Stream.provideSomeLayer(Tenants.get("acme")))
 * ```
 * @since 0.1.0
 * @category accessors
 */
export const get = (key: string): Layer.Layer<ChatsClient.ChatsClient, LookupError, Tenants> =>
  Layer.unwrapEffect(Effect.map(Tenants, (tenants) => tenants.get(key)))

/**
 * Looks a tenant up again at its next call, as after its secret was rotated. Calls that are under way finish with
 * the client that they began with.
 *
 * @example
 * ```ts
 * import { Tenants } from "effect-genesys-chats"
 *
 * const program = Tenants.invalidate("acme")
 * ```
 * @since 0.1.0
 * @category accessors
 */
export const invalidate = (key: string): Effect.Effect<void, never, Tenants> =>
  Effect.flatMap(Tenants, (tenants) => tenants.invalidate(key))

/**
 * Runs an effect, and all calls in it, in a tenant's org.
 *
 * @example
 * ```ts
 * import { Chats, Tenants } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsSettings().pipe(Tenants.withTenant("acme"))
 * ```
 * @since 0.1.0
 * @category combinators
 */
export const withTenant: {
  /** Runs an effect, and all calls in it, in a tenant's org. */
  (
    key: string
  ): <A, E, R>(
    self: Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | LookupError, Exclude<R, ChatsClient.ChatsClient> | Tenants>
  /** Runs an effect, and all calls in it, in a tenant's org. */
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    key: string
  ): Effect.Effect<A, E | LookupError, Exclude<R, ChatsClient.ChatsClient> | Tenants>
} = dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, key: string) => Effect.provide(self, get(key)))
