/** Five bars a digit, two of them wide. Source: the code "2 of 5 industrial". */
const wide = ['00110', '10001', '01001', '11000', '00101', '10100', '01100', '00011', '10010', '01010'];

export function bars(number: string): { x: number; width: number }[] {
  let x = 0;
  return [...number]
    .flatMap((digit) => [...(wide[Number(digit)] ?? '')])
    .map((isWide) => {
      const bar = { x, width: isWide === '1' ? 3 : 1 };
      x += bar.width + 1;
      return bar;
    });
}
