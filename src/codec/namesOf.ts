import type { Issue } from "../ChatsError.js"

/**
 * Which fields are wrong, for logs: an issue quotes the value, and a path has the keys of records, which are
 * ids. So names of fields are kept, and other keys are "*".
 */
export const namesOf = (issues: ReadonlyArray<Issue>): string =>
  [
    ...new Set(
      issues.map(({ path }) =>
        path
          .split(".")
          .map((key) => (/^[A-Za-z]{1,40}$|^\d{1,6}$/.test(key) ? key : "*"))
          .join(".")
      )
    )
  ].join(", ")
