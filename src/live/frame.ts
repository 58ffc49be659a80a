import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import { decodeEvent, type Event } from "./event.js"

/** What a frame says. */
export type Frame =
  | { readonly _tag: "Event"; readonly event: Event }
  /** A heartbeat, an answer to a ping, or another sign of life. */
  | { readonly _tag: "Alive" }
  /** The service is about to close the socket: connect again, to the same address. */
  | { readonly _tag: "Closing" }
  /** The channel is no more. */
  | { readonly _tag: "Gone" }
  /** It may have been an event; of which topic is known where it could be read. */
  | { readonly _tag: "Unreadable"; readonly topic: string | undefined }

const alive: Frame = { _tag: "Alive" }

/** Reads a frame. Whatever it holds, this gives an answer. */
export const readFrame = (data: string | Uint8Array, maxLength: number): Frame => {
  const isText = typeof data === "string"
  if ((isText ? data.length : data.byteLength) > maxLength) return { _tag: "Unreadable", topic: undefined }
  const json = parse(isText ? data : new TextDecoder().decode(data))
  if (!Predicate.isRecord(json)) return { _tag: "Unreadable", topic: undefined }
  const topic = json["topicName"]
  if (typeof topic !== "string") {
    if (String(json["result"]) === "404") return { _tag: "Gone" }
    return "result" in json ? alive : { _tag: "Unreadable", topic: undefined }
  }
  if (topic === "channel.metadata") return alive
  if (topic.startsWith("v2.system.socket_closing")) return { _tag: "Closing" }
  if (topic.startsWith("v2.system.token_revoked") || topic.startsWith("v2.system.no_longer_subscribed")) {
    return { _tag: "Gone" }
  }
  return Either.match(decodeEvent(topic, json["eventBody"]), {
    onLeft: (): Frame => ({ _tag: "Unreadable", topic }),
    onRight: (event): Frame => ({ _tag: "Event", event })
  })
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
