/**
 * The vendor's own JavaScript SDK as a client of the emulator, unchanged: login and API are
 * pointed at it with the SDK's gateway setting.
 */
import * as Socket from "@effect/platform/Socket"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { expect, it } from "@effect/vitest"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import * as Faults from "../../src/testing/faults/Faults.js"
import { facts } from "../utils/facts.js"

/** What the SDK rejects with: the body of the error reply. */
class SdkError extends Data.TaggedError("SdkError")<{ readonly body: unknown }> {}

type Sdk = typeof import("purecloud-platform-client-v2")

type Client = Sdk["ApiClient"]["instance"]

/** What the SDK has and its types leave out. */
interface Undeclared {
  readonly loginSaml2BearerGrant: (id: string, secret: string, orgName: string, assertion: string) => Promise<unknown>
  readonly authorizePKCEGrant: (id: string, verifier: string, code: string, redirectUri: string) => Promise<unknown>
  readonly authData: { readonly accessToken?: string; readonly refreshToken?: string }
}

const isWhole = (client: Client): client is Client & Undeclared => "loginSaml2BearerGrant" in client

const run = <A>(call: () => Promise<A>) => Effect.tryPromise({ try: call, catch: (body) => new SdkError({ body }) })

const sdk = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  // CommonJS whose types are written as if it had named exports
  const imported: Sdk & { readonly default?: Sdk } = yield* Effect.promise(() => import("purecloud-platform-client-v2"))
  const platformClient = imported.default ?? imported
  const client = platformClient.ApiClient.instance
  const { hostname, port } = new URL(emulator.url)
  client.setGateway({ host: hostname, protocol: "http", port: Number(port) })
  return {
    client,
    chats: new platformClient.ChatApi(),
    users: new platformClient.UsersApi(),
    groups: new platformClient.GroupsApi(),
    notifications: new platformClient.NotificationsApi(),
    emulator,
    secret: Redacted.value(emulator.clientSecret)
  }
})

