// @ts-check
import { actAs, call, pathOf } from "./api.js"
import { $, h, ignore, reconcile, shownDay, within } from "./dom.js"
import { messageRow } from "./messageRow.js"
import { store } from "./store.js"

/** @typedef {import("./store.js").Message} Message */

/**
 * The messages of the open conversation. Only a window of them is in the document, 300 at most: it
 * moves when one scrolls near its end, so that 10,000 messages scroll as 100 do.
 */
const page = 100
const most = 300
const near = 400

/** @type {string | undefined} */
let key
/** @type {string | undefined} */
let thread
/** @type {ReadonlyArray<Message>} */
let items = []
let from = 0
let total = 0
let loading = false
let unseen = 0

/**
 * @typedef {object} Handlers
 * @property {() => string} me who acts
 * @property {(message: Message) => void} onReply
 * @property {(message: Message) => void} onEdit
 */

/** @type {Handlers} */
let handlers

const list = () => $("messages")
const atTail = () => from + items.length >= total
const atBottom = () => list().scrollHeight - list().scrollTop - list().clientHeight < 60

/** @param {Handlers} given */
export const setUp = (given) => {
  handlers = given
  list().addEventListener("scroll", onScroll, { passive: true })
  list().addEventListener("click", onClick)
  $("to-latest").addEventListener("click", () => {
    latest().catch(ignore)
  })
  $("thread-close").addEventListener("click", () => {
    if (key !== undefined) open(key).catch(ignore)
  })
}

/**
 * @param {string} conversation
 * @param {string} [inThread]
 */
export const open = async (conversation, inThread) => {
  key = conversation
  thread = inThread
  items = []
  unseen = 0
  $("thread-bar").hidden = thread === undefined
  await latest()
}

export const close = () => {
  key = undefined
  items = []
  render()
}

/**
 * @param {number | undefined} start
 * @param {number} limit
 * @returns {Promise<{ readonly total: number, readonly from: number, readonly messages: ReadonlyArray<Message> }>}
 */
const fetchPage = (start, limit) => {
  const query = new URLSearchParams({ conversation: key ?? "", limit: String(limit) })
  if (start !== undefined) query.set("from", String(start))
  if (thread !== undefined) query.set("thread", thread)
  return call("GET", `/messages?${query}`)
}

const latest = async () => {
  const asked = key
  const found = await fetchPage(undefined, page)
  if (asked !== key) return
  ;({ from, messages: items, total } = found)
  unseen = 0
  render()
  list().scrollTop = list().scrollHeight
}

const onScroll = () => {
  if (atBottom() && atTail()) unseen = 0
  showLatest()
  if (loading || key === undefined) return
  if (list().scrollTop < near && from > 0) extend("before").catch(ignore)
  else if (list().scrollHeight - list().scrollTop - list().clientHeight < near && !atTail())
    extend("after").catch(ignore)
}

/** @param {"before" | "after"} where */
const extend = async (where) => {
  loading = true
  try {
    const asked = key
    const start = where === "before" ? Math.max(0, from - page) : from + items.length
    const found = await fetchPage(start, where === "before" ? Math.max(1, from - start) : page)
    if (asked !== key) return
    total = found.total
    if (where === "before") {
      items = [...found.messages, ...items].slice(0, most)
      from = start
    } else {
      const all = [...items, ...found.messages]
      from += Math.max(0, all.length - most)
      items = all.slice(-most)
    }
    keepingPlace(render)
  } finally {
    loading = false
  }
}

/** What one reads stays where it is while what is around it changes. @param {() => void} change */
const keepingPlace = (change) => {
  const top = list().getBoundingClientRect().top
  const anchor = [...list().querySelectorAll(".message")].find((row) => row.getBoundingClientRect().bottom > top)
  const id = anchor?.getAttribute("data-key") ?? undefined
  const before = anchor?.getBoundingClientRect().top
  change()
  const again = id === undefined ? null : list().querySelector(`[data-key="${CSS.escape(id)}"]`)
  if (again !== null && before !== undefined) list().scrollTop += again.getBoundingClientRect().top - before
}

/**
 * Takes in what changed.
 *
 * @param {ReadonlyArray<Message>} messages
 * @param {ReadonlyArray<string> | undefined} pins
 */
