/** Tells that the first reply is there, and what it took since the process was started. */
export const firstReply = () => {
  const milliseconds = performance.now()
  const { system, user } = process.cpuUsage()
  process.stdout.write(JSON.stringify({ milliseconds, cpu: (system + user) / 1000 }), () => process.exit())
}
