import type { Findings, Manager, TopCustomer } from './findings.ts'
import { cutTo, grouped, percent, table, wrapped } from './table.ts'

const WIDTH = 100
const NAME_WIDTH = 26

/** What a shop owner wants to see of a run, as lines for a terminal. */
export function report(findings: Findings): string[] {
  return [
    ...headed('Who buys how much', classTable(findings)),
    ...headed('The best customers, and who looks after them', topTable(findings)),
    ...headed('Relationship managers', managerTable(findings)),
    ...headed('How one class comes about', explained(findings)),
    ...headed('Try next', nextCommands(findings))
  ]
}

const headed = (title: string, lines: readonly string[]): string[] => [
  '',
  title,
  '',
  ...lines.map(line => `  ${line}`.trimEnd())
]

/** Minor units as whole units of a currency with hundredths; the demo's books are in euros. */
const money = (minor: number): string => grouped(minor / 100, 2)

function classTable({ classes, currency, concentration, neverBought, anonymousShare }: Findings): string[] {
  const customers = classes.reduce((sum, row) => sum + row.customers, 0)
  const turnover = classes.reduce((sum, row) => sum + row.amountMinor, 0)
  const rows = classes.map(({ name, customers: count, amountMinor }) => [
    name,
    grouped(count),
    percent(count / customers),
    name === 'none' ? '–' : money(amountMinor),
    name === 'none' ? '–' : percent(amountMinor / turnover)
  ])
  const { gini, topFifthShare } = concentration
  return [
    ...table(
      [
        { title: 'class' },
        { title: 'customers', align: 'right' },
        { title: 'of customers', align: 'right' },
        { title: `turnover ${currency}`, align: 'right' },
        { title: 'of turnover', align: 'right' }
      ],
      [...rows, ['all', grouped(customers), '100.0 %', money(turnover), '100.0 %']]
    ),
    '',
    `The top fifth of those who buy bring ${percent(topFifthShare)} of the turnover; Gini ${gini === null ? '–' : gini.toFixed(2)}.`,
    ...(neverBought > 0 ? [`${grouped(neverBought)} more customers have a file and have never bought.`] : []),
    `Anonymous receipts bring ${percent(anonymousShare)} of all turnover and count in no class.`
  ]
}

function topTable({ top, currency }: Findings): string[] {
  const rows = top.map(({ rank, name, abcClass, amountMinor, shareBefore, manager }) => [
    rank === null ? '–' : grouped(rank),
    cutTo(name, NAME_WIDTH),
    abcClass,
    money(amountMinor),
    percent(shareBefore),
    manager ? cutTo(manager.name, NAME_WIDTH) : 'nobody yet'
  ])
  return [
    ...table(
      [
        { title: 'rank', align: 'right' },
        { title: 'customer' },
        { title: 'class' },
        { title: currency, align: 'right' },
        { title: 'ranked before', align: 'right' },
        { title: 'relationship manager' }
      ],
      rows
    ),
    '',
    'The share of the turnover that is ranked before a customer makes the class. Why these managers:',
    ...choices(top)
  ]
}

/** Each reason once, with the managers whom it chose. */
function choices(top: readonly TopCustomer[]): string[] {
  const chosen = new Map<string, Set<string>>()
  for (const { manager } of top) {
    if (manager) chosen.set(manager.reason, (chosen.get(manager.reason) ?? new Set()).add(manager.name))
  }
  return [...chosen].flatMap(([reason, names]) => labelled([...names].join(', '), reason))
}

/** A text under its label, broken to the width. */
const labelled = (label: string, text: string): string[] => [
  `${label}:`,
  ...wrapped(text, WIDTH - 4).map(line => `    ${line}`)
]

function managerTable({ managers, coverage }: Findings): string[] {
  const lines = table(
    [
      { title: 'name' },
      { title: 'store' },
      { title: 'A customers', align: 'right' },
      { title: 'hours a month', align: 'right' },
      { title: 'capacity', align: 'right' },
      { title: 'used', align: 'right' }
    ],
    managers.map(managerRow)
  )
  const { aCustomers, covered, notPursued, shortfalls } = coverage
  return [
    ...lines,
    '',
    `${grouped(covered)} of ${grouped(aCustomers - notPursued)} A customers who are pursued have a relationship manager.`,
    ...(notPursued === 0 ? [] : [`${grouped(notPursued)} more buy by price alone: nothing is spent on holding them.`]),
    ...shortfalls.map(
      ({ store, minutes, customers }) =>
        `${store}: ${hours(minutes)} hours a month are lacking for ${grouped(customers)} of its A customers.`
    )
  ]
}

const managerRow = ({ name, store, aCustomers, loadMinutes, capacityMinutes }: Manager): string[] => [
  cutTo(name, NAME_WIDTH),
  store,
  grouped(aCustomers),
  hours(loadMinutes),
  capacityMinutes === null ? '–' : hours(capacityMinutes),
  capacityMinutes === null || capacityMinutes === 0 ? '–' : `${grouped((100 * loadMinutes) / capacityMinutes)} %`
]

const hours = (minutes: number): string => grouped(minutes / 60)

function explained({ example }: Findings): string[] {
  if (!example) return ['Nobody stands between two classes.']
  const { name, abcClass, reasons } = example
  return labelled(`${name} is a ${abcClass}`, reasons.join(' '))
}

function nextCommands({ api, example, top }: Findings): string[] {
  const anybody = example?.id ?? top[0]?.id
  const read = (path: string) => `curl "$CLIENTELE${path}" -H "Authorization: Bearer $KEY"`
  return [
    `export CLIENTELE=${api.baseUrl} KEY=${api.key}`,
    ...(anybody ? [read(`/v1/customers/${anybody}/classification`)] : []),
    read('/v1/classifications?abcClass=B&limit=5'),
    read('/v1/relationship-managers/coverage'),
    read('/v1/events?types=relationship_manager.assigned&limit=5'),
    `curl "$CLIENTELE/v1/customers/search" -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d '{ "query": "muller" }'`,
    '',
    `The reference: ${api.baseUrl}/docs`
  ]
}
