// <canvas data-code="(01)…" data-format="DataMatrix">: codes to practise scanning with, drawn here. Only on that page.
import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";

async function draw(canvas) {
  const { code, format } = canvas.dataset;
  const made = await writeBarcode(code, { format, options: "gs1" });
  if (made.error) throw new Error(made.error);
  const { data, width, height } = made.symbol;
  const linear = height === 1;
  const [scale, quiet, tall] = linear ? [3, 10, 60] : [8, 2, height * 8];
  canvas.width = (width + 2 * quiet) * scale;
  canvas.height = tall + 2 * quiet * scale;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  data.forEach((value, at) => {
    if (value) return;
    const [x, y] = [at % width, Math.floor(at / width)];
    pen.fillRect((x + quiet) * scale, linear ? quiet * scale : (y + quiet) * scale, scale, linear ? tall : scale);
  });
}

export async function drawPractice(sheet) {
  prepareZXingModule({ overrides: { locateFile: () => sheet.dataset.wasm } });
  for (const canvas of sheet.querySelectorAll("canvas[data-code]")) {
    try {
      await draw(canvas);
      canvas.dataset.drawn = "";
    } catch (error) {
      canvas.hidden = true;
      console.error(error);
    }
  }
}
