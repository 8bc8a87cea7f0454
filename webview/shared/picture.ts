import { el } from './dom.ts';
import { readTheme } from './theme.ts';

/**
 * A chart as PNG in base64, with a title and a caption, on the page's own background. `ready` calls back while the chart
 * looks as it should in the picture.
 */
export function framedPicture(
  chart: HTMLCanvasElement,
  title: string,
  caption: string,
  ready: (draw: () => void) => void,
): string {
  const theme = readTheme();
  const scale = chart.width / chart.clientWidth;
  const margin = 16 * scale;
  const line = theme.fontSize * 1.6 * scale;
  const canvas = el('canvas', { width: chart.width + 2 * margin, height: chart.height + 2 * margin + 2.5 * line });
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser cannot draw the picture');
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = theme.foreground;
  context.font = `600 ${theme.fontSize * 1.2 * scale}px ${theme.fontFamily}`;
  context.fillText(title, margin, margin + line * 0.7, chart.width);
  context.fillStyle = theme.muted;
  context.font = `${theme.fontSize * scale}px ${theme.fontFamily}`;
  context.fillText(caption, margin, margin + line * 1.7, chart.width);
  ready(() => context.drawImage(chart, margin, margin + 2.5 * line));
  return canvas.toDataURL('image/png').replace(/^data:.*?,/, '');
}
