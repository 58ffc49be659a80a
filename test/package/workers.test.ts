import { spawn } from "node:child_process"
import { cpSync, mkdtempSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { Emulator } from "effect-genesys-chats/testing"
import { build } from "esbuild"
import { expect, inject, it } from "vitest"
import { environmentOf } from "../../examples/guides/support/process.js"
import { root } from "./tarball.js"
import { toolchain } from "./toolchain.js"

/*
 * The Worker of the guide, on what `npm pack` made, in workerd: the runtime of Cloudflare Workers, in which a promise
 * of one request does not wake another.
 */

const consumer = inject("consumer")

const workerd = async (): Promise<string> => {
  const { arch, platform } = process
  const os = platform === "win32" ? "windows" : platform
  const name = `@cloudflare/workerd-${os}-${arch === "arm64" ? "arm64" : "64"}`
  return join(await toolchain(name, "1.20261117.1"), "bin", platform === "win32" ? "workerd.exe" : "workerd")
}

const config = (env: Readonly<Record<string, string>>) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["local", "private", "public"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
  bindings = [${Object.entries(env).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`)}]
);
`

/** Starts a Worker until the scope closes; gives its URL. */
const start = (directory: string) =>
  Effect.gen(function* () {
    const executable = yield* Effect.promise(workerd)
    const args = ["serve", join(directory, "config.capnp"), "--control-fd=1"]
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(executable, args, { stdio: ["ignore", "pipe", "inherit"] })),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    return yield* Effect.async<string>((resume) => {
      child.stdout.on("data", (data) => {
        const port = /"port":(\d+)/.exec(String(data))?.[1]
        if (port !== undefined) resume(Effect.succeed(`http://127.0.0.1:${port}`))
      })
      child.once("exit", (code) => resume(Effect.dieMessage(`workerd ended with ${code}`)))
    })
  })

it("20 cold requests at once are answered, with one login, and a body that is wrong is a 400", () =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    const roomJid = yield* emulator.addRoom({ subject: "Incident 4711", participants: [emulator.bot.id] })
    const directory = mkdtempSync(join(consumer, "worker-"))
    cpSync(join(root, "examples/guides/support/worker.ts"), join(directory, "source.ts"))
    yield* Effect.promise(() =>
      build({
        entryPoints: [join(directory, "source.ts")],
        outfile: join(directory, "worker.js"),
        bundle: true,
        format: "esm",
        platform: "browser",
        conditions: ["workerd", "worker"],
        tsconfigRaw: {}
      })
    )
    writeFileSync(join(directory, "config.capnp"), config(environmentOf(emulator)))
    const url = yield* start(directory)
    const send = (body: string) =>
      Effect.promise(async (signal) => {
        // @effect-diagnostics-next-line globalFetchInEffect:off
        return (await fetch(url, { method: "POST", body, signal })).status
      })
    const texts = Array.from({ length: 20 }, (_, i) => `message ${i}`)
    const statuses = yield* Effect.forEach(texts, (text) => send(JSON.stringify({ roomJid, text })), {
      concurrency: "unbounded"
    })
    expect(statuses).toEqual(texts.map(() => 201))
    expect((yield* emulator.messages(roomJid)).map(({ body }) => body).sort()).toEqual(texts.sort())
    expect((yield* emulator.requests).filter(({ operation }) => operation === "token")).toHaveLength(1)
    expect([yield* send(JSON.stringify({ roomJid })), yield* send("no JSON")]).toEqual([400, 400])
  }).pipe(Effect.scoped, Effect.provide(Emulator.layerServer()), Effect.runPromise))
