import { actAs, call, pathOf } from "./api.js"
import { $, avatar, h, shownDay, shownTime } from "./dom.js"
import { nameOf, store } from "./store.js"

/**
 * The messages of the open conversation. Only a window of them is in the document, 300 at most: it
 * moves when one scrolls near its end, so that 10,000 messages scroll as 100 do.
 */
const page = 100
const most = 300
const near = 400

let key
let thread
let items = []
let from = 0
let total = 0
let loading = false
let unseen = 0
let handlers

const list = () => $("messages")
const atTail = () => from + items.length >= total
const atBottom = () => list().scrollHeight - list().scrollTop - list().clientHeight < 60

/** `onReply(message)`; `me()` is who acts. */
export const setUp = (given) => {
  handlers = given
  list().addEventListener("scroll", onScroll, { passive: true })
  list().addEventListener("click", onClick)
  $("to-latest").addEventListener("click", () => latest())
  $("thread-close").addEventListener("click", () => open(key))
}

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

const fetchPage = (start, limit) => {
  const query = new URLSearchParams({ conversation: key, limit })
  if (start !== undefined) query.set("from", start)
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
  if (list().scrollTop < near && from > 0) extend("before")
  else if (list().scrollHeight - list().scrollTop - list().clientHeight < near && !atTail()) extend("after")
}

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

/** What one reads stays where it is while what is around it changes. */
const keepingPlace = (change) => {
  const top = list().getBoundingClientRect().top
  const anchor = [...list().querySelectorAll(".message")].find((row) => row.getBoundingClientRect().bottom > top)
  const before = anchor?.getBoundingClientRect().top
  change()
  const again = anchor === undefined ? null : list().querySelector(`[data-id="${CSS.escape(anchor.dataset.id)}"]`)
  if (again !== null && before !== undefined) list().scrollTop += again.getBoundingClientRect().top - before
}

