// @ts-check
import { call, listen } from "./api.js"
import * as Compose from "./compose.js"
import * as Controls from "./controls.js"
import * as Conversations from "./conversations.js"
import { $, avatar, h, ignore } from "./dom.js"
import * as Messages from "./messages.js"
import * as Requests from "./requests.js"
import { nameOf, setMoment, store } from "./store.js"

/** @typedef {import("./store.js").Conversation} Conversation */
/** @typedef {import("./store.js").LoggedRequest} LoggedRequest */

const mostRequests = 10_000

/** Reads all anew: at the start, after a reset, and when the connection was lost. */
const load = async () => {
  const state = await loadState()
  setMoment(state)
  await loadRequests()
  const wanted = decodeURIComponent(location.hash.slice(1))
  const first =
    [store.open, wanted].find((key) => key !== undefined && store.conversations.has(key)) ??
    Conversations.sorted()[0]?.key
  await open(first)
  Controls.render()
  Requests.refresh()
}

const loadState = async () => {
  /** @type {import("./store.js").State} */
  const state = await call("GET", "/state")
  store.users = new Map(state.users.map((user) => [user.id, user]))
  store.conversations = new Map(state.conversations.map((one) => [one.key, one]))
  return state
}

const loadRequests = async () => {
  store.requests = new Map()
  for (let from = 0; ; ) {
    /** @type {ReadonlyArray<LoggedRequest>} */
    const requests = await call("GET", `/requests?from=${from}&limit=1000`)
    for (const request of requests) store.requests.set(request.index, request)
    const last = requests.at(-1)
    if (last === undefined || requests.length < 1000) return
    from = last.index + 1
  }
}

/** @param {string | undefined} key */
const open = async (key) => {
  const other = key !== store.open
  store.open = key
  if (key !== undefined) store.unread.delete(key)
  if (other) Compose.leave()
  showHead()
  Conversations.render()
  if (key === undefined) return Messages.close()
  if (other) history.replaceState(null, "", `#${encodeURIComponent(key)}`)
  await Messages.open(key)
}

const showHead = () => {
  const conversation = store.conversations.get(store.open ?? "")
  Compose.showAuthors(conversation)
  $("chat-title").textContent = conversation?.title ?? "Nothing here yet"
  $("chat-about").textContent =
    conversation === undefined ? "Point a program at this emulator, or make a room with +." : about(conversation)
  const people = conversation?.participants ?? []
  $("chat-people").replaceChildren(
    ...people.slice(0, 6).map((id) => h("span", { title: nameOf(id) }, avatar(store.users.get(id), "small"))),
    people.length > 6 ? h("span", { class: "hint" }, `+${people.length - 6}`) : ""
  )
  const pins = conversation?.pins.length ?? 0
  $("pins").hidden = pins === 0
  $("pins").textContent = pins === 1 ? "1 pinned message" : `${pins} pinned messages`
}

/** @param {Conversation} conversation */
const about = ({ description, kind, messages, participants }) =>
  [
    { room: "Room", group: "Group room", oneOnOne: "1on1" }[kind],
    kind === "oneOnOne" ? undefined : `${participants.length} ${participants.length === 1 ? "person" : "people"}`,
    `${messages.toLocaleString()} ${messages === 1 ? "message" : "messages"}`,
    description
  ]
    .filter(Boolean)
    .join(" · ")

/** @param {import("./store.js").Update} change */
const update = (change) => {
  setMoment(change)
  if (change.reset) {
    load().catch(ignore)
    return
  }
  if (change.users !== undefined) store.users = new Map(change.users.map((user) => [user.id, user]))
  for (const conversation of change.conversations ?? []) {
    const { key } = conversation
    if (
      key !== store.open &&
      (change.messages ?? []).some((message) => message.conversation === key && !message.deleted)
    )
      store.unread.add(key)
    store.conversations.set(key, conversation)
  }
  for (const request of change.requests ?? []) {
    store.requests.set(request.index, request)
    const [oldest] = store.requests.keys()
    if (store.requests.size > mostRequests && oldest !== undefined) store.requests.delete(oldest)
  }
  if (store.open === undefined && store.conversations.size > 0) open(Conversations.sorted()[0]?.key).catch(ignore)
  else if (change.conversations !== undefined || change.messages !== undefined || change.users !== undefined) {
    Conversations.render()
    showHead()
    Messages.update(change.messages ?? [], store.conversations.get(store.open ?? "")?.pins)
  }
  if (change.requests !== undefined) Requests.refresh()
  Controls.render()
}

/**
 * @param {string} text
 * @param {boolean} ok
 */
const live = (text, ok) => {
  $("live").textContent = text
  $("live").classList.toggle("on", ok)
}

Conversations.setUp((key) => {
  open(key).catch(ignore)
})
Messages.setUp({ me: Compose.me, onReply: Compose.reply, onEdit: Compose.edit })
Compose.setUp((jid) => {
  if (jid !== undefined) {
    loadState()
      .then(() => open(jid))
      .catch(ignore)
  }
})
Requests.setUp()
Controls.setUp()
listen({
  onOpen: () =>
    load().then(
      () => live("live", true),
      () => live("not connected", false)
    ),
  onUpdate: update,
  onLost: () => live("not connected", false)
})
