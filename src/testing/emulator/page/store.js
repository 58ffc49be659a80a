// @ts-check
/**
 * @typedef {typeof import("../http/schemas.js").User.Type} User
 * @typedef {typeof import("../http/schemas.js").Conversation.Type} Conversation
 * @typedef {typeof import("../http/schemas.js").Message.Type} Message
 * @typedef {typeof import("../http/schemas.js").Request.Type} LoggedRequest
 * @typedef {typeof import("../http/schemas.js").RequestDetail.Type} RequestDetail
 * @typedef {typeof import("../http/schemas.js").State.Type} State
 * @typedef {typeof import("../http/schemas.js").Update.Type} Update
 * @typedef {Pick<Update, "clock" | "faults" | "rateLimit" | "windows">} Moment
 */

/** What the page knows, and who wants to know when it changes. */
export const store = {
  /** @type {Map<string, User>} */
  users: new Map(),
  /** @type {Map<string, Conversation>} */
  conversations: new Map(),
  /** The key of the conversation that is shown. @type {string | undefined} */
  open: undefined,
  /** Its unread marks: keys of conversations with something new. @type {Set<string>} */
  unread: new Set(),
  /** @type {Map<number, LoggedRequest>} */
  requests: new Map(),
  /** @type {Moment | undefined} */
  moment: undefined,
  /** What this machine's clock was when `moment` came. */
  momentAt: 0
}

/** @param {string | undefined} id */
export const nameOf = (id) => (id === undefined ? "unknown" : (store.users.get(id)?.name ?? id.slice(0, 8)))

/** The org's time now, epoch milliseconds. */
export const now = () =>
  store.moment === undefined ? Date.now() : Date.parse(store.moment.clock.time) + performance.now() - store.momentAt

/** @param {Moment} moment */
export const setMoment = ({ clock, faults, rateLimit, windows }) => {
  store.moment = { clock, faults, rateLimit, windows }
  store.momentAt = performance.now()
}
