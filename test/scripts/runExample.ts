/** What is done with the examples once they are compiled: `docs.ts` bundles this with them. */
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { ChatsClient } from "effect-genesys-chats"
import { Emulator } from "effect-genesys-chats/testing"

type Program = Effect.Effect<unknown, unknown, ChatsClient.ChatsClient | Emulator.Emulator | Scope.Scope>

// an example that runs as it loads does so against an emulator, whatever org the environment names
const server = ManagedRuntime.make(Emulator.layerServer())
const { clientId, clientSecret, url } = await server.runPromise(Emulator.Emulator)
for (const name of Object.keys(process.env)) if (name.startsWith("GENESYS_")) delete process.env[name]
Object.assign(process.env, {
  GENESYS_CLOUD_API_URL: url,
  GENESYS_CLOUD_LOGIN_URL: url,
  GENESYS_CLOUD_CLIENT_ID: clientId,
  GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(clientSecret)
})

/** The end of it all. */
export const end = (): Promise<void> => server.dispose()

const failed = (name: string) => (error: unknown) => {
  console.error(name, error)
  process.exitCode = 1
}

/** That an example loads. */
export const load = (name: string, example: () => Promise<unknown>): Promise<unknown> => example().catch(failed(name))

/** That its program succeeds, on an emulator in memory. */
export const run = (name: string, example: () => Promise<{ readonly program: Program }>): Promise<unknown> =>
  example()
    .then(({ program }) =>
      program.pipe(
        Effect.scoped,
        Effect.provide(Emulator.layerClient()),
        Effect.timeout("1 minute"),
        Logger.withMinimumLogLevel(LogLevel.None),
        Effect.runPromise
      )
    )
    .catch(failed(name))
