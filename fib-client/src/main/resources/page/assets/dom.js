// What the other modules need to write into the page. All texts of peers go through textContent.

export const find = (id) => document.getElementById(id);

/** An element with attributes and children. Strings become texts. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function setText(target, text) {
  if (target.textContent !== String(text)) target.textContent = text;
}

/** Microseconds as a person reads them. */
export function duration(micros) {
  if (micros < 1000) return `${micros} µs`;
  if (micros < 10_000) return `${(micros / 1000).toFixed(2)} ms`;
  if (micros < 100_000) return `${(micros / 1000).toFixed(1)} ms`;
  if (micros < 1_000_000) return `${Math.round(micros / 1000)} ms`;
  return `${(micros / 1_000_000).toFixed(2)} s`;
}

export const shortened = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);

/** A command to paste, with a button that copies it. */
export function command(text, name) {
  return element('div', { class: 'command' },
    element('pre', { tabindex: 0, 'aria-label': name }, element('code', {}, text)),
    element('button', { type: 'button', 'aria-label': `Copy: ${name}`, onclick: (event) => copy(text, event.target) }, 'Copy'));
}

export async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Not allowed';
  }
  setTimeout(() => { button.textContent = 'Copy'; }, 1500);
}
