import { actAs, call, pathOf } from "./api.js"
import { $, h } from "./dom.js"
import { nameOf, store } from "./store.js"

let replyTo
let editing

export const me = () => $("author").value

/** Writing as anyone who is in the conversation, and new conversations. */
export const setUp = (onCreated) => {
  $("compose").addEventListener("submit", (event) => {
    event.preventDefault()
    send().catch(() => {})
  })
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault()
      $("compose").requestSubmit()
    }
    if (event.key === "Escape") leave()
  })
  $("text").addEventListener("input", grow)
  $("new-room").addEventListener("click", ask)
  $("room-cancel").addEventListener("click", () => $("room-dialog").close())
  $("room-form").addEventListener("submit", (event) => {
    event.preventDefault()
    create(new FormData($("room-form"))).then(onCreated, () => {})
  })
}

const grow = () => {
  const text = $("text")
  text.style.height = "auto"
  text.style.height = `${Math.min(text.scrollHeight, 160)}px`
}

/** Who may write here; whoever was chosen stays. */
export const showAuthors = (conversation) => {
  $("compose").hidden = conversation === undefined
  if (conversation === undefined) return
  const before = me()
  const people = [...conversation.participants].sort(
    (a, b) => Number(store.users.get(a)?.bot ?? false) - Number(store.users.get(b)?.bot ?? false)
  )
  $("author").replaceChildren(...people.map((id) => h("option", { value: id, selected: id === before }, nameOf(id))))
}

export const reply = (message) => {
  leave()
  replyTo = message
  banner(`Reply to ${nameOf(message.author)}: ${message.body}`)
}

export const edit = (message) => {
  leave()
  editing = message
  $("text").value = message.body
  banner(`Edit the message of ${nameOf(message.author)}`)
  grow()
}

const banner = (text) => {
  $("reply-to").replaceChildren(
    h("span", {}, text),
    h("button", { type: "button", class: "button quiet small", onclick: leave }, "Cancel")
  )
  $("reply-to").hidden = false
  $("text").focus()
}

export const leave = () => {
  if (editing !== undefined) $("text").value = ""
  replyTo = editing = undefined
  $("reply-to").hidden = true
}

const send = async () => {
  const message = $("text").value.trim()
  const conversation = store.conversations.get(store.open)
  if (message === "" || conversation === undefined) return
  const mentions = conversation.participants
    .filter((id) => message.includes(`@${nameOf(id)}`))
    .map((id) => store.users.get(id).jid)
  const body = { message, ...(mentions.length === 0 ? {} : { mentions }) }
  if (editing !== undefined) {
    await actAs(editing.author, "PATCH", `${pathOf(conversation, editing.author)}/${editing.id}`, body)
  } else {
    const threadId = replyTo?.parentThreadId ?? replyTo?.threadId
    await actAs(me(), "POST", pathOf(conversation, me()), { ...body, ...(threadId === undefined ? {} : { threadId }) })
  }
  leave()
  $("text").value = ""
  grow()
}

const ask = () => {
  $("room-form").reset()
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
  $("room-dialog").showModal()
}

const create = async (form) => {
  const added = form.get("user").trim()
  const people = [...form.getAll("people"), ...(added === "" ? [] : [added])]
  const subject = form.get("subject").trim()
  const seed = {
    users: added === "" ? [] : [added],
    ...(people.length === 0 || (subject === "" && people.length === 2)
      ? {}
      : { rooms: [{ subject: subject || people.join(", "), participants: people }] }),
    ...(subject === "" && people.length === 2 ? { oneOnOnes: [{ users: people, messages: [{ message: "👋" }] }] } : {})
  }
  const { rooms } = await call("POST", "/seed", seed)
  $("room-dialog").close()
  return rooms[0]?.jid
}
