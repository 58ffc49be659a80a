import { toast } from "./dom.js"

/** The control API of this emulator. What it refuses is said, and rejects. */
export const call = async (method, path, body) => {
  const response = await fetch(`/emulator${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
  })
  const text = await response.text()
  const value = text === "" ? undefined : JSON.parse(text)
  if (response.ok) return value
  const message = value?.message ?? `${method} ${path}: ${response.status}`
  toast(message)
  throw new Error(message)
}

/** Does as a user what a request to the API says. */
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

/** Where the API has a conversation, as one of its participants sees it. */
export const pathOf = (conversation, user) =>
  conversation.kind === "oneOnOne"
    ? `/api/v2/chats/users/${conversation.participants.find((id) => id !== user)}/messages`
    : `/api/v2/chats/rooms/${encodeURIComponent(conversation.key)}/messages`

/** Tells of what changes; `onOpen` each time that the connection stands again, when all is to be read anew. */
export const listen = ({ onOpen, onUpdate, onLost }) => {
  const source = new EventSource("/emulator/events")
  source.addEventListener("open", onOpen)
  source.addEventListener("error", onLost)
  source.addEventListener("message", ({ data }) => onUpdate(JSON.parse(data)))
}
