// A map without tiles, so that it works with no connection: places by longitude and latitude, true to scale.
const MARGIN = 0.08;
// States differ in shape too, for eyes that do not tell red from green.
const SYMBOLS = { out: "triangle", low: "diamond", good: "circle", over: "rect" };
// Groups without a state: a colour each, and another shape when the colours begin again.
const COLOURS = 6;
const KINDS = ["circle", "diamond", "triangle"];

/** Limits of both axes such that a kilometre is as long to the east as to the north. */
function limits(points, ratio) {
  const east = points.map((point) => point.longitude);
  const north = points.map((point) => point.latitude);
  const middle = [(Math.min(...east) + Math.max(...east)) / 2, (Math.min(...north) + Math.max(...north)) / 2];
  const shrink = Math.cos((middle[1] * Math.PI) / 180);
  const wide = Math.max((Math.max(...east) - Math.min(...east)) * shrink, 0.02) * (1 + 2 * MARGIN);
  const high = Math.max(Math.max(...north) - Math.min(...north), 0.02) * (1 + 2 * MARGIN);
  const height = Math.max(high, wide / ratio);
  const width = (height * ratio) / shrink;
  return {
    xAxis: { min: middle[0] - width / 2, max: middle[0] + width / 2 },
    yAxis: { min: middle[1] - height / 2, max: middle[1] + height / 2 },
  };
}

function groups(points, size) {
  const by = new Map();
  for (const point of points) by.set(point.group, [...(by.get(point.group) || []), point]);
  return [...by].map(([name, members], index) => ({
    type: "scatter",
    name,
    state: members[0].state,
    symbolSize: size,
    symbol: SYMBOLS[members[0].state] || KINDS[Math.floor(index / COLOURS) % KINDS.length],
    emphasis: { scale: 1.6 },
    data: members.map((point) => ({
      name: point.name,
      value: [point.longitude, point.latitude],
      href: point.href,
      detail: point.detail,
    })),
  }));
}

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** points: [{name, longitude, latitude, group, state?, href?, detail?}] */
export function mapOption(points, { width, height }) {
  const { xAxis, yAxis } = limits(points, width / Math.max(1, height));
  const quiet = { type: "value", scale: true, axisLabel: { showMinLabel: false, showMaxLabel: false, formatter: (degrees) => `${degrees.toFixed(2)}°` } };
  return {
    grid: { left: 8, right: 8, top: 44, bottom: 8, containLabel: true },
    legend: {},
    tooltip: {
      trigger: "item",
      formatter: ({ data }) => `<strong>${escaped(data.name)}</strong>${data.detail ? `<br>${escaped(data.detail)}` : ""}`,
    },
    xAxis: { ...quiet, ...xAxis },
    yAxis: { ...quiet, ...yAxis },
    dataZoom: [
      { type: "inside", xAxisIndex: 0, filterMode: "none" },
      { type: "inside", yAxisIndex: 0, filterMode: "none" },
    ],
    series: groups(points, width < 600 ? 8 : 11),
  };
}
