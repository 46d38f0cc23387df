import { Presets, SingleBar } from 'cli-progress'

export interface Stream extends NodeJS.WritableStream {
  readonly isTTY?: boolean
}

/** Shows how far a step is: a moving bar on a terminal, a line at each quarter elsewhere. */
export interface Step {
  to(done: number): void
  end(): void
}

/** Begins a step of `total` things. */
export function step(stream: Stream, label: string, total: number): Step {
  return stream.isTTY ? bar(stream, label, total) : lines(stream, label, total)
}

function bar(stream: Stream, label: string, total: number): Step {
  const format = `  ${label.padEnd(10)} {bar} {percentage} %  {value} of {total}`
  const shown = new SingleBar({ format, stream, hideCursor: true, barsize: 30 }, Presets.rect)
  shown.start(total, 0)
  return {
    to: done => shown.update(done),
    end() {
      shown.update(total)
      shown.stop()
    }
  }
}

function lines(stream: Stream, label: string, total: number): Step {
  let told = 0
  const tell = (done: number) => {
    const quarter = total === 0 ? 4 : Math.floor((4 * done) / total)
    if (quarter <= told) return
    told = quarter
    stream.write(`  ${label.padEnd(10)} ${done} of ${total}\n`)
  }
  return { to: tell, end: () => tell(total) }
}
