import type { Accounts } from "./Accounts.js"
import { Org } from "./Org.js"
import type { Settings } from "./options.js"
import { permissionsOf } from "./options.js"
import { type Change, type Scalars, type TableName, type Tables, tableNames } from "./stateSchema.js"

/** An org's state, taken apart into tables. Records are replaced, never changed, so a table may share them. */
export interface State {
  readonly scalars: Scalars
  readonly tables: Tables
}

/** What of an org is its state: a field that is added to it is missing here until it is kept too. */
type Parts = Exclude<keyof Org, "settings" | "clone" | "closeChat" | "closedAt" | "userSettingsOf">
type AccountTables = {
  readonly [K in keyof Accounts as Accounts[K] extends Map<string, unknown> ? K : never]: Accounts[K]
}

/** What of the emulator around the org is kept with it. */
export type Kept = Pick<Scalars, "faults" | "events">

export const stateOf = (org: Org, kept: Kept = { faults: undefined, events: undefined }): State => {
  const { accessTokens, assertions, clients, codes, groups, refreshTokens, users } = org.accounts
  const accounts: AccountTables = { accessTokens, assertions, clients, codes, groups, refreshTokens, users }
  const { all, messages, removed, rooms, sequence, threads } = org.conversations
  const parts = {
    ids: { ids: org.ids.state },
    accounts,
    conversations: {
      rooms,
      messages,
      removed,
      threads: mapValues(threads, ({ conversation }) => conversation),
      pins: mapValues(all, ({ pins }) => (pins.length === 0 ? undefined : pins))
    },
    userSettings: { userSettings: org.userSettings },
    closed: { closed: org.closed },
    unread: { unread: org.unread },
    windows: { windows: org.windows },
    chatSettings: { chatSettings: org.chatSettings },
    rateLimit: { rateLimit: org.rateLimit },
    clockOffset: { clockOffset: org.clockOffset }
  } satisfies Record<Parts, object>
  return {
    scalars: { ...parts.ids, sequence, ...parts.chatSettings, ...parts.rateLimit, ...parts.clockOffset, ...kept },
    tables: {
      ...parts.accounts,
      ...parts.conversations,
      ...parts.userSettings,
      ...parts.closed,
      ...parts.unread,
      ...parts.windows
    }
  }
}

const mapValues = <A, B>(map: ReadonlyMap<string, A>, f: (value: A) => B | undefined): Map<string, B> => {
  const result = new Map<string, B>()
  for (const [key, value] of map) {
    const mapped = f(value)
    if (mapped !== undefined) result.set(key, mapped)
  }
  return result
}

/**
 * An org with that state. Its default client is the one of the settings: one that is not there yet is
 * added, and one that is has the secret and permissions that are set now.
 */
export const orgOf = (settings: Settings, { scalars, tables }: State): Org => {
  const org = Org.make(settings)
  const { accounts } = org
  const { clientId, clientSecret, permissions } = settings
  accounts.users.clear()
  accounts.clients.clear()
  for (const user of tables.users.values()) accounts.putUser(user)
  copy(accounts.groups, tables.groups)
  copy(accounts.clients, tables.clients)
  copy(accounts.accessTokens, tables.accessTokens)
  copy(accounts.refreshTokens, tables.refreshTokens)
  copy(accounts.codes, tables.codes)
  copy(accounts.assertions, tables.assertions)
  copy(org.userSettings, tables.userSettings)
  copy(org.closed, tables.closed)
  copy(org.unread, tables.unread)
  copy(org.windows, tables.windows)
  org.conversations.restore({ ...tables, sequence: scalars.sequence })
  org.ids.moveTo([...scalars.ids])
  org.chatSettings = scalars.chatSettings
  org.rateLimit = scalars.rateLimit
  org.clockOffset = scalars.clockOffset
  const client = accounts.clients.get(clientId)
  if (client === undefined) accounts.addClient(org.ids, clientId, clientSecret, permissionsOf(permissions))
  else accounts.clients.set(clientId, { ...client, secret: clientSecret, permissions: permissionsOf(permissions) })
  return org
}

const copy = <A>(to: Map<string, A>, from: ReadonlyMap<string, A>): void => {
  for (const [key, value] of from) to.set(key, value)
}

/** States that follow each other, and what changed between them. */
export class StateTracker {
  #scalars = ""
  readonly #tables: { readonly [K in TableName]: Map<string, unknown> } = emptyTables()

  /** What changed since the last time; the first time it is everything. `undefined`: nothing. */
  next({ scalars, tables }: State): Change | undefined {
    const text = JSON.stringify(scalars)
    const changedTables = Object.fromEntries(
      tableNames.flatMap((name) => {
        const changed = difference(this.#tables[name], tables[name])
        return changed === undefined ? [] : [[name, changed]]
      })
    )
    if (text === this.#scalars && Object.keys(changedTables).length === 0) return undefined
    this.#scalars = text
    return { scalars, ...changedTables }
  }

  /** Takes a state for the last one, without saying what changed. */
  skip(state: State): void {
    this.next(state)
  }
}

const emptyTables = (): { readonly [K in TableName]: Map<string, unknown> } => ({
  users: new Map(),
  groups: new Map(),
  clients: new Map(),
  accessTokens: new Map(),
  refreshTokens: new Map(),
  codes: new Map(),
  assertions: new Map(),
  rooms: new Map(),
  threads: new Map(),
  messages: new Map(),
  removed: new Map(),
  pins: new Map(),
  userSettings: new Map(),
  closed: new Map(),
  unread: new Map(),
  windows: new Map()
})

/** Makes `before` what `after` is, and says what it took. */
const difference = (before: Map<string, unknown>, after: ReadonlyMap<string, unknown>) => {
  const set: Array<readonly [string, unknown]> = []
  for (const [key, value] of after) {
    if (before.get(key) === value) continue
    before.set(key, value)
    set.push([key, value])
  }
  const remove = before.size === after.size ? [] : [...before.keys()].filter((key) => !after.has(key))
  for (const key of remove) before.delete(key)
  if (set.length === 0 && remove.length === 0) return undefined
  return { ...(set.length === 0 ? {} : { set }), ...(remove.length === 0 ? {} : { remove }) }
}

/** A state put together again, change after change. */
export class StateBuilder {
  #scalars: Scalars | undefined
  readonly #tables: { readonly [K in TableName]: Map<string, unknown> } = emptyTables()

  add(change: Change): void {
    this.#scalars = change.scalars ?? this.#scalars
    for (const name of tableNames) {
      for (const [key, value] of change[name]?.set ?? []) this.#tables[name].set(key, value)
      for (const key of change[name]?.remove ?? []) this.#tables[name].delete(key)
    }
  }

  /** `undefined` where no change had the scalars: there was no state. */
  get state(): State | undefined {
    // each table holds what a change of its own schema put there
    return this.#scalars === undefined
      ? undefined
      : { scalars: this.#scalars, tables: this.#tables as unknown as Tables }
  }
}
