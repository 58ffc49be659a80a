#!/usr/bin/env node
/**
 * The command of the package: `effect-genesys-chats emulator` and `effect-genesys-chats record`.
 * Each loads only what it needs, so that `--help` costs nothing and the emulator starts at once.
 */
import { readFileSync } from "node:fs"

const usage = `Usage: effect-genesys-chats <command> [options]

  emulator   a Genesys Cloud org on this machine, for programs in any language
  record     a proxy that records what a real org answers, without its secrets

  --help     after a command: what it takes
  --version`

const [command, ...args] = process.argv.slice(2)

switch (command) {
  case "emulator":
    await (await import("./emulator.js")).main(args)
    break
  case "record":
    await (await import("./record.js")).main(args)
    break
  case "--version":
  case "-v":
    console.log(JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")).version)
    break
  case "--help":
  case "-h":
    console.log(usage)
    break
  default:
    console.error(command === undefined ? usage : `There is no command ${command}\n\n${usage}`)
    process.exitCode = 2
}
