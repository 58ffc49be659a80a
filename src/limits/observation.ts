import * as Duration from "effect/Duration"
import type { Observation } from "./RateWindow.js"
import { retryAfter } from "./retryAfter.js"

/** No window is longer than a day, in seconds: what says so is no number of seconds. */
const maxReset = 86_400

/** At most nine digits; `NaN` where it is none, which is smaller than nothing and greater than nothing. */
const wholeNumber = (text: string | undefined): number =>
  text !== undefined && wholeNumbers.test(text) ? Number(text) : Number.NaN

const wholeNumbers = /^\s*\d{1,9}\s*$/

/**
 * What the headers of a reply say of the rate limit: `Retry-After`, and the service's `inin-ratelimit-*`
 * (https://developer.genesys.cloud/platform/api/rate-limits).
 * `call.date()` is the machine's, in milliseconds since the epoch: a reply may have none of its own.
 */
export const observation = (
  status: number,
  headers: { readonly [name: string]: string | undefined },
  call: { readonly date: () => number; readonly took: () => number }
): Observation => {
  const count = wholeNumber(headers["inin-ratelimit-count"])
  const allowed = wholeNumber(headers["inin-ratelimit-allowed"])
  const reset = wholeNumber(headers["inin-ratelimit-reset"])
  const makesSense = count >= 0 && allowed > 0 && reset <= maxReset
  const hint =
    status === 429
      ? retryAfter({ header: headers["retry-after"], date: headers["date"], message: undefined, now: call.date() })
      : undefined
  return {
    refused: status === 429,
    retryAfter: hint && Duration.toMillis(hint),
    limit: makesSense ? { count, allowed, reset: reset * 1000 } : undefined,
    took: call.took()
  }
}
