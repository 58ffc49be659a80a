// @ts-check
import { actAs, call, pathOf } from "./api.js"
import { $, h, ignore, the } from "./dom.js"
import { nameOf, store } from "./store.js"

/** @typedef {import("./store.js").Conversation} Conversation */
/** @typedef {import("./store.js").Message} Message */

/** @type {Message | undefined} */
let replyTo
/** @type {Message | undefined} */
let editing

const text = () => the("text", HTMLTextAreaElement)
const author = () => the("author", HTMLSelectElement)
const composeForm = () => the("compose", HTMLFormElement)
const roomForm = () => the("room-form", HTMLFormElement)
const roomDialog = () => the("room-dialog", HTMLDialogElement)

export const me = () => author().value

/**
 * Writing as anyone who is in the conversation, and new conversations.
 *
 * @param {(jid: string | undefined) => void} onCreated
 */
export const setUp = (onCreated) => {
  composeForm().addEventListener("submit", (event) => {
    event.preventDefault()
    send().catch(ignore)
  })
  text().addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault()
      composeForm().requestSubmit()
    }
    if (event.key === "Escape") leave()
  })
  text().addEventListener("input", grow)
  $("new-room").addEventListener("click", ask)
  $("room-cancel").addEventListener("click", () => roomDialog().close())
  roomForm().addEventListener("submit", (event) => {
    event.preventDefault()
    create(new FormData(roomForm())).then(onCreated, ignore)
  })
}

const grow = () => {
  const { scrollHeight, style } = text()
  style.height = "auto"
  style.height = `${Math.min(scrollHeight, 160)}px`
}

/** Who may write here; whoever was chosen stays. @param {Conversation | undefined} conversation */
export const showAuthors = (conversation) => {
  $("compose").hidden = conversation === undefined
  if (conversation === undefined) return
  const before = me()
  const people = [...conversation.participants].sort(
    (a, b) => Number(store.users.get(a)?.bot ?? false) - Number(store.users.get(b)?.bot ?? false)
  )
  author().replaceChildren(...people.map((id) => h("option", { value: id, selected: id === before }, nameOf(id))))
}

/** @param {Message} message */
export const reply = (message) => {
  leave()
  replyTo = message
  banner(`Reply to ${nameOf(message.author)}: ${message.body}`)
}

/** @param {Message} message */
export const edit = (message) => {
  leave()
  editing = message
  text().value = message.body ?? ""
  banner(`Edit the message of ${nameOf(message.author)}`)
  grow()
}

/** @param {string} about */
const banner = (about) => {
  $("reply-to").replaceChildren(
    h("span", {}, about),
    h("button", { type: "button", class: "button quiet small", onclick: leave }, "Cancel")
  )
  $("reply-to").hidden = false
  text().focus()
}

export const leave = () => {
  if (editing !== undefined) text().value = ""
  replyTo = editing = undefined
  $("reply-to").hidden = true
}

const send = async () => {
  const message = text().value.trim()
  const conversation = store.conversations.get(store.open ?? "")
  if (message === "" || conversation === undefined) return
  const mentions = conversation.participants
    .filter((id) => message.includes(`@${nameOf(id)}`))
    .flatMap((id) => store.users.get(id)?.jid ?? [])
  const body = { message, ...(mentions.length === 0 ? {} : { mentions }) }
  if (editing !== undefined) {
    await actAs(editing.author, "PATCH", `${pathOf(conversation, editing.author)}/${editing.id}`, body)
  } else {
    const threadId = replyTo?.parentThreadId ?? replyTo?.threadId
    await actAs(me(), "POST", pathOf(conversation, me()), { ...body, ...(threadId === undefined ? {} : { threadId }) })
  }
  leave()
  text().value = ""
  grow()
}

const ask = () => {
  roomForm().reset()
  $("room-people").replaceChildren(
    ...[...store.users.values()].map(({ bot, name }) =>
      h(
        "label",
        { class: "choice" },
        h("input", { type: "checkbox", name: "people", value: name }),
        name,
        bot ? h("span", { class: "tag" }, "bot") : ""
      )
    )
  )
  roomDialog().showModal()
}

/** @param {FormData} form */
const create = async (form) => {
  /** @param {string} name */
  const textOf = (name) => String(form.get(name) ?? "").trim()
  const added = textOf("user")
  const people = [...form.getAll("people").map(String), ...(added === "" ? [] : [added])]
  const subject = textOf("subject")
  const seed = {
    users: added === "" ? [] : [added],
    ...(people.length === 0 || (subject === "" && people.length === 2)
      ? {}
      : { rooms: [{ subject: subject || people.join(", "), participants: people }] }),
    ...(subject === "" && people.length === 2 ? { oneOnOnes: [{ users: people, messages: [{ message: "👋" }] }] } : {})
  }
  const { rooms } = await call("POST", "/seed", seed)
  roomDialog().close()
  return rooms[0]?.jid
}
