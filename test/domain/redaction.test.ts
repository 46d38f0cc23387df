import fc from 'fast-check'
import t from 'tap'
import {
  findPersonalData,
  type KnownData,
  knownIn,
  linesOf,
  NOTHING_KNOWN,
  personalDataIn,
  REDACTION_KINDS,
  redacted,
  splitsCharacter,
  tokenOf
} from '../../src/domain/redaction.ts'

const known: KnownData = {
  names: ['Zoë Müller-Lee', '王小明 (Wang Xiaoming)', 'Will Smith', "Conor O'Brien", '김민수', '欧阳娜娜', 'Li An'],
  phones: ['+4915123456789', '+8613800138000', '+12125551234'],
  emails: ['zoe.mueller@example.com'],
  handles: ['zoe_m'],
  addresses: ['Lindenstraße 5', '50674 Köln', '南京东路100号', '12 Rosewood Avenue'],
  numbers: ['R-10023', 'C-1001'],
  birthDate: '1984-05-17'
}

const cleared = (text: string, data = known): string =>
  redacted(
    text,
    findPersonalData(text, data).map(({ start, end, kind }) => ({ start, end, replacement: tokenOf(kind, 'en', data) }))
  )

/** Texts beside what is left of them. */
const becomes = (test: Pick<typeof t, 'equal'>, pairs: readonly (readonly [string, string])[], data = known) => {
  for (const [text, expected] of pairs) test.equal(cleared(text, data), expected, text)
}

t.test('a name is found whole, turned round, in parts, in capitals and without accents', async t => {
  becomes(t, [
    ['Zoë Müller-Lee called.', '[name] called.'],
    ['ZOE MUELLER LEE called, zoe mueller-lee.', '[name] called, [name].'],
    ['Müller-Lee, Zoë; Z. Lee; ZoëMüllerLee', '[name]; [name]; [name]'],
    [
      'Zoë said. Müller said. Lee’s shoes. Frau Müllers Schuhe.',
      '[name] said. [name] said. [name]’s shoes. Frau [name] Schuhe.'
    ],
    ['Zoë\nMüller-Lee', '[name]'],
    ['O’Brien and O`Brien and OBRIEN and Obrien', '[name] and [name] and [name] and [name]'],
    ['Ｗａｎｇ　Ｘｉａｏｍｉｎｇ, Xiaoming Wang, Wang Xiao Ming, wangxiaoming', '[name], [name], [name], [name]'],
    ['facebook.com/will.smith', 'facebook.com/[name]'],
    ['Mu\u0308ller', '[name]']
  ])
})

t.test('words that hold a name, or are written as one, stay', async t => {
  const text =
    'I will smile. Willing smithereens, leeway, an Annual zoetrope; li, lead, obrienesque. Umüller. To be an owl, will you?'
  t.equal(cleared(text), text)
})

t.test('Chinese and Korean names are found anywhere, surnames only before a title', async t => {
  becomes(t, [
    ['王小明说小明来了。', '[name]说[name]来了。'],
    ['王 小明，王·小明', '[name]，[name]'],
    ['王先生和欧阳女士，欧阳娜娜，娜娜', '[name]先生和[name]女士，[name]，[name]'],
    ['国王住在王府井，这里小，明天来。', '国王住在王府井，这里小，明天来。'],
    ['김민수는 왔다. 민수 씨', '[name]는 왔다. [name] 씨']
  ])
})

t.test('a phone number is found in every usual spelling', async t => {
  const spellings = [
    '+49 151 23456789',
    '+49 (0)151 2345-6789',
    '0049 151 234 567 89',
    '0151/23456789',
    '0151.2345.6789',
    '(0151) 23 45 67 89',
    '015123456789',
    '2345-6789',
    '138-0013-8000',
    '13800138000',
    '+86 138 0013 8000',
    '＋８６１３８００１３８０００',
    '一三八零零一三八零零零',
    '幺三八〇〇一三八〇〇〇',
    '(212) 555-1234',
    '212.555.1234',
    '1-212-555-1234',
    '555-1234',
    '٠١٥١٢٣٤٥٦٧٨٩',
    '0 1 5 1 2 3 4 5 6 7 8 9'
  ]
  for (const spelling of spellings) {
    t.equal(cleared(`Call ${spelling} now`), 'Call [phone] now', spelling)
    t.equal(cleared(`电话${spelling}，谢谢`), '电话[phone]，谢谢', spelling)
  }
})

