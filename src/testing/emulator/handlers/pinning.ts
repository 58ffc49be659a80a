import * as Either from "effect/Either"
import * as Refusal from "../Refusal.js"
import type { Place } from "./access.js"
import type { Call } from "./Handler.js"

const maxPins = 5

/** Adds to the pins, in the order given; what is pinned already stays where it is. */
export const pin = (call: Call, place: Place, ids: ReadonlyArray<string>) =>
  setPins(call, place, [...new Set([...place.conversation.pins, ...ids])])

/** Makes these the pins. */
export const setPins = (
  call: Call,
  { conversation }: Place,
  ids: ReadonlyArray<string>
): Either.Either<void, Refusal.Refusal> =>
  Either.gen(function* () {
    const pins = [...new Set(ids)]
    for (const id of pins) yield* call.org.conversations.messageIn(conversation.key, id)
    if (pins.length > maxPins) {
      yield* Refusal.invalid(
        "constraint.validation",
        "pinnedMessageIds",
        `must leave at most ${maxPins} pinned messages`,
        {
          key: "pinned.messages",
          value: maxPins
        }
      )
    }
    conversation.pins = pins
  })

export const unpin = ({ conversation }: Place, id: string): Either.Either<void, Refusal.Refusal> => {
  if (!conversation.pins.includes(id)) return Refusal.notFound("pinned message", id)
  conversation.pins = conversation.pins.filter((pinned) => pinned !== id)
  return Either.void
}
