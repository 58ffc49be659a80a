/**
 * The service of the benchmark, in a process of its own. Tells its parent the URL; what does not
 * depend on the request is ready as bytes.
 */
import { setTimeout } from "node:timers/promises"
import * as replies from "./replies.js"
import { chunked, json, responder } from "./responder.js"

const token = json(replies.token)
const posted = json(replies.posted)
const room = json(replies.room)
const listing = json(replies.listing)
const chunkedListing = chunked(replies.listing)
const empty = json("{}")

let requests = 0
/** How many there were since it was last asked. */
const count = (): Buffer => {
  const reply = json(String(requests))
  requests = 0
  return reply
}

/** A room of so many messages, at a service that takes so many milliseconds for a page. */
const history = /^\/api\/v2\/chats\/rooms\/history-(\d+)-(\d+)\/messages\?(.*)$/
const byIds = /^\/api\/v2\/chats\/(?:rooms|users)\/[^/]+\/messages\/([^/?]+)$/
const byId = /^\/api\/v2\/chats\/messages\/([^/?]+)$/

const page = ([, messages, milliseconds, query]: ReadonlyArray<string>): Buffer | Promise<Buffer> => {
  const reply = () => json(replies.page(Number(messages), new URLSearchParams(query)))
  return milliseconds === "0" ? reply() : setTimeout(Number(milliseconds)).then(reply)
}

const answer = (method: string, target: string): Buffer | Promise<Buffer> => {
  if (target === "/requests") return count()
  requests++
  if (target.endsWith("/oauth/token")) return token
  if (method === "POST") return target.endsWith("/messages") ? posted : empty
  if (method !== "GET") return empty
  if (/^\/api\/v2\/chats\/rooms\/[^/]+$/.test(target)) return room
  const ofHistory = history.exec(target)
  if (ofHistory !== null) return page(ofHistory)
  if (/\/messages(\?|$)/.test(target)) return target.includes("limit=99") ? chunkedListing : listing
  const ids = byIds.exec(target)?.[1]
  if (ids !== undefined) return json(replies.byIds(decodeURIComponent(ids).split(",")))
  const id = byId.exec(target)?.[1]
  return id === undefined ? empty : json(replies.single(decodeURIComponent(id)))
}

const server = responder(answer).listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (address !== null && typeof address === "object") process.send?.(`http://127.0.0.1:${address.port}`)
})
process.on("disconnect", () => process.exit(0))
