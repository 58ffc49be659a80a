import * as Duration from "effect/Duration"
import * as Check from "../internal/options.js"

/**
 * How channels are kept. Durations and numbers out of range are refused when the layer is built.
 *
 * @since 0.1.0
 * @category options
 */
export interface Options {
  /** How long the service may be silent before it is pinged. It sends a heartbeat every 30 s. At least 1 s, at most 10 minutes. Default 35 seconds. */
  readonly silence?: Duration.DurationInput | undefined
  /** How long it may then take to answer before the connection counts as lost. From 100 ms to 5 minutes. Default 10 seconds. */
  readonly pingTimeout?: Duration.DurationInput | undefined
  /** How long a connection may take to stand. From 100 ms to 5 minutes. Default 10 seconds. */
  readonly openTimeout?: Duration.DurationInput | undefined
  /** The first wait before a lost connection is reopened: twice as long each time, with full jitter. From 1 ms to 1 minute. Default 1 second. */
  readonly backoff?: Duration.DurationInput | undefined
  /** The longest such wait. From 1 ms to 1 hour. Default 1 minute. */
  readonly maxBackoff?: Duration.DurationInput | undefined
  /** When the subscriptions are made again, so that a channel outlives its 24 hours. From 1 s to 24 hours. Default 20 hours. */
  readonly renewAfter?: Duration.DurationInput | undefined
  /** How long subscriptions are collected before they go out in one request. 0 to 10 seconds. Default 50 ms. */
  readonly batchWindow?: Duration.DurationInput | undefined
  /** How long a topic stays subscribed when nobody listens any more. 0 to 1 hour. Default 30 seconds. */
  readonly linger?: Duration.DurationInput | undefined
  /** How many channels may be open at once: the service allows 20 for each user and app. From 1 to 20. Default 20. */
  readonly maxChannels?: number | undefined
  /** How many topics a channel takes: the service allows 1,000. From 1 to 1,000. Default 1,000. */
  readonly topicsPerChannel?: number | undefined
  /** How many events a stream may be behind before the oldest are dropped and a `Gap` says so. From 2 to 1,000,000. Default 1,024. */
  readonly bufferSize?: number | undefined
  /** The longest frame that is read, in characters; a longer one counts as a gap. From 1,024 to 100,000,000. Default 1,000,000. */
  readonly maxFrameLength?: number | undefined
}

/** Options with every default filled in, and durations in milliseconds. */
export interface Settings {
  readonly silence: number
  readonly pingTimeout: number
  readonly openTimeout: number
  readonly backoff: number
  readonly maxBackoff: number
  readonly renewAfter: number
  readonly batchWindow: number
  readonly linger: number
  readonly maxChannels: number
  readonly topicsPerChannel: number
  readonly bufferSize: number
  readonly maxFrameLength: number
}

export const resolve = (options: Options = {}): Settings => {
  const millis = (
    name: keyof Options,
    value: Duration.DurationInput,
    least: Duration.DurationInput,
    most: Duration.DurationInput
  ) => Duration.toMillis(Check.duration(`Live.layer: ${name}`, value, { least, most }))
  const count = (name: keyof Options, value: number, least: number, most: number) =>
    Check.wholeNumber(`Live.layer: ${name}`, value, { least, most })
  return {
    silence: millis("silence", options.silence ?? "35 seconds", "1 second", "10 minutes"),
    pingTimeout: millis("pingTimeout", options.pingTimeout ?? "10 seconds", "100 millis", "5 minutes"),
    openTimeout: millis("openTimeout", options.openTimeout ?? "10 seconds", "100 millis", "5 minutes"),
    backoff: millis("backoff", options.backoff ?? "1 second", "1 millis", "1 minute"),
    maxBackoff: millis("maxBackoff", options.maxBackoff ?? "1 minute", "1 millis", "1 hour"),
    renewAfter: millis("renewAfter", options.renewAfter ?? "20 hours", "1 second", "24 hours"),
    batchWindow: millis("batchWindow", options.batchWindow ?? "50 millis", 0, "10 seconds"),
    linger: millis("linger", options.linger ?? "30 seconds", 0, "1 hour"),
    maxChannels: count("maxChannels", options.maxChannels ?? 20, 1, 20),
    topicsPerChannel: count("topicsPerChannel", options.topicsPerChannel ?? 1000, 1, 1000),
    bufferSize: count("bufferSize", options.bufferSize ?? 1024, 2, 1_000_000),
    maxFrameLength: count("maxFrameLength", options.maxFrameLength ?? 1_000_000, 1024, 100_000_000)
  }
}
