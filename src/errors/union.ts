import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"
import { CredentialsError } from "./credentials.js"
import { TypeId } from "./ErrorClass.js"
import { GatewayTimeout, InternalServerError, ServiceUnavailable, UnexpectedStatus } from "./failed.js"
import {
  BadRequest,
  Conflict,
  ContentTooLarge,
  Forbidden,
  NotFound,
  RequestTimeout,
  TooManyRequests,
  Unauthorized,
  UnsupportedMediaType
} from "./refused.js"
import { TransportError } from "./transport.js"
import { DecodeError, InvalidRequest } from "./undecodable.js"

/**
 * The error of each status.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorByStatus {
  readonly 400: BadRequest
  readonly 401: Unauthorized
  readonly 403: Forbidden
  readonly 404: NotFound
  readonly 408: RequestTimeout
  readonly 409: Conflict
  readonly 413: ContentTooLarge
  readonly 415: UnsupportedMediaType
  readonly 429: TooManyRequests
  readonly 500: InternalServerError
  readonly 503: ServiceUnavailable
  readonly 504: GatewayTimeout
}

/**
 * The statuses that have a class of their own.
 *
 * @since 0.1.0
 * @category models
 */
export type Status = keyof ErrorByStatus

/**
 * The error class of each status.
 *
 * @example
 * ```ts
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const error = new ChatsError.byStatus[404]({ message: "no such room" })
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const byStatus: {
  readonly 400: typeof BadRequest
  readonly 401: typeof Unauthorized
  readonly 403: typeof Forbidden
  readonly 404: typeof NotFound
  readonly 408: typeof RequestTimeout
  readonly 409: typeof Conflict
  readonly 413: typeof ContentTooLarge
  readonly 415: typeof UnsupportedMediaType
  readonly 429: typeof TooManyRequests
  readonly 500: typeof InternalServerError
  readonly 503: typeof ServiceUnavailable
  readonly 504: typeof GatewayTimeout
} = {
  400: BadRequest,
  401: Unauthorized,
  403: Forbidden,
  404: NotFound,
  408: RequestTimeout,
  409: Conflict,
  413: ContentTooLarge,
  415: UnsupportedMediaType,
  429: TooManyRequests,
  500: InternalServerError,
  503: ServiceUnavailable,
  504: GatewayTimeout
}

/**
 * The errors of some statuses, as a union.
 *
 * @since 0.1.0
 * @category models
 */
export type ByStatus<S extends Status> = ErrorByStatus[S]

/**
 * An error made from the status of a reply.
 *
 * @since 0.1.0
 * @category models
 */
export type StatusError = ByStatus<Status> | UnexpectedStatus

/**
 * Every error of a call.
 *
 * @since 0.1.0
 * @category models
 */
export type ChatsError = StatusError | InvalidRequest | TransportError | DecodeError | CredentialsError

/**
 * Every error of a call as one schema, to send it over a wire or to store it.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const stored = Schema.encodeSync(ChatsError.ChatsError)(new ChatsError.NotFound())
 * const error = Schema.decodeSync(ChatsError.ChatsError)(stored)
 * ```
 * @since 0.1.0
 * @category schemas
 */
export const ChatsError = lazySchema(() =>
  Schema.Union(
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    RequestTimeout,
    Conflict,
    ContentTooLarge,
    UnsupportedMediaType,
    TooManyRequests,
    InternalServerError,
    ServiceUnavailable,
    GatewayTimeout,
    UnexpectedStatus,
    InvalidRequest,
    TransportError,
    DecodeError,
    CredentialsError
  )
)

/**
 * Whether a value is an error of a call, made by this copy of the package or by another one. An error that was sent
 * as JSON is one again once it is decoded with {@link ChatsError}.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ChatsError } from "effect-genesys-chats"
 *
 * const orDie = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.catchIf(self, ChatsError.isChatsError, Effect.die)
 * ```
 * @since 0.1.0
 * @category guards
 */
export const isChatsError = (u: unknown): u is ChatsError => Predicate.hasProperty(u, TypeId)

/**
 * Whether a value is an error made from the status of a reply.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, ChatsError } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsSettings().pipe(
 *   Effect.catchIf(ChatsError.isStatusError, (error) => Effect.logWarning(`answered with ${error.status}`))
 * )
 * ```
 * @since 0.1.0
 * @category guards
 */
export const isStatusError = (u: unknown): u is StatusError => isChatsError(u) && !withoutReply.has(u._tag)

const withoutReply: ReadonlySet<string> = new Set<Exclude<ChatsError, StatusError>["_tag"]>([
  "InvalidRequest",
  "TransportError",
  "DecodeError",
  "CredentialsError"
])
