export type Child = Node | string | null;

/** Attributes by name; `null` and `false` leave the attribute out, `true` sets it empty. */
export type Attributes = Record<string, string | number | boolean | null>;

/**
 * Makes an element. Text enters as text nodes only, so that whatever a report holds stays text,
 * and no style attribute is ever written, so that it works under a strict content security policy.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Replaces the children of an element, leaving out nulls. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren(...children.filter((child) => child !== null));
}

/** Sets the text only when it changes: a live region speaks once for each change. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The element with this id; the page cannot work without it. */
export function requireElement(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element #${id}`);
  return element;
}
