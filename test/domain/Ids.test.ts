import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { Domain, MessageId, RoomJid, ThreadId, UserId, UserJid } from "effect-genesys-chats"
import { whyNot } from "../utils/why.js"

const ids = { RoomJid, UserJid, UserId, MessageId, ThreadId }

const dots = [".", "..", "%2e", "%2E", "%2e%2e", "%2E%2e", ".%2E", "%2e.", "%252e%252e", ".%252e", "%25252E", "%%32e"]

describe("an id", () => {
  for (const [name, schema] of Object.entries(ids)) {
    const decode = Schema.decodeUnknownEither(Schema.make<string, string>(schema.ast))
    const make: (value: string) => string = schema.make

    it(`${name} is refused where it would bend a URL, with a reason`, () => {
      const refused: ReadonlyArray<readonly [string, string]> = [
        ["", "empty"],
        ...dots.slice(0, -1).map((value) => [value, "URLs fold"] as const),
        ...["\n", "a\r\nb", "\0", "a\tb", "\x7f", "a\x85b", "\x1b[0m"].map((value) => [value, "control"] as const),
        ...["\ud800", "a\udc00", "\udc00\ud800"].map((value) => [value, "surrogates"] as const)
      ]
      for (const [value, reason] of refused) {
        expect(whyNot(() => make(value))).toContain(reason)
        const result = decode(value)
        expect(Either.isLeft(result) && result.left.message).toContain(reason)
      }
    })

    it(`${name} is taken where percent-encoding carries it`, () => {
      const taken = [
        "a/b",
        "a?b",
        "a#b",
        "%",
        "a%2Fb",
        "...",
        "..a",
        "a..",
        "%2e%2e%2e",
        "😀",
        "a\\b",
        " ",
        ";",
        ",",
        "x".repeat(5000)
      ]
      for (const value of taken) {
        expect(make(value)).toBe(value)
        expect(decode(value)).toEqual(Either.right(value))
      }
    })

    it.prop(
      `${name}: what is made is what was given`,
      [FastCheck.string({ unit: "grapheme", minLength: 4 })],
      ([value]) => {
        if (/\p{Cc}/u.test(value) || !value.isWellFormed() || /^(\.|%|2|5|e)*$/i.test(value)) return
        expect(make(value)).toBe(value)
      }
    )
  }

  it("decodes in a reply whatever it is, so that one odd id does not cost a listing", () => {
    for (const id of ["", "..", "a\nb", "\ud800"]) {
      expect(Schema.decodeUnknownSync(Domain.ChatSendMessageResponse)({ id })).toEqual({ id })
      expect(Schema.decodeUnknownSync(Domain.CreateRoomResponse)({ jid: id })).toEqual({ jid: id })
    }
  })
})
