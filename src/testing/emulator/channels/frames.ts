import * as Predicate from "effect/Predicate"

/** What a channel says of itself. */
export const metadata = (message: string) => JSON.stringify({ topicName: "channel.metadata", eventBody: { message } })

export const socketClosing = (channelId: string) =>
  JSON.stringify({ topicName: "v2.system.socket_closing", eventBody: { channelId, message: "maintenance" } })

/** The topics in a body; `undefined` where it is no list of them. */
export const topicsOf = (body: Uint8Array): ReadonlyArray<string> | undefined => {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(body))
    if (!Array.isArray(json)) return undefined
    const ids = json.map((one: unknown) => (Predicate.isRecord(one) ? one["id"] : undefined))
    return ids.every(Predicate.isString) ? ids : undefined
  } catch {
    return undefined
  }
}
