/** What the package exports: of each entry point the names, and of each namespace the names in it. */
import * as Root from "effect-genesys-chats"
import * as Testing from "effect-genesys-chats/testing"
import * as Undici from "effect-genesys-chats/undici"
import type { Json, JsonObject } from "./protocol.js"

/** Of a bundle, a namespace is an object of getters. */
const isNamespace = (value: unknown): value is object =>
  typeof value === "object" &&
  value !== null &&
  Object.values(Object.getOwnPropertyDescriptors(value)).some(({ get }) => get !== undefined)

const namesOf = (space: object): JsonObject =>
  Object.fromEntries(
    Object.entries(space)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]): [string, Json] => [name, isNamespace(value) ? namesOf(value) : "export"])
  )

export const surface = (): Json => ({ ".": namesOf(Root), "./testing": namesOf(Testing), "./undici": namesOf(Undici) })
