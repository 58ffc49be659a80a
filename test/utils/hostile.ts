/**
 * Values that are nearly what a schema wants: what a generator made, broken in a few places.
 */
import * as DateTime from "effect/DateTime"
import * as FastCheck from "effect/FastCheck"

const drop = Symbol("drop")

type Path = ReadonlyArray<string>

/** What has parts. Instances of classes are left whole. */
const isTree = (value: unknown): value is { readonly [key: string]: unknown } =>
  Array.isArray(value) ||
  (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)

const paths = (value: unknown, path: Path = []): ReadonlyArray<Path> =>
  isTree(value) ? [path, ...Object.keys(value).flatMap((key) => paths(value[key], [...path, key]))] : [path]

/** Copies by descriptors, so that an own `__proto__`, getters and holes stay what they are. */
const copy = (value: object): object => {
  const copied = Array.isArray(value) ? new Array(value.length) : {}
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if (Array.isArray(value) && key === "length") continue
    // what was frozen is not to stay so
    const writable = "value" in descriptor ? { writable: true } : {}
    Object.defineProperty(copied, key, { ...descriptor, ...writable, configurable: true })
  }
  return copied
}

const put = (object: object, key: string, value: unknown): object =>
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })

const edit = (value: unknown, path: Path, f: (value: unknown) => unknown): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return f(value)
  if (!isTree(value)) return value
  const copied = copy(value)
  const edited = edit(value[key], rest, f)
  if (edited === drop) {
    Reflect.deleteProperty(copied, key)
    return copied
  }
  return put(copied, key, edited)
}

/** As strings where an id, a number, a boolean or a date is meant, and as the wrong type everywhere else. */
const odd: ReadonlyArray<unknown> = [
  null,
  undefined,
  true,
  0,
  -0,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  10n,
  Symbol.iterator,
  "",
  ".",
  "a,b",
  "\ud800",
  "12",
  "true",
  "2026-03-04T05:06:07.089Z",
  "2026-03-04T05:06:07Z",
  "2024-02-29T00:00:00.000Z",
  "2026-02-30T00:00:00.000Z",
  "2026-03-04T24:00:00.000Z",
  "2026-03-04T05:06:07.089+02:00",
  "2026-03-04",
  [],
  {},
  [null],
  { id: null },
  JSON.parse('{"__proto__":{"id":"a"}}'),
  JSON.parse('{"__proto__":null}'),
  () => "a function",
  new Date(0),
  new Map(),
  DateTime.unsafeMake(0),
  DateTime.unsafeMakeZoned(0, { timeZone: 3_600_000 })
]

const onTree =
  (f: (copied: object, original: object) => unknown) =>
  (value: unknown): unknown =>
    isTree(value) ? f(copy(value), value) : value

const excess = ["extra", "__proto__", "constructor", "toString", "hasOwnProperty", "0", "id", "then"]

const breakage: FastCheck.Arbitrary<(value: unknown) => unknown> = FastCheck.oneof(
  FastCheck.constantFrom(...odd).map((value) => () => (isTree(value) ? copy(value) : value)),
  FastCheck.constant(() => drop),
  FastCheck.tuple(FastCheck.constantFrom(...excess), FastCheck.constantFrom(...odd)).map(([key, value]) =>
    onTree((copied) => put(copied, key, value))
  ),
  FastCheck.constantFrom(
    (value: unknown) => [value],
    (value: unknown) => ({ value }),
    // by index: it may have lost its iterator, and its constructor
    (value: unknown) =>
      Array.isArray(value)
        ? Array.from({ length: 2 * value.length }, (_, i): unknown => value[i % value.length])
        : value,
    // all is inherited
    onTree((_, original) => Object.create(original)),
    onTree((copied) => Object.setPrototypeOf(copied, null)),
    onTree((copied) => Object.setPrototypeOf(copied, { id: "inherited", roomJid: "inherited", body: "inherited" })),
    // holes
    onTree((copied) => (Array.isArray(copied) ? Object.assign(copied, { length: copied.length + 2 }) : copied)),
    onTree((copied) => Object.fromEntries(Object.entries(copied).reverse())),
    onTree((copied) =>
      Object.defineProperty(copied, "id", { get: () => "by a getter", enumerable: true, configurable: true })
    )
  )
)

/** Values as they are, and with one to three breakages anywhere in them. */
export const hostile = (values: FastCheck.Arbitrary<unknown>): FastCheck.Arbitrary<unknown> =>
  FastCheck.tuple(
    values,
    FastCheck.oneof(
      FastCheck.constant([]),
      FastCheck.array(FastCheck.tuple(FastCheck.nat(), breakage), { minLength: 1, maxLength: 3 })
    )
  )
    .map(([value, breakages]) =>
      breakages.reduce((broken: unknown, [at, f]) => {
        const all = paths(broken)
        const edited = edit(broken, all[at % all.length] ?? [], f)
        return edited === drop ? undefined : edited
      }, value)
    )
    .map(frozen)

/** Nobody is to write on an input. */
const frozen = (value: unknown): unknown => {
  if (!isTree(value)) return value
  for (const { value: part } of Object.values(Object.getOwnPropertyDescriptors(value))) frozen(part)
  return Object.freeze(value)
}

/** The same to the last property: kinds, prototypes, keys in their order, hidden ones too. */
export const isSame = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  const [keysOfA, keysOfB] = [Reflect.ownKeys(a), Reflect.ownKeys(b)]
  return (
    keysOfA.length === keysOfB.length &&
    keysOfA.every((key, i) => {
      const [one, other] = [Object.getOwnPropertyDescriptor(a, key), Object.getOwnPropertyDescriptor(b, key)]
      return key === keysOfB[i] && one?.enumerable === other?.enumerable && isSame(one?.value, other?.value)
    })
  )
}
