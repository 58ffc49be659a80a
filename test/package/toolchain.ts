import { execFile } from "node:child_process"
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const cache = fileURLToPath(new URL("../../node_modules/.cache/toolchains", import.meta.url))

/**
 * A package that only these tests need, in a directory of its own: as dev dependencies, three
 * compilers would fight for the name `tsc`, and each Node weighs 180 MB. It is installed once
 * and kept. Rejects with npm's own words where it cannot be had: nothing is skipped in silence.
 */
export const toolchain = async (
  name: string,
  version: string,
  /** What it needs beside itself, as `eslint@9.39.5`. */
  others: ReadonlyArray<string> = []
): Promise<string> => {
  const directory = join(cache, `${name}@${version}`)
  if (!existsSync(directory)) {
    const unfinished = `${directory}.${process.pid}`
    mkdirSync(unfinished, { recursive: true })
    writeFileSync(join(unfinished, "package.json"), JSON.stringify({ private: true }))
    const quiet = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
    await promisify(execFile)("npm", ["install", ...quiet, `${name}@${version}`, ...others], { cwd: unfinished }).catch(
      (error) => {
        rmSync(unfinished, { recursive: true, force: true })
        throw new Error(`${name}@${version} cannot be installed here: ${error.stderr}`)
      }
    )
    renameSync(unfinished, directory)
  }
  return join(directory, "node_modules", name)
}

/** The Node of a version, as npm's platform packages have it (those that the package `node` installs). */
export const node = async (version: string): Promise<string> => {
  if (process.versions.node.split(".")[0] === version.split(".")[0]) return process.execPath
  const { arch, platform } = process
  const prefix = platform === "darwin" && arch === "arm64" ? "node-bin" : "node"
  const directory = await toolchain(`${prefix}-${platform === "win32" ? "win" : platform}-${arch}`, version)
  return join(directory, "bin", platform === "win32" ? "node.exe" : "node")
}

/** What a program wrote, whatever it exited with. */
export const output = async (file: string, args: ReadonlyArray<string>, cwd: string): Promise<string> => {
  const { stderr, stdout } = await promisify(execFile)(file, args, { cwd, timeout: 120_000 }).catch((error) => error)
  return stdout === "" ? stderr : stdout
}
