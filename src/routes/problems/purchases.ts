import type { Explained } from './explanation.ts'

/** Problems of receipts, their figures and the references in them. */
export const PURCHASE_PROBLEMS: Explained = {
  'purchase.not_found': ['No such purchase', 'No purchase of the shop has this id.', 'List purchases to find it.'],
  'purchase.content_differs': [
    'The receipt is stored with other content',
    'A receipt is known for ever by source and receiptNumber. This one arrived before with other figures or references.',
    'Correct a receipt as in the books: push a return and a new sale. If two tills count alike, give each its own source.'
  ],
  'purchase.total_mismatch': [
    'The lines do not add up to the total',
    'totalMinor is the sum of the lines plus roundingMinor. `facts` has both sums.',
    'Send the amounts as on the receipt; name what the till rounded by in roundingMinor.'
  ],
  'purchase.line_amount_missing': [
    'The amount of a line is unknown',
    'A line has an amount, or a quantity and a unit price from which it follows.',
    'Send amountMinor, or both quantity and unitPriceMinor.'
  ],
  'purchase.amount_out_of_range': [
    'An amount is too large',
    'The ledger keeps amounts up to a thousand million units of a currency.',
    'Check that amounts are sent in minor units, and once only.'
  ],
  'purchase.quantity_out_of_range': [
    'A quantity is too large',
    'The ledger keeps quantities up to a thousand million.',
    'Check the quantities of the lines.'
  ],
  'purchase.currency_unknown': [
    'The currency is not one of ISO 4217',
    'Currencies are named by their three capital letters.',
    'Correct the currency.'
  ],
  'purchase.rate_missing': [
    'The exchange rate is missing',
    'A receipt in another currency than the shop keeps its books in needs the rate of the day.',
    'Send exchangeRate: units of the currency of the shop for one unit of the currency of the receipt.'
  ],
  'purchase.rate_not_one': [
    'A rate where nothing is exchanged',
    'A receipt in the currency of the shop has the rate 1, or none.',
    'Leave exchangeRate out.'
  ],
  'purchase.negative_return': [
    'A return with negative figures',
    'The kind of a receipt tells its direction: a return carries positive figures.',
    'Send the amounts and quantities of a return without their sign.'
  ],
  'purchase.negative_total': [
    'A sale below zero',
    'The total of a sale is zero or more; what is taken back is a return.',
    'Push what was sold as a sale, and what was taken back as a return.'
  ],
  'purchase.return_of_itself': [
    'A return that names itself',
    'returnOf names the receipt of the sale that is taken back; a return has a receipt number of its own.',
    'Correct returnOf, or leave it out where the sale is not known.'
  ],
  'purchase.return_of_sale': [
    'A sale that names a sale',
    'returnOf belongs to returns only.',
    'Leave returnOf out, or push the receipt as a return.'
  ],
  'purchase.in_future': [
    'The purchase lies in the future',
    'The time of purchase is more than 24 hours ahead.',
    'Set the clock of the till, and send the time with its offset from UTC.'
  ],
  'purchase.too_old': [
    'The purchase lies before 1900',
    'The time of purchase is earlier than any receipt.',
    'Set the clock of the till.'
  ],
  'purchase.contended': [
    'The receipt is being stored from elsewhere',
    'The same receipt arrives through several connections at once.',
    'Send it again; it is then answered with what was stored.'
  ],
  'purchase.not_stored': [
    'The purchase could not be stored',
    'The database did not take the purchase at this moment.',
    'Send it again; a receipt is never counted twice.'
  ],
  'customer.unknown': [
    'The customer of the receipt is not known',
    'The receipt names a customer by an id, or by a reference that nothing is known under while unknown customers are refused.',
    'Open the customer file first, or push without unknownCustomer=reject.'
  ],
  'staff.unknown': [
    'The staff member of the receipt is not known',
    'Nobody of the shop has this code.',
    'Correct staffCode, or add the person first.'
  ],
  'money.currency_unknown': [
    'The currency is not one of ISO 4217',
    'Currencies are named by their three capital letters.',
    'Correct the currency.'
  ],
  'money.number_invalid': ['A figure is not a number', 'A figure is a finite decimal number.', 'Correct the figure.'],
  'money.out_of_range': ['An amount is too large', 'Amounts are kept exactly up to 2^53.', 'Correct the amount.'],
  'money.rate_invalid': [
    'The exchange rate is not positive',
    'An exchange rate is a number above zero.',
    'Correct the rate.'
  ],
  'money.too_many_decimals': [
    'A figure has too many decimals',
    'Quantities have at most three decimals, rates at most ten.',
    'Round the figure where it is made, so that till and ledger agree.'
  ]
}
