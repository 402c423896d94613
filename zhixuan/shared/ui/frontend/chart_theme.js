// The looks of every chart: the page's own colours and letters, light or dark.
const STATES = { out: "--state-out", urgent: "--state-urgent", low: "--state-low", good: "--state-good", over: "--state-over", none: "--state-none" };

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function axis(given, words, line) {
  const looks = {
    axisLabel: { color: words, fontSize: 12, hideOverlap: true },
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: line } },
    nameTextStyle: { color: words },
  };
  const deepen = (one) => ({ ...looks, ...one, axisLabel: { ...looks.axisLabel, ...one.axisLabel } });
  return Array.isArray(given) ? given.map(deepen) : deepen(given);
}

/** A series may say `state: "out" | "low" | "good" | "over"` in place of a colour. */
function series(one) {
  const { state, itemStyle, ...rest } = one;
  const looks = one.type === "line" ? { showSymbol: false, lineStyle: { width: 2 } } : { barMaxWidth: 28 };
  return { ...looks, ...rest, itemStyle: { ...(state && { color: colour(STATES[state]) }), ...itemStyle } };
}

export function themed(option) {
  const words = colour("--figure-words");
  const line = colour("--figure-line");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const tooltip = {
    trigger: "axis",
    confine: true,
    backgroundColor: colour("--tblr-bg-surface"),
    borderColor: line,
    textStyle: { color: colour("--tblr-body-color"), fontSize: 13 },
  };
  return {
    animation: !still,
    animationDuration: 300,
    color: [1, 2, 3, 4, 5, 6].map((n) => colour(`--figure-${n}`)),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: words },
    aria: { enabled: true },
    grid: { left: 8, right: 16, top: option.legend ? 44 : 20, bottom: option.dataZoom ? 52 : 8, containLabel: true },
    ...option,
    tooltip: { ...tooltip, ...option.tooltip },
    ...(option.legend && {
      legend: { type: "scroll", top: 0, left: 0, itemWidth: 12, itemHeight: 8, pageTextStyle: { color: words }, textStyle: { color: words }, ...option.legend },
    }),
    ...(option.xAxis && { xAxis: axis(option.xAxis, words, line) }),
    ...(option.yAxis && { yAxis: axis(option.yAxis, words, line) }),
    series: (option.series || []).map(series),
  };
}
