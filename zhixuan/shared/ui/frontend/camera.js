// The camera of a phone as a scanner, and photos of codes where there is no camera to be had. Loaded only when asked for.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const EVERY_MS = 150;
const SAME_AGAIN_MS = 2_500;
const FORMATS = ["DataMatrix", "Code128", "EAN13", "EAN8", "UPCA", "ITF", "QRCode", "DataBar", "DataBarExpanded"];

/** As a hand scanner would send it: the prefix tells a GS1 code from any other, the separator is the control character. */
function textOf({ text, symbologyIdentifier }) {
  const gs1 = ["]d2", "]C1", "]Q3", "]e0"].includes(symbologyIdentifier);
  return (gs1 ? symbologyIdentifier : "") + text.replaceAll("<GS>", "\u001d");
}

export class Camera {
  constructor(view, { wasm, found, trouble }) {
    Object.assign(this, { view, found, trouble, last: "", at: 0 });
    this.video = view.querySelector("video");
    this.torch = view.querySelector("[data-torch]");
    prepareZXingModule({ overrides: { locateFile: () => wasm } });
    view.querySelector("[data-camera-stop]").addEventListener("click", () => this.close());
    view.querySelector("[data-photo]").addEventListener("change", ({ target }) => this.readPhoto(target));
    this.torch.addEventListener("click", () => this.light());
    window.addEventListener("pagehide", () => this.close());
  }

  /** Asks for the camera only now. Without one, a photo does. */
  async open() {
    this.view.hidden = false;
    this.view.scrollIntoView({ block: "nearest" });
    try {
      const wanted = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      this.video.srcObject = this.stream;
      await this.video.play();
    } catch {
      this.video.hidden = true;
      return this.trouble("no_camera");
    }
    this.video.hidden = false;
    this.torch.hidden = !this.track().getCapabilities?.().torch;
    this.look();
    return undefined;
  }

  track() {
    return this.stream.getVideoTracks()[0];
  }

  close() {
    clearTimeout(this.timer);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.view.hidden = true;
  }

  light() {
    const on = this.torch.getAttribute("aria-pressed") !== "true";
    this.torch.setAttribute("aria-pressed", String(on));
    this.track().applyConstraints({ advanced: [{ torch: on }] });
  }

  async look() {
    if (!this.stream) return;
    const canvas = (this.canvas ??= document.createElement("canvas"));
    const { videoWidth: width, videoHeight: height } = this.video;
    if (width && height) {
      Object.assign(canvas, { width, height });
      const picture = canvas.getContext("2d", { willReadFrequently: true });
      picture.drawImage(this.video, 0, 0);
      const [code] = await this.read(picture.getImageData(0, 0, width, height));
      if (code) this.tell(code);
    }
    this.timer = setTimeout(() => this.look(), EVERY_MS);
  }

  async read(picture) {
    const codes = await readBarcodes(picture, { formats: FORMATS, tryHarder: true, maxNumberOfSymbols: 1, textMode: "Plain" });
    return codes.filter((code) => code.isValid).map(textOf);
  }

  /** The camera sees the same pack many times a second: it counts once, until it is shown again after a while. */
  tell(code) {
    const now = Date.now();
    const again = code === this.last && now - this.at < SAME_AGAIN_MS;
    Object.assign(this, { last: code, at: now });
    if (!again) this.found(code);
  }

  async readPhoto(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const [code] = await this.read(file);
    if (code) this.found(code);
    else this.trouble("no_code");
  }
}
