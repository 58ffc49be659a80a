/** Schemas as `ParseResult` interprets them. */
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { failed } from "../../../src/codec/compile/Run.js"
import type * as ours from "../../../src/codec/compile.js"

export { failed }

const by =
  (parse: (input: unknown) => Either.Either<unknown, unknown>): ((input: unknown) => unknown) =>
  (input) =>
    Either.getOrElse(parse(input), () => failed)

export const decoder: typeof ours.decoder = (ast, options) =>
  by(ParseResult.decodeUnknownEither(Schema.make<unknown>(ast), options))

export const taker: typeof ours.taker = decoder

export const encoder: typeof ours.encoder = (ast, options) =>
  by(ParseResult.encodeUnknownEither(Schema.make<unknown>(ast), options))
