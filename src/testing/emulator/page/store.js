/** What the page knows, and who wants to know when it changes. */
export const store = {
  users: new Map(),
  conversations: new Map(),
  /** The key of the conversation that is shown. */
  open: undefined,
  /** Its unread marks: keys of conversations with something new. */
  unread: new Set(),
  requests: new Map(),
  moment: undefined,
  /** What this machine's clock was when `moment` came. */
  momentAt: 0
}

export const nameOf = (id) => store.users.get(id)?.name ?? id?.slice(0, 8) ?? "unknown"

/** The org's time now, epoch milliseconds. */
export const now = () =>
  store.moment === undefined ? Date.now() : Date.parse(store.moment.clock.time) + performance.now() - store.momentAt

export const setMoment = ({ clock, faults, rateLimit, windows }) => {
  store.moment = { clock, faults, rateLimit, windows }
  store.momentAt = performance.now()
}
