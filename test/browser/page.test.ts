/**
 * The page of the emulator in a real Chromium: `npm run test:browser`. `npm test` leaves this out, for it
 * needs a browser on the machine.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Chats, Conversation, History } from "../../src/index.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import { act, opened } from "./opened.js"

const screenshots = fileURLToPath(new URL("../../node_modules/.cache/browser/", import.meta.url))
mkdirSync(screenshots, { recursive: true })

describe("the page", () => {
  it.scopedLive(
    "shows what a program posts, as text and nothing else, and tells the program what a person answers",
    () =>
      Effect.gen(function* () {
        const { client, errors, jid, open, page } = yield* opened()
        yield* open
        const answered = yield* Deferred.make<string>()
        yield* History.follow(Conversation.room(jid), { every: "50 millis", slowest: "50 millis" }).pipe(
          Stream.filter(({ body }) => body === "Thanks, I see it"),
          Stream.runForEach(({ body }) => Deferred.succeed(answered, body)),
          Effect.provide(client),
          Effect.forkScoped
        )
        const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
        yield* Chats.postChatsRoomMessages({ roomJid: jid, message: hostile }).pipe(Effect.provide(client))
        yield* act(() => page.locator(".message .body", { hasText: "onerror" }).waitFor())
        expect(yield* act(() => page.locator(".message .body").last().textContent())).toBe(hostile)
        expect(yield* act(() => page.title())).toBe("Genesys chats emulator")
        expect(yield* act(() => page.locator("#messages img, #messages script").count())).toBe(0)

        yield* act(async () => {
          await page.getByLabel("Write as").selectOption({ label: "Alice" })
          await page.getByLabel("Message", { exact: true }).fill("Thanks, I see it")
          await page.keyboard.press("Enter")
        })
        expect(yield* Deferred.await(answered)).toBe("Thanks, I see it")
        yield* act(() => page.locator(".message", { hasText: "Thanks, I see it" }).getByText("Alice").waitFor())
        expect(errors).toEqual([])
      })
  )

  it.scopedLive("adds what is new to what is there: a screen reader reads that alone, and the focus stays", () =>
    Effect.gen(function* () {
      const { emulator, errors, jid, open, page } = yield* opened()
      yield* emulator.seedMessages(jid, 3)
      yield* open
      yield* act(async () => {
        await page.getByText("message 2", { exact: true }).waitFor()
        await page.locator(".message").first().getByRole("button", { name: "Reply in its thread" }).focus()
        await page.locator("#messages").evaluate((list) => {
          new MutationObserver((records) => {
            for (const { addedNodes } of records)
              for (const node of addedNodes) document.title += `+${node.textContent}`
          }).observe(list, { childList: true })
        })
      })
      yield* emulator.seedMessages(jid, 1, { message: () => "the newest" })
      yield* act(() => page.getByText("the newest", { exact: true }).waitFor())
      const [, ...added] = (yield* act(() => page.title())).split("+")
      expect(added).toEqual([expect.stringContaining("the newest")])
      expect(yield* act(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")))).toBe(
        "Reply in its thread"
      )
      expect(yield* act(() => page.locator("#limit-tool summary").textContent())).toContain("/300")
      expect(errors).toEqual([])
    })
  )

  it.scopedLive("reacts, pins, replies, edits and deletes", () =>
    Effect.gen(function* () {
      const { alice, emulator, errors, jid, open, page } = yield* opened()
      yield* emulator.seedMessages(jid, 1, { author: alice.id, interval: "10 seconds", message: () => "first" })
      yield* open
      const message = page.locator(".message", { hasText: "first" }).first()
      yield* act(async () => {
        await page.getByLabel("Write as").selectOption({ label: "Bob" })
        await message.hover()
        await message.getByRole("button", { name: "React with 👍" }).click()
        await message.locator(".reaction").waitFor()
        await message.hover()
        await message.getByRole("button", { name: "Pin", exact: true }).click()
        await message.locator(".pinned").waitFor()
        await message.hover()
        await message.getByRole("button", { name: "Reply in its thread" }).click()
        await page.getByLabel("Message", { exact: true }).fill("a reply")
        await page.getByRole("button", { name: "Send" }).click()
        await page.locator(".message.reply", { hasText: "a reply" }).waitFor()
        await message.hover()
        await message.getByRole("button", { name: "Edit as Alice" }).click()
        await page.getByLabel("Message", { exact: true }).fill("first, corrected")
        await page.keyboard.press("Enter")
        await page.locator(".edited").waitFor()
        await page.getByRole("button", { name: "1 reply" }).click()
        await page.locator("#thread-bar").waitFor()
        await page.getByRole("button", { name: "Back to all messages" }).click()
        const reply = page.locator(".message.reply")
        await reply.hover()
        await reply.getByRole("button", { name: "Delete as Bob" }).click()
        await page.getByText("This message was deleted").waitFor()
      })
      const [only, ...others] = yield* emulator.messages(jid)
      expect(others).toEqual([])
      expect(only).toMatchObject({ body: "first, corrected", edited: true, reactions: [{ emoji: "👍" }] })
      expect(yield* emulator.pins(jid)).toEqual([only?.id])
      expect(errors).toEqual([])
    })
  )

  it.scopedLive("a fault set by a click is seen by the program, and its attempts are one call in the log", () =>
    Effect.gen(function* () {
      const { client, errors, jid, open, page } = yield* opened()
      yield* open
      yield* act(async () => {
        await page.locator("#faults-tool summary").click()
        await page.getByRole("button", { name: "Next POST answers 504" }).click()
        await page.locator("#faults-summary.warn").waitFor()
        await page.keyboard.press("Escape")
      })
      yield* Chats.getChatsRoom({ roomJid: jid }).pipe(Effect.provide(client))
      yield* Chats.postChatsRoomMessages({ roomJid: jid, message: "in spite of it" }).pipe(Effect.provide(client))
      const call = page.getByRole("option", { name: /^postChatsRoomMessages, 2 attempts, 200/ })
      yield* act(async () => {
        await call.click()
        await page.locator(".attempt").nth(1).waitFor()
      })
      const attempts = yield* act(() => page.locator(".attempt summary").allTextContents())
      expect(attempts[0]).toContain("504")
      expect(attempts[1]).toMatch(/200Attempt 2after a wait of/)
      expect(yield* act(() => page.locator("#detail").textContent())).toContain("Bearer <redacted>")
      // the keyboard alone: a search, down to a call, and out again
      yield* act(async () => {
        await page.keyboard.press("/")
        await page.keyboard.type("getchatsroom 200")
        await page.locator("#log").focus()
        await page.keyboard.press("Home")
        await page.locator('.log-row[aria-selected="true"]', { hasText: "getChatsRoom" }).waitFor()
        await page.keyboard.press("Escape")
        await page.locator("#detail").waitFor({ state: "hidden" })
      })
      expect(yield* act(() => page.locator("#log-count").textContent())).toBe("1 of 3 calls")
      expect(errors).toEqual([])
    })
  )

  it.scopedLive("stays quick at 10,000 messages and 10,000 requests: no more is in the document than is near", () =>
    Effect.gen(function* () {
      const { emulator, errors, jid, open, page } = yield* opened()
      yield* emulator.setRateLimit("unlimited")
      yield* emulator.seedMessages(jid, 10_000, { interval: "1 second" })
      yield* Effect.forEach(
        Array.from({ length: 10_000 }),
        () => Effect.flatMap(emulator.httpClient.get(`${emulator.url}/api/v2/chats/settings`), ({ text }) => text),
        { discard: true }
      )
      yield* open
      yield* act(async () => {
        await page.getByText("message 9999", { exact: true }).waitFor()
        await page.getByText("10,000 calls").waitFor()
      })
      const count = (selector: string) => act(() => page.locator(selector).count())
      expect(yield* count(".message")).toBe(100)
      expect(yield* count(".log-row")).toBeLessThan(60)
      // up, ten pages: what one reads comes from the server, and what is far goes
      yield* act(async () => {
        for (let i = 0; i < 12; i++) {
          const first = await page.locator(".message").first().getAttribute("data-key")
          await page.locator("#messages").evaluate((list) => {
            list.scrollTop = 0
          })
          await page.waitForFunction((id) => document.querySelector(".message")?.getAttribute("data-key") !== id, first)
        }
      })
      expect(yield* count(".message")).toBe(300)
      expect(yield* act(() => page.locator(".earlier").textContent())).toBe("8,700 earlier")
      yield* act(async () => {
        await page.locator("#to-latest").click()
        await page.getByText("message 9999", { exact: true }).waitFor()
        await page.locator("#log").evaluate((list) => {
          list.scrollTop = list.scrollHeight
        })
        await page.locator('.log-row[aria-posinset="10000"]').waitFor()
      })
      expect(errors).toEqual([])
    })
  )

  for (const scheme of ["light", "dark"] as const) {
    it.scopedLive(`follows the system's ${scheme} theme, and the button`, () =>
      Effect.gen(function* () {
        const { emulator, errors, jid, open, page } = yield* opened({ colorScheme: scheme })
        yield* emulator.seedMessages(jid, 3)
        yield* open
        const isDark = act(() =>
          page.evaluate(() => {
            const [red = "255"] = /\d+/.exec(getComputedStyle(document.documentElement).backgroundColor) ?? []
            return Number(red) < 100
          })
        )
        expect(yield* isDark).toBe(scheme === "dark")
        yield* act(() => page.screenshot({ path: `${screenshots}${scheme}.png` }))
        yield* act(() => page.getByRole("button", { name: "Change between light and dark" }).click())
        expect(yield* isDark).toBe(scheme === "light")
        yield* act(() => page.reload())
        expect(yield* isDark).toBe(scheme === "light")
        expect(errors).toEqual([])
      })
    )
  }

  it.scopedLive("finds the emulator again after a restart, with what was there and what came since", () =>
    Effect.gen(function* () {
      const { page } = yield* opened()
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "emulator-page-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true }))
      )
      const stateFile = join(folder, "state.jsonl")
      const run = <A>(port: number, use: (emulator: Emulator.Service) => Effect.Effect<A>) =>
        Effect.scoped(
          Effect.flatMap(Layer.build(Emulator.layerServer({ port, stateFile })), (context) =>
            use(Context.get(context, Emulator.Emulator))
          )
        )
      const [port, jid] = yield* run(0, (emulator) =>
        Effect.gen(function* () {
          const alice = yield* emulator.addUser({ name: "Alice" })
          const jid = yield* emulator.addRoom({ subject: "Kept", participants: [alice.id] })
          yield* emulator.seedMessages(jid, 1, { message: () => "before" })
          yield* act(async () => {
            await page.goto(`${emulator.url}/emulator/`)
            await page.getByText("before", { exact: true }).waitFor()
          })
          return [Number(new URL(emulator.url).port), jid] as const
        })
      )
      yield* act(() => page.getByText("not connected").waitFor())
      yield* run(port, (emulator) =>
        Effect.gen(function* () {
          yield* emulator.seedMessages(jid, 1, { message: () => "since" })
          yield* act(async () => {
            await page.locator("#live.on").waitFor()
            await page.getByText("since", { exact: true }).waitFor()
          })
          expect(yield* act(() => page.locator(".message").count())).toBe(2)
        })
      )
    })
  )

  it.scopedLive("has a name for everything one can operate, and comes back after a reset", () =>
    Effect.gen(function* () {
      const { emulator, jid, open, page } = yield* opened()
      yield* emulator.seedMessages(jid, 2)
      yield* open
      const nameless = yield* act(() =>
        page.evaluate(() =>
          [...document.querySelectorAll("button, input, select, textarea, summary, [tabindex='0']")]
            .filter((element) => {
              const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : []
              const text = [
                element.getAttribute("aria-label"),
                element.textContent,
                ...labels.map((label) => label.textContent)
              ]
              return text.every((one) => (one ?? "").trim() === "")
            })
            .map((element) => element.outerHTML.slice(0, 120))
        )
      )
      expect(nameless).toEqual(
        ['<textarea id="faults-plan" name="plan" rows="3" spellcheck="false"></textarea>'].slice(1)
      )
      yield* emulator.reset()
      yield* act(() => page.getByRole("heading", { name: "Nothing here yet" }).waitFor())
    })
  )
})
