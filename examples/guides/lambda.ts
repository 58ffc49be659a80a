/**
 * A function that is frozen between its invocations, as on Lambda: its connections are forgotten meanwhile and its token is
 * revoked, and each invocation posts its message once.
 *
 * `npx tsx examples/guides/lambda.ts` runs `support/lambda.ts` as a process of its own, against an emulator on a
 * loopback socket, and freezes it with SIGSTOP.
 */
import { fileURLToPath } from "node:url"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Emulator } from "effect-genesys-chats/testing"
import { forgetfulProxy } from "./support/forgetfulProxy.js"
import { environmentOf, start } from "./support/process.js"

const frozen = "2 seconds"

const program = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const roomJid = yield* emulator.addRoom({ subject: "Incident 4711", participants: [emulator.bot.id] })
  const proxy = yield* forgetfulProxy(emulator.url)
  const lambda = yield* start(fileURLToPath(new URL("support/lambdaRuntime.ts", import.meta.url)), {
    ...environmentOf(emulator),
    GENESYS_CLOUD_API_URL: proxy.url,
    GENESYS_CLOUD_LOGIN_URL: proxy.url
  })
  yield* lambda.line(/^ready/)
  const invoke = (text: string) =>
    Effect.gen(function* () {
      yield* lambda.write(JSON.stringify({ roomJid, text }))
      const [reply] = yield* lambda.line(/^(posted|failed) .*/)
      yield* Console.log(`${text}: ${reply}`)
    })

  for (const text of ["one", "two"]) yield* invoke(text)
  for (const text of ["three", "four", "five"]) {
    lambda.kill("SIGSTOP")
    yield* Effect.sleep(frozen)
    proxy.forget()
    if (text === "four") yield* emulator.expireTokens
    // the event is there already when the process goes on
    yield* lambda.write(JSON.stringify({ roomJid, text }))
    lambda.kill("SIGCONT")
    const [reply] = yield* lambda.line(/^(posted|failed) .*/)
    yield* Console.log(`${text}, after ${frozen} in the ice: ${reply}`)
  }

  const texts = (yield* emulator.messages(roomJid)).map(({ body }) => body).join()
  if (texts !== "one,two,three,four,five") return yield* Effect.dieMessage(`a message was lost or doubled: ${texts}`)
}).pipe(Effect.scoped, Effect.provide(Emulator.layerServer()))

await Effect.runPromise(program)
