import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { fontFamily } from './plot.ts';

// resvg can be started once in a process, and takes no WOFF2.
let loading: Promise<readonly Uint8Array[]> | undefined;

async function load(): Promise<readonly Uint8Array[]> {
  const file = (name: string) => readFile(fileURLToPath(import.meta.resolve(name)));
  const [wasm, ...fonts] = await Promise.all([
    file('@resvg/resvg-wasm/index_bg.wasm'),
    file('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
    file('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
  ]);
  await initWasm(wasm);
  return fonts;
}

/** A picture as PNG, so many times its size. */
export async function toPng(svg: string, zoom: number): Promise<Uint8Array> {
  loading ??= load();
  const fontBuffers = [...(await loading)];
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    font: { fontBuffers, defaultFontFamily: fontFamily, sansSerifFamily: fontFamily },
  });
  try {
    const image = resvg.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
}
