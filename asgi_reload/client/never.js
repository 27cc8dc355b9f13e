/**
 * The end of a switch that must be complete: `tsc` refuses the call if a case is missing.
 * @param {never} value
 */
export function never(value) {
  void value;
}
