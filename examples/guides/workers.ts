/**
 * The Worker of the guide, whose first 20 requests come at once: each is answered, and there is one login.
 *
 * `npx tsx examples/guides/workers.ts` runs it on Node, against an emulator on a loopback socket;
 * `test/package/workers.test.ts` does the same in workerd.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Emulator } from "effect-genesys-chats/testing"
import { environmentOf } from "./support/process.js"
import worker from "./support/worker.js"

const program = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const roomJid = yield* emulator.addRoom({ subject: "Incident 4711", participants: [emulator.bot.id] })
  const send = (body: string) =>
    Effect.promise(async () => {
      const request = new Request("http://worker.example", { method: "POST", body })
      return (await worker.fetch(request, environmentOf(emulator))).status
    })
  const post = (body: unknown) => send(JSON.stringify(body))
  const statuses = yield* Effect.forEach(
    Array.from({ length: 20 }, (_, i) => `message ${i}`),
    (text) => post({ roomJid, text }),
    { concurrency: "unbounded" }
  )
  const created = statuses.filter((status) => status === 201).length
  const logins = (yield* emulator.requests).filter(({ operation }) => operation === "token").length
  yield* Console.log(`${created} of ${statuses.length} requests posted their message, with ${logins} login`)
  yield* Console.log(
    `a room that is not there: ${yield* post({ roomJid: "adhoc-0@conference.none.orgspan.com", text: "?" })}`
  )
  const refused = [yield* post({ text: "?" }), yield* send("no JSON"), yield* send("")]
  yield* Console.log(`no room, no JSON, no body: ${refused.join(", ")}`)
  if (created !== statuses.length || logins !== 1)
    return yield* Effect.dieMessage("not all was posted, or not by one login")
  if (refused.some((status) => status !== 400)) return yield* Effect.dieMessage("a body that is wrong was not a 400")
}).pipe(Effect.provide(Emulator.layerServer()))

await Effect.runPromise(program)
