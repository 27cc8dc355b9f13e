/**
 * Values of a page in a few words, as its console would show them. Runs nothing of the page's: no getter, no `toString`.
 * Pure; what a proxy throws while it is looked at is its own business.
 */

const DEEPEST = 3;
const MOST = 10;
const LONGEST = 2000;
const LONGEST_INSIDE = 100;
const DIRECTIVE = /%[sdifoOc%]/g;

/**
 * What a console prints of its arguments.
 * @param {readonly unknown[]} args
 * @returns {string}
 */
export function printed(args) {
  const [first, ...rest] = args;

  if (typeof first !== "string") {
    return args.map((value) => textOf(value)).join(" ").slice(0, LONGEST);
  }

  const text = first.slice(0, LONGEST).replace(DIRECTIVE, (directive) => filled(directive, rest));
  return [text, ...rest.map((value) => textOf(value))].join(" ").slice(0, LONGEST);
}

/** @param {string} directive @param {unknown[]} rest gives the value */
function filled(directive, rest) {
  if (directive === "%%") {
    return "%";
  }

  if (rest.length === 0) {
    return directive;
  }

  const value = rest.shift();
  return directive === "%c" ? "" : textOf(value);
}

/**
 * @param {unknown} value
 * @returns {string} a text as it is, anything else as `shown` has it
 */
export function textOf(value) {
  return typeof value === "string" ? value.slice(0, LONGEST) : shown(value);
}

/**
 * @param {unknown} value
 * @param {number} [depth] how far inside of another one
 * @param {readonly object[]} [around] those that it is inside of
 * @returns {string}
 */
export function shown(value, depth = 0, around = []) {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > LONGEST_INSIDE ? `${value.slice(0, LONGEST_INSIDE)}…` : value);
    case "bigint":
      return `${value}n`;
    case "function":
      return `ƒ ${String(own(value, "name") ?? "")}`;
    case "object":
      return value === null ? "null" : objectOf(value, depth, around);
    default:
      return String(value);
  }
}

/** @param {object} value @param {number} depth @param {readonly object[]} around */
function objectOf(value, depth, around) {
  try {
    if (value instanceof Error) {
      return headOf(value);
    }

    if (value instanceof Element) {
      return `<${value.localName}${value.id && `#${value.id}`}>`;
    }

    if (around.includes(value)) {
      return "[circular]";
    }

    return depth < DEEPEST ? contents(value, depth, [...around, value]) : "…";
  } catch {
    return "{…}";
  }
}

/** @param {object} value @param {number} depth @param {readonly object[]} around */
function contents(value, depth, around) {
  const isList = Array.isArray(value);
  const keys = Object.keys(value);
  const parts = keys.slice(0, MOST).map((key) => {
    const property = Object.getOwnPropertyDescriptor(value, key);
    const text = property !== undefined && "value" in property ? shown(property.value, depth + 1, around) : "(…)";
    return isList ? text : `${key.slice(0, LONGEST_INSIDE)}: ${text}`;
  });
  const all = [...parts, ...(keys.length > MOST ? ["…"] : [])].join(", ");
  return isList ? `[${all}]` : `${kindOf(value)}{${all}}`;
}

/** @param {object} value */
function kindOf(value) {
  const maker = own(Object.getPrototypeOf(value) ?? {}, "constructor");
  const name = typeof maker === "function" ? String(own(maker, "name") ?? "") : "";
  return name === "" || name === "Object" ? "" : `${name} `;
}

/** @param {object} value @param {string} key @returns {unknown} the value of its own property, if it is a plain one */
function own(value, key) {
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

/**
 * An error's first line, as an engine writes it.
 * @param {Error} error
 * @returns {string}
 */
export function headOf(error) {
  const { name, message } = error;
  return message ? `${name}: ${message}` : String(name);
}
