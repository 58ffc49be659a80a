/**
 * The picture that the README shows, of the page beside the code that made its calls: `EMULATOR_SCREENSHOT=1 npm run
 * test:browser -- screenshot` makes it anew. It holds a hash of what it is of, so that it is known when the page or
 * the code has changed since.
 */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { crc32 } from "node:zlib"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { transform } from "esbuild"
import { Chats, RoomJid } from "../../src/index.js"
import * as Faults from "../../src/testing/faults/Faults.js"
import { sendFetch } from "../testing/emulator-utils.js"
import { act, opened } from "./opened.js"
import { confirm } from "./pictured.js"

const picture = fileURLToPath(new URL("../../examples/emulator.png", import.meta.url))
const page = fileURLToPath(new URL("../../src/testing/emulator/page/", import.meta.url))

const code = readFileSync(new URL("pictured.ts", import.meta.url), "utf8").trimEnd()

/** Of the code, and of what the page does and looks like: its comments and blanks are left out. */
const hashOfPage = async (): Promise<string> => {
  const hash = createHash("sha256").update(code)
  for (const name of readdirSync(page).sort()) {
    const text = readFileSync(`${page}${name}`, "utf8")
    const loader = name.endsWith(".js") ? "js" : name.endsWith(".css") ? "css" : undefined
    hash.update(name).update(loader === undefined ? text : (await transform(text, { loader, minify: true })).code)
  }
  return hash.digest("hex")
}

const colours = { comment: "#6b7280", keyword: "#7c3aed", string: "#047857" }
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

const highlighted = code.replace(
  /(?<comment>\/\/.*)|(?<string>"[^"]*")|\b(?<keyword>import|as|from|type|export|const|function|yield)\b|[^"/\w]+|\w+|./g,
  (text, ...rest) => {
    const kind = Object.entries<string | undefined>(rest.at(-1)).find(([, found]) => found !== undefined)?.[0]
    const colour = Object.entries(colours).find(([name]) => name === kind)?.[1]
    return colour === undefined ? escaped(text) : `<span style="color: ${colour}">${escaped(text)}</span>`
  }
)

/** The code on the left, the page on the right. */
const beside = (png: Buffer): string => `<body style="margin: 0; display: flex; background: #fff">
<div style="width: 430px; padding: 24px; border-right: 1px solid #e5e7eb">
<div style="font: 13px system-ui; color: #6b7280; padding-bottom: 16px">confirm.ts</div>
<pre style="margin: 0; font: 14px/1.6 'DejaVu Sans Mono', monospace; color: #111827">${highlighted}</pre></div>
<img src="data:image/png;base64,${png.toString("base64")}"></body>`

const keyword = "page\0"

/** A PNG with a text chunk before its end (RFC 2083, 4.2.3). */
const withText = (png: Buffer, text: string): Buffer => {
  const data = Buffer.from(`tEXt${keyword}${text}`, "latin1")
  const chunk = Buffer.alloc(data.length + 8)
  chunk.writeUInt32BE(data.length - 4, 0)
  data.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(data), data.length + 4)
  const end = png.length - 12
  return Buffer.concat([png.subarray(0, end), chunk, png.subarray(end)])
}

const textIn = (png: Buffer): string => {
  const at = png.indexOf(`tEXt${keyword}`, 0, "latin1")
  return at === -1 ? "" : png.subarray(at + 4 + keyword.length, at + 4 + keyword.length + 64).toString("latin1")
}

const scene = {
  users: ["Alice Moreau", "Bob Tanaka", "Carol Diaz", "Dave Okafor"],
  rooms: [
    {
      subject: "Platform team",
      participants: ["Dave Okafor", "Bob Tanaka"],
      messages: [{ message: "Lunch at noon?" }]
    },
    { subject: "Release 2.32", participants: ["Dave Okafor", "Carol Diaz"], count: 40, interval: "2 seconds" },
    {
      subject: "Incident 4711",
      description: "Checkout is slow in eu-central-1",
      participants: ["Alice Moreau", "Bob Tanaka", "Carol Diaz", "bot of emulator-client"],
      interval: "40 seconds",
      messages: [
        {
          message: "On it. Deployments of the last hour, anyone?",
          replies: [
            { author: "Bob Tanaka", message: "payments 2.31 went out at 14:02" },
            { author: "Carol Diaz", message: "and a config change of the pool size, 14:05" }
          ]
        },
        { author: "Bob Tanaka", message: "The pool went from 40 to 4. That looks like a typo." },
        { author: "Bob Tanaka", message: "Rolling it back now." },
        {
          message: "Thanks! <b>Holding</b> the status page until it is confirmed.",
          reactions: { "♥": ["Bob Tanaka"], "★": ["Bob Tanaka", "Carol Diaz"] }
        }
      ]
    }
  ],
  oneOnOnes: [
    { users: ["Alice Moreau", "Carol Diaz"], messages: [{ author: "Carol Diaz", message: "Could you take this one?" }] }
  ]
}

it.scopedLive("the picture in the README is of the page as it is", () =>
  Effect.gen(function* () {
    const { client, emulator, errors, page } = yield* opened({ viewport: { width: 1280, height: 760 } })
    yield* emulator.reset()
    const { json } = yield* sendFetch(emulator.url, { method: "POST", path: "/emulator/seed", body: scene })
    const [room, alice] = [RoomJid.make(json.rooms[2].jid), json.users[0]]
    yield* Effect.gen(function* () {
      yield* Chats.getChatsSettings()
      yield* emulator.setFaults(Faults.script([Faults.status(503), Faults.html(504)]))
      yield* confirm(room, alice.jid)
      yield* emulator.setFaults(Faults.script([Faults.status(429, { retryAfter: 1 })]))
      yield* Chats.getChatsRoomParticipants({ roomJid: room })
      yield* Effect.ignore(Chats.getChatsRoom({ roomJid: RoomJid.make("adhoc-4711@conference.acme.orgspan.com") }))
      yield* Chats.getChatsRoomMessages({ roomJid: room })
    }).pipe(Effect.provide(client))
    yield* act(async () => {
      await page.goto(`${emulator.url}/emulator/#${encodeURIComponent(room)}`)
      await page.locator("#live.on").waitFor()
      await page.getByRole("option", { name: /^postChatsRoomMessages, 3 attempts, 200/ }).click()
      await page.locator(".attempt").nth(2).waitFor()
      await page.mouse.move(0, 0)
    })
    const shot = yield* act(() => page.screenshot({ animations: "disabled" }))
    expect(errors).toEqual([])
    const png = yield* act(async () => {
      // the page itself would let no other style in
      const both = await page.context().newPage()
      await both.setViewportSize({ width: 1759, height: 760 })
      await both.setContent(beside(shot))
      return both.screenshot()
    })
    const hash = yield* act(hashOfPage)
    // @effect-diagnostics-next-line processEnvInEffect:off
    if (process.env["EMULATOR_SCREENSHOT"] !== undefined) writeFileSync(picture, withText(png, hash))
    const there = readFileSync(picture)
    expect(there.byteLength).toBeLessThan(250_000)
    expect(textIn(there), "the page has changed: EMULATOR_SCREENSHOT=1 npm run test:browser -- screenshot").toBe(hash)
  })
)
