import { spawn, spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { describe, expect, inject, it } from "vitest"

const consumer = inject("consumer")
const installed = join(consumer, "node_modules/effect-genesys-chats")
const bin = join(consumer, "node_modules/.bin/effect-genesys-chats")

describe("the command", () => {
  it("says its version and its usage, and what it does not know", () => {
    const run = (...args: ReadonlyArray<string>) => spawnSync(bin, args, { encoding: "utf8", cwd: consumer })
    const { version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"))
    expect(run("--version")).toMatchObject({ status: 0, stdout: `${version}\n` })
    expect(run("emulator", "--help").stdout).toContain("--state <file>")
    expect(run("record", "--help").stdout).toContain("--out <file>")
    expect(run("emulate")).toMatchObject({ status: 2, stderr: expect.stringContaining("There is no command emulate") })
  })

  it("runs an emulator with its page, whole as it was packed", async () => {
    const child = spawn(bin, ["emulator", "--json", "--state", join(consumer, "state.jsonl")], {
      cwd: consumer,
      stdio: ["ignore", "pipe", "inherit"]
    })
    try {
      let facts: { readonly url: string } | undefined
      for await (const line of createInterface({ input: child.stdout })) {
        facts = JSON.parse(line)
        break
      }
      expect(facts?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      const page = await fetch(`${facts?.url}/emulator/`)
      expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"])
      const sources = readdirSync(join(installed, "src/testing/emulator/page"))
      for (const name of sources)
        expect([name, (await fetch(`${facts?.url}/emulator/${name}`)).status]).toEqual([name, 200])
      expect((await fetch(`${facts?.url}/emulator/state`)).status).toBe(200)
      expect((await fetch(`${facts?.url}/emulator/openapi.json`)).status).toBe(200)
      expect(existsSync(join(consumer, "state.jsonl"))).toBe(true)
    } finally {
      child.kill("SIGKILL")
    }
  })

  it("is one bundle: it loads nothing module by module", () => {
    const directory = join(installed, "dist/testing/command")
    const imports = readdirSync(directory)
      .filter((name) => name.endsWith(".js"))
      .flatMap((name) => [
        ...readFileSync(join(directory, name), "utf8").matchAll(
          /(?:^|[;}])(?:import|export)[^"'()]*?from\s*["']([^"']+)["']/g
        )
      ])
      .map(([, from]) => from ?? "")
    expect(imports.length).toBeGreaterThan(0)
    expect(imports.filter((from) => !from.startsWith("./") && !from.startsWith("node:"))).toEqual([])
  })
})
