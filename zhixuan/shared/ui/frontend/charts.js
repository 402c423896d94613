// ECharts, with only the parts in use. An option comes as JSON from the page; colours and type come from here.
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { mapOption } from "./map.js";
import { themed } from "./chart_theme.js";

use([
  BarChart,
  LineChart,
  ScatterChart,
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  SVGRenderer,
]);

const drawn = new Set();
const watcher = new ResizeObserver((entries) => {
  for (const { target } of entries) target.figure?.chart.resize();
});

function draw(element, makeOption) {
  const chart = init(element, null, { renderer: "svg" });
  element.figure = { chart, makeOption };
  element.dataset.drawn = "";
  drawn.add(element);
  watcher.observe(element);
  chart.setOption(makeOption());
  chart.on("click", ({ data }) => data?.href && location.assign(data.href));
}

function redraw() {
  for (const element of drawn) {
    if (!element.isConnected) {
      element.figure.chart.dispose();
      drawn.delete(element);
    } else {
      element.figure.chart.setOption(element.figure.makeOption(), { notMerge: true });
    }
  }
}

document.addEventListener("zhixuan:theme", redraw);
document.body.addEventListener("htmx:afterSettle", redraw);

function given(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

export function drawChart(element) {
  const option = given(element.dataset.chart);
  draw(element, () => themed(option));
}

export function drawMap(element) {
  const points = given(element.dataset.map);
  draw(element, () => themed(mapOption(points, { width: element.clientWidth, height: element.clientHeight })));
}
