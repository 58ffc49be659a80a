/**
 * Programs as processes of their own: bundled once from the sources, so that they start fast and outlive, or do
 * not, a SIGKILL.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync } from "node:fs"
import * as Readline from "node:readline"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { build } from "esbuild"

const root = fileURLToPath(new URL("../../", import.meta.url))

/** Bundles programs, given by their paths from the root; gives the files, in that order. */
export const bundled = async (sources: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const out = `${root}node_modules/.cache/processes`
  mkdirSync(out, { recursive: true })
  const name = (source: string) => source.replaceAll(/[/.]/g, "-")
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(sources.map((source) => [name(source), source])),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    // what a package needs of another is found from here too, and never twice
    packages: "external",
    tsconfig: "tsconfig.json",
    logLevel: "warning"
  })
  return sources.map((source) => `${out}/${name(source)}.mjs`)
}

export interface Process {
  readonly child: ChildProcess
  /** The next line of its standard output; `undefined` once it has ended. */
  readonly line: Effect.Effect<string | undefined>
  readonly tell: (line: string) => Effect.Effect<void>
  readonly signal: (signal: NodeJS.Signals) => void
  readonly ended: Effect.Effect<number | null>
}

/** Runs a program until the scope closes, should it not end before. */
export const start = (
  file: string,
  env: Readonly<Record<string, string>>,
  args: ReadonlyArray<string> = []
): Effect.Effect<Process, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync((): Process => {
      const child = spawn(process.execPath, [file, ...args], {
        env: { ...process.env, ...env },
        stdio: ["pipe", "pipe", "inherit"]
      })
      const lines: Array<string> = []
      const waiting: Array<(line: string | undefined) => void> = []
      let isOver = false
      child.stdin.on("error", () => {})
      const reader = Readline.createInterface({ input: child.stdout })
      reader.on("line", (line) => {
        const next = waiting.shift()
        if (next === undefined) lines.push(line)
        else next(line)
      })
      reader.on("close", () => {
        isOver = true
        for (const next of waiting.splice(0)) next(undefined)
      })
      const exit = new Promise<number | null>((resolve) => child.once("exit", resolve))
      return {
        child,
        line: Effect.promise(
          () =>
            new Promise((resolve) => {
              const line = lines.shift()
              if (line !== undefined || isOver) resolve(line)
              else waiting.push(resolve)
            })
        ),
        tell: (line) => Effect.sync(() => child.stdin.write(`${line}\n`)),
        signal: (signal) => child.kill(signal),
        ended: Effect.promise(() => exit)
      }
    }),
    ({ child, ended }) =>
      Effect.suspend(() => {
        child.kill("SIGCONT")
        child.kill("SIGKILL")
        return ended
      })
  )
