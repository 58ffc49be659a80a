// @ts-check
import { toast } from "./dom.js"

/** @typedef {import("./store.js").Conversation} Conversation */

/**
 * The control API of this emulator. What it refuses is said, and rejects.
 *
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export const call = async (method, path, body) => {
  const response = await fetch(`/emulator${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
  })
  const text = await response.text()
  const value = jsonOf(text)
  if (response.ok) return value
  const message = value?.message ?? (text || `${method} ${path}: ${response.status}`)
  toast(message)
  throw new Error(message)
}

/** @param {string} text */
const jsonOf = (text) => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Does as a user what a request to the API says.
 *
 * @param {string} user
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
export const actAs = async (user, method, path, body) => {
  const { body: reply, status } = await call("POST", "/act", {
    user,
    method,
    path,
    ...(body === undefined ? {} : { body })
  })
  if (status < 400) return reply
  toast(reply?.message ?? `The API answered ${status}`)
  throw new Error(`The API answered ${status}`)
}

/**
 * Where the API has a conversation, as one of its participants sees it.
 *
 * @param {Conversation} conversation
 * @param {string} user
 */
export const pathOf = (conversation, user) =>
  conversation.kind === "oneOnOne"
    ? `/api/v2/chats/users/${conversation.participants.find((id) => id !== user)}/messages`
    : `/api/v2/chats/rooms/${encodeURIComponent(conversation.key)}/messages`

/**
 * Tells of what changes; `onOpen` each time that the connection stands again, when all is to be read anew.
 *
 * @param {{
 *   onOpen: () => void
 *   onUpdate: (update: import("./store.js").Update) => void
 *   onLost: () => void
 * }} listener
 */
export const listen = ({ onLost, onOpen, onUpdate }) => {
  const source = new EventSource("/emulator/events")
  source.addEventListener("open", onOpen)
  source.addEventListener("error", () => {
    onLost()
    // what answered was no emulator: the browser gives up, and the page does not
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen({ onLost, onOpen, onUpdate }), 2000)
  })
  source.addEventListener("message", ({ data }) => onUpdate(JSON.parse(data)))
}
