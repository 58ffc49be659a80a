import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { CredentialsError, type CredentialsReason } from "../ChatsError.js"

/** What the login service may get over by itself. */
const passing = new Set<CredentialsReason>(["RateLimited", "Unavailable", "Unreachable", "Timeout"])

export const mayPass = ({ reason }: CredentialsError): boolean => passing.has(reason)

/** What the service asks for is heeded up to here, in milliseconds: one odd reply closes nothing for a day. */
const longestHint = 10 * 60_000

/**
 * How long nobody asks after so many failures in a row, in milliseconds: 1, 2, 4 … 48 seconds and up to a
 * quarter more, so that a fleet does not ask in step; and no shorter than the service asks for. A source that
 * died has no error.
 */
export const closure = (failures: number, error: CredentialsError | undefined): Effect.Effect<number> =>
  Effect.map(Random.next, (jitter) => {
    const base = Math.min(48_000, 1000 * 2 ** Math.min(failures - 1, 10))
    const hint = error?.retryAfter === undefined ? 0 : Math.min(longestHint, Duration.toMillis(error.retryAfter))
    // in whole milliseconds: TestClock knows no others
    return Math.ceil(hint > base ? hint + Math.min(1000, hint * 0.05) * jitter : base * (1 + jitter / 4))
  })

/** A failure as those get it who come before the source is asked again, `left` milliseconds from now. */
export const whileClosed = (error: CredentialsError, left: number): CredentialsError => {
  if (!mayPass(error)) return error
  const { code, message, reason, status } = error
  return new CredentialsError({ reason, status, code, message, retryAfter: Duration.millis(Math.ceil(left)) })
}
