/**
 * A `ChatsClient` made of handlers: each endpoint answers what the test says, typed
 * by the endpoint itself, and every call is recorded.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type * as Chats from "../../Chats.js"
import type { ChatsError } from "../../ChatsError.js"
import { ChatsClient, type Endpoint } from "../../declaration.js"
import { perInputs } from "../../internal/perInputs.js"
import type { Recording } from "../recorder/recording.js"
import { replayed } from "./replayed.js"
import * as Internal from "./stub.js"

/**
 * The name of an endpoint of `Chats`.
 *
 * @since 0.1.0
 * @category models
 */
export type Operation = keyof typeof Chats

/**
 * What an endpoint answers: given the call's input, an Effect of the endpoint's own
 * value or errors (`Effect.void` for one that answers 204). Errors are Effects
 * themselves, so `() => new ChatsError.NotFound()` is a handler.
 *
 * `index` counts the calls that this handler has answered before, from 0.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ChatsError, RoomJid } from "effect-genesys-chats"
 * import type { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const getChatsRoom: ChatsStub.Handler<"getChatsRoom"> = ({ roomJid }) =>
 *   roomJid === RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *     ? Effect.succeed({ jid: roomJid, subject: "Incident 4711" })
 *     : new ChatsError.NotFound()
 * ```
 * @since 0.1.0
 * @category models
 */
export type Handler<K extends Operation, R = never> = (
  input: Endpoint.Input<(typeof Chats)[K]>,
  call: { readonly index: number }
) => Effect.Effect<Endpoint.Success<(typeof Chats)[K]>, Endpoint.Error<(typeof Chats)[K]>, R>

/**
 * Handlers of some endpoints, by the endpoints' names. `R` is what they need.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const quiet: ChatsStub.Handlers = {
 *   getChatsSettings: () => Effect.succeed({ reactionsEnabled: false })
 * }
 * const Quiet = ChatsStub.layer({ ...quiet, getChatsUser: () => Effect.succeed({ pinnedMessages: [] }) })
 * ```
 * @since 0.1.0
 * @category models
 */
export type Handlers<R = never> = { readonly [K in Operation]?: Handler<K, R> | undefined }

/**
 * A call that was made: to which endpoint, with what, and how it ended; `exit` is
 * `undefined` while the call runs. A call whose input does not encode is recorded
 * too, and ends in `InvalidRequest`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Recorded<out Name extends string, out Input, out A, out E> {
  readonly operation: Name
  readonly input: Input
  readonly exit: Exit.Exit<A, E> | undefined
}

/**
 * A recorded call to one endpoint, given by its name or its type; to any of `Chats`,
 * told apart by `operation`, where none is given.
 *
 * @example
 * ```ts
 * import type { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const text = (call: ChatsStub.Call): string | undefined =>
 *   call.operation === "postChatsRoomMessages" ? call.input.message : undefined
 * ```
 * @since 0.1.0
 * @category models
 */
export type Call<T extends Operation | Endpoint.Any = Operation> = T extends Operation
  ? RecordedOf<(typeof Chats)[T]>
  : RecordedOf<T>

type RecordedOf<T> = T extends Endpoint<infer Name, infer Input, infer A, infer E> ? Recorded<Name, Input, A, E> : never

/**
 * The services that handlers need.
 *
 * @since 0.1.0
 * @category type level
 */
export type Requirements<H> = [Returned<H[keyof H]>] extends [never]
  ? never
  : [Returned<H[keyof H]>] extends [Effect.Effect<infer _A, infer _E, infer R>]
    ? R
    : never

type Returned<F> = F extends (...input: never) => infer Result ? Result : never

/**
 * What {@link Handlers} alone does not refuse: a name that is no endpoint's, and in
 * an answer a field that the endpoint's value does not have.
 *
 * @since 0.1.0
 * @category type level
 */
export type Checked<H> = {
  readonly [K in keyof H]: K extends Operation
    ? Refusal<UnknownFields<Answer<H[K]>, Answer<Handler<K>>>>
    : `${K & string} is no endpoint`
}

// a type of its own: spelled out in the template, TypeScript 5.5 looks for its bounds without end
type Refusal<Field> = [Field] extends [never] ? unknown : `${Field & string} is no field of the answer`

type Answer<F> = Returned<F> extends Effect.Effect<infer A, infer _E, infer _R> ? A : never

type UnknownFields<Given, Expected> = Given extends string | number | boolean | null | undefined | DateTime.DateTime
  ? never
  : Given extends ReadonlyArray<infer Item>
    ? UnknownFields<Item, Expected extends ReadonlyArray<infer ExpectedItem> ? ExpectedItem : never>
    : {
        [K in keyof Given & string]: K extends keyof NonNullable<Expected>
          ? UnknownFields<Given[K], NonNullable<NonNullable<Expected>[K]>>
          : K
      }[keyof Given & string]