export const update = (messages, pins) => {
  const mine = messages.filter(
    ({ conversation, parentThreadId, threadId }) =>
      conversation === key && (thread === undefined || threadId === thread || parentThreadId === thread)
  )
  const stay = atBottom() && atTail()
  let added = 0
  for (const message of mine) {
    const known = items.find(({ id }) => id === message.id)
    if (known !== undefined) {
      // what is left of a deleted message does not say which thread it was in
      const next = message.deleted ? deleted(known, message) : message
      items = items.map((item) => (item === known ? next : item))
      continue
    }
    const last = items.at(-1)
    const isNew = last === undefined || after(message, last)
    if (isNew && !message.deleted) {
      if (atTail()) items = [...items, message]
      total++
      added++
    }
  }
  if (pins !== undefined)
    items = items.map((item) =>
      item.pinned === pins.includes(item.id) ? item : { ...item, pinned: pins.includes(item.id) }
    )
  if (items.length > most) {
    from += items.length - most
    items = items.slice(-most)
  }
  if (stay) {
    render()
    list().scrollTop = list().scrollHeight
  } else {
    unseen += added
    keepingPlace(render)
  }
}

/**
 * @param {Message} before
 * @param {Message} message
 * @returns {Message}
 */
const deleted = ({ body: _, ...before }, message) => ({ ...before, ...message })

/**
 * @param {Message} a
 * @param {Message} b
 */
const after = (a, b) => a.date > b.date || (a.date === b.date && a.sequence > b.sequence)

const showLatest = () => {
  const button = $("to-latest")
  button.hidden = key === undefined || (atTail() && atBottom())
  button.textContent = unseen === 0 ? "Latest" : `${unseen} new`
}

const render = () => {
  /** @type {Array<HTMLElement>} */
  const rows = []
  const surroundings = { items, thread, me: handlers.me() }
  /** @type {Message | undefined} */
  let previous
  if (from > 0) rows.push(h("p", { class: "earlier", "data-key": "earlier" }, `${from.toLocaleString()} earlier`))
  for (const message of items) {
    if (previous === undefined || shownDay(previous.date) !== shownDay(message.date)) {
      const day = shownDay(message.date)
      rows.push(h("h3", { class: "day", "data-key": day }, h("span", {}, day)))
      previous = undefined
    }
    rows.push(messageRow(message, previous, surroundings))
    previous = message
  }
  if (key !== undefined && items.length === 0)
    rows.push(h("p", { class: "empty", "data-key": "empty" }, "No messages yet. Write the first one."))
  reconcile(list(), rows)
  showLatest()
}

/** @param {Event} event */
const onClick = (event) => {
  const button = within(event, "button[data-do]")
  const id = within(event, ".message")?.dataset["key"]
  const message = items.find((item) => item.id === id)
  if (button !== undefined && message !== undefined) act(button, message).catch(ignore)
}

/**
 * @param {HTMLElement} button
 * @param {Message} message
 */
const act = async (button, message) => {
  const conversation = store.conversations.get(message.conversation)
  if (conversation === undefined) return
  const me = handlers.me()
  switch (button.dataset["do"]) {
    case "thread":
      return open(conversation.key, button.dataset["thread"])
    case "reply":
      return handlers.onReply(message)
    case "edit":
      return handlers.onEdit(message)
    case "react": {
      const mine = message.reactions.filter(({ users }) => users.includes(me)).map(({ emoji }) => emoji)
      const emoji = button.dataset["emoji"] ?? ""
      const reactions = mine.includes(emoji) ? mine.filter((one) => one !== emoji) : [...mine, emoji]
      return actAs(me, "PUT", `/api/v2/chats/messages/${message.id}/reactions`, { reactions })
    }
    case "pin": {
      const pins = `${pathOf(conversation, me)}/pins`
      return message.pinned
        ? actAs(me, "DELETE", `${pins}/${message.id}`)
        : actAs(me, "POST", pins, { pinnedMessageIds: [message.id] })
    }
    case "delete":
      return actAs(message.author, "DELETE", `${pathOf(conversation, message.author)}/${message.id}`)
  }
}
