// @ts-check
import { avatar, h, shownTime } from "./dom.js"
import { nameOf, store } from "./store.js"

/** @typedef {import("./store.js").Message} Message */

/**
 * Whether a reply stands right below what it replies to, or below another reply to that.
 *
 * @param {Message | undefined} previous
 * @param {Message} message
 */
const follows = (previous, { parentThreadId }) =>
  previous !== undefined && (previous.threadId === parentThreadId || previous.parentThreadId === parentThreadId)

/**
 * Whether a message stands under the name of the one before it.
 *
 * @param {Message | undefined} previous
 * @param {Message} message
 */
const joins = (previous, message) =>
  previous !== undefined &&
  previous.author === message.author &&
  previous.parentThreadId === message.parentThreadId &&
  Date.parse(message.date) - Date.parse(previous.date) < 300_000

/**
 * @typedef {object} Surroundings
 * @property {ReadonlyArray<Message>} items the messages that are in the document
 * @property {string | undefined} thread the thread that is shown alone
 * @property {string} me who acts
 */

/**
 * A message as a person sees it, below the one before it.
 *
 * @param {Message} message
 * @param {Message | undefined} previous
 * @param {Surroundings} surroundings
 */
export const messageRow = (message, previous, { items, me, thread }) => {
  const joined = joins(previous, message)
  const user = store.users.get(message.author)
  const parent =
    message.parentThreadId === undefined ? undefined : items.find(({ threadId }) => threadId === message.parentThreadId)
  const replies =
    message.threadId === undefined || thread !== undefined
      ? 0
      : items.filter(({ parentThreadId }) => parentThreadId === message.threadId).length
  const quiet = message.parentThreadId !== undefined && thread === undefined
  return h(
    "article",
    {
      class: `message ${joined ? "joined" : ""} ${message.deleted ? "deleted" : ""} ${quiet ? "reply" : ""}`,
      "data-key": message.id,
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
      extras(message, replies, me)
    ),
    message.deleted ? "" : actions(message)
  )
}

/**
 * The text, with the names that it mentions marked; names that it does not hold come after it.
 *
 * @param {Message} message
 */
const mentioned = ({ body = "", mentions }) => {
  const names = mentions.map((id) => ({ id, text: `@${nameOf(id)}` }))
  /** @type {Array<string | HTMLElement>} */
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

/**
 * @param {Message} message
 * @param {number} replies
 * @param {string} me
 */
const extras = (message, replies, me) => {
  /** @type {Array<HTMLElement>} */
  const chips = message.reactions.map(({ emoji, users }) =>
    h(
      "button",
      {
        type: "button",
        class: `reaction ${users.includes(me) ? "mine" : ""}`,
        "data-do": "react",
        "data-emoji": emoji,
        title: users.map(nameOf).join(", "),
        "aria-label": `${emoji} from ${users.map(nameOf).join(", ")}`
      },
      `${emoji} ${users.length}`
    )
  )
  if (message.pinned) chips.unshift(h("span", { class: "pinned" }, "Pinned"))
  if (replies > 0) {
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

/** @param {Message} message */
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

/**
 * @param {string} name
 * @param {string} text
 * @param {string} label
 * @param {Record<string, string>} more
 */
const action = (name, text, label, more = {}) =>
  h("button", { type: "button", "data-do": name, "aria-label": label, title: label, ...more }, text)