t.test('e-mail addresses, handles, addresses, numbers and the birth date are found in their spellings', async t => {
  becomes(t, [
    ['ZOE.Mueller@Example.com, zoe.mueller (at) example (dot) com', '[e-mail], [e-mail]'],
    ['邮箱zoe.mueller@example.com，谢谢', '邮箱[e-mail]，谢谢'],
    ['zoe_m on Telegram', '[contact] on Telegram'],
    ['Lindenstraße 5, 50674 Köln', '[address], [address]'],
    ['LINDENSTR. 5 and lindenstrasse 5', '[address] and [address]'],
    ['12 Rosewood Ave.', '[address]'],
    ['寄到南京东路100号吧', '寄到[address]吧'],
    ['Receipt r-10023 of customer C-1001.', 'Receipt [number] of customer [number].'],
    ['born 17.05.1984, 5/17/84, 1984年5月17日', 'born [birth date], [birth date], [birth date]']
  ])
})

t.test('what looks like personal data of anybody is found as well', async t => {
  becomes(
    t,
    [
      ['Write to bob@mail.example.org.', 'Write to [e-mail].'],
      [
        'Order number: 55-AB-12, invoice #4711, Bestellnummer 88-123',
        'Order number: [number], invoice #[number], Bestellnummer [number]'
      ],
      ['订单号：AB123456', '订单号：[number]'],
      ['Card 4111 1111 1111 1111, ending in 4242', 'Card [card], ending in [card]'],
      ['IBAN DE89 3704 0044 0532 0130 00', 'IBAN [account]'],
      ['SSN 078-05-1120, 身份证11010519491231002X', 'SSN [id], 身份证[id]'],
      ['Passport no. C01X00T47', 'Passport no. [id]'],
      ['Mr. John Q. Public and Frau Özdemir', 'Mr. [name] and Frau [name]'],
      ['我叫李雷，李女士', '我叫[name]，[name]女士'],
      ['at 221 Baker Street, Apt 3', 'at [address]'],
      ['我住在南京西路20号3栋502室，很近', '我住在[address]，很近'],
      ['+44 20 7946 0958', '[phone]']
    ],
    NOTHING_KNOWN
  )
})

t.test('numbers are found behind the plain words of five languages, whole, and years and days are none', async t => {
  becomes(
    t,
    [
      ['Bestellung 998877, Meine Bestellung Nr. 998877!', 'Bestellung [number], Meine Bestellung Nr. [number]!'],
      ['Rechnung Nr. RE-2024-001; Rechnung RE-2024-001', 'Rechnung Nr. [number]; Rechnung [number]'],
      ['Kassenbon 4711, Bestellung mit der Nummer 55-1', 'Kassenbon [number], Bestellung mit der Nummer [number]'],
      ['commande n° 123456, facture numéro 77-1', 'commande n° [number], facture numéro [number]'],
      ['pedido 123456, ordine n. 1', 'pedido [number], ordine n. 1'],
      ['order AB12-1234-9, invoice RE-2024-001.', 'order [number], invoice [number].'],
      ['#4711-22, RE-20240001/7', '#[number], [number]']
    ],
    NOTHING_KNOWN
  )
  const text = 'Rechnung 2024, invoice 2019-09-24, order 2018-2019, receipt 12/03/2026, order 1000.50 EUR, invoice two'
  t.equal(cleared(text, NOTHING_KNOWN), text)
})

t.test('addresses are found as other countries write them, and named places are none', async t => {
  becomes(
    t,
    [
      ['Ich wohne Am Markt 3, er Unter den Linden 77.', 'Ich wohne [address], er [address].'],
      ['12 rue de la Paix, 5 bis, avenue Victor Hugo', '[address], [address]'],
      ['Via Garibaldi 12, Piazza della Repubblica 4', '[address], [address]'],
      ['Calle de Alcalá 45, Avenida Diagonal, 211', '[address], [address]'],
      ['〒150-0001 東京都渋谷区神宮前1丁目2-3です', '[address] [address]です'],
      ['住在建国路88号SOHO现代城A座1204，谢谢', '住在[address]，谢谢']
    ],
    NOTHING_KNOWN
  )
  const text = 'Am Montag 3 Paar, Am Freitag 12 Uhr, Im Mai 20, Am Stand 5 Euro, via Garibaldi, 3 places'
  t.equal(cleared(text, NOTHING_KNOWN), text)
})

t.test('Chinese names before a title are found within a text, and ladies’ shoes are no name', async t => {
  becomes(
    t,
    [
      ['我和李丽女士说了，请找陈先生。', '我和[name]女士说了，请找[name]先生。'],
      ['店员欧阳娜女士', '店员[name]女士']
    ],
    NOTHING_KNOWN
  )
  t.equal(cleared('要一双高级女士鞋', NOTHING_KNOWN), '要一双高级女士鞋')
})

