import * as Fs from "node:fs"
import * as Path from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { Plan } from "../faults/planJson.js"
import type { Host } from "./host.js"
import { orgOf, type State, StateBuilder, StateTracker, stateOf } from "./state.js"
import { Change, tableNames } from "./stateSchema.js"

/*
 * The file of `--state`: a line of JSON that says what it is, and then a line for each change. A
 * change is in the file before the request that made it is answered, so a process that is killed
 * loses nothing that somebody was told of. Only the last line can be half there, and then it is
 * left out. At each start, and whenever the file is several times what the state needs, the state
 * is written anew next to it and takes its place at once.
 */

/** What was wrong with a state file: it is left as it is. */
export class StateFileError extends Data.TaggedError("StateFileError")<{ readonly message: string }> {}

const Header = Schema.Struct({
  format: Schema.Literal("effect-genesys-chats/emulator-state"),
  version: Schema.Literal(1)
})

const header = { format: "effect-genesys-chats/emulator-state", version: 1 } as const

/** What was said at the start, and so is not taken from the file. */
interface Given {
  readonly rateLimit: boolean
  readonly faults: boolean
  readonly events: boolean
}

/** Puts back what the file holds, if it holds anything, and keeps it up to date until the scope closes. */
export const attach = (
  host: Host,
  stateFile: string,
  given: Given
): Effect.Effect<boolean, StateFileError, Scope.Scope> =>
  Effect.gen(function* () {
    const path = yield* Effect.try({ try: () => realPath(stateFile), catch: (error) => failure(stateFile, error) })
    const saved = yield* read(path)
    if (saved !== undefined) yield* Effect.mapError(restore(host, saved, given), (error) => failure(path, error))
    yield* Effect.acquireRelease(
      Effect.try({ try: () => new Journal(path, host), catch: (error) => failure(path, error) }),
      (journal) => Effect.sync(() => journal.close())
    ).pipe(
      Effect.flatMap((journal) => {
        const unwatch = host.watch({
          changed: () => journal.write(),
          requested: () => {},
          reset: () => journal.write()
        })
        return Effect.addFinalizer(() => Effect.sync(unwatch))
      })
    )
    return saved !== undefined
  })

const restore = (host: Host, saved: State, given: Given): Effect.Effect<void, ParseResult.ParseError> =>
  Effect.gen(function* () {
    const { events, faults } = saved.scalars
    host.org = orgOf(host.org.settings, saved)
    if (given.rateLimit) host.org.rateLimit = host.org.settings.rateLimit
    if (faults !== undefined && !given.faults) host.setFaults(yield* decodePlan(faults.plan), faults.position)
    if (events !== undefined && !given.events) host.channels.options = events
  })

/** The file itself where it is a link, for another file takes its place. */
const realPath = (path: string): string => (Fs.existsSync(path) ? Fs.realpathSync(path) : path)

const failure = (path: string, error: unknown): StateFileError =>
  new StateFileError({ message: `${path}: ${error instanceof Error ? error.message : String(error)}` })

const decodeHeader = Schema.decodeEither(Schema.parseJson(Header))
const decodeChange = Schema.decodeEither(Schema.parseJson(Change))
const encodeChange = Schema.encodeSync(Schema.parseJson(Change))
const decodePlan = Schema.decode(Plan)
const encodePlan = Schema.encodeSync(Plan)

const stateOfHost = (host: Host): State =>
  stateOf(host.org, {
    faults: { plan: encodePlan(host.faults), position: host.faultsPosition },
    events: host.channels.options
  })

const read = (path: string): Effect.Effect<State | undefined, StateFileError> =>
  Effect.gen(function* () {
    const bytes = yield* Effect.try({
      try: () => (Fs.existsSync(path) ? Fs.readFileSync(path) : Buffer.alloc(0)),
      catch: (error) => failure(path, error)
    })
    if (bytes.byteLength === 0) return undefined
    const lines = wholeLines(bytes)
    const [first, ...changes] = lines
    if (first === undefined || Either.isLeft(decodeHeader(first.toString()))) {
      return yield* new StateFileError({ message: `${path} is no state of an emulator, or of another version` })
    }
    const builder = new StateBuilder()
    for (const [index, line] of changes.entries()) {
      const change = decodeChange(line.toString())
      if (Either.isRight(change)) builder.add(change.right)
      // a disk that lost its power may have the length of the last write and not its bytes
      else if (index < changes.length - 1) {
        return yield* new StateFileError({ message: `${path}: line ${index + 2} is broken` })
      }
    }
    return builder.state
  })

