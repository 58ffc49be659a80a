/**
 * What an endpoint is: one declaration that gives type and behaviour. The client,
 * the stub, the emulator, the tests and the docs all read it; nobody lists the
 * endpoints again by hand.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Contravariant, Covariant, Simplify } from "effect/Types"
import * as ChatsError from "./ChatsError.js"
import { typed } from "./internal/effect/schema.js"
import { WholeBodyId } from "./internal/wholeBody.js"
import type { Status as ClientStatus } from "./standing.js"

/**
 * What marks a value as an endpoint.
 *
 * @since 0.1.0
 * @category type ids
 */
export const TypeId: unique symbol = Symbol.for("effect-genesys-chats/Endpoint")
/**
 * @since 0.1.0
 * @category type ids
 */
export type TypeId = typeof TypeId

/**
 * @since 0.1.0
 * @category models
 */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

/**
 * The names in the braces of a path template.
 *
 * @since 0.1.0
 * @category type level
 */
export type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameters<Rest>
  : never

/**
 * What can go wrong in any call that is sent, whatever its statuses.
 *
 * @since 0.1.0
 * @category models
 */
export type CallError = ChatsError.UnexpectedStatus | ChatsError.TransportError | ChatsError.CredentialsError

/**
 * What an endpoint says of itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface Description<out Operation extends string = string> {
  readonly operation: Operation
  readonly method: Method
  /** The template, as `/api/v2/chats/rooms/{roomJid}`. */
  readonly path: string
  readonly pathParameters: Schema.Struct.Fields
  readonly query: Schema.Struct.Fields
  readonly body: (Schema.Schema.AnyNoContext & { readonly fields: Schema.Struct.Fields }) | undefined
  /** `undefined` where the service answers 204 without a body. */
  readonly success: Schema.Schema.AnyNoContext | undefined
  readonly statuses: ReadonlyArray<ChatsError.Status>
  /** Doing it twice has the same effect as doing it once, so it may be replayed when no reply came. */
  readonly idempotent: boolean
  /** The caller needs any one of these; an empty list means that none is needed. */
  readonly permissions: ReadonlyArray<string>
}

/**
 * A description that is also callable: a program that runs through the `ChatsClient`. Input is one flat object of
 * path, query and body fields. An endpoint without fields takes none and ignores what it is given, so that it can
 * stand in a pipe: `Effect.flatMap(Chats.getChatsSettings)`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Endpoint<out Operation extends string, in Input, out A, out E> extends Description<Operation> {
  readonly [TypeId]: {
    readonly _Input: Contravariant<Input>
    readonly _A: Covariant<A>
    readonly _E: Covariant<E>
  }
  (...input: InputArguments<Input>): Effect.Effect<A, E, ChatsClient>
}

/**
 * An endpoint as the API declares one, as a type that editors show in full. It can fail with `InvalidRequest` if it
 * takes input, and with `DecodeError` if it gives a value.
 *
 * @since 0.1.0
 * @category models
 */
export type Of<Operation extends string, Input, A = void> = Endpoint<
  Operation,
  Input,
  A,
  Failure<ChatsError.Status, keyof Input, A>
>

/**
 * What a call can fail with, by the statuses that are errors of their own, the fields of the input, and the value.
 *
 * @since 0.1.0
 * @category type level
 */
export type Failure<Status extends ChatsError.Status, Fields, A> = [Fields] extends [never]
  ? [A] extends [void]
    ? Sent<Status>
    : Sent<Status> | ChatsError.DecodeError
  : [A] extends [void]
    ? Sent<Status> | ChatsError.InvalidRequest
    : Sent<Status> | ChatsError.InvalidRequest | ChatsError.DecodeError

/** A conditional type, so that an editor shows the parts of the union and not this name. */
type Sent<Status extends ChatsError.Status> = [ChatsError.Status] extends [Status]
  ? ChatsError.StatusError | ChatsError.TransportError | ChatsError.CredentialsError
  : ChatsError.ByStatus<Status> | ChatsError.UnexpectedStatus | ChatsError.TransportError | ChatsError.CredentialsError

/**
 * @since 0.1.0
 * @category type level
 */
export type InputArguments<Input> = keyof Input extends never ? [] : [input: Input]

/**
 * @since 0.1.0
 * @category type level
 */
export declare namespace Endpoint {
  /** Any endpoint. */
  export type Any = Endpoint<string, never, unknown, unknown>
  /** The input of an endpoint. */
  export type Input<T> = T extends Endpoint<string, infer Input, infer _A, infer _E> ? Input : never
  /** The value of an endpoint. */
  export type Success<T> = T extends Endpoint<string, infer _Input, infer A, infer _E> ? A : never
  /** The errors of an endpoint. */
  export type Error<T> = T extends Endpoint<string, infer _Input, infer _A, infer E> ? E : never
}

