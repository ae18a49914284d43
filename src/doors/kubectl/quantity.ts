/** An amount of a resource, exact to a billionth. `binary` amounts are written with Ki, Mi, Gi. */
export type Quantity = { nano: bigint; form: 'decimal' | 'binary' };

const nanoPerUnit = 1_000_000_000n;
const binaryUnits = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimalUnits = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];

export const noQuantity: Quantity = { nano: 0n, form: 'decimal' };

/** Reads an amount as the API writes it ("250m", "64Mi", "1e3"); what is none counts as nothing. */
export function parseQuantity(text: string): Quantity {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:([KMGTPE]i)|([eE][+-]?\d+)|([numkMGTPE]))?$/.exec(text);
  if (match === null) return noQuantity;
  const [, sign, whole = '', fraction = '', binary, exponent, decimal] = match;
  const scale = nanoOf(binary, decimal);
  const digits = BigInt(`${whole}${fraction}` || '0');
  const power = exponent === undefined ? 0 : Number(exponent.slice(1));
  const nano = shifted(digits * scale, power - fraction.length);
  const form = binary === undefined ? 'decimal' : 'binary';
  return { nano: sign === '-' ? -nano : nano, form };
}

/** How many billionths one of the unit is. */
function nanoOf(binary: string | undefined, decimal: string | undefined): bigint {
  if (binary !== undefined) return nanoPerUnit * 1024n ** BigInt(binaryUnits.indexOf(binary));
  return decimal === undefined ? nanoPerUnit : 1000n ** BigInt(decimalUnits.indexOf(decimal));
}

/** value × 10^power, rounded up: no amount becomes smaller than it is. */
function shifted(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(power);
  return dividedUp(value, 10n ** BigInt(-power));
}

function dividedUp(value: bigint, by: bigint): bigint {
  const whole = value / by;
  return whole * by < value ? whole + 1n : whole;
}

export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, form: a.nano === 0n ? b.form : a.form };
}

export function largerQuantity(a: Quantity, b: Quantity): Quantity {
  return b.nano > a.nano ? b : a;
}

/** In whole units, rounded up. */
export function unitsOf(quantity: Quantity): number {
  return Number(dividedUp(quantity.nano, nanoPerUnit));
}

/** In thousandths, rounded up. */
export function milliOf(quantity: Quantity): number {
  return Number(dividedUp(quantity.nano, 1_000_000n));
}

/** The canonical text: the largest unit that leaves a whole number. */
export function formatQuantity({ nano, form }: Quantity): string {
  if (nano === 0n) return '0';
  const size = nano < 0n ? -nano : nano;
  if (form === 'binary' && size >= 1024n * nanoPerUnit) return inUnits(dividedUp(nano, nanoPerUnit), 1024n, binaryUnits);
  return inUnits(nano, 1000n, decimalUnits);
}

function inUnits(amount: bigint, step: bigint, units: readonly string[]): string {
  let place = 0;
  let value = amount;
  while (place + 1 < units.length && value % step === 0n) {
    value /= step;
    place += 1;
  }
  return `${value}${units[place] ?? ''}`;
}
