import * as Either from "effect/Either"
import type { IdSource } from "./IdSource.js"
import type {
  AccessToken,
  AuthorizationCode,
  ClientRecord,
  GroupRecord,
  Permissions,
  RefreshToken,
  UserRecord
} from "./model.js"
import * as Refusal from "./Refusal.js"

/** Who is to be added; the address is made of the name where there is none. */
export interface NewUser {
  readonly name: string
  readonly permissions: Permissions
  readonly email?: string | undefined
  readonly state?: string | undefined
}

const defaultSecret = "emulator-secret"

/** So many are looked for. */
const many = 20

const newest = (tokens: ReadonlyMap<string, unknown>): ReadonlyArray<string> => [...tokens.keys()].slice(-many)

/** Users, groups, clients and what they hold: tokens, codes, assertions. */
export class Accounts {
  readonly orgName: string
  readonly users: Map<string, UserRecord>
  readonly groups: Map<string, GroupRecord>
  readonly clients: Map<string, ClientRecord>
  readonly accessTokens: Map<string, AccessToken>
  readonly refreshTokens: Map<string, RefreshToken>
  readonly codes: Map<string, AuthorizationCode>
  /** The users that SAML2 assertions stand for. */
  readonly assertions: Map<string, string>
  readonly #idsByJid: Map<string, string>
  readonly #addresses: Set<string>

  constructor(source: { readonly orgName: string } | Accounts) {
    const from = source instanceof Accounts ? source : undefined
    this.orgName = source.orgName
    this.users = new Map(from?.users)
    this.groups = new Map(from?.groups)
    this.clients = new Map(from?.clients)
    this.accessTokens = new Map(from?.accessTokens)
    this.refreshTokens = new Map(from?.refreshTokens)
    this.codes = new Map(from?.codes)
    this.assertions = new Map(from?.assertions)
    this.#idsByJid = new Map(from === undefined ? [] : from.#idsByJid)
    this.#addresses = new Set(from === undefined ? [] : from.#addresses)
  }

  clone(): Accounts {
    return new Accounts(this)
  }

  addUser(ids: IdSource, { email, name, permissions, state = "active" }: NewUser): UserRecord {
    const id = ids.uuid()
    const jid = `${ids.hex(24)}@${this.orgName}.orgspan.com`
    const user = { id, jid, name, permissions, email: email ?? this.#addressFor(name), state }
    this.putUser(user)
    return user
  }

  /** Puts a user where they can be found: one who is new, who has changed, or who was there before a restart. */
  putUser(user: UserRecord): void {
    this.users.set(user.id, user)
    this.#idsByJid.set(user.jid, user.id)
    this.#addresses.add(user.email)
  }

  /** `alice@acme.example`, and for a second Alice `alice.2@acme.example`. */
  #addressFor(name: string): string {
    const letters = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    const local = letters.replace(/[^a-z0-9-]+/g, ".").replace(/^\.+|\.+$/g, "") || "user"
    const address = (n: number) => `${local}${n === 1 ? "" : `.${n}`}@${this.orgName}.example`
    let n = 1
    while (this.#addresses.has(address(n))) n++
    return address(n)
  }

  addClient(ids: IdSource, id: string, secret: string, permissions: Permissions): ClientRecord {
    const bot = this.addUser(ids, { name: `bot of ${id}`, permissions: "all" })
    const client = { id, secret, permissions, botId: bot.id }
    this.clients.set(id, client)
    return client
  }

  /** What stands for somebody: the newest tokens, and secrets that are not in the documentation. */
  get secrets(): ReadonlyArray<string> {
    const clients = [...this.clients.values()].map(({ secret }) => secret).filter((secret) => secret !== defaultSecret)
    return [...newest(this.accessTokens), ...newest(this.refreshTokens), ...newest(this.codes), ...clients.slice(-many)]
  }

  user(id: string): Either.Either<UserRecord, Refusal.Refusal> {
    const user = this.users.get(id)
    return user === undefined ? Refusal.notFound("user", id) : Either.right(user)
  }

  userByJid(jid: string): UserRecord | undefined {
    const id = this.#idsByJid.get(jid)
    return id === undefined ? undefined : this.users.get(id)
  }

  issueAccessToken(ids: IdSource, token: AccessToken): string {
    const value = ids.hex(86)
    this.accessTokens.set(value, token)
    return value
  }

  issueRefreshToken(ids: IdSource, token: RefreshToken): string {
    const value = ids.hex(64)
    this.refreshTokens.set(value, token)
    return value
  }
}