/**
 * What runs endpoints.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Runs an endpoint with its input; value and errors are the endpoint's own. */
  readonly execute: <Input, A, E>(endpoint: Endpoint<string, Input, A, E>, input: Input) => Effect.Effect<A, E>
  /** The region that it calls, by name, or the host of its API; a stub has none. */
  readonly region?: string | undefined
  /** Its state: what `ChatsClient.status` gives. A stub has none. */
  readonly status?: Effect.Effect<ClientStatus> | undefined
}

/**
 * What every endpoint runs through: the live client, a stub or an emulator.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, ChatsClient } from "effect-genesys-chats"
 *
 * const program = Effect.flatMap(ChatsClient.ChatsClient, (client) => client.execute(Chats.getChatsSettings, {}))
 * ```
 * @since 0.1.0
 * @category tags
 */
export class ChatsClient extends Context.Tag("effect-genesys-chats/ChatsClient")<ChatsClient, Service>() {}

const allStatuses: ReadonlyArray<ChatsError.Status> = [400, 401, 403, 404, 408, 409, 413, 415, 429, 500, 503, 504]

/**
 * Declares an endpoint: any endpoint of the platform, of chat or not. It is called, retried, limited
 * and traced as those of `Chats` are, and `ChatsStub.on` answers it in tests. What it takes:
 *
 * - `pathParameters`: a schema for each name in braces of `path`. Values are percent-encoded, and one
 *   that would lead to another path is refused with `InvalidRequest`.
 * - `query` and `body`: fields, as those of a struct; in a call they stand beside the path's. An array in `query`
 *   is sent as one list, joined by commas. {@link wholeBody} is for a body that is not an object.
 * - `success`: what a reply decodes to; without it the reply's body is not read.
 * - `statuses`: those that become errors of their own; the twelve that every endpoint of the API declares by
 *   default. 429 is always one of them: flow control refuses with it before the service does. Any other is an
 *   `UnexpectedStatus`.
 * - `idempotent`: whether it is sent again after a lost reply. Default: true unless it is a POST.
 * - `permissions`: the caller needs any one of them; the client does not check.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 * import { Endpoint, UserId } from "effect-genesys-chats"
 *
 * // five lines for any endpoint that is missing
 * const getUserQueues = Endpoint.make("getUserQueues", {
 *   method: "GET", path: "/api/v2/users/{userId}/queues", pathParameters: { userId: UserId },
 *   query: { joined: Schema.optional(Schema.Literal("true", "false")) }, permissions: ["routing:queue:view"],
 *   success: Schema.Struct({ entities: Schema.Array(Schema.Struct({ id: Schema.String, name: Schema.String })) })
 * })
 *
 * const names = Effect.map(getUserQueues({ userId: UserId.make("7f0e"), joined: "true" }), ({ entities }) =>
 *   entities.map(({ name }) => name)
 * )
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = <
  const Operation extends string,
  const Path extends string,
  PathFields extends { readonly [K in PathParameters<Path>]: Schema.Schema.AnyNoContext },
  QueryFields extends Schema.Struct.Fields = {},
  BodyFields extends Schema.Struct.Fields = {},
  A = void,
  I = never,
  Status extends ChatsError.Status = ChatsError.Status
>(
  operation: Operation,
  options: {
    readonly method: Method
    readonly path: Path
    readonly pathParameters: PathFields
    readonly query?: QueryFields | undefined
    readonly body?: (Schema.Struct<BodyFields> & Schema.Schema.AnyNoContext) | undefined
    readonly success?: Schema.Schema<A, I> | undefined
    readonly statuses?: ReadonlyArray<Status> | undefined
    readonly idempotent?: boolean | undefined
    readonly permissions: ReadonlyArray<string>
  }
): Endpoint<
  Operation,
  Simplify<
    Schema.Struct.Type<{ readonly [K in PathParameters<Path>]: PathFields[K] }> &
      Schema.Struct.Type<QueryFields> &
      Schema.Struct.Type<BodyFields>
  >,
  A,
  Failure<Status | 429, PathParameters<Path> | keyof QueryFields | keyof BodyFields, [I] extends [never] ? void : I>
> =>
  fromDescription({
    operation,
    method: options.method,
    path: options.path,
    pathParameters: options.pathParameters,
    query: options.query ?? {},
    body: options.body,
    success: options.success,
    statuses: options.statuses === undefined ? allStatuses : [...new Set([...options.statuses, 429 as const])],
    idempotent: options.idempotent ?? options.method !== "POST",
    permissions: options.permissions
  })

/**
 * A body that is a single value, such as an array, and not an object of fields. In a call the value stands under
 * `name`; what is sent is the value alone.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Endpoint } from "effect-genesys-chats"
 *
 * const postSubscriptions = Endpoint.make("postSubscriptions", {
 *   method: "POST",
 *   path: "/api/v2/notifications/channels/{channelId}/subscriptions",
 *   pathParameters: { channelId: Schema.String },
 *   body: Endpoint.wholeBody("topics", Schema.Array(Schema.Struct({ id: Schema.String }))),
 *   permissions: []
 * })
 *
 * // sends [{"id":"v2.users.7f0e.presence"}]
 * const program = postSubscriptions({ channelId: "streaming-1", topics: [{ id: "v2.users.7f0e.presence" }] })
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const wholeBody = <const Name extends string, S extends Schema.Schema.AnyNoContext>(
  name: Name,
  schema: S
): Schema.Struct<{ readonly [K in Name]: S }> =>
  Schema.Struct({ [name]: schema } as { readonly [K in Name]: S }).annotations({ [WholeBodyId]: name })

/**
 * Whether a value is an endpoint.
 *
 * @example
 * ```ts
 * import { Chats, Endpoint } from "effect-genesys-chats"
 *
 * const paths = Object.values(Chats).filter(Endpoint.isEndpoint).map((endpoint) => endpoint.path)
 * ```
 * @since 0.1.0
 * @category guards
 */
