import * as Schema from "effect/Schema"
import * as ChatsError from "../ChatsError.js"
import { lazySchema } from "../internal/lazySchema.js"

/**
 * Why a check failed: `"InvalidCredentials"`, the login service gives no token (a wrong region as a rule);
 * `"TokenRefused"`, the API refuses the one that there is; `"Limited"`, the rate limit is used up; `"Unreachable"`,
 * there is no connection; `"Unavailable"`, what answers is failing, or is not the service; `"Timeout"`, nothing
 * came in time.
 *
 * @example
 * ```ts
 * import { ChatsClient } from "effect-genesys-chats"
 *
 * // the program is wrong, and will not get better by waiting
 * const isFinal = ({ reason }: ChatsClient.NotReady) => reason === "InvalidCredentials" || reason === "TokenRefused"
 * ```
 * @since 0.1.0
 * @category models
 */
export const NotReadyReason = Schema.Literal(
  "InvalidCredentials",
  "TokenRefused",
  "Limited",
  "Unreachable",
  "Unavailable",
  "Timeout"
)
/**
 * @since 0.1.0
 * @category models
 */
export type NotReadyReason = typeof NotReadyReason.Type

/**
 * The client cannot work as it is. `message` says what is wrong and where to look, and quotes nothing; `error` is
 * the call's own, if one was made.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ChatsClient } from "effect-genesys-chats"
 *
 * const program = ChatsClient.check([]).pipe(
 *   Effect.catchTag("NotReady", ({ message, reason }) => Effect.logError(`${reason}: ${message}`))
 * )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class NotReady extends lazySchema(() =>
  Schema.TaggedError<NotReady>("effect-genesys-chats/NotReady")("NotReady", {
    reason: NotReadyReason,
    region: Schema.String,
    message: Schema.String,
    error: Schema.optional(ChatsError.ChatsError)
  })
) {}

type Reason = NotReadyReason

/** What a failed call of a check says of the whole, and what to do about it. */
export const notReady = (region: string, error: ChatsError.ChatsError): NotReady => {
  const reason = reasonOf(error)
  return new NotReady({ reason, region, error, message: advice(reason, region) }, { disableValidation: true })
}

export const tooLate = (region: string): NotReady =>
  new NotReady({ reason: "Timeout", region, message: advice("Timeout", region) }, { disableValidation: true })

const reasonOf = (error: ChatsError.ChatsError): Reason => {
  switch (error._tag) {
    case "CredentialsError":
      switch (error.reason) {
        case "RateLimited":
          return "Limited"
        case "Unreachable":
        case "Timeout":
        case "Unavailable":
          return error.reason
        default:
          return "InvalidCredentials"
      }
    case "Unauthorized":
      return "TokenRefused"
    case "TooManyRequests":
      return "Limited"
    case "TransportError":
      return error.reason === "DeadlineExceeded" ? "Timeout" : error.reason === "QueueFull" ? "Limited" : "Unreachable"
    default:
      return "Unavailable"
  }
}

const advice = (reason: Reason, region: string): string => {
  const seeRegion = `the region is in the address of Genesys Cloud in a browser, as apps.usw2.pure.cloud, and this client uses ${region}`
  switch (reason) {
    case "InvalidCredentials":
      return `The login service gave no token. Where it says invalid_client the usual cause is a wrong region: ${seeRegion}. Else the client's id, secret or grant is wrong, or the client is disabled.`
    case "TokenRefused":
      return `The API refuses the token: it has expired or was revoked, or it belongs to another region: ${seeRegion}.`
    case "Limited":
      return "The rate limit is used up, so that nothing could be asked: a later check may pass."
    case "Unreachable":
      return `No connection to ${region}: its host name, a proxy, a firewall or a certificate is in the way.`
    case "Unavailable":
      return `The service at ${region} answers, but not with what was asked for.`
    case "Timeout":
      return `No answer from ${region} within the time that the check has.`
  }
}
