import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type BrowserContext, chromium, type Page } from "playwright-core"
import { inject } from "vitest"
import { ChatsClient, Credentials, Region } from "../../src/index.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"

const browser = Effect.acquireRelease(
  Effect.promise(() =>
    chromium.launch({
      executablePath: inject("chromium"),
      args: [
        "--no-sandbox",
        "--disable-lcd-text",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync"
      ]
    })
  ),
  (browser) => Effect.promise(() => browser.close())
)

export const act = <A>(f: () => Promise<A>): Effect.Effect<A> => Effect.promise(f)

/** An emulator with its page open, and a client over the socket. */
export const opened = (options?: Parameters<Awaited<ReturnType<typeof chromium.launch>>["newContext"]>[0]) =>
  Effect.gen(function* () {
    const emulator = Context.get(yield* Layer.build(Emulator.layerServer()), Emulator.Emulator)
    const alice = yield* emulator.addUser({ name: "Alice" })
    const bob = yield* emulator.addUser({ name: "Bob" })
    const jid = yield* emulator.addRoom({ subject: "Incident 4711", participants: [alice.id, bob.id, emulator.bot.id] })
    const context: BrowserContext = yield* Effect.flatMap(browser, (browser) =>
      act(() => browser.newContext({ viewport: { width: 1440, height: 900 }, ...options }))
    )
    const page: Page = yield* act(() => context.newPage())
    page.setDefaultTimeout(20_000)
    const errors: Array<string> = []
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text())
    })
    page.on("pageerror", (error) => errors.push(String(error)))
    const open = act(async () => {
      await page.goto(`${emulator.url}/emulator/`)
      await page.locator("#live.on").waitFor()
    })
    const client = yield* Layer.build(
      ChatsClient.layer.pipe(
        Layer.provide(
          Credentials.layerClientCredentials({ clientId: emulator.clientId, clientSecret: emulator.clientSecret })
        ),
        Layer.provide(Layer.succeed(Region.Region, { apiUrl: emulator.url, loginUrl: emulator.url })),
        Layer.provide(NodeHttpClient.layer)
      )
    )
    return { emulator, alice, bob, jid, page, open, errors, client }
  })
