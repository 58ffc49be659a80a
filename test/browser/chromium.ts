import { execFileSync } from "node:child_process"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    /** The path of a Chromium. */
    readonly chromium: string
  }
}

/** Where this machine's Chromium is: `CHROMIUM_PATH`, else one of its usual names. */
export const findChromium = (): string | undefined => {
  const given = process.env["CHROMIUM_PATH"]
  if (given !== undefined && given !== "") return given
  for (const name of ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()
    } catch {
      // not under this name
    }
  }
  return undefined
}

export default ({ provide }: TestProject) => {
  const found = findChromium()
  if (found === undefined) throw new Error("There is no Chromium here: apt-get install chromium, or set CHROMIUM_PATH")
  provide("chromium", found)
}
