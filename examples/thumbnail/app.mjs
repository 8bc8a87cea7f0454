// Computes: decodes a JPEG, shrinks it and encodes it again, all in JavaScript.
import { readFileSync } from 'node:fs';
import jpeg from 'jpeg-js';

// Read once per sandbox: the event says only how the thumbnail should be.
const picture = readFileSync(new URL('picture.jpg', import.meta.url));

/** @param {{ width?: number, quality?: number }} event */
export const handler = async (event) => {
  const source = jpeg.decode(picture, { useTArray: true });
  const width = Math.min(event.width ?? 320, source.width);
  const quality = event.quality ?? Number(process.env.QUALITY ?? 80);
  const thumbnail = shrink(source, width);
  const encoded = jpeg.encode(thumbnail, quality).data;
  return { width, height: thumbnail.height, bytes: encoded.length, type: 'image/jpeg', image: encoded.toString('base64') };
};

/** Every new pixel is the mean of the old ones that it covers. */
function shrink(source, width) {
  const scale = source.width / width;
  const height = Math.max(1, Math.round(source.height / scale));
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const top = Math.floor(y * scale);
    const bottom = Math.min(source.height, Math.max(top + 1, Math.floor((y + 1) * scale)));
    for (let x = 0; x < width; x++) {
      const left = Math.floor(x * scale);
      const right = Math.min(source.width, Math.max(left + 1, Math.floor((x + 1) * scale)));
      const count = (bottom - top) * (right - left);
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0;
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) sum += source.data[(row * source.width + column) * 4 + channel];
        }
        data[(y * width + x) * 4 + channel] = Math.round(sum / count);
      }
    }
  }
  return { width, height, data };
}
