/** The events' schemas against the facts of the topics, both ways. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { decodeEvent } from "../../src/live/event.js"
import * as Live from "../../src/live/Live.js"

const Fields = Schema.Struct({ properties: Schema.Record({ key: Schema.String, value: Schema.Unknown }) })
const Facts = Schema.Struct({
  topics: Schema.Array(Schema.Struct({ topic: Schema.String, payload: Schema.Literal("message", "badge") })),
  schemas: Schema.Struct({
    message: Fields,
    badge: Fields
  })
})
const file = new URL("../fixtures/topic.json", import.meta.url)
const facts = Schema.decodeUnknownSync(Schema.parseJson(Facts))(readFileSync(file, "utf8"))

const fieldsOf = (fields: object) => Object.keys(fields).sort()

describe("events", () => {
  it("have the fields of their topics' schemas", () => {
    expect(fieldsOf(Live.MessageBody.fields)).toEqual(fieldsOf(facts.schemas.message.properties))
    expect(fieldsOf(Live.BadgeBody.fields)).toEqual(fieldsOf(facts.schemas.badge.properties))
    const { from, to } = Schema.decodeUnknownSync(Schema.Struct({ from: Fields, to: Fields }))(
      facts.schemas.message.properties
    )
    for (const { properties } of [from, to]) expect(fieldsOf(Live.Entity.fields)).toEqual(fieldsOf(properties))
  })

  for (const { payload, topic } of facts.topics) {
    it(`of ${topic} are known by it`, () => {
      const event = decodeEvent(topic.replace("{id}", "0b6f"), {})
      expect(event).toMatchObject({ _tag: "Right", right: { _tag: payload === "message" ? "Message" : "Badge" } })
    })
  }
})
