import type { Emulator } from "effect-genesys-chats/testing"

/** What a way of doing a job took, and how much it got done. */
export interface Counted {
  readonly requests: number
  /** Requests that the rate limit refused. */
  readonly refused: number
  readonly done: number
}

/** Milliseconds that a reply takes. */
export const latency = 150

/** A log of requests that forgets none. */
export const whole = { requestLogCapacity: Infinity, requestLogBytes: Infinity } satisfies Emulator.Options

/** Logins are no part of a job, and neither is what others do. */
export const counted = (
  requests: ReadonlyArray<Emulator.ReceivedRequest>,
  bot: Emulator.User,
  done: number
): Counted => {
  const calls = requests.filter(({ operation, userId }) => operation !== "token" && userId === bot.id)
  return { requests: calls.length, refused: calls.filter(({ status }) => status === 429).length, done }
}
