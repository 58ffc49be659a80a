/** Programs of the guides as processes of their own, against an emulator on a loopback socket. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import type * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Emulator } from "effect-genesys-chats/testing"

/** What `ChatsClient.layerConfig` reads. */
export const environmentOf = ({ clientId, clientSecret, url }: Context.Tag.Service<typeof Emulator.Emulator>) => ({
  GENESYS_CLOUD_API_URL: url,
  GENESYS_CLOUD_LOGIN_URL: url,
  GENESYS_CLOUD_CLIENT_ID: clientId,
  GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(clientSecret)
})

/** Starts a program with the arguments of this one; it does not outlive the scope. */
export const start = (file: string, env: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [...process.execArgv, file], {
          env: { ...process.env, ...env },
          stdio: ["pipe", "pipe", "inherit"]
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const exit = yield* Deferred.make<number | null>()
    child.once("exit", (code) => Deferred.unsafeDone(exit, Effect.succeed(code)))
    const unread: Array<string> = []
    const readers: Array<() => void> = []
    createInterface({ input: child.stdout }).on("line", (line) => {
      unread.push(line)
      for (const reader of readers.splice(0)) reader()
    })
    /** The next line that matches, and its groups; those before it are passed over. */
    const line = (pattern: RegExp): Effect.Effect<ReadonlyArray<string>> =>
      Effect.suspend(() => {
        for (;;) {
          const next = unread.shift()
          if (next === undefined) break
          const match = pattern.exec(next)
          if (match !== null) return Effect.succeed(match)
        }
        return Effect.zipRight(
          Effect.async<void>((resume) => void readers.push(() => resume(Effect.void))),
          line(pattern)
        )
      })
    return {
      /** Its exit code, once it has ended; `null` where a signal ended it. */
      ended: Deferred.await(exit),
      kill: (signal: NodeJS.Signals) => child.kill(signal),
      line,
      write: (text: string) => Effect.sync(() => void child.stdin.write(`${text}\n`))
    }
  })
