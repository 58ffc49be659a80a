import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { Domain } from "effect-genesys-chats"
import { facts, sample } from "../utils/facts.js"

describe("ChatMessageListingOrMessage", () => {
  const decode = Schema.decodeUnknownEither(Domain.ChatMessageListingOrMessage)
  const value = (json: unknown) => Either.getOrThrow(decode(json))
  const message = sample("ChatMessageResponse")
  const decoded = Schema.decodeUnknownSync(Domain.ChatMessageResponse)(message)

  it("a listing is a listing", () => {
    expect(value({ entities: [message, { ...message, id: "other" }] })).toEqual({
      entities: [decoded, { ...decoded, id: "other" }]
    })
    expect(value({ entities: [] })).toEqual({ entities: [] })
    expect(value({ entities: [message], pageSize: 25, nextUri: "/next" })).toEqual({ entities: [decoded] })
  })

  it("an empty object, and null for the entities, are a listing without entities", () => {
    expect(value({})).toEqual({})
    expect(value({ entities: null })).toEqual({})
  })

  it("one message is a listing of one", () => {
    expect(value(message)).toEqual({ entities: [decoded] })
    expect(value(sample("ChatMessageResponse", "required"))).toMatchObject({ entities: [{ id: "the-id" }] })
    expect(value({ ...message, unknown: 1 })).toEqual({ entities: [decoded] })
  })

  const required = Object.entries(facts.definitions["ChatMessageResponse"] ?? {}).filter(([, field]) => field.required)
  for (const [name] of required) {
    it(`one message without its ${name} is an error, and no empty listing`, () => {
      const { [name]: _, ...broken } = message
      expect(decode(broken)._tag).toBe("Left")
      expect(decode({ ...broken, [name]: null })._tag).toBe("Left")
      expect(decode({ ...broken, [name]: [5] })._tag).toBe("Left")
    })
  }

  it("a listing with a broken message is an error", () => {
    expect(decode({ entities: [{ ...message, dateCreated: "yesterday" }] })._tag).toBe("Left")
    expect(decode({ entities: "none" })._tag).toBe("Left")
    expect(decode([message])._tag).toBe("Left")
    expect(decode(null)._tag).toBe("Left")
  })
})
