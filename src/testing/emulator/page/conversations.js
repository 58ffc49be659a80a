import { $, avatar, h, shownWhen } from "./dom.js"
import { nameOf, now, store } from "./store.js"

/** The list at the side: newest first, found by name. */
export const setUp = (onOpen) => {
  const list = $("conversations")
  $("conversation-search").addEventListener("input", render)
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("button")
    if (button !== null) onOpen(button.dataset.key)
  })
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    const buttons = [...list.querySelectorAll("button")]
    buttons[buttons.indexOf(document.activeElement) + step]?.focus()
    event.preventDefault()
  })
}

export const sorted = () =>
  [...store.conversations.values()].sort(
    (a, b) => (b.last?.date ?? "").localeCompare(a.last?.date ?? "") || a.title.localeCompare(b.title)
  )

export const render = () => {
  const search = $("conversation-search").value.trim().toLowerCase()
  const shown = sorted().filter(({ title }) => title.toLowerCase().includes(search))
  const focused = document.activeElement?.dataset?.key
  $("conversations").replaceChildren(
    ...shown.map(item),
    ...(shown.length === 0
      ? [h("li", { class: "empty" }, search === "" ? "No conversations yet." : "None of that name.")]
      : [])
  )
  if (focused !== undefined)
    $("conversations")
      .querySelector(`[data-key="${CSS.escape(focused)}"]`)
      ?.focus()
}

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
