import { color } from 'chart.js/helpers';

/** Colours and type of the page as a canvas needs them, read from the style sheet's variables. */
export type Theme = {
  foreground: string;
  muted: string;
  background: string;
  grid: string;
  duration: string;
  cost: string;
  recommended: string;
  current: string;
  floor: string;
  /** Attempts of a second and a third target. */
  target2: string;
  target3: string;
  fontFamily: string;
  fontSize: number;
  highContrast: boolean;
  reducedMotion: boolean;
};

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const variable = (name: string): string => style.getPropertyValue(`--reef-${name}`).trim();
  return {
    foreground: variable('foreground'),
    muted: variable('muted'),
    background: variable('background'),
    grid: variable('grid'),
    duration: variable('duration'),
    cost: variable('cost'),
    recommended: variable('recommended'),
    current: variable('current'),
    floor: variable('floor'),
    target2: variable('target2'),
    target3: variable('target3'),
    fontFamily: style.fontFamily,
    fontSize: Number.parseFloat(style.fontSize),
    highContrast: isHighContrast(),
    reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
  };
}

/** Calls back when VS Code changes its theme, or the system changes its preference. */
export function onThemeChange(listener: () => void): void {
  new MutationObserver(listener).observe(document.body, {
    attributes: true,
    attributeFilter: ['class', 'data-vscode-theme-kind', 'data-vscode-theme-id'],
  });
  // Some themes change the variables alone.
  new MutationObserver(listener).observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(prefers-reduced-motion: reduce)']) {
    matchMedia(query).addEventListener('change', listener);
  }
}

/** The colour at an opacity of 0 to 1, for bands and shades. */
export function withAlpha(value: string, alpha: number): string {
  return color(value).alpha(alpha).rgbString();
}

function isHighContrast(): boolean {
  const kind = document.body.dataset['vscodeThemeKind'] ?? document.body.className;
  return kind.includes('high-contrast') || matchMedia('(prefers-contrast: more)').matches;
}
