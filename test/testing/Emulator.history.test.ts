import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import type * as Emulator from "../../src/testing/emulator/Emulator.js"
import { errorViolations, type Reply, smallOrg } from "./emulator-utils.js"

const numbers = ({ json }: Reply): ReadonlyArray<number> =>
  json.entities.map(({ body }: { body: string }) => Number(body))

/** A room with messages 0 to 9, a second apart from second 0 on, read at second 10. */
const tenMessages = (history?: Emulator.HistoryOptions) =>
  Effect.gen(function* () {
    const org = yield* smallOrg(history === undefined ? {} : { history })
    yield* TestClock.setTime(10_000)
    yield* org.emulator.seedMessages(org.roomJid, 10, { interval: "1 second", message: String })
    return (query: string) => Effect.map(org.asAlice("GET", `${org.room}/messages?${query}`), numbers)
  })

const at = (second: number) => new Date(second * 1000).toISOString()

describe("paging", () => {
  it.effect("newest first, before and after exclusive", () =>
    Effect.gen(function* () {
      const page = yield* tenMessages()
      expect(yield* page("")).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
      expect(yield* page("limit=3")).toEqual([9, 8, 7])
      expect(yield* page(`limit=3&before=${at(7)}`)).toEqual([6, 5, 4])
      expect(yield* page(`limit=3&before=${at(1)}`)).toEqual([0])
      expect(yield* page(`before=${at(0)}`)).toEqual([])
      expect(yield* page(`after=${at(6)}`)).toEqual([9, 8, 7])
      expect(yield* page(`after=${at(2)}&limit=2`)).toEqual([9, 8])
      expect(yield* page(`after=${at(2)}&before=${at(6)}`)).toEqual([5, 4, 3])
      expect(yield* page(`after=${at(6)}&before=${at(2)}`)).toEqual([])
    })
  )

  it.effect("oldest first", () =>
    Effect.gen(function* () {
      const page = yield* tenMessages({ order: "ascending" })
      expect(yield* page("limit=3")).toEqual([7, 8, 9])
      expect(yield* page(`limit=2&before=${at(5)}`)).toEqual([3, 4])
    })
  )

  it.effect("bounds inclusive", () =>
    Effect.gen(function* () {
      const page = yield* tenMessages({ inclusive: true })
      expect(yield* page(`limit=3&before=${at(7)}`)).toEqual([7, 6, 5])
      expect(yield* page(`after=${at(2)}&before=${at(2)}`)).toEqual([2])
    })
  )

  it.effect("nearest to after", () =>
    Effect.gen(function* () {
      const page = yield* tenMessages({ selection: "nearest" })
      expect(yield* page(`after=${at(2)}&limit=2`)).toEqual([4, 3])
      expect(yield* page("limit=2")).toEqual([9, 8])
      expect(yield* page(`after=${at(2)}&before=${at(9)}&limit=2`)).toEqual([8, 7])
    })
  )

  it.effect("a default page size and a highest", () =>
    Effect.gen(function* () {
      const page = yield* tenMessages({ defaultLimit: 2, maxLimit: 4 })
      expect(yield* page("")).toEqual([9, 8])
      expect(yield* page("limit=4")).toEqual([9, 8, 7, 6])
      expect(yield* page("limit=1000")).toEqual([9, 8, 7, 6])
    })
  )
})

describe("dates", () => {
  it.effect("of messages posted at once are a millisecond apart", () =>
    Effect.gen(function* () {
      const { asAlice, emulator, room, roomJid } = yield* smallOrg()
      for (const message of ["0", "1", "2"]) yield* asAlice("POST", `${room}/messages`, { message })
      const dates = (yield* emulator.messages(roomJid)).map(({ dateCreated }) => dateCreated.epochMillis)
      expect(dates).toEqual([0, 1, 2])
    })
  )

  it.effect("or the same, where that is wanted: order is that of arrival", () =>
    Effect.gen(function* () {
      const { asAlice, emulator, room, roomJid } = yield* smallOrg({ history: { dates: "clock" } })
      for (const message of ["0", "1", "2"]) yield* asAlice("POST", `${room}/messages`, { message })
      const messages = yield* emulator.messages(roomJid)
      expect(messages.map(({ body, dateCreated }) => [body, dateCreated.epochMillis])).toEqual([
        ["0", 0],
        ["1", 0],
        ["2", 0]
      ])
      expect(numbers(yield* asAlice("GET", `${room}/messages?limit=2`))).toEqual([2, 1])
    })
  )
})

it.effect("getChatsUserMessages can be one bare message", () =>
  Effect.gen(function* () {
    const { alice, asAlice, bob, emulator } = yield* smallOrg({ history: { userMessages: "single" } })
    const none = yield* asAlice("GET", `/users/${bob.id}/messages`)
    expect([none.status, errorViolations(none)]).toEqual([404, []])
    yield* emulator.seedMessages([alice.id, bob.id], 3)
    expect((yield* asAlice("GET", `/users/${bob.id}/messages`)).json).toMatchObject({
      body: "message 2",
      jid: alice.jid
    })
  })
)
