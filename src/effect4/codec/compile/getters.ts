import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import type * as AST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import { failed, missing, type Run } from "./Run.js"

/* One step of an encoding. */

/** Where there is no value, none is made. */
export const passingBy =
  (run: Run): Run =>
  (input, options) =>
    input === missing ? missing : run(input, options)

type Getter = Extract<AST.Link["transformation"], { readonly _tag: "Transformation" }>["decode"]

export const ofGetter = (getter: Getter): Run => {
  switch (getter._tag) {
    case "Passthrough":
      return identity
    case "Transform":
      return passingBy(getter.transform)
    case "TransformOptional":
      return (input) => valueIn(getter.transform(optionOf(input)))
    case "TransformEffect":
      return passingBy((input, options) => resultOf(getter.transform(input, options)))
    case "TransformOptionalEffect":
      return (input, options) => {
        const option = resultOf(getter.transform(optionOf(input), options))
        return Option.isOption(option) ? valueIn(option) : failed
      }
  }
}

const optionOf = (value: unknown): Option.Option<unknown> => (value === missing ? Option.none() : Option.some(value))

const valueIn = (option: Option.Option<unknown>): unknown => (Option.isSome(option) ? option.value : missing)

/** What has to be waited for dies here, and what dies is for `Schema` to tell of. */
export const resultOf = (effect: Effect.Effect<unknown, unknown, unknown>): unknown => {
  // services that it asks for are missing for `Schema` too
  const exit = Exit.isExit(effect) ? effect : Effect.runSyncExit(effect as Effect.Effect<unknown, unknown>)
  if (Exit.isSuccess(exit)) return exit.value
  const { reasons } = exit.cause
  if (reasons.length === 0 || !reasons.every(isIssue)) throw failed
  return failed
}

const isIssue = (reason: Cause.Reason<unknown>): boolean =>
  Cause.isFailReason(reason) && SchemaIssue.isIssue(reason.error)
