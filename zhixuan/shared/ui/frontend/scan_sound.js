// A high short tone: taken. A low double one: look at the screen. Phones shake too.
let context;

function tone(at, hertz, seconds) {
  const source = context.createOscillator();
  const volume = context.createGain();
  source.frequency.value = hertz;
  volume.gain.setValueAtTime(0.15, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  source.connect(volume).connect(context.destination);
  source.start(at);
  source.stop(at + seconds);
}

export function sound(good) {
  navigator.vibrate?.(good ? 40 : [120, 60, 120]);
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") context.resume();
    const now = context.currentTime;
    if (good) return tone(now, 1320, 0.12);
    tone(now, 220, 0.2);
    return tone(now + 0.25, 220, 0.2);
  } catch {
    return undefined; // no sound on this machine: the page says it too
  }
}
