import { call, listen } from "./api.js"
import * as Compose from "./compose.js"
import * as Controls from "./controls.js"
import * as Conversations from "./conversations.js"
import { $, avatar, h } from "./dom.js"
import * as Messages from "./messages.js"
import * as Requests from "./requests.js"
import { nameOf, setMoment, store } from "./store.js"

const mostRequests = 10_000

/** Reads all anew: at the start, after a reset, and when the connection was lost. */
const load = async () => {
  const state = await call("GET", "/state")
  store.users = new Map(state.users.map((user) => [user.id, user]))
  store.conversations = new Map(state.conversations.map((one) => [one.key, one]))
  setMoment(state)
  await loadRequests()
  const wanted = decodeURIComponent(location.hash.slice(1))
  const first = [store.open, wanted].find((key) => store.conversations.has(key)) ?? Conversations.sorted()[0]?.key
  await open(first)
  Controls.render()
  Requests.refresh()
}

const loadRequests = async () => {
  store.requests = new Map()
  for (let from = 0; ; ) {
    const requests = await call("GET", `/requests?from=${from}&limit=1000`)
    for (const request of requests) store.requests.set(request.index, request)
    if (requests.length < 1000) return
    from = requests.at(-1).index + 1
  }
}

const open = async (key) => {
  const other = key !== store.open
  store.open = key
  store.unread.delete(key)
  if (other) Compose.leave()
  showHead()
  Conversations.render()
  if (key === undefined) return Messages.close()
  if (other) history.replaceState(null, "", `#${encodeURIComponent(key)}`)
  await Messages.open(key)
}

const showHead = () => {
  const conversation = store.conversations.get(store.open)
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

const about = ({ description, kind, messages, participants }) =>
  [
    { room: "Room", group: "Group room", oneOnOne: "1on1" }[kind],
    kind === "oneOnOne" ? undefined : `${participants.length} ${participants.length === 1 ? "person" : "people"}`,
    `${messages.toLocaleString()} ${messages === 1 ? "message" : "messages"}`,
    description
  ]
    .filter(Boolean)
    .join(" · ")

const update = (change) => {
  setMoment(change)
  if (change.reset) {
    load().catch(() => {})
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
    if (store.requests.size > mostRequests) store.requests.delete(store.requests.keys().next().value)
  }
  if (store.open === undefined && store.conversations.size > 0) open(Conversations.sorted()[0].key).catch(() => {})
  else if (change.conversations !== undefined || change.messages !== undefined || change.users !== undefined) {
    Conversations.render()
    showHead()
    Messages.update(change.messages ?? [], store.conversations.get(store.open)?.pins)
  }
  if (change.requests !== undefined) Requests.refresh()
  Controls.render()
}

const live = (text, ok) => {
  $("live").textContent = text
  $("live").classList.toggle("on", ok)
}

Conversations.setUp((key) => open(key).catch(() => {}))
Messages.setUp({ me: Compose.me, onReply: Compose.reply, onEdit: Compose.edit })
Compose.setUp(
  (jid) =>
    jid !== undefined &&
    call("GET", "/state")
      .then((state) => {
        store.conversations = new Map(state.conversations.map((one) => [one.key, one]))
        return open(jid)
      })
      .catch(() => {})
)
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