/**
 * What an endpoint that is not of `Chats` answers: as {@link Handler}, with the endpoint's own
 * input, value and errors.
 *
 * @since 0.1.0
 * @category models
 */
export type HandlerOf<T, R = never> = (
  input: Endpoint.Input<T>,
  call: { readonly index: number }
) => Effect.Effect<Endpoint.Success<T>, Endpoint.Error<T>, R>

/**
 * The handler of one endpoint, as {@link on} makes it. `R` is what it needs.
 *
 * @since 0.1.0
 * @category models
 */
export interface Stubbed<out R = never> {
  readonly operation: string
  readonly handler: (input: never, call: { readonly index: number }) => Effect.Effect<unknown, ChatsError, R>
}

/**
 * The services that handlers made by {@link on} need.
 *
 * @since 0.1.0
 * @category type level
 */
export type StubbedRequirements<O extends ReadonlyArray<Stubbed<unknown>>> = {
  readonly [K in keyof O]: O[K] extends Stubbed<infer R> ? R : never
}[number]

/**
 * The handler of an endpoint that is not of `Chats`: one of `DirectoryApi`, or one that is
 * declared with `Endpoint.make`. The endpoint types it, as the names of `Chats` type theirs.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 * import { DirectoryApi, Endpoint, UserId } from "effect-genesys-chats"
 * import { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const getPresence = Endpoint.make("getPresence", {
 *   method: "GET",
 *   path: "/api/v2/users/{userId}/presences/purecloud",
 *   pathParameters: { userId: UserId },
 *   success: Schema.Struct({ message: Schema.String }),
 *   permissions: []
 * })
 *
 * const Test = ChatsStub.layer(
 *   { getChatsSettings: () => Effect.succeed({ reactionsEnabled: false }) },
 *   ChatsStub.on(getPresence, ({ userId }) => Effect.succeed({ message: `${userId} is out` })),
 *   ChatsStub.on(DirectoryApi.getUsersMe, () => Effect.succeed({ name: "Alice" }))
 * )
 * ```
 * @since 0.1.0
 * @category handlers
 */
export const on = <T extends Endpoint.Any, F extends HandlerOf<T, unknown>>(
  endpoint: T,
  handler: F & Refusal<UnknownFields<Answer<F>, Endpoint.Success<T>>>
): Stubbed<Requirements<{ readonly handler: F }>> => ({
  operation: endpoint.operation,
  // `Requirements` read it from the handler
  handler: handler as F as Stubbed<Requirements<{ readonly handler: F }>>["handler"]
})

/**
 * The stub that stands behind the client: its calls, and its handlers. The module's
 * functions of the same names reach it through {@link ChatsStub}.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly calls: Effect.Effect<ReadonlyArray<Call>>
  readonly callsTo: <T extends Operation | Endpoint.Any>(endpoint: T) => Effect.Effect<ReadonlyArray<Call<T>>>
  readonly set: <H extends Handlers<unknown>, O extends ReadonlyArray<Stubbed<unknown>> = []>(
    handlers: H & Checked<H>,
    ...others: O
  ) => Effect.Effect<void, never, Requirements<H> | StubbedRequirements<O>>
  readonly reset: Effect.Effect<void>
  /** `undefined` where the stub is not {@link layerArbitrary}'s. */
  readonly seed: number | undefined
}

/**
 * The tag of the stub that stands behind the client.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const howMany = Effect.gen(function* () {
 *   const stub = yield* ChatsStub.ChatsStub
 *   const calls = yield* stub.calls
 *   return calls.length
 * })
 * ```
 * @since 0.1.0
 * @category tags
 */
export class ChatsStub extends Context.Tag("effect-genesys-chats/testing/ChatsStub")<ChatsStub, Service>() {}

