/**
 * A small pure model of the emulated org: what each call answers with, and what it leaves behind.
 * It knows nothing of ids: users, rooms and messages are numbers in the order of their creation.
 */

export interface Message {
  readonly number: number
  /** A room's number, or the two users of a 1on1. */
  readonly place: string
  readonly author: number
  readonly body: string
  readonly edited: boolean
  readonly date: number
  /** The message in whose thread it hangs. */
  readonly parent: number | undefined
  readonly reactions: ReadonlyArray<readonly [emoji: string, users: ReadonlyArray<number>]>
}

export interface Model {
  readonly now: number
  readonly rooms: ReadonlyArray<ReadonlyArray<number>>
  readonly messages: ReadonlyArray<Message>
  /** Where each message was posted; its thread stays there when it is deleted. */
  readonly posted: ReadonlyArray<string>
  readonly pins: Readonly<Record<string, ReadonlyArray<number>>>
}

export const empty: Model = { now: 0, rooms: [], messages: [], posted: [], pins: {} }

/** Where a message goes: a room by its number, or the 1on1 with a user. */
export type Target = { readonly room: number } | { readonly user: number }

export type Command = { readonly by: number } & (
  | { readonly _tag: "Create"; readonly invited: ReadonlyArray<number> }
  | { readonly _tag: "Join"; readonly room: number; readonly user: number }
  | { readonly _tag: "Leave"; readonly room: number; readonly user: number }
  | { readonly _tag: "Participants"; readonly room: number }
  | { readonly _tag: "Post"; readonly to: Target; readonly body: string; readonly parent: number | undefined }
  | { readonly _tag: "Edit"; readonly to: Target; readonly message: number; readonly body: string }
  | { readonly _tag: "Remove"; readonly to: Target; readonly message: number }
  | { readonly _tag: "Pin"; readonly to: Target; readonly messages: ReadonlyArray<number> }
  | { readonly _tag: "Unpin"; readonly to: Target; readonly message: number }
  | { readonly _tag: "React"; readonly message: number; readonly emojis: ReadonlyArray<string> }
  | { readonly _tag: "Get"; readonly message: number }
  | { readonly _tag: "Thread"; readonly message: number }
  | { readonly _tag: "History"; readonly to: Target; readonly limit: number }
  | { readonly _tag: "Wait"; readonly millis: number }
)

/** A status, with the messages of a listing, the participants of a room, or nothing else. */
export interface Answer {
  readonly status: number
  readonly messages?: ReadonlyArray<number>
  readonly users?: ReadonlyArray<number>
}

export type Step = readonly [model: Model, answer: Answer]

export const step = (model: Model, command: Command): Step => {
  const { by } = command
  switch (command._tag) {
    case "Wait":
      return [{ ...model, now: model.now + command.millis }, { status: 200 }]
    case "Create":
      return [{ ...model, rooms: [...model.rooms, [...new Set([by, ...command.invited])]] }, { status: 200 }]
    case "Join":
      return inRoom(model, by, command.room, (users) => [
        withRoom(model, command.room, [...new Set([...users, command.user])]),
        { status: 204 }
      ])
    case "Leave":
      return inRoom(model, by, command.room, (users) =>
        users.includes(command.user)
          ? [
              withRoom(
                model,
                command.room,
                users.filter((user) => user !== command.user)
              ),
              { status: 204 }
            ]
          : [model, { status: 404 }]
      )
    case "Participants":
      return inRoom(model, by, command.room, (users) => [model, { status: 200, users }])
    case "Post":
      return at(model, by, command.to, (place) => post(model, by, place, command.body, command.parent))
    case "Edit":
      return at(model, by, command.to, (place) => {
        if (command.body === "") return [model, { status: 400 }]
        return own(model, by, place, command.message, (message) =>
          model.now - message.date > 60_000
            ? [model, { status: 409 }]
            : [replace(model, { ...message, body: command.body, edited: true }), { status: 200 }]
        )
      })
    case "Remove":
      return at(model, by, command.to, (place) =>
        own(model, by, place, command.message, ({ number }) => [
          {
            ...model,
            messages: model.messages.filter((message) => message.number !== number),
            pins: { ...model.pins, [place]: pinsOf(model, place).filter((pin) => pin !== number) }
          },
          { status: 204 }
        ])
      )
    case "Pin":
      return at(model, by, command.to, (place) => {
        const pins = [...new Set([...pinsOf(model, place), ...command.messages])]
        if (!pins.every((pin) => find(model, pin)?.place === place)) return [model, { status: 404 }]
        return pins.length > 5
          ? [model, { status: 400 }]
          : [{ ...model, pins: { ...model.pins, [place]: pins } }, { status: 204 }]
      })
    case "Unpin":
      return at(model, by, command.to, (place) => {
        const pins = pinsOf(model, place)
        const rest = pins.filter((pin) => pin !== command.message)
        return rest.length === pins.length
          ? [model, { status: 404 }]
          : [{ ...model, pins: { ...model.pins, [place]: rest } }, { status: 204 }]
      })
    case "React":
      return seen(model, by, command.message, (message) => [
        replace(model, { ...message, reactions: react(message, by, command.emojis) }),
        { status: 204 }
      ])
    case "Get":
      return seen(model, by, command.message, ({ number }) => [model, { status: 200, messages: [number] }])
    case "Thread":
      return member(model, by, model.posted[command.message], () => [
        model,
        {
          status: 200,
          messages: newest(model, ({ number, parent }) => number === command.message || parent === command.message)
        }
      ])
    case "History":
      return at(model, by, command.to, (place) => [
        model,
        { status: 200, messages: newest(model, (message) => message.place === place).slice(0, command.limit) }
      ])
  }
}