/** The lines that end: what follows the last line break was not written whole, or is empty. One by one, for a file may be longer than a string. */
const wholeLines = (bytes: Buffer): ReadonlyArray<Buffer> => {
  const lines: Array<Buffer> = []
  let start = 0
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return lines
}

/** How much longer than the state the file may be, and how long it always may be. */
const growth = 4
const alwaysAllowed = 1_048_576

class Journal {
  readonly #path: string
  readonly #host: Host
  #tracker = new StateTracker()
  #file = -1
  #size = 0
  #compactAt = 0
  /** Whether a change could not be written whole: the file is behind. */
  #behind = false

  constructor(path: string, host: Host) {
    this.#path = path
    this.#host = host
    this.#removeLeftovers()
    this.#compact()
  }

  /** Writes what changed, if anything did. */
  write(): void {
    const change = this.#tracker.next(stateOfHost(this.#host))
    if (change === undefined && !this.#behind) return
    this.#mustBeOurs()
    if (this.#behind) this.#compact()
    else if (change !== undefined) this.#add(change)
  }

  close(): void {
    Fs.fsyncSync(this.#file)
    Fs.closeSync(this.#file)
  }

  /** On a disk that is full, what was written in part is taken back. */
  #add(change: Change): void {
    try {
      this.#size += append(this.#file, change)
    } catch (error) {
      this.#behind = true
      Fs.ftruncateSync(this.#file, this.#size)
      throw error
    }
    if (this.#size <= this.#compactAt) return
    try {
      this.#compact()
    } catch {
      // the change is in the file: it may be long for a while
      this.#compactAt = this.#size * growth
    }
  }

  /** Writes the whole state to a new file, which takes the place of the old one when it is on the disk. */
  #compact(): void {
    const temporary = `${this.#path}.${process.pid}.tmp`
    const tracker = new StateTracker()
    const file = Fs.openSync(temporary, "w", 0o600)
    let size = 0
    try {
      size += Fs.writeSync(file, `${JSON.stringify(header)}\n`)
      for (const part of partsOf(tracker.next(stateOfHost(this.#host)) ?? {})) size += append(file, part)
      Fs.fsyncSync(file)
      Fs.renameSync(temporary, this.#path)
    } catch (error) {
      Fs.closeSync(file)
      Fs.rmSync(temporary, { force: true })
      throw error
    }
    if (this.#file !== -1) Fs.closeSync(this.#file)
    this.#tracker = tracker
    this.#file = file
    this.#size = size
    this.#compactAt = Math.max(alwaysAllowed, size * growth)
    this.#behind = false
  }

  /** New files of processes that were killed while they wrote them; they hold tokens. */
  #removeLeftovers(): void {
    const [folder, name] = [Path.dirname(this.#path), Path.basename(this.#path)]
    for (const entry of Fs.readdirSync(folder)) {
      const pid = entry.startsWith(name) ? /^\.(\d+)\.tmp$/.exec(entry.slice(name.length))?.[1] : undefined
      if (pid !== undefined && !isRunning(Number(pid))) Fs.rmSync(Path.join(folder, entry), { force: true })
    }
  }

  /** Two processes that write one file would make nonsense of it: the newer one has it. */
  #mustBeOurs(): void {
    const [ours, there] = [Fs.fstatSync(this.#file), Fs.statSync(this.#path, { throwIfNoEntry: false })]
    if (there?.ino !== ours.ino) throw new Error(`${this.#path} was replaced: another process uses it`)
  }
}

/** Gives how many bytes were written. */
const append = (file: number, change: Change): number => {
  const bytes = Buffer.from(`${encodeChange(change)}\n`)
  for (let written = 0; written < bytes.length; ) written += Fs.writeSync(file, bytes, written)
  return bytes.length
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // of another user
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/** So many records of a state are in one line of a new file. */
const recordsPerLine = 1000

/** A change in parts that together are the change. */
function* partsOf(whole: Change): Generator<Change> {
  yield { scalars: whole.scalars }
  for (const name of tableNames) {
    const records: ReadonlyArray<unknown> = whole[name]?.set ?? []
    for (let from = 0; from < records.length; from += recordsPerLine) {
      yield { [name]: { set: records.slice(from, from + recordsPerLine) } }
    }
  }
}