/**
 * A client whose endpoints answer as their handlers say, and which records every
 * call. It does what the live client does around the service: input that does not
 * encode fails with `InvalidRequest` and reaches no handler, errors carry
 * `operation`, `method` and `path`, and a call runs in the span `chats.<operation>`.
 * It does not retry: a handler answers for the whole call.
 *
 * An endpoint without a handler dies with a message that shows how to stub it. So
 * does a value that its schema does not allow, where the types did not see it.
 *
 * Each layer that is built starts afresh and shares nothing with others. Services
 * that handlers need become the layer's. Endpoints that are not of `Chats` are stubbed by
 * {@link on}, after the handlers by name.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, ChatsError, RoomJid } from "effect-genesys-chats"
 * import { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const test = Effect.gen(function* () {
 *   const { jid } = yield* Chats.postChatsRooms({ subject: "Incident 4711" })
 *   yield* Chats.postChatsRoomMessages({ roomJid: jid, message: "We are on it" }).pipe(
 *     Effect.catchTag("Forbidden", () => Effect.void)
 *   )
 *   return yield* ChatsStub.callsTo("postChatsRoomMessages")
 * }).pipe(
 *   Effect.provide(ChatsStub.layer({
 *     postChatsRooms: () => Effect.succeed({ jid: RoomJid.make("adhoc-1@conference.acme.orgspan.com") }),
 *     postChatsRoomMessages: () => new ChatsError.Forbidden()
 *   }))
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer = <H extends Handlers<unknown>, O extends ReadonlyArray<Stubbed<unknown>> = []>(
  handlers: H & Checked<H>,
  ...others: O
): Layer.Layer<ChatsClient | ChatsStub, never, Requirements<H> | StubbedRequirements<O>> =>
  make<H, O>(handlers, others, () => Internal.unanswered)

/**
 * As {@link layer}, for all endpoints at once: what `overrides` does not answer
 * succeeds with a value generated from the endpoint's schema (204 with nothing).
 *
 * The nth answer of an endpoint depends on `seed` (any number) and n alone: the same
 * seed gives the same answers, whatever other fibers call meanwhile.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, ChatsError, RoomJid } from "effect-genesys-chats"
 * import { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const roomJid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
 *
 * const test = Chats.getChatsRoomMessages({ roomJid, limit: 50 }).pipe(
 *   Effect.provide(ChatsStub.layerArbitrary({
 *     seed: 42,
 *     overrides: { getChatsRoom: () => new ChatsError.NotFound() }
 *   }))
 * )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerArbitrary = <
  H extends Handlers<unknown> = Handlers,
  O extends ReadonlyArray<Stubbed<unknown>> = []
>(options: {
  readonly seed: number
  readonly overrides?: (H & Checked<H>) | undefined
  /** Endpoints that are not of `Chats`, by {@link on}. */
  readonly others?: O | undefined
}): Layer.Layer<ChatsClient | ChatsStub, never, Requirements<H> | StubbedRequirements<O>> =>
  make<H, O>(options.overrides, options.others, () => Internal.arbitrary(options.seed), options.seed)

/**
 * As {@link layer}, for all endpoints at once: what `overrides` does not answer is answered as `Recorder`
 * recorded it. Each call takes the first exchange with its request that was not used yet, and once all were,
 * the last; what a client asks again after, as a 503, is passed over where the same request comes again. A
 * request that was not recorded dies with a message that says which one is nearest, and what differs.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Either from "effect/Either"
 * import { Chats } from "effect-genesys-chats"
 * import { ChatsStub, Recorder } from "effect-genesys-chats/testing"
 *
 * const test = (text: string) =>
 *   Chats.getChatsSettings().pipe(
 *     Effect.provide(ChatsStub.layerReplay({ recording: Either.getOrThrow(Recorder.parse(text)) }))
 *   )
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerReplay = <
  H extends Handlers<unknown> = Handlers,
  O extends ReadonlyArray<Stubbed<unknown>> = []
>(options: {
  readonly recording: Recording
  readonly overrides?: (H & Checked<H>) | undefined
  /** Endpoints that are not of `Chats`, by {@link on}. */
  readonly others?: O | undefined
}): Layer.Layer<ChatsClient | ChatsStub, never, Requirements<H> | StubbedRequirements<O>> =>
  make<H, O>(options.overrides, options.others, () => replayed(options.recording))

/**
 * Every call so far, in the order in which they began. `operation` tells them apart.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const order = Effect.map(ChatsStub.calls, (calls) => calls.map((call) => call.operation))
 * ```
 * @since 0.1.0
 * @category calls
 */
export const calls: Effect.Effect<ReadonlyArray<Call>, never, ChatsStub> = Effect.flatMap(
  ChatsStub,
  (stub) => stub.calls
)

/**
 * The calls to one endpoint in the order in which they began, with its own input,
 * value and errors. The endpoint is given by its name or as itself.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats } from "effect-genesys-chats"
 * import { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const posted = Effect.gen(function* () {
 *   const calls = yield* ChatsStub.callsTo("postChatsRoomMessages")
 *   const same = yield* ChatsStub.callsTo(Chats.postChatsRoomMessages)
 *   return [...calls, ...same].map((call) => call.input.message)
 * })
 * ```
 * @since 0.1.0
 * @category calls
 */
export const callsTo = <T extends Operation | Endpoint.Any>(
  endpoint: T
): Effect.Effect<ReadonlyArray<Call<T>>, never, ChatsStub> =>
  Effect.flatMap(ChatsStub, (stub) => stub.callsTo(endpoint))