t.test(
  'known persons are found in the genitive, by invisible letters, and in other spellings of keys and days',
  async t => {
    becomes(t, [
      ['Zoës Schuhe, and this is why; This, too', '[name] Schuhe, and this is why; This, too'],
      ['Mü\u200bller, Zo\u00adë, +49 151\u200b 23456789', '[name], [name], [phone]'],
      ['C1001, C 1001, R10023 and RC10023', '[number], [number], [number] and RC10023'],
      ['17. Mai 1984, May 17, 1984, 17th of May 1984', '[birth date], [birth date], [birth date]'],
      ['17 de mayo de 1984, 17 mai 84, 18. Mai 1984', '[birth date], [birth date], 18. Mai 1984']
    ])
    const thi = { ...NOTHING_KNOWN, names: ['Nguyễn Thị Doe'] }
    t.equal(cleared('This does it. Does it?', thi), 'This does it. Does it?')
  }
)

t.test('masks, amounts, days, times, quotes and line ends stay as they are', async t => {
  const text = [
    'On XX/XX/XXXX I paid {$1,234.56} ("fee") to XXXX XXXX;',
    "account number XXXX, My name is XXXX XXXX, Mr. XXXX said: 'no'.",
    '2019-09-24 24.09.2019 09/24/2019 12:30-13:30 2018-2019 20190924 1.234.567,00 EUR 123456 units 45-50 %\r',
    '=SUM(A1) "quoted ""twice""" \t … — ½ 100 000 ZIP 12345-6789 iPhone 15, order 2 shoes, in order to 2019\n'
  ].join('\n')
  t.same(findPersonalData(text, known), [])
  t.equal(cleared(text), text)
})

t.test('places that overlap are one, whole, of the kind that says most', async t => {
  const text = 'mail zoe.mueller@example.com!'
  t.same(findPersonalData(text, known), [{ start: 5, end: 28, kind: 'email', basis: 'known' }])
})

t.test('who is called as a token is replaced by dots', async t => {
  const data = { ...NOTHING_KNOWN, names: ['Ann Name'] }
  t.equal(cleared('Ann Name', data), '[…]')
  for (const kind of REDACTION_KINDS) t.match(tokenOf(kind, 'zh'), /^\[.+\]$/)
})

t.test('replacements that overlap, are empty or lie outside are refused', async t => {
  const at = (start: number, end: number) => ({ start, end, replacement: '' })
  t.equal(redacted('abcdef', [at(4, 5), at(1, 3)]), 'adf')
  for (const wrong of [[at(1, 3), at(2, 4)], [at(2, 2)], [at(3, 9)]])
    t.throws(() => redacted('abcdef', wrong), RangeError)
})

t.test('a place knows its line, and whether it takes a character apart', async t => {
  t.same([0, 1, 2, 3, 5].map(linesOf('a\nb\r\nc')), [1, 1, 2, 2, 3])
  const text = 'a😀u\u0308b'
  t.same(
    [1, 2, 3, 4, 5].map(end => splitsCharacter(text, { start: 0, end })),
    [false, true, false, true, false]
  )
})

/** Words that are nobody's, in several scripts, with all that a shop's letters hold. */
const SAFE = [
  'The shoes were',
  'wet "and" cold,',
  'XXXX XXXX',
  'XX/XX/XXXX',
  '{$100.00}',
  "it's 12:30",
  '我们很满意，',
  '国王的鞋子。',
  'leeway willing',
  '\n\n',
  '\r\n- item;',
  'Größe 42½',
  '😀',
  '=A1+B',
  '100 %',
  '안녕하세요',
  'สวัสดี'
]
const NAMES = [
  'Zoë Müller',
  '王小明',
  'María José de la Cruz',
  'Nguyễn Văn Hùng',
  'Øyvind Åsen',
  'Иван Петров',
  '김민수',
  'Siân O’Neill'
]
const name = fc.constantFrom(...NAMES)
const phone = fc
  .record({ prefix: fc.constantFrom('49', '86', '1', '420'), digits: fc.stringMatching(/^[1-9][0-9]{8}$/) })
  .map(({ prefix, digits }) => ({ prefix, digits, e164: `+${prefix}${digits}` }))
const email = fc
  .tuple(fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/), fc.stringMatching(/^[a-z]{3,8}$/))
  .map(([local, domain]) => `${local}.x@${domain}.example`)

const lastFirst = (of: string): string => of.replace(/^(.*) (\S+)$/, '$2, $1')
const spelledName = (of: string, how: number): string =>
  [of, of.toUpperCase(), lastFirst(of), of.normalize('NFD'), of.split(' ').at(-1) ?? of][how % 5] as string
