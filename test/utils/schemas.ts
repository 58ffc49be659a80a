/**
 * The exported schemas, by the definition of the API that each stands for.
 */
import * as Schema from "effect/Schema"
import { Domain } from "effect-genesys-chats"
import { identifier } from "./ast.js"
import { facts } from "./facts.js"

export interface Definition {
  readonly exported: string
  readonly definition: string
  readonly schema: Schema.Schema<unknown, unknown>
}

export const definitions: ReadonlyArray<Definition> = Object.entries(Domain).flatMap(([exported, value]) => {
  if (!Schema.isSchema(value)) return []
  const definition = identifier(value.ast) ?? ""
  return Object.hasOwn(facts.definitions, definition)
    ? [{ exported, definition, schema: Schema.make<unknown, unknown>(value.ast) }]
    : []
})
