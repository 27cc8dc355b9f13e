/**
 * What a form control shows beside what the server gave it. Other than the server's means a person's: typed, chosen,
 * restored by the browser.
 */

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control */

/** Their value is the attribute, or out of reach. */
const VALUELESS = new Set(["hidden", "submit", "reset", "button", "image", "file"]);
/** They have a value even where the server gave none. */
const ALWAYS = new Set(["range", "color"]);

/** @param {Document | ShadowRoot | Element} root @returns {Control[]} */
export function controlsOf(root) {
  return /** @type {Control[]} */ ([...root.querySelectorAll("input, textarea, select")]);
}

/** Does it show something else than what the server gave? @param {Control} control */
export function isDirty(control) {
  if (isSelect(control)) {
    const chosen = new Set(defaultOptions(control));
    return [...control.options].some((option) => option.selected !== chosen.has(option));
  }

  if (isRadio(control)) {
    return isDirtyGroup(radiosAround(control));
  }

  return isCheckbox(control) ? control.checked !== control.defaultChecked : isTyped(control);
}

/** Show what the server gave. @param {Control} control clean until the server changed it */
export function reset(control) {
  if (isSelect(control)) {
    choose(control, defaultOptions(control));
  } else if (isCheckbox(control)) {
    control.checked = control.defaultChecked;
  } else if (isTyped(control)) {
    control.value = control.defaultValue;
  }
}

/** @param {Control} control @returns {control is HTMLSelectElement} */
export function isSelect(control) {
  return control.localName === "select";
}

/** @param {Control} control @returns {control is HTMLInputElement} */
export function isRadio(control) {
  return control.type === "radio";
}

/** @param {Control} control @returns {control is HTMLInputElement} */
function isCheckbox(control) {
  return control.type === "checkbox";
}

/** @param {HTMLInputElement | HTMLTextAreaElement} control */
function isTyped(control) {
  if (VALUELESS.has(control.type)) {
    return control.type === "file" && control.value !== "";
  }

  return control.value !== control.defaultValue && !(control.defaultValue === "" && ALWAYS.has(control.type));
}

/** @param {HTMLSelectElement} select @param {HTMLOptionElement[]} options */
export function choose(select, options) {
  if ([...select.options].some((option) => option.selected !== options.includes(option))) {
    for (const option of select.options) {
      option.selected = options.includes(option);
    }
  }
}

/** What a select shows when nobody has touched it. @param {HTMLSelectElement} select */
export function defaultOptions(select) {
  const options = [...select.options];
  const selected = options.filter((option) => option.defaultSelected);

  if (select.multiple) {
    return selected;
  }

  if (selected.length > 0 || select.size > 1) {
    return selected.slice(-1);
  }

  const first = options.find((option) => !option.disabled && !isInDisabledGroup(option));
  return first ? [first] : [];
}

/** @param {HTMLOptionElement} option */
function isInDisabledGroup(option) {
  return option.parentElement?.localName === "optgroup" && option.parentElement.hasAttribute("disabled");
}

/**
 * Radio buttons exclude each other within a form, or outside of all, by name.
 * @param {Control[]} controls of one root @returns {HTMLInputElement[][]}
 */
export function radioGroups(controls) {
  /** @type {Map<HTMLFormElement | null, Map<string, HTMLInputElement[]>>} */
  const forms = new Map();

  for (const radio of controls.filter(isRadio)) {
    const names = forms.get(radio.form) ?? new Map();
    forms.set(radio.form, names);
    // Without a name each is alone.
    const name = radio.name || `\0${names.size}`;
    names.set(name, [...(names.get(name) ?? []), radio]);
  }

  return [...forms.values()].flatMap((names) => [...names.values()]);
}

/** @param {HTMLInputElement[]} radios */
export function isDirtyGroup(radios) {
  const chosen = radios.filter((radio) => radio.defaultChecked).at(-1);
  return radios.some((radio) => radio.checked !== (radio === chosen));
}

/** @param {HTMLInputElement[]} radios */
export function resetGroup(radios) {
  const chosen = radios.filter((radio) => radio.defaultChecked).at(-1);

  for (const radio of radios) {
    if (radio.checked !== (radio === chosen)) {
      radio.checked = radio === chosen;
    }
  }
}

/** @param {HTMLInputElement} radio */
function radiosAround(radio) {
  const root = /** @type {Document | ShadowRoot} */ (radio.getRootNode());
  return radioGroups(controlsOf(root)).find((group) => group.includes(radio)) ?? [radio];
}

/** Has a person typed or chosen anything here? @param {Document | ShadowRoot} root */
export function hasDirty(root) {
  const controls = controlsOf(root);
  return radioGroups(controls).some(isDirtyGroup) || controls.some((control) => !isRadio(control) && isDirty(control));
}