export const isEndpoint = (u: unknown): u is Endpoint.Any => typeof u === "function" && TypeId in u

/**
 * The schema of an endpoint's value: `Schema.Void` where the service answers without a body. With it a value can be
 * stored as JSON and read in another process.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Chats, Endpoint } from "effect-genesys-chats"
 *
 * const Stored = Schema.parseJson(Endpoint.successSchema(Chats.getChatsRoom))
 * ```
 * @since 0.1.0
 * @category schemas
 */
export const successSchema = <A>(endpoint: Endpoint<string, never, A, unknown>): Schema.Schema<A, unknown> =>
  // the variance of an endpoint ties its value to the schema it was declared with
  typed<A, unknown>((endpoint.success ?? Schema.Void).ast)

/**
 * The schema of an endpoint's errors: those that its type names, and no others.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Chats, Endpoint } from "effect-genesys-chats"
 *
 * const Outcome = Schema.Exit({
 *   success: Endpoint.successSchema(Chats.getChatsRoom),
 *   failure: Endpoint.errorSchema(Chats.getChatsRoom),
 *   defect: Schema.Defect
 * })
 * ```
 * @since 0.1.0
 * @category schemas
 */
export const errorSchema = <E>(endpoint: Endpoint<string, never, unknown, E>): Schema.Schema<E, unknown> => {
  const known = errorSchemas.get(endpoint)
  const { ast } =
    known ??
    Schema.Union(
      ...endpoint.statuses.map((status) => ChatsError.byStatus[status]),
      ChatsError.UnexpectedStatus,
      ChatsError.TransportError,
      ChatsError.CredentialsError,
      ...(hasFields(endpoint) ? [ChatsError.InvalidRequest] : []),
      ...(endpoint.success === undefined ? [] : [ChatsError.DecodeError])
    )
  const schema = typed<E, unknown>(ast)
  // encoders are compiled once for a schema
  if (known === undefined) errorSchemas.set(endpoint, schema)
  return schema
}

const errorSchemas = /*#__PURE__*/ new WeakMap<Description, Schema.Schema.AnyNoContext>()

const variance = {
  _Input: (_: unknown) => {},
  _A: (_: never) => _,
  _E: (_: never) => _
}

const fromDescription = <Operation extends string, Input, A, E>(
  description: Description<Operation>
): Endpoint<Operation, Input, A, E> => {
  let takesInput: boolean | undefined
  const call = (...input: InputArguments<Input>): Effect.Effect<A, E, ChatsClient> =>
    Effect.flatMap(ChatsClient, (client) => {
      takesInput ??= hasFields(description)
      // without fields the empty object is the whole input, whatever a pipe or a callback passes on
      // live: `ChatsClient.make`, then `client/runCall.ts`
      return client.execute(self, (takesInput && input.length > 0 ? input[0] : {}) as Input)
    })
  const self: Endpoint<Operation, Input, A, E> = Object.assign(call, description, { [TypeId]: variance } as const)
  return Object.defineProperty(self, "name", { value: description.operation })
}

/** Whether there is anything to say in a call. Asks the schemas, which are put together when they are asked. */
const hasFields = ({ body, pathParameters, query }: Description): boolean =>
  [pathParameters, query, body?.fields ?? {}].some((fields) => Object.keys(fields).length > 0)