/**
 * Sets handlers from here on, in place of those of the same endpoints; the others
 * stay. Services that they need are those of where they are set.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ChatsError } from "effect-genesys-chats"
 * import { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const closeRooms = ChatsStub.set({ getChatsRoom: () => new ChatsError.NotFound() })
 * ```
 * @since 0.1.0
 * @category handlers
 */
export const set = <H extends Handlers<unknown>, O extends ReadonlyArray<Stubbed<unknown>> = []>(
  handlers: H & Checked<H>,
  ...others: O
): Effect.Effect<void, never, ChatsStub | Requirements<H> | StubbedRequirements<O>> =>
  Effect.flatMap(ChatsStub, (stub) => stub.set<H, O>(handlers, ...others))

/**
 * Resets the stub to what it was when it was built: no calls, its first handlers, sequences and generated answers
 * from their beginning. For tests that share a layer.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const fresh = <A, E, R>(test: Effect.Effect<A, E, R>) => Effect.zipRight(ChatsStub.reset, test)
 * ```
 * @since 0.1.0
 * @category handlers
 */
export const reset: Effect.Effect<void, never, ChatsStub> = Effect.flatMap(ChatsStub, (stub) => stub.reset)

/**
 * The seed of {@link layerArbitrary}; `undefined` where the stub is {@link layer}'s.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const sayOnFailure = Effect.tapErrorCause(() =>
 *   Effect.flatMap(ChatsStub.seed, (seed) => Effect.logError(`the seed was ${seed}`))
 * )
 * ```
 * @since 0.1.0
 * @category calls
 */
export const seed: Effect.Effect<number | undefined, never, ChatsStub> = Effect.map(ChatsStub, (stub) => stub.seed)

/**
 * A handler that gives one answer after the other, and the last one from there on.
 * It holds no state: each layer, {@link set} and {@link reset} starts it over.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ChatsError, MessageId } from "effect-genesys-chats"
 * import { ChatsStub } from "effect-genesys-chats/testing"
 *
 * const Flaky = ChatsStub.layer({
 *   postChatsRoomMessages: ChatsStub.sequence([
 *     new ChatsError.GatewayTimeout(),
 *     Effect.succeed({ id: MessageId.make("5d0f") })
 *   ])
 * })
 * ```
 * @since 0.1.0
 * @category handlers
 */
export const sequence =
  <Answers extends Arr.NonEmptyReadonlyArray<Effect.Effect<unknown, unknown, unknown>>>(
    answers: Answers
  ): ((input: unknown, call: { readonly index: number }) => Answers[number]) =>
  (_, { index }) =>
    answers[index] ?? Arr.lastNonEmpty(answers)

const make = <H extends Handlers<unknown>, O extends ReadonlyArray<Stubbed<unknown>>>(
  handlers: H | undefined,
  others: O | undefined,
  otherwise: () => Internal.Answer,
  seed?: number
): Layer.Layer<ChatsClient | ChatsStub, never, Requirements<H> | StubbedRequirements<O>> =>
  perInputs(
    Layer.effectContext(
      Effect.map(Effect.context<Requirements<H> | StubbedRequirements<O>>(), (context) => {
        const stub = Internal.make(byName(handlers ?? {}, others ?? []), context, otherwise)
        return Context.make(ChatsClient, {
          // handlers have the types of their endpoints
          execute: <Input, A, E>(endpoint: Endpoint<string, Input, A, E>, input: Input) =>
            // @effect-diagnostics-next-line unsafeEffectTypeAssertion:off
            stub.execute(endpoint, input) as Effect.Effect<A, E>
        }).pipe(Context.add(ChatsStub, service(stub, seed)))
      })
    ),
    { services: "all", provides: [ChatsClient, ChatsStub] }
  )

const service = (stub: Internal.Stub, seed: number | undefined): Service => ({
  // calls come in through `execute`, which has the types of their endpoints
  calls: Effect.sync(() => stub.calls() as ReadonlyArray<Call>),
  callsTo: <T extends Operation | Endpoint.Any>(endpoint: T) =>
    Effect.sync(() => stub.callsTo(operationOf(endpoint)) as ReadonlyArray<Call<T>>),
  // the whole context, of which the type of `set` says what must be in it
  set: (handlers, ...others) =>
    Effect.map(Effect.context<never>(), (context) => stub.set(byName(handlers, others), context)),
  reset: Effect.sync(() => stub.reset()),
  seed
})

const byName = <H extends Handlers<unknown>>(
  handlers: H,
  others: ReadonlyArray<Stubbed<unknown>>
): Internal.AnyHandlers => ({
  ...handlers,
  ...Object.fromEntries(others.map(({ handler, operation }) => [operation, handler]))
})

const operationOf = (endpoint: Operation | Endpoint.Any): string =>
  typeof endpoint === "string" ? endpoint : endpoint.operation