const spelledPhone = ({ prefix, digits }: { prefix: string; digits: string }, how: number): string => {
  const groups = digits.replace(/(\d{3})(\d{3})(\d{3})/, '$1 $2 $3')
  return [
    `+${prefix}${digits}`,
    `+${prefix} (0)${groups}`,
    `00${prefix} ${groups}`,
    `0${digits}`,
    groups.replaceAll(' ', '-'),
    `(${digits.slice(0, 3)}) ${digits.slice(3)}`
  ][how % 6] as string
}
const spelledEmail = (of: string, how: number): string =>
  [of, of.toUpperCase(), of.replace('@', ' (at) ').replaceAll('.', ' (dot) '), of.replace('@', '[at]')][
    how % 4
  ] as string

const letter = fc
  .record({
    name,
    phone,
    email,
    parts: fc.array(
      fc.record({
        safe: fc.constantFrom(...SAFE),
        secret: fc.constantFrom('name', 'phone', 'email', 'none'),
        how: fc.nat(60)
      }),
      { minLength: 1, maxLength: 12 }
    )
  })
  .map(({ name, phone, email, parts }) => ({
    data: { ...NOTHING_KNOWN, names: [name], phones: [phone.e164], emails: [email] } satisfies KnownData,
    pieces: parts.map(({ safe, secret, how }) => ({
      safe,
      secret:
        secret === 'name'
          ? spelledName(name, how)
          : secret === 'phone'
            ? spelledPhone(phone, how)
            : secret === 'email'
              ? spelledEmail(email, how)
              : null
    }))
  }))

t.test('no known name, phone or e-mail is left in any spelling, and nothing else is altered', async t => {
  fc.assert(
    fc.property(letter, ({ data, pieces }) => {
      const text = pieces.map(({ safe, secret }) => `${safe} ${secret === null ? '' : `${secret} `}`).join('; ')
      const result = cleared(text, data)
      t.same(knownIn(result, data), [], 'nothing known is left')
      const around = pieces
        .map(({ safe, secret }) => `${safe} ${secret === null ? '' : '\u0000 '}`)
        .join('; ')
        .split('\u0000')
      // What is left between the tokens is, character by character, what stood between the secrets.
      t.same(result.split(/\[(?:name|phone|e-mail)\]/), around)
    }),
    { numRuns: 500 }
  )
})

t.test(
  'whatever is written, places come in order, apart, within the text, and clearing twice changes nothing more',
  async t => {
    const anything = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        fc.constantFrom(...SAFE, ...NAMES, '13800138000', 'a@b.example')
      )
    )
    fc.assert(
      fc.property(anything, parts => {
        const text = parts.join('')
        const data = { ...known, names: [...known.names, ...NAMES] }
        const findings = findPersonalData(text, data)
        let end = 0
        for (const one of findings) {
          t.ok(one.start >= end && one.end > one.start && one.end <= text.length)
          end = one.end
        }
        t.same(knownIn(cleared(text, data), data), [])
      }),
      { numRuns: 300 }
    )
  }
)

t.test(
  'letters that are read in turns, one beside the other, hold what each holds when it is read at once',
  async t => {
    const letter = fc
      .array(
        fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom(...SAFE, ...NAMES, 'a@b.example'))
      )
      .map(parts => parts.join(' '))
    const data = { ...known, names: [...known.names, ...NAMES] }
    fc.assert(
      fc.property(letter, letter, (one, other) => {
        const works = [personalDataIn(one, data), personalDataIn(other, data)] as const
        const steps = works.map(work => work.next())
        let turns = 0
        while (steps.some(({ done }) => !done)) {
          for (const [place, work] of works.entries()) if (!steps[place]?.done) steps[place] = work.next()
          turns++
        }
        t.ok(turns > 1)
        t.same(
          steps.map(({ value }) => value),
          [one, other].map(text => findPersonalData(text, { ...data }))
        )
      }),
      { numRuns: 200 }
    )
  }
)

t.test('a letter of 20,000 characters with fifty known names is read in well under a second', async t => {
  const text = 'The shoes of Zoë Müller were wet, 王小明 said on XX/XX/XXXX. '.repeat(400).slice(0, 20_000)
  const names = Array.from({ length: 50 }, (_, n) => `Person${String.fromCharCode(97 + (n % 26))} Family${n}`)
  const before = process.cpuUsage().user
  findPersonalData(text, { ...known, names: [...known.names, ...names] })
  t.ok(process.cpuUsage().user - before < 2_000_000)
})

t.test('no text keeps the reader busy: what is looked for has bounds', async t => {
  for (const unit of ['+', 'A-', '0-', 'a.', 'zoe.', '1-', 'a@a.', 'a [at] ']) {
    const before = process.cpuUsage().user
    findPersonalData(unit.repeat(50_000 / unit.length), known)
    t.ok(process.cpuUsage().user - before < 5_000_000, unit)
  }
})
