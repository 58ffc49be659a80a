/**
 * One message to many conversations with a progress bar, then once more from the report that
 * was stored: only to those who did not get it.
 *
 * `npx tsx examples/broadcast.ts` runs against an emulator on a loopback socket, which loses a
 * reply and refuses a few; with `GENESYS_CLOUD_*` in the environment (see
 * support/environment.ts) against that org.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Broadcast, Conversation, RetryPolicy, Rooms } from "effect-genesys-chats"
import { Faults } from "effect-genesys-chats/testing"
import * as Environment from "./support/environment.js"

const Stored = Schema.parseJson(Broadcast.Report)

/** On a terminal the bar is drawn in place, elsewhere a line for each ten results. */
const bar = ({ done, result, total }: Broadcast.Progress) =>
  Effect.sync(() => {
    const width = Math.round((done / total) * 30)
    const line = `[${"█".repeat(width).padEnd(30, "·")}] ${String(done).padStart(3)}/${total} ${result._tag.padEnd(8)}`
    if (process.stdout.isTTY) process.stdout.write(`\r${line}${done === total ? "\n" : ""}`)
    else if (done % 10 === 0 || done === total) process.stdout.write(`${line}\n`)
  })

const summary = (report: Broadcast.Report) => {
  const { NotSent, Rejected, Sent, Unknown } = Broadcast.counts(report)
  return `${Sent} sent, ${Rejected} refused, ${Unknown} unknown, ${NotSent} not sent`
}

const program = Effect.gen(function* () {
  const { name, users } = yield* Environment.Org
  yield* Console.log(`Running against ${name}\n`)
  const rooms = yield* Effect.forEach(
    Array.from({ length: 37 }, (_, i) => `Shift ${i + 1}`),
    (subject) => Effect.map(Rooms.open({ subject, users }), ({ room }) => room),
    { concurrency: 4 }
  )
  const targets = [...rooms, ...users.map(Conversation.user)]

  const first = yield* Broadcast.send(targets, "Maintenance at 10:00", { concurrency: 8, onProgress: bar })
  yield* Console.log(`First run: ${summary(first)}\n`)

  const json = yield* Schema.encode(Stored)(first)
  const previous = yield* Schema.decode(Stored)(json)
  const second = yield* Broadcast.send(targets, "Maintenance at 10:00", { concurrency: 8, onProgress: bar, previous })
  yield* Console.log(`From its report: ${summary(second)}`)
})

const badDay = Faults.forOperation("postChatsRoomMessages", [
  Faults.pass,
  Faults.pass,
  Faults.status(403),
  Faults.status(504, { when: "after" }),
  Faults.status(409)
])

await program.pipe(
  // what may have been posted is not posted again, and is reported as unknown
  RetryPolicy.with(RetryPolicy.atMostOnce),
  Effect.provide(Environment.layer({ faults: badDay })),
  Effect.tapErrorCause((cause) => Effect.logError(cause)),
  Effect.runPromise
)
