import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { memorySocket } from "./channels/MemorySocket.js"
import type { Host } from "./host.js"
import * as Inspect from "./inspect.js"
import { httpClient } from "./memory.js"
import type { ClientRecord, UserRecord } from "./model.js"
import type { Org } from "./Org.js"
import { millis, permissionsOf, rateLimit } from "./options.js"
import { changedEvents } from "./optionsSchema.js"
import { Snapshot } from "./Snapshot.js"
import * as Seed from "./seed.js"
import type { Service } from "./service.js"

/** How long an authorization code is good for. */
const codeLifetime = Duration.toMillis(Duration.minutes(5))

/** The control of a host. What throws here is a defect: a test that names what is not there. */
export const make = (host: Host, url: string, initial: Snapshot): Service => {
  const { clientId, clientSecret } = host.org.settings
  /** A step that changes the org: whoever watches is told once it is done. */
  const change = <A>(step: () => A): Effect.Effect<A> =>
    Effect.sync(() => {
      const result = step()
      host.changed()
      return result
    })
  return {
    url,
    clientId,
    clientSecret: Redacted.make(clientSecret),
    bot: Inspect.user(userOf(host.org, clientOf(host.org, clientId).botId)),
    httpClient: httpClient(host),
    webSocket: memorySocket(() => host.channels),
    channels: {
      sockets: Effect.sync(() => host.channels.sockets),
      list: Effect.sync(() => host.channels.list),
      topics: Effect.sync(() => host.channels.topics),
      setEvents: (events) =>
        change(() => {
          host.channels.options = changedEvents("Emulator.setEvents", host.channels.options, events)
        }),
      send: (data) => Effect.sync(() => host.channels.send(data)),
      announceClosing: Effect.sync(() => host.channels.announceClosing()),
      close: (code) => Effect.sync(() => host.channels.close(code ?? 1001)),
      terminate: Effect.sync(() => host.channels.terminate()),
      forget: Effect.sync(() => host.channels.clear()),
      expire: (channelId) => Effect.sync(() => host.channels.clear(channelId))
    },

    addUser: (options) =>
      change(() => {
        const { accounts, ids } = host.org
        const name = options?.name ?? `user ${accounts.users.size}`
        const permissions = permissionsOf(options?.permissions ?? "all")
        return Inspect.user(accounts.addUser(ids, { ...options, name, permissions }))
      }),
    updateUser: (userId, changes) =>
      change(() => {
        const user = userOf(host.org, userId)
        const { email = user.email, name = user.name, state = user.state } = changes
        const changed = { ...user, email, name, state }
        host.org.accounts.putUser(changed)
        return Inspect.user(changed)
      }),
    addClient: (options) =>
      change(() => {
        const { accounts, ids } = host.org
        const secret = options?.clientSecret ?? Redacted.make(ids.hex(43))
        const client = accounts.addClient(
          ids,
          options?.clientId ?? ids.uuid(),
          Redacted.value(secret),
          permissionsOf(options?.permissions ?? "all")
        )
        return { clientId: client.id, clientSecret: secret, bot: Inspect.user(userOf(host.org, client.botId)) }
      }),
    addRoom: (options) => change(() => Seed.addRoom(host.org, host.now(), options)),
    addGroup: ({ members, ...options }) =>
      change(() => {
        const { id, jid } = Seed.addGroupRoom(host.org, host.now(), { ...options, participants: members })
        return { id, name: options.name, roomJid: jid }
      }),
    addGroupRoom: (options) => change(() => Seed.addGroupRoom(host.org, host.now(), options)),
    closeChat: (userId, conversation) =>
      change(() => {
        const { key } = Inspect.conversationOf(host.org, conversation)
        host.org.closeChat(userOf(host.org, userId).id, key, host.now())
      }),
    seedMessages: (conversation, count, options) =>
      change(() => Seed.messages(host.org, host.now(), conversation, count, options)),

    setPermissions: (userId, permissions) =>
      change(() => {
        const user = userOf(host.org, userId)
        host.org.accounts.users.set(user.id, { ...user, permissions: permissionsOf(permissions) })
      }),
    setClientPermissions: (id, permissions) =>
      change(() => {
        const client = clientOf(host.org, id)
        host.org.accounts.clients.set(client.id, { ...client, permissions: permissionsOf(permissions) })
      }),
    issueToken: (userId, options) =>
      change(() => {
        const { accounts, ids, settings } = host.org
        const lifetime =
          options?.expiresIn === undefined
            ? settings.tokenLifetime
            : millis("Emulator.issueToken: expiresIn", options.expiresIn)
        const token = accounts.issueAccessToken(ids, {
          clientId: clientOf(host.org, options?.clientId ?? clientId).id,
          userId: userOf(host.org, userId).id,
          permissions: options?.permissions === undefined ? undefined : permissionsOf(options.permissions),
          expiresAt: host.now() + lifetime
        })
        return Redacted.make(token)
      }),
    issueRefreshToken: (userId, options) =>
      change(() =>
        Redacted.make(
          host.org.accounts.issueRefreshToken(host.org.ids, {
            clientId: clientOf(host.org, options?.clientId ?? clientId).id,
            userId: userOf(host.org, userId).id,
            publicClient: options?.publicClient ?? false
          })
        )
      ),
    issueCode: (userId, options) =>
      change(() => {
        const code = host.org.ids.hex(64)
        host.org.accounts.codes.set(code, {
          clientId: clientOf(host.org, options.clientId ?? clientId).id,
          userId: userOf(host.org, userId).id,
          redirectUri: options.redirectUri,
          codeChallenge: options.codeChallenge,
          expiresAt: host.now() + codeLifetime
        })
        return Redacted.make(code)
      }),
    issueAssertion: (userId) =>
      change(() => {
        const assertion = host.org.ids.hex(128)
        host.org.accounts.assertions.set(assertion, userOf(host.org, userId).id)
        return Redacted.make(assertion)
      }),
    expireTokens: change(() => {
      const { accessTokens } = host.org.accounts
      const now = host.now()
      for (const [value, token] of accessTokens) {
        accessTokens.set(value, { ...token, expiresAt: Math.min(now, token.expiresAt) })
      }
    }),

    users: Effect.sync(() => [...host.org.accounts.users.values()].map(Inspect.user)),
    room: (jid) => Effect.sync(() => Option.fromNullable(Inspect.room(host.org, jid))),
    messages: (conversation) => Effect.sync(() => Inspect.messages(host.org, conversation)),
    pins: (conversation) => Effect.sync(() => Inspect.pins(host.org, conversation)),
    requests: Effect.sync(() => host.log.list()),
    clearRequests: Effect.sync(() => host.log.clear()),

    adjustClock: (duration) =>
      change(() => {
        host.org.clockOffset += millis("Emulator.adjustClock: duration", duration)
      }),
    setRateLimit: (limit) =>
      change(() => {
        host.org.rateLimit = rateLimit("Emulator.setRateLimit", limit)
      }),
    faults: Effect.sync(() => host.faults),
    setFaults: (faults) =>
      change(() => {
        host.setFaults(faults)
      }),

    snapshot: Effect.sync(() => new Snapshot(host.org)),
    reset: (snapshot) =>
      Effect.sync(() => {
        host.reset((snapshot ?? initial).restore())
      }),
    fork: Effect.sync(() => make(host.fork(), memoryUrl, initial))
  }
}

/** What stands for an origin where there is no socket; the name can never be resolved (RFC 6761). */
export const memoryUrl = "http://emulator.invalid"

const userOf = (org: Org, id: string): UserRecord => {
  const user = org.accounts.users.get(id)
  if (user === undefined) throw new Error(`The emulator has no user ${id}: add one with addUser`)
  return user
}

const clientOf = (org: Org, id: string): ClientRecord => {
  const client = org.accounts.clients.get(id)
  if (client === undefined) throw new Error(`The emulator has no client ${id}: add one with addClient`)
  return client
}
