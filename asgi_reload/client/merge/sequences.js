/**
 * Two questions about order: which of these may stay where they are, and which of these are those. Numbers and arrays
 * only; nothing here knows of documents.
 */

/** Above this many cells a table of all combinations costs more than it saves. */
const CELLS = 250_000;

/**
 * The heaviest increasing run, as indices into `values` (distinct whole numbers from 0): what is not in it has to move.
 * @param {number[]} values @param {number[]} weights above 0
 * @returns {Set<number>}
 */
export function heaviestRun(values, weights) {
  const size = Math.max(-1, ...values) + 1;
  const best = new Prefixes(size);
  /** @type {number[]} */
  const before = [];

  values.forEach((value, index) => {
    const { sum, owner } = best.upTo(value);
    before.push(owner);
    best.raise(value, sum + at(weights, index), index);
  });

  const run = new Set();

  for (let index = best.upTo(size).owner; index >= 0; index = at(before, index)) {
    run.add(index);
  }

  return run;
}

/** The largest sum among the values below a bound (a Fenwick tree). */
class Prefixes {
  /** @param {number} size */
  constructor(size) {
    this.sums = new Float64Array(size + 1);
    this.owners = new Int32Array(size + 1).fill(-1);
  }

  /** @param {number} value */
  upTo(value) {
    let [sum, owner] = [0, -1];

    for (let place = value; place > 0; place -= place & -place) {
      if (at(this.sums, place) > sum) {
        sum = at(this.sums, place);
        owner = at(this.owners, place);
      }
    }

    return { sum, owner };
  }

  /** @param {number} value @param {number} sum @param {number} owner */
  raise(value, sum, owner) {
    for (let place = value + 1; place < this.sums.length; place += place & -place) {
      if (sum > at(this.sums, place)) {
        this.sums[place] = sum;
        this.owners[place] = owner;
      }
    }
  }
}

/**
 * Pairs in the same order on both sides whose weights sum up highest; a weight of 0 is no pair.
 * @template T
 * @param {T[]} left @param {T[]} right @param {(left: T, right: T) => number} weigh
 * @returns {[number, number][] | null} ascending; null if the two are too long to ask for every pair
 */
export function heaviestPairs(left, right, weigh) {
  const width = right.length + 1;

  if (left.length * right.length > CELLS) {
    return null;
  }

  const sums = new Float64Array((left.length + 1) * width);
  const weights = new Float64Array(sums.length);

  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      const cell = row * width + column;
      const weight = weigh(/** @type {T} */ (left[row]), /** @type {T} */ (right[column]));
      const together = weight > 0 ? weight + at(sums, cell + width + 1) : 0;
      weights[cell] = weight;
      sums[cell] = Math.max(together, at(sums, cell + width), at(sums, cell + 1));
    }
  }

  return trace(sums, weights, left.length, right.length);
}

/**
 * @param {Float64Array} sums @param {Float64Array} weights @param {number} rows @param {number} columns
 * @returns {[number, number][]}
 */
function trace(sums, weights, rows, columns) {
  const width = columns + 1;
  /** @type {[number, number][]} */
  const pairs = [];

  for (let row = 0, column = 0; row < rows && column < columns; ) {
    const cell = row * width + column;

    if (at(weights, cell) > 0 && at(sums, cell) === at(weights, cell) + at(sums, cell + width + 1)) {
      pairs.push([row++, column++]);
    } else if (at(sums, cell) === at(sums, cell + width)) {
      row++;
    } else {
      column++;
    }
  }

  return pairs;
}

/**
 * The k-th of a key on the left with the k-th of it on the right, and of those the longest run in the same order.
 * @param {number[]} left @param {number[]} right keys
 * @returns {[number, number][]} ascending
 */
export function pairsInTurn(left, right) {
  /** @type {Map<number, number[]>} */
  const places = new Map();
  left.forEach((key, index) => places.set(key, [...(places.get(key) ?? []), index]));
  places.forEach((indices) => indices.reverse());

  /** @type {[number, number][]} */
  const pairs = [];
  right.forEach((key, index) => {
    const place = places.get(key)?.pop();

    if (place !== undefined) {
      pairs.push([place, index]);
    }
  });

  const run = heaviestRun(
    pairs.map(([place]) => place),
    pairs.map(() => 1),
  );
  return pairs.filter((_, index) => run.has(index));
}

/** @param {ArrayLike<number>} numbers @param {number} index */
function at(numbers, index) {
  return /** @type {number} */ (numbers[index]);
}
