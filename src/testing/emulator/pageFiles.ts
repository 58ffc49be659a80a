import { readFile } from "node:fs/promises"
import * as Effect from "effect/Effect"

/**
 * The page is plain files: they are read when asked for, so that who works on it sees the change on a
 * reload. The path leads to them from here and from the bundle of the command, in the folder beside.
 */
const directory = new URL("../emulator/page/", import.meta.url)

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml"
}

export interface Asset {
  readonly type: string
  readonly body: Uint8Array
}

/** A file of the page by its name, which is never a path. */
export const asset = (name: string): Effect.Effect<Asset | undefined> => {
  const [, ending = ""] = /^[a-zA-Z]+\.([a-z]+)$/.exec(name) ?? []
  const type = types[ending]
  return Effect.promise(async () => {
    if (type === undefined) return undefined
    return readFile(new URL(name, directory)).then(
      (body) => ({ type, body }),
      () => undefined
    )
  })
}

/** Scripts and styles from this server only, and nothing else from anywhere. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store"
}
