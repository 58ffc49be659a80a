/**
 * Five orgs in three regions from one process: each message goes to its own org and to no other,
 * each org has its own token and its own rate limit.
 *
 * `npx tsx examples/several-orgs.ts` runs against five emulators on loopback sockets, one of which
 * refuses a call for a second.
 */
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Chats, Conversation, Credentials, type Region, Tenants } from "effect-genesys-chats"
import { Emulator, Faults } from "effect-genesys-chats/testing"
import * as Undici from "effect-genesys-chats/undici"

const regions: { readonly [org: string]: Region.Name } = {
  acme: "eu-central-1",
  bolt: "eu-central-1",
  crux: "us-east-1",
  dune: "us-east-1",
  echo: "ap-southeast-2"
}

/** In the place of a database of tenants: where each org is, and how to log in to it. */
const emulate = (org: string) =>
  Effect.map(
    Layer.build(
      Emulator.layerServer({
        orgName: org,
        clientId: `${org}-client`,
        clientSecret: `${org}-secret`,
        ...(org === "crux" ? { faults: Faults.script([Faults.pass, Faults.status(429, { retryAfter: 1 })]) } : {})
      })
    ),
    (built) => [org, Context.get(built, Emulator.Emulator)] as const
  )

const program = Effect.gen(function* () {
  const emulators = new Map(yield* Effect.forEach(Object.keys(regions), emulate))
  let lookups = 0

  const OrgsLive = Tenants.layer({
    lookup: (key) =>
      Effect.suspend((): Effect.Effect<Tenants.Tenant, Tenants.LookupError> => {
        lookups++
        const emulator = emulators.get(key)
        if (emulator === undefined) return new Tenants.UnknownTenant({ key })
        const { clientId, clientSecret, url } = emulator
        return Effect.succeed({
          // against the real service: regions[key]
          region: { apiUrl: url, loginUrl: url },
          credentials: Credentials.layerClientCredentials({ clientId, clientSecret })
        })
      }),
    idleTimeToLive: "30 minutes"
  }).pipe(Layer.provide(Undici.layer))

  /** Knows nothing of orgs: it works in whichever it is run. */
  const announce = (text: string) =>
    Effect.gen(function* () {
      const { jid } = yield* Chats.postChatsRooms({ subject: "Maintenance" })
      yield* Conversation.send(Conversation.room(jid), text)
      return jid
    })

  yield* Effect.gen(function* () {
    const rooms = yield* Effect.forEach(
      [...emulators.keys()].flatMap((org) => [org, org]),
      (org) => Effect.map(Tenants.withTenant(announce(`Hello ${org}`), org), (jid) => ({ org, jid })),
      { concurrency: "unbounded" }
    )
    yield* Console.log(`${"org".padEnd(8)}${"region".padEnd(17)}${"logins".padEnd(8)}${"calls".padEnd(7)}messages`)
    for (const [org, emulator] of emulators) {
      const own = rooms.filter((room) => room.org === org)
      const messages = (yield* Effect.forEach(own, ({ jid }) => emulator.messages(jid))).flat()
      const requests = yield* emulator.requests
      const logins = requests.filter(({ operation }) => operation === "token").length
      const calls = `${requests.length - logins}`
      const texts = messages.map(({ body }) => body).join(", ")
      yield* Console.log(
        `${org.padEnd(8)}${regions[org]?.padEnd(17)}${`${logins}`.padEnd(8)}${calls.padEnd(7)}${texts}`
      )
      if (messages.some(({ body }) => body !== `Hello ${org}`))
        return yield* Effect.dieMessage(`a message went astray to ${org}`)
    }
    yield* Console.log(`\n${lookups} look-ups for ${rooms.length} announcements`)

    yield* announce("Hello?").pipe(
      Tenants.withTenant("zeta"),
      Effect.catchTag("UnknownTenant", (error) => Console.log(error.message))
    )
  }).pipe(Effect.provide(OrgsLive))
})

await program.pipe(
  Effect.scoped,
  Effect.tapErrorCause((cause) => Effect.logError(cause)),
  Effect.runPromise
)
