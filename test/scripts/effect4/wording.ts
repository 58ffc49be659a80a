/**
 * What docstrings say otherwise on Effect 4, where no wording fits both. Each text must be there: that one has changed
 * is noticed here, and not by readers of the package.
 */

type Wording = readonly [onEffect3: string, onEffect4: string]

const tags: Wording = ["`Effect.tagMetrics`", "`Metric.CurrentMetricAttributes`"]

const wordings: Readonly<Record<string, ReadonlyArray<Wording>>> = {
  "Metrics.ts": [tags],
  "internal/labels.ts": [tags],
  "live/Live.ts": [
    [
      [
        " * It needs a `WebSocketConstructor` of `@effect/platform`'s `Socket`: browsers, Deno, Bun and Node from 22 on",
        " * have one (`Socket.layerWebSocketConstructorGlobal`); on Node 20 it is",
        " * `NodeSocket.layerWebSocketConstructor` of `@effect/platform-node`.\n"
      ].join("\n"),
      [
        " * It needs a `WebSocketConstructor` of `effect/socket`'s `Socket`: browsers, Deno, Bun and Node have one",
        " * (`Socket.layerWebSocketConstructorGlobal`).\n"
      ].join("\n")
    ],
    [" * // on Node 20: NodeSocket.layerWebSocketConstructor of @effect/platform-node\n", ""]
  ],
  "sql/Sql.ts": [
    [
      [
        " * One rate limit and one token for a fleet in PostgreSQL, or for the processes of one machine in a SQLite file,",
        " * through `@effect/sql`: `npm install @effect/sql@^0.52 @effect/sql-pg@^0.53`, or `@effect/sql-sqlite-node@^0.53`.\n"
      ].join("\n"),
      " * One rate limit and one token for a fleet in PostgreSQL: `npm install @effect/sql-pg@^4.0`.\n"
    ],
    [
      [
        " With SQLite that means: a call inside `sql.withTransaction`",
        " * finds the one connection taken, and goes on without the store. And if another process writes for long, SQLite",
        " * blocks this one until its `busy_timeout` (5 seconds) is over, whatever `storeTimeout` is: keep transactions that",
        " * write short.\n"
      ].join("\n"),
      "\n"
    ]
  ]
}

/** The text of a module in the words of Effect 4. */
export const worded = (path: string, text: string): string =>
  (wordings[path] ?? [])
    .reduce((before, [from, to]) => {
      if (!before.includes(from)) throw new Error(`src/${path} no longer says: ${from}`)
      return before.replace(from, to)
    }, text)
    .replaceAll(/@effect\/platform(?![-/\w])/g, "effect/http")