/** The place of a target as a user sees it. */
export const placeOf = (by: number, to: Target): string =>
  "room" in to ? `room ${to.room}` : `users ${Math.min(by, to.user)} ${Math.max(by, to.user)}`

export const pinsOf = (model: Model, place: string): ReadonlyArray<number> => model.pins[place] ?? []

const inRoom = (model: Model, by: number, room: number, then: (users: ReadonlyArray<number>) => Step): Step => {
  const users = model.rooms[room]
  if (users === undefined) return [model, { status: 404 }]
  return users.includes(by) ? then(users) : [model, { status: 403 }]
}

const at = (model: Model, by: number, to: Target, then: (place: string) => Step): Step => {
  if ("room" in to) return inRoom(model, by, to.room, () => then(placeOf(by, to)))
  return to.user === by ? [model, { status: 400 }] : then(placeOf(by, to))
}

const find = (model: Model, number: number): Message | undefined =>
  model.messages.find((message) => message.number === number)

const own = (model: Model, by: number, place: string, number: number, then: (message: Message) => Step): Step => {
  const message = find(model, number)
  if (message?.place !== place) return [model, { status: 404 }]
  return message.author === by ? then(message) : [model, { status: 403 }]
}

const seen = (model: Model, by: number, number: number, then: (message: Message) => Step): Step => {
  const message = find(model, number)
  return member(model, by, message?.place, () => (message === undefined ? [model, { status: 404 }] : then(message)))
}

const member = (model: Model, by: number, place: string | undefined, then: () => Step): Step => {
  if (place === undefined) return [model, { status: 404 }]
  const [kind, ...numbers] = place.split(" ")
  const members = kind === "room" ? (model.rooms[Number(numbers[0])] ?? []) : numbers.map(Number)
  return members.includes(by) ? then() : [model, { status: 403 }]
}

const post = (model: Model, by: number, place: string, body: string, parent: number | undefined): Step => {
  if (body === "") return [model, { status: 400 }]
  if (parent !== undefined && model.posted[parent] !== place) return [model, { status: 404 }]
  const last = model.messages.findLast((message) => message.place === place)
  const message: Message = {
    number: model.posted.length,
    place,
    author: by,
    body,
    edited: false,
    date: Math.max(model.now, last === undefined ? 0 : last.date + 1),
    parent,
    reactions: []
  }
  return [{ ...model, posted: [...model.posted, place], messages: [...model.messages, message] }, { status: 200 }]
}

const withRoom = (model: Model, room: number, users: ReadonlyArray<number>): Model => ({
  ...model,
  rooms: model.rooms.map((others, number) => (number === room ? users : others))
})

const replace = (model: Model, message: Message): Model => ({
  ...model,
  messages: model.messages.map((other) => (other.number === message.number ? message : other))
})

const newest = (model: Model, test: (message: Message) => boolean): ReadonlyArray<number> =>
  model.messages
    .filter(test)
    .map(({ number }) => number)
    .reverse()

const react = (message: Message, by: number, emojis: ReadonlyArray<string>): Message["reactions"] => {
  const others = message.reactions.map(([emoji, users]) => [emoji, users.filter((user) => user !== by)] as const)
  const known = others.map(([emoji]) => emoji)
  const added = [...new Set(emojis)].filter((emoji) => !known.includes(emoji)).map((emoji) => [emoji, []] as const)
  return [...others, ...added]
    .map(([emoji, users]) => [emoji, emojis.includes(emoji) ? [...users, by] : users] as const)
    .filter(([, users]) => users.length > 0)
}