it.live("calls every operation of chat", () =>
  Effect.gen(function* () {
    const { chats, client, emulator, secret, users } = yield* sdk
    yield* run(() => client.loginClientCredentialsGrant(emulator.clientId, secret))
    const alice = yield* emulator.addUser({ name: "Alice" })
    const mobile = { notifications: { when: "Always" } }

    const { jid } = yield* run(() => chats.postChatsRooms({ subject: "Incident", userIds: [alice.id] }))
    const posted = { message: "We are on it", mentions: [alice.jid] }
    const { id } = yield* run(() => chats.postChatsRoomMessages(jid, posted))
    yield* run(() => chats.patchChatsRoomMessage(jid, id, { message: "We were on it" }))
    const { thread } = yield* run(() => chats.getChatsMessage(id))
    const threadId = thread.id ?? ""
    const reply = yield* run(() => chats.postChatsRoomMessages(jid, { message: "Done", threadId }))
    yield* run(() => chats.postChatsRoomMessagesPins(jid, { pinnedMessageIds: [id] }))
    yield* run(() => chats.putChatsMessageReactions(id, { reactions: ["👍"] }))
    yield* run(() => chats.patchChatsRoom(jid, { description: "over" }))
    const room = yield* run(() => chats.getChatsRoom(jid))
    expect(room).toMatchObject({ jid, subject: "Incident", description: "over", pinnedMessages: [{ id }] })
    const options = { limit: "10", before: "2100-01-01T00:00:00.000Z", excludeMetadata: false }
    const history = yield* run(() => chats.getChatsRoomMessages(jid, options))
    expect(history.entities?.map(({ body }) => body)).toEqual(["Done", "We were on it"])
    const reactions = [{ emoji: "👍", users: [{ id: emulator.bot.id }] }]
    expect(history.entities?.[1]).toMatchObject({ edited: true, reactions })
    expect((yield* run(() => chats.getChatsThreadMessages(threadId))).entities).toHaveLength(2)
    expect((yield* run(() => chats.getChatsRoomMessage(jid, `${id},${reply.id}`))).entities).toHaveLength(2)
    const { participants } = yield* run(() => chats.getChatsRoomParticipants(jid, { notify: false }))
    expect(participants?.map(({ user }) => user?.id)).toEqual([emulator.bot.id, alice.id])
    const one = yield* run(() => chats.getChatsRoomParticipant(jid, alice.jid))
    expect(one.participantJid).toBe(alice.jid)
    yield* run(() => chats.deleteChatsRoomParticipant(jid, alice.id))
    yield* run(() => chats.postChatsRoomParticipant(jid, alice.id))
    yield* run(() => chats.deleteChatsRoomMessagesPin(jid, id))
    yield* run(() => chats.deleteChatsRoomMessage(jid, reply.id))

    const sent = yield* run(() => chats.postChatsUserMessages(alice.id, { message: "psst" }))
    yield* run(() => chats.patchChatsUserMessage(alice.id, sent.id, { message: "psst!" }))
    yield* run(() => chats.postChatsUserMessagesPins(alice.id, { pinnedMessageIds: [sent.id] }))
    expect(yield* run(() => chats.getChatsUser(alice.id))).toMatchObject({ pinnedMessages: [{ id: sent.id }] })
    expect(yield* run(() => chats.getChatsUserMessages(alice.id))).toMatchObject({ entities: [{ body: "psst!" }] })
    expect((yield* run(() => chats.getChatsUserMessage(alice.id, sent.id))).entities).toHaveLength(1)
    yield* run(() => chats.deleteChatsUserMessagesPin(alice.id, sent.id))
    yield* run(() => chats.deleteChatsUserMessage(alice.id, sent.id))

    const inbox = yield* run(() => users.getUsersChatsMe({ excludeClosed: true, includePresence: true }))
    expect(inbox.entities?.map(({ room, user }) => room?.jid ?? user?.id)).toEqual([jid])

    yield* run(() => chats.putChatsSettings({ messageRetentionPeriodDays: 30 }))
    yield* run(() => chats.patchChatsSettings({ reactionsEnabled: false }))
    const settings = { messageRetentionPeriodDays: 30, reactionsEnabled: false }
    expect(yield* run(() => chats.getChatsSettings())).toEqual(settings)
    yield* run(() => chats.patchChatsUserSettings(alice.id, { mobile }))
    expect(yield* run(() => chats.getChatsUserSettings(alice.id))).toEqual({ mobile })

    client.setAccessToken(Redacted.value(yield* emulator.issueToken(alice.id)))
    yield* run(() => chats.postChatsUsersMeSettings({ muted: true }))
    yield* run(() => chats.patchChatsUsersMeSettings({ mentionsOnly: true, mobile }))
    const own = { muted: true, mentionsOnly: true, notifyOnReactions: true, mobile }
    expect(yield* run(() => chats.getChatsUsersMeSettings())).toEqual(own)
    yield* run(() => chats.deleteChatsUsersMeSettings())

    const operations = new Set((yield* emulator.requests).map(({ operation }) => operation))
    expect([...operations].filter((operation) => operation !== "token").sort()).toEqual(
      facts.endpoints.map(({ name }) => name).sort()
    )
    expect((yield* emulator.requests).filter(({ status }) => status === undefined || status >= 400)).toEqual([])
  }).pipe(Effect.provide(Emulator.layerServer()))
)

