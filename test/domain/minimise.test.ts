import t from 'tap'
import { minimise, type Objective } from '../../src/domain/minimise.ts'

const wide = { lower: [-10, -10], upper: [10, 10] }

/** The banana valley of Rosenbrock 1960, least at (1, 1). */
const banana: Objective = (point, gradient) => {
  const [x, y] = point as unknown as [number, number]
  gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x)
  gradient[1] = 200 * (y - x * x)
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2
}

const close = (found: Float64Array, wanted: number[]) =>
  wanted.every((at, i) => Math.abs((found[i] as number) - at) < 1e-6)

t.test('a curved valley is followed to its end from every side', async t => {
  for (const start of [
    [-1.2, 1],
    [0, 0],
    [5, 5],
    [-9, 9]
  ]) {
    const found = minimise(banana, start, wide, 500)
    t.ok(found.converged && close(found.point, [1, 1]), `from ${start}: ${found.point} after ${found.evaluations}`)
  }
})

t.test('a bound holds, and the other coordinates go on along it', async t => {
  const found = minimise(banana, [-1.2, 1], { lower: [-10, -10], upper: [0.5, 10] }, 500)
  t.ok(found.converged)
  t.equal(found.point[0], 0.5, 'pressed against its bound')
  t.ok(Math.abs((found.point[1] as number) - 0.25) < 1e-6)
})

t.test('a start outside the box is moved into it', async t => {
  t.ok(close(minimise(banana, [50, -50], wide, 500).point, [1, 1]))
})

t.test('a function that falls for ever ends at the corner of the box', async t => {
  const slope: Objective = (point, gradient) => {
    gradient[0] = 1
    gradient[1] = -2
    return (point[0] as number) - 2 * (point[1] as number)
  }
  const found = minimise(slope, [0, 0], wide, 500)
  t.same([...found.point], [-10, 10])
  t.ok(found.converged)
})

t.test('a function that is nowhere a number is said not to converge', async t => {
  const nothing: Objective = (_, gradient) => {
    gradient.fill(1)
    return Number.NaN
  }
  t.notOk(minimise(nothing, [0, 0], wide, 500).converged)
})

t.test('the least of a bowl is found whatever the scales of its axes', async t => {
  for (const scale of [1, 100, 1e4]) {
    const bowl: Objective = (point, gradient) => {
      const [x, y] = [(point[0] as number) - 3, (point[1] as number) + 2]
      gradient[0] = 2 * scale * x + y
      gradient[1] = 2 * y + x
      return scale * x * x + y * y + x * y
    }
    t.ok(close(minimise(bowl, [0, 0], wide, 500).point, [3, -2]), `${scale}`)
  }
})

t.test('a search never takes more evaluations than it is given, and says whether it was enough', async t => {
  for (const most of [1, 7, 30, 500]) {
    const found = minimise(banana, [-1.2, 1], wide, most)
    t.ok(found.evaluations <= most, `${found.evaluations} of ${most}`)
    t.equal(found.converged, most === 500)
  }
})

t.test('a value that trembles more than it falls ends all the same', async t => {
  let calls = 0
  const trembling: Objective = (point, gradient) => {
    calls++
    gradient[0] = 1e-4 * Math.sin(calls * 1.7)
    gradient[1] = 2 * (point[1] as number)
    return 9 + (point[1] as number) ** 2 + 1e-11 * Math.sin(calls)
  }
  const found = minimise(trembling, [0, 5], wide, 120)
  t.ok(found.evaluations <= 120)
  t.equal(found.evaluations, calls, 'every one is counted')
})
