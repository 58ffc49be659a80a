import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import { durationOf } from "./effect/duration.js"

/*
 * Options given in code are checked where they come in, once. What is out of range is a mistake in the
 * program: it is thrown (inside an effect: a defect) with a message that names the option and what it may be.
 */

/** What a number may be. */
export interface Range {
  readonly least: number
  /** No bound where left out. */
  readonly most?: number
  /** Whether `Infinity` is a value: no bound at all. */
  readonly infinite?: boolean
}

/** What a duration may be. */
export interface DurationRange {
  readonly least: Duration.DurationInput
  readonly most?: Duration.DurationInput
  readonly infinite?: boolean
}

/** A value that an option cannot have. */
export class InvalidOption extends RangeError {
  override readonly name = "InvalidOption"
  constructor(
    message: string,
    /** Which one it is, and what is wrong with it, where it is one alone. */
    readonly option?: string,
    readonly wrong?: string
  ) {
    super(message)
  }
}

const refuse = (option: string, expected: string, value: unknown): never => {
  const wrong = `must be ${expected}, but is ${shown(value)}`
  throw new InvalidOption(`${option} ${wrong}`, option, wrong)
}

const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value))

/** "a whole number from 1 to 100, or Infinity". */
export const describeNumber = (kind: string, { infinite, least, most }: Range): string =>
  `${kind}${lowest(least)}${most === undefined ? "" : ` to ${most}`}${infinite === true ? ", or Infinity" : ""}`

/** "a duration from 1ms to 1d". */
export const describeDuration = ({ infinite, least, most }: DurationRange): string =>
  `a duration from ${formatted(least)}${most === undefined ? "" : ` to ${formatted(most)}`}${infinite === true ? ", or Infinity" : ""}`

const formatted = (duration: Duration.DurationInput): string => Duration.format(Duration.decode(duration))

const lowest = (least: number): string => {
  if (least === Number.MIN_SAFE_INTEGER) return ""
  return least === Number.MIN_VALUE ? " above 0" : ` from ${least}`
}

export const inRange = (value: number, { infinite, least, most }: Range): boolean =>
  value === Infinity ? infinite === true : value >= least && value <= (most ?? Number.MAX_SAFE_INTEGER)

const inDurationRange = (value: Duration.Duration, { infinite, least, most }: DurationRange): boolean =>
  Duration.isFinite(value)
    ? Duration.greaterThanOrEqualTo(value, Duration.decode(least)) &&
      (most === undefined || Duration.lessThanOrEqualTo(value, Duration.decode(most)))
    : infinite === true

/** `option` is named as users write it: `FlowControl.make: maxConcurrency`. */
export const wholeNumber = (option: string, value: number, range: Range): number =>
  (Number.isSafeInteger(value) || value === Infinity) && inRange(value, range)
    ? value
    : refuse(option, describeNumber("a whole number", range), value)

export const number = (option: string, value: number, range: Range): number =>
  typeof value === "number" && inRange(value, range) ? value : refuse(option, describeNumber("a number", range), value)

/**
 * A text that is not empty; blanks and line breaks around it are no part of it. Its value is in no message. `most`
 * is how many characters a database keeps of it, which takes no NUL either.
 */
export const text = (option: string, value: string, most = Infinity): string => {
  const trimmed = typeof value === "string" ? value.trim() : ""
  if (trimmed === "") throw new InvalidOption(`${option} must be a text that is not empty`)
  if (trimmed.length > most || (most < Infinity && trimmed.includes("\0")))
    throw new InvalidOption(`${option} must be a text of at most ${most} characters, without NUL`)
  return trimmed
}

/** Effect takes a negative duration for none, and what is no number too: here they are refused. */
export const duration = (option: string, value: Duration.DurationInput, range: DurationRange): Duration.Duration =>
  Option.getOrElse(durationIn(range, value), () => refuse(option, describeDuration(range), value))

/** A duration within a range; nothing where a value is none. */
export const durationIn = (range: DurationRange, value: unknown): Option.Option<Duration.Duration> =>
  isSigned(value) || (Array.isArray(value) && value.some(isSigned))
    ? Option.none()
    : Option.filter(durationOf(value), (decoded) => inDurationRange(decoded, range))

/** One of a few texts. */
export const oneOf = <A extends string>(option: string, value: string, values: ReadonlyArray<A>): A =>
  values.find((one) => one === value) ??
  refuse(option, `one of ${values.map((one) => JSON.stringify(one)).join(", ")}`, value)

const isSigned = (value: unknown): boolean =>
  Number.isNaN(value) ||
  ((typeof value === "number" || typeof value === "bigint") && value < 0) ||
  (typeof value === "string" && /^\s*-/.test(value))

/** A text that can stand in a header. */
export const headerValue = (option: string, value: string): string =>
  /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value)
    ? value
    : refuse(option, "printable ASCII without blanks at its ends", value)
