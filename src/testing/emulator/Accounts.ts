import * as Either from "effect/Either"
import type { IdSource } from "./IdSource.js"
import type { AccessToken, AuthorizationCode, ClientRecord, Permissions, RefreshToken, UserRecord } from "./model.js"
import * as Refusal from "./Refusal.js"

/** Users, clients and what they hold: tokens, codes, assertions. */
export class Accounts {
  readonly orgName: string
  readonly users: Map<string, UserRecord>
  readonly clients: Map<string, ClientRecord>
  readonly accessTokens: Map<string, AccessToken>
  readonly refreshTokens: Map<string, RefreshToken>
  readonly codes: Map<string, AuthorizationCode>
  /** The users that SAML2 assertions stand for. */
  readonly assertions: Map<string, string>
  readonly #idsByJid: Map<string, string>

  constructor(source: { readonly orgName: string } | Accounts) {
    const from = source instanceof Accounts ? source : undefined
    this.orgName = source.orgName
    this.users = new Map(from?.users)
    this.clients = new Map(from?.clients)
    this.accessTokens = new Map(from?.accessTokens)
    this.refreshTokens = new Map(from?.refreshTokens)
    this.codes = new Map(from?.codes)
    this.assertions = new Map(from?.assertions)
    this.#idsByJid = new Map(from === undefined ? [] : from.#idsByJid)
  }

  clone(): Accounts {
    return new Accounts(this)
  }

  addUser(ids: IdSource, name: string, permissions: Permissions): UserRecord {
    const user = { id: ids.uuid(), jid: `${ids.hex(24)}@${this.orgName}.orgspan.com`, name, permissions }
    this.users.set(user.id, user)
    this.#idsByJid.set(user.jid, user.id)
    return user
  }

  /** Puts back a user that was there. */
  restoreUser(user: UserRecord): void {
    this.users.set(user.id, user)
    this.#idsByJid.set(user.jid, user.id)
  }

  addClient(ids: IdSource, id: string, secret: string, permissions: Permissions): ClientRecord {
    const bot = this.addUser(ids, `bot of ${id}`, "all")
    const client = { id, secret, permissions, botId: bot.id }
    this.clients.set(id, client)
    return client
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
