// @ts-check
import { $, avatar, h, shownWhen, the, within } from "./dom.js"
import { nameOf, now, store } from "./store.js"

/** @typedef {import("./store.js").Conversation} Conversation */

/** The list at the side: newest first, found by name. @param {(key: string) => void} onOpen */
export const setUp = (onOpen) => {
  const list = $("conversations")
  $("conversation-search").addEventListener("input", render)
  list.addEventListener("click", (event) => {
    const key = within(event, "button")?.dataset["key"]
    if (key !== undefined) onOpen(key)
  })
  list.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
    if (step === 0) return
    const buttons = [...list.querySelectorAll("button")]
    buttons[buttons.findIndex((button) => button.matches(":focus")) + step]?.focus()
    event.preventDefault()
  })
}

export const sorted = () =>
  [...store.conversations.values()].sort(
    (a, b) => (b.last?.date ?? "").localeCompare(a.last?.date ?? "") || a.title.localeCompare(b.title)
  )

export const render = () => {
  const search = the("conversation-search", HTMLInputElement).value.trim().toLowerCase()
  const shown = sorted().filter(({ title }) => title.toLowerCase().includes(search))
  const active = document.activeElement
  const focused = active instanceof HTMLElement ? active.dataset["key"] : undefined
  $("conversations").replaceChildren(
    ...shown.map(item),
    ...(shown.length === 0
      ? [h("li", { class: "empty" }, search === "" ? "No conversations yet." : "None of that name.")]
      : [])
  )
  if (focused === undefined) return
  const again = $("conversations").querySelector(`[data-key="${CSS.escape(focused)}"]`)
  if (again instanceof HTMLElement) again.focus()
}

/** @param {Conversation} conversation */
const item = (conversation) => {
  const { key, kind, last, participants, title } = conversation
  const open = key === store.open
  const mark =
    kind === "oneOnOne"
      ? h(
          "span",
          { class: "pair" },
          participants.map((id) => avatar(store.users.get(id), "small"))
        )
      : h("span", { class: `room-mark ${kind}`, "aria-hidden": "true" }, "#")
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: `conversation ${store.unread.has(key) ? "unread" : ""}`,
        "data-key": key,
        "aria-current": open ? "true" : undefined
      },
      mark,
      h(
        "span",
        { class: "conversation-text" },
        h(
          "span",
          { class: "conversation-line" },
          h("span", { class: "conversation-title" }, title),
          last === undefined ? "" : h("time", { datetime: last.date }, shownWhen(last.date, now()))
        ),
        h(
          "span",
          { class: "conversation-line" },
          h(
            "span",
            { class: "conversation-last" },
            last === undefined ? "No messages" : `${nameOf(last.author)}: ${last.text}`
          ),
          store.unread.has(key)
            ? h("span", { class: "dot" }, h("span", { class: "visually-hidden" }, "new messages"))
            : ""
        )
      )
    )
  )
}