/** Takes in what changed. */
export const update = (messages, pins) => {
  const mine = messages.filter(
    ({ conversation, parentThreadId, threadId }) =>
      conversation === key && (thread === undefined || threadId === thread || parentThreadId === thread)
  )
  const stay = atBottom() && atTail()
  let added = 0
  for (const message of mine) {
    const index = items.findIndex(({ id }) => id === message.id)
    if (index !== -1) {
      // what is left of a deleted message does not say which thread it was in
      items[index] = message.deleted ? { ...items[index], ...message, body: undefined } : message
      continue
    }
    const last = items.at(-1)
    const isNew = last === undefined || after(message, last)
    if (isNew && !message.deleted) {
      if (atTail()) items.push(message)
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

const after = (a, b) => a.date > b.date || (a.date === b.date && a.sequence > b.sequence)

const showLatest = () => {
  const button = $("to-latest")
  button.hidden = key === undefined || (atTail() && atBottom())
  button.textContent = unseen === 0 ? "Latest" : `${unseen} new`
}

const render = () => {
  const rows = []
  let previous
  if (from > 0) rows.push(h("p", { class: "earlier" }, `${from.toLocaleString()} earlier`))
  for (const message of items) {
    if (previous === undefined || shownDay(previous.date) !== shownDay(message.date)) {
      rows.push(h("h3", { class: "day" }, h("span", {}, shownDay(message.date))))
      previous = undefined
    }
    rows.push(row(message, previous, joins(previous, message)))
    previous = message
  }
  if (key !== undefined && items.length === 0)
    rows.push(h("p", { class: "empty" }, "No messages yet. Write the first one."))
  list().replaceChildren(...rows)
  showLatest()
}

/** Whether a reply stands right below what it replies to, or below another reply to that. */
const follows = (previous, { parentThreadId }) =>
  previous !== undefined && (previous.threadId === parentThreadId || previous.parentThreadId === parentThreadId)

/** Whether a message stands under the name of the one before it. */
const joins = (previous, message) =>
  previous !== undefined &&
  previous.author === message.author &&
  previous.parentThreadId === message.parentThreadId &&
  Date.parse(message.date) - Date.parse(previous.date) < 300_000

const row = (message, previous, joined) => {
  const user = store.users.get(message.author)
  const parent =
    message.parentThreadId === undefined ? undefined : items.find(({ threadId }) => threadId === message.parentThreadId)
  const replies =
    message.threadId === undefined
      ? 0
      : items.filter(({ parentThreadId }) => parentThreadId === message.threadId).length
  const quiet = message.parentThreadId !== undefined && thread === undefined
  return h(
    "article",
    {
      class: `message ${joined ? "joined" : ""} ${message.deleted ? "deleted" : ""} ${quiet ? "reply" : ""}`,
      "data-id": message.id,
      "aria-label": `${nameOf(message.author)}, ${shownTime(message.date)}`
    },
    joined
      ? h("span", { class: "gutter" }, h("time", { datetime: message.date }, shownTime(message.date)))
      : avatar(user),
    h(
      "div",
      { class: "message-main" },
      joined
        ? ""
        : h(
            "header",
            {},
            h("strong", {}, nameOf(message.author)),
            user?.bot ? h("span", { class: "tag" }, "bot") : "",
            h("time", { datetime: message.date }, shownTime(message.date))
          ),
      quiet && !follows(previous, message)
        ? h(
            "button",
            { type: "button", class: "in-thread", "data-do": "thread", "data-thread": message.parentThreadId },
            "↳ ",
            parent?.body === undefined ? "in a thread" : parent.body.slice(0, 80)
          )
        : "",
      message.deleted
        ? h("p", { class: "body" }, "This message was deleted")
        : h(
            "p",
            { class: "body" },
            ...mentioned(message),
            message.edited ? h("span", { class: "edited" }, " edited") : ""
          ),
      extras(message, replies)
    ),
    message.deleted ? "" : actions(message)
  )
}

/** The text, with the names that it mentions marked; names that it does not hold come after it. */
const mentioned = ({ body, mentions }) => {
  const names = mentions.map((id) => ({ id, text: `@${nameOf(id)}` }))
  const parts = []
  let rest = body
  while (rest !== "") {
    const next = names
      .map(({ text }) => ({ text, at: rest.indexOf(text) }))
      .filter(({ at }) => at !== -1)
      .sort((a, b) => a.at - b.at)[0]
    if (next === undefined) break
    parts.push(rest.slice(0, next.at), h("span", { class: "mention" }, next.text))
    rest = rest.slice(next.at + next.text.length)
  }
  const missing = names.filter(({ text }) => !body.includes(text))
  return [...parts, rest, ...missing.flatMap(({ text }) => [" ", h("span", { class: "mention" }, text)])]
}

const extras = (message, replies) => {
  const chips = message.reactions.map(({ emoji, users }) =>
    h(
      "button",
      {
        type: "button",
        class: `reaction ${users.includes(handlers.me()) ? "mine" : ""}`,
        "data-do": "react",
        "data-emoji": emoji,
        title: users.map(nameOf).join(", "),
        "aria-label": `${emoji} from ${users.map(nameOf).join(", ")}`
      },
      `${emoji} ${users.length}`
    )
  )
  if (message.pinned) chips.unshift(h("span", { class: "pinned" }, "Pinned"))
  if (replies > 0 && thread === undefined) {
    chips.push(
      h(
        "button",
        { type: "button", class: "replies", "data-do": "thread", "data-thread": message.threadId },
        replies === 1 ? "1 reply" : `${replies} replies`
      )
    )
  }
  return chips.length === 0 ? "" : h("div", { class: "extras" }, chips)
}

const actions = (message) =>
  h(
    "div",
    { class: "actions" },
    ["👍", "❤️", "🎉"].map((emoji) => action("react", emoji, `React with ${emoji}`, { "data-emoji": emoji })),
    action("reply", "Reply", "Reply in its thread"),
    action("pin", message.pinned ? "Unpin" : "Pin", message.pinned ? "Unpin" : "Pin"),
    action("edit", "Edit", `Edit as ${nameOf(message.author)}`),
    action("delete", "Delete", `Delete as ${nameOf(message.author)}`)
  )

const action = (name, text, label, more = {}) =>
  h("button", { type: "button", "data-do": name, "aria-label": label, title: label, ...more }, text)

const onClick = ({ target }) => {
  const button = target.closest("button[data-do]")
  if (button === null) return
  const id = button.closest(".message").dataset.id
  const message = items.find((item) => item.id === id)
  // what goes wrong was said by then
  if (message !== undefined) act(button, message).catch(() => {})
}

const act = async (button, message) => {
  const conversation = store.conversations.get(key)
  const me = handlers.me()
  switch (button.dataset.do) {
    case "thread":
      return open(key, button.dataset.thread)
    case "reply":
      return handlers.onReply(message)
    case "edit":
      return handlers.onEdit(message)
    case "react": {
      const mine = message.reactions.filter(({ users }) => users.includes(me)).map(({ emoji }) => emoji)
      const { emoji } = button.dataset
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