it.live("finds users, groups and the user's conversations", () =>
  Effect.gen(function* () {
    const { chats, client, emulator, groups, secret, users } = yield* sdk
    yield* run(() => client.loginClientCredentialsGrant(emulator.clientId, secret))
    const alice = yield* emulator.addUser({ name: "Alice" })
    const bob = yield* emulator.addUser({ name: "Bob", email: "Bob@acme.example" })
    const gone = yield* emulator.addUser({ name: "Gone", state: "inactive" })
    const group = yield* emulator.addGroup({ name: "Payments", members: [alice.id, bob.id] })

    const byEmail = (value: string) =>
      run(() => users.postUsersSearch({ query: [{ type: "EXACT", fields: ["email"], value }] }))
    expect((yield* byEmail("alice@acme.example")).results).toMatchObject([
      { id: alice.id, chat: { jabberId: alice.jid } }
    ])
    expect(yield* byEmail("bob@ACME.example")).toMatchObject({ total: 1, pageCount: 1, results: [{ id: bob.id }] })
    expect((yield* byEmail(gone.email)).results).toEqual([])

    // the SDK joins ids by commas
    const ids = (yield* run(() => users.getUsers({ id: [bob.id, gone.id, alice.id] }))).entities
    expect(ids?.map(({ id }) => id)).toEqual([bob.id, alice.id])
    const any = yield* run(() => users.getUsers({ id: [bob.id, gone.id], state: "any", pageSize: 1, pageNumber: 2 }))
    expect(any).toMatchObject({ total: 2, pageCount: 2, entities: [{ id: gone.id, state: "inactive" }] })
    const jids = (yield* run(() => users.getUsers({ jabberId: [alice.jid, bob.jid] }))).entities
    expect(jids?.map(({ id }) => id)).toEqual([alice.id, bob.id])
    const both = Effect.flip(run(() => users.getUsers({ id: [bob.id], jabberId: [bob.jid] })))
    expect((yield* both).body).toMatchObject({ status: 400 })

    expect(yield* run(() => groups.getGroup(group.id))).toMatchObject({ name: "Payments", memberCount: 2 })
    expect((yield* Effect.flip(run(() => groups.getGroup("none")))).body).toMatchObject({ status: 404 })

    expect((yield* Effect.flip(run(() => users.getUsersMe()))).body).toMatchObject({ status: 400 })
    client.setAccessToken(Redacted.value(yield* emulator.issueToken(alice.id)))
    expect(yield* run(() => users.getUsersMe())).toMatchObject({ id: alice.id, email: alice.email })
    yield* run(() => chats.postChatsUserMessages(bob.id, { message: "psst" }))
    const inbox = yield* run(() => users.getUsersChatsMe())
    expect(inbox.entities).toMatchObject([
      { open: true, room: { id: group.id, jid: group.roomJid } },
      { open: true, user: { id: bob.id, jid: bob.jid } }
    ])
    expect(inbox.nextUri).toBeUndefined()
  }).pipe(Effect.provide(Emulator.layerServer()))
)

it.live(
  "opens a notification channel, subscribes, and hears over a WebSocket",
  () =>
    Effect.gen(function* () {
      const { chats, client, emulator, notifications, secret, users } = yield* sdk
      yield* run(() => client.loginClientCredentialsGrant(emulator.clientId, secret))
      const alice = yield* emulator.addUser({ name: "Alice" })
      expect(yield* run(() => users.getUser(alice.id))).toMatchObject({ chat: { jabberId: alice.jid } })
      const { jid } = yield* run(() => chats.postChatsRooms({ subject: "Incident", userIds: [alice.id] }))
      const uuid = /^adhoc-([^@]+)@/.exec(jid)?.[1]

      const available = yield* run(() => notifications.getNotificationsAvailabletopics({ expand: ["transports"] }))
      const template = "v2.detail.events.collaboratechat.adhoc.{id}.messages"
      expect(available.entities?.find(({ id }) => id === template)?.transports).toContain("Websocket")
      const bare = yield* run(() => notifications.getNotificationsAvailabletopics())
      expect(bare.entities?.[0]?.transports).toBeUndefined()

      const { connectUri = "", id = "" } = yield* run(() => notifications.postNotificationsChannels())
      yield* run(() => notifications.headNotificationsChannel(id))
      expect((yield* run(() => notifications.getNotificationsChannels())).entities).toMatchObject([{ id, connectUri }])
      const [room, badges] = [template.replace("{id}", uuid ?? ""), `v2.users.${alice.id}.badges.chats`]
      yield* run(() => notifications.postNotificationsChannelSubscriptions(id, [{ id: "v2.users.1.presence" }]))
      const replaced = yield* run(() =>
        notifications.putNotificationsChannelSubscriptions(id, [{ id: room }, { id: badges }], { ignoreErrors: true })
      )
      expect(replaced.entities?.map(({ state }) => state)).toEqual(["Permitted", "Permitted"])
      const subscribed = yield* run(() => notifications.getNotificationsChannelSubscriptions(id))
      expect(subscribed.entities?.map((topic) => topic.id)).toEqual([room, badges])

      const construct = yield* Socket.WebSocketConstructor
      const socket = construct(connectUri)
      const heard: Array<{ readonly topicName: string; readonly eventBody: unknown }> = []
      socket.addEventListener("message", ({ data }) => void heard.push(JSON.parse(String(data))))
      yield* Effect.promise(() => new Promise((resolve) => socket.addEventListener("open", resolve)))
      socket.send(JSON.stringify({ message: "ping" }))
      const posted = yield* run(() => chats.postChatsRoomMessages(jid, { message: "We are on it" }))
      while (heard.length < 3) yield* Effect.sleep("5 millis")
      expect(new Map(heard.map(({ eventBody, topicName }) => [topicName, eventBody]))).toEqual(
        new Map<string, unknown>([
          ["channel.metadata", { message: "pong" }],
          [room, expect.objectContaining({ messageId: posted.id, actionType: "Create", mentions: [] })],
          [badges, expect.objectContaining({ entity: { jabberId: jid }, unreadCount: 1 })]
        ])
      )
      yield* run(() => notifications.deleteNotificationsChannelSubscriptions(id))
      expect((yield* run(() => notifications.getNotificationsChannelSubscriptions(id))).entities).toEqual([])
      socket.close()
    }).pipe(Effect.provide([Emulator.layerServer(), NodeSocket.layerWebSocketConstructor])),
  30_000
)

