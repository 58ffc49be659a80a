/** Schemas as Effect interprets them, on either major. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { failed } from "../../../src/codec/compile/Run.js"
import type * as ours from "../../../src/codec/compile.js"

export { failed }

const by =
  (parse: (input: unknown) => Option.Option<unknown>): ((input: unknown) => unknown) =>
  (input) =>
    Option.getOrElse(parse(input), () => failed)

export const decoder: typeof ours.decoder = (ast, options) =>
  by(Schema.decodeUnknownOption(Schema.make<unknown>(ast), options))

export const taker: typeof ours.taker = decoder
