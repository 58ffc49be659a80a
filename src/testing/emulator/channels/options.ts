/**
 * Which topics the org has on a socket, and how its events go wrong. All have a default.
 *
 * @since 0.1.0
 * @category options
 */
export interface EventOptions {
  /** Whether the messages of rooms can be heard on a socket: orgs may differ. Default true. */
  readonly messages?: boolean | undefined
  /** Whether unread counts can be heard on a socket. Default true. */
  readonly badges?: boolean | undefined
  /** The share of events that are lost, from 0 to 1, drawn from the emulator's seed. Default 0. */
  readonly drop?: number | undefined
  /** The share of events that come twice, from 0 to 1. Default 0. */
  readonly double?: number | undefined
  /** Whether heartbeats and answers to pings are sent. Default true. */
  readonly heartbeats?: boolean | undefined
  /** Topics that nobody may have: subscriptions to them are rejected for the permission named. Default none. */
  readonly forbidden?: Readonly<Record<string, string>> | undefined
}

/** Options with every default filled in. */
export type EventSettings = { readonly [K in keyof EventOptions]-?: NonNullable<EventOptions[K]> }

export const defaults: EventSettings = {
  messages: true,
  badges: true,
  drop: 0,
  double: 0,
  heartbeats: true,
  forbidden: {}
}
