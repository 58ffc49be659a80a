/** What a section prints: tables, and below them what was promised. */

export interface Promised {
  readonly what: string
  /** `NaN` where a peer that it needs did not run. */
  readonly figure: number
  readonly bound: "at most" | "at least"
  readonly limit: number
  readonly stretch?: number | undefined
  /** Follows the numbers: `×`, ` ms`. */
  readonly unit: string
}

export interface Section {
  readonly markdown: string
  readonly promises: ReadonlyArray<Promised>
}

/** As markdown that can be read as it is. */
export const table = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const lines = [header, ...rows]
  const widths = header.map((_, column) => Math.max(3, ...lines.map((line) => line[column]?.length ?? 0)))
  const print = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  const align = (cells: ReadonlyArray<string>) =>
    print(cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))))
  const rule = print(widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)))
  return [align(header), rule, ...rows.map(align)].join("\n")
}

export const promiseList = (promises: ReadonlyArray<Promised>): string => promises.map(promiseLine).join("\n")

const promiseLine = (promised: Promised): string => {
  const { bound, figure, limit, stretch, unit, what } = promised
  const aim = stretch === undefined ? "" : `, stretch ${number(stretch)}${unit}`
  const figures = Number.isNaN(figure) ? "not measured" : `${number(figure)}${unit}`
  const verdict = isBroken(promised) ? ": NOT met" : Number.isNaN(figure) ? "" : ": met"
  return `- ${what}: ${figures} (${bound} ${number(limit)}${unit}${aim})${verdict}`
}

export const isBroken = ({ bound, figure, limit }: Promised): boolean =>
  bound === "at most" ? figure > limit : figure < limit

const number = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(Math.abs(value) < 10 ? 2 : 1)
