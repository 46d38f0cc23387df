/** The signals that ask a program to stop. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** A signal this soon after the first is its echo: npm passes on an interrupt that the terminal has sent to all. */
const ECHO_MS = 1_000

/** Runs `stop` on the first signal. Who asks again, and means it, ends the process at once. */
export function onStopSignal(stop: () => void): void {
  let signalledAt: number | undefined
  const onSignal = () => {
    if (signalledAt === undefined) stop()
    else if (Date.now() - signalledAt > ECHO_MS) process.exit(1)
    signalledAt ??= Date.now()
  }
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal)
  if (process.env.npm_lifecycle_event !== undefined) onceOrphaned(onSignal)
}

/** npm passes a signal to the shell between it and this process, which ends without passing it on. */
function onceOrphaned(then: () => void): void {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    then()
  }, 250)
  watch.unref()
}