it.live(
  "sees the service's errors",
  () =>
    Effect.gen(function* () {
      const { chats, client, emulator, secret } = yield* sdk
      yield* run(() => client.loginClientCredentialsGrant(emulator.clientId, secret))
      const refused = (call: () => Promise<unknown>) => Effect.map(Effect.flip(run(call)), ({ body }) => body)
      expect(yield* refused(() => chats.getChatsRoom("none"))).toMatchObject({ status: 404, code: "not.found" })
      expect(yield* refused(() => chats.getChatsUsersMeSettings())).toMatchObject({ status: 400, code: "bad.request" })
      expect(yield* refused(() => chats.postChatsRooms({ subject: "" }))).toMatchObject({ status: 400 })
      yield* emulator.setFaults(Faults.script([Faults.status(429, { retryAfter: 1 }), Faults.html(504)]))
      expect(yield* refused(() => chats.getChatsSettings())).toMatchObject({ status: 429, code: "too.many.requests" })
      expect(yield* refused(() => chats.getChatsSettings())).toContain("<html>")
      yield* emulator.expireTokens
      expect(yield* refused(() => chats.getChatsSettings())).toMatchObject({ status: 401, code: "credentials.expired" })
      client.setAccessToken("nonsense")
      expect(yield* refused(() => chats.getChatsSettings())).toMatchObject({ status: 401, code: "bad.credentials" })
    }).pipe(Effect.provide(Emulator.layerServer())),
  30_000
)

it.live("logs in by each grant, and refreshes a token that expired", () =>
  Effect.gen(function* () {
    const { chats, client, emulator, secret } = yield* sdk
    if (!isWhole(client)) return yield* Effect.dieMessage("this SDK has no SAML2 grant")
    const { clientId } = emulator
    const alice = yield* emulator.addUser()
    const redirectUri = "https://app.example/callback"

    const assertion = Redacted.value(yield* emulator.issueAssertion(alice.id))
    yield* run(() => client.loginSaml2BearerGrant(clientId, secret, "acme", assertion))
    expect((yield* run(() => chats.getChatsUsersMeSettings())).muted).toBe(false)

    const code = Redacted.value(yield* emulator.issueCode(alice.id, { redirectUri }))
    yield* run(() => client.loginCodeAuthorizationGrant(clientId, secret, code, redirectUri))
    const { accessToken, refreshToken } = client.authData
    expect(refreshToken).toEqual(expect.any(String))
    expect((yield* run(() => chats.getChatsUsersMeSettings())).muted).toBe(false)

    yield* emulator.expireTokens
    yield* emulator.clearRequests
    // the SDK gives up the call before its own refresh and replay are through
    yield* Effect.flip(run(() => chats.getChatsUsersMeSettings()))
    while ((yield* emulator.requests).at(2)?.status === undefined) yield* Effect.sleep("5 millis")
    expect((yield* emulator.requests).map(({ operation, status }) => [operation, status])).toEqual([
      ["getChatsUsersMeSettings", 401],
      ["token", 200],
      ["getChatsUsersMeSettings", 200]
    ])
    expect(client.authData.accessToken).not.toBe(accessToken)
    expect(client.authData.refreshToken).not.toBe(refreshToken)

    const verifier = client.generatePKCECodeVerifier(64)
    const codeChallenge = yield* run(() => client.computePKCECodeChallenge(verifier))
    const pkce = Redacted.value(yield* emulator.issueCode(alice.id, { redirectUri, codeChallenge }))
    yield* run(() => client.authorizePKCEGrant(clientId, verifier, pkce, redirectUri))
    expect((yield* run(() => chats.getChatsUsersMeSettings())).muted).toBe(false)
  }).pipe(Emulator.printOnFailure, Effect.provide(Emulator.layerServer()))
)
